//! What is compared of a value: itself, or, where it differs by nature, its shape.

use std::sync::LazyLock;

use regex::Regex;

use super::ids::is_id;

/// Texts that say the same in any words.
const FREE: [&str; 4] = ["Message", "Recommend", "HostId", "ErrorMessage"];

/// What an instance is made of, which a cassette does not say in advance.
const MADE_OF: [&str; 6] =
    ["HostName", "Cpu", "Memory", "SerialNumber", "CreationTime", "InstanceNetworkType"];

/// What is left of a text for the comparison. `name` is that of its field.
pub(super) fn text(name: &str, text: &str) -> String {
    if FREE.contains(&name) {
        return "a text".to_owned();
    }
    if text.is_empty() {
        return String::new();
    }
    if is_id(name) {
        return "an id".to_owned();
    }
    if MADE_OF.contains(&name) {
        return "a text".to_owned();
    }
    for (pattern, shape) in SHAPES.iter() {
        if pattern.as_ref().is_ok_and(|pattern| pattern.is_match(text)) {
            return (*shape).to_owned();
        }
    }
    match ACCOUNT.as_ref() {
        Ok(account) => account.replace_all(text, "{account}").into_owned(),
        Err(_) => text.to_owned(),
    }
}

/// What is left of a number.
pub(super) fn number(name: &str, number: &serde_json::Number) -> String {
    if is_id(name) {
        "an id".to_owned()
    } else if MADE_OF.contains(&name) {
        "a number".to_owned()
    } else if number.as_u64().is_some_and(|number| number >= MILLIS_OF_2001) {
        "a time".to_owned()
    } else {
        number.to_string()
    }
}

/// Numbers from here on are instants in milliseconds.
const MILLIS_OF_2001: u64 = 1_000_000_000_000;

static SHAPES: LazyLock<[(Result<Regex, regex::Error>, &'static str); 6]> = LazyLock::new(|| {
    [
        (
            Regex::new(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9.]+)?(Z|[+-][0-9:]+)?$"),
            "a time",
        ),
        (Regex::new(r"^[0-9]{8}T[0-9]{6}"), "a time"),
        (Regex::new(r"^[0-9]{13}$"), "a time"),
        (Regex::new(r"(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"), "an id"),
        (Regex::new(r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$"), "an address"),
        (Regex::new(r"^acs:[a-z]+:"), "an ARN"),
    ]
});

static ACCOUNT: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| Regex::new(r"\{account-[0-9]+\}"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_by_nature_is_compared_by_its_shape() {
        for (name, one, other) in [
            ("RequestId", "a", "b"),
            ("Message", "ok", ""),
            ("EventTime", "20260101T000000.000+0800", "20251231T235959.000+0800"),
            ("CreationTime", "2026-01-01T00:00Z", "2026-01-02T00:00Z"),
            ("Time", "1764171000000", "1764171000001"),
            ("IpAddress", "172.16.0.1", "10.0.0.1"),
            ("Arn", "acs:ram::{account-1}:root", "acs:ram::1000000000000001:user/x"),
            ("Owner", "{account-1}", "{account-2}"),
        ] {
            assert_eq!(text(name, one), text(name, other), "{name}");
        }
    }

    #[test]
    fn what_does_not_is_compared_itself() {
        for (name, one, other) in [
            ("GroupId", "", "1"),
            ("Lang", "en", "zh-cn"),
            ("Name", "a", "b"),
            ("Status", "Stopping", "Stopped"),
            ("Time", "soon", "1764171000000"),
        ] {
            assert_ne!(text(name, one), text(name, other), "{name}");
        }
        assert_ne!(number("SilenceTime", &86_400.into()), number("SilenceTime", &0.into()));
        assert_eq!(number("CreateTime", &1_764_171_000_000_u64.into()), "a time");
    }
}
