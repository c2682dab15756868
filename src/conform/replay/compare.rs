//! One answer beside another.

use serde_json::Value;

use super::{
    findings::{Findings, Leaf},
    history,
    ids::{Ids, is_id, text_of},
    order::{self, Listed},
    pairs::pairs,
    shape,
    unwrap::unwrap,
};
use crate::{cassette::nested, conform::verdict::DifferenceKind};

/// The comparison of one exchange.
pub(super) struct Comparison<'a> {
    pub(super) ids: &'a mut Ids,
    pub(super) findings: &'a mut Findings,
    pub(super) operation: &'a str,
    /// What is equal for requests that ask the same.
    pub(super) series: &'a str,
    pub(super) offset_ms: u64,
}

/// A place in an answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// `Contacts.Contact[].Name`
    pub(super) path: String,
    /// `Contacts.Contact[alice].Name`
    concrete: String,
    /// `Name`
    pub(super) name: String,
    /// Whether both sides are alike in kind only, so that values say nothing.
    is_alike: bool,
}

impl Place {
    fn field(&self, name: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        Self {
            path: format!("{}{dot}{name}", self.path),
            concrete: format!("{}{dot}{name}", self.concrete),
            name: name.to_owned(),
            is_alike: self.is_alike,
        }
    }

    fn entry(&self, which: &str) -> Self {
        Self {
            path: format!("{}[]", self.path),
            concrete: format!("{}[{which}]", self.concrete),
            ..self.clone()
        }
    }

    fn inside(&self) -> Self {
        Self {
            path: format!("{}{{}}", self.path),
            concrete: format!("{}{{}}", self.concrete),
            ..self.clone()
        }
    }
}

impl Comparison<'_> {
    /// Compares two whole answers.
    pub(super) fn answers(&mut self, recorded: &Value, emulated: &Value) {
        self.value(&Place::default(), recorded, emulated);
    }

    fn value(&mut self, place: &Place, recorded: &Value, emulated: &Value) {
        if let Some(level) = unwrap(recorded, emulated) {
            self.differs(place, DifferenceKind::Wrapper, level.cloud, level.emulator);
            let place = level.inner.as_deref().map_or_else(|| place.clone(), |inner| place.field(inner));
            return self.value(&place, level.recorded, level.emulated);
        }
        match (recorded, emulated) {
            (Value::Object(ours), Value::Object(theirs)) => {
                for (name, value) in ours {
                    match theirs.get(name) {
                        Some(other) => self.value(&place.field(name), value, other),
                        None => self.only(&place.field(name), DifferenceKind::CloudOnly, value),
                    }
                }
                for (name, value) in theirs.iter().filter(|(name, _)| !ours.contains_key(*name)) {
                    self.only(&place.field(name), DifferenceKind::EmulatorOnly, value);
                }
            }
            (Value::Array(ours), Value::Array(theirs)) => self.list(place, ours, theirs),
            (Value::String(ours), Value::String(theirs)) => match (nested(ours), nested(theirs)) {
                (Some(ours), Some(theirs)) => {
                    self.findings.observed(self.operation, &place.path);
                    self.value(&place.inside(), &ours, &theirs);
                }
                _ => {
                    let translated = self.ids.translate(ours);
                    let (one, other) =
                        (shape::text(&place.name, &translated), shape::text(&place.name, theirs));
                    self.learn(place, recorded, emulated);
                    self.leaf(place, ours, one, other, false);
                }
            },
            (Value::Number(ours), Value::Number(theirs)) => {
                self.learn(place, recorded, emulated);
                let (one, other) = (shape::number(&place.name, ours), shape::number(&place.name, theirs));
                self.leaf(place, &ours.to_string(), one, other, false);
            }
            (Value::Bool(ours), Value::Bool(theirs)) => {
                self.leaf(place, &ours.to_string(), ours.to_string(), theirs.to_string(), false);
            }
            (Value::Null, Value::Null) => self.findings.observed(self.operation, &place.path),
            _ => {
                self.learn(place, recorded, emulated);
                let (cloud, emulator) = (kind_of(recorded), kind_of(emulated));
                self.differs(place, DifferenceKind::Type, format!("has {cloud}"), emulator.to_owned());
            }
        }
    }

    fn list(&mut self, place: &Place, ours: &[Value], theirs: &[Value]) {
        let (one, other) = (ours.len().to_string(), theirs.len().to_string());
        self.findings.observed(self.operation, &place.path);
        let are_texts = ours.iter().chain(theirs).all(|entry| !entry.is_object() && !entry.is_array());
        if are_texts && !is_id(&place.name) && !(ours.is_empty() && theirs.is_empty()) {
            let shown = |entries: &[Value], ids: Option<&Ids>| -> Vec<String> {
                let text = |entry: &Value| {
                    let text = text_of(entry).unwrap_or_else(|| entry.to_string());
                    shape::text(&place.name, &ids.map_or_else(|| text.clone(), |ids| ids.translate(&text)))
                };
                entries.iter().map(text).collect()
            };
            let (mut ours, mut theirs) = (shown(ours, Some(&*self.ids)), shown(theirs, None));
            self.listed(place, true, ours.clone(), theirs.clone());
            ours.sort();
            theirs.sort();
            let (one, other) = (ours.join(", "), theirs.join(", "));
            return self.leaf(&place.entry(""), &one.clone(), one, other, false);
        }
        self.leaf(&place.entry(""), &one.clone(), one, other, true);
        if are_texts {
            ours.iter().zip(theirs).for_each(|(ours, theirs)| self.value(&place.entry("id"), ours, theirs));
            return;
        }
        let mut turned = Vec::new();
        if let (Some(one), Some(other)) =
            (history::first(self.operation, ours), history::first(self.operation, theirs))
            && one != other
            && !place.is_alike
        {
            let (cloud, emulator) = (format!("has {}", one.in_words()), other.in_words().to_owned());
            let path = place.entry("").path;
            self.findings.differs(self.operation, &path, DifferenceKind::Order, cloud, emulator);
            self.findings.decides(self.operation, &path, DifferenceKind::Order, "history_order");
            turned = theirs.iter().rev().cloned().collect();
        }
        let theirs = if turned.is_empty() { theirs } else { turned.as_slice() };
        let found = pairs(ours, theirs, self.ids);
        if let Some((ours, theirs)) = found.names {
            self.listed(place, false, ours, theirs);
        }
        for (which, ours, theirs) in found.same {
            self.value(&place.entry(&which), ours, theirs);
        }
        for (ours, theirs) in found.alike {
            self.value(&Place { is_alike: true, ..place.entry("") }, ours, theirs);
        }
    }

    /// The order of a list, which is judged when all answers to the request are known.
    fn listed(&mut self, place: &Place, are_texts: bool, recorded: Vec<String>, emulated: Vec<String>) {
        if place.is_alike || recorded.len() < 2 || !order::is_ordered(place, are_texts) {
            return;
        }
        let list = Listed {
            operation: self.operation.to_owned(),
            path: place.entry("").path,
            offset_ms: self.offset_ms,
            recorded,
            emulated,
        };
        self.findings.listed(format!("{} {}", self.series, place.concrete), list);
    }

    /// What is an id on both sides stands for the same thing from now on.
    fn learn(&mut self, place: &Place, recorded: &Value, emulated: &Value) {
        if is_id(&place.name)
            && !place.is_alike
            && let (Some(ours), Some(theirs)) = (text_of(recorded), text_of(emulated))
        {
            self.ids.learn(&ours, &theirs);
        }
    }

    fn leaf(&mut self, place: &Place, raw: &str, recorded: String, emulated: String, is_count: bool) {
        self.findings.observed(self.operation, &place.path);
        if place.is_alike {
            return;
        }
        self.findings.leaf(Leaf {
            operation: self.operation.to_owned(),
            path: place.path.clone(),
            series: format!("{} {}", self.series, place.concrete),
            offset_ms: self.offset_ms,
            raw: raw.to_owned(),
            recorded,
            emulated,
            is_count,
        });
    }

    /// A field that one side has alone; its whole content goes with it.
    fn only(&mut self, place: &Place, kind: DifferenceKind, value: &Value) {
        let it = kind_of(value);
        let (cloud, emulator) = match kind {
            DifferenceKind::CloudOnly => (format!("has {it}"), "has no such field".to_owned()),
            _ => ("has no such field".to_owned(), it.to_owned()),
        };
        self.differs(place, kind, cloud, emulator);
    }

    fn differs(&mut self, place: &Place, kind: DifferenceKind, cloud: String, emulator: String) {
        self.findings.observed(self.operation, &place.path);
        self.findings.differs(self.operation, &place.path, kind, cloud, emulator);
    }
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
