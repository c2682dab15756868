//! Takes out of a message what differs from run to run.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use regex::Regex;
use serde_json::Value;

use crate::scenario::query::Query;

/// A kind of value that normalisers know by name.
struct Class {
    name: &'static str,
    /// Whether it is taken out unless a scenario says otherwise.
    always: bool,
    /// What stands before the value and stays.
    before: &'static str,
    value: &'static str,
}

const fn class(name: &'static str, always: bool, value: &'static str) -> Class {
    Class { name, always, before: "", value }
}

/// What is recognised, in order: the first that fits at a place wins.
const CLASSES: [Class; 13] = [
    // 2026-01-01T00:00:35+08:00, 2026-01-01 00:00:35.123 +08:00, 2025-12-31T16:00:35Z
    class("time", true, r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?"),
    // 20260101T000035.000+0800
    class("time", true, r"\b\d{8}T\d{6}(?:\.\d+)?(?:Z|[+-]\d{4})?"),
    class(
        "request",
        true,
        r"\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b",
    ),
    class("instance", true, r"\bi-[a-z0-9]{12,}\b"),
    class("event", true, r"\be-[a-z0-9]{12,}\b"),
    class("disk", true, r"\bd-[a-z0-9]{12,}\b"),
    Class { name: "token", always: true, before: "access_token=", value: r#"[^&\s"')\]]+"# },
    Class {
        name: "sign",
        always: true,
        before: r"[?&](?:sign|signature|Signature)=",
        value: r#"[^&\s"')\]]+"#,
    },
    // Milliseconds since 1970, from 2001 to 2286.
    class("time", true, r"\b[1-9]\d{12}\b"),
    class("account", true, r"\b\d{16}\b"),
    class("region", false, r"\b(?:cn|ap|us|eu|me|na|sa|af)-[a-z]+(?:-[a-z]+)*(?:-\d)?\b"),
    class("duration", false, r"\b\d+(?:\.\d+)?(?:ms|s|m|h|d)\b"),
    class(
        "duration",
        false,
        r"\b\d+(?:\.\d+)? ?(?:milliseconds?|seconds?|minutes?|hours?|days?|秒|分钟|小时|天)",
    ),
];

/// The kinds that are known by name, and whether each is taken out unless a scenario says otherwise.
pub fn named() -> Vec<(&'static str, bool)> {
    let mut all: Vec<(&'static str, bool)> = Vec::new();
    for Class { name, always, .. } in &CLASSES {
        if all.iter().all(|(known, _)| known != name) {
            all.push((name, *always));
        }
    }
    all
}

/// How a scenario finds a kind of value of its own.
#[derive(Debug, Clone)]
pub enum Finder {
    /// By a regular expression, anywhere in the message's lines.
    Regex(String),
    /// By its place in the body.
    Path(Query),
}

/// What a scenario's snapshots leave out.
#[derive(Debug, Clone)]
pub struct Rules {
    pattern: Option<Regex>,
    /// The class of each group of the pattern.
    classes: Vec<Arc<str>>,
    paths: Vec<(Arc<str>, Query)>,
}

/// The rules of a scenario that says nothing: compiled once, since that takes longer than the rest of
/// reading a scenario. The text is constant and covered by the tests: nothing in it can be faulty.
static NAMED: LazyLock<Rules> = LazyLock::new(|| {
    let nothing = || Rules { pattern: None, classes: Vec::new(), paths: Vec::new() };
    Rules::compile(&HashMap::new(), Vec::new()).unwrap_or_else(|_| nothing())
});

impl Default for Rules {
    fn default() -> Self {
        NAMED.clone()
    }
}

impl Rules {
    /// The named kinds, each as `switched` says or else as it is by default, and the scenario's own,
    /// which come first.
    ///
    /// # Errors
    /// What is wrong with a regular expression.
    pub fn new(switched: &HashMap<String, bool>, own: Vec<(String, Finder)>) -> Result<Self, regex::Error> {
        if switched.is_empty() && own.is_empty() {
            return Ok(NAMED.clone());
        }
        Self::compile(switched, own)
    }

    fn compile(switched: &HashMap<String, bool>, own: Vec<(String, Finder)>) -> Result<Self, regex::Error> {
        let (mut parts, mut classes, mut paths) = (Vec::new(), Vec::new(), Vec::new());
        let mut add = |name: Arc<str>, before: &str, value: &str| {
            // Groups have names, since a pattern of the scenario may have groups of its own.
            parts.push(format!("{before}(?P<class_{}>{value})", classes.len()));
            classes.push(name);
        };
        for (name, finder) in own {
            let name: Arc<str> = name.into();
            match finder {
                Finder::Regex(value) => add(name, "", &value),
                Finder::Path(path) => paths.push((name, path)),
            }
        }
        for Class { name, always, before, value } in &CLASSES {
            if switched.get(*name).copied().unwrap_or(*always) {
                add((*name).into(), before, value);
            }
        }
        let pattern = if parts.is_empty() { None } else { Some(Regex::new(&parts.join("|"))?) };
        Ok(Self { pattern, classes, paths })
    }
}

/// Replaces times, ids and accounts by names with a number: the first instance of a scenario is
/// `[instance-01]` wherever it occurs. One normaliser serves one scenario, so numbers tell same from
/// other across its messages.
#[derive(Debug, Default)]
pub struct Normaliser {
    rules: Rules,
    seen: HashMap<(Arc<str>, String), usize>,
    counts: HashMap<Arc<str>, usize>,
}

impl Normaliser {
    /// One that leaves out what `rules` say.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// The text without what differs from run to run.
    pub fn normalise(&mut self, text: &str) -> String {
        let Some(pattern) = self.rules.pattern.clone() else { return text.to_owned() };
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for found in pattern.captures_iter(text) {
            let value = self.rules.classes.iter().enumerate().find_map(|(at, class)| {
                Some((
                    Arc::clone(class),
                    found.name(&format!("class_{at}")).filter(|value| !value.is_empty())?,
                ))
            });
            if let Some((class, value)) = value {
                out.push_str(&text[from..value.start()]);
                out.push_str(&self.name(class, value.as_str()));
                from = value.end();
            }
        }
        out.push_str(&text[from..]);
        out
    }

    /// A body without the values at the paths of the scenario's own kinds.
    ///
    /// # Errors
    /// A path could take too long in this body.
    pub fn normalise_body(&mut self, body: &mut Value) -> Result<(), String> {
        for (class, path) in self.rules.paths.clone() {
            let places =
                path.places(body).map_err(|why| format!("the message {why} (`{path}` under `normalise`)"))?;
            for place in places {
                if let Some(value) = body.pointer_mut(&place) {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    *value = Value::String(self.name(Arc::clone(&class), &text));
                }
            }
        }
        Ok(())
    }

    /// Two digits, so that one value more does not move the rest of a line.
    fn name(&mut self, class: Arc<str>, value: &str) -> String {
        let number = *self.seen.entry((Arc::clone(&class), value.to_owned())).or_insert_with(|| {
            let count = self.counts.entry(Arc::clone(&class)).or_default();
            *count += 1;
            *count
        });
        format!("[{class}-{number:02}]")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_values_get_equal_numbers() {
        let mut normaliser = Normaliser::default();
        let text = "i-bp1abcdefgh0123456789 at 2026-01-01 00:00:35 +08:00, acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1zzzzzzzz0123456789";
        assert_eq!(
            normaliser.normalise(text),
            "[instance-01] at [time-01], acs:ecs:cn-hangzhou:[account-01]:instance/[instance-02]"
        );
        assert_eq!(
            normaliser.normalise("20260101T000035.000+0800 1767196835000 i-bp1zzzzzzzz0123456789 9435EAD6-3CF6-4494-8F7A-3A1234567890"),
            "[time-02] [time-03] [instance-02] [request-01]"
        );
        assert_eq!(
            normaliser.normalise("https://x/send?access_token=abc123&timestamp=1767196835000&sign=a%2Bb%3D"),
            "https://x/send?access_token=[token-01]&timestamp=[time-03]&sign=[sign-01]"
        );
    }

    #[test]
    fn ordinary_words_stay() {
        let text =
            "web-1 ecs.g7.large cn-hangzhou 13900000000 i-1 2026-01-01 Instance:StateChange e-mail d-day 5m";
        assert_eq!(Normaliser::default().normalise(text), text);
    }

    #[test]
    fn a_scenario_switches_named_kinds_and_adds_its_own() {
        let switched = HashMap::from([
            ("region".to_owned(), true),
            ("duration".to_owned(), true),
            ("instance".to_owned(), false),
        ]);
        let own = vec![
            ("order".to_owned(), Finder::Regex("(ORD)-[0-9]+".to_owned())),
            ("mobile".to_owned(), Finder::Path(Query::parse("$.at.atMobiles[*]").unwrap())),
        ];
        let mut normaliser = Normaliser::new(Rules::new(&switched, own).unwrap());
        assert_eq!(
            normaliser.normalise("ORD-7 in cn-hangzhou, i-bp1abcdefgh0123456789 for 5m, 10 minutes, 3 分钟, ORD-7, ORD-8, ap-southeast-1"),
            "[order-01] in [region-01], i-bp1abcdefgh0123456789 for [duration-01], [duration-02], [duration-03], [order-01], [order-02], [region-02]"
        );
        let mut body = json!({"at": {"atMobiles": ["139", "138", "139"]}, "x": 1});
        normaliser.normalise_body(&mut body).unwrap();
        assert_eq!(body, json!({"at": {"atMobiles": ["[mobile-01]", "[mobile-02]", "[mobile-01]"]}, "x": 1}));
    }
}
