//! What the file describes and nothing uses, and what tells nobody.

use crate::{
    diagnostic::Span,
    spec::{
        model::{Spec, Target},
        yaml::{Context, Spanned},
    },
};

pub(super) fn unused(spec: &Spec, application_groups: &[Spanned<String>], context: &Context) {
    let warn = |span: Span, what: String, help: &str| context.warning("spec::unused", what, span, help);
    for robot in spec.robots.values() {
        let used = spec.contacts.values().any(|contact| contact.robot.as_ref() == Some(&robot.name));
        // A robot that wants signatures is there for what bellcheck itself sends.
        if !used && robot.secret.is_none() {
            let what = format!("no contact uses robot `{}`", robot.name);
            warn(robot.span, what, "name it in a contact, or remove it");
        }
    }
    for contact in spec.contacts.values() {
        if !spec.groups.values().any(|group| group.contacts.contains(&contact.name)) {
            let what = format!("contact `{}` is in no group: no rule can tell it", contact.name);
            warn(contact.span, what, "add it to a group, or remove it");
        }
    }
    for group in spec.groups.values() {
        if group.contacts.is_empty() {
            let what = format!("group `{}` has no contacts: nobody is told", group.name);
            context.warning("spec::empty-group", what, group.span, "add `contacts: [NAME]`");
        }
        let mut targets = spec.rules.values().flat_map(|rule| &rule.targets);
        if !targets.any(|target| matches!(target, Target::Group { group: name, .. } if *name == group.name)) {
            let what = format!("no rule tells group `{}`", group.name);
            warn(group.span, what, "name it in a rule's targets, or remove it");
        }
    }
    for rule in spec.rules.values().filter(|rule| rule.targets.is_empty()) {
        let what = format!("rule `{}` has no targets: it tells nobody", rule.name);
        context.warning("spec::no-targets", what, rule.span, "add `targets:` with `- group: NAME`");
    }
    for group in application_groups {
        if !spec.rules.values().any(|rule| rule.application_group.as_ref() == Some(&group.value)) {
            let what = format!("no rule is limited to application group `{}`", group.value);
            warn(group.span, what, "name it in a rule, or remove it");
        }
    }
}
