//! The kinds of events there are, from public documents (`data/system-events.json`).

use std::sync::LazyLock;

use serde::Deserialize;

/// One kind of event. What the documents do not tell is absent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The product code.
    pub product: String,
    /// The event's name, as in `NameList`.
    pub name: String,
    /// `CRITICAL`, `WARN` or `INFO`.
    pub level: Option<String>,
    /// `Normal`, or the status that the name ends in.
    pub status: Option<String>,
    /// `StatusNotification`, `Exception`, `Maintenance`, …
    pub event_type: Option<String>,
    /// The name in English.
    pub name_en: Option<String>,
    /// The name in Chinese.
    pub name_zh: Option<String>,
    /// The status in words.
    pub status_desc: Option<String>,
    /// What it happens to, such as `Instance`.
    pub resource_type: Option<String>,
    /// Values that another document gives for a field.
    #[serde(default)]
    also: Vec<Alternative>,
    /// A sample of the event's content.
    pub content: Option<serde_json::Value>,
    /// The product code is a guess from the document's title.
    #[serde(default)]
    pub product_code_guessed: bool,
    /// Why the entry is doubtful.
    pub doubt: Option<String>,
    /// Indices into the catalogue's sources.
    sources: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Alternative {
    field: String,
    value: String,
}

impl Entry {
    /// Whether it is an event of the product; products are compared without regard to case.
    #[must_use]
    pub fn is_of(&self, product: &str) -> bool {
        self.product.eq_ignore_ascii_case(product)
    }

    /// All levels that some document gives for this event.
    pub fn levels(&self) -> impl Iterator<Item = &str> {
        self.values("level", self.level.as_deref())
    }

    /// All statuses that some document gives for this event.
    pub fn statuses(&self) -> impl Iterator<Item = &str> {
        self.values("status", self.status.as_deref())
    }

    /// All types that some document gives for this event.
    pub fn event_types(&self) -> impl Iterator<Item = &str> {
        self.values("event_type", self.event_type.as_deref())
    }

    fn values<'a>(&'a self, field: &'static str, main: Option<&'a str>) -> impl Iterator<Item = &'a str> {
        let others = self.also.iter().filter(move |also| also.field == field).map(|also| also.value.as_str());
        main.into_iter().chain(others)
    }
}

/// All known kinds of events.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    provenance: String,
    sources: Vec<String>,
    events: Vec<Entry>,
}

impl Catalogue {
    /// Where the catalogue comes from, in a sentence.
    #[must_use]
    pub fn provenance(&self) -> &str {
        &self.provenance
    }

    /// All entries, by product as in the data.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.events
    }

    /// The documents that an entry comes from.
    pub fn sources<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = &'a str> {
        entry.sources.iter().filter_map(|index| self.sources.get(*index)).map(String::as_str)
    }

    /// Whether any event of the product is known.
    #[must_use]
    pub fn has_product(&self, product: &str) -> bool {
        self.events.iter().any(|entry| entry.is_of(product))
    }

    /// The event of that exact name.
    #[must_use]
    pub fn find(&self, product: &str, name: &str) -> Option<&Entry> {
        self.events.iter().find(|entry| entry.name == name && entry.is_of(product))
    }

    /// Up to three names of the product that `name` is probably a misspelling of, nearest first.
    #[must_use]
    pub fn nearest(&self, product: &str, name: &str) -> Vec<&str> {
        // No event has a name as long as that, and likeness costs the product of the lengths.
        if name.len() > 200 {
            return Vec::new();
        }
        let wanted = name.to_lowercase();
        let likeness =
            |entry: &Entry| strsim::normalized_damerau_levenshtein(&entry.name.to_lowercase(), &wanted);
        let mut scored: Vec<(f64, &str)> = self
            .events
            .iter()
            .filter(|entry| entry.is_of(product))
            .map(|entry| (likeness(entry), entry.name.as_str()))
            .filter(|(score, _)| *score >= 0.8)
            .collect();
        scored.sort_by(|one, two| two.0.total_cmp(&one.0).then(one.1.cmp(two.1)));
        // What is much less alike than the best is noise beside it.
        let best = scored.first().map_or(0.0, |(score, _)| *score);
        scored.into_iter().filter(|(score, _)| best - score < 0.1).take(3).map(|(_, name)| name).collect()
    }
}

/// The built-in catalogue.
#[must_use]
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        // The data is part of the crate and its test reads it: it cannot fail for a user.
        serde_json::from_str(include_str!("data/system-events.json")).unwrap_or_else(|fault| Catalogue {
            provenance: format!("the built-in catalogue is broken: {fault}"),
            sources: Vec::new(),
            events: Vec::new(),
        })
    });
    &CATALOGUE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_whole() {
        let all = catalogue();
        assert_eq!(all.entries().len(), 387, "{}", all.provenance());
        for entry in all.entries() {
            assert!(all.sources(entry).count() > 0, "{} has no source", entry.name);
            assert_eq!(all.find(&entry.product, &entry.name), Some(entry));
            for level in entry.levels() {
                level
                    .parse::<crate::event::Level>()
                    .unwrap_or_else(|fault| panic!("{}: {fault}", entry.name));
            }
        }
    }

    #[test]
    fn events_are_found_and_misspellings_are_recognised() {
        let all = catalogue();
        let change = all.find("ecs", "Instance:StateChange").unwrap();
        assert_eq!(change.levels().collect::<Vec<_>>(), ["INFO"]);
        assert_eq!(change.name_zh.as_deref(), Some("实例状态改变通知"));
        assert_eq!(all.nearest("ECS", "instance:statechanged"), ["Instance:StateChange"]);
        assert!(all.nearest("ECS", "Instance:SomethingNewIn2027").is_empty());
        assert!(all.has_product("ECS") && !all.has_product("EC2"));
    }
}
