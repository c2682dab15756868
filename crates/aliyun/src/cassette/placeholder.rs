//! Placeholders in place of values: the same one for the same value, wherever it comes back.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::LazyLock,
};

use regex::Regex;
use serde_json::Value;

use super::Kind;
use crate::{
    openapi::{Params, decode_form},
    secret::Needles,
};

/// Values from this length on are looked for in all texts; shorter ones would tear holes into words,
/// and are replaced where their field's name tells what they are.
const SHORTEST_SOUGHT: usize = 6;

/// Secrets from this length on must not be in a line in any form.
const SHORTEST_SECRET: usize = 8;

/// The values that were replaced so far, and their placeholders.
#[derive(Default)]
pub struct Placeholders {
    names: HashMap<String, String>,
    counts: BTreeMap<Kind, u32>,
    sought: Needles,
    forbidden: Needles,
}

impl fmt::Debug for Placeholders {
    /// Their number alone: what they stand for is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Placeholders").field("values", &self.names.len()).finish_non_exhaustive()
    }
}

impl Placeholders {
    /// The placeholder of a value.
    pub fn learn(&mut self, kind: Kind, value: &str) -> String {
        if let Some(known) = self.names.get(value) {
            return known.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let placeholder = kind.placeholder(*count);
        self.names.insert(value.to_owned(), placeholder.clone());
        if value.len() >= SHORTEST_SOUGHT {
            self.sought.add(value, &placeholder);
        }
        if value.len() >= SHORTEST_SECRET && kind != Kind::Account {
            self.forbidden.add(value, "");
        }
        if matches!(kind, Kind::Robot | Kind::Url) {
            for part in secrets_of(value) {
                self.learn(Kind::Secret, &part);
            }
        }
        placeholder
    }

    /// Learns the parts of a webhook that are as secret as a token: a name and password, and a path
    /// other than that of DingTalk's robots, which is the same for all.
    fn learn_parts(&mut self, kind: Kind, url: &str) {
        if kind != Kind::Url {
            return;
        }
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let login = authority.rsplit_once('@').map(|(login, _)| login);
        for part in login.into_iter().chain(Some(path)).filter(|part| part.len() >= SHORTEST_SECRET) {
            self.learn(Kind::Secret, part);
        }
    }

    /// Gives a value a placeholder that was chosen elsewhere.
    pub fn assign(&mut self, value: &str, placeholder: &str) {
        if let Some((kind, number)) = Kind::of_placeholder(placeholder) {
            // Values that are still to come must not get it too.
            let count = self.counts.entry(kind).or_default();
            *count = number.max(*count);
        }
        let is_new = self.names.insert(value.to_owned(), placeholder.to_owned()).is_none();
        if is_new && value.len() >= SHORTEST_SOUGHT {
            self.sought.add(value, placeholder);
        }
    }

    /// Whether a line holds a secret all the same.
    #[must_use]
    pub fn finds_secret(&self, line: &str) -> bool {
        self.forbidden.finds_any(line)
    }

    /// Parameters with placeholders.
    pub fn params(&mut self, params: &Params) -> Params {
        for (name, value) in params {
            self.note(last(name), value);
        }
        params.iter().map(|(name, value)| (name.clone(), self.shown(last(name), value))).collect()
    }

    /// A body with placeholders.
    pub fn json(&mut self, mut value: Value) -> Value {
        self.note_json("", &value);
        let known = self.names.len();
        self.replace_json("", &mut value);
        // What was learned from a text may stand in one before it.
        if self.names.len() > known {
            self.respell(&mut value);
        }
        value
    }

    /// A text with placeholders.
    pub fn text(&mut self, text: &str) -> String {
        let mut out = self.sought.replace(text);
        let known = self.names.len();
        for (pattern, kind) in PATTERNS.iter() {
            let Ok(pattern) = pattern else { continue };
            let found: Vec<String> = pattern.find_iter(&out).map(|found| found.as_str().to_owned()).collect();
            for value in found {
                let kind = if *kind == Kind::Url { Kind::of_url(&value) } else { *kind };
                // What was replaced inside is part of the value, but must not name it.
                let placeholder = self.learn(kind, &value);
                out = out.replace(&value, &placeholder);
            }
        }
        // What was learned from one part of the text may be in another, in another form.
        if self.names.len() > known { self.sought.replace(&out) } else { out }
    }

    /// Learns the value of a field whose name tells what it is.
    fn note(&mut self, name: &str, value: &str) {
        if Kind::is_advice(name, value) {
            return;
        }
        if let Some(kind) = Kind::of_field(name, value) {
            self.learn(kind, value);
            self.learn_parts(kind, value);
        }
        if let Some(inner) = nested(value) {
            self.note_json(name, &inner);
        }
    }

    fn note_json(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) => self.note(name, text),
            Value::Array(items) => items.iter().for_each(|item| self.note_json(name, item)),
            Value::Object(fields) => fields.iter().for_each(|(name, value)| self.note_json(name, value)),
            Value::Number(number) => self.note(name, &number.to_string()),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn replace_json(&mut self, name: &str, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.shown(name, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace_json(name, item)),
            Value::Object(fields) => {
                fields.iter_mut().for_each(|(name, value)| self.replace_json(name, value));
            }
            // A telephone number or an account may be a number too.
            Value::Number(number) => {
                let text = number.to_string();
                let shown = if is_account(&text) { self.text(&text) } else { self.by_name(name, &text) };
                if shown != text {
                    *value = Value::String(shown);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn shown(&mut self, name: &str, value: &str) -> String {
        if Kind::is_advice(name, value) {
            return self.sought.replace(value);
        }
        if let Some(kind) = Kind::of_field(name, value) {
            return self.learn(kind, value);
        }
        let plain = self.text(value);
        // Inside, a value may be escaped in any way that JSON allows.
        if let Some(mut inner) = nested(value) {
            self.replace_json(name, &mut inner);
            if nested(&plain).as_ref() != Some(&inner) {
                return self.text(&inner.to_string());
            }
        }
        plain
    }

    /// Replaces what is known by now, and learns nothing.
    fn respell(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.sought.replace(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.respell(item)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.respell(value)),
            Value::Number(_) | Value::Null | Value::Bool(_) => {}
        }
    }

    /// A value that its field's name tells what it is, as its placeholder; any other as it is.
    fn by_name(&mut self, name: &str, value: &str) -> String {
        match Kind::of_field(name, value) {
            Some(kind) => self.learn(kind, value),
            None => value.to_owned(),
        }
    }
}

/// Whether a number is as long as that of an account; instants are shorter.
fn is_account(number: &str) -> bool {
    number.len() == 16 && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// `EventPattern.1.Product` is `Product`, and `ContactNames.1` is `ContactNames`.
fn last(name: &str) -> &str {
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    name.rsplit('.').find(|part| !is_number(part)).unwrap_or(name)
}

/// JSON in a string, as several fields of the cloud's answers are.
#[must_use]
pub fn nested(text: &str) -> Option<Value> {
    let text = text.trim_start();
    let is_candidate = text.starts_with('{') || text.starts_with('[');
    is_candidate.then(|| serde_json::from_str(text).ok()).flatten()
}

/// The parts of a URL that are secret by themselves.
fn secrets_of(url: &str) -> Vec<String> {
    let Some((_, query)) = url.split_once('?') else { return Vec::new() };
    let decoded = decode_form(query).unwrap_or_default();
    decoded.into_iter().filter(|(_, value)| value.len() >= SHORTEST_SECRET).map(|(_, value)| value).collect()
}

/// What is personal or secret wherever it stands.
static PATTERNS: LazyLock<[(Result<Regex, regex::Error>, Kind); 5]> = LazyLock::new(|| {
    [
        (Regex::new(r#"[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>\\,;{}]+"#), Kind::Url),
        (Regex::new(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), Kind::Mail),
        (Regex::new(r"\b(?:86)?1[3-9][0-9]{9}\b"), Kind::Phone),
        (Regex::new(r"\b(?:LTAI|STS\.)[0-9A-Za-z]{8,}\b"), Kind::Key),
        (Regex::new(r"\b[0-9]{16}\b"), Kind::Account),
    ]
});

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde_json::json;

    use super::*;

    const WEBHOOK: &str = "https://oapi.dingtalk.com/robot/send?access_token=c4n4ryc4n4ryc4n4ry";

    #[test]
    fn a_value_has_one_placeholder_wherever_it_comes_back() {
        let mut placeholders = Placeholders::default();
        let params: Params = [
            ("Channels.DingWebHook", WEBHOOK),
            ("Channels.Mail", "alice@example.com"),
            ("Channels.SMS", "86-13900001234"),
            ("Describe", "calls 13900005678, see alice@example.com"),
            ("ContactName", "alice"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        let shown = placeholders.params(&params);
        assert_eq!(shown["Channels.DingWebHook"], "{robot-1}");
        assert_eq!(shown["Channels.Mail"], "{mail-1}");
        assert_eq!(shown["Channels.SMS"], "{phone-1}");
        assert_eq!(shown["Describe"], "calls {phone-2}, see {mail-1}");
        assert_eq!(shown["ContactName"], "alice");

        let answer = placeholders.json(json!({
            "Contacts": {"Contact": [{"Name": "alice", "Channels": {"Mail": "alice@example.com",
                "DingWebHook": WEBHOOK}, "ChannelsState": {"Mail": "PENDING"}}]},
            "Message": format!("{WEBHOOK} is the address of acs:ecs:cn-hangzhou:1000000000000001:instance/i-1"),
            "Token": STANDARD.encode("c4n4ryc4n4ryc4n4ry"),
            "Content": "{\"password\": \"opensesame\"}",
            "Time": 1_764_171_000_000_u64,
        }));
        let contact = &answer["Contacts"]["Contact"][0];
        assert_eq!(contact["Channels"], json!({"Mail": "{mail-1}", "DingWebHook": "{robot-1}"}));
        assert_eq!(contact["ChannelsState"]["Mail"], "PENDING");
        assert_eq!(
            answer["Message"],
            "{robot-1} is the address of acs:ecs:cn-hangzhou:{account-1}:instance/i-1"
        );
        assert_eq!(answer["Content"], "{\"password\": \"{secret-3}\"}");
        assert_eq!(answer["Time"], 1_764_171_000_000_u64);
        assert!(!answer.to_string().contains("c4n4ry"), "{answer}");
    }

    #[test]
    fn what_is_escaped_inside_or_is_a_number_is_replaced_too() {
        let mut placeholders = Placeholders::default();
        let answer = placeholders.json(json!({
            "Content": "{\"to\": \"\\u0061lice\\u0040example.com\", \"login\": {\"password\": \"a\\/b\\u003dcdefgh\"}}",
            "UserId": 1_000_000_000_000_001_u64,
            "Phone": 13_900_001_234_u64,
            "Memory": 17_179_869_184_u64,
            "Time": 1_764_171_000_000_u64,
        }));
        let text = answer.to_string();
        for hidden in ["lice", "example.com", "cdefgh", "1000000000000001", "13900001234"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
        assert_eq!(
            (&answer["UserId"], &answer["Memory"]),
            (&json!("{account-1}"), &json!(17_179_869_184_u64))
        );
        assert_eq!(answer["Time"], 1_764_171_000_000_u64);
        assert!(!format!("{placeholders:?}").contains("alice"));
    }

    #[test]
    fn what_is_learned_late_is_replaced_before_it_too() {
        let mut placeholders = Placeholders::default();
        let answer = placeholders.json(json!({
            "A": "the hook is opensesame1",
            "B": "called https://example.com/hook?key=opensesame1 in vain",
            "Code": "SignatureDoesNotMatch",
            "Recommend": "https://next.api.aliyun.com/troubleshoot?q=SignatureDoesNotMatch&product=Cms",
        }));
        assert!(!answer.to_string().contains("opensesame1"), "{answer}");
        assert_eq!(answer["Code"], "SignatureDoesNotMatch");
        let other = "https://next.api.aliyun.com.example.com/troubleshoot?q=c4n4ryc4n4ry";
        assert_eq!(placeholders.json(json!({ "Recommend": other }))["Recommend"], "{url-2}");
        let more = "https://next.api.aliyun.com/troubleshoot?q=x&token=c4n4ryc4n4ry";
        assert_eq!(placeholders.json(json!({ "Recommend": more }))["Recommend"], "{url-3}");
    }

    #[test]
    fn a_secret_in_an_unforeseen_place_is_found() {
        let mut placeholders = Placeholders::default();
        placeholders.learn(Kind::Robot, WEBHOOK);
        let answer = placeholders.json(json!({"c4n4ryc4n4ryc4n4ry": 1}));
        assert!(placeholders.finds_secret(&answer.to_string()));
        let encoded = STANDARD.encode("c4n4ryc4n4ryc4n4ry");
        assert!(placeholders.finds_secret(&encoded));
        assert!(!placeholders.finds_secret("{robot-1}"));
    }
}
