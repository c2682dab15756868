//! Steps that do something, and `advance`.

use std::time::Duration;

use super::{drill, scope::Scope};
use crate::{
    api::ecs::SIMULATED_EVENT_TYPES,
    event::{Level, catalogue},
    scenario::{
        capture::names_in,
        passage::{Passage, read_time, read_zone},
        step::{SendEvent, StepKind},
    },
    spec::yaml::{Bind as _, Binder, Node, Spanned, Value, did_you_mean, one_of},
};

pub(super) fn start(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let (instance, _) = target(node, scope, false)?;
    Some(StepKind::Start { instance })
}

pub(super) fn stop(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let (instance, force) = target(node, scope, true)?;
    Some(StepKind::Stop { instance, force })
}

pub(super) fn reboot(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let (instance, force) = target(node, scope, true)?;
    Some(StepKind::Reboot { instance, force })
}

pub(super) fn release(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let (instance, force) = target(node, scope, true)?;
    Some(StepKind::Release { instance, force })
}

/// `web-1` or `{ instance: web-1, force: true }`.
fn target(node: &Node, scope: &Scope<'_>, forcible: bool) -> Option<(String, bool)> {
    if !matches!(node.value, Value::Map(_)) {
        return Some((scope.instance(node)?, false));
    }
    let mut binder = Binder::open(node, scope.context)?;
    let instance = instance(&mut binder, scope);
    let force = forcible.then(|| binder.field::<bool>("force")).flatten().unwrap_or(false);
    binder.close();
    Some((instance?, force))
}

/// The required key `instance`.
fn instance(binder: &mut Binder<'_>, scope: &Scope<'_>) -> Option<String> {
    let node = binder.required::<Node>("instance")?;
    scope.instance(&node)
}

pub(super) fn simulate(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let mut binder = Binder::open(node, scope.context)?;
    let instance = instance(&mut binder, scope);
    let words = SIMULATED_EVENT_TYPES.map(|event| (event, event));
    let event = binder
        .required::<Node>("event")
        .and_then(|node| one_of(&node, scope.context, "a type of simulated event", &words));
    let not_before = binder.required::<Duration>("not_before");
    let name = binder.field::<Spanned<String>>("as");
    binder.close();
    if let Some(name) = &name {
        scope.claim(
            &scope.simulated,
            name,
            "scenario::duplicate-name",
            "the simulated event",
            "give each simulated event its own name",
        );
    }
    Some(StepKind::Simulate {
        instance: instance?,
        event: event?.to_owned(),
        not_before: not_before?,
        name: name.map(|name| name.value),
    })
}

pub(super) fn cancel(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let name = scope.text(node, "the name of a simulated event")?;
    let simulated = scope.simulated.borrow();
    if !simulated.iter().any(|known| known.value == name) {
        let known = simulated.iter().map(|known| known.value.as_str());
        scope.context.error(
            "scenario::unknown-simulated-event",
            format!("no earlier `simulate` is named `{name}`"),
            node.span,
            did_you_mean("simulated events", &name, known)
                .unwrap_or_else(|| format!("add `as: {name}` to the `simulate` that is meant")),
        );
    }
    Some(StepKind::Cancel { name })
}

pub(super) fn send_event(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let levels = [Level::Critical, Level::Warn, Level::Info].map(|level| (level.as_str(), level.as_str()));
    let mut binder = Binder::open(node, scope.context)?;
    let product = binder.required::<Spanned<String>>("product");
    let name = binder.required::<Spanned<String>>("name");
    let level =
        binder.node("level").and_then(|node| one_of(node, scope.context, "an event's level", &levels));
    let status = binder.field::<String>("status");
    let instance = binder.node("instance").and_then(|node| scope.instance(node));
    let content = drill::content(&mut binder, scope);
    binder.close();
    let (product, name) = (product?, name?);
    // What is captured is not known before the run.
    let is_written = [&product, &name].iter().all(|text| names_in(&text.value).next().is_none());
    if is_written && catalogue().find(&product.value, &name.value).is_none() {
        unknown_event(&product, &name, scope);
    }
    Some(StepKind::SendEvent(Box::new(SendEvent {
        product: product.value,
        name: name.value,
        level: level.map(str::to_owned),
        status,
        instance,
        content,
    })))
}

/// An event that no public document names. It is refused or taken as the emulator would: a misspelt name
/// must not pass for a new one.
fn unknown_event(product: &Spanned<String>, name: &Spanned<String>, scope: &Scope<'_>) {
    let near = catalogue().nearest(&product.value, &name.value);
    let near = near.first().map(|near| format!("did you mean `{near}`? "));
    let message = format!("`{}` is not a documented event of {}", name.value, product.value);
    if scope.takes_unknown_events {
        let help =
            near.unwrap_or_else(|| "if its name is right, all is well: it runs through the rules".to_owned());
        scope.context.warning("scenario::unknown-event", message, name.span, help.trim_end());
    } else {
        let way = "an event that is newer than the built-in catalogue needs `emulator: { unknown_event: accept }` in the scenario";
        let help = format!("{}{way}", near.unwrap_or_default());
        scope.context.error("scenario::unknown-event", message, name.span, help);
    }
}

pub(super) fn advance(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    if !matches!(node.value, Value::Map(_)) {
        return Duration::bind(node, scope.context).map(|span| StepKind::Advance(Passage::Span(span)));
    }
    let mut binder = Binder::open(node, scope.context)?;
    let until = binder.required::<Spanned<String>>("until");
    let zone = binder.field::<Spanned<String>>("zone");
    binder.close();
    let time = read_time(&until?, "scenario::time", scope.context);
    let zone = read_zone(zone.as_ref(), "scenario::zone", scope.context);
    Some(StepKind::Advance(Passage::Until { time: time?, zone: zone? }))
}
