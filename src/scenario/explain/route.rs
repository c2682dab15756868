//! What the spec says about the way to a robot.

use crate::{
    dingtalk::token_of,
    emulator::RobotRef,
    secret::Secret,
    spec::{Contact, Rule, Spec, Target},
};

/// The robot that an expectation asks about, and who leads to it by the spec.
#[derive(Debug)]
pub(in crate::scenario) struct Route<'a> {
    spec: &'a Spec,
    /// The robot's name.
    pub(super) robot: &'a str,
    fingerprint: Option<String>,
}

impl<'a> Route<'a> {
    pub(in crate::scenario) fn new(spec: &'a Spec, robot: &'a str) -> Self {
        let fingerprint = spec.robots.get(robot).and_then(|robot| fingerprint(&robot.webhook));
        Self { spec, robot, fingerprint }
    }

    /// Whether a delivery was to this robot.
    pub(super) fn is_robot(&self, robot: &RobotRef) -> bool {
        robot.name.as_deref() == Some(self.robot) || self.fingerprint.as_deref() == Some(robot.token.as_str())
    }

    /// Whether a contact's messages go to this robot.
    pub(in crate::scenario) fn rings(&self, contact: &Contact) -> bool {
        contact.robot.as_deref() == Some(self.robot)
            || self.fingerprint.is_some()
                && contact.webhook.as_ref().and_then(fingerprint) == self.fingerprint
    }

    /// The contacts whose messages go to this robot.
    pub(super) fn ringers(&self) -> Vec<&'a Contact> {
        self.spec.contacts.values().filter(|contact| self.rings(contact)).collect()
    }

    /// Whether a rule leads to this robot through some group.
    pub(super) fn leads(&self, rule: &Rule) -> bool {
        rule.targets.iter().any(|target| match target {
            Target::Group { group, .. } => self.spec.groups.get(group).is_some_and(|group| {
                group
                    .contacts
                    .iter()
                    .filter_map(|name| self.spec.contacts.get(name))
                    .any(|contact| self.rings(contact))
            }),
            _ => false,
        })
    }

    /// Whether a rule of that name leads to this robot.
    pub(in crate::scenario) fn leads_by_name(&self, rule: &str) -> bool {
        self.spec.rules.get(rule).is_some_and(|rule| self.leads(rule))
    }
}

fn fingerprint(webhook: &Secret) -> Option<String> {
    token_of(webhook.expose()).map(|token| Secret::new(token).fingerprint())
}
