//! A rule's targets in the plan.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    field::{Fields, show_url},
    write::{Call, Stage, Write},
};
use crate::{
    api::cloudmonitor::{
        ContactParameter, DeleteEventRuleTargets, FcParameter, MnsParameter, OpenApiParameter,
        PutEventRuleTargets, SlsParameter, WebhookParameter,
    },
    provision::model::{ObjectKind, Target},
};

/// Targets of one kind that one rule takes (documented for a call; taken as the rule's limit too).
const MOST_OF_A_KIND: usize = 5;
/// Ids that one DeleteEventRuleTargets takes.
const MOST_IDS: usize = 20;

type Seen = [(String, Target)];
type Wanted = BTreeMap<String, Target>;

/// The targets that are missing, different, or there without being wanted.
pub(super) fn compare(fields: &mut Fields, seen: &Seen, wanted: &Wanted) {
    for (id, target) in wanted {
        match seen.iter().find(|(other, _)| other == id) {
            Some((_, there)) if there == target => {}
            Some((_, there)) => fields.push(title(target), Some(detail(there)), Some(detail(target))),
            None => fields.push(title(target), None, Some(detail(target))),
        }
    }
    for (id, target) in seen.iter().filter(|(id, _)| !wanted.contains_key(id)) {
        fields.push(title(target), Some(format!("{} (id {id})", detail(target))), None);
    }
}

/// The calls that make a rule's targets as wanted: all wanted ones at once where any differs, and a
/// deletion of the others, since a put never removes.
pub(super) fn writes(rule: &str, seen: &Seen, wanted: &Wanted) -> Vec<Write> {
    let stale: BTreeSet<&str> =
        seen.iter().map(|(id, _)| id.as_str()).filter(|id| !wanted.contains_key(*id)).collect();
    let as_wanted =
        wanted.iter().all(|(id, target)| seen.iter().any(|(other, there)| other == id && there == target));
    let mut writes = Vec::new();
    if !as_wanted {
        writes.push(put(rule, wanted));
    }
    let early = !as_wanted && crowded(seen, wanted);
    writes.extend(delete(rule, &stale, if early { Stage::MakeRoom } else { Stage::StaleTargets }));
    writes
}

/// The calls that delete all targets of a rule.
pub(super) fn delete_all(rule: &str, seen: &Seen) -> Vec<Write> {
    let ids = seen.iter().map(|(id, _)| id.as_str()).collect();
    delete(rule, &ids, Stage::StaleTargets)
}

/// Whether old and new targets together are too many of a kind.
fn crowded(seen: &Seen, wanted: &Wanted) -> bool {
    let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let all = seen.iter().map(|(id, target)| (id, target)).chain(wanted);
    for (id, target) in all {
        ids.entry(target.kind()).or_default().insert(id);
    }
    ids.values().any(|ids| ids.len() > MOST_OF_A_KIND)
}

fn delete(rule: &str, ids: &BTreeSet<&str>, stage: Stage) -> Vec<Write> {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    ids.chunks(MOST_IDS)
        .map(|ids| Write {
            stage,
            call: Call::DeleteEventRuleTargets(DeleteEventRuleTargets {
                rule_name: rule.to_owned(),
                ids: ids.to_vec(),
                region_id: None,
            }),
            needs: Vec::new(),
        })
        .collect()
}

fn put(rule: &str, wanted: &Wanted) -> Write {
    let mut call = PutEventRuleTargets { rule_name: rule.to_owned(), ..PutEventRuleTargets::default() };
    let mut needs = Vec::new();
    for (id, target) in wanted {
        let id = Some(id.clone());
        let some = |value: &String| Some(value.clone());
        match target {
            Target::Group { group, level } => {
                needs.push((ObjectKind::Group, group.clone()));
                call.contact_parameters.push(ContactParameter {
                    id,
                    contact_group_name: some(group),
                    level: some(level),
                });
            }
            Target::Webhook { url, method, protocol } => call.webhook_parameters.push(WebhookParameter {
                id,
                method: some(method),
                protocol: some(protocol),
                url: Some(url.expose().to_owned()),
            }),
            Target::Mns { region, queue, topic } => call.mns_parameters.push(MnsParameter {
                id,
                region: some(region),
                queue: queue.clone(),
                topic: topic.clone(),
                arn: None,
            }),
            Target::Sls { region, project, logstore } => call.sls_parameters.push(SlsParameter {
                id,
                region: some(region),
                project: some(project),
                log_store: some(logstore),
                arn: None,
            }),
            Target::Fc { region, service, function } => call.fc_parameters.push(FcParameter {
                id,
                region: some(region),
                service_name: some(service),
                function_name: some(function),
                arn: None,
            }),
            Target::OpenApi { region, product, version, action, role, parameters } => {
                call.open_api_parameters.push(OpenApiParameter {
                    id,
                    region: some(region),
                    product: some(product),
                    version: some(version),
                    action: some(action),
                    role: some(role),
                    arn: None,
                    json_params: parameters.as_ref().map(ToString::to_string),
                });
            }
        }
    }
    Write { stage: Stage::Targets, call: Call::PutEventRuleTargets(call), needs }
}

/// The field's name: which target it is.
fn title(target: &Target) -> String {
    let which = match target {
        Target::Group { group, .. } => group.clone(),
        Target::Webhook { url, .. } => show_url(url),
        Target::Mns { region, queue, topic } => {
            let name = queue.as_deref().or(topic.as_deref()).unwrap_or_default();
            format!("{region}/{name}")
        }
        Target::Sls { region, project, logstore } => format!("{region}/{project}/{logstore}"),
        Target::Fc { region, service, function } => format!("{region}/{service}/{function}"),
        Target::OpenApi { region, product, action, .. } => format!("{region}/{product}.{action}"),
    };
    format!("target {} {which}", target.kind())
}

/// The field's value: what can differ under one id.
fn detail(target: &Target) -> String {
    match target {
        Target::Group { level, .. } => match level.as_str() {
            "2" => "level CRITICAL".to_owned(),
            "3" => "level WARN".to_owned(),
            "4" => "level INFO".to_owned(),
            other => format!("level {other}"),
        },
        Target::Webhook { method, protocol, .. } => format!("{method} over {protocol}"),
        Target::Mns { queue, .. } => if queue.is_some() { "queue" } else { "topic" }.to_owned(),
        Target::Sls { .. } => "logstore".to_owned(),
        Target::Fc { .. } => "function".to_owned(),
        Target::OpenApi { version, role, .. } => format!("version {version} as {role}"),
    }
}
