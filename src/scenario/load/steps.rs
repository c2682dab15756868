//! The list of steps: each is a mapping with one key, the step's keyword.

use super::{acts, compound, drill, expect, fault::fault, look, matcher_values::captures, scope::Scope};
use crate::{
    diagnostic::Span,
    scenario::{
        capture::names_in,
        step::{Step, StepKind},
    },
    spec::yaml::{Binder, Context, Entry, Node, Value, did_you_mean},
};

/// Which list of steps it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `steps`
    Story,
    /// `finally`
    Finally,
    /// Steps within a step.
    Inner,
}

/// Steps that a scenario may have, those of its lists counted at each use.
const MOST_STEPS: usize = 10_000;

type Read = fn(&Node, &Scope<'_>) -> Option<StepKind>;

/// Every keyword and how its value is read; those of acts, whose answer can be captured, come first.
const KEYWORDS: [(&str, Read); 19] = [
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
    ("apply", compound::apply),
    ("activate", compound::activate),
    ("repeat", compound::repeat),
    ("expect_event", look::expect_event),
    ("expect_alert", look::expect_alert),
    ("expect_request", look::expect_request),
    ("expect_outbox", look::expect_outbox),
    ("finally", misplaced_finally),
];
/// How many of [`KEYWORDS`] are acts.
const ACTS: usize = 7;
/// The keyword that stands for the steps of a list.
const USE: &str = "use";

pub(super) fn steps(node: &Node, scope: &Scope<'_>, part: Part) -> Vec<Step> {
    let Some(items) = items(node, scope.context) else { return Vec::new() };
    if items.is_empty() && part != Part::Finally {
        no_steps(node, scope.context, part);
    }
    let mut out = Vec::new();
    for item in items {
        match only_entry(item, scope.context) {
            Some(entry) if entry.key.value == USE => out.extend(listed(entry, scope, part)),
            Some(entry) => out.extend(step(entry, scope)),
            None => {}
        }
    }
    out
}

/// Checks a list that no step uses for what is wrong whatever it is used for: steps that are none.
pub(super) fn shape(node: &Node, context: &Context) {
    let Some(items) = items(node, context) else { return };
    if items.is_empty() {
        no_steps(node, context, Part::Inner);
    }
    for entry in items.iter().filter_map(|item| only_entry(item, context)) {
        if entry.key.value == USE || keyword(entry, context).is_none() {
            continue;
        }
        if let Some(inner) = entry.value.get("steps").filter(|_| entry.key.value == "repeat") {
            shape(inner, context);
        }
    }
}

fn items<'a>(node: &'a Node, context: &Context) -> Option<&'a [Node]> {
    let Value::List(items) = &node.value else {
        context.error(
            "scenario::wrong-type",
            format!("a list of steps is expected here, not {}", node.kind()),
            if node.span.len == 0 { node.place } else { node.span },
            "begin each step with `- `",
        );
        return None;
    };
    Some(items)
}

fn no_steps(node: &Node, context: &Context, part: Part) {
    let what = if part == Part::Story {
        "a scenario without steps proves nothing"
    } else {
        "no steps are written here"
    };
    context.error("scenario::no-steps", what, node.place, "write what is done and what is expected");
}

/// The entry of a step; none at all, or a second one, is a finding.
fn only_entry<'a>(node: &'a Node, context: &Context) -> Option<&'a Entry> {
    let span = if node.span.len == 0 { node.place } else { node.span };
    let Value::Map(entries) = &node.value else {
        context.error(
            "scenario::wrong-type",
            format!("a step is expected here, not {}", node.kind()),
            span,
            "write a keyword and its value, such as `stop: web-1`",
        );
        return None;
    };
    match entries.as_slice() {
        [] => context.error(
            "scenario::empty-step",
            "this step does nothing",
            span,
            "write a keyword and its value, such as `stop: web-1`, or remove the step",
        ),
        [_] => {}
        [_, second, ..] => context.error(
            "scenario::two-keys",
            format!("a step has one keyword; `{}` is a second", context.written(second.key.span)),
            second.key.span,
            "begin it with `- ` to make it a step of its own, or indent it to make it a part of the one above",
        ),
    }
    entries.first()
}

/// What the keyword of a step means; an unknown one is a finding.
fn keyword(entry: &Entry, context: &Context) -> Option<(usize, Read)> {
    let found = KEYWORDS.iter().enumerate().find(|(_, (known, _))| *known == entry.key.value);
    if found.is_none() {
        let known = KEYWORDS.iter().map(|(known, _)| *known).filter(|known| *known != "finally").chain([USE]);
        context.error(
            "scenario::unknown-step",
            format!("there is no step `{}`", context.written(entry.key.span)),
            entry.key.span,
            did_you_mean("steps", &entry.key.value, known).unwrap_or_default(),
        );
    }
    found.map(|(place, (_, read))| (place, *read))
}

/// `use: NAME`: the steps of a list under `step_lists`.
fn listed(entry: &Entry, scope: &Scope<'_>, part: Part) -> Vec<Step> {
    let Some(name) = scope.text(&entry.value, "the name of a list of steps") else { return Vec::new() };
    let Some((list, is_foreign)) = scope.lists.get(&name) else {
        scope.context.error(
            "scenario::unknown-list",
            format!("there is no list of steps `{name}`"),
            entry.value.span,
            did_you_mean("lists of steps", &name, scope.lists.keys().map(String::as_str))
                .unwrap_or_else(|| "add it under `step_lists`, here or in a file under `include`".to_owned()),
        );
        return Vec::new();
    };
    scope.used.borrow_mut().insert(name.clone());
    if scope.using.borrow().iter().any(|(known, _)| *known == name) {
        scope.context.error(
            "scenario::list-circle",
            format!("the list `{name}` leads back to itself"),
            entry.value.span,
            "remove this `use`; `repeat` does steps several times",
        );
        return Vec::new();
    }
    scope.using.borrow_mut().push((name, is_foreign.then_some(entry.key.span)));
    let part = if part == Part::Story { Part::Inner } else { part };
    let steps = steps(list, scope, part);
    scope.using.borrow_mut().pop();
    steps
}

fn step(entry: &Entry, scope: &Scope<'_>) -> Option<Step> {
    let keyword = entry.key.value.as_str();
    let span = entry.key.span;
    let (place, read) = self::keyword(entry, scope.context)?;
    drill::check_step(keyword, span, scope);
    count(span, scope);
    let mut needs = Vec::new();
    // The steps within have needs of their own.
    if keyword != "repeat" {
        needed(&entry.value, scope, &mut needs);
    }
    let is_act = place < ACTS;
    let kind = if is_act { read(&without_capture(&entry.value), scope)? } else { read(&entry.value, scope)? };
    let capture = match (is_act, entry.value.get("capture")) {
        (true, Some(_)) => captures(&mut Binder::open(&entry.value, scope.context)?, scope),
        _ => Vec::new(),
    };
    let outer = scope.using.borrow().iter().find_map(|(_, place)| *place);
    Some(Step { span, listed: outer.unwrap_or(span), needs, capture, kind })
}

/// Counts a step; lists that use each other can be very many.
fn count(span: Span, scope: &Scope<'_>) {
    scope.steps.set(scope.steps.get() + 1);
    if scope.steps.get() == MOST_STEPS + 1 {
        scope.context.error(
            "scenario::too-many-steps",
            format!("a scenario has at most {MOST_STEPS} steps, those of its lists counted at each `use`"),
            span,
            "use `repeat`, or write several scenarios",
        );
    }
}

/// The captured values that a step names; each must have been captured before.
fn needed(node: &Node, scope: &Scope<'_>, out: &mut Vec<String>) {
    match &node.value {
        Value::Null => {}
        Value::List(items) => items.iter().for_each(|item| needed(item, scope, out)),
        Value::Map(entries) => entries.iter().for_each(|entry| needed(&entry.value, scope, out)),
        Value::Scalar(scalar) => {
            for name in names_in(&scalar.text) {
                if !scope.captured.borrow().iter().any(|known| known == name) {
                    scope.context.error(
                        "scenario::captured-later",
                        format!("`${{{name}}}` is not captured before this step"),
                        node.span,
                        "move the step with that `capture` before this one",
                    );
                }
                out.push(name.to_owned());
            }
        }
    }
}

fn without_capture(node: &Node) -> Node {
    let mut copy = node.clone();
    if let Value::Map(entries) = &mut copy.value {
        entries.retain(|entry| entry.key.value != "capture");
    }
    copy
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
