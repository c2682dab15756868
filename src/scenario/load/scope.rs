//! What the parts of a file may refer to.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

use indexmap::IndexMap;

use super::spec::Specs;
use crate::{
    diagnostic::{Diagnostic, Span},
    scenario::model::Drill,
    secret::show_address,
    spec::{
        Spec, Target,
        yaml::{Context, Node, Spanned, Supply, did_you_mean},
    },
};

/// The names that a scenario's steps may use, and what was met while reading them.
pub(super) struct Scope<'a> {
    /// Where findings go.
    pub(super) context: &'a Context,
    /// What specs are filled with.
    pub(super) supply: Supply<'a>,
    /// The specs that were read so far.
    pub(super) specs: &'a Specs,
    /// Whether it is a drill, and what its events say.
    pub(super) drill: Option<Drill>,
    /// Whether the emulator takes events that the catalogue does not know.
    pub(super) takes_unknown_events: bool,
    /// Under `instances`, each with its name in the cloud.
    pub(super) instances: IndexMap<String, String>,
    /// What the specs have that were named so far.
    pub(super) names: RefCell<Names>,
    /// Lists of steps by name, and whether each stands in another file.
    pub(super) lists: IndexMap<String, (Node, bool)>,
    /// Lists that are being read, the outermost first: its name and the `use`.
    pub(super) using: RefCell<Vec<(String, Option<Span>)>>,
    /// The names of all lists that were read.
    pub(super) used: RefCell<BTreeSet<String>>,
    /// Steps read so far.
    pub(super) steps: Cell<usize>,
    /// Snapshot names met so far.
    pub(super) snapshots: RefCell<Vec<Spanned<String>>>,
    /// Names that `simulate` gave so far.
    pub(super) simulated: RefCell<Vec<Spanned<String>>>,
    /// Names that `capture` gave so far.
    pub(super) captured: RefCell<Vec<String>>,
}

/// Names of the specs.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// False when a spec is faulty: what depends on it is not judged.
    pub(super) is_known: bool,
    robots: Vec<String>,
    contacts: Vec<String>,
    rules: Vec<String>,
    webhooks: Vec<String>,
}

impl Names {
    /// Adds what a spec has.
    pub(super) fn add(&mut self, spec: &Spec) {
        self.robots.extend(spec.robots.keys().cloned());
        self.contacts.extend(spec.contacts.keys().cloned());
        self.rules.extend(spec.rules.keys().cloned());
        let targets = spec.rules.values().flat_map(|rule| &rule.targets).filter_map(|target| match target {
            Target::Webhook { url, .. } => Some(url),
            _ => None,
        });
        let own = spec.contacts.values().filter(|contact| contact.robot.is_none());
        let urls = targets.chain(own.filter_map(|contact| contact.webhook.as_ref()));
        self.webhooks.extend(urls.map(|url| url.expose().to_owned()));
    }
}

impl Scope<'_> {
    /// The instance that a node names.
    pub(super) fn instance(&self, node: &Node) -> Option<String> {
        let name = self.text(node, "the name of an instance")?;
        if !self.instances.contains_key(&name) {
            let help = did_you_mean("instances", &name, self.instances.keys().map(String::as_str))
                .unwrap_or_else(|| format!("add it: `instances: {{ {name}: {{ state: Running }} }}`"));
            self.context.error(
                "scenario::unknown-instance",
                format!("there is no instance `{name}` under `instances`"),
                node.span,
                help,
            );
        }
        Some(name)
    }

    /// The robot of the spec that a node names.
    pub(super) fn robot(&self, node: &Node) -> Option<Spanned<String>> {
        self.of_spec(node, "robot", "scenario::unknown-robot", |names| &names.robots)
    }

    /// The contact of the spec that a node names.
    pub(super) fn contact(&self, node: &Node) -> Option<Spanned<String>> {
        self.of_spec(node, "contact", "scenario::unknown-contact", |names| &names.contacts)
    }

    /// The rule of the spec that a node names.
    pub(super) fn rule(&self, node: &Node) -> Option<Spanned<String>> {
        self.of_spec(node, "rule", "scenario::unknown-rule", |names| &names.rules)
    }

    fn of_spec(
        &self,
        node: &Node,
        what: &str,
        code: &'static str,
        list: fn(&Names) -> &Vec<String>,
    ) -> Option<Spanned<String>> {
        let name = self.text(node, &format!("the name of a {what}"))?;
        let names = self.names.borrow();
        let known = list(&names);
        if names.is_known && !known.contains(&name) {
            let help = did_you_mean(&format!("{what}s"), &name, known.iter().map(String::as_str))
                .unwrap_or_else(|| format!("add it under `{what}s:` of the spec"));
            self.context.error(code, format!("the spec has no {what} `{name}`"), node.span, help);
        }
        Some(Spanned::new(name, node.span))
    }

    /// Checks that a URL is a webhook of the spec that is no robot.
    pub(super) fn webhook(&self, url: &Spanned<String>) {
        let names = self.names.borrow();
        if names.is_known && !names.webhooks.contains(&url.value) {
            let known: Vec<String> = names.webhooks.iter().map(|known| show_address(known)).collect();
            let help = did_you_mean("webhooks", &show_address(&url.value), known.iter().map(String::as_str))
                .unwrap_or_else(|| {
                    "add it to the spec: `targets: [{ webhook: { url: … } }]` of a rule".to_owned()
                });
            self.context.error(
                "scenario::unknown-webhook",
                "the spec has no webhook with this URL",
                url.span,
                help,
            );
        }
    }

    /// Takes the name of a captured value.
    pub(super) fn take(&self, name: &Spanned<String>) {
        self.captured.borrow_mut().push(name.value.clone());
    }

    /// A single value as text.
    pub(super) fn text(&self, node: &Node, expected: &str) -> Option<String> {
        if let Some(text) = node.text().filter(|text| !text.trim().is_empty()) {
            return Some(text.to_owned());
        }
        let span = if node.span.len == 0 { node.place } else { node.span };
        self.context.error(
            "scenario::wrong-type",
            format!("{expected} is expected here, not {}", node.kind()),
            span,
            "write it behind the colon",
        );
        None
    }

    /// Takes a name that must be given only once.
    pub(super) fn claim(
        &self,
        taken: &RefCell<Vec<Spanned<String>>>,
        name: &Spanned<String>,
        code: &'static str,
        what: &str,
        help: &str,
    ) {
        let mut taken = taken.borrow_mut();
        if let Some(first) = taken.iter().find(|other| other.value == name.value) {
            self.context.push(
                Diagnostic::error(code, format!("{what} `{}` is given twice", name.value))
                    .at(self.context.source(), name.span, "again here")
                    .at(self.context.source(), first.span, "first here")
                    .help(help),
            );
        } else {
            taken.push(name.clone());
        }
    }
}
