//! Keywords of robots against the words of CloudMonitor's messages.
//!
//! No copy of a message is public. Known are the words that the vendor tells users to set as keywords
//! (so that one of them is in each message), and the facts of an event. A keyword that is none of them
//! may still be in what an event holds, such as an instance's name: this is a doubt, never an error.

use std::collections::BTreeSet;

use crate::{
    diagnostic::Diagnostic,
    event::catalogue,
    spec::{
        draft,
        model::{Contact, Language, Robot, Rule, Spec, Target},
        yaml::{Context, Names},
    },
};

/// Words of messages in either language. Source: ECS user guide, DingTalk chatbot notifications.
const EITHER: [&str; 1] = ["CloudMonitor"];
/// Words of Chinese messages. Source: `AlibabaCloudDocs/cms`, receive alerts in a DingTalk group.
const CHINESE: [&str; 4] = ["阿里云监控", "云服务", "Monitor", "ECS"];
/// Words of English messages. Source: the same page.
const ENGLISH: [&str; 5] = ["Alibaba Cloud", "Service", "Cloud Monitor", "Monitor", "ECS"];

pub(super) fn words(robots: &Names<draft::Robot>, spec: &Spec, context: &Context) {
    for contact in spec.contacts.values() {
        let Some(robot) = contact.robot.as_ref().and_then(|name| spec.robots.get(name)) else { continue };
        let rules: Vec<&Rule> = spec.rules.values().filter(|rule| tells(rule, contact, spec)).collect();
        if robot.keywords.is_empty() || rules.is_empty() {
            continue;
        }
        let holds = |words: &BTreeSet<String>| {
            robot.keywords.iter().any(|keyword| words.iter().any(|word| word.contains(keyword)))
        };
        if !holds(&known(contact.language, &rules, spec)) {
            report(robots, robot, contact, context);
        }
    }
}

fn report(robots: &Names<draft::Robot>, robot: &Robot, contact: &Contact, context: &Context) {
    let other = match contact.language {
        Language::ZhCn => Language::En,
        Language::En => Language::ZhCn,
    };
    let in_other = |keyword: &&String| of_language(other).any(|word| word.contains(keyword.as_str()));
    let help = match robot.keywords.iter().find(in_other) {
        Some(keyword) => format!(
            "`{keyword}` is in messages in `{}`: write `language: {}`, or add the keyword `CloudMonitor` in DingTalk and here",
            other.as_str(),
            other.as_str()
        ),
        None => "add the keyword `CloudMonitor` in the robot's settings in DingTalk, and here".to_owned(),
    };
    let entry = robots.0.iter().find(|entry| entry.name.value == robot.name);
    let written = entry.and_then(|entry| entry.value.as_ref()).and_then(|robot| robot.keywords.as_deref());
    let span = written.and_then(|keywords| keywords.first()).map_or(robot.span, |keyword| keyword.span);
    context.push(
        Diagnostic::warning(
            "spec::keyword-not-in-message",
            format!(
                "robot `{}` may refuse what contact `{}` is told: no keyword is known to be in it",
                robot.name, contact.name
            ),
        )
        .at(context.source(), span, "the robot wants one of these")
        .at(context.source(), contact.span, format!("told in `{}`", contact.language.as_str()))
        .help(help),
    );
}

fn tells(rule: &Rule, contact: &Contact, spec: &Spec) -> bool {
    rule.targets.iter().any(|target| match target {
        Target::Group { group, .. } => {
            spec.groups.get(group).is_some_and(|group| group.contacts.contains(&contact.name))
        }
        _ => false,
    })
}

fn of_language(language: Language) -> impl Iterator<Item = &'static str> {
    let own: &[&str] = match language {
        Language::ZhCn => &CHINESE,
        Language::En => &ENGLISH,
    };
    EITHER.iter().chain(own).copied()
}

/// What messages of these rules may hold.
fn known(language: Language, rules: &[&Rule], spec: &Spec) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = of_language(language).map(str::to_owned).collect();
    words.insert(spec.region.clone());
    for rule in rules {
        words.insert(rule.name.clone());
        words.extend(spec.groups.keys().cloned());
        let pattern = &rule.pattern;
        for list in [&pattern.names, &pattern.levels, &pattern.statuses, &pattern.event_types] {
            words.extend(list.iter().filter(|value| *value != "*").cloned());
        }
        words.extend([&pattern.keyword, &pattern.sql_filter].into_iter().flatten().cloned());
        for entry in catalogue().entries().iter().filter(|entry| pattern.names_kind(entry)) {
            words.extend([entry.product.clone(), entry.name.clone()]);
            words.extend(entry.levels().chain(entry.statuses()).map(str::to_owned));
            words.extend([&entry.name_en, &entry.name_zh].into_iter().flatten().cloned());
        }
    }
    words
}
