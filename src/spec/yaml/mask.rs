//! Masks the secrets that a tree shows and a line of text does not: a secret in a block or on the
//! line below its key, and the parameters of calls. Byte for byte as long as the text.

use std::ops::Range;

use super::{
    interpolate::is_name,
    node::{Node, Style, Value},
};
use crate::{
    dingtalk::ROBOT_HOST,
    secret::{Cover, is_secret_name},
};

/// The key of an OpenAPI call's parameters, any of which may be a secret.
const PARAMETERS: &str = "parameters";
/// Keys whose value is an address, and nothing that may be shown where it is none.
const ADDRESS_KEYS: [&str; 2] = ["webhook", "url"];

/// `text` with asterisks over the secrets of its tree, whose offsets begin at `base`.
pub(super) fn mask_secrets(text: &str, root: &Node, base: usize) -> String {
    let mut tree = Tree { text, base, keys_only: false, cover: Cover::new(text), scalars: Vec::new() };
    tree.walk(root, What::Shown);
    tree.comments();
    tree.cover.finish()
}

/// `text` with asterisks over all values of its tree.
pub(super) fn mask_tree_values(text: &str, root: &Node, base: usize) -> String {
    let mut tree = Tree { text, base, keys_only: true, cover: Cover::new(text), scalars: Vec::new() };
    tree.walk(root, What::Shown);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(comment) = tree.comment(start, line) {
            tree.cover.hide_all(comment);
        }
        start += line.len();
    }
    tree.cover.finish()
}

/// What a value is, by the keys that it stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Shown,
    Address,
    Secret,
}

impl What {
    /// What is behind a key.
    fn behind(self, key: &str) -> Self {
        if self == Self::Secret || key == PARAMETERS || is_secret_name(key) {
            Self::Secret
        } else if ADDRESS_KEYS.contains(&key) {
            Self::Address
        } else {
            Self::Shown
        }
    }
}

struct Tree<'a> {
    text: &'a str,
    base: usize,
    /// Whether no value is shown at all, nor a variable in one.
    keys_only: bool,
    cover: Cover<'a>,
    /// Where scalars are: a number sign in them begins no comment.
    scalars: Vec<Range<usize>>,
}

impl Tree<'_> {
    fn walk(&mut self, node: &Node, what: What) {
        match &node.value {
            Value::Null => {}
            Value::List(items) => items.iter().for_each(|item| self.walk(item, what)),
            Value::Map(entries) => {
                for entry in entries {
                    let start = entry.key.span.offset - self.base;
                    let range = start..start + entry.key.span.len;
                    self.scalars.push(range.clone());
                    self.cover.hide_named(range);
                    let below = match &entry.value.value {
                        // `webhook: { url: … }` is no address.
                        Value::Map(_) if what == What::Address => What::Shown,
                        _ => what,
                    };
                    self.walk(&entry.value, below.behind(&entry.key.value));
                }
            }
            Value::Scalar(scalar) => {
                let start = node.span.offset - self.base;
                let range = start..start + node.span.len;
                let Some(written) = self.text.get(range.clone()) else { return };
                self.scalars.push(range.clone());
                let is_truth = scalar.style == Style::Typed && matches!(written, "true" | "false");
                let inside = inside(written);
                let inside = range.start + inside.start..range.start + inside.end;
                match what {
                    _ if self.keys_only => self.cover.hide_all(inside),
                    _ if is_truth => {}
                    What::Secret => self.cover.hide(inside),
                    What::Address if !written.contains("://") => self.hide_broken_address(inside),
                    What::Address | What::Shown => self.cover.hide_named(range),
                }
            }
        }
    }

    /// Hides an address that has no scheme: all but the host that it may begin with, and the names of its
    /// query.
    fn hide_broken_address(&mut self, range: Range<usize>) {
        let written = &self.text[range.clone()];
        if written == ROBOT_HOST {
            return;
        }
        let host = written
            .find(['/', '?'])
            .filter(|end| written[..*end].contains('.') && !written[..*end].contains('@'));
        let Some(host) = host else { return self.cover.hide(range) };
        let path = written[host..].find('?').map_or(written.len(), |query| host + query);
        if !written[host..path].eq("/robot/send") {
            self.cover.hide(range.start + host + 1..range.start + path);
        }
        let mut start = path;
        for pair in written[path..].split('&') {
            if let Some(value) = pair.find('=') {
                self.cover.hide(range.start + start + value + 1..range.start + start + pair.len());
            } else if start + 1 < written.len() {
                self.cover.hide(range.start + start + 1..range.start + start + pair.len());
            }
            start += pair.len() + 1;
        }
    }

    /// Masks what comments say: a line that was taken out is one.
    fn comments(&mut self) {
        self.scalars.sort_by_key(|range| range.start);
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            if let Some(comment) = self.comment(start, line) {
                self.cover.hide_named(comment);
            }
            start += line.len();
        }
    }

    /// The comment of a line that begins at `start`.
    fn comment(&self, start: usize, line: &str) -> Option<Range<usize>> {
        let is_free = |at: usize| {
            let before = self.scalars.partition_point(|range| range.start <= at);
            before.checked_sub(1).and_then(|last| self.scalars.get(last)).is_none_or(|range| range.end <= at)
        };
        let signs = line.match_indices('#').map(|(at, _)| at);
        let mut begins = signs.filter(|at| *at == 0 || line[..*at].ends_with([' ', '\t']));
        begins.find(|at| is_free(start + at)).map(|at| start + at + 1..start + line.len())
    }
}

/// A scalar without its quotes, or without the signs of its block.
fn inside(written: &str) -> Range<usize> {
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) if written.len() > 1 && written.ends_with(quote) => 1..written.len() - 1,
        Some(_) => 1..written.len(),
        None if written.starts_with(['|', '>']) => {
            written.find('\n').map_or(written.len(), |end| end)..written.len()
        }
        None => 0..written.len(),
    }
}

/// What the lines below belong to, in a text that is no tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    None,
    /// A text of many lines that is a secret: all that is deeper.
    Secret {
        column: usize,
    },
    /// A secret that may go on: what is deeper and looks like no key.
    Continued {
        column: usize,
    },
    /// Keys whose values are secrets: what is deeper.
    Values {
        column: usize,
    },
}

/// `text` with asterisks over what may be a secret, for a text that is not a tree. What looks like a key
/// stays, so that a reader sees what is to be put right.
pub(super) fn mask_lines(text: &str) -> String {
    let mut cover = Cover::new(text);
    let mut start = 0;
    let mut block = Block::None;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        if line.trim().is_empty() {
            continue;
        }
        let head = Head::of(line);
        let is_comment = line.trim_start().starts_with('#');
        match block {
            Block::Secret { column } if head.indent > column => {
                cover.hide_all(range);
                continue;
            }
            Block::Continued { column } if head.indent > column && head.key.is_none() && !is_comment => {
                cover.hide(range);
                continue;
            }
            Block::Values { column } if head.indent > column => {
                let value = head.value.unwrap_or(head.indent);
                let within = within_brackets(&line[value..]);
                cover.hide(range.start + value + within.start..range.start + value + within.end);
                continue;
            }
            // A line that slipped in between ends nothing, but for one that what is below can belong to.
            Block::Values { column } if head.indent == column && !head.is_open(line) => {}
            _ if is_comment => {}
            _ => block = Block::None,
        }
        cover.hide_named(range.clone());
        if is_comment {
            continue;
        }
        if let Some(parameters) = parameters(line) {
            cover.hide(range.start + parameters.start..range.start + parameters.end);
        }
        if let Some(next) = head.begins(line) {
            let is_held = matches!(block, Block::Values { .. }) && matches!(next, Block::Continued { .. });
            block = if is_held { block } else { next };
        } else if let Some(value) = first_word_is_secret(line) {
            cover.hide(range.start + value..range.end);
        }
    }
    cover.finish()
}

/// How a line begins.
struct Head<'a> {
    /// Bytes before its first character that is no blank.
    indent: usize,
    /// Bytes before its key.
    column: usize,
    key: Option<&'a str>,
    /// Where its value begins, behind the colon.
    value: Option<usize>,
}

impl<'a> Head<'a> {
    fn of(line: &'a str) -> Self {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let mut column = indent;
        while line[column..].starts_with("- ") {
            column += 2;
            column += line[column..].len() - line[column..].trim_start_matches(' ').len();
        }
        let rest = &line[column..];
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let name = quote.map_or(rest, |_| &rest[1..]);
        let end =
            name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(name.len());
        let behind = &name[end..];
        let behind = quote.map_or(behind, |quote| behind.strip_prefix(quote).unwrap_or(""));
        let colon = behind.trim_start_matches(' ');
        let is_key = end > 0
            && colon
                .strip_prefix(':')
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        let value = is_key.then(|| line.len() - colon.len() + 1);
        Self { indent, column, key: is_key.then(|| &name[..end]), value }
    }

    /// Whether the line is a key, or an item, that lines below can belong to.
    fn is_open(&self, line: &str) -> bool {
        self.value.is_some_and(|value| line[value..].trim().is_empty())
    }

    /// What begins with the line, where its key says that what is behind it is secret.
    fn begins(&self, line: &str) -> Option<Block> {
        let (key, value) = (self.key?, line[self.value?..].trim());
        let what = What::Shown.behind(key);
        let column = self.column;
        Some(match what {
            What::Shown => return None,
            _ if value.starts_with(['|', '>']) => Block::Secret { column },
            What::Secret if value.is_empty() => Block::Values { column },
            _ if value.starts_with(['"', '\'']) && !is_closed(value) => Block::Secret { column },
            What::Secret if key == PARAMETERS => Block::Values { column },
            _ => Block::Continued { column },
        })
    }
}

/// Whether the quote that a text begins with ends in it.
fn is_closed(text: &str) -> bool {
    let quote = text.chars().next().unwrap_or_default();
    text.chars().skip(1).any(|c| c == quote)
}

/// The value behind `parameters:`, which may stand in the middle of a line.
fn parameters(line: &str) -> Option<Range<usize>> {
    let at = line.find(PARAMETERS)?;
    let rest = line[at + PARAMETERS.len()..].trim_start_matches(['"', '\'', ' ']);
    rest.strip_prefix(':').map(|rest| line.len() - rest.len()..line.len())
}

/// A value without the brackets around it: one that is missing must be seen to be.
fn within_brackets(value: &str) -> Range<usize> {
    let start = value.len() - value.trim_start_matches([' ', '[', '{']).len();
    let end = value.trim_end().trim_end_matches([']', '}', ',']).len();
    start..end.max(start)
}

/// Where the value begins on a line such as `secret SECx`, whose colon is missing.
fn first_word_is_secret(line: &str) -> Option<usize> {
    let content = line.trim_start().trim_start_matches("- ");
    let (word, rest) = content.split_once([' ', '\t'])?;
    let is_value = !word.contains([':', '=']) && is_secret_name(word) && !rest.trim().is_empty();
    is_value.then(|| line.len() - rest.len())
}

/// `text` with asterisks over all but the names at the beginning of its lines.
pub(super) fn mask_values(text: &str) -> String {
    let mut cover = Cover::new(text);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let name = line.split_once(':').map(|(name, _)| name).filter(|name| is_name(name));
        let name = name.map_or(0, |name| name.len() + 1);
        cover.hide_all(start + name..start + line.len());
        start += line.len();
    }
    cover.finish()
}

/// Whether a text that is no tree may be one that somebody wrote as a mapping: it begins with a key, and
/// has one of `known` at the beginning of a line, where that is asked for.
pub(super) fn looks_like_mapping(text: &str, known: Option<&[&str]>) -> bool {
    let is_content = |line: &&str| {
        let line = line.trim();
        !(line.is_empty() || line.starts_with('#') || line == "---" || line.starts_with('%'))
    };
    let key = |line: &str| Head::of(line).key.map(str::to_owned);
    let mut lines = text.lines().filter(is_content);
    let begins = lines.next().is_some_and(|line| key(line).is_some());
    let is_known = |line: &str| {
        let head = Head::of(line);
        head.column == 0 && head.key.is_some_and(|key| known.is_none_or(|known| known.contains(&key)))
    };
    begins && text.lines().filter(is_content).any(is_known)
}

/// The bracket before `end` that was opened on an earlier line than `end` is on, and is not closed.
pub(super) fn unclosed_bracket(text: &str, end: usize) -> Option<(usize, char)> {
    let mut above = text[..end].rfind('\n')?;
    let mut closed = 0_usize;
    loop {
        let start = text[..above].rfind('\n').map_or(0, |at| at + 1);
        let line = &text[start..above];
        for (at, c) in brackets(line).into_iter().rev() {
            match c {
                ']' | '}' => closed += 1,
                _ if closed > 0 => closed -= 1,
                c => return Some((start + at, c)),
            }
        }
        // A line that begins a key at the left edge can be in no bracket.
        if start == 0 || Head::of(line).column == 0 && Head::of(line).key.is_some() {
            return None;
        }
        above = start - 1;
    }
}

/// The brackets of a line that are outside of quotes and comments.
fn brackets(line: &str) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '#') if before.is_whitespace() => break,
            (None, '"' | '\'') if before.is_whitespace() || matches!(before, '[' | '{' | ',' | ':') => {
                quote = Some(c)
            }
            (None, '[' | '{' | ']' | '}') if before != '$' => found.push((at, c)),
            _ => {}
        }
        before = c;
    }
    found
}
