//! The text of the file, and which of its lines belong to what.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ImportOptions,
    chosen::Chosen,
    names::{self, Variables},
    scalar::{json, key, list, quoted, text},
};
use crate::{
    diagnostic::visible_line,
    provision::{
        model::{Channel, ObjectKind, Target},
        observed::{Observed, SeenContact, SeenRule},
        plan::exact_duration,
    },
    secret::Secret,
};

/// A spec as text.
pub(super) struct Draft {
    pub(super) text: String,
    /// The objects that stand behind a line and those after it, up to the next entry.
    begins: BTreeMap<usize, Vec<(ObjectKind, String)>>,
    /// The last line about a robot.
    last_of_robots: usize,
    lines: usize,
}

impl Draft {
    pub(super) fn new(
        observed: &Observed,
        chosen: &Chosen,
        variables: &Variables,
        options: &ImportOptions,
    ) -> Self {
        let mut draft = Self { text: String::new(), begins: BTreeMap::new(), last_of_robots: 0, lines: 0 };
        draft.line(&format!(
            "# Made by `bellcheck import` from what the account holds in {}.",
            options.region
        ));
        draft.line("# Each ${VARIABLE} is a secret: `bellcheck import` listed what it belongs to.");
        draft.line(&format!("stack: {}", text(&options.stack)));
        draft.line(&format!("region: {}", text(&options.region)));
        draft.robots(observed, chosen, variables);
        draft.last_of_robots = draft.lines;
        draft.contacts(observed, chosen, variables);
        draft.groups(observed, chosen);
        draft.rules(observed, chosen, variables);
        draft
    }

    /// The objects that the line is about, robots standing for the contacts that they tell.
    pub(super) fn objects_at(&self, line: usize) -> &[(ObjectKind, String)] {
        self.begins.range(..=line).next_back().map_or(&[], |(_, objects)| objects.as_slice())
    }

    /// Whether the line is about a robot: what is wrong there is wrong with the contacts behind it, too,
    /// and better reported where these are.
    pub(super) const fn is_of_robots(&self, line: usize) -> bool {
        line <= self.last_of_robots
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines += 1;
    }

    fn section(&mut self, name: &str) {
        self.line("");
        self.begins.insert(self.lines + 1, Vec::new());
        self.line(&format!("{name}:"));
    }

    fn comment(&mut self, words: &str) {
        self.line(&format!("  # {}", visible_line(words)));
    }

    fn entry(&mut self, name: &str, objects: Vec<(ObjectKind, String)>) {
        self.begins.insert(self.lines + 1, objects);
        self.line(&format!("  {}:", key(name)));
    }

    /// An object's comment and its first line.
    fn object(&mut self, kind: ObjectKind, name: &str, chosen: &Chosen) {
        self.comment(if chosen.is_owned(kind, name) {
            "carries the stack's mark"
        } else {
            "carries no mark: `bellcheck apply --adopt` takes it over"
        });
        self.entry(name, vec![(kind, name.to_owned())]);
    }

    fn field(&mut self, name: &str, value: &str) {
        self.line(&format!("    {name}: {value}"));
    }

    fn description(&mut self, description: &str) {
        if !description.trim().is_empty() {
            self.field("description", &text(description));
        }
    }

    fn robots(&mut self, observed: &Observed, chosen: &Chosen, variables: &Variables) {
        if variables.robots.is_empty() {
            return;
        }
        self.section("robots");
        // In the order of their names, as all else is.
        let by_name: BTreeMap<&String, &String> =
            variables.robots.iter().map(|(token, name)| (name, token)).collect();
        for (name, token) in by_name {
            let tells = observed.contacts.iter().filter(|(name, seen)| {
                let url = seen.contact.webhook.as_ref().map(Secret::expose).unwrap_or_default();
                chosen.contacts.contains(*name) && names::token(url) == Some(token.as_str())
            });
            let tells: Vec<(ObjectKind, String)> =
                tells.map(|(name, _)| (ObjectKind::Contact, name.clone())).collect();
            let of: Vec<&str> = tells.iter().map(|(_, name)| name.as_str()).collect();
            self.comment(&format!("from the webhook of contact {}", of.join(", ")));
            self.comment("CloudMonitor does not know its keywords: add `keywords: [WORD]` if it has any");
            // The robot's name is that of one contact, and its address that of all.
            self.entry(name, vec![(ObjectKind::Contact, name.clone())]);
            self.begins.insert(self.lines + 1, tells);
            self.field("webhook", &format!("{}{}", names::ROBOT, variables.written(token)));
        }
    }

    fn contacts(&mut self, observed: &Observed, chosen: &Chosen, variables: &Variables) {
        if !chosen.contacts.is_empty() {
            self.section("contacts");
        }
        for (name, seen) in observed.contacts.iter().filter(|(name, _)| chosen.contacts.contains(*name)) {
            self.object(ObjectKind::Contact, name, chosen);
            self.contact(seen, variables);
        }
    }

    fn contact(&mut self, seen: &SeenContact, variables: &Variables) {
        let contact = &seen.contact;
        self.description(&contact.description);
        if !contact.language.is_empty() {
            self.field("language", &text(&contact.language));
        }
        if let Some(url) = contact.webhook.as_ref().map(Secret::expose) {
            match names::token(url).and_then(|token| variables.robots.get(token)) {
                Some(robot) => self.field("robot", &text(robot)),
                None => self.field("webhook", &quoted(&variables.written(url))),
            }
        }
        for (channel, value) in [
            (Channel::Mail, &contact.mail),
            (Channel::Phone, &contact.phone),
            (Channel::AliIm, &contact.aliim),
        ] {
            match value {
                Some(value) => self.field(channel.key(), &text(value)),
                None if seen.pending.contains(&channel) => self.line(&format!(
                    "    # {}: not shown before its owner activates it; write it here",
                    channel.key()
                )),
                None => {}
            }
        }
    }

    fn groups(&mut self, observed: &Observed, chosen: &Chosen) {
        if !chosen.groups.is_empty() {
            self.section("groups");
        }
        for (name, seen) in observed.groups.iter().filter(|(name, _)| chosen.groups.contains(*name)) {
            self.object(ObjectKind::Group, name, chosen);
            self.description(&seen.group.description);
            let members = seen.group.contacts.iter().filter(|contact| chosen.contacts.contains(*contact));
            self.field("contacts", &list(members));
            if seen.group.subscribed {
                self.field("subscribed", "true");
            }
        }
    }

    fn rules(&mut self, observed: &Observed, chosen: &Chosen, variables: &Variables) {
        let rules: Vec<_> = observed.rules.iter().filter(|(name, _)| chosen.rules.contains(*name)).collect();
        if rules.is_empty() {
            return;
        }
        let limits: BTreeSet<&String> = rules
            .iter()
            .filter_map(|(_, seen)| seen.rule.application_group_id.as_ref())
            .filter_map(|id| chosen.application_groups.get(id))
            .collect();
        if !limits.is_empty() {
            self.line("");
            self.line(&format!("application_groups: {}", list(limits)));
        }
        self.section("rules");
        for (name, seen) in rules {
            self.object(ObjectKind::Rule, name, chosen);
            self.rule(seen, chosen, variables);
        }
    }

    fn rule(&mut self, seen: &SeenRule, chosen: &Chosen, variables: &Variables) {
        let rule = &seen.rule;
        self.description(&rule.description);
        if !rule.enabled {
            self.field("enabled", "false");
        }
        if !rule.event_type.is_empty() && rule.event_type != "SYSTEM" {
            self.field("event_type", &text(&rule.event_type));
        }
        let limit = rule.application_group_id.as_ref().and_then(|id| chosen.application_groups.get(id));
        if let Some(group) = limit {
            self.field("application_group", &text(group));
        }
        let pattern = &rule.pattern;
        self.line("    event_pattern:");
        self.line(&format!("      product: {}", text(&pattern.product)));
        let no_statuses = BTreeSet::new();
        for (name, values) in [
            ("event_types", &pattern.event_types),
            ("levels", &pattern.levels),
            ("names", &pattern.names),
            ("statuses", pattern.statuses.as_ref().unwrap_or(&no_statuses)),
        ] {
            if !values.is_empty() {
                self.line(&format!("      {name}: {}", list(values)));
            }
        }
        for (name, value) in [("keyword", &pattern.keyword), ("sql_filter", &pattern.sql_filter)] {
            if let Some(value) = value {
                self.line(&format!("      {name}: {}", text(value)));
            }
        }
        if rule.silence > 0 {
            self.field("silence", &exact_duration(rule.silence));
        }
        let is_said = |target: &&Target| match target {
            Target::Group { group, .. } => chosen.groups.contains(group),
            _ => true,
        };
        let targets: Vec<&Target> = seen.targets.iter().map(|(_, target)| target).filter(is_said).collect();
        if !targets.is_empty() {
            self.line("    targets:");
        }
        for target in targets {
            self.target(target, variables);
        }
    }

    fn target(&mut self, target: &Target, variables: &Variables) {
        let named = |fields: &[(&str, &str)]| {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", quoted(&value.replace("${", "$${"))))
                .collect();
            fields.join(", ")
        };
        match target {
            Target::Group { group, level } => {
                let level = match level.as_str() {
                    "2" => "CRITICAL",
                    "3" => "WARN",
                    _ => "INFO",
                };
                self.line(&format!("      - group: {}", text(group)));
                self.line(&format!("        level: {level}"));
            }
            Target::Webhook { url, method, protocol: _ } => {
                let url = quoted(&variables.written(url.expose()));
                self.line(&format!("      - webhook: {{ url: {url}, method: {} }}", text(method)));
            }
            Target::Mns { region, queue, topic } => {
                let (kind, name) = match queue {
                    Some(queue) => ("queue", queue.as_str()),
                    None => ("topic", topic.as_deref().unwrap_or_default()),
                };
                self.line(&format!("      - mns: {{ {} }}", named(&[("region", region), (kind, name)])));
            }
            Target::Sls { region, project, logstore } => self.line(&format!(
                "      - sls: {{ {} }}",
                named(&[("region", region), ("project", project), ("logstore", logstore)])
            )),
            Target::Fc { region, service, function } => self.line(&format!(
                "      - fc: {{ {} }}",
                named(&[("region", region), ("service", service), ("function", function)])
            )),
            Target::OpenApi { region, product, version, action, role, parameters } => {
                let mut fields = named(&[
                    ("region", region),
                    ("product", product),
                    ("version", version),
                    ("action", action),
                    ("role", role),
                ]);
                if let Some(parameters) = parameters {
                    fields.push_str(&format!(", parameters: {}", json(parameters, "", variables)));
                }
                self.line(&format!("      - openapi: {{ {fields} }}"));
            }
        }
    }
}
