//! `drill: true`: a scenario that is safe to run at any time, and whose events say that they are tests.

use serde_json::{Map, Value as Json};

use super::scope::Scope;
use crate::{
    diagnostic::Span,
    scenario::{
        model::Drill,
        step::{Step, StepKind},
    },
    spec::yaml::{Binder, Context, Node, Value},
};

/// What the events of a drill say where the scenario says nothing else.
const WORDS: &str = "[DRILL] This is a drill, nothing is broken";

/// The steps of a drill: test events, and whatever only waits and looks.
const STEPS: [&str; 9] = [
    "send_event",
    "advance",
    "repeat",
    "expect",
    "never",
    "expect_event",
    "expect_alert",
    "expect_request",
    "expect_outbox",
];

/// The keys in an event's content that say that it is a drill's: one for programs, one for people.
const MARK: &str = "bellcheck";
const TOLD: &str = "drill";

/// `drill: true`, or what its events say.
pub(super) fn drill(node: &Node, context: &Context) -> Option<Drill> {
    let truth = match &node.value {
        Value::Scalar(scalar) => scalar.truth(),
        _ => None,
    };
    let words = match truth {
        Some(false) => return None,
        Some(true) => WORDS,
        None => node.text().unwrap_or_default(),
    };
    if words.trim().is_empty() {
        let what = if node.text().is_some() { "an empty text" } else { node.kind() };
        context.error(
            "scenario::wrong-type",
            format!("`true` or what the events of the drill say is expected here, not {what}"),
            if node.span.len == 0 { node.place } else { node.span },
            format!("write `drill: true`, or a text such as `drill: \"{WORDS}\"`"),
        );
        return None;
    }
    Some(Drill { span: node.place, words: words.to_owned() })
}

/// Refuses a step that is not for a drill.
pub(super) fn check_step(keyword: &str, span: Span, scope: &Scope<'_>) {
    // `finally` within the steps is told of in any scenario.
    if scope.drill.is_some() && !STEPS.contains(&keyword) && keyword != "finally" {
        scope.context.error(
            "scenario::step-in-drill",
            format!("`{keyword}` is not for a drill, which changes nothing"),
            span,
            "let `send_event` send the event that would come of it, or remove `drill` from the scenario",
        );
    }
}

/// A drill without an event rings nobody.
pub(super) fn check_story(story: &[Step], scope: &Scope<'_>) {
    fn sends(steps: &[Step]) -> bool {
        steps.iter().any(|step| match &step.kind {
            StepKind::SendEvent(_) => true,
            StepKind::Repeat(repeat) => sends(&repeat.steps),
            _ => false,
        })
    }
    if let Some(drill) = &scope.drill
        && !story.is_empty()
        && !sends(story)
    {
        scope.context.error(
            "scenario::drill-without-event",
            "a drill without a `send_event` rings nobody",
            drill.span,
            "begin its steps with `send_event: { product: …, name: … }`",
        );
    }
}

/// The content of a test event; in a drill, with what says that it is one.
pub(super) fn content(binder: &mut Binder<'_>, scope: &Scope<'_>) -> Option<Json> {
    let node = binder.node("content").filter(|node| Binder::open(node, scope.context).is_some());
    let content = node.map(Node::to_json);
    let Some(drill) = &scope.drill else { return content };
    if let Some(Node { value: Value::Map(entries), .. }) = node {
        for entry in entries.iter().filter(|entry| [MARK, TOLD].contains(&entry.key.value.as_str())) {
            scope.context.error(
                "scenario::drill-marker",
                format!("`{}` is what the drill itself says in its events", entry.key.value),
                entry.key.span,
                "give this key another name; `drill: TEXT` at the left margin says what people read",
            );
        }
    }
    let mut content = match content {
        Some(Json::Object(content)) => content,
        _ => Map::new(),
    };
    content.insert(MARK.to_owned(), "drill".into());
    content.insert(TOLD.to_owned(), drill.words.clone().into());
    Some(Json::Object(content))
}
