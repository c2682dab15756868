//! Keywords of robots against the words of CloudMonitor's messages, event by event.
//!
//! No copy of a message is public. Known are the words that the vendor tells users to set as keywords
//! (so that one of them is in each message), and the facts of an event. A keyword that is none of them
//! may still be in what an event holds, such as an instance's name: this is a doubt, never an error.

use std::collections::BTreeSet;

use crate::{
    diagnostic::Diagnostic,
    event::{Entry, Pattern, catalogue, is_any},
    spec::{
        draft,
        model::{Contact, EventType, Language, Robot, Rule, Spec, Target},
        yaml::{Context, Names},
    },
};

/// Words of messages in either language. Source: ECS user guide, DingTalk chatbot notifications.
const EITHER: [&str; 1] = ["CloudMonitor"];
/// Words of Chinese messages. Source: `AlibabaCloudDocs/cms`, receive alerts in a DingTalk group.
const CHINESE: [&str; 4] = ["阿里云监控", "云服务", "Monitor", "ECS"];
/// Words of English messages. Source: the same page.
const ENGLISH: [&str; 5] = ["Alibaba Cloud", "Service", "Cloud Monitor", "Monitor", "ECS"];

/// Events that a finding names.
const MOST_NAMED: usize = 4;

pub(super) fn words(robots: &Names<draft::Robot>, spec: &Spec, context: &Context) {
    for contact in spec.contacts.values() {
        let Some(robot) = contact.robot.as_ref().and_then(|name| spec.robots.get(name)) else { continue };
        let rules: Vec<&Rule> = spec.rules.values().filter(|rule| tells(rule, contact, spec)).collect();
        if robot.keywords.is_empty() || rules.is_empty() || has_any(robot, of_language(contact.language)) {
            continue;
        }
        let taken: Vec<Taken<'_>> = rules.iter().map(|rule| Taken::of(rule, robot, contact, spec)).collect();
        if taken.iter().all(|taken| taken.count > 0 && taken.refused.len() == taken.count) {
            report(robots, robot, contact, None, context);
            continue;
        }
        for taken in taken.iter().filter(|taken| !taken.refused.is_empty()) {
            report(robots, robot, contact, Some(taken), context);
        }
    }
}

fn report(
    robots: &Names<draft::Robot>,
    robot: &Robot,
    contact: &Contact,
    taken: Option<&Taken<'_>>,
    context: &Context,
) {
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
    let message = match taken {
        None => format!(
            "robot `{}` may refuse what contact `{}` is told: no keyword is known to be in it",
            robot.name, contact.name
        ),
        Some(taken) => format!(
            "robot `{}` may refuse messages to contact `{}` about {}: no keyword is known to be in them",
            robot.name,
            contact.name,
            taken.named()
        ),
    };
    let finding = Diagnostic::warning("spec::keyword-not-in-message", message)
        .at(context.source(), span, "the robot wants one of these")
        .at(context.source(), contact.span, format!("told in `{}`", contact.language.as_str()));
    let finding = match taken {
        None => finding,
        Some(taken) => finding.at(context.source(), taken.rule.span, "takes these events"),
    };
    context.push(finding.help(help));
}

fn tells(rule: &Rule, contact: &Contact, spec: &Spec) -> bool {
    groups(rule, contact, spec).next().is_some()
}

/// The groups through which a rule tells a contact.
fn groups<'a>(rule: &'a Rule, contact: &'a Contact, spec: &'a Spec) -> impl Iterator<Item = &'a str> {
    rule.targets.iter().filter_map(move |target| match target {
        Target::Group { group, .. } => {
            spec.groups.get(group).filter(|group| group.contacts.contains(&contact.name))?;
            Some(group.as_str())
        }
        _ => None,
    })
}

fn of_language(language: Language) -> impl Iterator<Item = &'static str> {
    let own: &[&str] = match language {
        Language::ZhCn => &CHINESE,
        Language::En => &ENGLISH,
    };
    EITHER.iter().chain(own).copied()
}

fn has_any<'a>(robot: &Robot, words: impl IntoIterator<Item = &'a str>) -> bool {
    words.into_iter().any(|word| robot.keywords.iter().any(|keyword| word.contains(keyword.as_str())))
}

/// The events that a rule takes, and those of which a robot wants to hear a word that is not known.
struct Taken<'a> {
    rule: &'a Rule,
    count: usize,
    /// Their names; those that no document knows stand for themselves.
    refused: BTreeSet<String>,
}

impl<'a> Taken<'a> {
    fn of(rule: &'a Rule, robot: &Robot, contact: &Contact, spec: &Spec) -> Self {
        let pattern = &rule.pattern;
        let mut taken = Self { rule, count: 0, refused: BTreeSet::new() };
        // In each message, whatever the event.
        let mut always = vec![spec.region.as_str(), rule.name.as_str()];
        always.extend(groups(rule, contact, spec));
        always.extend(pattern.keyword.as_deref());
        // Of keywords joined by `or` nobody knows which it is.
        let is_sure =
            |filter: &&str| !filter.to_ascii_lowercase().split_whitespace().any(|word| word == "or");
        always.extend(pattern.sql_filter.as_deref().filter(is_sure));
        if has_any(robot, always) {
            return taken;
        }
        let mut add = |name: &str, is_heard: bool| {
            taken.count += 1;
            if !is_heard {
                taken.refused.insert(name.to_owned());
            }
        };
        let is_system = rule.event_type == EventType::System;
        let known = catalogue().entries().iter().filter(|entry| is_system && pattern.names_kind(entry));
        let mut is_known = false;
        for entry in known {
            is_known = true;
            let (levels, statuses) = (levels(pattern, entry), statuses(pattern, entry));
            if let (Some(levels), Some(statuses)) = (levels, statuses) {
                add(&entry.name, is_heard(robot, contact.language, entry, &levels, &statuses));
            }
        }
        let names = pattern.names.iter().filter(|name| *name != "*");
        for name in names.filter(|name| !is_system || catalogue().find(&pattern.product, name).is_none()) {
            is_known = true;
            add(name, has_any(robot, [name.as_str(), &pattern.product]));
        }
        if !is_known {
            add("any event", has_any(robot, [pattern.product.as_str()]));
        }
        taken
    }

    /// The events in words.
    fn named(&self) -> String {
        let names: Vec<String> =
            self.refused.iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
        let more = self.refused.len() - names.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let of = if self.count > self.refused.len() {
            format!("{} of the {} events of rule `{}`, ", self.refused.len(), self.count, self.rule.name)
        } else {
            format!("the events of rule `{}`, ", self.rule.name)
        };
        format!("{of}{}{more}", names.join(", "))
    }
}

/// Whether each message about an event of this kind has a keyword of the robot's.
fn is_heard(robot: &Robot, language: Language, entry: &Entry, levels: &[&str], statuses: &[&str]) -> bool {
    let meaning = match language {
        Language::ZhCn => &entry.name_zh,
        Language::En => &entry.name_en,
    };
    let always = [Some(&entry.product), Some(&entry.name), meaning.as_ref()];
    if has_any(robot, always.into_iter().flatten().map(String::as_str)) {
        return true;
    }
    let all = |values: &[&str]| !values.is_empty() && values.iter().all(|value| has_any(robot, [*value]));
    all(levels) || all(statuses)
}

/// The levels that events of this kind have where the pattern takes them; none where it takes none.
fn levels<'a>(pattern: &'a Pattern, entry: &'a Entry) -> Option<Vec<&'a str>> {
    both(&pattern.levels, entry.levels().collect())
}

/// As [`levels`], of statuses; an event of another type is not taken either.
fn statuses<'a>(pattern: &'a Pattern, entry: &'a Entry) -> Option<Vec<&'a str>> {
    both(&pattern.event_types, entry.event_types().collect())?;
    both(&pattern.statuses, entry.statuses().collect())
}

/// The values that are in both lists, where a list that is empty or has `*` has all; none where the two
/// have nothing in common.
fn both<'a>(wanted: &'a [String], has: Vec<&'a str>) -> Option<Vec<&'a str>> {
    if is_any(wanted) {
        return Some(has);
    }
    if has.is_empty() {
        return Some(wanted.iter().map(String::as_str).collect());
    }
    let found: Vec<&str> =
        has.into_iter().filter(|value| wanted.iter().any(|item| item.eq_ignore_ascii_case(value))).collect();
    (!found.is_empty()).then_some(found)
}
