//! robot ─► message: why a robot refused.

use super::{
    Arrow, Break, Evidence,
    fault::{behind, fault},
    nearest::clip,
    route::Route,
};
use crate::{
    dingtalk::{Message, Reply, explain},
    emulator::{RobotRef, WebhookCall, What},
    scenario::matcher::{Matcher, MessageView, all_match},
};

/// `errcode` of an unknown token.
const UNKNOWN_TOKEN: i64 = 300_005;
/// `errcode` of a message that the robot's security settings refuse.
const SECURITY: i64 = 310_000;
/// `errcode` of a robot that was sent too many messages.
const TOO_FAST: i64 = 130_101;

/// How many fitting messages the wanted robot refused, and why it refused the first of them.
pub(super) fn refusals(
    evidence: &Evidence<'_>,
    wanted: &str,
    matchers: &[Matcher],
) -> Option<(usize, Break)> {
    let route = Route::new(evidence.spec, wanted);
    let refusals: Vec<_> = evidence
        .entries
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Delivery { contact, robot, reply, message, .. }
                if !reply.accepted()
                    && route.is_robot(robot)
                    && all_match(matchers, &MessageView::of(message)) =>
            {
                Some((contact, reply, message))
            }
            _ => None,
        })
        .collect();
    let (contact, reply, message) = refusals.first()?;
    Some((refusals.len(), refused(evidence, wanted, contact, reply, message)))
}

/// The wanted robot refused a message.
pub(super) fn refused(
    evidence: &Evidence<'_>,
    robot: &str,
    contact: &str,
    reply: &Reply,
    message: &Message,
) -> Break {
    let settings = evidence.spec.robots.get(robot);
    let place = settings.map(|robot| format!(" ({})", evidence.spec_place(robot.span))).unwrap_or_default();
    let text = message.reader_text();
    let title = message.title().unwrap_or_else(|| text.lines().next().unwrap_or_default());
    let answer = answer(reply);
    if let Some(strike) = behind(evidence, reply) {
        return Break::new(
            Arrow::RobotToMessage,
            format!(
                "{} ({}) made robot `{robot}` refuse the message to `{contact}`: {answer}",
                fault(strike.line),
                strike.effect
            ),
            format!(
                "without that fault the message would be there: give it fewer `times`, end it with `fault: []`, or expect what follows from it\nthe message's title: {}",
                clip(title)
            ),
        );
    }
    let lacks = settings.is_some_and(|robot| {
        !robot.keywords.is_empty() && !robot.keywords.iter().any(|keyword| text.contains(keyword.as_str()))
    });
    let (cause, help) = match (reply.errcode, settings) {
        (SECURITY, Some(settings)) if lacks => (
            format!(
                "robot `{robot}` refused the message to `{contact}`: none of its keywords [{}] is in it: {answer}",
                settings.keywords.join(", ")
            ),
            format!(
                "choose a keyword that every message has, in the robot's security settings and in `keywords` of robot `{robot}`{place}\nthe message's title: {}",
                clip(title)
            ),
        ),
        (SECURITY, Some(settings)) if settings.secret.is_some() => (
            format!("robot `{robot}` refused the message to `{contact}`: it wants signed requests: {answer}"),
            format!(
                "CloudMonitor does not sign what it sends to robots: protect robot `{robot}`{place} by a keyword instead"
            ),
        ),
        (SECURITY, Some(settings)) if !settings.allowed_ips.is_empty() => (
            format!(
                "robot `{robot}` refused the message to `{contact}`: its sender is not in `allowed_ips`: {answer}"
            ),
            format!("protect robot `{robot}`{place} by a keyword, or allow CloudMonitor's addresses"),
        ),
        (TOO_FAST, _) => (
            format!("robot `{robot}` refused the message to `{contact}`: too many messages: {answer}"),
            "a robot takes 20 messages a minute, and is then mute for ten minutes: use more robots, a narrower rule or a longer `silence`"
                .to_owned(),
        ),
        _ => {
            let known = explain(reply);
            (
                format!("robot `{robot}` refused the message to `{contact}`: {}: {answer}", known.meaning),
                format!("{}\nthe message's title: {}", known.remedy, clip(title)),
            )
        }
    };
    Break::new(Arrow::RobotToMessage, cause, help)
}

/// A contact's message went to some other address, which refused it.
pub(super) fn elsewhere(
    evidence: &Evidence<'_>,
    wanted: &str,
    contact: &str,
    robot: &RobotRef,
    reply: &Reply,
    message: &Message,
) -> Break {
    if reply.errcode != UNKNOWN_TOKEN
        && let Some(name) = &robot.name
    {
        return refused(evidence, name, contact, reply, message);
    }
    let place = evidence
        .spec
        .contacts
        .get(contact)
        .map(|contact| format!(" ({})", evidence.spec_place(contact.span)))
        .unwrap_or_default();
    Break::new(
        Arrow::ContactToRobot,
        format!("the webhook of contact `{contact}` has a token that no robot has: {}", answer(reply)),
        format!(
            "write `robot: {wanted}` in contact `{contact}`{place} instead of its own `webhook`, or mend the token"
        ),
    )
}

/// A contact's webhook is no robot at all.
pub(super) fn no_robot(evidence: &Evidence<'_>, wanted: &str, call: &WebhookCall) -> Break {
    let contact = call.contact.as_str();
    let place = evidence
        .spec
        .contacts
        .get(contact)
        .map(|contact| format!(" ({})", evidence.spec_place(contact.span)))
        .unwrap_or_default();
    Break::new(
        Arrow::ContactToRobot,
        format!(
            "the webhook of contact `{contact}` is no robot: it is {} ({})",
            call.url,
            call.outcome.message()
        ),
        format!("write `robot: {wanted}` in contact `{contact}`{place} instead of its own `webhook`"),
    )
}

fn answer(reply: &Reply) -> String {
    format!("errcode {} {}", reply.errcode, clip(&reply.errmsg))
}
