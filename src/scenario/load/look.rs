//! `expect_event`, `expect_alert`, `expect_request` and `expect_outbox`.

use std::time::Duration;

use serde_json::Value as Json;

use super::{
    expect::{DEFAULT_WITHIN, count},
    matcher_values::captures,
    matchers::{self, span_of},
    scope::Scope,
};
use crate::{
    diagnostic::Span,
    event::Level,
    scenario::{
        look::{Look, OUTBOX_CHANNELS, Scene},
        matcher::{Compared, Equals, Matcher, MatcherKind},
        step::StepKind,
    },
    secret::show_address,
    spec::yaml::{Binder, Node, Spanned, Value, one_of},
};

pub(super) fn expect_event(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let levels = [Level::Critical, Level::Warn, Level::Info].map(|level| (level.as_str(), level.as_str()));
    let mut binder = Binder::open(node, scope.context)?;
    let mut fields = Vec::new();
    for key in ["product", "name"] {
        if let Some(text) = binder.required::<Spanned<String>>(key) {
            fields.push(is(key, text.value, place(node, key)));
        }
    }
    let level =
        binder.node("level").and_then(|node| one_of(node, scope.context, "an event's level", &levels));
    fields.extend(level.map(|level| is("level", level, place(node, "level"))));
    let status = binder.field::<String>("status");
    fields.extend(status.map(|status| is("status", status, place(node, "status"))));
    if let Some(instance) = binder.node("instance").and_then(|node| scope.instance(node)) {
        let name = scope.instances.get(&instance).cloned().unwrap_or(instance);
        fields.push(is("instanceName", name, place(node, "instance")));
    }
    if let Some(content) = binder.node("content")
        && Binder::open(content, scope.context).is_some()
    {
        leaves("content", content, scope, &mut fields);
    }
    let name = binder.node("name").and_then(Node::text).unwrap_or_default().to_owned();
    finish(binder, scope, Scene::Events { name }, "message", fields)
}

pub(super) fn expect_alert(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let states = [("told", "0"), ("silenced", "2"), ("nobody", "4")];
    let mut binder = Binder::open(node, scope.context)?;
    let rule = binder.required::<Node>("rule").and_then(|node| scope.rule(&node));
    let mut fields = Vec::new();
    let event = binder.field::<String>("event");
    fields.extend(event.map(|event| is("EventName", event, place(node, "event"))));
    let state =
        binder.node("status").map(|node| one_of(node, scope.context, "what became of an alert", &states));
    // An alert that told nobody is none, unless the scenario asks for it.
    fields.push(is("SendStatus", state.flatten().unwrap_or("0"), place(node, "status")));
    let level = binder.field::<String>("level");
    fields.extend(level.map(|level| is("Level", level, place(node, "level"))));
    finish(binder, scope, Scene::Alerts { rule: rule? }, "message", fields)
}

pub(super) fn expect_request(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let mut binder = Binder::open(node, scope.context)?;
    let url = binder.required::<Spanned<String>>("url");
    if let Some(url) = &url {
        scope.webhook(url);
    }
    let url = url?.map(|url| show_address(&url));
    finish(binder, scope, Scene::Requests { url }, "body", Vec::new())
}

pub(super) fn expect_outbox(node: &Node, scope: &Scope<'_>) -> Option<StepKind> {
    let words = OUTBOX_CHANNELS.map(|channel| (channel, channel));
    let mut binder = Binder::open(node, scope.context)?;
    let contact = binder.node("contact").map(|node| scope.contact(node));
    let channel = binder.node("channel").map(|node| one_of(node, scope.context, "a channel", &words));
    if contact.is_none() && channel.is_none() {
        scope.context.error(
            "scenario::no-channel",
            "`expect_outbox` needs to know where to look",
            node.place,
            "write `contact: NAME`, `channel: mail`, or both",
        );
    }
    let (contact, channel) = (contact.flatten(), channel.flatten());
    finish(binder, scope, Scene::Outbox { contact, channel }, "message", Vec::new())
}

/// What all of them have: `within`, `times` or `at_least`, matchers and `capture`.
fn finish(
    mut binder: Binder<'_>,
    scope: &Scope<'_>,
    at: Scene,
    matchers_key: &'static str,
    mut matchers: Vec<Matcher>,
) -> Option<StepKind> {
    let within = binder.field::<Duration>("within").unwrap_or(DEFAULT_WITHIN);
    let count = count(&mut binder, scope);
    if let Some(node) = binder.node(matchers_key) {
        matchers.extend(matchers::bind(node, scope));
    }
    let capture = captures(&mut binder, scope);
    binder.close();
    Some(StepKind::Look(Box::new(Look { at, within, count, matchers, capture })))
}

/// A key of the step as a matcher.
fn is(field: &str, value: impl Into<Json>, span: Span) -> Matcher {
    let kind = MatcherKind::Equals(Equals { what: Compared::Field(field.to_owned()), value: value.into() });
    Matcher { span, kind }
}

/// Where a key of the step and its value stand; the step where it has no such key.
fn place(node: &Node, key: &str) -> Span {
    let Value::Map(entries) = &node.value else { return node.place };
    entries.iter().find(|entry| entry.key.value == key).map_or(node.place, span_of)
}

/// Each value within `content` as a matcher.
fn leaves(path: &str, node: &Node, scope: &Scope<'_>, out: &mut Vec<Matcher>) {
    if node.has_no_keys() {
        scope.context.error(
            "scenario::empty-content",
            "an empty mapping compares nothing",
            node.place,
            "write the values that are expected, or remove the key",
        );
    }
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                let path = format!("{path}.{}", entry.key.value);
                match &entry.value.value {
                    Value::Map(_) => leaves(&path, &entry.value, scope, out),
                    _ => out.push(is(&path, entry.value.to_json(), span_of(entry))),
                }
            }
        }
        _ => out.push(is(path, node.to_json(), node.span)),
    }
}
