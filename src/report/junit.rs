//! The JUnit view.
//!
//! Its times are those of the scenarios' worlds, so that two runs of the same scenarios give the same
//! bytes, whatever the machine and the hour. It keeps to the schema of Jenkins (`junit-10.xsd`), which
//! has properties of suites only.

use std::time::Duration;

use indexmap::IndexMap;
use quick_junit::{
    FlakyOrRerun, NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestRerun, TestSuite,
};

use super::{Attempt, RunOutcome, ScenarioOutcome, StepOutcome, Verdict, terminal};
use crate::{
    clock::{Timestamp, human_duration},
    diagnostic::Diagnostic,
};

/// Width of the drawn findings in the report.
const WIDTH: usize = 110;

/// What a test case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    /// A suite for each file, a case for each scenario.
    Scenario,
    /// A suite for each scenario, a case for each step.
    Step,
}

/// The report as XML.
///
/// # Errors
/// What the XML writer says; it writes to memory, so none is expected.
pub fn render(run: &RunOutcome, granularity: Granularity) -> Result<String, quick_junit::SerializeError> {
    let mut report = Report::new("bellcheck");
    report.set_time(total(&run.scenarios.iter().collect::<Vec<_>>()));
    match granularity {
        Granularity::Scenario => report.add_test_suites(by_file(run)),
        Granularity::Step => {
            report.add_test_suites(run.scenarios.iter().map(|scenario| steps(run, scenario)))
        }
    };
    let xml = report.to_string()?;
    // The schema counts what was skipped in suites, and the writer at the root too.
    Ok(xml.replacen(&format!(r#" skipped="{}""#, report.skipped), "", 1))
}

fn total(scenarios: &[&ScenarioOutcome]) -> Duration {
    scenarios.iter().map(|scenario| scenario.virtual_time).sum()
}

fn suite(run: &RunOutcome, name: &str, scenarios: &[&ScenarioOutcome]) -> TestSuite {
    let mut suite = TestSuite::new(name);
    suite.set_time(total(scenarios));
    if let Some(first) = scenarios.first() {
        suite.extra.insert("timestamp".into(), timestamp(first.origin).into());
    }
    suite.add_property(Property::new("backend", run.backend.as_str()));
    suite.add_property(Property::new("seed", run.seed.to_string()));
    suite
}

fn by_file(run: &RunOutcome) -> Vec<TestSuite> {
    let mut files: IndexMap<&str, Vec<&ScenarioOutcome>> = IndexMap::new();
    for scenario in &run.scenarios {
        files.entry(scenario.file.as_str()).or_default().push(scenario);
    }
    let suites = files.into_iter().map(|(file, scenarios)| {
        let mut suite = suite(run, file, &scenarios);
        for scenario in &scenarios {
            let several = scenarios.len() > 1;
            let prefix = if several { format!("{}: ", scenario.name) } else { String::new() };
            for (name, value) in properties(run, scenario) {
                suite.add_property(Property::new(format!("{prefix}{name}"), value));
            }
        }
        suite.add_test_cases(scenarios.into_iter().map(|scenario| case(run, scenario)));
        suite
    });
    suites.collect()
}

fn case(run: &RunOutcome, scenario: &ScenarioOutcome) -> TestCase {
    let mut status = status(scenario.verdict, &scenario.findings);
    match &mut status {
        TestCaseStatus::Skipped { message, .. } => *message = run.ended.map(|ended| ended.to_string().into()),
        _ => {
            let kind = if scenario.is_flaky() { FlakyOrRerun::Flaky } else { FlakyOrRerun::Rerun };
            status.add_reruns(scenario.earlier.iter().map(rerun));
            if scenario.verdict != Verdict::Passed {
                status.set_rerun_kind(kind);
            }
        }
    }
    let mut case = TestCase::new(scenario.name.as_str(), status);
    case.set_classname(scenario.file.as_str());
    case.set_time(scenario.virtual_time);
    case.set_system_out(story(scenario));
    case
}

/// What happened, and what was looked up.
fn story(scenario: &ScenarioOutcome) -> String {
    terminal::timeline(scenario, true) + &terminal::lookups(scenario)
}

fn properties(run: &RunOutcome, scenario: &ScenarioOutcome) -> Vec<(&'static str, String)> {
    let mut out =
        vec![("virtual_time", human_duration(scenario.virtual_time)), ("line", scenario.line.to_string())];
    if let Some(evidence) = scenario.evidence() {
        out.push(("evidence", evidence.as_str().to_owned()));
    }
    if scenario.seed != run.seed {
        out.push(("seed_of_last_attempt", scenario.seed.to_string()));
    }
    if scenario.is_flaky() {
        out.push(("flaky", "true".to_owned()));
    }
    out.extend(scenario.tags.iter().map(|tag| ("tag", tag.clone())));
    out.extend(scenario.pending_snapshots.iter().map(|name| ("pending_snapshot", name.clone())));
    let measured = scenario.steps.iter().filter_map(|step| Some((step.line, step.latency()?)));
    out.extend(measured.map(|(line, latency)| {
        ("message_latency", format!("line {line}: {}", human_duration(latency.message)))
    }));
    out
}

fn steps(run: &RunOutcome, scenario: &ScenarioOutcome) -> TestSuite {
    let mut suite = suite(run, &format!("{}: {}", scenario.file, scenario.name), &[scenario]);
    for (name, value) in properties(run, scenario) {
        suite.add_property(Property::new(name, value));
    }
    suite.set_system_out(story(scenario));
    for step in &scenario.steps {
        suite.add_test_case(step_case(scenario, step));
    }
    // What belongs to no step must not be lost; and a suite without a case looks like a passed one.
    let others: Vec<Diagnostic> = scenario.other_findings().cloned().collect();
    if !others.is_empty() || scenario.steps.is_empty() {
        let mut status = status(scenario.verdict, &others);
        if let TestCaseStatus::Skipped { message, .. } = &mut status {
            *message = run.ended.map(|ended| ended.to_string().into());
        }
        let mut case = TestCase::new("the scenario as a whole", status);
        case.set_classname(class(scenario));
        suite.add_test_case(case);
    }
    suite
}

fn step_case(scenario: &ScenarioOutcome, step: &StepOutcome) -> TestCase {
    let cleanup = if step.cleanup { "finally: " } else { "" };
    let name = format!("{cleanup}{} (line {})", step.text, step.line);
    let mut case = TestCase::new(name, status(step.verdict, scenario.findings_of(step)));
    case.set_classname(class(scenario));
    case.set_time(step.took);
    case
}

fn class(scenario: &ScenarioOutcome) -> String {
    format!("{}: {}", scenario.file, scenario.name)
}

fn status(verdict: Verdict, findings: &[Diagnostic]) -> TestCaseStatus {
    let kind = match verdict {
        Verdict::Passed => return TestCaseStatus::success(),
        Verdict::NotRun if findings.is_empty() => return TestCaseStatus::skipped(),
        Verdict::Failed => NonSuccessKind::Failure,
        Verdict::Errored | Verdict::NotRun => NonSuccessKind::Error,
    };
    let mut status = TestCaseStatus::non_success(kind);
    if let Some(first) = findings.first() {
        status.set_message(first.message.as_str());
        status.set_type(first.code);
    }
    status.set_description(drawn(findings));
    status
}

fn rerun(attempt: &Attempt) -> TestRerun {
    let kind = match attempt.verdict {
        Verdict::Failed => NonSuccessKind::Failure,
        _ => NonSuccessKind::Error,
    };
    let mut rerun = TestRerun::new(kind);
    if let Some(first) = attempt.findings.first() {
        rerun.set_message(first.message.as_str());
    }
    // The schema insists on a type.
    rerun.set_type(attempt.findings.first().map_or(attempt.verdict.as_str(), |first| first.code));
    rerun.set_description(format!("with seed {}:\n{}", attempt.seed, drawn(&attempt.findings)));
    rerun
}

fn drawn(findings: &[Diagnostic]) -> String {
    findings.iter().map(|finding| finding.render(false, WIDTH)).collect::<Vec<_>>().join("\n")
}

/// Without an offset, as the schemas of most readers want it: UTC.
fn timestamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn by_scenario(run: &RunOutcome) -> String {
        render(run, Granularity::Scenario).unwrap()
    }

    #[test]
    fn one_suite_for_each_file_with_counts_that_agree() {
        let xml = by_scenario(&example::run());
        assert!(
            xml.contains(
                r#"<testsuites name="bellcheck" tests="3" failures="1" errors="1" time="1860.000">"#
            ),
            "{xml}"
        );
        assert_eq!(xml.matches("<testsuite ").count(), 2, "{xml}");
        assert!(
            xml.contains(
                r#"<testsuite name="scenarios/broken.yaml" tests="2" skipped="0" errors="1" failures="1" time="1240.000" timestamp="2025-12-31T16:00:00">"#
            ),
            "{xml}"
        );
    }

    #[test]
    fn a_failure_carries_the_finding_under_its_line_and_markup_is_escaped() {
        let xml = by_scenario(&example::run());
        assert!(xml.contains("Broken &lt;&amp;&gt;"), "{xml}");
        assert!(xml.contains("scenarios/broken.yaml:4"), "{xml}");
        assert!(xml.contains("rule `r` is disabled"), "{xml}");
        assert!(xml.contains(r#"<property name="virtual_time" value="10m20s"/>"#), "{xml}");
        assert!(xml.contains(r#"<property name="message_latency" value="line 4: 2s"/>"#), "{xml}");
        assert!(!xml.contains('\u{1b}'), "{xml}");
    }

    #[test]
    fn attempts_that_did_not_pass_are_flaky_or_rerun_and_what_was_not_run_is_skipped() {
        let mut run = example::full_run();
        let xml = by_scenario(&run);
        assert_eq!((xml.matches("<flakyFailure ").count(), xml.matches("<rerunFailure ").count()), (1, 0));
        assert!(xml.contains(r#"<skipped message="the run ended with the first scenario"#), "{xml}");
        run.scenarios[1].earlier = run.scenarios[3].earlier.clone();
        let xml = by_scenario(&run);
        assert_eq!((xml.matches("<flakyFailure ").count(), xml.matches("<rerunFailure ").count()), (1, 1));
    }

    #[test]
    fn by_steps_each_step_is_a_case_and_no_finding_is_lost() {
        let mut run = example::full_run();
        run.scenarios[0].verdict = Verdict::Failed;
        run.scenarios[0].findings.push(Diagnostic::error("scenario::untaken", "one is left"));
        let xml = render(&run, Granularity::Step).unwrap();
        assert_eq!(xml.matches("<testsuite ").count(), 5, "{xml}");
        assert!(xml.contains(r#"<testcase name="expect ops within 2m (line 4)""#), "{xml}");
        assert!(xml.contains(r#"<testcase name="the scenario as a whole""#) && xml.contains("one is left"));
        assert!(xml.contains(r#"tests="10" failures="2" errors="1""#), "{xml}");
    }
}
