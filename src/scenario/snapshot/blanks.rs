//! The lines in which two texts differ, and the blanks in them that a reader would not see.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use crate::files::plain_lines;

/// The lines in which two texts differ, with two lines of context. Blanks that make the difference are
/// written as control characters are: `⟨U+0020⟩`.
#[must_use]
pub fn difference(old: &str, new: &str) -> String {
    let (old, new) = (plain_lines(old), plain_lines(new));
    let (old, new) = (lines(&old), lines(&new));
    let diff = TextDiff::from_slices(&old, &new);
    let mut out = String::new();
    for hunk in diff.unified_diff().context_radius(2).iter_hunks() {
        let _ = writeln!(out, "{}", hunk.header());
        for op in hunk.ops() {
            let gone = old.get(op.old_range()).unwrap_or_default();
            let come = new.get(op.new_range()).unwrap_or_default();
            for change in diff.iter_changes(op) {
                let (sign, line) = match change.tag() {
                    ChangeTag::Equal => (' ', change.value().to_owned()),
                    ChangeTag::Delete => ('-', shown(change.value(), twin(change.value(), come))),
                    ChangeTag::Insert => ('+', shown(change.value(), twin(change.value(), gone))),
                };
                let _ = writeln!(out, "{sign}{line}");
            }
        }
    }
    out
}

/// Two texts of one line, with the blanks visible in which they differ.
#[must_use]
pub fn side_by_side(one: &str, other: &str) -> [String; 2] {
    let twin = |a, b| (looks(a) == looks(b)).then_some(b);
    [shown(one, twin(one, other)), shown(other, twin(other, one))]
}

/// The lines of a text, without empty ones at its end. They end at LF alone: a lone CR is part of its
/// line.
fn lines(text: &str) -> Vec<&str> {
    let text = text.trim_end_matches('\n');
    if text.is_empty() { Vec::new() } else { text.split('\n').collect() }
}

/// The line among those on the other side that looks the same.
fn twin<'a>(line: &str, others: &[&'a str]) -> Option<&'a str> {
    let looks_so = looks(line);
    others.iter().find(|other| looks(other) == looks_so).copied()
}

/// A changed line with its blanks visible: those at its end and those that hide always, and where another
/// line looks the same, those in which the two differ.
fn shown(line: &str, twin: Option<&str>) -> String {
    let end = line.trim_end_matches(is_blank).len();
    let mut out = String::with_capacity(line.len());
    let differing = twin.map_or_else(Vec::new, |twin| differing(line, twin));
    for (at, c) in line.char_indices() {
        if is_blank(c) && (at >= end || hides(c) || differing.contains(&at)) {
            let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Where the characters of a line stand that the other does not have there.
fn differing(line: &str, twin: &str) -> Vec<usize> {
    let diff = TextDiff::from_chars(line, twin);
    let mut at = 0;
    let mut places = Vec::new();
    for change in diff.iter_all_changes() {
        if change.tag() != ChangeTag::Insert {
            if change.tag() == ChangeTag::Delete {
                places.push(at);
            }
            at += change.value().len();
        }
    }
    places
}

/// A line as a reader sees it: blanks of every kind and number are one, and what has no width is not
/// there.
fn looks(line: &str) -> String {
    let visible = |c: &char| !is_invisible(*c);
    let text: String = line.chars().filter(visible).collect();
    text.split(char::is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn is_blank(c: char) -> bool {
    // What splits lines elsewhere is made visible for all outputs at once (`report::visible`).
    is_invisible(c) || (c.is_whitespace() && !matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'))
}

/// Blanks that look like a space, or like nothing, and that writing of no language needs.
const fn hides(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{200b}' | '\u{202f}' | '\u{205f}' | '\u{2060}')
}

/// Characters without a width. Some writing needs some of them, and so do pictograms.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_that_make_the_difference_are_visible() {
        for (old, new, wanted) in [
            ("one  \ntwo", "one\ntwo", "-one⟨U+0020⟩⟨U+0020⟩\n+one\n two\n"),
            ("a\tb", "a b", "-a⟨U+0009⟩b\n+a⟨U+0020⟩b\n"),
            ("a\u{a0}b", "a b", "-a⟨U+00A0⟩b\n+a⟨U+0020⟩b\n"),
            ("a b", "a\u{200b} b", "-a b\n+a⟨U+200B⟩ b\n"),
            ("a  b", "a b", "-a ⟨U+0020⟩b\n+a b\n"),
            ("a\u{3000}b", "a b", "-a⟨U+3000⟩b\n+a⟨U+0020⟩b\n"),
            ("  a", "\ta", "-⟨U+0020⟩⟨U+0020⟩a\n+⟨U+0009⟩a\n"),
            // In lines that differ for all to see, only what hides is marked.
            ("a b\tc", "x y\tc\u{a0}d ", "-a b\tc\n+x y\tc⟨U+00A0⟩d⟨U+0020⟩\n"),
            ("👩\u{200d}🚒 a", "👩\u{200d}🚒 b", "-👩\u{200d}🚒 a\n+👩\u{200d}🚒 b\n"),
        ] {
            let all = difference(old, new);
            assert_eq!(all.split_once(" @@\n").unwrap().1, wanted, "{old:?} {new:?}");
        }
    }

    #[test]
    fn lines_that_are_the_same_stay_as_they_are() {
        assert_eq!(difference("a  \nb\n", "a  \nc\n"), "@@ -1,2 +1,2 @@\n a  \n-b\n+c\n");
        assert_eq!(difference("a\r\nb", "a\nb\n"), "");
    }

    #[test]
    fn two_lines_stand_side_by_side() {
        assert_eq!(side_by_side("a b", "a\u{a0}b"), ["a⟨U+0020⟩b", "a⟨U+00A0⟩b"]);
        assert_eq!(side_by_side("a b", "c"), ["a b", "c"]);
    }
}
