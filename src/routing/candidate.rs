//! An event that may happen, as far as it is known.

use std::fmt;

use serde_json::json;

use crate::{
    clock::Timestamp,
    event::{Entry, Level, Pattern, SystemEvent},
};

/// Something that a rule may ask of an event and that is not known of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Its level.
    Level,
    /// Its type.
    EventType,
    /// Its status.
    Status,
    /// What it holds.
    Content,
    /// The application groups that its resource is in.
    ApplicationGroup,
}

impl Fact {
    /// The option of `bellcheck explain` that tells it.
    #[must_use]
    pub const fn option(self) -> &'static str {
        match self {
            Self::Level => "--level",
            Self::EventType => "--type",
            Self::Status => "--status",
            Self::Content => "--content",
            Self::ApplicationGroup => "--application-group",
        }
    }

    /// Whether the field of a pattern asks for it.
    pub(super) fn is_asked_by(self, field: &str) -> bool {
        match self {
            Self::Level => field == "levels",
            Self::EventType => field == "event_types",
            Self::Status => field == "statuses",
            Self::Content => matches!(field, "keyword" | "sql_filter" | "keyword_filter"),
            Self::ApplicationGroup => false,
        }
    }

    /// Whether a pattern makes a difference by it. Application groups are the rule's affair.
    pub(super) fn matters_to(self, pattern: &Pattern) -> bool {
        let limits = |list: &[String]| !list.is_empty() && !list.iter().any(|value| value == "*");
        let set = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        match self {
            Self::Level => limits(&pattern.levels),
            Self::EventType => limits(&pattern.event_types),
            Self::Status => limits(&pattern.statuses),
            Self::Content => set(&pattern.keyword) || set(&pattern.sql_filter) || pattern.keywords.is_some(),
            Self::ApplicationGroup => false,
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Level => "level",
            Self::EventType => "type",
            Self::Status => "status",
            Self::Content => "content",
            Self::ApplicationGroup => "application group",
        })
    }
}

/// An event that may happen.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The event. What is not known has a placeholder.
    pub event: SystemEvent,
    /// What is not known of it.
    pub unknown: Vec<Fact>,
    /// The application groups that its resource is in, by name.
    pub application_groups: Vec<String>,
}

impl Candidate {
    /// Whether this is known.
    #[must_use]
    pub fn knows(&self, fact: Fact) -> bool {
        !self.unknown.contains(&fact)
    }

    /// Level, type and status as far as they are known: `INFO, StatusNotification, Normal`.
    #[must_use]
    pub fn kind(&self) -> String {
        let shown = |fact, value: &str| if self.knows(fact) { value.to_owned() } else { "?".to_owned() };
        format!(
            "{}, {}, {}",
            shown(Fact::Level, self.event.level.as_str()),
            shown(Fact::EventType, &self.event.event_type),
            shown(Fact::Status, &self.event.status)
        )
    }
}

/// Level, type and status of one variant; what is not known is absent.
pub(super) type Variant = (Option<Level>, Option<String>, Option<String>);

/// The variants of a catalogue entry: documents may give several levels, types or statuses. Statuses
/// that differ in case only are one, as they are to a rule.
pub(super) fn variants(entry: &Entry) -> Vec<Variant> {
    let levels =
        unique(entry.levels().filter_map(|level| level.parse().ok()), |one: &Level, other| one == other);
    let same = |one: &String, other: &String| one.eq_ignore_ascii_case(other);
    let types = unique(entry.event_types().map(str::to_owned), same);
    let statuses = unique(entry.statuses().map(str::to_owned), same);
    let mut all = Vec::new();
    for level in &levels {
        for event_type in &types {
            for status in &statuses {
                all.push((*level, event_type.clone(), status.clone()));
            }
        }
    }
    all
}

/// The values, each once; one absent value where there is none.
fn unique<T>(values: impl Iterator<Item = T>, same: impl Fn(&T, &T) -> bool) -> Vec<Option<T>> {
    let mut found: Vec<T> = Vec::new();
    for value in values {
        if !found.iter().any(|known| same(known, &value)) {
            found.push(value);
        }
    }
    if found.is_empty() { vec![None] } else { found.into_iter().map(Some).collect() }
}

/// What an event is, before it is known where and when it happens.
pub(super) struct Draft<'a> {
    pub(super) product: &'a str,
    pub(super) name: &'a str,
    pub(super) variant: Variant,
    pub(super) region: &'a str,
    pub(super) at: Timestamp,
}

/// The event of a draft; what the variant lacks is unknown.
pub(super) fn candidate(draft: Draft<'_>) -> Candidate {
    let (level, event_type, status) = draft.variant;
    let mut unknown = Vec::new();
    unknown.extend(level.is_none().then_some(Fact::Level));
    unknown.extend(event_type.is_none().then_some(Fact::EventType));
    unknown.extend(status.is_none().then_some(Fact::Status));
    let product = draft.product.to_owned();
    Candidate {
        event: SystemEvent {
            id: String::new(),
            resource_id: format!("acs:{}:{}:*:*", product.to_lowercase(), draft.region),
            product,
            name: draft.name.to_owned(),
            level: level.unwrap_or(Level::Info),
            status: status.unwrap_or_default(),
            event_type: event_type.unwrap_or_default(),
            region_id: draft.region.to_owned(),
            instance_name: String::new(),
            user_id: String::new(),
            group_id: String::new(),
            event_time: draft.at,
            content: json!({}),
        },
        unknown,
        application_groups: Vec::new(),
    }
}
