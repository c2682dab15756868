//! Event rules in the plan.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    field::Fields,
    kind::Kind,
    rename::Renames,
    targets,
    write::{Call, Stage, Write},
};
use crate::{
    api::cloudmonitor::{DeleteEventRules, EventPattern, PutEventRule},
    clock::{human_duration, parse_duration},
    openapi::ApiError,
    provision::{
        desired::{Desired, DesiredRule},
        mark::marked,
        model::{ObjectKind, Pattern, Rule, Target},
        observed::{Observed, SeenRule},
    },
};

pub(super) struct Rules;

impl Kind for Rules {
    const KIND: ObjectKind = ObjectKind::Rule;
    type Seen = SeenRule;
    type Wanted = DesiredRule;

    fn seen(observed: &Observed) -> &BTreeMap<String, SeenRule> {
        &observed.rules
    }

    fn wanted(desired: &Desired) -> &BTreeMap<String, DesiredRule> {
        &desired.rules
    }

    fn owner(seen: &SeenRule) -> Option<&str> {
        seen.owner.as_deref()
    }

    fn unread(seen: &SeenRule) -> Option<&ApiError> {
        seen.unread.as_ref()
    }

    fn nothing() -> DesiredRule {
        DesiredRule { rule: Rule { enabled: true, ..Rule::default() }, ..DesiredRule::default() }
    }

    fn renamed(seen: &SeenRule, renames: &Renames) -> SeenRule {
        let mut seen = seen.clone();
        for (_, target) in &mut seen.targets {
            if let Target::Group { group, .. } = target {
                *group = renames.new_name(ObjectKind::Group, std::mem::take(group));
            }
        }
        seen
    }

    fn unseen(_: &mut Fields, _: &SeenRule, _: &DesiredRule) {}

    fn compare(fields: &mut Fields, seen: Option<&SeenRule>, wanted: &DesiredRule) {
        compare_rule(fields, seen.map(|seen| &seen.rule), &wanted.rule);
        if let Some(more) = seen.map(|seen| seen.more_patterns).filter(|more| *more > 0) {
            fields.push("event_pattern", Some(format!("{more} more of them")), None);
        }
        targets::compare(fields, seen.map_or(&[], |seen| &seen.targets), &wanted.targets);
    }

    fn put(stack: &str, name: &str, seen: Option<&SeenRule>, wanted: &DesiredRule, mark: bool) -> Vec<Write> {
        let mut differs = Fields::default();
        compare_rule(&mut differs, seen.map(|seen| &seen.rule), &wanted.rule);
        let one_pattern = seen.is_none_or(|seen| seen.more_patterns == 0);
        let mut writes = Vec::new();
        if seen.is_none() || mark || !one_pattern || !differs.0.is_empty() {
            let call = Call::PutEventRule(whole(stack, name, &wanted.rule));
            writes.push(Write { stage: Stage::Rules, call, needs: Vec::new() });
        }
        writes.extend(targets::writes(name, seen.map_or(&[], |seen| &seen.targets), &wanted.targets));
        writes
    }

    fn delete(name: &str, seen: &SeenRule, _: &Observed) -> Vec<Write> {
        // Whether a deleted rule takes its targets with it is undocumented.
        let mut writes = targets::delete_all(name, &seen.targets);
        let call = Call::DeleteEventRules(DeleteEventRules { rule_names: vec![name.to_owned()] });
        writes.push(Write { stage: Stage::DeleteRules, call, needs: Vec::new() });
        writes
    }
}

fn compare_rule(fields: &mut Fields, seen: Option<&Rule>, wanted: &Rule) {
    fields.text("description", seen.map(|rule| rule.description.as_str()), &wanted.description);
    fields.or_default("enabled", seen.map(|rule| rule.enabled), &true, wanted.enabled, |value| {
        value.to_string()
    });
    fields.text("event_type", seen.map(|rule| rule.event_type.as_str()), &wanted.event_type);
    fields.value(
        "application_group",
        seen.and_then(|rule| rule.application_group_id.as_ref()),
        wanted.application_group_id.as_ref(),
        |id| format!("id {id}"),
    );
    compare_pattern(fields, seen.map(|rule| &rule.pattern), &wanted.pattern);
    fields.or_default(
        "silence",
        seen.map(|rule| rule.silence),
        &0,
        wanted.silence,
        |seconds| match seconds {
            0 => "none".to_owned(),
            seconds => exact_duration(seconds),
        },
    );
}

fn compare_pattern(fields: &mut Fields, seen: Option<&Pattern>, wanted: &Pattern) {
    let key = |name: &str| format!("event_pattern.{name}");
    fields.text(&key("product"), seen.map(|pattern| pattern.product.as_str()), &wanted.product);
    let mut list = |name: &str, before: Option<&BTreeSet<String>>, after: &BTreeSet<String>| {
        if before.is_none_or(|before| effective(before) != effective(after)) {
            fields.set(&key(name), before, after);
        }
    };
    list("event_types", seen.map(|pattern| &pattern.event_types), &wanted.event_types);
    list("levels", seen.map(|pattern| &pattern.levels), &wanted.levels);
    list("names", seen.map(|pattern| &pattern.names), &wanted.names);
    // Statuses that were not read are not compared.
    if let Some(statuses) = &wanted.statuses
        && seen.is_none_or(|pattern| pattern.statuses.is_some())
    {
        fields.set(&key("statuses"), seen.and_then(|pattern| pattern.statuses.as_ref()), statuses);
    }
    let mut text = |name: &str, before: Option<&Option<String>>, after: &Option<String>| {
        let before = before.and_then(|value| value.as_deref());
        fields.text(&key(name), before, after.as_deref().unwrap_or_default());
    };
    text("keyword", seen.map(|pattern| &pattern.keyword), &wanted.keyword);
    text("sql_filter", seen.map(|pattern| &pattern.sql_filter), &wanted.sql_filter);
    text("keyword_filter", seen.map(|pattern| &pattern.keyword_filter), &wanted.keyword_filter);
}

/// A list without `*`, which matches everything, as no list does: the service may return either.
fn effective(list: &BTreeSet<String>) -> Option<&BTreeSet<String>> {
    Some(list).filter(|list| !list.contains("*") && !list.is_empty())
}

/// A silence in words; in seconds where two units would not tell all of it.
pub(in crate::provision) fn exact_duration(seconds: u64) -> String {
    let duration = Duration::from_secs(seconds);
    let words = human_duration(duration);
    if parse_duration(&words) == Ok(duration) { words } else { format!("{seconds}s") }
}

/// The whole rule. Without an application group no `GroupId` is sent: whether an empty one means
/// "all resources" is undocumented.
fn whole(stack: &str, name: &str, rule: &Rule) -> PutEventRule {
    let pattern = &rule.pattern;
    PutEventRule {
        rule_name: name.to_owned(),
        description: Some(marked(&rule.description, stack)),
        event_pattern: vec![EventPattern {
            product: pattern.product.clone(),
            event_type_list: pattern.event_types.iter().cloned().collect(),
            level_list: pattern.levels.iter().cloned().collect(),
            name_list: pattern.names.iter().cloned().collect(),
            status_list: pattern.statuses.iter().flatten().cloned().collect(),
            custom_filters: pattern.keyword.clone(),
            sql_filter: pattern.sql_filter.clone(),
            keyword_filter: None,
        }],
        event_type: Some(rule.event_type.clone()),
        group_id: rule.application_group_id.clone(),
        silence_time: Some(rule.silence),
        state: Some(if rule.enabled { "ENABLED" } else { "DISABLED" }.to_owned()),
        region_id: None,
    }
}
