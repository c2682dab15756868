//! `on_failure: [rules, alert_log]`: what is looked up when a story failed.

/// Something to look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Diagnosis {
    /// The event rules as the account has them (DescribeEventRuleList).
    Rules,
    /// The contacts, their channels and what is pending (DescribeContactList).
    Contacts,
    /// What CloudMonitor listed (DescribeSystemEventAttribute).
    Events,
    /// What rules told (DescribeAlertLogList).
    AlertLog,
    /// The emulator's journal since the last acts.
    Journal,
}

impl Diagnosis {
    /// All by their words in a scenario.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("rules", Self::Rules),
        ("contacts", Self::Contacts),
        ("events", Self::Events),
        ("alert_log", Self::AlertLog),
        ("journal", Self::Journal),
    ];

    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, known)| *known == self).map_or("", |(word, _)| word)
    }
}
