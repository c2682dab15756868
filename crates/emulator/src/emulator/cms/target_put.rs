//! PutEventRuleTargets: adds or modifies targets by id.

use std::collections::BTreeSet;

use super::{
    Target,
    ack::{CODE, illegal, rule_not_found},
};
use crate::{
    api::cloudmonitor::{
        ContactParameter, FailedContactParameter, FailedContactParameters, PutEventRuleTargets,
        PutEventRuleTargetsResponse,
    },
    emulator::{
        gateway::{Call, Refusal, Serve, required},
        switches::{InternationalLevel, SiteKind, UnknownTargetGroup},
    },
};

/// Targets of one kind in one call; documented.
const MOST_TARGETS: usize = 5;

impl Serve for PutEventRuleTargets {
    fn serve(self, call: &mut Call<'_>) -> Result<PutEventRuleTargetsResponse, Refusal> {
        required("RuleName", &self.rule_name)?;
        let rule_name = self.rule_name.clone();
        let targets = into_targets(self)?;
        let site = call.switches().site;
        let four_only = site == SiteKind::International
            && call.switches().international_level == InternationalLevel::Refuse;
        let fail_unknown = call.switches().unknown_target_group == UnknownTargetGroup::Fail;
        for (_, target) in &targets {
            check(target, four_only)?;
        }
        let account_id = call.account_id.clone();
        let account = call.account();
        let mut failed = Vec::new();
        let mut taken = Vec::new();
        for (id, target) in targets {
            match &target {
                Target::Contact(contact) if fail_unknown && !account.groups.contains_key(&group(contact)) => {
                    failed.push(failure(contact));
                }
                _ => taken.push((id, target.with_arn(&account_id))),
            }
        }
        let rule = account.rules.get_mut(&rule_name).ok_or_else(|| rule_not_found(&rule_name))?;
        rule.targets.extend(taken);
        let count = if failed.is_empty() { String::new() } else { failed.len().to_string() };
        Ok(PutEventRuleTargetsResponse {
            code: CODE.to_owned(),
            message: "success".to_owned(),
            success: true,
            failed_parameter_count: count,
            failed_contact_parameters: (!failed.is_empty())
                .then_some(FailedContactParameters { contact_parameter: failed }),
            ..PutEventRuleTargetsResponse::default()
        })
    }
}

/// All targets by id. What a missing or repeated id meets is not documented; it is refused.
fn into_targets(call: PutEventRuleTargets) -> Result<Vec<(String, Target)>, Refusal> {
    let kinds: [(&str, Vec<Target>); 6] = [
        ("ContactParameters", call.contact_parameters.into_iter().map(Target::Contact).collect()),
        ("WebhookParameters", call.webhook_parameters.into_iter().map(Target::Webhook).collect()),
        ("MnsParameters", call.mns_parameters.into_iter().map(Target::Mns).collect()),
        ("SlsParameters", call.sls_parameters.into_iter().map(Target::Sls).collect()),
        ("FcParameters", call.fc_parameters.into_iter().map(Target::Fc).collect()),
        ("OpenApiParameters", call.open_api_parameters.into_iter().map(Target::OpenApi).collect()),
    ];
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for (kind, targets) in kinds {
        if targets.len() > MOST_TARGETS {
            return Err(illegal(format!("at most {MOST_TARGETS} {kind}")));
        }
        for (index, target) in targets.into_iter().enumerate() {
            let id = match target.id() {
                Some(id) if !id.is_empty() => id.to_owned(),
                _ => return Err(Refusal::missing(&format!("{kind}.{}.Id", index + 1))),
            };
            if !seen.insert(id.clone()) {
                return Err(illegal(format!("the target id `{id}` is there twice")));
            }
            all.push((id, target));
        }
    }
    if all.is_empty() {
        return Err(illegal("there is no target"));
    }
    Ok(all)
}

fn group(contact: &ContactParameter) -> String {
    contact.contact_group_name.clone().unwrap_or_default()
}

fn failure(contact: &ContactParameter) -> FailedContactParameter {
    FailedContactParameter {
        contact_group_name: group(contact),
        id: contact.id.clone().unwrap_or_default(),
        level: contact.level.clone().unwrap_or_default(),
    }
}

fn check(target: &Target, four_only: bool) -> Result<(), Refusal> {
    let id = target.id().unwrap_or_default();
    let need = |name: &str, value: &Option<String>| match value {
        Some(value) if !value.is_empty() => Ok(()),
        _ => Err(illegal(format!("target `{id}` has no {name}"))),
    };
    match target {
        Target::Contact(contact) => {
            need("ContactGroupName", &contact.contact_group_name)?;
            match (contact.level.as_deref(), four_only) {
                (None | Some("4"), _) | (Some("2" | "3"), false) => Ok(()),
                (Some("2" | "3"), true) => {
                    Err(illegal(format!("target `{id}`: the international site has Level 4 only")))
                }
                (Some(level), _) => {
                    Err(illegal(format!("target `{id}`: Level `{level}` is none of 2, 3 and 4")))
                }
            }
        }
        Target::Webhook(webhook) => {
            need("Url", &webhook.url)?;
            match webhook.method.as_deref() {
                None => Ok(()),
                Some(method) if ["GET", "POST"].iter().any(|known| known.eq_ignore_ascii_case(method)) => {
                    Ok(())
                }
                Some(method) => {
                    Err(illegal(format!("target `{id}`: Method `{method}` is neither GET nor POST")))
                }
            }
        }
        Target::Mns(mns) if mns.topic.as_deref().is_some_and(|topic| !topic.is_empty()) => Ok(()),
        Target::Mns(mns) => need("Queue or Topic", &mns.queue),
        Target::Sls(sls) => need("Project", &sls.project).and_then(|()| need("LogStore", &sls.log_store)),
        Target::Fc(fc) => {
            need("ServiceName", &fc.service_name).and_then(|()| need("FunctionName", &fc.function_name))
        }
        Target::OpenApi(call) => need("Product", &call.product).and_then(|()| need("Action", &call.action)),
    }
}
