//! `apply`, `activate` and `repeat`.

use std::time::Duration;

use super::{
    scope::Scope,
    spec::{Opened, open_spec},
    steps::{Part, steps},
};
use crate::{
    scenario::step::{Apply, Repeat, StepKind},
    spec::yaml::{Binder, Node, Spanned, one_of},
};

/// Rounds that one `repeat` may have.
const MOST_ROUNDS: u32 = 100_000;

/// `apply: ../changed.yaml`; from here on, steps may name what the new spec has, too.
pub(super) fn apply(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let path = scope.text(node, "the path of a spec")?;
    let opened = open_spec(&Spanned::new(path.clone(), node.span), scope.context, scope.supply, scope.specs);
    let Some(Opened { spec, .. }) = opened else {
        // What depends on a faulty spec is not judged.
        scope.names.borrow_mut().is_known = false;
        return None;
    };
    scope.names.borrow_mut().add(&spec);
    Some(StepKind::Apply(Box::new(Apply { path, spec })))
}

/// `activate: duty` or `activate: { contact: duty, channel: mail }`.
pub(super) fn activate(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    if node.text().is_some() {
        return Some(StepKind::Activate { contact: scope.contact(node)?.value, channel: None });
    }
    let channels = [("mail", "mail"), ("sms", "sms")];
    let mut binder = Binder::open(node, scope.context)?;
    let contact = binder.required::<Node>("contact").and_then(|node| scope.contact(&node));
    let channel = binder.node("channel").map(|node| one_of(node, scope.context, "a channel", &channels));
    binder.close();
    let channel = match channel {
        Some(channel) => Some(channel?),
        None => None,
    };
    Some(StepKind::Activate { contact: contact?.value, channel })
}

/// `repeat: { times: 25, every: 1s, steps: […] }`
pub(super) fn repeat(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let mut binder = Binder::open(node, scope.context)?;
    let times = binder.required::<Spanned<u32>>("times");
    let every = binder.field::<Duration>("every");
    let list = binder.required::<Node>("steps");
    binder.close();
    if let Some(times) = &times
        && !(1..=MOST_ROUNDS).contains(&times.value)
    {
        scope.context.error(
            "scenario::bad-repeat",
            format!("`{}` is not a number of rounds", times.value),
            times.span,
            format!("write a number from 1 to {MOST_ROUNDS}, or remove the step"),
        );
    }
    let steps = steps(&list?, scope, Part::Inner);
    Some(StepKind::Repeat(Box::new(Repeat { times: times?.value, every, steps })))
}
