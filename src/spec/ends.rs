//! Values that are written with blanks or line ends at their ends, as block texts have them: an address, a
//! name or a secret is another one with them.

use super::yaml::{Context, Node, Style, Value, blank_end};
use crate::diagnostic::Diagnostic;

/// Keys of texts that are read and not compared with anything, and of what others take as it is.
const FREE: [&str; 2] = ["description", "parameters"];
/// Keys of names that are written elsewhere: one with such ends is none there, or leads nowhere.
const NAMES: [&str; 5] = ["robot", "contacts", "group", "application_group", "application_groups"];
/// Keys of texts that a filter looks for: what is at their ends may be meant.
const SOUGHT: [&str; 2] = ["keyword", "sql_filter"];

/// Reports the values of a file that have such ends, and binds them to nothing where that is a fault.
/// Variables are filled in, and their values were looked at then.
pub(super) fn check(root: &mut Node, context: &Context) {
    let Value::Map(entries) = &mut root.value else { return };
    for entry in entries.iter_mut().filter(|entry| !entry.key.value.starts_with("x-")) {
        walk(&mut entry.value, &entry.key.value, context);
    }
}

fn walk(node: &mut Node, key: &str, context: &Context) {
    match &mut node.value {
        Value::Null => {}
        Value::List(items) => items.iter_mut().for_each(|item| walk(item, key, context)),
        Value::Map(entries) => {
            for entry in entries.iter_mut().filter(|entry| !FREE.contains(&entry.key.value.as_str())) {
                walk(&mut entry.value, &entry.key.value, context);
            }
        }
        Value::Scalar(scalar) => {
            // An empty text is reported where it is bound.
            let Some(words) = blank_end(&scalar.text).filter(|_| !scalar.text.trim().is_empty()) else {
                return;
            };
            if NAMES.contains(&key) {
                return;
            }
            let is_sought = SOUGHT.contains(&key);
            let message = format!("the value of `{key}` {words}");
            let finding = if is_sought {
                Diagnostic::warning("spec::blank-end", message)
            } else {
                scalar.style = Style::Unfilled;
                Diagnostic::error("spec::blank-end", message)
            };
            context.push(
                finding
                    .at(context.source(), node.span, "")
                    .help("write it in one line without blanks at its ends; a block text ends in a line end unless it begins with `|-` or `>-`"),
            );
        }
    }
}
