//! A plan as a reader sees it.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::plan::{Action, Change, FieldChange, Plan};

/// Draws a plan: a line for each object, its fields below, then what is in the way and what was
/// left alone, and the sum in the last line. No secrets: the plan has none that could be shown.
#[must_use]
pub fn render_text(plan: &Plan, color: bool) -> String {
    let mut out = String::new();
    for change in &plan.changes {
        draw_change(&mut out, change, color);
    }
    for conflict in &plan.conflicts {
        let sign = if color { "!".red().bold().to_string() } else { "!".to_owned() };
        line(&mut out, &format!("{sign} {conflict}"));
        line(&mut out, &format!("    {}", conflict.help()));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    for (kind, name) in &plan.would_prune {
        line(&mut out, &format!("{kind} {name} is no longer wanted and would be deleted with --prune"));
    }
    for pending in &plan.pending {
        let unseen = if pending.hidden { "; until then the service does not show what it is" } else { "" };
        line(
            &mut out,
            &format!(
                "contact {}: {} waits for its owner's activation{unseen}",
                pending.contact,
                pending.channel.key()
            ),
        );
    }
    match plan.foreign {
        0 => {}
        1 => line(&mut out, "1 object of others left alone"),
        many => line(&mut out, &format!("{many} objects of others left alone")),
    }
    if !plan.conflicts.is_empty() {
        let s = if plan.conflicts.len() == 1 { "" } else { "s" };
        line(&mut out, &format!("{} conflict{s} to settle before anything is applied", plan.conflicts.len()));
    }
    let counts = plan.counts();
    line(
        &mut out,
        &format!(
            "Plan: {} to create, {} to change, {} to delete",
            counts.create, counts.update, counts.delete
        ),
    );
    out
}

fn draw_change(out: &mut String, change: &Change, color: bool) {
    let head = match change.action {
        Action::Create => format!("+ {} {}", change.kind, change.name),
        Action::Update if change.adopts => format!("~ {} {} (adopted)", change.kind, change.name),
        Action::Update => format!("~ {} {}", change.kind, change.name),
        Action::Delete => format!("- {} {}", change.kind, change.name),
    };
    line(
        out,
        &match change.action {
            _ if !color => head,
            Action::Create => head.green().to_string(),
            Action::Update => head.yellow().to_string(),
            Action::Delete => head.red().to_string(),
        },
    );
    for field in &change.fields {
        line(out, &format!("    {}", draw_field(field)));
    }
}

/// One field: `email: a -> b`, `+ email: b`, `- email: a`.
fn draw_field(field: &FieldChange) -> String {
    let one_line = |value: &str| value.replace('\n', "\\n");
    let name = &field.field;
    match (field.before.as_deref(), field.after.as_deref()) {
        (Some(before), Some(after)) => format!("{name}: {} -> {}", one_line(before), one_line(after)),
        (None, Some(after)) => format!("+ {name}: {}", one_line(after)),
        (Some(before), None) => format!("- {name}: {}", one_line(before)),
        (None, None) => name.clone(),
    }
}

fn line(out: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}", text.trim_end());
}
