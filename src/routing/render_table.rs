//! The table event → people, for terminals and for Markdown.

use std::fmt::Write as _;

use owo_colors::Style;

use super::{
    candidate::Fact,
    table::{Row, Table, Told},
};
use crate::{
    event::Level,
    report::{Paint, counted},
};

const LEVEL: usize = 8;

/// Draws the table by product, `width` columns wide, then the gaps. A name that is too long for its
/// column has the line to itself.
#[must_use]
pub fn render_table(table: &Table, color: bool, width: usize) -> String {
    let paint = Paint(color);
    let name_width = (width * 11 / 20).clamp(30, 60);
    let people_at = LEVEL + 1 + name_width + 1;
    let mut out = String::new();
    let mut product = "";
    for row in &table.rows {
        let event = &row.candidate.event;
        if event.product != product {
            product = &event.product;
            let lead = if out.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{lead}{}", paint.with(product, Style::new().bold()));
        }
        let told = if row.told.is_empty() {
            vec!["-".to_owned()]
        } else {
            wrapped(&row.told, width.saturating_sub(people_at))
        };
        let level = format!("{:<LEVEL$}", level(row));
        let level = paint.with(&level, level_style(row));
        let name = &event.name;
        let mut lines = told.iter();
        if name.chars().count() <= name_width {
            let first = lines.next().map_or("", String::as_str);
            let _ = writeln!(out, "{level} {name:<name_width$} {first}");
        } else {
            let _ = writeln!(out, "{level} {name}");
        }
        for line in lines {
            let _ = writeln!(out, "{:people_at$}{line}", "");
        }
    }
    out.push('\n');
    out.push_str(&legend(table));
    out.push_str(&gaps(table, paint));
    out
}

/// What the `?` behind names stand for; nothing where there are none.
fn legend(table: &Table) -> String {
    let mut facts: Vec<Fact> =
        table.rows.iter().flat_map(|row| &row.told).flat_map(|told| told.depends_on.clone()).collect();
    facts.sort_unstable();
    facts.dedup();
    if facts.is_empty() {
        return String::new();
    }
    let facts: Vec<String> = facts.iter().map(ToString::to_string).collect();
    format!("?  depends on the event's {}\n\n", facts.join(", "))
}

fn gaps(table: &Table, paint: Paint) -> String {
    let gaps: Vec<&Row> = table.gaps().collect();
    let unknown = table.rows.iter().filter(|row| !row.candidate.knows(Fact::Level)).count();
    let mut out = String::new();
    if gaps.is_empty() {
        out.push_str("every CRITICAL and WARN event reaches somebody\n");
    } else {
        let verb = if gaps.len() == 1 { "reaches" } else { "reach" };
        let _ = writeln!(out, "{} {verb} nobody:", counted(gaps.len(), "CRITICAL or WARN event"));
        for row in &gaps {
            let level = paint.with(&format!("{:<LEVEL$}", level(row)), level_style(row));
            let _ = writeln!(out, "{level} {} {}", row.candidate.event.product, row.candidate.event.name);
        }
    }
    if unknown > 0 {
        let _ = writeln!(out, "{} of unknown level are not among them", counted(unknown, "event"));
    }
    out
}

/// The table as GitHub and GitLab draw it, then the gaps.
#[must_use]
pub fn render_markdown(table: &Table) -> String {
    let mut out = "| Product | Event | Level | Told | By rule |\n|---|---|---|---|---|\n".to_owned();
    for row in &table.rows {
        let event = &row.candidate.event;
        let mut rules: Vec<&str> = row.told.iter().map(|told| told.rule.as_str()).collect();
        rules.dedup();
        let told =
            if row.told.is_empty() { "**nobody**".to_owned() } else { cell(&names(&row.told).join(", ")) };
        let _ = writeln!(
            out,
            "| {} | `{}` | {} | {told} | {} |",
            event.product,
            event.name,
            level(row),
            cell(&rules.join(", "))
        );
    }
    out.push('\n');
    out.push_str(&legend(table));
    let gaps: Vec<&Row> = table.gaps().collect();
    let _ = writeln!(out, "CRITICAL and WARN events that reach nobody: {}", gaps.len());
    if !gaps.is_empty() {
        out.push('\n');
    }
    for row in gaps {
        let event = &row.candidate.event;
        let _ = writeln!(out, "- {} {} `{}`", level(row), event.product, event.name);
    }
    out
}

/// Text in a cell: a name may have a pipe.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn level(row: &Row) -> &'static str {
    if row.candidate.knows(Fact::Level) { row.candidate.event.level.as_str() } else { "?" }
}

fn level_style(row: &Row) -> Style {
    match row.candidate.event.level {
        _ if !row.candidate.knows(Fact::Level) => Style::new().dimmed(),
        Level::Critical => Style::new().red(),
        Level::Warn => Style::new().yellow(),
        Level::Info => Style::new(),
    }
}

/// Who is told, each once; `?` behind those that are told perhaps.
fn names(told: &[Told]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for one in told {
        let is_sure = told.iter().any(|other| other.who == one.who && other.depends_on.is_empty());
        let name = if is_sure { one.who.clone() } else { format!("{}?", one.who) };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn wrapped(told: &[Told], width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width.max(12)).break_words(false);
    textwrap::wrap(&names(told).join(", "), options).into_iter().map(|line| line.into_owned()).collect()
}
