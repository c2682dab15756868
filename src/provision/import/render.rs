//! What an import tells its user: the variables to set, what was left out, what would still change.

use super::{Imported, LeftOut};
use crate::diagnostic::visible_line;

/// A line for each variable, with what it belongs to and the fingerprint by which a plan shows the
/// same secret; then a line for each object with a remark. No line holds a secret.
#[must_use]
pub fn import_lines(imported: &Imported) -> Vec<String> {
    let width = imported.secrets.iter().map(|secret| secret.variable.len()).max().unwrap_or_default();
    let mut lines: Vec<String> = imported
        .secrets
        .iter()
        .map(|secret| {
            format!("{:width$}  {}  {}", secret.variable, secret.value.fingerprint(), secret.belongs_to)
        })
        .collect();
    lines.extend(imported.left_out.iter().map(|left| remark("left out", left)));
    lines.extend(imported.changes.iter().map(|left| remark("would change", left)));
    lines.iter().map(|line| visible_line(line)).collect()
}

fn remark(what: &str, LeftOut { kind, name, why, owned }: &LeftOut) -> String {
    let danger = if *owned && what == "left out" {
        "; it carries the stack's mark, so `--prune` would delete it"
    } else {
        ""
    };
    format!("{what}: {kind} {name}: {why}{danger}")
}
