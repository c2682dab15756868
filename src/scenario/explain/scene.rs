//! Where the path ended that leads to an alert, a request or a channel.

use super::{
    Arrow, Break, Evidence,
    chain::{describe, no_event},
    rule,
};
use crate::{
    emulator::{ContactVerdict, RuleVerdict, TargetVerdict, WebhookVerdict, What},
    event::SystemEvent,
    scenario::look::{Look, Scene},
    secret::show_address,
    spec::{Contact, Rule, Target},
};

/// Why nothing was there at all.
pub(super) fn broken(evidence: &Evidence<'_>, look: &Look) -> Break {
    match &look.at {
        Scene::Events { .. } => match last_event(evidence) {
            None => no_event(evidence),
            Some(event) => Break::new(
                Arrow::ActToEvent,
                format!("no such event is listed; the last one that came is {}", describe(event)),
                "nothing that was done caused it: add the act that does, or expect the event that came
whether events of `send_event` are listed is said by the switch `test_events_listed`",
            ),
        },
        Scene::Alerts { rule } => {
            from_rules(evidence, &|known| known.name == rule.value, "").unwrap_or_else(|| {
                Break::new(
                    Arrow::EventToRule,
                    format!("rule `{}` told nobody and kept nothing silent", rule.value),
                    "`status: nobody` finds alerts of rules without targets",
                )
            })
        }
        Scene::Requests { url } => requests(evidence, &url.value),
        Scene::Outbox { contact, channel } => {
            outbox(evidence, contact.as_ref().map(|contact| contact.value.as_str()), *channel)
        }
    }
}

fn last_event<'a>(evidence: &Evidence<'a>) -> Option<&'a SystemEvent> {
    evidence.entries.iter().rev().find_map(|entry| match &entry.what {
        What::Event { event } => Some(event),
        _ => None,
    })
}

/// The verdict of the rules that lead there: that of the last event that came nearest to one of them.
/// None when one of them matched.
fn from_rules(evidence: &Evidence<'_>, leads: &dyn Fn(&Rule) -> bool, to: &str) -> Option<Break> {
    if !evidence.spec.rules.values().any(leads) {
        return Some(Break::new(
            Arrow::RuleToTarget,
            format!("no rule of the spec leads {to}"),
            "add it under `targets` of a rule",
        ));
    }
    let judged: Vec<(&String, &RuleVerdict, &String)> = evidence
        .entries
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Rule { event_id, rule, verdict } if evidence.spec.rules.get(rule).is_some_and(leads) => {
                Some((rule, verdict, event_id))
            }
            _ => None,
        })
        .collect();
    if judged.iter().any(|(_, verdict, _)| **verdict == RuleVerdict::Matched) {
        return None;
    }
    let nearest = judged.iter().min_by_key(|(_, verdict, _)| match verdict {
        RuleVerdict::Mismatch(mismatches) => mismatches.len() + 1,
        _ => 0,
    });
    let Some((name, verdict, id)) = nearest else { return Some(no_event(evidence)) };
    let mut broken = rule::broken(evidence, name, verdict)?;
    let event = evidence.entries.iter().find_map(|entry| match &entry.what {
        What::Event { event } if event.id == **id => Some(event),
        _ => None,
    });
    if let Some(event) = event {
        broken.help.push_str(&format!("\nthe event: {}", describe(event)));
    }
    Some(broken)
}

fn requests(evidence: &Evidence<'_>, url: &str) -> Break {
    let call = evidence.entries.iter().rev().find_map(|entry| match &entry.what {
        What::Webhook(call) if call.url == url => Some(call),
        _ => None,
    });
    if let Some(call) = call {
        let next = match call.verdict {
            WebhookVerdict::Retrying { at } => format!("it is tried again at {}", evidence.when(at)),
            _ => "it is not tried again".to_owned(),
        };
        return Break::new(
            Arrow::RuleToTarget,
            format!("attempt {} did not come to it: {}; {next}", call.attempt, call.outcome.message()),
            "what a webhook answers is said under `webhooks` of the scenario; `unreachable` lets nothing through",
        );
    }
    let is_here = |secret: &crate::secret::Secret| show_address(secret.expose()) == url;
    let leads = |rule: &Rule| {
        rule.targets.iter().any(|target| match target {
            Target::Webhook { url, .. } => is_here(url),
            Target::Group { group, .. } => members(evidence, group)
                .any(|contact| contact.robot.is_none() && contact.webhook.as_ref().is_some_and(is_here)),
            _ => false,
        })
    };
    from_rules(evidence, &leads, "to this webhook").unwrap_or_else(|| {
        Break::new(
            Arrow::RuleToTarget,
            "a rule that leads to it matched, and the request was not there when the time was over",
            "give `within` more time",
        )
    })
}

fn members<'a>(evidence: &Evidence<'a>, group: &str) -> impl Iterator<Item = &'a Contact> {
    let names = evidence.spec.groups.get(group).map(|group| group.contacts.as_slice()).unwrap_or_default();
    names.iter().filter_map(|name| evidence.spec.contacts.get(name))
}

fn outbox(evidence: &Evidence<'_>, wanted: Option<&str>, channel: Option<&'static str>) -> Break {
    let Some(name) = wanted else {
        let leads = |rule: &Rule| {
            rule.targets.iter().any(|target| match target {
                Target::Group { .. } => channel.is_none_or(is_of_contact),
                target => channel.is_none_or(|channel| target_channel(target) == Some(channel)),
            })
        };
        return from_rules(evidence, &leads, "to this channel").unwrap_or_else(not_yet);
    };
    let contact = evidence.spec.contacts.get(name);
    let place =
        contact.map(|contact| format!(" ({})", evidence.spec_place(contact.span))).unwrap_or_default();
    if let Some(channel) = channel
        && let Some((key, has)) = contact.and_then(|contact| has_channel(contact, channel))
        && !has
    {
        return Break::new(
            Arrow::ContactToChannel,
            format!("contact `{name}` has no {channel}"),
            format!("add `{key}` to contact `{name}`{place}"),
        );
    }
    let verdicts = evidence.entries.iter().rev().filter_map(|entry| match &entry.what {
        What::Contact { contact, verdict, group, .. } if contact == name => Some((verdict, group)),
        _ => None,
    });
    let is_meant = |of: &str| channel.is_none_or(|channel| channel == of);
    for (verdict, group) in verdicts {
        let arrow = Arrow::ContactToChannel;
        match verdict {
            ContactVerdict::NotActivated { channel } if is_meant(channel) => {
                return Break::new(
                    arrow,
                    format!("{channel} of contact `{name}` is not activated"),
                    format!("its owner has to open the link: write `activate: {name}` before the acts"),
                );
            }
            ContactVerdict::LevelExcludes { channel, level } if is_meant(channel) => {
                return Break::new(
                    arrow,
                    format!("the target's level {level} does not use {channel}"),
                    format!("give the target of group `{group}` a higher `level`, such as `level: CRITICAL`"),
                );
            }
            ContactVerdict::NotAtSite { channel } if is_meant(channel) => {
                return Break::new(
                    arrow,
                    format!("the international site has no {channel}"),
                    "use mail or a robot there",
                );
            }
            ContactVerdict::TemplateFailed { error } => {
                return Break::new(
                    arrow,
                    format!("the message for contact `{name}` could not be written: {error}"),
                    "mend the message template",
                );
            }
            _ => {}
        }
    }
    let leads = |rule: &Rule| {
        rule.targets.iter().any(|target| match target {
            Target::Group { group, .. } => members(evidence, group).any(|contact| contact.name == name),
            _ => false,
        })
    };
    let empty = evidence.entries.iter().any(|entry| {
        matches!(
            &entry.what,
            What::Target { verdict: TargetVerdict::GroupEmpty | TargetVerdict::GroupMissing, .. }
        )
    });
    from_rules(evidence, &leads, &format!("to contact `{name}`")).unwrap_or_else(|| {
        if empty {
            return Break::new(
                Arrow::GroupToContact,
                "a rule that matched told a group that is empty or missing",
                "look at the timeline above",
            );
        }
        not_yet()
    })
}

fn not_yet() -> Break {
    Break::new(
        Arrow::ContactToChannel,
        "a rule that leads there matched, and nothing was there when the time was over",
        "give `within` more time, or expect another channel",
    )
}

fn is_of_contact(channel: &str) -> bool {
    matches!(channel, "mail" | "sms" | "phone" | "aliim")
}

fn target_channel(target: &Target) -> Option<&'static str> {
    match target {
        Target::Mns { .. } => Some("mns"),
        Target::Sls { .. } => Some("sls"),
        Target::Fc { .. } => Some("fc"),
        Target::OpenApi { .. } => Some("openapi"),
        Target::Group { .. } | Target::Webhook { .. } => None,
    }
}

/// The key in the spec that gives a contact a channel, and whether it has it.
fn has_channel(contact: &Contact, channel: &str) -> Option<(&'static str, bool)> {
    match channel {
        "mail" => Some(("email", contact.email.is_some())),
        "sms" | "phone" => Some(("phone", contact.phone.is_some())),
        "aliim" => Some(("aliim", contact.aliim.is_some())),
        _ => None,
    }
}
