//! Whether a robot can be told at all.

use crate::{
    dingtalk::token_of,
    spec::{Channel, Spec, Target},
};

/// Whether some rule leads to a robot, whatever the event, and whether or not the rule is switched on.
#[must_use]
pub fn can_reach(spec: &Spec, robot: &str) -> bool {
    let token = spec.robots.get(robot).and_then(|robot| token_of(robot.webhook.expose()));
    // A URL may lead to the robot without its name.
    let leads_there = |url: &str| token.is_some() && token_of(url) == token;
    spec.rules.values().flat_map(|rule| &rule.targets).any(|target| match target {
        Target::Group { group, level } => {
            Channel::Webhook.unused(*level, spec.site).is_none()
                && spec.groups.get(group).is_some_and(|group| {
                    group.contacts.iter().filter_map(|name| spec.contacts.get(name)).any(|contact| {
                        contact.robot.as_deref() == Some(robot)
                            || contact.webhook.as_ref().is_some_and(|url| leads_there(url.expose()))
                    })
                })
        }
        Target::Webhook { url, .. } => leads_there(url.expose()),
        _ => false,
    })
}
