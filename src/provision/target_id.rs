//! Target ids: derived from what a target is, so that they need no memory and survive every run.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::model::Target;

/// The id of a target within its rule: its kind and ten hex digits over what identifies it. What is
/// left out (a group target's level, a webhook's method) can change under the same id.
#[must_use]
pub fn target_id(target: &Target) -> String {
    let mut hash = Sha256::new();
    for part in identity(target) {
        // Lengths keep ["ab", "c"] and ["a", "bc"] apart.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let hex: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{hex}", target.kind())
}

/// What identifies a target, part by part; secrets are in it.
pub(super) fn identity(target: &Target) -> Vec<String> {
    let mut parts = vec![target.kind().to_owned()];
    let mut add = |values: &[&str]| parts.extend(values.iter().map(|value| (*value).to_owned()));
    match target {
        Target::Group { group, level: _ } => add(&[group]),
        Target::Webhook { url, method: _, protocol: _ } => add(&[url.expose()]),
        Target::Mns { region, queue, topic } => {
            add(&[region, queue.as_deref().unwrap_or_default(), topic.as_deref().unwrap_or_default()]);
        }
        Target::Sls { region, project, logstore } => add(&[region, project, logstore]),
        Target::Fc { region, service, function } => add(&[region, service, function]),
        Target::OpenApi { region, product, version, action, role, parameters } => {
            add(&[region, product, version, action, role]);
            parts.push(parameters.as_ref().map(canonical).unwrap_or_default());
        }
    }
    parts
}

/// JSON text that does not depend on the order of keys.
pub(super) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_str());
            let inner: Vec<String> = entries
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", inner.join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::secret::Secret;

    fn group(group: &str, level: &str) -> Target {
        Target::Group { group: group.to_owned(), level: level.to_owned() }
    }

    fn openapi(parameters: Value) -> Target {
        let text = str::to_owned;
        Target::OpenApi {
            region: text("cn-hangzhou"),
            product: text("Ecs"),
            version: text("2014-05-26"),
            action: text("StartInstance"),
            role: text("r"),
            parameters: Some(parameters),
        }
    }

    #[test]
    fn the_id_is_pinned_because_deployed_rules_carry_it() {
        assert_eq!(target_id(&group("ecs-on-call", "4")), "group-a55217adf3");
    }

    #[test]
    fn a_level_or_a_method_changes_under_the_same_id() {
        assert_eq!(target_id(&group("a", "4")), target_id(&group("a", "2")));
        let hook = |method: &str| Target::Webhook {
            url: Secret::new("http://127.0.0.1:9/hook"),
            method: method.to_owned(),
            protocol: "http".to_owned(),
        };
        assert_eq!(target_id(&hook("GET")), target_id(&hook("POST")));
    }

    #[test]
    fn different_places_have_different_ids() {
        let mns = |queue: Option<&str>, topic: Option<&str>| Target::Mns {
            region: "cn-hangzhou".to_owned(),
            queue: queue.map(str::to_owned),
            topic: topic.map(str::to_owned),
        };
        let ids = [
            target_id(&group("a", "4")),
            target_id(&group("b", "4")),
            target_id(&mns(Some("a"), None)),
            target_id(&mns(None, Some("a"))),
            target_id(&openapi(json!({"a": 1}))),
            target_id(&openapi(json!({"a": 2}))),
        ];
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len(), "{ids:?}");
    }

    #[test]
    fn the_order_of_json_keys_does_not_matter() {
        let one = openapi(json!({"a": {"x": 1, "y": [2]}, "b": "c"}));
        let two = openapi(json!({"b": "c", "a": {"y": [2], "x": 1}}));
        assert_eq!(target_id(&one), target_id(&two));
    }
}
