//! Digests of what is wanted, what was observed and what would be sent, so that a saved plan can
//! tell whether any of it has changed. Secrets go into them and do not come out again.

use std::{collections::BTreeMap, fmt::Write as _};

use sha2::{Digest as _, Sha256};

use super::{
    desired::{Desired, DesiredRule},
    model::{Contact, Group, ObjectKind, Rule, Target},
    observed::Observed,
    plan::{Plan, Stage},
    target_id::identity,
};
use crate::secret::Secret;

/// Digests by `kind/name`.
pub(super) type Digests = BTreeMap<String, String>;

/// What a stack wants, object by object.
pub(super) fn of_desired(desired: &Desired) -> Digests {
    let mut all = Digests::new();
    for (name, wanted) in &desired.contacts {
        add(&mut all, ObjectKind::Contact, name, |form| form.contact(wanted));
    }
    for (name, wanted) in &desired.groups {
        add(&mut all, ObjectKind::Group, name, |form| form.group(wanted));
    }
    for (name, wanted) in &desired.rules {
        all.insert(format!("{}/{name}", ObjectKind::Rule), of_rule(wanted));
    }
    all
}

/// A digest of a rule that is wanted, with its targets.
#[must_use]
pub fn of_rule(DesiredRule { rule, targets }: &DesiredRule) -> String {
    let mut form = Form::default();
    form.rule(rule);
    form.targets(targets.iter());
    form.digest()
}

/// What was observed of the objects that `desired` wants or its stack owns. Others may change between
/// a plan and its application as long as they play no part in it.
pub(super) fn of_observed(desired: &Desired, observed: &Observed) -> Digests {
    let mut all = Digests::new();
    let ours = |owner: &Option<String>| owner.as_deref() == Some(desired.stack.as_str());
    for (name, seen) in &observed.contacts {
        if ours(&seen.owner) || desired.contacts.contains_key(name) {
            add(&mut all, ObjectKind::Contact, name, |form| {
                form.maybe(seen.owner.as_deref());
                form.contact(&seen.contact);
                form.all(seen.pending.iter().map(|channel| channel.key()));
            });
        }
    }
    for (name, seen) in &observed.groups {
        if ours(&seen.owner) || desired.groups.contains_key(name) {
            add(&mut all, ObjectKind::Group, name, |form| {
                form.maybe(seen.owner.as_deref());
                form.group(&seen.group);
            });
        }
    }
    for (name, seen) in &observed.rules {
        if ours(&seen.owner) || desired.rules.contains_key(name) {
            add(&mut all, ObjectKind::Rule, name, |form| {
                form.maybe(seen.owner.as_deref());
                form.rule(&seen.rule);
                form.text(&seen.more_patterns.to_string());
                form.targets(seen.targets.iter().map(|(id, target)| (id, target)));
            });
        }
    }
    all
}

/// All calls of a plan with all their parameters, in the order in which they are made.
pub(super) fn of_calls(plan: &Plan) -> String {
    let mut form = Form::default();
    for (_, write) in Stage::ALL.into_iter().flat_map(|stage| plan.stage(stage)) {
        form.text(write.call.operation());
        match write.call.params() {
            Ok(params) => form.all(params.iter().flat_map(|(name, value)| [name.as_str(), value])),
            // It would fail before it is sent, and then in the same way.
            Err(fault) => form.text(&fault.to_string()),
        }
    }
    form.digest()
}

/// Of a text.
pub(super) fn of_text(text: &str) -> String {
    let mut form = Form::default();
    form.text(text);
    form.digest()
}

fn add(all: &mut Digests, kind: ObjectKind, name: &str, fill: impl FnOnce(&mut Form)) {
    let mut form = Form::default();
    fill(&mut form);
    all.insert(format!("{kind}/{name}"), form.digest());
}

/// A canonical form on its way into a hash: each text with its length before it, each list with its
/// count, so that no two values have the same form.
#[derive(Default)]
struct Form(Sha256);

impl Form {
    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    fn maybe(&mut self, text: Option<&str>) {
        self.0.update([u8::from(text.is_some())]);
        self.text(text.unwrap_or_default());
    }

    fn all<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let texts: Vec<&str> = texts.collect();
        self.0.update((texts.len() as u64).to_be_bytes());
        texts.into_iter().for_each(|text| self.text(text));
    }

    fn contact(&mut self, contact: &Contact) {
        let Contact { description, language, webhook, mail, phone, aliim } = contact;
        self.text(description);
        self.text(language);
        self.maybe(webhook.as_ref().map(Secret::expose));
        for channel in [mail, phone, aliim] {
            self.maybe(channel.as_deref());
        }
    }

    fn group(&mut self, group: &Group) {
        let Group { description, contacts, subscribed } = group;
        self.text(description);
        self.all(contacts.iter().map(String::as_str));
        self.text(&subscribed.to_string());
    }

    fn rule(&mut self, rule: &Rule) {
        let Rule { description, enabled, event_type, application_group_id, pattern, silence } = rule;
        self.text(description);
        self.text(&enabled.to_string());
        self.text(event_type);
        self.maybe(application_group_id.as_deref());
        self.text(&silence.to_string());
        self.text(&pattern.product);
        for list in [&pattern.event_types, &pattern.levels, &pattern.names] {
            self.all(list.iter().map(String::as_str));
        }
        self.maybe(pattern.statuses.as_ref().map(|_| "read"));
        self.all(pattern.statuses.iter().flatten().map(String::as_str));
        for text in [&pattern.keyword, &pattern.sql_filter, &pattern.keyword_filter] {
            self.maybe(text.as_deref());
        }
    }

    fn targets<'a>(&mut self, targets: impl Iterator<Item = (&'a String, &'a Target)>) {
        for (id, target) in targets {
            self.text(id);
            let parts = identity(target);
            self.all(parts.iter().map(String::as_str));
            // What is no part of a target's identity.
            match target {
                Target::Group { level, .. } => self.text(level),
                Target::Webhook { method, protocol, .. } => self.all([method.as_str(), protocol].into_iter()),
                Target::Mns { .. } | Target::Sls { .. } | Target::Fc { .. } | Target::OpenApi { .. } => {}
            }
        }
    }

    fn digest(self) -> String {
        let mut out = "sha256:".to_owned();
        for byte in self.0.finalize() {
            // Writing to a string does not fail.
            let _ = write!(out, "{byte:02x}");
        }
        out
    }
}
