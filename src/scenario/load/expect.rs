//! `expect` and `never`.

use std::time::Duration;

use super::{matcher_values::captures, matchers, scope::Scope, snapshot::snapshot};
use crate::{
    diagnostic::Diagnostic,
    scenario::{
        model::{Count, Expect, Never},
        step::StepKind,
    },
    spec::yaml::{Binder, Node, Spanned},
};

/// How long an `expect` waits that does not say so.
pub(super) const DEFAULT_WITHIN: Duration = Duration::from_secs(5 * 60);

pub(super) fn expect(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let mut binder = Binder::open(node, scope.context)?;
    let robot = binder.required::<Node>("robot").and_then(|node| scope.robot(&node));
    let within = binder.field::<Duration>("within").unwrap_or(DEFAULT_WITHIN);
    let count = count(&mut binder, scope);
    let every = binder.field::<Spanned<Duration>>("every");
    if let Some(every) = &every
        && count.number() < 2
    {
        scope.context.error(
            "scenario::lonely-message",
            "`every` says how far messages are apart, and one message is expected",
            every.span,
            "add `times: N` or `at_least: N`, from 2 on",
        );
    }
    let message = binder.node("message").map(|node| matchers::bind(node, scope)).unwrap_or_default();
    let snapshot = binder.node("snapshot").and_then(|node| snapshot(node, scope));
    let capture = captures(&mut binder, scope);
    binder.close();
    let robot = robot?;
    Some(StepKind::Expect(Box::new(Expect { robot, within, count, every, message, capture, snapshot })))
}

pub(super) fn never(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let mut binder = Binder::open(node, scope.context)?;
    binder.hint("within", "`never` watches for a time: write `for`");
    let robot = binder.required::<Node>("robot").and_then(|node| scope.robot(&node));
    let duration = binder.required::<Duration>("for");
    let message = binder.node("message").map(|node| matchers::bind(node, scope)).unwrap_or_default();
    binder.close();
    Some(StepKind::Never(Box::new(Never { robot: robot?, duration: duration?, message })))
}

pub(super) fn count(binder: &mut Binder<'_>, scope: &Scope<'_>) -> Count {
    let times = binder.field::<Spanned<usize>>("times");
    let at_least = binder.field::<Spanned<usize>>("at_least");
    for (key, number) in [("times", &times), ("at_least", &at_least)] {
        if let Some(number) = number
            && number.value == 0
        {
            scope.context.error(
                "scenario::zero-messages",
                format!("`{key}: 0` expects nothing"),
                number.span,
                "use `never` for a message that must not come",
            );
        }
    }
    match (times, at_least) {
        (Some(times), Some(at_least)) => {
            scope.context.push(
                Diagnostic::error("scenario::two-counts", "`times` and `at_least` cannot both say how many")
                    .at(scope.context.source(), at_least.span, "")
                    .at(scope.context.source(), times.span, "")
                    .help("`times` means exactly so many at the end of `within`; `at_least` may end early"),
            );
            Count::Exactly(times.value)
        }
        (Some(times), None) => Count::Exactly(times.value),
        (None, at_least) => Count::AtLeast(at_least.map_or(1, |number| number.value)),
    }
}
