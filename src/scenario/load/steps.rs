//! The list of steps: each is a mapping with one key, the step's keyword.

use super::{acts, expect, fault::fault, later, scope::Scope};
use crate::{
    scenario::step::{Step, StepKind},
    spec::yaml::{Node, Value, did_you_mean},
};

/// Which part of a scenario a list of steps is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `steps`
    Story,
    /// `finally`
    Finally,
}

type Read = fn(&Node, &Scope<'_>) -> Option<StepKind>;

/// Every keyword and how its value is read.
const KEYWORDS: [(&str, Read); 18] = [
    ("start", acts::start),
    ("stop", acts::stop),
    ("reboot", acts::reboot),
    ("release", acts::release),
    ("simulate", acts::simulate),
    ("cancel", acts::cancel),
    ("send_event", acts::send_event),
    ("advance", acts::advance),
    ("fault", fault),
    ("expect", expect::expect),
    ("never", expect::never),
    ("apply", later::apply),
    ("repeat", later::repeat),
    ("expect_event", later::expect_event),
    ("expect_alert", later::expect_alert),
    ("expect_request", later::expect_request),
    ("expect_outbox", later::expect_outbox),
    ("finally", misplaced_finally),
];

pub(super) fn steps(node: &Node, scope: &Scope<'_>, part: Part) -> Vec<Step> {
    let Value::List(items) = &node.value else {
        scope.context.error(
            "scenario::wrong-type",
            format!("a list of steps is expected here, not {}", node.kind()),
            if node.span.len == 0 { node.place } else { node.span },
            "begin each step with `- `",
        );
        return Vec::new();
    };
    if items.is_empty() && part == Part::Story {
        scope.context.error(
            "scenario::no-steps",
            "a scenario without steps proves nothing",
            node.place,
            "write what is done and what is expected",
        );
    }
    items.iter().filter_map(|item| step(item, scope)).collect()
}

fn step(node: &Node, scope: &Scope<'_>) -> Option<Step> {
    let Value::Map(entries) = &node.value else {
        scope.context.error(
            "scenario::wrong-type",
            format!("a step is expected here, not {}", node.kind()),
            if node.span.len == 0 { node.place } else { node.span },
            "write a keyword and its value, such as `stop: web-1`",
        );
        return None;
    };
    if let [_, second, ..] = entries.as_slice() {
        scope.context.error(
            "scenario::two-keys",
            format!("a step has one keyword; `{}` is a second", scope.context.written(second.key.span)),
            second.key.span,
            "begin it with `- ` to make it a step of its own, or indent it to make it a part of the one above",
        );
    }
    let entry = entries.first()?;
    let keyword = entry.key.value.as_str();
    let Some((_, read)) = KEYWORDS.iter().find(|(known, _)| *known == keyword) else {
        let known = KEYWORDS.iter().map(|(known, _)| *known).filter(|known| *known != "finally");
        scope.context.error(
            "scenario::unknown-step",
            format!("there is no step `{}`", scope.context.written(entry.key.span)),
            entry.key.span,
            did_you_mean("steps", keyword, known).unwrap_or_default(),
        );
        return None;
    };
    let kind = read(&entry.value, scope)?;
    Some(Step { span: entry.key.span, kind })
}

fn misplaced_finally(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    scope.context.error(
        "scenario::misplaced-finally",
        "`finally` is a part of the scenario, not a step",
        node.place,
        "write it at the left margin, beside `steps`",
    );
    None
}
