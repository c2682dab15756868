//! The step `fault`: `{ operation: PutContact, error: Throttling.User, times: 3 }`, or a list of such.

use std::time::Duration;

use super::scope::Scope;
use crate::{
    emulator::{BadFault, Dropped, FaultDraft, FaultRule, operations},
    scenario::step::{Faults, StepKind},
    spec::yaml::{Bind, Binder, Node, Spanned, Value, did_you_mean, one_of},
};

pub(super) fn fault(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let (replaces, items) = match &node.value {
        Value::List(items) => (true, items.as_slice()),
        _ => (false, std::slice::from_ref(node)),
    };
    let rules: Vec<_> = items.iter().map(|item| rule(item, scope)).collect();
    Some(StepKind::Fault(Faults { replaces, rules: rules.into_iter().collect::<Option<_>>()? }))
}

/// The keys of a fault; a value that is faulty in itself is told once, and the whole not judged.
struct Keys<'a> {
    binder: Binder<'a>,
    all_read: bool,
}

impl<'a> Keys<'a> {
    fn value<T: Bind>(&mut self, key: &'static str, scope: &Scope<'_>) -> Option<T> {
        self.read(key, |node| T::bind(node, scope.context))
    }

    fn read<T>(&mut self, key: &'static str, read: impl FnOnce(&'a Node) -> Option<T>) -> Option<T> {
        let value = read(self.binder.node(key)?);
        self.all_read &= value.is_some();
        value
    }
}

fn rule(node: &Node, scope: &Scope<'_>) -> Option<Spanned<FaultRule<String>>> {
    let mut keys = Keys { binder: Binder::open(node, scope.context)?, all_read: true };
    let whens = [Dropped::Before, Dropped::After].map(|when| (when.as_str(), when));
    let draft = FaultDraft {
        operation: keys.value::<String>("operation", scope),
        robot: keys.read("robot", |node| scope.robot(node)).map(|robot| robot.value),
        error: keys.value("error", scope),
        status: keys.value("status", scope),
        errcode: keys.value("errcode", scope),
        drop: keys.read("drop", |node| one_of(node, scope.context, "when to drop it", &whens)),
        delay: keys.value::<Duration>("delay", scope),
        share: keys.value("share", scope),
        times: keys.value("times", scope),
    };
    let Keys { binder, all_read } = keys;
    binder.close();
    if !all_read {
        return None;
    }
    let operation = draft.operation.clone();
    match draft.rule() {
        Ok(rule) => Some(Spanned::new(rule, node.place)),
        Err(bad) => {
            refuse(node, scope, &bad, operation);
            None
        }
    }
}

fn refuse(node: &Node, scope: &Scope<'_>, bad: &BadFault, operation: Option<String>) {
    let value = bad.key.and_then(|key| node.get(key));
    let span = value.map_or(node.place, |value| value.span);
    let near = operation.filter(|_| bad.key == Some("operation")).and_then(|operation| {
        let known: Vec<_> = operations();
        did_you_mean("operations", &operation, known.iter().map(|known| known.action))
    });
    scope.context.error(
        "scenario::bad-fault",
        bad.what.clone(),
        span,
        near.unwrap_or_else(|| bad.remedy.to_owned()),
    );
}
