//! Takes out of a message what differs from run to run.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

/// Replaces times, ids and accounts by names with a number: the first instance of a scenario is
/// `[instance-1]` wherever it occurs. One normaliser serves one scenario, so numbers tell same from
/// other across its messages.
#[derive(Debug, Default)]
pub struct Normaliser {
    seen: HashMap<(&'static str, String), usize>,
    counts: HashMap<&'static str, usize>,
}

/// What is recognised, in order: the first that fits at a place wins.
const CLASSES: [(&str, &str); 8] = [
    // 2026-01-01T00:00:35+08:00, 2026-01-01 00:00:35.123 +08:00, 2025-12-31T16:00:35Z
    ("time", r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?"),
    // 20260101T000035.000+0800
    ("time", r"\b\d{8}T\d{6}(?:\.\d+)?(?:Z|[+-]\d{4})?"),
    ("uuid", r"\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b"),
    ("instance", r"\bi-[a-z0-9]{12,}\b"),
    ("event", r"\be-[a-z0-9]{12,}\b"),
    ("disk", r"\bd-[a-z0-9]{12,}\b"),
    // Milliseconds since 1970, from 2001 to 2286.
    ("time", r"\b[1-9]\d{12}\b"),
    ("account", r"\b\d{16}\b"),
];

static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let parts: Vec<String> = CLASSES.iter().map(|(_, pattern)| format!("({pattern})")).collect();
    // Constant text, covered by the tests.
    Regex::new(&parts.join("|")).ok()
});

impl Normaliser {
    /// The text without what differs from run to run.
    pub fn normalise(&mut self, text: &str) -> String {
        let Some(pattern) = PATTERN.as_ref() else { return text.to_owned() };
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for found in pattern.captures_iter(text) {
            let class = (1..=CLASSES.len()).find_map(|group| Some((CLASSES[group - 1].0, found.get(group)?)));
            if let Some((class, value)) = class {
                out.push_str(&text[from..value.start()]);
                out.push_str(&self.name(class, value.as_str()));
                from = value.end();
            }
        }
        out.push_str(&text[from..]);
        out
    }

    fn name(&mut self, class: &'static str, value: &str) -> String {
        let number = *self.seen.entry((class, value.to_owned())).or_insert_with(|| {
            let count = self.counts.entry(class).or_default();
            *count += 1;
            *count
        });
        format!("[{class}-{number}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_get_equal_numbers() {
        let mut normaliser = Normaliser::default();
        let text = "i-bp1abcdefgh0123456789 at 2026-01-01 00:00:35 +08:00, acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1zzzzzzzz0123456789";
        assert_eq!(
            normaliser.normalise(text),
            "[instance-1] at [time-1], acs:ecs:cn-hangzhou:[account-1]:instance/[instance-2]"
        );
        assert_eq!(
            normaliser.normalise("20260101T000035.000+0800 1767196835000 i-bp1zzzzzzzz0123456789 9435EAD6-3CF6-4494-8F7A-3A1234567890"),
            "[time-2] [time-3] [instance-2] [uuid-1]"
        );
    }

    #[test]
    fn ordinary_words_stay() {
        let text =
            "web-1 ecs.g7.large cn-hangzhou 13900000000 i-1 2026-01-01 Instance:StateChange e-mail d-day";
        assert_eq!(Normaliser::default().normalise(text), text);
    }
}
