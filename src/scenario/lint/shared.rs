//! One snapshot that several scenarios are compared with.

use std::{fmt::Write as _, path::PathBuf, sync::Arc};

use indexmap::IndexMap;

use crate::{
    diagnostic::{Diagnostic, Span},
    scenario::{Expect, Scenario, StepKind, snapshot},
};

/// A step that compares a message with a snapshot.
struct Use<'a> {
    scenario: &'a Scenario,
    expect: &'a Expect,
    name: &'a str,
    span: Span,
}

/// Warnings about snapshots that scenarios of several files share, and about those that the cases of one
/// file share although what they do may make other messages: a file keeps one message only, and what one
/// scenario accepts, the other fails with.
#[must_use]
pub fn shared_snapshots(scenarios: &[Scenario]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for uses in by_snapshot(scenarios).values() {
        let mut files: Vec<&Use<'_>> = Vec::new();
        for one in uses {
            match files.iter().find(|first| first.scenario.file() == one.scenario.file()) {
                Some(first) => {
                    if tells(first) != tells(one) {
                        Diagnostic::add_new(&mut found, [of_cases(first)]);
                    }
                }
                None => files.push(one),
            }
        }
        if let [first, second, ..] = files.as_slice() {
            for one in &files {
                let other = if one.scenario.file() == first.scenario.file() { second } else { first };
                Diagnostic::add_new(&mut found, [of_files(one, other)]);
            }
        }
    }
    found
}

fn by_snapshot(scenarios: &[Scenario]) -> IndexMap<PathBuf, Vec<Use<'_>>> {
    let mut all: IndexMap<PathBuf, Vec<Use<'_>>> = IndexMap::new();
    for scenario in scenarios {
        for step in scenario.all_steps() {
            let StepKind::Expect(expect) = &step.kind else { continue };
            let Some(wanted) = &expect.snapshot else { continue };
            let name = wanted.name.value.as_str();
            let file = snapshot::key(&scenario.fixtures.join(format!("{name}.snap")));
            all.entry(file).or_default().push(Use { scenario, expect, name, span: wanted.name.span });
        }
    }
    all
}

fn of_files(one: &Use<'_>, other: &Use<'_>) -> Diagnostic {
    let source = &other.scenario.source;
    let place = format!("{}:{}", source.name_at(other.span.offset), source.line(other.span.offset));
    Diagnostic::warning(
        "scenario::lint-shared-snapshot",
        format!("two scenarios are compared with the snapshot `{}`", one.name),
    )
    .at(
        &one.scenario.source,
        one.span,
        format!("`{}` of {place} is compared with it, too", other.scenario.name.value),
    )
    .help(
        "give each its own name: a file keeps one message, and accepting it for one scenario fails the other",
    )
}

fn of_cases(one: &Use<'_>) -> Diagnostic {
    Diagnostic::warning(
        "scenario::lint-shared-snapshot",
        format!("several cases of this scenario are compared with the snapshot `{}`", one.name),
    )
    .at(&one.scenario.source, one.span, "their messages may differ")
    .help(format!(
        "put a variable of `matrix` or `rows` into its name, such as `{}.${{NAME}}`, so that each case has its own",
        one.name
    ))
}

/// What a message can depend on, as far as cases of one file can differ in it. Whether an instance is
/// stopped by force, how long is waited and which calls fail is not in any message.
fn tells(one: &Use<'_>) -> String {
    let Use { scenario, expect, .. } = one;
    let mut text = format!("{:?} {}", Arc::as_ptr(&scenario.spec), expect.robot.value);
    for matcher in &expect.message {
        let _ = write!(text, "\n{}", matcher.describe());
    }
    for (key, instance) in &scenario.instances {
        let _ = write!(
            text,
            "\n{key} {} {} {} {:?}",
            instance.name, instance.instance_type, instance.region, instance.tags
        );
    }
    for step in scenario.all_steps() {
        let _ = match &step.kind {
            // What is done later is not in the message.
            StepKind::Expect(other) if std::ptr::eq(other.as_ref(), *expect) => break,
            StepKind::Stop { instance, .. } => write!(text, "\nstop {instance}"),
            StepKind::Reboot { instance, .. } => write!(text, "\nreboot {instance}"),
            StepKind::Release { instance, .. } => write!(text, "\nrelease {instance}"),
            StepKind::Simulate { instance, event, .. } => write!(text, "\nsimulate {event} {instance}"),
            StepKind::SendEvent(event) => write!(
                text,
                "\nsend {} {} {:?} {:?} {:?} {:?}",
                event.product, event.name, event.level, event.status, event.instance, event.content
            ),
            StepKind::Start { .. } | StepKind::Apply(_) => write!(text, "\n{}", step.kind),
            _ => Ok(()),
        };
    }
    text
}
