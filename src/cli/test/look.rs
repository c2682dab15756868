//! What would be run, without running it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::{
    Context,
    args::{ListForm, Test},
};
use crate::{
    diagnostic::visible_line,
    report::counted,
    scenario::{Scenario, Step},
};

/// Prints the scenarios that would run.
pub(super) fn list(context: &Context, args: &Test, scenarios: &[Scenario]) {
    let text = match args.choice.output {
        ListForm::Json => json(scenarios.iter().map(about)),
        ListForm::Text => {
            let line = |scenario: &Scenario| format!("{}{}\n", head(scenario), tags(scenario));
            scenarios.iter().map(line).collect()
        }
    };
    context.console.out(&text);
}

/// Prints what each step would do.
pub(super) fn dry_run(context: &Context, args: &Test, scenarios: &[Scenario]) {
    let text = match args.choice.output {
        ListForm::Json => json(scenarios.iter().map(|scenario| {
            let mut about = about(scenario);
            about["steps"] = steps(scenario, false);
            about["finally"] = steps(scenario, true);
            about
        })),
        ListForm::Text => {
            let mut text: String = scenarios.iter().map(|scenario| story(scenario, args.seed)).collect();
            let _ = writeln!(text, "{}: nothing was run", counted(scenarios.len(), "scenario"));
            text
        }
    };
    context.console.out(&text);
}

fn json(scenarios: impl Iterator<Item = Value>) -> String {
    format!("{:#}\n", Value::Array(scenarios.collect()))
}

fn head(scenario: &Scenario) -> String {
    visible_line(&format!("{}: {}", scenario.file(), scenario.name.value))
}

fn tags(scenario: &Scenario) -> String {
    if scenario.tags.is_empty() {
        String::new()
    } else {
        format!("  [{}]", visible_line(&scenario.tags.join(", ")))
    }
}

fn about(scenario: &Scenario) -> Value {
    json!({
        "file": scenario.file(),
        "project_file": scenario.identity.file(),
        "line": scenario.source.line(scenario.name.span.offset),
        "name": scenario.name.value,
        "tags": scenario.tags,
        "exclusive": scenario.exclusive,
    })
}

fn of(scenario: &Scenario, finally: bool) -> &[Step] {
    if finally { &scenario.finally } else { &scenario.steps }
}

fn steps(scenario: &Scenario, finally: bool) -> Value {
    let step = |step: &Step| {
        json!({
            "line": scenario.source.line(step.span.offset),
            "text": step.kind.to_string(),
            "operation": step.kind.operation().map(|(_, operation)| operation),
        })
    };
    of(scenario, finally).iter().map(step).collect()
}

fn story(scenario: &Scenario, seed: u64) -> String {
    let mut out = format!("{}{}\n", head(scenario), tags(scenario));
    let (spec, robots) = (scenario.spec.source.name(), scenario.spec.robots.len());
    let rules = counted(scenario.spec.rules.len(), "rule");
    let _ = writeln!(
        out,
        "  on an emulated cloud of its own, with seed {seed}: apply {} ({rules}, {}), {}",
        visible_line(spec),
        counted(robots, "robot"),
        counted(scenario.instances.len(), "instance"),
    );
    for finally in [false, true] {
        let steps = of(scenario, finally);
        if finally && !steps.is_empty() {
            out.push_str("  finally, in any case:\n");
        }
        for step in steps {
            let call = step.kind.operation().map(|(_, operation)| format!("  calls {operation}"));
            let line = scenario.source.line(step.span.offset);
            let _ = writeln!(
                out,
                "  {line:>4}  {}{}",
                visible_line(&step.kind.to_string()),
                call.unwrap_or_default()
            );
        }
    }
    out.push('\n');
    out
}
