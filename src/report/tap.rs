//! The TAP 14 view: a test point for each scenario, with its steps as a subtest.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Ended, Lookup, RunOutcome, ScenarioOutcome, StepOutcome, Verdict, findings};
use crate::{clock::human_duration, diagnostic::Diagnostic};

/// The run as TAP. Diagnostics are YAML in the form of JSON, which every YAML reader reads.
#[must_use]
pub fn render(run: &RunOutcome) -> String {
    let mut out = format!("TAP version 14\n1..{}\n", run.scenarios.len());
    for (place, scenario) in run.scenarios.iter().enumerate() {
        if !scenario.steps.is_empty() {
            subtest(&mut out, scenario);
        }
        let name = format!("{}: {}", scenario.file, scenario.name);
        let reason = run.ended.map(|ended| ended.to_string()).unwrap_or_default();
        point(&mut out, "", place + 1, &name, scenario.verdict, &reason);
        diagnostics(&mut out, "", &of_scenario(run, scenario));
    }
    if run.ended == Some(Ended::Interrupted) {
        out.push_str("Bail out! the run was interrupted\n");
    }
    out
}

fn subtest(out: &mut String, scenario: &ScenarioOutcome) {
    let _ = writeln!(out, "# Subtest: {}", escape(&format!("{}: {}", scenario.file, scenario.name)));
    let others: Vec<Diagnostic> = scenario.other_findings().cloned().collect();
    let count = scenario.steps.len() + usize::from(!others.is_empty());
    let _ = writeln!(out, "    1..{count}");
    for (place, step) in scenario.steps.iter().enumerate() {
        let cleanup = if step.cleanup { "finally: " } else { "" };
        let name = format!("{cleanup}{} (line {})", step.text, step.line);
        point(out, "    ", place + 1, &name, step.verdict, "an earlier step ended the story");
        diagnostics(out, "    ", &of_step(scenario, step));
    }
    if !others.is_empty() {
        point(out, "    ", count, "the scenario as a whole", scenario.verdict, "");
        diagnostics(out, "    ", &[("findings", findings::to_json(&others))]);
    }
}

fn point(out: &mut String, indent: &str, number: usize, name: &str, verdict: Verdict, reason: &str) {
    let (word, directive) = match verdict {
        Verdict::Passed => ("ok", String::new()),
        Verdict::NotRun => ("ok", format!(" # SKIP {}", escape(reason))),
        Verdict::Failed | Verdict::Errored => ("not ok", String::new()),
    };
    let _ = writeln!(out, "{indent}{word} {number} - {}{directive}", escape(name));
}

type Fields = Vec<(&'static str, Value)>;

fn of_scenario(run: &RunOutcome, scenario: &ScenarioOutcome) -> Fields {
    let mut fields = vec![("verdict", json!(scenario.verdict.as_str())), ("seed", json!(scenario.seed))];
    if scenario.verdict == Verdict::NotRun {
        return fields;
    }
    fields.push(("backend", json!(run.backend)));
    fields.push(("virtual_time", json!(human_duration(scenario.virtual_time))));
    if !scenario.tags.is_empty() {
        fields.push(("tags", json!(scenario.tags)));
    }
    if scenario.is_flaky() {
        fields.push(("flaky", json!(true)));
    }
    for attempt in &scenario.earlier {
        fields.push((
            "earlier_attempt",
            json!({
                "seed": attempt.seed,
                "verdict": attempt.verdict.as_str(),
                "findings": findings::to_json(&attempt.findings),
            }),
        ));
    }
    if !scenario.pending_snapshots.is_empty() {
        fields.push(("pending_snapshots", json!(scenario.pending_snapshots)));
    }
    if !scenario.lookups.is_empty() {
        let looked_up = |lookup: &Lookup| json!({"name": lookup.name, "at": human_duration(lookup.offset), "lines": lookup.lines});
        fields.push(("lookups", scenario.lookups.iter().map(looked_up).collect()));
    }
    // Without steps, nothing else tells what went wrong.
    if scenario.steps.is_empty() && !scenario.findings.is_empty() {
        fields.push(("findings", findings::to_json(&scenario.findings)));
    }
    fields
}

fn of_step(scenario: &ScenarioOutcome, step: &StepOutcome) -> Fields {
    let mut fields = Vec::new();
    if step.verdict != Verdict::NotRun {
        fields.push(("took", json!(human_duration(step.took))));
    }
    if let Some(latency) = step.latency() {
        let known = |duration: Option<std::time::Duration>| duration.map(human_duration);
        fields.push((
            "latency",
            json!({
                "event": known(latency.event),
                "notified": known(latency.notified),
                "message": human_duration(latency.message),
            }),
        ));
    }
    let findings = scenario.findings_of(step);
    if !findings.is_empty() {
        fields.push(("findings", findings::to_json(findings)));
    }
    fields
}

fn diagnostics(out: &mut String, indent: &str, fields: &[(&str, Value)]) {
    if fields.is_empty() {
        return;
    }
    let _ = writeln!(out, "{indent}  ---");
    for (name, value) in fields {
        let _ = writeln!(out, "{indent}  {name}: {value}");
    }
    let _ = writeln!(out, "{indent}  ...");
}

/// A description in one line, without what would begin a directive.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#").replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_scenario_is_a_point_and_its_steps_are_a_subtest() {
        let mut run = example::full_run();
        run.scenarios[0].name = "Rings # TODO \\ now".to_owned();
        let tap = render(&run);
        assert!(tap.starts_with("TAP version 14\n1..5\n# Subtest: scenarios/rings.yaml: Rings \\# TODO \\\\ now\n    1..2\n    ok 1 - stop web-1 (line 3)\n"), "{tap}");
        assert!(tap.contains("\nok 1 - scenarios/rings.yaml: Rings \\# TODO \\\\ now\n  ---\n"), "{tap}");
        assert!(tap.contains("\n    not ok 2 - expect ops within 2m (line 4)\n      ---\n"), "{tap}");
        assert!(tap.contains("\nok 5 - scenarios/last.yaml: Never begun # SKIP the run ended with"), "{tap}");
        assert!(!tap.contains("Bail out"), "{tap}");
        run.ended = Some(Ended::Interrupted);
        assert!(render(&run).ends_with("\nBail out! the run was interrupted\n"));
    }
}
