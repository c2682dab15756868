//! The view for a person at a terminal.

use std::fmt::Write as _;

use owo_colors::Style;

use super::outcome::{FleetEntry, FleetReport, FleetVerdict};
use crate::{diagnostic::visible_line, report::Paint};

/// Lines of a member that are shown; the JSON has all.
const MOST_LINES: usize = 20;

/// Draws a report: a line for each member, what it has to say below, and the sum.
#[must_use]
pub fn render(report: &FleetReport, color: bool) -> String {
    let width = |of: fn(&FleetEntry) -> &str| {
        report.entries.iter().map(|entry| of(entry).chars().count()).max().unwrap_or_default()
    };
    let (account, region, stack) =
        (width(|entry| &entry.account), width(|entry| &entry.region), width(|entry| &entry.stack));
    let paint = Paint(color);
    let mut out = String::new();
    for (name, caller) in report.callers() {
        let _ = writeln!(out, "{}", visible_line(&format!("{name}: {caller}")));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    for entry in &report.entries {
        let verdict = format!("{:<11}", entry.verdict.as_str());
        let style = style(entry.verdict);
        let (sign, verdict) = (paint.with(entry.verdict.sign(), style), paint.with(&verdict, style));
        let line = format!(
            "{sign} {:<account$}  {:<region$}  {:<stack$}  {verdict}  {}",
            entry.account,
            entry.region,
            entry.stack,
            words(entry)
        );
        let _ = writeln!(out, "{}", line.trim_end());
        for said in entry.said.iter().take(MOST_LINES) {
            let _ = writeln!(out, "    {}", visible_line(said));
        }
        if entry.said.len() > MOST_LINES {
            let _ = writeln!(out, "    and {} more", entry.said.len() - MOST_LINES);
        }
    }
    let part =
        if report.parts == 1 { String::new() } else { format!(", part {} of {}", report.part, report.parts) };
    let _ =
        writeln!(out, "\nFleet {} ({}{part}): {}", visible_line(&report.fleet), report.verb, report.sum());
    out
}

/// What was to be done, and how far it went.
pub(super) fn words(entry: &FleetEntry) -> String {
    let work = &entry.work;
    let mut parts: Vec<String> = [
        (work.create, "to create"),
        (work.update, "to change"),
        (work.delete, "to delete"),
        (work.left_over, "left over"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, words)| format!("{count} {words}"))
    .collect();
    if work.done + work.failed + work.not_tried > 0 {
        parts
            .push(format!("calls: {} done, {} failed, {} not tried", work.done, work.failed, work.not_tried));
    }
    parts.join("; ")
}

fn style(verdict: FleetVerdict) -> Style {
    match verdict {
        FleetVerdict::Settled => Style::new().dimmed(),
        FleetVerdict::Changed => Style::new().green(),
        FleetVerdict::Differs | FleetVerdict::Guarded | FleetVerdict::NotTried => Style::new().yellow(),
        FleetVerdict::Partial | FleetVerdict::Failed => Style::new().red(),
    }
}
