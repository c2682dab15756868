//! A plan for a merge request.

use std::fmt::Write as _;

use super::{
    plan::{Action, Plan},
    render_text::{heading, remarks, sum},
};
use crate::diagnostic::visible_line;

/// Draws plans as GitHub and GitLab Markdown: a table of changes for each stack, the fields folded
/// below it, and the sum in the last line. Whatever comes from a file or an account is escaped: it
/// can make no markup, no mention and no link.
#[must_use]
pub fn render_markdown(plans: &[&Plan]) -> String {
    let mut out = String::new();
    for plan in plans {
        draw(&mut out, plan);
    }
    line(&mut out, &format!("**{}**", sum(plans)));
    out
}

fn draw(out: &mut String, plan: &Plan) {
    line(out, &format!("### {}", escaped(&heading(plan))));
    line(out, "");
    if plan.changes.is_empty() {
        line(out, "Nothing to change.");
    } else {
        table(out, plan);
        fields(out, plan);
    }
    line(out, "");
    for conflict in &plan.conflicts {
        line(
            out,
            &format!("- **Conflict**: {}; {}", escaped(&conflict.to_string()), escaped(&conflict.help())),
        );
    }
    for held in &plan.withheld {
        line(out, &format!("- **Left as it is**: {}; {}", escaped(&held.to_string()), escaped(&held.help())));
    }
    let mut remarks = remarks(plan);
    if !plan.conflicts.is_empty() {
        remarks.push("Nothing is applied while there are conflicts.".to_owned());
    }
    for remark in &remarks {
        line(out, &format!("- {}", escaped(remark)));
    }
    if !remarks.is_empty() {
        line(out, "");
    }
}

fn table(out: &mut String, plan: &Plan) {
    line(out, "| | Object | Name | Why | Fields |");
    line(out, "|---|---|---|---|---|");
    for change in &plan.changes {
        let action = match change.action {
            Action::Create => "create",
            Action::Update if change.adopts => "adopt",
            Action::Update => "change",
            Action::Delete => "**delete**",
        };
        let (name, why) = (code(&change.name), escaped(&change.why));
        line(out, &format!("| {action} | {} | {name} | {why} | {} |", change.kind, change.fields.len()));
    }
}

fn fields(out: &mut String, plan: &Plan) {
    line(out, "");
    line(out, "<details><summary>Every field, before and after</summary>");
    line(out, "");
    line(out, "| Object | Field | Before | After |");
    line(out, "|---|---|---|---|");
    let value = |value: &Option<String>| value.as_deref().map(code).unwrap_or_default();
    for change in &plan.changes {
        for field in &change.fields {
            line(
                out,
                &format!(
                    "| {} {} | {} | {} | {} |",
                    change.kind,
                    code(&change.name),
                    code(&field.field),
                    value(&field.before),
                    value(&field.after)
                ),
            );
        }
    }
    line(out, "");
    line(out, "</details>");
}

/// Text as code.
fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// Text without any character that Markdown or HTML could take for markup: such are written as
/// numbers, which are read as the characters themselves and nothing more.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible_line(text).chars() {
        if c.is_ascii_punctuation() && !matches!(c, '-' | ',' | ';') {
            // Writing to a string does not fail.
            let _ = write!(out, "&#{};", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{}", text.trim_end());
}
