//! rule ─► contact group ─► contact ─► robot: who was told, and why not through the wanted robot.

use super::{Arrow, Break, Evidence, delivery, route::Route};
use crate::{
    dingtalk::{Message, Reply},
    emulator::{ContactVerdict, Entry, RobotRef, TargetVerdict, WebhookCall, What},
    spec::{Contact, Target},
};

/// What the journal holds of one rule's telling of one event.
#[derive(Debug, Default)]
pub(super) struct Telling<'a> {
    targets: Vec<(&'a str, &'a TargetVerdict)>,
    contacts: Vec<(&'a str, &'a str, &'a ContactVerdict)>,
    deliveries: Vec<(&'a str, &'a RobotRef, &'a Reply, &'a Message)>,
    webhooks: Vec<&'a WebhookCall>,
}

impl<'a> Telling<'a> {
    pub(super) fn of(entries: &'a [Entry], event: &str, rule_name: &str) -> Self {
        let mut telling = Self::default();
        for entry in entries {
            match &entry.what {
                What::Target { event_id, rule, group, verdict, .. }
                    if event_id == event && rule == rule_name =>
                {
                    telling.targets.push((group, verdict));
                }
                What::Contact { event_id, rule, group, contact, verdict }
                    if event_id == event && rule == rule_name =>
                {
                    telling.contacts.push((group, contact, verdict));
                }
                What::Delivery { event_id, rule, contact, robot, reply, message, .. }
                    if event_id == event && rule == rule_name =>
                {
                    telling.deliveries.push((contact, robot, reply, message));
                }
                What::Webhook(call) if call.event_id == event && call.rule == rule_name => {
                    telling.webhooks.push(call);
                }
                _ => {}
            }
        }
        telling
    }
}

/// Why a rule that matched did not ring the robot; `None` when it did.
pub(super) fn broken(
    evidence: &Evidence<'_>,
    route: &Route<'_>,
    rule: &str,
    telling: &Telling<'_>,
) -> Option<Break> {
    let to_robot: Vec<_> = telling.deliveries.iter().filter(|(_, robot, ..)| route.is_robot(robot)).collect();
    if to_robot.iter().any(|(_, _, reply, _)| reply.accepted()) {
        return None;
    }
    if let Some((contact, _, reply, message)) = to_robot.first() {
        return Some(delivery::refused(evidence, route.robot, contact, reply, message));
    }
    if let Some(lost) = lost(evidence, route, telling) {
        return Some(lost);
    }
    if let Some(broken) = group(evidence, route, rule, telling) {
        return Some(broken);
    }
    Some(nobody_rings(evidence, route, rule, telling))
}

/// A contact that was to be told and could not be.
fn lost(evidence: &Evidence<'_>, route: &Route<'_>, telling: &Telling<'_>) -> Option<Break> {
    // Whoever should ring this robot comes first.
    let mut contacts = telling.contacts.clone();
    contacts.sort_by_key(|(_, name, _)| {
        !evidence.spec.contacts.get(*name).is_some_and(|contact| route.rings(contact))
    });
    let elsewhere = |contact: &str| {
        telling
            .deliveries
            .iter()
            .find(|(name, robot, reply, _)| *name == contact && !route.is_robot(robot) && !reply.accepted())
    };
    contacts.into_iter().find_map(|(group, name, verdict)| {
        let contact = evidence.spec.contacts.get(name);
        let place = place(evidence, contact);
        match verdict {
            ContactVerdict::NoRobot => Some(Break::new(
                Arrow::ContactToRobot,
                format!("contact `{name}` in group `{group}` has no robot{}", other_ways(contact)),
                format!("add `robot: {}` to contact `{name}`{place}", route.robot),
            )),
            ContactVerdict::ContactMissing => Some(Break::new(
                Arrow::GroupToContact,
                format!("group `{group}` names contact `{name}`, who does not exist"),
                format!("add contact `{name}` to the spec, or remove it from the group"),
            )),
            ContactVerdict::TemplateFailed { error } => Some(Break::new(
                Arrow::RobotToMessage,
                format!("the message for contact `{name}` could not be written: {error}"),
                "mend the message template",
            )),
            ContactVerdict::Sent => elsewhere(name).map(|(_, robot, reply, message)| {
                delivery::elsewhere(evidence, route.robot, name, robot, reply, message)
            }),
            ContactVerdict::NotActivated { .. }
            | ContactVerdict::LevelExcludes { .. }
            | ContactVerdict::NotAtSite { .. }
            | ContactVerdict::Duplicate => None,
        }
    })
}

/// A group that is missing or empty, or that lacks the contact who rings the robot.
fn group(evidence: &Evidence<'_>, route: &Route<'_>, rule: &str, telling: &Telling<'_>) -> Option<Break> {
    let ringers = route.ringers();
    let ringer = ringers.first();
    for (group, verdict) in &telling.targets {
        let place = evidence
            .spec
            .groups
            .get(*group)
            .map(|group| format!(" ({})", evidence.spec_place(group.span)))
            .unwrap_or_default();
        let who = ringer.map_or_else(
            || "a contact with that robot".to_owned(),
            |contact| format!("contact `{}`, who rings `{}`,", contact.name, route.robot),
        );
        match verdict {
            TargetVerdict::GroupMissing => {
                return Some(Break::new(
                    Arrow::RuleToGroup,
                    format!("rule `{rule}` tells group `{group}`, which does not exist"),
                    format!("add group `{group}` to the spec, or name another under `targets`"),
                ));
            }
            TargetVerdict::GroupEmpty => {
                return Some(Break::new(
                    Arrow::GroupToContact,
                    format!("group `{group}` has no contacts"),
                    format!("add {who} to `contacts` of group `{group}`{place}"),
                ));
            }
            TargetVerdict::Told { .. } => {}
        }
    }
    let contact = ringer?;
    let told: Vec<&str> = telling.targets.iter().map(|(group, _)| *group).collect();
    let group = told.first()?;
    // Someone who rings the robot is in a group that was told: the path did not end here.
    let in_group = |contact: &&&Contact| {
        told.iter().any(|group| {
            evidence.spec.groups.get(*group).is_some_and(|group| group.contacts.contains(&contact.name))
        })
    };
    if ringers.iter().any(|contact| in_group(&contact)) {
        return None;
    }
    let place = evidence
        .spec
        .groups
        .get(*group)
        .map(|group| format!(" ({})", evidence.spec_place(group.span)))
        .unwrap_or_default();
    Some(Break::new(
        Arrow::GroupToContact,
        format!(
            "contact `{}`, who rings `{}`, is not in group {} that rule `{rule}` told",
            contact.name,
            route.robot,
            told.iter().map(|group| format!("`{group}`")).collect::<Vec<_>>().join(" or ")
        ),
        format!("add `{}` to `contacts` of group `{group}`{place}{}", contact.name, told_instead(telling)),
    ))
}

fn nobody_rings(evidence: &Evidence<'_>, route: &Route<'_>, rule: &str, telling: &Telling<'_>) -> Break {
    let groups: Vec<String> = telling.targets.iter().map(|(group, _)| format!("`{group}`")).collect();
    if groups.is_empty() {
        let other =
            evidence.spec.rules.get(rule).is_some_and(|rule| {
                rule.targets.iter().all(|target| !matches!(target, Target::Group { .. }))
            });
        let cause = if other {
            format!("rule `{rule}` has targets, and none of them is a contact group")
        } else {
            format!("rule `{rule}` matched and told no group")
        };
        return Break::new(
            Arrow::RuleToGroup,
            cause,
            format!("add a group whose contact rings `{}` under `targets` of rule `{rule}`", route.robot),
        );
    }
    if let Some(call) = telling.webhooks.iter().rev().find(|call| !call.contact.is_empty()) {
        return delivery::no_robot(evidence, route.robot, call);
    }
    let rings = |name: &str| evidence.spec.contacts.get(name).is_none_or(|contact| route.rings(contact));
    if telling.contacts.iter().any(|(_, name, verdict)| **verdict == ContactVerdict::Sent && rings(name))
        && telling.deliveries.is_empty()
    {
        return Break::new(
            Arrow::RobotToMessage,
            "the message was sent and had not arrived when the time was over",
            "give `within` more time",
        );
    }
    Break::new(
        Arrow::ContactToRobot,
        format!("no contact in group {} rings robot `{}`", groups.join(" or "), route.robot),
        format!("give a contact of the group `robot: {}`{}", route.robot, told_instead(telling)),
    )
}

/// Who was told instead, as a line of its own.
fn told_instead(telling: &Telling<'_>) -> String {
    let mut told: Vec<String> = Vec::new();
    for (contact, robot, reply, _) in &telling.deliveries {
        let robot = robot.name.as_deref().unwrap_or("a robot that the spec does not name");
        let line = if reply.accepted() {
            format!("`{contact}` through `{robot}`")
        } else {
            format!("`{contact}` through `{robot}`, which refused")
        };
        if !told.contains(&line) {
            told.push(line);
        }
    }
    if told.is_empty() { String::new() } else { format!("\ntold instead: {}", told.join(", ")) }
}

fn place(evidence: &Evidence<'_>, contact: Option<&Contact>) -> String {
    contact.map(|contact| format!(" ({})", evidence.spec_place(contact.span))).unwrap_or_default()
}

/// How a contact without a robot can be reached.
fn other_ways(contact: Option<&Contact>) -> String {
    let Some(contact) = contact else { return String::new() };
    let ways: Vec<&str> = [
        ("email", contact.email.is_some()),
        ("phone", contact.phone.is_some()),
        ("aliim", contact.aliim.is_some()),
    ]
    .into_iter()
    .filter_map(|(way, is_there)| is_there.then_some(way))
    .collect();
    if ways.is_empty() { String::new() } else { format!(", only {}", ways.join(" and ")) }
}
