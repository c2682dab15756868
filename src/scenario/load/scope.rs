//! What the parts of a file may refer to.

use std::cell::RefCell;

use crate::{
    diagnostic::{Diagnostic, Span},
    spec::yaml::{Context, Node, Spanned, did_you_mean},
};

/// The names that a scenario's steps may use, and what was met while reading them.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    /// Where findings go.
    pub(super) context: &'a Context,
    /// Names under `instances`.
    pub(super) instances: Vec<String>,
    /// Robots of the spec; unknown when the spec is faulty.
    pub(super) robots: Option<Vec<String>>,
    /// Snapshot names met so far.
    pub(super) snapshots: RefCell<Vec<Spanned<String>>>,
    /// Names that `simulate` gave so far.
    pub(super) simulated: RefCell<Vec<Spanned<String>>>,
    /// Parts that this version cannot run.
    pub(super) unavailable: RefCell<Vec<Spanned<String>>>,
}

impl Scope<'_> {
    /// The instance that a node names.
    pub(super) fn instance(&self, node: &Node) -> Option<String> {
        let name = self.text(node, "the name of an instance")?;
        if !self.instances.contains(&name) {
            let help = did_you_mean("instances", &name, self.instances.iter().map(String::as_str))
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
        let name = self.text(node, "the name of a robot")?;
        if let Some(robots) = &self.robots
            && !robots.contains(&name)
        {
            let help = did_you_mean("robots", &name, robots.iter().map(String::as_str))
                .unwrap_or_else(|| "add it under `robots:` of the spec".to_owned());
            self.context.error(
                "scenario::unknown-robot",
                format!("the spec has no robot `{name}`"),
                node.span,
                help,
            );
        }
        Some(Spanned::new(name, node.span))
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

    /// Notes a part that this version understands and cannot run.
    pub(super) fn later(&self, what: impl Into<String>, span: Span) {
        self.unavailable.borrow_mut().push(Spanned::new(what.into(), span));
    }
}
