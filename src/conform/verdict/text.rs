//! For people.

use std::fmt::Write as _;

use owo_colors::Style;

use super::{CassetteInfo, Conformance, Difference, OperationVerdict};
use crate::{
    cassette::Provenance,
    clock::human_duration,
    report::{Paint, counted, visible},
};

/// A line for each operation, below it one for each field that differs, then the sum. With `all`,
/// fields that are the same or were never observed are named too.
#[must_use]
pub fn render_text(found: &Conformance, all: bool, color: bool) -> String {
    let paint = Paint(color);
    let mut out = String::new();
    for info in &found.cassettes {
        let _ = writeln!(out, "{}", cassette(info, paint));
    }
    if !found.cassettes.is_empty() {
        out.push('\n');
    }
    let widest = found.operations.iter().map(|verdict| verdict.operation.len()).max().unwrap_or_default();
    for verdict in &found.operations {
        operation(&mut out, verdict, widest, all, paint);
    }
    for passed in &found.passed_over {
        let calls = counted(passed.count, "call");
        let operation = one_line(&passed.operation);
        let _ = writeln!(out, "- {calls} of {operation} {}, passed over", passed.why);
    }
    if !found.never.is_empty() {
        let _ = writeln!(out, "\nnever observed: {}", found.never.join(", "));
    }
    let _ = writeln!(out, "\n{}", sum(found));
    out
}

fn cassette(info: &CassetteInfo, paint: Paint) -> String {
    let age =
        if info.age_days == 0 { "today".to_owned() } else { format!("{} ago", counted(days(info), "day")) };
    let who = match info.provenance {
        Provenance::Live => "the vendor's addresses",
        Provenance::Unknown => "other addresses than the vendor's",
    };
    let mut line = format!(
        "{}: {} of `{}`, recorded {age} at {who}",
        info.name,
        counted(info.exchanges, "exchange"),
        one_line(&info.command)
    );
    if info.is_cut {
        line.push_str("; cut short, and read up to its last whole line");
    }
    if info.is_old {
        line.push_str(&paint.with("; old evidence: record it again", Style::new().yellow()));
    }
    line
}

fn days(info: &CassetteInfo) -> usize {
    usize::try_from(info.age_days).unwrap_or(usize::MAX)
}

fn operation(out: &mut String, verdict: &OperationVerdict, widest: usize, all: bool, paint: Paint) {
    let is_same = verdict.differences.is_empty();
    let (word, style) =
        if is_same { ("same   ", Style::new().green()) } else { ("differs", Style::new().red()) };
    let fields = format!(
        "{} same, {} differ, {} never observed",
        verdict.same.len(),
        verdict.differences.len(),
        verdict.never.len()
    );
    let _ = writeln!(
        out,
        "{} {:widest$}  {}; fields: {fields}",
        paint.with(word, style),
        verdict.operation,
        counted(verdict.exchanges, "exchange")
    );
    for difference in &verdict.differences {
        let _ = writeln!(out, "    {}", of_difference(difference));
    }
    for path in &verdict.unordered {
        let path = one_line(path);
        let _ = writeln!(out, "    {path}: no order: the cloud turned it round when it was asked again");
    }
    if all {
        for (what, paths) in [("same", &verdict.same), ("never observed", &verdict.never)] {
            for path in paths {
                let _ = writeln!(
                    out,
                    "    {}",
                    paint.with(&format!("{}: {what}", one_line(path)), Style::new().dimmed())
                );
            }
        }
    }
}

fn of_difference(difference: &Difference) -> String {
    let Difference { path, kind, cloud, emulator, count, switch } = difference;
    let times = if *count > 1 { format!(" ({count} times)") } else { String::new() };
    let switch = switch.map(|switch| format!("; switch `{switch}`")).unwrap_or_default();
    let text =
        format!("{path}: {}: the cloud {cloud}, the emulator {emulator}{times}{switch}", kind.as_str());
    one_line(&text)
}

fn sum(found: &Conformance) -> String {
    let tolerance = human_duration(found.tolerance);
    let compared: usize = found.operations.iter().map(|verdict| verdict.exchanges).sum();
    let compared = counted(compared, "exchange");
    let operations = counted(found.operations.len(), "operation");
    if found.is_same() {
        format!("same: {compared} of {operations}, times within {tolerance}")
    } else {
        let differ = if found.differences() == 1 { "differs" } else { "differ" };
        format!(
            "{} {differ}, in {compared} of {operations}; differences of time up to {tolerance} are none",
            counted(found.differences(), "thing")
        )
    }
}

/// What a cassette says, as a part of a line: it must not begin one of its own.
fn one_line(text: &str) -> String {
    visible(text).replace(['\n', '\t'], " ")
}
