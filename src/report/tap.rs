//! The TAP 14 view: a test point for each scenario, with its steps as a subtest.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{Attempt, Lookup, RunOutcome, ScenarioOutcome, StepOutcome, Verdict, findings};
use crate::{clock::human_duration, diagnostic::Diagnostic};

/// The run as TAP. Diagnostics are YAML in the form of JSON, which every YAML reader reads.
#[must_use]
pub fn render(run: &RunOutcome) -> String {
    let count = run.scenarios.len() + usize::from(!run.findings.is_empty());
    let mut out = format!("TAP version 14\n1..{count}\n");
    for (place, scenario) in run.scenarios.iter().enumerate() {
        if !scenario.steps.is_empty() {
            subtest(&mut out, scenario);
        }
        let name = format!("{}: {}", scenario.file, scenario.name);
        let reason = run.headline().unwrap_or_default();
        point(&mut out, "", place + 1, &name, scenario.verdict, &reason);
        diagnostics(&mut out, "", &of_scenario(run, scenario));
    }
    if let Some(verdict) = run.own_verdict() {
        let headline = run.headline().unwrap_or_default();
        point(&mut out, "", count, "the run", verdict, &headline);
        let findings = findings::to_json(&run.findings);
        diagnostics(&mut out, "", &Fields::from_iter([("findings".to_owned(), findings)]));
    }
    if run.headline_verdict() >= Some(Verdict::Failed) {
        let _ = writeln!(out, "Bail out! {}", escape(&run.headline().unwrap_or_default()));
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
        let findings = findings::to_json(&others);
        diagnostics(out, "    ", &Fields::from_iter([("findings".to_owned(), findings)]));
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

/// A mapping, in which no key can be twice.
type Fields = Map<String, Value>;

fn of_scenario(run: &RunOutcome, scenario: &ScenarioOutcome) -> Fields {
    let mut fields = Fields::new();
    let mut add = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    add("verdict", json!(scenario.verdict.as_str()));
    add("seed", json!(scenario.seed));
    if scenario.verdict == Verdict::NotRun {
        return fields;
    }
    add("backend", json!(run.backend));
    if run.is_virtual() {
        add("virtual_time", json!(human_duration(scenario.virtual_time)));
    }
    if !scenario.tags.is_empty() {
        add("tags", json!(scenario.tags));
    }
    if scenario.is_flaky() {
        add("flaky", json!(true));
    }
    if !scenario.earlier.is_empty() {
        let attempt = |attempt: &Attempt| {
            json!({
                "seed": attempt.seed,
                "verdict": attempt.verdict.as_str(),
                "findings": findings::to_json(&attempt.findings),
            })
        };
        add("earlier_attempts", scenario.earlier.iter().map(attempt).collect());
    }
    if !scenario.pending_snapshots.is_empty() {
        add("pending_snapshots", json!(scenario.pending_snapshots));
    }
    if !scenario.lookups.is_empty() {
        let looked_up = |lookup: &Lookup| json!({"name": lookup.name, "at": human_duration(lookup.offset), "lines": lookup.lines});
        add("lookups", scenario.lookups.iter().map(looked_up).collect());
    }
    // Without steps, nothing else tells what went wrong.
    if scenario.steps.is_empty() && !scenario.findings.is_empty() {
        add("findings", findings::to_json(&scenario.findings));
    }
    fields
}

fn of_step(scenario: &ScenarioOutcome, step: &StepOutcome) -> Fields {
    let mut fields = Fields::new();
    if step.verdict != Verdict::NotRun {
        fields.insert("took".to_owned(), json!(human_duration(step.took)));
    }
    if let Some(latency) = step.latency() {
        let known = |duration: Option<std::time::Duration>| duration.map(human_duration);
        fields.insert(
            "latency".to_owned(),
            json!({
                "event": known(latency.event),
                "notified": known(latency.notified),
                "message": human_duration(latency.message),
            }),
        );
    }
    let findings = scenario.findings_of(step);
    if !findings.is_empty() {
        fields.insert("findings".to_owned(), findings::to_json(findings));
    }
    fields
}

fn diagnostics(out: &mut String, indent: &str, fields: &Fields) {
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
    }

    #[test]
    fn a_run_that_could_not_begin_bails_out() {
        let tap = render(&example::not_started());
        assert!(tap.starts_with("TAP version 14\n1..1\nnot ok 1 - the run\n  ---\n  findings: [{"), "{tap}");
        assert!(tap.ends_with("\n  ...\nBail out! the run could not begin: unknown key `step`\n"), "{tap}");
        let mut run = example::not_started();
        run.ended = Some(super::super::Ended::NothingChosen);
        run.findings = vec![Diagnostic::warning("test::nothing", "0 of 3 scenarios")];
        let tap = render(&run);
        assert!(
            tap.contains("\nok 1 - the run # SKIP 0 of 3 scenarios\n") && !tap.contains("Bail out"),
            "{tap}"
        );
    }

    #[test]
    fn no_key_is_there_twice() {
        let mut run = example::full_run();
        let attempt = run.scenarios[3].earlier[0].clone();
        run.scenarios[3].earlier.push(attempt);
        let tap = render(&run);
        assert_eq!(tap.matches("earlier_attempts: [{").count(), 1, "{tap}");
    }
}
