//! Who is told of which event, for all events that are known.

use std::collections::BTreeSet;

use super::{
    candidate::{Candidate, Draft, Fact, candidate, variants},
    route::{Route, RuleVerdict, Words, route},
};
use crate::{
    clock::Timestamp,
    event::{Catalogue, Level},
    spec::{EventType, Spec},
};

/// Which products' events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Those that the spec's rules name (all, when one names `*`), and these.
    Spec {
        /// More products.
        and: Vec<String>,
    },
    /// All that the catalogue has.
    All,
}

/// One event and who is told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The event.
    pub candidate: Candidate,
    /// Its name in English, or else in Chinese, where a document has one.
    pub meaning: Option<String>,
    /// Who is told; nobody is possible.
    pub told: Vec<Told>,
}

/// Somebody or something that is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// A contact, or the kind of a machine (`sls`).
    pub who: String,
    /// By what: a robot's name, `mail`, `sms`, `phone`, `aliim`, or where the machine is.
    pub by: Vec<String>,
    /// The rule.
    pub rule: String,
    /// Whether it is a contact.
    pub is_person: bool,
    /// What it depends on besides; nothing where it is certain.
    pub depends_on: Vec<Fact>,
}

/// All rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// By product and name, as in the catalogue.
    pub rows: Vec<Row>,
}

impl Row {
    /// Whether it is CRITICAL or WARN, and nobody and nothing is told of it under any circumstances.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        self.told.is_empty() && self.candidate.knows(Fact::Level) && self.candidate.event.level >= Level::Warn
    }
}

impl Table {
    /// CRITICAL and WARN events that reach nobody.
    pub fn gaps(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_gap())
    }
}

/// The table. What an event holds and where it happens is not known of an event that has not happened:
/// a rule that asks for it is told of as depending on it.
#[must_use]
pub fn table(spec: &Spec, catalogue: &Catalogue, scope: &Scope, words: Words<'_>) -> Table {
    let wanted = products(spec, scope);
    let fits = |product: &str| {
        wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|one| one.eq_ignore_ascii_case(product)))
    };
    let mut rows = Vec::new();
    for entry in catalogue.entries().iter().filter(|entry| fits(&entry.product)) {
        for variant in variants(entry) {
            let at = Timestamp::UNIX_EPOCH;
            let draft =
                Draft { product: &entry.product, name: &entry.name, variant, region: &spec.region, at };
            let mut asked = candidate(draft);
            asked.unknown.extend([Fact::Content, Fact::ApplicationGroup]);
            let told = told(&route(spec, &asked, words));
            let meaning = entry.name_en.clone().or_else(|| entry.name_zh.clone());
            rows.push(Row { candidate: asked, meaning, told });
        }
    }
    Table { rows }
}

/// The products; all where there is no limit.
fn products(spec: &Spec, scope: &Scope) -> Option<BTreeSet<String>> {
    let Scope::Spec { and } = scope else { return None };
    let of_rules = spec.rules.values().filter(|rule| rule.event_type == EventType::System);
    let mut wanted: BTreeSet<String> = of_rules.map(|rule| rule.pattern.product.clone()).collect();
    wanted.extend(and.iter().cloned());
    (!wanted.contains("*")).then_some(wanted)
}

/// Who is told by a route, each contact and machine once for each rule.
fn told(route: &Route) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    for rule in &route.rules {
        let depends_on = match &rule.verdict {
            RuleVerdict::Matched => Vec::new(),
            RuleVerdict::Depends(facts) => facts.clone(),
            _ => continue,
        };
        let mut add = |who: &str, by: Vec<String>, is_person: bool| match told
            .iter_mut()
            .find(|one| one.who == who && one.rule == rule.rule && one.is_person == is_person)
        {
            Some(known) => known.by.extend(by),
            None => told.push(Told {
                who: who.to_owned(),
                by,
                rule: rule.rule.clone(),
                is_person,
                depends_on: depends_on.clone(),
            }),
        };
        for contact in rule.people() {
            add(&contact.contact, contact.told().map(ways).collect(), true);
        }
        for (kind, to) in rule.machines() {
            add(kind, vec![to.to_owned()], false);
        }
    }
    told
}

fn ways(channel: &super::ChannelRoute) -> String {
    if channel.to.is_empty() { channel.channel.as_str().to_owned() } else { channel.to.clone() }
}
