//! The view for a merge request or a job's summary.

use std::fmt::Write as _;

use super::{outcome::FleetReport, terminal::words};

/// Draws a report as a table, with what went wrong below.
#[must_use]
pub fn markdown(report: &FleetReport) -> String {
    let mut out = format!("### Fleet {} ({}): {}\n\n", cell(&report.fleet), report.verb, report.sum());
    for (name, caller) in report.callers() {
        let _ = writeln!(out, "- {}: {}", cell(name), cell(&caller));
    }
    if !report.callers().is_empty() {
        out.push('\n');
    }
    out.push_str("| | account | region | stack | verdict | work |\n|---|---|---|---|---|---|\n");
    for entry in &report.entries {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            entry.verdict.sign(),
            cell(&entry.account),
            cell(&entry.region),
            cell(&entry.stack),
            entry.verdict.as_str(),
            words(entry)
        );
    }
    for entry in report.entries.iter().filter(|entry| !entry.said.is_empty()) {
        let _ =
            writeln!(out, "\n**{}/{} {}**\n", cell(&entry.account), cell(&entry.region), cell(&entry.stack));
        for said in &entry.said {
            let _ = writeln!(out, "- {}", cell(said));
        }
    }
    out
}

/// Text that may stand in a cell and in a line: what came from outside must not become markup.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
