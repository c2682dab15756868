//! `webhooks: [{ url: "http://127.0.0.1:9/hook", answers: [500, timeout, 200] }]`

use std::collections::VecDeque;

use super::scope::Scope;
use crate::{
    emulator::{CallOutcome, Sink},
    spec::yaml::{Binder, Node, Spanned, Value},
};

pub(super) fn webhooks(node: &Node, scope: &Scope<'_>) -> Vec<Sink> {
    let Value::List(items) = &node.value else {
        scope.context.error(
            "scenario::wrong-type",
            format!("a list of webhooks is expected here, not {}", node.kind()),
            if node.span.len == 0 { node.place } else { node.span },
            "write `- { url: URL, answers: [500, 200] }` below it",
        );
        return Vec::new();
    };
    let mut out: Vec<Sink> = Vec::new();
    for item in items {
        let Some(mut binder) = Binder::open(item, scope.context) else { continue };
        let url = binder.required::<Spanned<String>>("url");
        let answers = binder.required::<Node>("answers");
        binder.close();
        let (Some(url), Some(answers)) = (url, answers) else { continue };
        scope.webhook(&url);
        if out.iter().any(|known| known.url == url.value) {
            scope.context.error(
                "scenario::duplicate-webhook",
                "the answers of this webhook are given twice",
                url.span,
                "write one list of answers",
            );
        }
        out.push(Sink { url: url.value, outcomes: outcomes(&answers, scope) });
    }
    out
}

/// One answer or several; the last one is given from then on.
fn outcomes(node: &Node, scope: &Scope<'_>) -> VecDeque<CallOutcome> {
    match &node.value {
        Value::List(items) if !items.is_empty() => {
            items.iter().filter_map(|item| outcome(item, scope)).collect()
        }
        _ => outcome(node, scope).into_iter().collect(),
    }
}

fn outcome(node: &Node, scope: &Scope<'_>) -> Option<CallOutcome> {
    let text = node.text().unwrap_or_default();
    match text {
        "timeout" => return Some(CallOutcome::TimedOut),
        "unreachable" => {
            return Some(CallOutcome::Failed { error: "the connection was refused".to_owned() });
        }
        _ => {}
    }
    let status = text.parse().ok().filter(|status| (200..=599).contains(status));
    if status.is_none() {
        let what = if text.is_empty() { node.kind() } else { text };
        scope.context.error(
            "scenario::bad-answer",
            format!("`{what}` is nothing that a webhook answers"),
            if node.span.len == 0 { node.place } else { node.span },
            "write an HTTP status from 200 to 599, `timeout` or `unreachable`",
        );
    }
    status.map(CallOutcome::Status)
}
