//! From text to tree: the only place that uses the YAML crate.

use std::{borrow::Cow, cell::Cell, collections::HashMap, fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{
    Location, Spanned as Located, alias_limits, budget,
    budget::BudgetBreach,
    from_str_with_options, options,
    options::{DuplicateKeyPolicy, NonFiniteFloatPolicy},
};

use super::{
    Context, Environment,
    interpolate::Filling,
    mask::{looks_like_mapping, mask_lines, mask_secrets, mask_tree_values, mask_values, unclosed_bracket},
    node::{Entry, Node, Scalar, Spanned, Style, Value},
    supply::{Place, Supply},
};
use crate::{
    diagnostic::{Diagnostic, Source, Span},
    files::MAX_TEXT,
};

/// Files are written by people: these bounds are far above any of theirs and far below harm.
const MAX_BYTES: usize = MAX_TEXT as usize;
const MAX_DEPTH: usize = 32;
const MAX_NODES: usize = 50_000;
const TOO_DEEP: &str = "nested too deeply";

/// A file that is well-formed YAML.
#[derive(Debug, Clone)]
pub struct Document {
    /// What diagnostics point into.
    pub source: Arc<Source>,
    /// The tree.
    pub root: Node,
    text: String,
    /// The offset of its first byte.
    base: usize,
}

impl Document {
    /// Fills `${VAR}` and `${VAR:-default}` in all values, except under top-level `x-` keys, whose
    /// values only matter where they are used; `$${` stands for `${`. Faults go to `context`.
    pub fn interpolate(&mut self, environment: Environment<'_>, context: &Context) {
        self.interpolate_from(Supply::of(environment), context);
    }

    /// As [`Self::interpolate`], where more is known of the values.
    pub fn interpolate_from(&mut self, supply: Supply<'_>, context: &Context) {
        let filling = Filling { text: &self.text, base: self.base, supply, context };
        if let Value::Map(entries) = &mut self.root.value {
            for entry in entries {
                if !entry.key.value.starts_with("x-") {
                    filling.fill_below(&entry.key.value, &mut entry.value);
                }
            }
        } else {
            filling.fill(&mut self.root, Place::default(), false);
        }
    }

    /// Whether an offset is in this document.
    #[must_use]
    pub const fn holds(&self, offset: usize) -> bool {
        self.base <= offset && offset < self.end()
    }

    /// Where the offsets of a next document may begin.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.base + self.text.len() + 1
    }
}

/// What may be shown of a text. Of one that is no mapping nothing is shown: it is another file than it
/// should be.
#[derive(Debug, Clone, Copy)]
pub enum Shown {
    /// All but secrets, as far as keys and addresses tell them.
    AllButSecrets,
    /// The same, for a mapping that has one of these keys; of another one the keys only.
    Of(&'static [&'static str]),
    /// Keys only: any value may be a secret.
    KeysOnly,
}

impl Shown {
    /// What diagnostics may echo of a text, which `root` is the tree of.
    fn of_tree(self, base: usize, name: &str, text: &str, root: &Node) -> Arc<Source> {
        let Value::Map(entries) = &root.value else { return Source::unseen(base, name, text) };
        let is_known = match self {
            Self::AllButSecrets => true,
            Self::Of(known) => entries.iter().any(|entry| known.contains(&entry.key.value.as_str())),
            Self::KeysOnly => false,
        };
        let mask = if is_known { mask_secrets } else { mask_tree_values };
        Source::masked(base, name, mask(text, root, base))
    }

    /// What diagnostics may echo of a text that is no tree.
    fn of_lines(self, base: usize, name: &str, text: &str) -> Arc<Source> {
        let known = match self {
            Self::Of(known) => Some(known),
            Self::AllButSecrets | Self::KeysOnly => None,
        };
        if looks_like_mapping(text, known) {
            let mask = if let Self::KeysOnly = self { mask_values } else { mask_lines };
            Source::masked(base, name, mask(text))
        } else {
            Source::unseen(base, name, text)
        }
    }
}

/// Reads one YAML document. Anchors, aliases and merge keys are resolved, with the places of what
/// they stand for.
///
/// # Errors
/// A syntax error, a value beyond the bounds, or every duplicate key.
pub fn read(name: &str, text: &str) -> Result<Document, Vec<Diagnostic>> {
    read_at(0, name, text, Shown::AllButSecrets)
}

/// As [`read`], for one of several files: offsets begin at `base`.
///
/// # Errors
/// As [`read`].
pub fn read_at(base: usize, name: &str, text: &str, shown: Shown) -> Result<Document, Vec<Diagnostic>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = &with_line_ends(text);
    if text.len() > MAX_BYTES {
        return Err(vec![
            Diagnostic::error("yaml::too-large", format!("`{name}` has {} bytes", text.len()))
                .help(format!("a file may have up to {MAX_BYTES} bytes; is it the right one?")),
        ]);
    }
    let options = options! {
        budget: budget! {
            max_depth: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_total_scalar_bytes: MAX_BYTES,
            max_documents: 1,
        },
        alias_limits: alias_limits! {
            max_total_replayed_events: MAX_NODES,
            max_replay_stack_depth: 16,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
    };
    let raw: Located<Raw> = from_str_with_options(text, options).map_err(|error| {
        let source = shown.of_lines(base, name, text);
        vec![syntax(&error, &source, text, base)]
    })?;
    let tree = Tree { text, base, duplicates: Cell::new(Vec::new()) };
    let root = tree.node(raw, None);
    let duplicates = tree.duplicates.into_inner();
    if duplicates.is_empty() {
        let source = shown.of_tree(base, name, text, &root);
        return Ok(Document { source, root, text: text.to_string(), base });
    }
    // The tree does not hold the second value of a key, and so cannot mask it.
    let source = shown.of_lines(base, name, text);
    let context = Context::new(Arc::clone(&source));
    for (key, first, again) in duplicates {
        context.push(
            Diagnostic::error("yaml::duplicate-key", format!("`{key}` is written twice"))
                .at(&source, again, "again here")
                .at(&source, first, "first here")
                .help("keep one of them, or give one another name"),
        );
    }
    Err(context.finish())
}

/// A carriage return alone ends a line for YAML; here each line end has a line feed, and its place.
fn with_line_ends(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut rest = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = rest.next() {
        out.push(if c == '\r' && rest.peek() != Some(&'\n') { '\n' } else { c });
    }
    Cow::Owned(out)
}

fn syntax(error: &serde_saphyr::Error, source: &Arc<Source>, text: &str, base: usize) -> Diagnostic {
    use serde_saphyr::Error;

    let mut span = error.location().map(|location| place_of(location, text)).unwrap_or_default();
    let bracket = unclosed_bracket(text, span.offset);
    span.offset += base;
    let line = text.lines().nth(source.line(span.offset) - 1).unwrap_or_default();
    let bounds = "a file may hold 50 000 values, 32 levels deep; aliases count as what they stand for";
    let mut cause = error;
    while let Error::AliasError { error: inner, .. } = cause {
        cause = inner;
    }
    let (code, message, help) = match cause {
        Error::UnknownAnchor { .. } => (
            "yaml::unknown-anchor",
            "no anchor of this name",
            "write `&name` where the part is first written",
        ),
        Error::RecursiveReferencesRequireWeakTypes { .. } => (
            "yaml::recursive-alias",
            "an alias inside its own anchor",
            "write the part out, or move the anchor",
        ),
        Error::Budget { breach: BudgetBreach::Documents { .. }, .. } | Error::MultipleDocuments { .. } => (
            "yaml::second-document",
            "a second document begins here",
            "write one document per file; remove `---`",
        ),
        Error::Budget { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            ("yaml::too-large", "more, or deeper, than a file may be", bounds)
        }
        // Its own bound on nesting, and ours, come as plain messages.
        _ if [TOO_DEEP, "recursion limit"].iter().any(|text| cause.to_string().contains(text)) => {
            ("yaml::too-large", "more, or deeper, than a file may be", bounds)
        }
        _ if line.chars().take_while(|c| c.is_whitespace()).any(|c| c == '\t') => (
            "yaml::syntax",
            "not readable as YAML: a tab is in the indentation of this line",
            "indent by blanks: YAML takes no tabs",
        ),
        _ if line.contains("${") => {
            ("yaml::syntax", "", "quote a value with `${…}` inside `[…]` or `{…}`: `\"${NAME}\"`")
        }
        _ => (
            "yaml::syntax",
            "",
            "check the indentation, and quote a value that begins with a special character",
        ),
    };
    if !source.is_drawn() && code != "yaml::too-large" {
        return Diagnostic::error("yaml::no-mapping", "this file is no mapping of keys and values")
            .at(source, span, "")
            .help("is it the right file? none of its lines is shown, since they may hold secrets");
    }
    if let (true, Some((at, open))) = (message.is_empty(), bracket) {
        let close = if open == '[' { ']' } else { '}' };
        return Diagnostic::error(code, format!("not readable as YAML: `{open}` is not closed"))
            .at(source, Span { offset: base + at, len: 1 }, "opened here")
            .at(source, span, "does not fit into it")
            .help(format!("close it with `{close}`"));
    }
    let message = if message.is_empty() {
        let said = error.to_string();
        // The place is drawn; saying it again in words only makes the line longer.
        let cut = said.find(" at line ").or_else(|| said.find(": line ")).unwrap_or(said.len());
        format!("not readable as YAML: {}", without_quotes(&said[..cut]))
    } else {
        message.to_owned()
    };
    Diagnostic::error(code, message).at(source, span, "here").help(help)
}

/// What the parser says, without what it quotes of the text, which may be a secret. Signs may be quoted.
fn without_quotes(said: &str) -> String {
    let mut out = String::new();
    let mut rest = said;
    while let Some(start) = rest.find(['`', '"', '\'']) {
        let (before, quoted) = rest.split_at(start);
        let Some(end) = quoted[1..].find(&quoted[..1]) else { break };
        let (quoted, behind) = quoted.split_at(end + 2);
        let has_words = quoted.chars().any(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if has_words { "`…`" } else { quoted });
        rest = behind;
    }
    out + rest
}

fn span_of(location: Location) -> Option<Span> {
    let span = location.span();
    let offset = usize::try_from(span.byte_offset()?).ok()?;
    let len = usize::try_from(span.byte_len()?).ok()?;
    Some(Span { offset, len })
}

/// The place of an error. The scanner knows only line and column (in characters, from 1).
fn place_of(location: Location, text: &str) -> Span {
    let span = span_of(location).unwrap_or_else(|| {
        let above = usize::try_from(location.line()).unwrap_or_default().saturating_sub(1);
        let before = usize::try_from(location.column()).unwrap_or_default().saturating_sub(1);
        let start: usize = text.split_inclusive('\n').take(above).map(str::len).sum();
        let within: usize =
            text[start..].chars().take_while(|c| *c != '\n').take(before).map(char::len_utf8).sum();
        Span { offset: start + within, len: 0 }
    });
    let offset = span.offset.min(text.len());
    Span { offset, len: span.len.min(text.len() - offset) }
}

/// Turns what serde delivers into nodes.
struct Tree<'a> {
    text: &'a str,
    base: usize,
    duplicates: Cell<Vec<(String, Span, Span)>>,
}

impl Tree<'_> {
    fn node(&self, raw: Located<Raw>, place: Option<Span>) -> Node {
        let span = self.span(raw.defined);
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Typed => Value::Scalar(Scalar { text: self.slice(span).to_owned(), style: Style::Typed }),
            Raw::Text(text) => {
                let quoted = self.slice(span).starts_with(['"', '\'', '|', '>']);
                Value::Scalar(Scalar { text, style: if quoted { Style::Quoted } else { Style::Text } })
            }
            Raw::List(items) => Value::List(items.into_iter().map(|item| self.node(item, None)).collect()),
            Raw::Map(entries) => Value::Map(self.entries(entries)),
        };
        Node { span, place: place.unwrap_or(span), value }
    }

    fn entries(&self, raw: Vec<(Located<String>, Located<Raw>)>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::with_capacity(raw.len());
        let mut first_places = HashMap::with_capacity(raw.len());
        for (key, value) in raw {
            let span = self.span(key.defined);
            if let Some(first) = first_places.get(&key.value) {
                let mut duplicates = self.duplicates.take();
                duplicates.push((key.value, *first, span));
                self.duplicates.set(duplicates);
                continue;
            }
            first_places.insert(key.value.clone(), span);
            let value = self.node(value, Some(span));
            entries.push(Entry { key: Spanned::new(key.value, span), value });
        }
        entries
    }

    fn span(&self, location: Location) -> Span {
        let span = span_of(location).unwrap_or_default();
        Span { offset: span.offset + self.base, ..span }
    }

    fn slice(&self, span: Span) -> &str {
        let start = span.offset - self.base;
        self.text.get(start..start + span.len).unwrap_or_default()
    }
}

/// A value as serde hands it over, before its text is cut from the file.
enum Raw {
    Null,
    /// A number or a truth value: its spelling is in the file.
    Typed,
    Text(String),
    List(Vec<Located<Self>>),
    Map(Vec<(Located<String>, Located<Self>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The parser's own bound counts what is written; an alias can stand deep inside and itself
        // go deep, so the depth of what is built is counted here, before the stack runs out.
        thread_local!(static DEPTH: Cell<usize> = const { Cell::new(0) });
        let depth = DEPTH.get();
        if depth > MAX_DEPTH {
            return Err(serde::de::Error::custom(TOO_DEEP));
        }
        DEPTH.set(depth + 1);
        let raw = deserializer.deserialize_any(RawVisitor);
        DEPTH.set(depth);
        raw
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}
