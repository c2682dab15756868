//! What a matcher wanted beside what the nearest message had.

use similar::TextDiff;

use super::nearest::clip;
use crate::scenario::{
    matcher::{Compared, Matcher, MatcherKind, MessageView},
    snapshot::{difference, side_by_side},
};

/// How alike a part of a line must be to be shown as what was probably meant.
const ALIKE: f32 = 0.7;
/// Longer lines are not looked at.
const LONG: usize = 300;
/// Lines of a difference.
const SHOWN: usize = 12;

/// Lines below the reason for which a matcher does not hold; none where the reason says it all.
pub(super) fn compare(matcher: &Matcher, view: &MessageView) -> Vec<String> {
    match &matcher.kind {
        MatcherKind::Contains(contains) => {
            let Ok(text) = view.at(contains.place) else { return Vec::new() };
            match nearest_line(&contains.part, &text) {
                Some(line) => beside(&contains.part, line),
                None => Vec::new(),
            }
        }
        MatcherKind::Equals(equals) => match (&equals.what, equals.value.as_str()) {
            (Compared::Place(place), Some(wanted)) => {
                let Ok(text) = view.at(*place) else { return Vec::new() };
                changed(wanted.trim_end(), text.trim_end())
            }
            _ => Vec::new(),
        },
        MatcherKind::All(all) => {
            let broken = all.matchers.iter().find(|matcher| matcher.check(view).is_err());
            broken.map(|matcher| compare(matcher, view)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The line of a text that has what is most like a part, of equals the first.
fn nearest_line<'a>(part: &str, text: &'a str) -> Option<&'a str> {
    let words = part.split_whitespace().count();
    if words == 0 || part.len() > LONG || part.contains('\n') {
        return None;
    }
    let mut best: Option<(f32, &str)> = None;
    for line in text.lines().filter(|line| line.len() <= LONG) {
        let all: Vec<&str> = line.split_whitespace().collect();
        for some in all.windows(words) {
            let ratio = TextDiff::from_chars(part, some.join(" ")).ratio();
            if ratio >= ALIKE && best.is_none_or(|(other, _)| ratio > other) {
                best = Some((ratio, line));
            }
        }
    }
    best.map(|(_, line)| line)
}

/// What is wanted above what is there.
fn beside(wanted: &str, had: &str) -> Vec<String> {
    let [wanted, had] = side_by_side(wanted, had);
    vec![format!("wanted {}", clip(&wanted)), format!("had    {}", clip(&had))]
}

/// Lines that are wanted (`-`) and lines that are there instead (`+`), without those around them.
fn changed(wanted: &str, had: &str) -> Vec<String> {
    if !wanted.contains('\n') && !had.contains('\n') {
        return beside(wanted, had);
    }
    let all = difference(&format!("{wanted}\n"), &format!("{had}\n"));
    // `@@` counts lines.
    let lines = all.lines().filter(|line| !line.starts_with("@@") && !line.starts_with(' '));
    let lines: Vec<String> = lines.map(clip).collect();
    let more = lines.len().saturating_sub(SHOWN);
    let mut out = vec!["- wanted, + had:".to_owned()];
    out.extend(lines.into_iter().take(SHOWN));
    out.extend((more > 0).then(|| format!("… {more} more")));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_found_that_was_probably_meant() {
        let text = "#### Alarm\n- State: Stopping\n- Instance: web-1\n- Time: 2026-01-01";
        for (part, line) in [
            ("State: Stopped", Some("- State: Stopping")),
            ("web-2", Some("- Instance: web-1")),
            ("Exploded", None),
            ("", None),
            ("a\nb", None),
        ] {
            assert_eq!(nearest_line(part, text), line, "{part}");
        }
        assert_eq!(nearest_line("WWWWW", &"W".repeat(20_000)), None);
    }

    #[test]
    fn a_difference_has_the_lines_that_differ() {
        assert_eq!(changed("a", "b"), ["wanted a", "had    b"]);
        for (wanted, had) in [("same\na\nend", "same\nb\nend"), ("a\nend", "b\nend")] {
            assert_eq!(changed(wanted, had), ["- wanted, + had:", "-a", "+b"]);
        }
        let many = |letter: &str| vec![letter; 20].join("\n");
        let lines = changed(&many("a"), &many("b"));
        assert_eq!((lines.len(), lines.last().map(String::as_str)), (SHOWN + 2, Some("… 28 more")));
    }
}
