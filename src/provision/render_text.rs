//! A plan as a reader sees it.

use std::fmt::Write as _;

use owo_colors::Style;

use super::{
    model::ObjectKind,
    plan::{Action, Change, Counts, FieldChange, Plan},
};
use crate::{diagnostic::visible_line, report::Paint};

/// What a reader wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct View {
    /// Colour.
    pub color: bool,
    /// The names of what others own, instead of their number.
    pub foreign: bool,
}

/// Draws a plan: a line for each object, its fields below, then what is in the way and what was
/// left alone, and the sum in the last line. No secrets: the plan has none that could be shown.
#[must_use]
pub fn render_text(plan: &Plan, color: bool) -> String {
    render_plans(&[plan], View { color, foreign: false })
}

/// Draws the plans of several stacks, each under its heading, and one sum.
#[must_use]
pub fn render_plans(plans: &[&Plan], view: View) -> String {
    let mut out = String::new();
    for (at, plan) in plans.iter().enumerate() {
        if plans.len() > 1 {
            let gap = if at == 0 { "" } else { "\n" };
            let heading = heading(plan);
            line(&mut out, &format!("{gap}{}", Paint(view.color).with(&heading, Style::new().bold())));
        }
        draw(&mut out, plan, view);
    }
    if plans.len() > 1 {
        out.push('\n');
    }
    line(&mut out, &sum(plans));
    out
}

/// Which plan it is.
pub(super) fn heading(plan: &Plan) -> String {
    match plan.region.as_str() {
        "" => format!("Stack {}", plan.stack),
        region => format!("Stack {} in {region}", plan.stack),
    }
}

/// The last line: what all plans together do.
pub(super) fn sum(plans: &[&Plan]) -> String {
    let Counts { create, update, delete, left_over } = Counts::of(plans);
    let left_over = if left_over == 0 { String::new() } else { format!(", {left_over} left over") };
    format!("Plan: {create} to create, {update} to change, {delete} to delete{left_over}")
}

/// What stacks own that nothing wants any more, and how to be rid of it, a line each; empty where there
/// is nothing.
#[must_use]
pub fn leftovers(plan: &Plan) -> Vec<String> {
    let mut lines = left_over(plan);
    if !lines.is_empty() {
        lines.push("--prune deletes what is left over".to_owned());
    }
    lines
}

/// What stacks own that nothing wants any more, a line each.
#[must_use]
pub fn left_over(plan: &Plan) -> Vec<String> {
    plan.would_prune
        .iter()
        .map(|(kind, name)| {
            let rings = if *kind == ObjectKind::Rule { ", and it rings on" } else { "" };
            visible_line(&format!(
                "left over: {kind} {name}: stack `{}` owns it, the spec does not have it{rings}",
                plan.stack
            ))
        })
        .collect()
}

fn draw(out: &mut String, plan: &Plan, view: View) {
    let before = out.len();
    for change in &plan.changes {
        draw_change(out, change, view.color);
    }
    for conflict in &plan.conflicts {
        let sign = Paint(view.color).with("!", Style::new().red().bold());
        line(out, &format!("{sign} {}", visible_line(&conflict.to_string())));
        line(out, &format!("    {}", visible_line(&conflict.help())));
    }
    for held in &plan.withheld {
        let sign = Paint(view.color).with("?", Style::new().red().bold());
        line(out, &format!("{sign} {}", visible_line(&held.to_string())));
        line(out, &format!("    {}", visible_line(&held.help())));
    }
    if out.len() > before {
        out.push('\n');
    }
    for remark in remarks(plan) {
        line(out, &remark);
    }
    if view.foreign {
        for other in &plan.foreign {
            let owner = other.owner.as_ref().map_or("no mark".to_owned(), |stack| format!("stack {stack}"));
            line(out, &format!("  {} {} ({owner})", other.kind, visible_line(&other.name)));
        }
    }
    if !plan.conflicts.is_empty() {
        let s = if plan.conflicts.len() == 1 { "" } else { "s" };
        line(out, &format!("{} conflict{s} to settle before anything is applied", plan.conflicts.len()));
    }
}

/// What a plan says beside its changes and conflicts, a line each.
pub(super) fn remarks(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    for (kind, name) in &plan.would_prune {
        let renamed = plan
            .changes
            .iter()
            .find(|change| change.kind == *kind && change.renamed_from.as_ref() == Some(name));
        let why = match renamed {
            Some(change) => format!("is renamed to {}: the old one stays, and", change.name),
            None => "is no longer wanted and".to_owned(),
        };
        lines.push(format!("{kind} {name} {why} would be deleted with --prune"));
    }
    for pending in &plan.pending {
        let unseen = if pending.hidden { "; until then the service does not show what it is" } else { "" };
        lines.push(format!(
            "contact {}: {} waits for its owner's activation{unseen}",
            pending.contact,
            pending.channel.key()
        ));
    }
    if !plan.taken_along.is_empty() {
        let names = plan.taken_along.iter().map(named).collect::<Vec<_>>().join(", ");
        lines.push(format!("taken along, since a target depends on it: {names}"));
    }
    match plan.left_out {
        0 => {}
        1 => lines.push("1 other change is left out by --target".to_owned()),
        many => lines.push(format!("{many} other changes are left out by --target")),
    }
    match plan.foreign.len() {
        0 => {}
        1 => lines.push("1 object of others left alone".to_owned()),
        many => lines.push(format!("{many} objects of others left alone")),
    }
    lines.iter().map(|text| visible_line(text)).collect()
}

fn named((kind, name): &(ObjectKind, String)) -> String {
    format!("{kind} {name}")
}

fn draw_change(out: &mut String, change: &Change, color: bool) {
    let sign = match change.action {
        Action::Create => "+",
        Action::Update => "~",
        Action::Delete => "-",
    };
    // That a new object is not there yet goes without saying.
    let plain = change.action == Action::Create && change.renamed_from.is_none();
    let why = if plain { String::new() } else { format!(" ({})", change.why) };
    let head = visible_line(&format!("{sign} {} {}{why}", change.kind, change.name));
    let style = match change.action {
        Action::Create => Style::new().green(),
        Action::Update => Style::new().yellow(),
        Action::Delete => Style::new().red(),
    };
    line(out, &Paint(color).with(&head, style));
    for field in &change.fields {
        line(out, &format!("    {}", draw_field(field)));
    }
}

/// One field: `email: a -> b`, `+ email: b`, `- email: a`.
fn draw_field(field: &FieldChange) -> String {
    let name = &field.field;
    let text = match (field.before.as_deref(), field.after.as_deref()) {
        (Some(before), Some(after)) => format!("{name}: {before} -> {after}"),
        (None, Some(after)) => format!("+ {name}: {after}"),
        (Some(before), None) => format!("- {name}: {before}"),
        (None, None) => name.clone(),
    };
    visible_line(&text)
}

fn line(out: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}", text.trim_end());
}
