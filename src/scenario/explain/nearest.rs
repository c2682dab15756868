//! The message that came nearest to what was expected.

use super::compare::compare;
use crate::{
    clock::Timestamp,
    scenario::{
        mailbox::Letter,
        matcher::{Matcher, MessageView},
    },
};

/// How many matchers hold.
pub(super) fn score(matchers: &[Matcher], view: &MessageView) -> usize {
    matchers.iter().filter(|matcher| matcher.check(view).is_ok()).count()
}

/// Of several messages the one with the most matchers that hold; of equals one that came after the last
/// acts began, and of those the oldest.
pub(super) fn nearest<'a>(
    letters: impl Iterator<Item = &'a Letter>,
    matchers: &[Matcher],
    since: Timestamp,
) -> Option<(usize, &'a Letter)> {
    let mut best: Option<((usize, bool), &Letter)> = None;
    for letter in letters {
        let rank = (score(matchers, &letter.view), letter.at >= since);
        if best.is_none_or(|(other, _)| rank > other) {
            best = Some((rank, letter));
        }
    }
    best.map(|((score, _), letter)| (score, letter))
}

/// Each matcher's result on a message: a line, and below a broken one what it wanted and what was there.
pub(super) fn results(matchers: &[Matcher], view: &MessageView) -> String {
    let lines: Vec<String> = matchers
        .iter()
        .map(|matcher| match matcher.check(view) {
            Ok(()) => format!("✓ {}", matcher.describe()),
            Err(why) => {
                // Some reasons have a subject of their own.
                let own = ["it ", "nothing ", "what ", "the ", "`"].iter().any(|own| why.starts_with(own));
                let mut line = format!("✗ {}: {}{why}", matcher.describe(), if own { "" } else { "it " });
                for more in compare(matcher, view) {
                    line.push_str("\n    ");
                    line.push_str(&more);
                }
                line
            }
        })
        .collect();
    lines.join("\n")
}

/// A message as a quotation: its first lines.
pub(in crate::scenario) fn quote(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut out: Vec<String> = all.iter().take(lines).map(|line| format!("│ {}", clip(line))).collect();
    if all.len() > lines {
        out.push(format!("│ … {} more", all.len() - lines));
    }
    out.join("\n")
}

/// A line of at most a hundred characters.
pub(in crate::scenario) fn clip(line: &str) -> String {
    match line.char_indices().nth(100) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.to_owned(),
    }
}
