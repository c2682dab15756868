//! The JUnit view: a suite for each file, a case for each scenario.
//!
//! Nothing in it depends on the machine or the hour, so that two runs of the same scenarios give the
//! same bytes; the virtual time is a property, since `time` means seconds of real time to readers.

use indexmap::IndexMap;
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::{RunOutcome, ScenarioOutcome, Verdict, terminal};
use crate::clock::human_duration;

/// Width of the drawn findings in the report.
const WIDTH: usize = 110;

/// The report as XML.
///
/// # Errors
/// What the XML writer says; it writes to memory, so none is expected.
pub fn render(run: &RunOutcome) -> Result<String, quick_junit::SerializeError> {
    let mut report = Report::new("bellcheck");
    let mut suites: IndexMap<&str, TestSuite> = IndexMap::new();
    for scenario in &run.scenarios {
        let suite = suites.entry(scenario.file.as_str()).or_insert_with(|| {
            let mut suite = TestSuite::new(scenario.file.as_str());
            suite.add_property(Property::new("backend", run.backend.as_str()));
            suite.add_property(Property::new("seed", run.seed.to_string()));
            suite
        });
        suite.add_test_case(case(scenario));
    }
    report.add_test_suites(suites.into_values());
    report.to_string()
}

fn case(scenario: &ScenarioOutcome) -> TestCase {
    let status = match scenario.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Failed => finding_status(scenario, NonSuccessKind::Failure),
        Verdict::Errored | Verdict::NotRun => finding_status(scenario, NonSuccessKind::Error),
    };
    let mut case = TestCase::new(scenario.name.as_str(), status);
    case.set_classname(scenario.file.as_str());
    case.set_assertions(scenario.steps.iter().filter(|step| !step.cleanup).count());
    case.add_property(Property::new("virtual_time", human_duration(scenario.virtual_time)));
    for tag in &scenario.tags {
        case.add_property(Property::new("tag", tag.as_str()));
    }
    for snapshot in &scenario.pending_snapshots {
        case.add_property(Property::new("pending_snapshot", snapshot.as_str()));
    }
    case.set_system_out(terminal::timeline(scenario, true));
    case
}

fn finding_status(scenario: &ScenarioOutcome, kind: NonSuccessKind) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    if let Some(first) = scenario.findings.first() {
        status.set_message(first.message.as_str());
        status.set_type(first.code);
    }
    let drawn: Vec<String> = scenario.findings.iter().map(|finding| finding.render(false, WIDTH)).collect();
    status.set_description(drawn.join("\n"));
    status
}

#[cfg(test)]
mod tests {
    use super::super::outcome::example;
    use super::*;

    #[test]
    fn one_suite_for_each_file_with_counts_that_agree() {
        let xml = render(&example::run()).unwrap();
        assert!(
            xml.contains(r#"<testsuites name="bellcheck" tests="3" skipped="0" failures="1" errors="1">"#),
            "{xml}"
        );
        assert_eq!(xml.matches("<testsuite ").count(), 2, "{xml}");
        assert!(
            xml.contains(
                r#"<testsuite name="scenarios/broken.yaml" tests="2" skipped="0" errors="1" failures="1">"#
            ),
            "{xml}"
        );
    }

    #[test]
    fn a_failure_carries_the_finding_under_its_line_and_markup_is_escaped() {
        let xml = render(&example::run()).unwrap();
        assert!(xml.contains("Broken &lt;&amp;&gt;"), "{xml}");
        assert!(xml.contains("scenarios/broken.yaml:4"), "{xml}");
        assert!(xml.contains("rule `r` is disabled"), "{xml}");
        assert!(xml.contains(r#"<property name="virtual_time" value="10m20s"/>"#), "{xml}");
        assert!(!xml.contains('\u{1b}'), "{xml}");
    }

    #[test]
    fn the_same_run_gives_the_same_bytes() {
        assert_eq!(render(&example::run()).unwrap(), render(&example::run()).unwrap());
        assert!(!render(&example::run()).unwrap().contains("timestamp"));
    }
}
