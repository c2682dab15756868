//! The keys at the top of a text, also of one that is not readable as YAML.

use std::sync::Arc;

use crate::{
    diagnostic::{Diagnostic, Source, Span},
    spec::yaml::{Document, Node, Shown, Value, read_at},
};

/// Documents that are looked at one by one; in a file with more, only lines are.
const MOST_DOCUMENTS: usize = 200;

/// One document of a text.
pub(super) struct Peeked {
    /// Shows keys only: the file may be anybody's.
    pub(super) source: Arc<Source>,
    pub(super) keys: Vec<Key>,
    /// The tree; nothing where it could not be read.
    pub(super) root: Node,
    /// Why it could not.
    pub(super) fault: Option<Diagnostic>,
}

/// A key at the top.
pub(super) struct Key {
    pub(super) name: String,
    pub(super) span: Span,
    /// Unknown in a text that is not readable.
    pub(super) value: Option<Value>,
    /// What stands behind it in its line.
    rest: String,
}

impl Key {
    /// Whether its value is the path of a YAML file.
    pub(super) fn is_path(&self) -> bool {
        let path = self.rest.trim_matches(['"', '\'']).to_lowercase();
        [".yaml", ".yml"].iter().any(|end| path.ends_with(end))
    }
}

impl Peeked {
    pub(super) fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// A text as a whole, and its documents where it has several.
pub(super) fn peek(name: &str, text: &str) -> (Peeked, Vec<Peeked>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let whole = one(name, text);
    let documents = if whole.fault.is_none() { Vec::new() } else { documents(text) };
    let several = documents.iter().filter(|_| documents.len() > 1);
    let several = several.map(|text| one(name, text)).collect();
    (whole, several)
}

fn one(name: &str, text: &str) -> Peeked {
    match read_at(0, name, text, Shown::KeysOnly) {
        Ok(Document { source, root, .. }) => {
            let entries = match &root.value {
                Value::Map(entries) => entries.as_slice(),
                _ => &[],
            };
            let keys = entries.iter().map(|entry| Key {
                name: entry.key.value.clone(),
                span: entry.key.span,
                value: Some(entry.value.value.clone()),
                rest: entry.value.text().unwrap_or_default().to_owned(),
            });
            Peeked { source, keys: keys.collect(), root, fault: None }
        }
        Err(faults) => {
            let fault = faults.into_iter().next();
            let source = fault.as_ref().and_then(|fault| fault.source.clone());
            let source = source.unwrap_or_else(|| Source::new(name, ""));
            let root = Node { span: Span::default(), place: Span::default(), value: Value::Null };
            Peeked { source, keys: scan(text), root, fault }
        }
    }
}

/// A text's documents, each in its lines, with all others left blank. The parts without any key are
/// left out.
fn documents(text: &str) -> Vec<String> {
    let begins = |line: &str| line == "---" || line.starts_with("--- ");
    let mut number = 0;
    let numbered: Vec<(usize, &str)> = text
        .split_inclusive('\n')
        .map(|line| {
            number += usize::from(begins(line.trim_end()));
            (number, line)
        })
        .collect();
    if number >= MOST_DOCUMENTS {
        return Vec::new();
    }
    let is_written = |line: &str| {
        let line = line.trim_start_matches(['-', '.']).trim();
        !line.is_empty() && !line.starts_with('#')
    };
    let blank = |line: &str| -> String {
        line.chars().map(|c| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) }).collect()
    };
    (0..=number)
        .filter(|one| numbered.iter().any(|(number, line)| number == one && is_written(line)))
        .map(|one| {
            let of = |(number, line): &(usize, &str)| {
                if *number == one { (*line).to_owned() } else { blank(line) }
            };
            numbered.iter().map(of).collect()
        })
        .collect()
}

/// What looks like a key at the top, line by line.
fn scan(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut margin = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.strip_prefix("--- ").unwrap_or(line);
        let inner = body.trim_start_matches([' ', '\t']);
        if inner.trim().is_empty() || inner.starts_with('#') || inner.trim_end() == "---" {
            continue;
        }
        let indent = body.len() - inner.len();
        // In flow style, keys follow each other in one line.
        let is_flow = inner.starts_with('{');
        if indent > *margin.get_or_insert(indent) && !is_flow {
            continue;
        }
        let parts: Vec<&str> = if is_flow { inner.split(['{', ',']).collect() } else { vec![inner] };
        for part in parts {
            let Some((name, rest)) = part.split_once(':') else { continue };
            let name = name.trim().trim_matches(['"', '\'']);
            let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
            if !name.is_empty() && name.chars().all(fits) && (rest.is_empty() || !rest.starts_with(fits)) {
                let offset = start + line.find(name).unwrap_or_default();
                let span = Span { offset, len: name.len() };
                keys.push(Key { name: name.to_owned(), span, value: None, rest: rest.trim().to_owned() });
            }
        }
    }
    keys
}
