//! Collecting findings, and taking a mapping apart key by key.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    sync::Arc,
};

use super::{
    bind::Bind,
    did_you_mean,
    node::{Entry, Node, Spanned, Value},
    supply::Filled,
};
use crate::diagnostic::{Diagnostic, Severity, Source, Span};

/// Findings that are told of one run; nobody reads more.
const MAX_FINDINGS: usize = 500;

/// Where findings about one file, or about several that belong together, are collected.
#[derive(Debug)]
pub struct Context {
    source: Arc<Source>,
    partial: Cell<bool>,
    /// How many findings were too many, and whether an error was among them.
    dropped: Cell<(usize, bool)>,
    found: RefCell<Vec<Diagnostic>>,
    /// The variables in values, by where these are written.
    filled: RefCell<HashMap<Span, Vec<Filled>>>,
}

impl Context {
    /// Starts with no findings.
    #[must_use]
    pub fn new(source: Arc<Source>) -> Self {
        Self {
            source,
            partial: Cell::new(false),
            dropped: Cell::new((0, false)),
            found: RefCell::default(),
            filled: RefCell::default(),
        }
    }

    /// Remembers the variables in the value at `span`.
    pub(super) fn note_filled(&self, span: Span, filled: Vec<Filled>) {
        self.filled.borrow_mut().insert(span, filled);
    }

    /// The variables in the value at `span`, in their order.
    #[must_use]
    pub fn filled(&self, span: Span) -> Vec<Filled> {
        self.filled.borrow().get(&span).cloned().unwrap_or_default()
    }

    /// What the findings point into.
    #[must_use]
    pub const fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Says whether some of the files could not be read, so that a name that is not there may be in them.
    pub fn set_partial(&self, partial: bool) {
        self.partial.set(partial);
    }

    /// Whether some of the files could not be read.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.partial.get()
    }

    /// Adds a finding, unless the same was found already: a part that is used through an alias or
    /// a merge is looked at once per use.
    pub fn push(&self, finding: Diagnostic) {
        let mut found = self.found.borrow_mut();
        if found.len() == MAX_FINDINGS {
            let (count, error) = self.dropped.get();
            self.dropped.set((count + 1, error || finding.severity == Severity::Error));
        } else if !found.contains(&finding) {
            found.push(finding);
        }
    }

    /// Adds an error at one place with its remedy.
    pub fn error(&self, code: &'static str, message: impl Into<String>, span: Span, help: impl Into<String>) {
        self.push(Diagnostic::error(code, message).at(&self.source, span, "").help(help));
    }

    /// Adds a warning at one place with its remedy.
    pub fn warning(
        &self,
        code: &'static str,
        message: impl Into<String>,
        span: Span,
        help: impl Into<String>,
    ) {
        self.push(Diagnostic::warning(code, message).at(&self.source, span, "").help(help));
    }

    /// What is written at `span`, as it may be shown in a message: as in the file, variables
    /// unfilled, secrets masked, without quotes, at most the first line.
    #[must_use]
    pub fn written(&self, span: Span) -> String {
        let text = self.source.excerpt(span);
        let line = text.lines().next().unwrap_or_default();
        let line = line.trim_matches(|c: char| c == '"' || c == '\'');
        match line.char_indices().nth(80) {
            Some((cut, _)) => format!("{}…", &line[..cut]),
            None => line.to_owned(),
        }
    }

    /// Whether an error was found so far.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.dropped.get().1 || self.found.borrow().iter().any(|finding| finding.severity == Severity::Error)
    }

    /// All findings in the order of the file's lines.
    #[must_use]
    pub fn finish(self) -> Vec<Diagnostic> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|finding| finding.labels.first().map_or(0, |(span, _)| span.offset));
        let (dropped, error) = self.dropped.get();
        if dropped > 0 {
            let severity = if error { Severity::Error } else { Severity::Warning };
            let message = format!("{dropped} more findings are not shown");
            let finding = Diagnostic::error("yaml::too-many-findings", message);
            found.push(Diagnostic { severity, ..finding }.help("mend those that are shown first"));
        }
        found
    }
}

/// A mapping that is being taken apart. Every key that the file may have is asked for once; then
/// [`Binder::close`] reports the others.
#[derive(Debug)]
pub struct Binder<'a> {
    context: &'a Context,
    entries: &'a [Entry],
    place: Span,
    known: Vec<&'static str>,
    hints: Vec<(&'static str, &'static str)>,
    extensions: bool,
}

impl<'a> Binder<'a> {
    /// Opens a mapping; an empty value counts as an empty mapping. Anything else is a finding.
    #[must_use]
    pub fn open(node: &'a Node, context: &'a Context) -> Option<Self> {
        let entries: &[Entry] = match &node.value {
            Value::Map(entries) => entries,
            Value::Null => &[],
            Value::Scalar(_) | Value::List(_) => {
                context.error(
                    "yaml::wrong-type",
                    format!("a mapping is expected here, not {}", node.kind()),
                    node.span,
                    "write `key: value` lines below it",
                );
                return None;
            }
        };
        let (known, hints) = (Vec::new(), Vec::new());
        Some(Self { context, entries, place: node.place, known, hints, extensions: false })
    }

    /// Allows keys that begin with `x-`.
    #[must_use]
    pub const fn with_extensions(mut self) -> Self {
        self.extensions = true;
        self
    }

    /// Where findings go.
    #[must_use]
    pub const fn context(&self) -> &'a Context {
        self.context
    }

    /// Where to point when something is missing in this mapping.
    #[must_use]
    pub const fn place(&self) -> Span {
        self.place
    }

    /// The value behind `key`, which thereby is known.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        self.entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// The value behind `key`, bound; `None` when it is absent or was found faulty.
    pub fn field<T: Bind>(&mut self, key: &'static str) -> Option<T> {
        let node = self.node(key)?;
        T::bind(node, self.context)
    }

    /// The value behind `key`, bound; its absence is a finding.
    pub fn required<T: Bind>(&mut self, key: &'static str) -> Option<T> {
        let Some(node) = self.node(key) else {
            self.context.error(
                "yaml::missing-key",
                format!("`{key}` is missing"),
                self.place,
                format!("add `{key}:`"),
            );
            return None;
        };
        T::bind(node, self.context)
    }

    /// The keys that were asked for and are there.
    pub fn present(&self) -> impl Iterator<Item = &'a Spanned<String>> {
        let known = self.known.clone();
        self.entries
            .iter()
            .map(|entry| &entry.key)
            .filter(move |key| known.iter().any(|known| *known == key.value))
    }

    /// What to say when the unknown key `key` is met.
    pub fn hint(&mut self, key: &'static str, help: &'static str) {
        self.hints.push((key, help));
    }

    /// Whether the file has this key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key.value == key)
    }

    /// Reports the keys that nobody asked for; whether there are none.
    pub fn close(self) -> bool {
        let mut clean = true;
        for entry in self.entries {
            let key = entry.key.value.as_str();
            if self.known.contains(&key) || (self.extensions && key.starts_with("x-")) {
                continue;
            }
            clean = false;
            let hint = self.hints.iter().find(|(name, _)| *name == key).map(|(_, help)| (*help).to_owned());
            let help = hint.or_else(|| did_you_mean("known keys", key, self.known.iter().copied()));
            self.context.error(
                "yaml::unknown-key",
                format!("unknown key `{}`", self.context.written(entry.key.span)),
                entry.key.span,
                help.unwrap_or_else(|| "remove it".to_owned()),
            );
        }
        clean
    }
}
