//! Event rules. All that are made are disabled and have no target that exists: they ring for nobody.

use std::time::Duration;

use super::{Finding, omitted, refused};
use crate::{
    api::cloudmonitor::{
        ContactParameter, DescribeEventRuleAttribute, DescribeEventRuleList, EventPattern, EventRule,
        PutEventRule, PutEventRuleTargets, PutEventRuleTargetsResponse,
    },
    clock::human_duration,
    conform::live::{
        bench::{Answer, Bench},
        leavings::Kind,
    },
    openapi::ApiError,
};

fn rule(name: &str, description: Option<&str>) -> PutEventRule {
    PutEventRule {
        rule_name: name.to_owned(),
        description: description.map(str::to_owned),
        event_pattern: vec![EventPattern {
            product: "ECS".to_owned(),
            level_list: vec!["INFO".to_owned()],
            name_list: vec!["Instance:StateChange".to_owned()],
            ..EventPattern::default()
        }],
        event_type: Some("SYSTEM".to_owned()),
        state: Some("DISABLED".to_owned()),
        ..PutEventRule::default()
    }
}

async fn make(bench: &Bench<'_>, what: &str) -> Result<String, ApiError> {
    let name = bench.will_make(Kind::Rule, what)?;
    bench.call(&rule(&name, Some("made by bellcheck conform"))).await?;
    Ok(name)
}

pub(super) async fn list_default(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let list =
        |name_prefix, is_enable| DescribeEventRuleList { name_prefix, is_enable, ..Default::default() };
    let mut totals = Vec::new();
    for is_enable in [None, Some(true), Some(false)] {
        totals.push(bench.call(&list(None, is_enable)).await?.total);
    }
    if let [Some(all), Some(enabled), Some(disabled)] = totals[..]
        && disabled > 0
    {
        if all == enabled {
            return Ok(Finding::Settled("enabled".to_owned()));
        }
        if all == enabled + disabled {
            return Ok(Finding::Settled("all".to_owned()));
        }
    }
    if !bench.may_write() {
        return Ok(Finding::Open("the account has no disabled rule; --writes makes one".to_owned()));
    }
    let name = make(bench, "disabled").await?;
    let found = bench.call(&list(Some(name.clone()), None)).await?;
    let is_listed = found.event_rules.event_rule.iter().any(|rule| rule.name == name);
    Ok(Finding::Settled(if is_listed { "all" } else { "enabled" }.to_owned()))
}

pub(super) async fn put_omitted(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    const SENT: &str = "is it kept?";
    let name = bench.will_make(Kind::Rule, "omitted")?;
    bench.call(&rule(&name, Some(SENT))).await?;
    bench.call(&rule(&name, None)).await?;
    let read = DescribeEventRuleAttribute { rule_name: name, ..Default::default() };
    let found = bench.call(&read).await?.result.description;
    Ok(omitted("the rule's description", SENT, found.as_deref()))
}

/// A rule by its name, as the list has it.
///
/// # Errors
/// That of the call.
pub(super) async fn find(bench: &Bench<'_>, name: &str) -> Result<Option<EventRule>, ApiError> {
    for is_enable in [Some(false), Some(true)] {
        let name_prefix = Some(name.to_owned());
        let list = DescribeEventRuleList { name_prefix, is_enable, ..Default::default() };
        let found = bench.call(&list).await?.event_rules.event_rule;
        if let Some(rule) = found.into_iter().find(|rule| rule.name == name) {
            return Ok(Some(rule));
        }
    }
    Ok(None)
}

/// The seconds that the list shows of a rule that was made without SilenceTime, where the rule is listed.
///
/// # Errors
/// That of the call that failed.
pub(super) async fn silence(bench: &Bench<'_>) -> Result<Option<Option<u64>>, ApiError> {
    let name = make(bench, "silence").await?;
    Ok(find(bench, &name).await?.map(|rule| rule.silence_time))
}

pub(super) async fn default_silence(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    Ok(match silence(bench).await? {
        Some(Some(seconds)) => Finding::Settled(human_duration(Duration::from_secs(seconds))),
        Some(None) => Finding::Open(
            "the list does not show SilenceTime of a rule that was made without one; cause the same event twice and see when it is told again"
                .to_owned(),
        ),
        None => Finding::Open("the rule that was made is not listed".to_owned()),
    })
}

/// Gives a disabled rule of this run a target that names no group.
///
/// # Errors
/// That of a call, but for the target's refusal.
pub(super) async fn target(
    bench: &Bench<'_>,
    what: &str,
    level: &str,
) -> Result<Answer<PutEventRuleTargetsResponse>, ApiError> {
    let rule_name = make(bench, what).await?;
    let call = PutEventRuleTargets {
        contact_parameters: vec![ContactParameter {
            id: Some("1".to_owned()),
            contact_group_name: Some(format!("{rule_name}-no-group")),
            level: Some(level.to_owned()),
        }],
        rule_name,
        ..PutEventRuleTargets::default()
    };
    bench.ask(&call).await
}

pub(super) async fn unknown_target_group(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    Ok(match target(bench, "targets", "4").await? {
        Answer::Taken(answer) if answer.failed_contact_parameters.is_some() => {
            Finding::Settled("fail".to_owned())
        }
        Answer::Taken(_) => Finding::Settled("accept".to_owned()),
        Answer::Refused(error) => refused("the target", &error),
    })
}
