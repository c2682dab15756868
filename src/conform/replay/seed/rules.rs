//! Event rules, their targets and application groups that were there.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Sower, before, holding, put, strings, text};
use crate::{
    api::cloudmonitor::PutEventRuleTargets,
    cassette::Cassette,
    openapi::{Params, fields_of},
};

pub(super) fn application_groups(sow: &mut Sower<'_>, cassette: &Cassette) {
    let found = before(
        cassette,
        &["DescribeMonitorGroups"],
        &["CreateMonitorGroup"],
        "GroupName",
        &["GroupId", "GroupName"],
        |_, object| text(object, "GroupName"),
    );
    for (name, object) in found {
        let mut params = Params::new();
        put(&mut params, "GroupName", Some(name));
        let made = sow.call("CreateMonitorGroup", &params, &[]);
        let emulated = made.and_then(|body| text(&body, "GroupId"));
        if let (Some(recorded), Some(emulated)) = (text(object, "GroupId"), emulated) {
            sow.player.ids.learn(&recorded, &emulated);
        }
    }
}

const READS: [&str; 2] = ["DescribeEventRuleList", "DescribeEventRuleAttribute"];

pub(super) fn rules(sow: &mut Sower<'_>, cassette: &Cassette) {
    let read = |reads: &[&str]| {
        before(cassette, reads, &["PutEventRule"], "RuleName", &["Name", "EventPattern"], |_, object| {
            text(object, "Name")
        })
    };
    // Each read shows something that the other does not.
    let listed: BTreeMap<String, &Value> = read(&READS[..1]).into_iter().collect();
    let detailed: BTreeMap<String, &Value> = read(&READS[1..]).into_iter().collect();
    let mut all = listed.clone();
    for (name, object) in &detailed {
        all.entry(name.clone()).or_insert(object);
    }
    for (name, object) in all {
        let mut params = Params::new();
        for field in ["Description", "EventType", "GroupId", "SilenceTime", "State"] {
            put(&mut params, field, text(object, field));
        }
        put(&mut params, "RuleName", Some(name.clone()));
        pattern(&mut params, flat(object));
        if let Some(detailed) = detailed.get(&name) {
            list(&mut params, flat(detailed), "StatusList");
        }
        sow.call("PutEventRule", &params, &["EventType", "State", "GroupId", "SilenceTime", "Description"]);
    }
}

/// The pattern of a rule, which lists have in two shapes.
fn flat(rule: &Value) -> &Value {
    let mut found = Vec::new();
    let pattern = rule.get("EventPattern").unwrap_or(&Value::Null);
    holding(pattern, &["Product"], &mut found);
    found.first().copied().unwrap_or(pattern)
}

fn pattern(params: &mut Params, pattern: &Value) {
    put(params, "EventPattern.1.Product", text(pattern, "Product"));
    for field in ["CustomFilters", "SQLFilter"] {
        put(params, &format!("EventPattern.1.{field}"), text(pattern, field));
    }
    for field in ["EventTypeList", "LevelList", "NameList", "StatusList"] {
        list(params, pattern, field);
    }
    let filter = pattern.get("KeywordFilter").or_else(|| pattern.get("KeywordFilterObj"));
    if let Some(filter) = filter {
        put(params, "EventPattern.1.KeywordFilter.Relation", text(filter, "Relation"));
        let words = filter.get("Keywords").map(strings).unwrap_or_default();
        for (index, word) in words.into_iter().enumerate() {
            put(params, &format!("EventPattern.1.KeywordFilter.Keywords.{}", index + 1), Some(word));
        }
    }
}

fn list(params: &mut Params, pattern: &Value, field: &str) {
    let values = pattern.get(field).map(strings).unwrap_or_default();
    for (index, value) in values.into_iter().enumerate() {
        put(params, &format!("EventPattern.1.{field}.{}", index + 1), Some(value));
    }
}

/// Targets of one kind that one call takes.
const MOST: usize = 5;

pub(super) fn targets(sow: &mut Sower<'_>, cassette: &Cassette) {
    let known: Vec<String> = fields_of::<PutEventRuleTargets>().into_iter().map(|field| field.name).collect();
    for kind in [
        "ContactParameters",
        "WebhookParameters",
        "MnsParameters",
        "SlsParameters",
        "FcParameters",
        "OpenApiParameters",
    ] {
        let mut by_rule: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        let found = before(
            cassette,
            &["DescribeEventRuleTargetList"],
            &["PutEventRuleTargets"],
            "RuleName",
            &[kind],
            |exchange, _| exchange.parameters.get("RuleName").cloned(),
        );
        for (rule, body) in found {
            if let Some(list) = body.get(kind) {
                let entries = by_rule.entry(rule).or_default();
                holding(list, &["Id"], entries);
            }
        }
        for (rule, entries) in by_rule {
            for some in entries.chunks(MOST) {
                let mut params = Params::new();
                put(&mut params, "RuleName", Some(rule.clone()));
                for (index, entry) in some.iter().enumerate() {
                    for (field, value) in entry.as_object().into_iter().flatten() {
                        // The service adds the ARN.
                        if field != "Arn" && known.contains(&format!("{kind}.N.{field}")) {
                            let name = format!("{kind}.{}.{field}", index + 1);
                            put(&mut params, &name, super::super::ids::text_of(value));
                        }
                    }
                }
                sow.call("PutEventRuleTargets", &params, &[]);
            }
        }
    }
}
