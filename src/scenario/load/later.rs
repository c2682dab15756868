//! Parts that this version understands and cannot run. Their shape is checked all the same, so that
//! a file is either right or told what is wrong with it; running one is refused before the run.

use std::time::Duration;

use serde_json::Value as Json;

use super::{
    matchers,
    scope::Scope,
    steps::{Part, steps},
};
use crate::{
    scenario::{
        matcher::{MatcherKind, Matches},
        step::StepKind,
    },
    spec::yaml::{Binder, Named, Node, one_of},
};

pub(super) fn apply(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    scope.text(node, "the path of a spec")?;
    step("apply", node, scope)
}

pub(super) fn repeat(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let mut binder = Binder::open(node, scope.context)?;
    binder.required::<u64>("times");
    binder.field::<Duration>("every");
    if let Some(list) = binder.required::<Node>("steps") {
        steps(&list, scope, Part::Story);
    }
    binder.close();
    step("repeat", node, scope)
}

pub(super) fn expect_event(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let mut binder = Binder::open(node, scope.context)?;
    binder.required::<String>("product");
    binder.required::<String>("name");
    binder.field::<String>("level");
    binder.field::<String>("status");
    binder.field::<Duration>("within");
    if let Some(node) = binder.node("content") {
        let _ = Binder::open(node, scope.context);
    }
    binder.close();
    step("expect_event", node, scope)
}

pub(super) fn expect_alert(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let mut binder = Binder::open(node, scope.context)?;
    binder.required::<String>("rule");
    binder.field::<Duration>("within");
    binder.close();
    step("expect_alert", node, scope)
}

pub(super) fn expect_request(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let mut binder = Binder::open(node, scope.context)?;
    binder.required::<String>("url");
    binder.field::<Duration>("within");
    if let Some(node) = binder.node("body") {
        matchers::bind(node, scope);
    }
    binder.close();
    step("expect_request", node, scope)
}

pub(super) fn expect_outbox(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let channels = ["mail", "sms", "phone", "aliim"].map(|channel| (channel, ()));
    let mut binder = Binder::open(node, scope.context)?;
    binder.required::<String>("contact");
    if let Some(node) = binder.node("channel") {
        let _ = one_of(node, scope.context, "a channel", &channels);
    }
    binder.field::<Duration>("within");
    if let Some(node) = binder.node("message") {
        matchers::bind(node, scope);
    }
    binder.close();
    step("expect_outbox", node, scope)
}

/// `capture: { id: { matches: "(i-[a-z0-9]+)" } }` of an `expect`.
pub(super) fn capture(node: &Node, scope: &Scope<'_>) {
    if let Some(named) = <Vec<Named<Node>> as crate::spec::yaml::Bind>::bind(node, scope.context) {
        for capture in named.iter().filter_map(|named| named.value.as_ref()) {
            let Some(mut binder) = Binder::open(capture, scope.context) else { continue };
            if let Some(pattern) = binder.required::<Node>("matches")
                && let Some(text) = scope.text(&pattern, "a regular expression")
                && let Err(fault) = Matches::new(&text)
            {
                scope.context.error(
                    "scenario::bad-regex",
                    format!("the regular expression is not valid: {fault}"),
                    pattern.span,
                    "mend it",
                );
            }
            binder.close();
        }
    }
    scope.later("`capture`", node.place);
}

/// `json_path: { path: "$.at.isAtAll", equals: false }`
pub(super) fn json_path(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    let mut binder = Binder::open(node, scope.context)?;
    binder.required::<String>("path");
    binder.field::<Json>("equals");
    binder.close();
    scope.later("the matcher `json_path`", node.place);
    None
}

fn step(keyword: &'static str, node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    scope.later(format!("the step `{keyword}`"), node.place);
    Some(StepKind::Later(keyword))
}
