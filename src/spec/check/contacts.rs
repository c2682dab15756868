//! Contacts and contact groups.

use crate::channel::Site;
use indexmap::IndexMap;

use super::{at_most, once, robots::check_webhook, unknown};
use crate::{
    diagnostic::Diagnostic,
    spec::{
        draft,
        model::{Contact, Group, Language, Robot},
        yaml::{Bound as _, Context, Named, Names, Spanned},
    },
};

/// The length of a contact's name, in characters.
/// Source: Terraform provider and ROS pages of the contact; the server's own check is not documented.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 2..=40;
/// Contacts of one group. Source: `PutContactGroup`, ContactNames.N.
const MAX_CONTACTS: usize = 100;

/// What contacts are checked against.
pub(super) struct World<'a> {
    pub(super) site: Site,
    pub(super) language: Language,
    pub(super) robot_names: &'a Names<draft::Robot>,
    pub(super) robots: &'a IndexMap<String, Robot>,
}

pub(super) fn contacts(
    draft: &Names<draft::Contact>,
    world: &World<'_>,
    context: &Context,
) -> IndexMap<String, Contact> {
    let mut contacts = IndexMap::new();
    for entry in &draft.0 {
        check_name(&entry.name, context);
        let Some(contact) = &entry.value else { continue };
        check_channels(entry, contact, world.site, context);
        let robot = contact.robot.as_ref().and_then(|name| check_robot(name, world, context));
        if let Some(webhook) = &contact.webhook {
            check_webhook(webhook, context);
        }
        if let Some(email) = &contact.email
            && !email.value.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
        {
            context.error(
                "spec::bad-email",
                format!("`{}` is not a mail address", context.written(email.span)),
                email.span,
                "write it as `name@example.com`",
            );
        }
        let text = |field: &Option<Spanned<String>>| field.as_ref().map(|text| text.value.clone());
        let own = contact.webhook.as_ref().map(|webhook| webhook.value.clone());
        contacts.insert(
            entry.name.value.clone(),
            Contact {
                name: entry.name.value.clone(),
                span: entry.name.span,
                description: contact.description.clone().unwrap_or_default(),
                language: contact.language.unwrap_or(world.language),
                robot: text(&contact.robot),
                webhook: robot.map(|robot| robot.webhook.clone()).or(own),
                email: text(&contact.email),
                phone: text(&contact.phone),
                aliim: text(&contact.aliim),
            },
        );
    }
    contacts
}

fn check_name(name: &Spanned<String>, context: &Context) {
    let length = name.value.chars().count();
    if !NAME_LENGTH.contains(&length) {
        let how = if length < *NAME_LENGTH.start() { "short" } else { "long" };
        context.error(
            "spec::name-length",
            format!("`{}` is too {how} for a contact's name", context.written(name.span)),
            name.span,
            format!("the service takes {} to {} characters", NAME_LENGTH.start(), NAME_LENGTH.end()),
        );
    }
}

/// A contact needs a channel, and the international site has only two kinds.
/// Source: `PutContact`, Channels.
fn check_channels(entry: &Named<draft::Contact>, contact: &draft::Contact, site: Site, context: &Context) {
    if let (Some(robot), Some(webhook)) = (&contact.robot, &contact.webhook) {
        context.push(
            Diagnostic::error("spec::two-webhooks", "a contact has one webhook, and this one names two")
                .at(context.source(), webhook.span, "one here")
                .at(context.source(), robot.span, "one here")
                .help("keep `robot` or `webhook`; for two robots, put two contacts into the group"),
        );
    }
    let everywhere = contact.robot.is_some() || contact.webhook.is_some() || contact.email.is_some();
    let china_only = [("phone", &contact.phone), ("aliim", &contact.aliim)];
    let has_china_only = china_only.iter().any(|(_, channel)| channel.is_some());
    if site == Site::International {
        for (key, channel) in china_only {
            if let Some(channel) = channel {
                context.warning(
                    "spec::channel-of-other-site",
                    format!("`{key}` does not exist on the international site"),
                    channel.span,
                    "remove it; mail and DingTalk are what that site has",
                );
            }
        }
    }
    if !contact.is_faulty() && !everywhere && (site == Site::International || !has_china_only) {
        let channels = match site {
            Site::China => "`robot`, `webhook`, `email`, `phone` or `aliim`",
            Site::International => "`robot`, `webhook` or `email`",
        };
        context.error(
            "spec::no-channel",
            format!("contact `{}` cannot be told by any channel", context.written(entry.name.span)),
            entry.name.span,
            format!("add {channels}"),
        );
    }
}

fn check_robot<'a>(name: &Spanned<String>, world: &World<'a>, context: &Context) -> Option<&'a Robot> {
    if !world.robot_names.names().any(|known| known == name.value) {
        unknown("spec::unknown-robot", "robot", "robots", name, world.robot_names.names(), context);
        return None;
    }
    let robot = world.robots.get(&name.value)?;
    if robot.secret.is_some() {
        context.push(
            Diagnostic::warning(
                "spec::signed-robot",
                format!(
                    "robot `{}` wants signed messages, and CloudMonitor cannot sign",
                    context.written(name.span)
                ),
            )
            .at(context.source(), name.span, "told through CloudMonitor")
            .at(context.source(), robot.span, "has a `secret`")
            .help("protect the robot by a keyword instead; a contact has no field for a secret"),
        );
    }
    if !robot.allowed_ips.is_empty() {
        context.push(
            Diagnostic::warning(
                "spec::limited-robot",
                format!(
                    "robot `{}` listens to some addresses only, and those of CloudMonitor are not published",
                    context.written(name.span)
                ),
            )
            .at(context.source(), name.span, "told through CloudMonitor")
            .at(context.source(), robot.span, "has `allowed_ips`")
            .help("protect the robot by a keyword instead"),
        );
    }
    Some(robot)
}

pub(super) fn groups(
    draft: &Names<draft::Group>,
    known: &Names<draft::Contact>,
    context: &Context,
) -> IndexMap<String, Group> {
    let mut groups = IndexMap::new();
    for entry in &draft.0 {
        let Some(group) = &entry.value else { continue };
        let members = group.contacts.as_deref().unwrap_or_default();
        for member in members {
            if !known.names().any(|name| name == member.value) {
                unknown("spec::unknown-contact", "contact", "contacts", member, known.names(), context);
            }
        }
        once("contact", members, context);
        at_most(MAX_CONTACTS, members.len(), "contacts in a group", entry.name.span, context);
        let mut contacts: Vec<String> = Vec::with_capacity(members.len());
        for member in members {
            if !contacts.contains(&member.value) {
                contacts.push(member.value.clone());
            }
        }
        groups.insert(
            entry.name.value.clone(),
            Group {
                name: entry.name.value.clone(),
                span: entry.name.span,
                description: group.description.clone().unwrap_or_default(),
                contacts,
                subscribed: group.subscribed.unwrap_or_default(),
            },
        );
    }
    groups
}
