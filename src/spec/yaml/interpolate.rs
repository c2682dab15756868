//! `${VAR}` in values. It works on the finished tree, so that no value of a variable can become
//! YAML structure, and it points into the text as it was written.

use std::collections::HashMap;

use super::{
    Context,
    node::{Node, Style, Value},
    supply::{Filled, Origin, Place, Supply, blank_end},
};
use crate::diagnostic::{Diagnostic, Span};

/// Bytes of a text with its variables filled in.
const MAX_BYTES: usize = 64 * 1024;
/// Findings about one text; more of them would say nothing new.
const MAX_FINDINGS: usize = 20;

/// What variables are filled with, and where they are written.
pub(super) struct Filling<'a> {
    /// The whole file, whose offsets begin at `base`.
    pub(super) text: &'a str,
    pub(super) base: usize,
    pub(super) supply: Supply<'a>,
    pub(super) context: &'a Context,
}

impl Filling<'_> {
    /// Fills the variables of a file's value behind `key` at its top and of everything below it.
    pub(super) fn fill_below(&self, key: &str, node: &mut Node) {
        self.fill(node, Place::default().below(key, false), key == "robots");
    }

    /// Fills the variables of `node` and of everything below it.
    pub(super) fn fill(&self, node: &mut Node, place: Place, is_robot: bool) {
        let context = self.context;
        match &mut node.value {
            Value::Null => {}
            Value::List(items) => items.iter_mut().for_each(|item| self.fill(item, place, is_robot)),
            Value::Map(entries) => {
                for entry in entries {
                    if entry.key.value.contains("${") {
                        context.push(
                            Diagnostic::error(
                                "yaml::variable-in-key",
                                "variables are filled in values, not in keys",
                            )
                            .at(context.source(), entry.key.span, "this key")
                            .help("write the name itself"),
                        );
                    }
                    self.fill(&mut entry.value, place.below(&entry.key.value, is_robot), is_robot);
                }
            }
            Value::Scalar(scalar) if scalar.text.contains("${") => {
                let start = node.span.offset - self.base;
                let written = self.text.get(start..start + node.span.len).unwrap_or_default();
                let places = Places { written, whole: node.span };
                let mut found = Vec::new();
                let Expanded { text, filled, is_open } =
                    expand(&scalar.text, &self.supply, place, &places, context, &mut found);
                if found.is_empty() && !is_open {
                    scalar.text = text;
                    if !filled.is_empty() {
                        scalar.style = Style::Filled;
                        context.note_filled(node.span, filled);
                    }
                } else {
                    scalar.style = Style::Unfilled;
                    found.into_iter().for_each(|finding| context.push(finding));
                }
            }
            Value::Scalar(_) => {}
        }
    }
}

/// Where the pieces of one scalar stand in the file.
struct Places<'a> {
    written: &'a str,
    whole: Span,
}

impl Places<'_> {
    /// The span of `piece`, which begins at byte `from` of the scalar's text or later; the whole
    /// scalar where escapes make the written form differ.
    fn find(&self, piece: &str, nth: usize) -> Span {
        self.written
            .match_indices(piece)
            .nth(nth)
            .map_or(self.whole, |(at, _)| Span { offset: self.whole.offset + at, len: piece.len() })
    }
}

/// A text with its variables filled in.
struct Expanded {
    text: String,
    filled: Vec<Filled>,
    /// A variable has no value, and that is no fault here.
    is_open: bool,
}

fn expand(
    text: &str,
    supply: &Supply<'_>,
    place: Place,
    places: &Places<'_>,
    context: &Context,
    found: &mut Vec<Diagnostic>,
) -> Expanded {
    let mut out = String::with_capacity(text.len());
    let mut filled = Vec::new();
    let mut is_open = false;
    let mut rest = text;
    let mut seen: HashMap<&str, usize> = HashMap::new();
    while found.len() < MAX_FINDINGS
        && let Some(at) = rest.find("${")
    {
        let before = &rest[..at];
        if let Some(kept) = before.strip_suffix('$') {
            out.push_str(kept);
            out.push_str("${");
            rest = &rest[at + 2..];
            continue;
        }
        out.push_str(before);
        rest = &rest[at..];
        let Some(end) = rest.find('}') else {
            found.push(
                Diagnostic::error("yaml::bad-variable", "a variable without its closing brace")
                    .at(context.source(), places.find("${", 0), "opened here")
                    .help("write `${NAME}`, or `$${` for a literal `${`"),
            );
            break;
        };
        let piece = &rest[..=end];
        let inside = &rest[2..end];
        let times = seen.entry(piece).or_default();
        let nth = *times;
        *times += 1;
        rest = &rest[end + 1..];
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        if !is_name(name) || default.is_some_and(|default| default.contains("${")) {
            found.push(
                Diagnostic::error("yaml::bad-variable", "not a variable that can be filled in")
                    .at(context.source(), places.find(piece, nth), "here")
                    .help("write `${NAME}` or `${NAME:-default}`, not nested, or `$${` for a literal `${`"),
            );
            continue;
        }
        // As in a shell, `:-` also replaces an empty value.
        // An empty secret is none: that is what a CI makes of one that a job may not see.
        let may_be_empty = default.is_none()
            && match place {
                Place::Robot | Place::Address | Place::Secret => false,
                Place::Parameter | Place::Passed => supply.stand_ins().is_none(),
                Place::Open | Place::Prose => true,
            };
        let given = supply.value(name);
        let is_empty = given.as_ref().is_some_and(String::is_empty);
        let value = given.filter(|value| may_be_empty || !value.is_empty());
        if let Some(words) = value.as_deref().filter(|_| !supply.is_own(name)).and_then(blank_end) {
            let message = format!("the value of `{name}` {words}");
            let finding = match place {
                Place::Prose => Diagnostic::warning("yaml::blank-end", message),
                _ => Diagnostic::error("yaml::blank-end", message),
            };
            let finding = finding
                .at(context.source(), places.find(piece, nth), "filled in here")
                .help("set it without: `echo` adds a line end, and `printf %s` does not");
            if place == Place::Prose {
                context.push(finding);
            } else {
                found.push(finding);
                continue;
            }
        }
        let stand_in = || supply.stand_ins()?.of(name, place, &out, rest);
        let (value, origin) = match (value, default) {
            (Some(value), _) => (Some(value), Origin::Value),
            (None, Some(default)) => (Some(default.to_owned()), Origin::Default),
            (None, None) => (stand_in(), Origin::StandIn),
        };
        match (value, supply.stand_ins()) {
            (Some(value), _) if out.len() + value.len() > MAX_BYTES => {
                found.push(
                    Diagnostic::error(
                        "yaml::too-large",
                        "with its variables filled in, this text is too large",
                    )
                    .at(context.source(), places.whole, "here")
                    .help(format!("a text may have up to {MAX_BYTES} bytes")),
                );
                break;
            }
            (Some(value), _) => {
                out.push_str(&value);
                filled.push(Filled { name: name.to_owned(), origin });
            }
            (None, Some(stand_ins)) if place == Place::Passed => {
                stand_ins.note(name);
                is_open = true;
            }
            (None, _) => {
                let set = format!(
                    "set `{name}` in the environment, or by `--var` or `--var-file` where the command takes them"
                );
                // A secret that a file gives for the case that there is none is no secret.
                let help = if place.is_secret() {
                    set
                } else {
                    format!("{set}; or give a default: `${{{name}:-…}}`")
                };
                let state = if is_empty { "is set and empty" } else { "is not set" };
                found.push(
                    Diagnostic::error("yaml::missing-variable", format!("the variable `{name}` {state}"))
                        .at(context.source(), places.find(piece, nth), "needed here")
                        .help(help),
                );
            }
        }
    }
    out.push_str(rest);
    Expanded { text: out, filled, is_open }
}

/// Whether this may be the name of a variable.
pub(in crate::spec) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
