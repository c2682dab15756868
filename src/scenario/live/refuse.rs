//! What a scenario asks for that cannot be had on the real cloud, found before anything is touched.

use super::config::Binds;
use crate::{
    api::ecs::Instance,
    diagnostic::{Diagnostic, Span},
    report::{Evidence, counted},
    scenario::{Scenario, Step, StepKind, look::Scene},
};

/// The tag that an instance must carry: its key and value.
pub const ALLOWED: (&str, &str) = ("bellcheck", "allowed");
/// The tag that an instance must carry besides to be released.
pub const RELEASE_ALLOWED: (&str, &str) = ("bellcheck-release", "allowed");

/// Whether an instance carries a tag.
#[must_use]
pub(super) fn carries(found: &Instance, (key, value): (&str, &str)) -> bool {
    found.tags.tag.iter().any(|tag| tag.tag_key == key && tag.tag_value == value)
}

/// The tag that an instance lacks to be touched, or to be released.
#[must_use]
pub fn lacking(found: &Instance, is_released: bool) -> Option<String> {
    let mut needed = [Some(ALLOWED), is_released.then_some(RELEASE_ALLOWED)].into_iter().flatten();
    let (key, value) = needed.find(|tag| !carries(found, *tag))?;
    Some(format!("it does not carry the tag `{key}={value}`"))
}

/// What keeps scenarios from running with these binds, each under its line.
#[must_use]
pub fn refusals(scenario: &Scenario, binds: &Binds) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if !scenario.spec.region_is_written {
        findings.push(
            Diagnostic::error(
                "live::no-region",
                format!("spec {} names no region", scenario.spec.source.name()),
            )
            .at(&scenario.source, scenario.spec_span, "a live run acts in the region of this spec")
            .help("write `region: cn-hangzhou` into the spec, or whichever region it is"),
        );
    }
    for step in scenario.all_steps() {
        findings.extend(only_emulated(scenario, step));
    }
    if binds.relay.is_none() {
        findings.extend(uncaptured(scenario, &|_| false));
    }
    for name in used(scenario) {
        if !binds.instances.contains_key(&name) {
            let span = scenario.instances.get(&name).map_or(scenario.name.span, |instance| instance.span);
            findings.push(
                Diagnostic::error("live::unbound", format!("instance `{name}` is bound to no instance"))
                    .at(&scenario.source, span, "which one is this in the account?")
                    .help(format!("name it with `--bind {name}=i-…`, or under `instances` of binds.yaml")),
            );
        }
    }
    findings
}

/// What needs the messages themselves of robots whose messages no relay captures.
#[must_use]
pub fn uncaptured(scenario: &Scenario, captures: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let all_captured = scenario.require.as_ref().filter(|required| required.value == Evidence::Captured);
    let mut findings = Vec::new();
    for step in scenario.all_steps() {
        let (robot, needs) = match &step.kind {
            StepKind::Expect(expect) => (
                &expect.robot,
                if let Some(snapshot) = &expect.snapshot {
                    Some((snapshot.name.span, "a snapshot"))
                } else if let Some(first) = expect.capture.first() {
                    Some((first.name.span, "a captured value"))
                } else {
                    all_captured.map(|required| (required.span, "`require: captured`"))
                },
            ),
            StepKind::Never(never) => (
                &never.robot,
                never.message.first().map(|matcher| (matcher.span, "a message that must not come")),
            ),
            _ => continue,
        };
        let Some((span, what)) = needs.filter(|_| !captures(&robot.value)) else { continue };
        findings.push(
            Diagnostic::error(
                "live::no-relay",
                format!("{what} needs the messages of robot `{}`, and no relay captures them", robot.value),
            )
            .at(&scenario.source, span, "this cannot be judged")
            .at(&scenario.source, robot.span, "of this robot")
            .help("run `bellcheck relay` with this robot, and name it under `relay` of binds.yaml"),
        );
    }
    findings
}

/// What an `expect` asks of a message that nobody will see: a run goes on, and its pass says nothing of it.
/// `None` where nothing is asked.
#[must_use]
pub fn unjudged(scenario: &Scenario) -> Option<Diagnostic> {
    let asks = |step: &Step| match &step.kind {
        StepKind::Expect(expect) => expect.message.iter().map(|matcher| matcher.span).collect(),
        _ => Vec::new(),
    };
    let asked: Vec<Span> = scenario.all_steps().flat_map(asks).collect();
    let first = *asked.first()?;
    let matchers = counted(asked.len(), "matcher");
    let warning = Diagnostic::warning(
        "live::unjudged",
        format!(
            "{}: nobody judges what its messages say ({matchers}): no relay captures them",
            scenario.file()
        ),
    )
    .at(&scenario.source, first, "the step passes whatever the message says");
    Some(warning.help(
        "run `bellcheck relay` and name it under `relay` of binds.yaml; `require: captured` refuses a run without one",
    ))
}

/// The instances that steps name, in the order of their first use.
#[must_use]
pub fn used(scenario: &Scenario) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for step in scenario.all_steps() {
        if let Some(name) = instance_of(&step.kind)
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// The instance that a step is about.
#[must_use]
pub fn instance_of(kind: &StepKind) -> Option<&str> {
    match kind {
        StepKind::Start { instance }
        | StepKind::Stop { instance, .. }
        | StepKind::Reboot { instance, .. }
        | StepKind::Release { instance, .. }
        | StepKind::Simulate { instance, .. } => Some(instance),
        StepKind::SendEvent(event) => event.instance.as_deref(),
        _ => None,
    }
}

/// Whether a step only exists on the emulator, and why.
fn only_emulated(scenario: &Scenario, step: &Step) -> Option<Diagnostic> {
    let (what, why) = match &step.kind {
        StepKind::Fault(_) => ("`fault`", "nobody can make the real cloud fail"),
        StepKind::Activate { .. } => ("`activate`", "only its owner can open the link"),
        StepKind::Apply(_) => (
            "`apply`",
            "it would change whom the account tells while others rely on it; apply it before the run",
        ),
        StepKind::Look(look) => match look.at {
            Scene::Requests { .. } => ("`expect_request`", "nobody sees there what a webhook was sent"),
            Scene::Outbox { .. } => {
                ("`expect_outbox`", "nobody sees there what mail and text messages were sent")
            }
            Scene::Events { .. } | Scene::Alerts { .. } => return None,
        },
        // The steps of a `repeat` are looked at one by one.
        _ => return None,
    };
    Some(
        Diagnostic::error("live::only-emulated", format!("{what} only exists on the emulator: {why}"))
            .at(&scenario.source, step.span, "this step")
            .help("run this scenario without `--backend live`, or choose others with `--filter`"),
    )
}
