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
    provision::{
        model::{ObjectKind, Target},
        target_id::{canonical, target_id},
    },
    secret::Secret,
};

/// Targets of one kind that one rule takes (documented for a call; taken as the rule's limit too).
const MOST_OF_A_KIND: usize = 5;
/// Ids that one DeleteEventRuleTargets takes.
const MOST_IDS: usize = 20;

type Seen = [(String, Target)];
type Wanted = BTreeMap<String, Target>;

/// The wanted targets, each with the one that is there for it, and what is there for none.
///
/// A target is known by what it is, not by its id: rules made elsewhere have ids of their own.
struct Matched<'a> {
    pairs: Vec<Pair<'a>>,
    stale: Vec<(&'a str, &'a Target)>,
}

struct Pair<'a> {
    /// The id that it has or will have.
    id: String,
    wanted: &'a Target,
    there: Option<&'a Target>,
    /// Whether it has to be written although it is there as wanted.
    moves: bool,
}

impl<'a> Matched<'a> {
    fn new(seen: &'a Seen, wanted: &'a Wanted) -> Self {
        let mut stale: Vec<(&str, &Target)> = seen.iter().map(|(id, target)| (id.as_str(), target)).collect();
        let mut pairs: Vec<Pair<'a>> = Vec::new();
        for (id, target) in wanted {
            let same = |(_, there): &(&str, &Target)| target_id(there) == *id;
            let at = stale
                .iter()
                .position(|candidate| candidate.0 == id && same(candidate))
                .or_else(|| stale.iter().position(same));
            let found = at.map(|at| stale.remove(at));
            pairs.push(Pair {
                id: found.map_or(id.as_str(), |(id, _)| id).to_owned(),
                wanted: target,
                there: found.map(|(_, there)| there),
                moves: false,
            });
        }
        Self { pairs, stale }
    }

    /// Whether ids are unique in a rule or in a kind is undocumented. One that a target which stays
    /// shares with one which goes is given up, since a deletion could take both.
    fn part_shared_ids(&mut self) {
        let stale: BTreeSet<&str> = self.stale.iter().map(|(id, _)| *id).collect();
        for pair in self.pairs.iter_mut().filter(|pair| pair.there.is_some()) {
            if stale.contains(pair.id.as_str()) {
                pair.id = target_id(pair.wanted);
                pair.moves = true;
            }
        }
    }

    /// Gives each new target an id that no other has. Where old and new ones together would be too
    /// many of a kind, new ones take the places of old ones: each is told until the other is.
    fn give_ids(&mut self) {
        let mut taken: BTreeSet<String> = self.stale.iter().map(|(id, _)| (*id).to_owned()).collect();
        taken.extend(self.pairs.iter().filter(|pair| !pair.is_new()).map(|pair| pair.id.clone()));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let all = self.pairs.iter().map(|pair| pair.wanted).chain(self.stale.iter().map(|(_, old)| *old));
        for target in all {
            *counts.entry(target.kind()).or_default() += 1;
        }
        for pair in self.pairs.iter_mut().filter(|pair| pair.is_new()) {
            let kind = pair.wanted.kind();
            let count = counts.entry(kind).or_default();
            let place = (*count > MOST_OF_A_KIND)
                .then(|| {
                    self.stale.iter().position(|(id, old)| old.kind() == kind && is_alone(id, &self.stale))
                })
                .flatten();
            if let Some(at) = place {
                *count -= 1;
                pair.id = self.stale.remove(at).0.to_owned();
                continue;
            }
            let own = pair.id.clone();
            let mut number = 1;
            while !taken.insert(pair.id.clone()) {
                number += 1;
                pair.id = format!("{own}-{number}");
            }
        }
    }
}

fn is_alone(id: &str, stale: &[(&str, &Target)]) -> bool {
    stale.iter().filter(|(other, _)| *other == id).count() == 1
}

impl Pair<'_> {
    const fn is_new(&self) -> bool {
        self.there.is_none() || self.moves
    }

    fn is_settled(&self) -> bool {
        !self.is_new() && self.there == Some(self.wanted)
    }
}

/// The targets that are missing, different, or there without being wanted.
pub(super) fn compare(fields: &mut Fields, seen: &Seen, wanted: &Wanted) {
    let matched = Matched::new(seen, wanted);
    for pair in &matched.pairs {
        if pair.there != Some(pair.wanted) {
            fields.push(title(pair.wanted), pair.there.map(detail), Some(detail(pair.wanted)));
        }
    }
    for (id, target) in matched.stale {
        fields.push(title(target), Some(format!("{} (id {id})", detail(target))), None);
    }
}

/// The calls that make a rule's targets as wanted: all wanted ones at once where any differs, and a
/// deletion of the others, since a put never removes.
pub(super) fn writes(rule: &str, seen: &Seen, wanted: &Wanted) -> Vec<Write> {
    let mut matched = Matched::new(seen, wanted);
    matched.part_shared_ids();
    matched.give_ids();
    let mut writes = Vec::new();
    if !matched.pairs.iter().all(Pair::is_settled) {
        writes.push(put(rule, &matched.pairs));
    }
    let stale = matched.stale.iter().map(|(id, _)| *id).collect();
    writes.extend(delete(rule, &stale));
    writes
}

/// The calls that delete all targets of a rule.
pub(super) fn delete_all(rule: &str, seen: &Seen) -> Vec<Write> {
    delete(rule, &seen.iter().map(|(id, _)| id.as_str()).collect())
}

fn delete(rule: &str, ids: &BTreeSet<&str>) -> Vec<Write> {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    ids.chunks(MOST_IDS)
        .map(|ids| Write {
            stage: Stage::StaleTargets,
            call: Call::DeleteEventRuleTargets(DeleteEventRuleTargets {
                rule_name: rule.to_owned(),
                ids: ids.to_vec(),
                region_id: None,
            }),
            needs: Vec::new(),
        })
        .collect()
}

fn put(rule: &str, pairs: &[Pair<'_>]) -> Write {
    let mut call = PutEventRuleTargets { rule_name: rule.to_owned(), ..PutEventRuleTargets::default() };
    let mut needs = Vec::new();
    for pair in pairs {
        let id = Some(pair.id.clone());
        let some = |value: &String| Some(value.clone());
        match pair.wanted {
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
        Target::OpenApi { version, role, parameters, .. } => match parameters {
            None => format!("version {version} as {role}"),
            // They may hold anything; their fingerprint tells that they changed.
            Some(parameters) => {
                let fingerprint = Secret::new(canonical(parameters)).fingerprint();
                format!("version {version} as {role}, parameters [{fingerprint}]")
            }
        },
    }
}
