//! Levels of targets against the channels that the people of a group have.
//! Source: `PutEventRuleTargets`, ContactParameters.N.Level: 4 is mail and DingTalk, 3 adds SMS, 2 adds
//! phone.

use crate::channel::{NotifyLevel, Site};
use crate::{
    diagnostic::Diagnostic,
    spec::{
        draft,
        model::{Contact, Group, Spec},
        yaml::{Context, Names, Spanned},
    },
};

/// Contacts that a level does not reach, and levels that reach nobody more.
pub(super) fn levels(rules: &Names<draft::Rule>, spec: &Spec, context: &Context) {
    // The international site has one level, and no phones: that is told elsewhere.
    if spec.site == Site::International {
        return;
    }
    for rule in rules.0.iter().filter_map(|entry| entry.value.as_ref()) {
        for target in rule.targets.as_deref().unwrap_or_default() {
            let group = target.value.group.as_ref().and_then(|name| spec.groups.get(&name.value));
            if let Some(group) = group {
                check(target, group, spec, context);
            }
        }
    }
}

fn check(target: &Spanned<draft::Target>, group: &Group, spec: &Spec, context: &Context) {
    let level = target.value.level.map(|level| level.value).unwrap_or_default();
    let span = target.value.level.map_or(target.span, |level| level.span);
    let contacts = || group.contacts.iter().filter_map(|name| spec.contacts.get(name));
    if level == NotifyLevel::Info {
        for contact in contacts().filter(|contact| has_only_a_phone(contact)) {
            context.push(
                Diagnostic::warning(
                    "spec::level-without-channel",
                    format!(
                        "contact `{}` has only a phone, and level INFO is mail and DingTalk",
                        contact.name
                    ),
                )
                .at(context.source(), span, "told with INFO here")
                .at(context.source(), contact.span, "has only `phone`")
                .help("write `level: WARN` for SMS or `CRITICAL` for calls, or add another channel"),
            );
        }
    } else if !group.contacts.is_empty() && !contacts().any(|contact| contact.phone.is_some()) {
        let adds = if level == NotifyLevel::Critical { "SMS and calls" } else { "SMS" };
        context.push(
            Diagnostic::warning(
                "spec::level-without-phone",
                format!(
                    "level {} adds {adds}, and nobody in group `{}` has a phone",
                    level.as_str(),
                    group.name
                ),
            )
            .at(context.source(), span, "this level")
            .at(context.source(), group.span, "this group")
            .help("add `phone` to a contact of the group, or write `level: INFO`"),
        );
    }
}

const fn has_only_a_phone(contact: &Contact) -> bool {
    contact.phone.is_some() && contact.webhook.is_none() && contact.email.is_none() && contact.aliim.is_none()
}
