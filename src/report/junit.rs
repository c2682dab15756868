//! The JUnit view.
//!
//! Its times are the machine's, as its readers take them; those of the scenarios' worlds are properties. It
//! keeps to the schema of Jenkins (`junit-10.xsd`), which has properties of suites only. No two properties of
//! a report have one name: some readers take those of all suites for one mapping.

use std::collections::HashSet;

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
    report.set_time(run.real_time);
    let mut properties = Properties::default();
    let suites = usize::from(run.own_verdict().is_some())
        + match granularity {
            Granularity::Scenario => files(run).len(),
            Granularity::Step => run.scenarios.len(),
        };
    properties.are_prefixed = suites > 1;
    report.add_test_suites(whole(run, &mut properties));
    match granularity {
        Granularity::Scenario => report.add_test_suites(by_file(run, &mut properties)),
        Granularity::Step => {
            report.add_test_suites(run.scenarios.iter().map(|scenario| steps(run, scenario, &mut properties)))
        }
    };
    let xml = report.to_string()?;
    // The schema counts what was skipped in suites, and the writer at the root too.
    Ok(xml.replacen(&format!(r#" skipped="{}""#, report.skipped), "", 1))
}

/// What is to be said of the run itself, as a case of a suite of its own.
fn whole(run: &RunOutcome, properties: &mut Properties) -> Option<TestSuite> {
    let verdict = run.own_verdict()?;
    let mut status = match verdict {
        Verdict::NotRun => TestCaseStatus::skipped(),
        _ => status(verdict, &run.findings),
    };
    if let Some(headline) = run.headline() {
        status.set_message(headline);
    }
    let mut case = TestCase::new("the run", status);
    case.set_classname("bellcheck");
    case.set_time(run.real_time);
    let mut suite = suite(run, "bellcheck", &[]);
    properties.of_run(&mut suite, run);
    suite.add_test_case(case);
    Some(suite)
}

fn suite(run: &RunOutcome, name: &str, scenarios: &[&ScenarioOutcome]) -> TestSuite {
    let mut suite = TestSuite::new(name);
    suite.set_time(scenarios.iter().map(|scenario| scenario.real_time).sum());
    let began = scenarios.iter().filter_map(|scenario| scenario.began).min();
    suite.extra.insert("timestamp".into(), timestamp(began.unwrap_or(run.began)).into());
    suite
}

/// The properties of a report, each of a name of its own.
#[derive(Default)]
struct Properties {
    taken: HashSet<String>,
    /// Whether names say which suite they are of, since there are several.
    are_prefixed: bool,
}

impl Properties {
    /// What a run is, once: in its first suite.
    fn of_run(&mut self, suite: &mut TestSuite, run: &RunOutcome) {
        if self.taken.is_empty() {
            suite.add_property(self.property("backend", run.backend.clone()));
            suite.add_property(self.property("seed", run.seed.to_string()));
        }
    }

    fn of_scenario(
        &mut self,
        suite: &mut TestSuite,
        run: &RunOutcome,
        scenario: &ScenarioOutcome,
        is_alone: bool,
    ) {
        self.of_run(suite, run);
        let mut prefix = if self.are_prefixed { format!("{}: ", suite.name.as_str()) } else { String::new() };
        if !is_alone {
            prefix.push_str(&format!("{}: ", scenario.name));
        }
        for (name, value) in properties(run, scenario) {
            suite.add_property(self.property(&format!("{prefix}{name}"), value));
        }
    }

    /// A property; where its name is taken it gets a number.
    fn property(&mut self, name: &str, value: String) -> Property {
        let mut free = name.to_owned();
        let mut number = 1;
        while !self.taken.insert(free.clone()) {
            number += 1;
            free = format!("{name} ({number})");
        }
        Property::new(free, value)
    }
}

/// The scenarios by their files.
fn files(run: &RunOutcome) -> IndexMap<&str, Vec<&ScenarioOutcome>> {
    let mut files: IndexMap<&str, Vec<&ScenarioOutcome>> = IndexMap::new();
    for scenario in &run.scenarios {
        files.entry(scenario.file.as_str()).or_default().push(scenario);
    }
    files
}

fn by_file(run: &RunOutcome, properties: &mut Properties) -> Vec<TestSuite> {
    let suites = files(run).into_iter().map(|(file, scenarios)| {
        let mut suite = suite(run, file, &scenarios);
        for scenario in &scenarios {
            properties.of_scenario(&mut suite, run, scenario, scenarios.len() == 1);
        }
        suite.add_test_cases(scenarios.into_iter().map(|scenario| case(run, scenario)));
        suite
    });
    suites.collect()
}

fn case(run: &RunOutcome, scenario: &ScenarioOutcome) -> TestCase {
    let mut status = status(scenario.verdict, &scenario.findings);
    match &mut status {
        TestCaseStatus::Skipped { message, .. } => *message = run.headline().map(Into::into),
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
    case.set_time(scenario.real_time);
    case.set_system_out(story(scenario));
    case
}

/// What happened, and what was looked up.
fn story(scenario: &ScenarioOutcome) -> String {
    terminal::timeline(scenario, true) + &terminal::lookups(scenario)
}

fn properties(run: &RunOutcome, scenario: &ScenarioOutcome) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut add = |name: &str, value: String| out.push((name.to_owned(), value));
    if run.is_virtual() {
        add("virtual_time", human_duration(scenario.virtual_time));
        add("virtual_begin", timestamp(scenario.origin));
    }
    add("line", scenario.line.to_string());
    if let Some(evidence) = scenario.evidence() {
        add("evidence", evidence.as_str().to_owned());
    }
    if scenario.unjudged() > 0 {
        add("unjudged_matchers", scenario.unjudged().to_string());
    }
    if scenario.seed != run.seed {
        add("seed_of_last_attempt", scenario.seed.to_string());
    }
    if scenario.is_flaky() {
        add("flaky", "true".to_owned());
    }
    if !scenario.tags.is_empty() {
        add("tags", scenario.tags.join(", "));
    }
    if !scenario.pending_snapshots.is_empty() {
        add("pending_snapshots", scenario.pending_snapshots.join(", "));
    }
    for step in &scenario.steps {
        if let Some(latency) = step.latency() {
            add(&format!("message_latency_line_{}", step.line), human_duration(latency.message));
        }
    }
    out
}

fn steps(run: &RunOutcome, scenario: &ScenarioOutcome, properties: &mut Properties) -> TestSuite {
    let mut suite = suite(run, &format!("{}: {}", scenario.file, scenario.name), &[scenario]);
    properties.of_scenario(&mut suite, run, scenario, true);
    suite.set_system_out(story(scenario));
    for step in &scenario.steps {
        suite.add_test_case(step_case(scenario, step));
    }
    // What belongs to no step must not be lost; and a suite without a case looks like a passed one.
    let others: Vec<Diagnostic> = scenario.other_findings().cloned().collect();
    if !others.is_empty() || scenario.steps.is_empty() {
        let mut status = status(scenario.verdict, &others);
        if let TestCaseStatus::Skipped { message, .. } = &mut status {
            *message = run.headline().map(Into::into);
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
    case.set_time(step.real_time);
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
            xml.contains(r#"<testsuites name="bellcheck" tests="3" failures="1" errors="1" time="0.015">"#),
            "{xml}"
        );
        assert_eq!(xml.matches("<testsuite ").count(), 2, "{xml}");
        assert!(
            xml.contains(
                r#"<testsuite name="scenarios/broken.yaml" tests="2" skipped="0" errors="1" failures="1" time="0.010" timestamp="2026-09-21T14:13:20">"#
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
        assert!(
            xml.contains(r#"<property name="scenarios/rings.yaml: virtual_time" value="10m20s"/>"#),
            "{xml}"
        );
        assert!(
            xml.contains(r#"<property name="scenarios/rings.yaml: message_latency_line_4" value="2s"/>"#),
            "{xml}"
        );
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
    fn no_property_is_there_twice() {
        let mut run = example::full_run();
        // Two of one name in one file, with two latencies in one line.
        let latencies = run.scenarios[0].steps[1].latencies.clone();
        run.scenarios[0].steps[0].line = run.scenarios[0].steps[1].line;
        run.scenarios[0].steps[0].latencies = latencies;
        run.scenarios[0].tags = vec!["a".to_owned(), "b".to_owned()];
        run.scenarios.insert(1, run.scenarios[0].clone());
        for granularity in [Granularity::Scenario, Granularity::Step] {
            let xml = render(&run, granularity).unwrap();
            let names = xml.split("<property name=\"").skip(1);
            let mut names: Vec<&str> = names.map(|rest| rest.split('"').next().unwrap()).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{xml}");
            assert!(xml.contains(r#"value="a, b""#) && xml.contains("message_latency_line_4 (2)"), "{xml}");
        }
    }

    #[test]
    fn a_run_that_could_not_begin_is_an_error() {
        for granularity in [Granularity::Scenario, Granularity::Step] {
            let xml = render(&example::not_started(), granularity).unwrap();
            assert!(xml.contains(r#"tests="1" failures="0" errors="1""#), "{xml}");
            assert!(xml.contains(r#"<error message="the run could not begin: unknown key `step`" type="scenario::unknown-key">"#), "{xml}");
            assert!(xml.contains("scenarios/broken.yaml:2:1") && xml.contains("write `steps`"), "{xml}");
        }
        let mut run = example::not_started();
        run.ended = Some(super::super::Ended::NothingChosen);
        run.findings = vec![Diagnostic::warning("test::nothing", "0 of 3 scenarios")];
        let xml = by_scenario(&run);
        assert!(
            xml.contains(r#"<skipped message="0 of 3 scenarios"#) && xml.contains(r#"errors="0""#),
            "{xml}"
        );
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
