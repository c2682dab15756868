//! Secrets and the variables that stand for them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{MovedSecret, chosen::Chosen};
use crate::{
    provision::{model::Target, observed::Observed},
    secret::{Secret, is_secret_name},
};

/// What a DingTalk robot's address begins with; its token is the rest.
pub(super) const ROBOT: &str = "https://oapi.dingtalk.com/robot/send?access_token=";

/// The variables of a file, and its robots.
pub(super) struct Variables {
    /// Robots' names by token: each is named after the first contact that it tells.
    pub(super) robots: BTreeMap<String, String>,
    /// Variables by value.
    by_value: BTreeMap<String, Variable>,
}

struct Variable {
    name: String,
    belongs_to: Vec<String>,
}

/// Where a secret was found: the name that its variable should have, the secret, whose it is.
struct Found<'a> {
    base: String,
    value: &'a str,
    belongs_to: String,
}

impl Variables {
    pub(super) fn new(observed: &Observed, chosen: &Chosen) -> Self {
        let mut found: Vec<Found<'_>> = Vec::new();
        let mut robots: BTreeMap<String, String> = BTreeMap::new();
        for (name, seen) in observed.contacts.iter().filter(|(name, _)| chosen.contacts.contains(*name)) {
            let Some(url) = seen.contact.webhook.as_ref().map(Secret::expose) else { continue };
            if let Some(token) = token(url) {
                let robot = robots.entry(token.to_owned()).or_insert_with(|| name.clone());
                let belongs_to = format!("the access_token of robot {robot}, which tells contact {name}");
                found.push(Found { base: format!("DING_{}_TOKEN", upper(robot)), value: token, belongs_to });
            } else {
                let belongs_to = format!("the webhook of contact {name}");
                found.push(Found { base: format!("HOOK_{}_URL", upper(name)), value: url, belongs_to });
            }
        }
        for (name, seen) in observed.rules.iter().filter(|(name, _)| chosen.rules.contains(*name)) {
            for (_, target) in &seen.targets {
                match target {
                    Target::Webhook { url, .. } => found.push(Found {
                        base: format!("HOOK_{}_URL", upper(name)),
                        value: url.expose(),
                        belongs_to: format!("a webhook target of rule {name}"),
                    }),
                    Target::OpenApi { action, parameters: Some(parameters), .. } => {
                        secrets_in(parameters, "", &mut |key, value| {
                            found.push(Found {
                                base: format!("PARAMETER_{}_{}", upper(name), upper(key)),
                                value,
                                belongs_to: format!("parameter {key} of {action}, a target of rule {name}"),
                            });
                        });
                    }
                    _ => {}
                }
            }
        }
        Self { robots, by_value: named(&found) }
    }

    /// The variable of a secret, as it is written into the file.
    pub(super) fn written(&self, value: &str) -> String {
        self.by_value.get(value).map_or_else(String::new, |variable| format!("${{{}}}", variable.name))
    }

    /// The value of a variable.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let found = self.by_value.iter().find(|(_, variable)| variable.name == name);
        found.map(|(value, _)| value.clone())
    }

    pub(super) fn into_moved(self) -> Vec<MovedSecret> {
        let moved = self.by_value.into_iter().map(|(value, variable)| MovedSecret {
            variable: variable.name,
            belongs_to: variable.belongs_to.join("; "),
            value: Secret::new(value),
        });
        let mut moved: Vec<MovedSecret> = moved.collect();
        moved.sort_by(|a, b| a.variable.cmp(&b.variable));
        moved
    }
}

/// Gives each value one name. Values that would share one, and those whose name has no letter that a
/// variable can have, are told apart by their fingerprints, so that a name does not depend on what
/// else is there.
fn named(found: &[Found<'_>]) -> BTreeMap<String, Variable> {
    let mut bases: BTreeMap<&str, &str> = BTreeMap::new();
    for one in found {
        bases.entry(one.value).or_insert(&one.base);
    }
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (value, base) in &bases {
        users.entry(base).or_default().insert(value);
    }
    let mut variables: BTreeMap<String, Variable> = BTreeMap::new();
    for (value, base) in &bases {
        let alone = users.get(base).is_some_and(|values| values.len() == 1);
        let name = if alone && !base.contains("__") {
            (*base).to_owned()
        } else {
            let fingerprint = Secret::new(*value).fingerprint().replace("sha256:", "").to_ascii_uppercase();
            format!("{}_{fingerprint}", base.replace("__", "_"))
        };
        variables.insert((*value).to_owned(), Variable { name, belongs_to: Vec::new() });
    }
    for one in found {
        if let Some(variable) = variables.get_mut(one.value)
            && !variable.belongs_to.contains(&one.belongs_to)
        {
            variable.belongs_to.push(one.belongs_to.clone());
        }
    }
    variables
}

/// The token of an address that is exactly a robot's.
pub(super) fn token(url: &str) -> Option<&str> {
    let token = url.strip_prefix(ROBOT)?;
    (!token.is_empty() && !token.contains(['&', '#', ' '])).then_some(token)
}

/// A name as part of a variable: letters and digits, with `_` for runs of anything else. Empty where
/// it has none.
fn upper(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_").to_ascii_uppercase()
}

/// Whether a parameter of this name may be secret. The id of a key is none, and still nothing that a
/// file should have beside it.
pub(super) fn is_secret_key(key: &str) -> bool {
    let whole: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let whole = whole.to_ascii_lowercase();
    is_secret_name(key) || whole == "ak" || whole.contains("accesskey")
}

fn secrets_in<'a>(value: &'a Value, key: &'a str, found: &mut dyn FnMut(&'a str, &'a str)) {
    match value {
        Value::String(text) if is_secret_key(key) && !text.is_empty() => found(key, text),
        Value::Array(items) => items.iter().for_each(|item| secrets_in(item, key, found)),
        Value::Object(map) => map.iter().for_each(|(key, value)| secrets_in(value, key, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[(&str, &str)]) -> Vec<String> {
        let found: Vec<Found<'_>> = found
            .iter()
            .map(|(base, value)| Found { base: (*base).to_owned(), value, belongs_to: String::new() })
            .collect();
        named(&found).into_values().map(|variable| variable.name).collect()
    }

    #[test]
    fn a_name_stays_whatever_else_there_is_and_no_two_values_share_one() {
        assert_eq!(names(&[("DING_OPS_TOKEN", "a")]), ["DING_OPS_TOKEN"]);
        assert_eq!(names(&[("DING_OPS_TOKEN", "a"), ("DING_DB_TOKEN", "a")]), ["DING_OPS_TOKEN"]);
        let (a, b) = ("DING_OPS_TOKEN_CA978112", "DING_OPS_TOKEN_3E23E816");
        assert_eq!(names(&[("DING_OPS_TOKEN", "a"), ("DING_OPS_TOKEN", "b")]), [a, b]);
        assert_eq!(names(&[("DING_OPS_TOKEN", "b"), ("DING_OPS_TOKEN", "a")]), [a, b]);
        let chinese = format!("DING_{}_TOKEN", upper("值班"));
        assert_eq!(names(&[(&chinese, "a")]), ["DING_TOKEN_CA978112"]);
        assert_eq!(upper("ecs on-call #1"), "ECS_ON_CALL_1");
    }

    #[test]
    fn names_of_secrets_are_known_however_they_are_written() {
        for key in [
            "password",
            "Pwd",
            "db_passwd",
            "apiKey",
            "API-KEY",
            "auth",
            "Authorization",
            "signature",
            "sig",
            "ak",
            "sk",
            "AccessKeyId",
            "clientSecret",
            "SecurityToken",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
        for key in ["InstanceId", "author", "design", "task", "RegionId", "keyword"] {
            assert!(!is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn only_a_robots_own_address_has_a_token() {
        assert_eq!(token("https://oapi.dingtalk.com/robot/send?access_token=abc"), Some("abc"));
        for url in [
            "https://oapi.dingtalk.com/robot/send?access_token=",
            "https://oapi.dingtalk.com/robot/send?access_token=a&sign=b",
            "http://oapi.dingtalk.com/robot/send?access_token=a",
        ] {
            assert_eq!(token(url), None, "{url}");
        }
    }
}
