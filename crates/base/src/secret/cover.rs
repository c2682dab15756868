//! Asterisks over the secrets of a text that is shown as it is written, such as the lines under a
//! finding.

use std::ops::Range;

use super::{address, names::is_secret_name};

/// Bytes that a name may have.
const LONGEST_NAME: usize = 128;

/// A text of which parts are covered, character for character, so that places in it stay what they are.
#[derive(Debug)]
pub struct Cover<'a> {
    text: &'a str,
    hidden: Vec<bool>,
}

/// A text of which every character is covered, byte for byte as long.
#[must_use]
pub fn asterisks(text: &str) -> String {
    let mut cover = Cover::new(text);
    cover.hide_all(0..text.len());
    cover.finish()
}

/// A text with asterisks over what its lines name as secret: `NAME=value` and `NAME: value` where the
/// name says so, and logins, paths and queries of addresses.
#[must_use]
pub fn mask_source(text: &str) -> String {
    let mut cover = Cover::new(text);
    cover.hide_named(0..text.len());
    cover.finish()
}

impl<'a> Cover<'a> {
    /// Nothing is covered yet.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, hidden: vec![false; text.len()] }
    }

    /// The text with an asterisk, of the same number of bytes, for each character that is covered.
    #[must_use]
    pub fn finish(self) -> String {
        let cover = |(at, c): (usize, char)| match c.len_utf8() {
            _ if !self.hidden[at] => c,
            1 => '*',
            2 => '×',
            3 => '＊',
            _ => '\u{1f7b6}',
        };
        self.text.char_indices().map(cover).collect()
    }

    /// Covers everything but blanks.
    pub fn hide_all(&mut self, range: Range<usize>) {
        for (at, c) in self.part(&range).char_indices() {
            self.hidden[range.start + at] = !c.is_ascii_whitespace();
        }
    }

    /// Covers a value but for blanks, and the names of variables that stand for values.
    pub fn hide(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(found) = self.part(&(at..range.end)).find("${") {
            let start = at + found;
            self.hide_all(at..start);
            let inside = self.part(&(start + 2..range.end));
            let name =
                inside.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            let end = inside.find('}').map_or(range.end, |end| start + 2 + end);
            if inside[name..].starts_with(":-") {
                self.hide_all(start + 2 + name + 2..end);
            } else if !inside[name..].starts_with('}') && !self.ends_variable(&inside[name..], range.end) {
                self.hide_all(start + 2..end);
            }
            at = end;
            if self.part(&(at..range.end)).starts_with('}') {
                at += 1;
            }
        }
        self.hide_all(at..range.end);
    }

    /// Whether a part was cut just before the bracket that ends a variable.
    fn ends_variable(&self, rest: &str, end: usize) -> bool {
        rest.is_empty() && self.text[end..].starts_with('}')
    }

    /// Covers what is secret in the addresses of a part.
    pub fn hide_addresses(&mut self, range: Range<usize>) {
        for found in address::addresses(self.part(&range)) {
            for secret in address::secrets(&self.text[range.start + found.start..range.start + found.end]) {
                let start = range.start + found.start;
                self.hide(start + secret.start..start + secret.end);
            }
        }
    }

    /// Covers what the lines of a part name as secret, and what is secret in addresses.
    pub fn hide_named(&mut self, range: Range<usize>) {
        let mut start = range.start;
        for line in self.part(&range).split_inclusive('\n') {
            self.hide_pairs(start..start + line.len());
            start += line.len();
        }
        self.hide_addresses(range);
    }

    fn part(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Covers the values of a line that stand behind secret names.
    fn hide_pairs(&mut self, range: Range<usize>) {
        let line = self.part(&range);
        let (mut from, mut depth) = (0, 0_usize);
        while let Some(found) = line[from..].find([':', '=']) {
            let at = from + found;
            depth = deeper(depth, &line[from..at]);
            from = at + 1;
            if name_before(&line[..at]).is_some_and(is_secret_name) {
                let value = value_behind(line, at, depth > 0);
                // What follows begins behind the value, or a long line would be gone over again and again.
                from = from.max(value.end);
                self.hide(range.start + value.start..range.start + value.end);
            }
        }
    }
}

/// The name that ends a text, in quotes or not.
fn name_before(text: &str) -> Option<&str> {
    let text = text.trim_end_matches([' ', '\t']);
    let text = text.strip_suffix(['"', '\'', '`']).unwrap_or(text);
    // No name is longer, and a long text is not gone over again and again.
    let text = text.get(text.len().saturating_sub(LONGEST_NAME)..).unwrap_or(text);
    let start = text.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
    let name = start.map_or(text, |at| &text[at..]).trim_start_matches(|c: char| !c.is_alphanumeric());
    (!name.is_empty()).then_some(name)
}

/// Where the value is that stands behind the sign at `sign`; empty for one that is no secret.
fn value_behind(line: &str, sign: usize, is_in_flow: bool) -> Range<usize> {
    let is_assigned = line[sign..].starts_with('=');
    let blank = |at: usize| at + line[at..].len() - line[at..].trim_start_matches([' ', '\t']).len();
    let mut start = blank(sign + 1);
    // An anchor and a tag are no part of the value.
    while !is_assigned && line[start..].starts_with(['&', '!']) {
        let end = line[start..].find(char::is_whitespace).map_or(line.len(), |end| start + end);
        start = blank(end);
    }
    let rest = &line[start..];
    let content = rest.trim_end();
    let is_block = matches!(
        content.trim_end_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9']),
        "|" | ">"
    );
    let is_alias = !is_assigned && rest.starts_with('*');
    if content.is_empty() || is_alias || !is_assigned && is_block {
        return start..start;
    }
    if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
        let end = closing(rest, quote).unwrap_or(content.len());
        return start + 1..start + end.max(1);
    }
    let end = if is_assigned {
        let is_alone = is_alone(&line[..sign]);
        let ends = |c: char| {
            matches!(c, '"' | '\'' | '`' | '\r' | '\n')
                || !is_alone && (c.is_whitespace() || matches!(c, '&' | ',' | ';' | ')' | '#'))
        };
        let end = ends_at(rest, ends);
        if is_alone { before_comment(&rest[..end]) } else { end }
    } else if is_in_flow {
        ends_at(rest, |c| matches!(c, ',' | '}' | ']' | '\r' | '\n'))
    } else {
        before_comment(content)
    };
    let value = rest[..end].trim_end();
    if matches!(value, "true" | "false" | "null" | "~") {
        return start..start;
    }
    start..start + value.len()
}

/// Where a value ends, variables in it taken whole.
fn ends_at(text: &str, ends: impl Fn(char) -> bool) -> usize {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with("${") {
            at = text[at..].find('}').map_or(text.len(), |end| at + end + 1);
        } else if ends(c) {
            return at;
        } else {
            at += c.len_utf8();
        }
    }
    text.len()
}

/// The closing quote of a text that begins with a quote.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if quote == '"' => is_escaped = true,
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

fn before_comment(text: &str) -> usize {
    [" #", "\t#"].iter().filter_map(|sign| text.find(sign)).min().unwrap_or(text.len())
}

/// Whether a name stands at the beginning of its line, as in a file of variables, so that its value
/// goes on to the end.
fn is_alone(before: &str) -> bool {
    let before = before.trim_start();
    let before = ["export ", "set ", "ENV ", "- ", "# "]
        .iter()
        .fold(before, |text, word| text.strip_prefix(word).unwrap_or(text).trim_start());
    !before.trim_end().contains(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
}

/// How many brackets are open behind a text, where so many are before it.
fn deeper(depth: usize, text: &str) -> usize {
    text.bytes().fold(depth, |depth, byte| match byte {
        b'{' | b'[' => depth + 1,
        b'}' | b']' => depth.saturating_sub(1),
        _ => depth,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_keeps_its_shape_and_loses_its_secrets() {
        for (line, masked) in [
            (
                "webhook: https://d/robot/send?access_token=值abc&x=1",
                "webhook: https://d/robot/send?access_token=＊***&x=*",
            ),
            ("  secret: SECx # why", "  secret: **** # why"),
            ("  secret: ", "  secret: "),
            ("  t: ?access_token=${A:-dflt} ${B}", "  t: ?access_token=${A:-****} ${B}"),
            ("  webhook: https://d?access_token=${C}", "  webhook: https://d?access_token=${C}"),
            ("  webhook: https://h/${A}/x", "  webhook: https://h/${A}/*"),
            ("a: { secret: abc def, x: 1 }", "a: { secret: *** ***, x: 1 }"),
            (
                "a: { \"secret\":\"abc\", 'apiKey' : 'a b', x: 1 }",
                "a: { \"secret\":\"***\", 'apiKey' : '* *', x: 1 }",
            ),
            ("secret:SECx", "secret:****"),
            ("export DB_PASSWORD=a b # c", "export DB_PASSWORD=* * # c"),
            ("  api_key = \"a\\\"b\" # c", "  api_key = \"****\" # c"),
            ("run: tool --token=abc --name=x", "run: tool --token=*** --name=x"),
            ("curl -u x https://u:p@h/hook/abc, then", "curl -u x https://***@h/****/***, then"),
            ("secret: *alias", "secret: *alias"),
            ("secret: &anchor abc", "secret: &anchor ***"),
            ("secret: |", "secret: |"),
            ("sign: true", "sign: true"),
            ("keywords: [token, secret]", "keywords: [token, secret]"),
            ("name: x=1, y: 2", "name: x=1, y: 2"),
            ("Authorization: Bearer abc", "Authorization: ****** ***"),
            ("secret: \"abc", "secret: \"***"),
        ] {
            assert_eq!(mask_source(line), masked, "{line}");
            assert_eq!(mask_source(line).len(), line.len(), "{line}");
        }
    }
}
