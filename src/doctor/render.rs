//! An examination as a reader and as a program sees it.

use std::fmt::Write as _;

use owo_colors::Style;
use serde_json::{Value, json};

use super::check::{Check, Examination, State, Trouble};
use crate::report::{Paint, counted};

/// Draws a line for each check, with its remedy below, then the sum.
#[must_use]
pub fn render_text(examination: &Examination, color: bool, width: usize) -> String {
    let paint = Paint(color);
    let mut out = String::new();
    for check in &examination.checks {
        let (mark, style) = mark(check.state);
        let text = format!("{}: {}", check.name, check.message);
        for (number, line) in wrapped(&text, width).iter().enumerate() {
            let lead = if number == 0 { paint.with(mark, style) } else { " ".to_owned() };
            let _ = writeln!(out, "{lead} {line}");
        }
        for line in check.remedy.lines() {
            for (number, line) in wrapped(line, width.saturating_sub(4)).iter().enumerate() {
                let _ = writeln!(out, "    {} {line}", if number == 0 { "→" } else { " " });
            }
        }
    }
    out.push('\n');
    out.push_str(&sum(examination));
    out
}

fn mark(state: State) -> (&'static str, Style) {
    match state {
        State::Well => ("✓", Style::new().green()),
        State::Doubtful => ("!", Style::new().yellow()),
        State::Unknown => ("?", Style::new().dimmed()),
        State::Wrong(_) => ("✗", Style::new().red()),
    }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width.saturating_sub(2))
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .break_words(false);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

fn sum(examination: &Examination) -> String {
    let count = |fits: fn(&Check) -> bool| examination.checks.iter().filter(|check| fits(check)).count();
    let wrong = count(|check| matches!(check.state, State::Wrong(_)));
    let doubtful = count(|check| check.state == State::Doubtful);
    match (wrong, doubtful) {
        (0, 0) => "all is well\n".to_owned(),
        (0, _) => format!("all is well, with {}\n", counted(doubtful, "doubt")),
        (_, 0) => format!("{} in the way\n", counted(wrong, "thing")),
        _ => format!("{} in the way, and {}\n", counted(wrong, "thing"), counted(doubtful, "doubt")),
    }
}

impl Examination {
    /// `{"verdict", "checks": [{"check", "state", "message", "remedy"}]}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let verdict = self.trouble().map_or("well", word);
        let check = |check: &Check| {
            let state = match check.state {
                State::Well => "well",
                State::Doubtful => "doubtful",
                State::Unknown => "unknown",
                State::Wrong(trouble) => word(trouble),
            };
            json!({"check": check.name, "state": state, "message": check.message, "remedy": check.remedy})
        };
        json!({"verdict": verdict, "checks": self.checks.iter().map(check).collect::<Vec<_>>()})
    }
}

const fn word(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Wrong => "wrong",
        Trouble::Unreached => "unreached",
        Trouble::Input => "input",
    }
}
