//! Which events a rule matches.

use std::fmt;

use super::{Entry, KeywordFilter, Keywords, SystemEvent};

/// What a rule matches: every field must hold, each list needs one value that fits, and an empty
/// list or `*` fits all (the reading of CloudMonitor's default rules, which omit lists).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pattern {
    /// The product, or `*`. Compared without regard to case: documents write both `ecs` and `ECS`.
    pub product: String,
    /// Event types.
    pub event_types: Vec<String>,
    /// Levels.
    pub levels: Vec<String>,
    /// Event names; upper and lower case differ.
    pub names: Vec<String>,
    /// Statuses. Compared without regard to case: documents write both `Normal` and `normal`.
    pub statuses: Vec<String>,
    /// A keyword that the event must hold (`CustomFilters`).
    pub keyword: Option<String>,
    /// Keywords joined by `and` and `or` (`SQLFilter`).
    pub sql_filter: Option<String>,
    /// Keywords of which the event must hold one, or none (`KeywordFilter`).
    pub keywords: Option<Keywords>,
}

/// One field of a pattern that does not fit an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    field: &'static str,
    text: String,
}

impl Mismatch {
    /// The pattern's field, by its name in the spec (`levels`).
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Pattern {
    /// Whether it takes events of any name.
    #[must_use]
    pub fn takes_any_name(&self) -> bool {
        is_any(&self.names)
    }

    /// Whether it asks for this kind of event, by product and name; what else it wants is not looked at.
    #[must_use]
    pub fn names_kind(&self, entry: &Entry) -> bool {
        (self.product == "*" || entry.is_of(&self.product))
            && (self.takes_any_name() || self.names.contains(&entry.name))
    }

    /// The fields that do not fit; none for an event that matches.
    #[must_use]
    pub fn mismatches(&self, event: &SystemEvent) -> Vec<Mismatch> {
        let mut found = self.mismatches_of_kind(event);
        found.extend(self.mismatches_of_content(event));
        found
    }

    /// The fields that do not fit a custom event, which has neither product nor level, type or
    /// status: only its name and what it holds count.
    #[must_use]
    pub fn mismatches_of_custom(&self, event: &SystemEvent) -> Vec<Mismatch> {
        let mut found = self.mismatches_of_kind(event);
        found.retain(|mismatch| mismatch.field == "names");
        found.extend(self.mismatches_of_content(event));
        found
    }

    fn mismatches_of_kind(&self, event: &SystemEvent) -> Vec<Mismatch> {
        let mut found = Vec::new();
        if self.product != "*" && !self.product.eq_ignore_ascii_case(&event.product) {
            found.push(Mismatch {
                field: "product",
                text: format!("product {} is not {}", event.product, self.product),
            });
        }
        let lists = [
            ("event_types", "event type", &self.event_types, event.event_type.as_str(), false),
            ("levels", "level", &self.levels, event.level.as_str(), false),
            ("names", "name", &self.names, event.name.as_str(), true),
            ("statuses", "status", &self.statuses, event.status.as_str(), false),
        ];
        for (field, word, wanted, got, case_matters) in lists {
            let fits = |value: &String| {
                value == "*" || value == got || !case_matters && value.eq_ignore_ascii_case(got)
            };
            if !wanted.is_empty() && !wanted.iter().any(fits) {
                found.push(Mismatch {
                    field,
                    text: format!("{word} {got} is not in [{}]", wanted.join(", ")),
                });
            }
        }
        found
    }

    fn mismatches_of_content(&self, event: &SystemEvent) -> Vec<Mismatch> {
        let mut found = Vec::new();
        if let Some(keyword) = self.keyword.as_deref().filter(|keyword| !keyword.is_empty())
            && !event.search_text().contains(keyword)
        {
            found.push(Mismatch {
                field: "keyword",
                text: format!("keyword `{keyword}` is not in the event"),
            });
        }
        if let Some(filter) = self.sql_filter.as_deref().filter(|filter| !filter.is_empty()) {
            match KeywordFilter::parse(filter) {
                Ok(parsed) if parsed.matches(&event.search_text()) => {}
                Ok(_) => found.push(Mismatch {
                    field: "sql_filter",
                    text: format!("the event does not fit `{filter}`"),
                }),
                Err(fault) => found.push(Mismatch {
                    field: "sql_filter",
                    text: format!("`{filter}` is not understood: {fault}"),
                }),
            }
        }
        if let Some(keywords) =
            self.keywords.as_ref().filter(|keywords| !keywords.matches(&event.search_text()))
        {
            found.push(Mismatch {
                field: "keyword_filter",
                text: format!("the event does not hold {keywords}"),
            });
        }
        found
    }
}

/// Whether a list of a pattern fits all values.
#[must_use]
pub fn is_any(list: &[String]) -> bool {
    list.is_empty() || list.iter().any(|value| value == "*")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Relation;

    fn event() -> SystemEvent {
        SystemEvent::state_change("A", "Stopping", "2026-01-01T00:00:00Z".parse().unwrap())
    }

    fn list(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    fn matching() -> Pattern {
        Pattern {
            product: "ecs".to_owned(),
            event_types: list(&["Exception", "StatusNotification"]),
            levels: list(&["INFO"]),
            names: list(&["Instance:StateChange"]),
            statuses: list(&["normal"]),
            keyword: Some("Stopping".to_owned()),
            sql_filter: Some("web-1 and Stopping".to_owned()),
            keywords: Some(Keywords { relation: Relation::Not, words: list(&["Stopped"]) }),
        }
    }

    #[test]
    fn every_field_must_hold() {
        assert_eq!(matching().mismatches(&event()), []);
        let open = Pattern { product: "*".to_owned(), names: list(&["*"]), ..Pattern::default() };
        assert_eq!(open.mismatches(&event()), []);
        let broken: [(&str, Pattern, &str); 8] = [
            ("product", Pattern { product: "RDS".to_owned(), ..matching() }, "product ECS is not RDS"),
            (
                "event_types",
                Pattern { event_types: list(&["Exception"]), ..matching() },
                "event type StatusNotification is not in [Exception]",
            ),
            (
                "levels",
                Pattern { levels: list(&["CRITICAL", "WARN"]), ..matching() },
                "level INFO is not in [CRITICAL, WARN]",
            ),
            (
                "names",
                Pattern { names: list(&["Instance:statechange"]), ..matching() },
                "name Instance:StateChange is not in [Instance:statechange]",
            ),
            (
                "statuses",
                Pattern { statuses: list(&["Failed"]), ..matching() },
                "status Normal is not in [Failed]",
            ),
            (
                "keyword",
                Pattern { keyword: Some("Stopped".to_owned()), ..matching() },
                "keyword `Stopped` is not in the event",
            ),
            (
                "sql_filter",
                Pattern { sql_filter: Some("web-2 and Stopping".to_owned()), ..matching() },
                "the event does not fit `web-2 and Stopping`",
            ),
            (
                "keyword_filter",
                Pattern {
                    keywords: Some(Keywords { relation: Relation::Or, words: list(&["Stopped", "i-2"]) }),
                    ..matching()
                },
                "the event does not hold any of [Stopped, i-2]",
            ),
        ];
        for (field, pattern, text) in broken {
            let found = pattern.mismatches(&event());
            assert_eq!(found.len(), 1, "{field}: {found:?}");
            assert_eq!((found[0].field(), found[0].to_string().as_str()), (field, text));
        }
    }
}
