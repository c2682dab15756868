//! From a checked spec to what the account should hold.

use std::collections::BTreeMap;

use super::{
    desired::{Desired, DesiredRule},
    model::{Contact, Group, Pattern, Rule, Target},
    target_id::target_id,
};
use crate::{
    diagnostic::Diagnostic,
    spec::{self, MnsEndpoint, Spec},
};

/// What `spec` wants. The ids of application groups are for [`super::resolve`] to look up.
///
/// # Errors
/// What cannot be provisioned, each under its line: two targets of one rule that are the same place.
pub fn desired(spec: &Spec) -> Result<Desired, Vec<Diagnostic>> {
    let mut faults = Vec::new();
    let mut desired = Desired::empty(&spec.stack);
    desired.contacts = spec.contacts.iter().map(|(name, from)| (name.clone(), contact(from))).collect();
    desired.groups = spec.groups.iter().map(|(name, from)| (name.clone(), group(from))).collect();
    for (name, from) in &spec.rules {
        let targets = targets(spec, from, &mut faults);
        desired.rules.insert(name.clone(), DesiredRule { rule: rule(from), targets });
    }
    if faults.is_empty() { Ok(desired) } else { Err(faults) }
}

fn contact(from: &spec::Contact) -> Contact {
    Contact {
        description: from.description.clone(),
        language: from.language.as_str().to_owned(),
        webhook: from.webhook.clone(),
        mail: from.email.clone(),
        phone: from.phone.clone(),
        aliim: from.aliim.clone(),
    }
}

fn group(from: &spec::Group) -> Group {
    Group {
        description: from.description.clone(),
        contacts: from.contacts.iter().cloned().collect(),
        subscribed: from.subscribed,
    }
}

fn rule(from: &spec::Rule) -> Rule {
    let pattern = &from.pattern;
    let set = |list: &[String]| list.iter().cloned().collect();
    Rule {
        description: from.description.clone(),
        enabled: from.enabled,
        event_type: from.event_type.as_str().to_owned(),
        application_group_id: None,
        pattern: Pattern {
            product: pattern.product.clone(),
            event_types: set(&pattern.event_types),
            levels: set(&pattern.levels),
            names: set(&pattern.names),
            statuses: Some(set(&pattern.statuses)),
            keyword: pattern.keyword.clone(),
            sql_filter: pattern.sql_filter.clone(),
            keyword_filter: None,
        },
        silence: from.silence.map_or(0, |silence| silence.as_secs()),
    }
}

fn targets(spec: &Spec, rule: &spec::Rule, faults: &mut Vec<Diagnostic>) -> BTreeMap<String, Target> {
    let mut targets = BTreeMap::new();
    for from in &rule.targets {
        let target = target(spec, from);
        let kind = target.kind();
        if targets.insert(target_id(&target), target).is_some() {
            faults.push(
                Diagnostic::error(
                    "provision::same-target",
                    format!("rule `{}` names the same {kind} target twice", rule.name),
                )
                .at(&spec.source, rule.span, "this rule")
                .help("keep one of the two"),
            );
        }
    }
    targets
}

fn target(spec: &Spec, from: &spec::Target) -> Target {
    let at = |region: Option<String>| region.unwrap_or_else(|| spec.region.clone());
    match from.clone() {
        spec::Target::Group { group, level } => Target::Group { group, level: level.code().to_owned() },
        spec::Target::Webhook { url, method, protocol } => Target::Webhook {
            url,
            method: method.as_str().to_owned(),
            protocol: protocol.as_str().to_owned(),
        },
        spec::Target::Mns { region, endpoint: MnsEndpoint::Queue(queue) } => {
            Target::Mns { region: at(region), queue: Some(queue), topic: None }
        }
        spec::Target::Mns { region, endpoint: MnsEndpoint::Topic(topic) } => {
            Target::Mns { region: at(region), queue: None, topic: Some(topic) }
        }
        spec::Target::Sls { region, project, logstore } => {
            Target::Sls { region: at(region), project, logstore }
        }
        spec::Target::Fc { region, service, function } => {
            Target::Fc { region: at(region), service, function }
        }
        spec::Target::OpenApi { region, product, version, action, role, parameters } => Target::OpenApi {
            region: at(region),
            product,
            version,
            action,
            role,
            parameters: Some(parameters).filter(|value| value.as_object().is_none_or(|map| !map.is_empty())),
        },
    }
}
