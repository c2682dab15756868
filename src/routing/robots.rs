//! What a contact's webhook would make of a message.

use super::route::{ChannelRoute, Hint, Notice, Outcome, Words};
use crate::{
    dingtalk::{Finding, Known, ROBOT_HOST, Refusal, RobotState, lint, token_of},
    secret::{Secret, show_url},
    spec::{Channel, Robot, Spec},
};

/// What the webhook of the notice's contact makes of the message. A contact without one is told nothing.
#[must_use]
pub fn webhook(spec: &Spec, notice: &Notice<'_>, words: Words<'_>) -> ChannelRoute {
    let made = |to: String, outcome, hints| ChannelRoute { channel: Channel::Webhook, to, outcome, hints };
    let Some(url) = &notice.contact.webhook else {
        return made(String::new(), Outcome::Refused, Vec::new());
    };
    let Some(robot) = robot_of(spec, notice, url) else {
        let hints = if is_dingtalk(url) {
            vec![hint(
                "its keywords and other settings are not in the spec: what the robot refuses is not known",
                "declare it under `robots` and name it in the contact",
            )]
        } else {
            Vec::new()
        };
        return made(show_url(url), Outcome::Told, hints);
    };
    let to = robot.name.clone();
    let mut security = match robot.security() {
        Ok(security) => security,
        Err(fault) => return made(to, Outcome::Refused, vec![hint(fault, "mend the spec")]),
    };
    let mut hints = Vec::new();
    if !security.allowed_ips.is_empty() {
        let list: Vec<String> = security.allowed_ips.drain(..).map(|range| range.to_string()).collect();
        hints.push(hint(
            format!(
                "the robot takes messages from [{}] only; from which address CloudMonitor posts to robots is not public",
                list.join(", ")
            ),
            "protect the robot by a keyword instead of addresses",
        ));
    }
    let message = words(notice).to_json().to_string();
    // CloudMonitor does not sign.
    let known = Known { security: &security, state: RobotState::Active, signs: false, peer: None };
    let findings = lint(message.as_bytes(), &known);
    let refused = findings.iter().any(|finding| finding.refusal.is_some());
    let outcome = if refused { Outcome::Refused } else { Outcome::Told };
    hints.extend(findings.into_iter().map(for_cloudmonitor));
    made(to, outcome, hints)
}

/// The robot that the contact names, or one that has the same token.
fn robot_of<'a>(spec: &'a Spec, notice: &Notice<'_>, url: &Secret) -> Option<&'a Robot> {
    if let Some(name) = &notice.contact.robot {
        return spec.robots.get(name);
    }
    let token = token_of(url.expose()).filter(|_| is_dingtalk(url))?;
    spec.robots.values().find(|robot| token_of(robot.webhook.expose()).as_ref() == Some(&token))
}

fn is_dingtalk(url: &Secret) -> bool {
    let rest = url.expose().split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#', ':']).next() == Some(ROBOT_HOST)
}

fn hint(message: impl Into<String>, remedy: impl Into<String>) -> Hint {
    Hint { message: message.into(), remedy: remedy.into() }
}

/// The lint speaks to whoever sends; here CloudMonitor does, and the reader cannot change how.
fn for_cloudmonitor(finding: Finding) -> Hint {
    match finding.refusal {
        Some(Refusal::SignMismatch) => hint(
            "the robot wants signed messages, and CloudMonitor cannot sign",
            "protect the robot by a keyword instead; a contact has no field for a secret",
        ),
        Some(Refusal::KeywordMissing) => hint(
            format!("{} (bellcheck's own wording; what CloudMonitor writes is not public)", finding.message),
            "use a keyword that the vendor names for CloudMonitor's messages, such as `CloudMonitor` or `云监控`",
        ),
        _ => hint(finding.message, finding.remedy),
    }
}
