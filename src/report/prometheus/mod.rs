//! The view for Prometheus: the text format, as node_exporter's textfile collector takes it.
//!
//! A missing drill raises an alarm by its last success, which a run that fails must not lose: it is read
//! from the file of the run before. So are the scenarios of a run that ended before it knew its own.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Ended, RunOutcome, ScenarioOutcome, Verdict, percentile};
use crate::clock::Timestamp;

mod earlier;
mod label;

pub use earlier::{BadMetrics, Earlier};
pub use label::{BadLabel, Label};

const LAST_RUN: &str = "bellcheck_last_run_timestamp_seconds";
const LAST_SUCCESS: &str = "bellcheck_last_success_timestamp_seconds";
const VERDICT: &str = "bellcheck_verdict";
const LATENCY_P50: &str = "bellcheck_message_latency_p50_seconds";
const LATENCY_MAX: &str = "bellcheck_message_latency_max_seconds";
const DURATION: &str = "bellcheck_duration_seconds";
const REAL_DURATION: &str = "bellcheck_real_duration_seconds";
const RUN: &str = "bellcheck_run_timestamp_seconds";
const RUN_VERDICT: &str = "bellcheck_run_verdict";
const RUN_SCENARIOS: &str = "bellcheck_run_scenarios";

/// What each metric means, in the order of the file.
const HELP: [(&str, &str); 10] = [
    (
        RUN,
        "When this file was written: at the end of the last run, or at the beginning of one that has not ended.",
    ),
    (RUN_VERDICT, "What the last run as a whole came to: 1 for the verdict that it has, 0 for the others."),
    (RUN_SCENARIOS, "How many scenarios the last run was to run."),
    (LAST_RUN, "When the scenario was run last, or was to be run by a run that could not begin."),
    (LAST_SUCCESS, "When the scenario passed last; not there until it passes."),
    (VERDICT, "What the last run of the scenario came to: 1 for the verdict that it has, 0 for the others."),
    (
        LATENCY_P50,
        "How long half of the messages took at most from the act that caused them, in the scenario's time.",
    ),
    (LATENCY_MAX, "How long the slowest message took from the act that caused it, in the scenario's time."),
    (DURATION, "How long the steps took, in the scenario's time."),
    (REAL_DURATION, "How long the scenario took with all its attempts, by the machine's clock."),
];

/// What a scenario, or a run, can have come to. The last one is no verdict: its end is not written.
const STATES: [&str; 5] = ["passed", "failed", "errored", "not_run", UNFINISHED];
const UNFINISHED: &str = "unfinished";

/// The labels that tell scenarios apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    scenario: String,
    file: String,
    stack: String,
    backend: String,
}

/// The samples of a file, by their metrics.
struct File<'a> {
    samples: BTreeMap<&'static str, Vec<String>>,
    added: &'a [Label],
}

/// The run, which ended at `now`, as metrics; what it cannot know comes from the file of `earlier`. Each
/// sample has the labels of `added` too.
#[must_use]
pub fn render(run: &RunOutcome, now: Timestamp, earlier: &Earlier, added: &[Label]) -> String {
    let mut file = File { samples: BTreeMap::new(), added };
    let mut known = BTreeMap::new();
    for scenario in &run.scenarios {
        let identity = identity(run, scenario, &mut known);
        of_scenario(&mut file, run, scenario, &identity, now, earlier);
    }
    // A run that does not know its scenarios speaks for those that were here before: what they came to then
    // is no answer any more.
    if run.scenarios.is_empty() && run.own_verdict() == Some(Verdict::Errored) {
        for (identity, project) in earlier.scenarios(&run.backend) {
            let labels = identity.labels(project);
            file.add(LAST_RUN, &labels, now.as_second());
            if let Some(success) = earlier.get(LAST_SUCCESS, identity) {
                file.add(LAST_SUCCESS, &labels, success);
            }
            file.add_state(VERDICT, &labels, state(run, Verdict::Errored));
        }
    }
    let project = run.scenarios.first().map(|scenario| scenario.project.as_str());
    let project = project.or_else(|| earlier.scenarios(&run.backend).next().map(|(_, project)| project));
    let labels = [("backend", run.backend.as_str()), ("project", project.unwrap_or(&run.project))];
    file.add(RUN, &labels, now.as_second());
    file.add_state(RUN_VERDICT, &labels, state(run, run.verdict()));
    file.add(RUN_SCENARIOS, &labels, run.scenarios.len());
    file.text()
}

/// The state of a run, or of a scenario that it could not judge.
fn state(run: &RunOutcome, verdict: Verdict) -> &'static str {
    if run.ended == Some(Ended::Unfinished) { UNFINISHED } else { verdict.as_str() }
}

impl File<'_> {
    fn add(&mut self, name: &'static str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let is_added = |name: &str| self.added.iter().any(|label| label.name == name);
        let says = |name: &str, value: &str| !value.is_empty() || !["project", "stack"].contains(&name);
        let own = labels.iter().copied().filter(|(name, value)| says(name, value) && !is_added(name));
        let added = self.added.iter().map(|label| (label.name.as_str(), label.value.as_str()));
        let labels: Vec<String> =
            own.chain(added).map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
        let line = format!("{name}{{{}}} {value}\n", labels.join(","));
        self.samples.entry(name).or_default().push(line);
    }

    fn add_state(&mut self, name: &'static str, labels: &[(&str, &str)], state: &str) {
        for known in STATES {
            let labels: Vec<_> = labels.iter().copied().chain([("verdict", known)]).collect();
            self.add(name, &labels, u8::from(known == state));
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        for (name, help) in HELP {
            let Some(lines) = self.samples.get(name) else { continue };
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge");
            out.extend(lines.iter().map(String::as_str));
        }
        out
    }
}

impl Identity {
    fn labels<'a>(&'a self, project: &'a str) -> [(&'a str, &'a str); 5] {
        let Self { scenario, file, stack, backend } = self;
        [("scenario", scenario), ("file", file), ("stack", stack), ("project", project), ("backend", backend)]
    }
}

fn of_scenario(
    file: &mut File<'_>,
    run: &RunOutcome,
    scenario: &ScenarioOutcome,
    identity: &Identity,
    now: Timestamp,
    earlier: &Earlier,
) {
    let labels = identity.labels(&scenario.project);
    // What a run did not even begin with cannot be relied on.
    let has_begun = run.scenarios.iter().any(|scenario| scenario.began.is_some());
    let verdict = match (scenario.verdict, run.ended) {
        (Verdict::NotRun, Some(Ended::NotStarted | Ended::AccountDiffers)) => Verdict::Errored,
        (Verdict::NotRun, Some(Ended::Interrupted)) if !has_begun => Verdict::Errored,
        (verdict, _) => verdict,
    };
    let at = |is_now: bool, name| if is_now { Some(now.as_second()) } else { earlier.get(name, identity) };
    for (name, at) in [
        (LAST_RUN, at(verdict != Verdict::NotRun, LAST_RUN)),
        (LAST_SUCCESS, at(verdict == Verdict::Passed, LAST_SUCCESS)),
    ] {
        if let Some(at) = at {
            file.add(name, &labels, at);
        }
    }
    file.add_state(VERDICT, &labels, state(run, verdict));
    if scenario.began.is_none() {
        return;
    }
    let taken = scenario.steps.iter().flat_map(|step| &step.latencies);
    let messages: Vec<_> = taken.map(|latency| latency.message).collect();
    for (name, percent) in [(LATENCY_P50, 50), (LATENCY_MAX, 100)] {
        if let Some(latency) = percentile(&messages, percent) {
            file.add(name, &labels, latency.as_secs_f64());
        }
    }
    file.add(DURATION, &labels, scenario.virtual_time.as_secs_f64());
    let millis = u32::try_from(scenario.real_time.as_millis()).unwrap_or(u32::MAX);
    file.add(REAL_DURATION, &labels, f64::from(millis) / 1000.0);
}

/// The labels of a scenario. Two samples with the same labels would make the whole file worthless, so a
/// second scenario with the same name in the same file gets a number.
fn identity(run: &RunOutcome, scenario: &ScenarioOutcome, known: &mut BTreeMap<Identity, usize>) -> Identity {
    let own = Identity {
        scenario: scenario.name.clone(),
        file: scenario.file.clone(),
        stack: scenario.stack.clone(),
        backend: run.backend.clone(),
    };
    let count = known.entry(own.clone()).or_default();
    *count += 1;
    if *count == 1 { own } else { Identity { scenario: format!("{} #{count}", own.scenario), ..own } }
}

/// A label's value as the format wants it.
fn escape(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn lines<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
        text.lines().filter(|line| line.starts_with(start)).collect()
    }

    #[test]
    fn each_metric_is_explained_once_and_its_lines_stand_together() {
        let text = render(&example::run(), at(1000), &Earlier::default(), &[]);
        for (name, _) in HELP {
            assert_eq!(lines(&text, &format!("# TYPE {name} gauge")).len(), 1, "{text}");
            let places: Vec<usize> = text
                .lines()
                .enumerate()
                .filter(|(_, line)| line.starts_with(&format!("{name}{{")))
                .map(|(place, _)| place)
                .collect();
            let (first, last) = (places[0], places[places.len() - 1]);
            assert_eq!(last - first + 1, places.len(), "{name}: {text}");
        }
        assert!(text.ends_with('\n') && !text.contains("\n\n"));
    }

    #[test]
    fn a_run_that_fails_keeps_the_last_success() {
        let mut run = example::run();
        run.scenarios.iter_mut().for_each(|scenario| scenario.verdict = Verdict::Passed);
        let passed = render(&run, at(1000), &Earlier::default(), &[]);
        assert_eq!(lines(&passed, LAST_SUCCESS).len(), run.scenarios.len());
        for verdict in [Verdict::Failed, Verdict::Errored, Verdict::NotRun] {
            run.scenarios.iter_mut().for_each(|scenario| scenario.verdict = verdict);
            let after = render(&run, at(2000), &Earlier::read(&passed).unwrap(), &[]);
            assert_eq!(lines(&after, LAST_SUCCESS), lines(&passed, LAST_SUCCESS));
            let ran = if verdict == Verdict::NotRun { " 1000" } else { " 2000" };
            assert!(lines(&after, LAST_RUN).iter().all(|line| line.ends_with(ran)), "{after}");
            // And it is kept from run to run.
            let later = render(&run, at(3000), &Earlier::read(&after).unwrap(), &[]);
            assert_eq!(lines(&later, LAST_SUCCESS), lines(&passed, LAST_SUCCESS));
            // Without the file of before there is none.
            assert!(lines(&render(&run, at(2000), &Earlier::default(), &[]), LAST_SUCCESS).is_empty());
        }
        run.scenarios.iter_mut().for_each(|scenario| scenario.verdict = Verdict::Passed);
        let again = render(&run, at(4000), &Earlier::read(&passed).unwrap(), &[]);
        assert!(lines(&again, LAST_SUCCESS).iter().all(|line| line.ends_with(" 4000")));
        // Another backend's success is none of this one's.
        run.scenarios.iter_mut().for_each(|scenario| scenario.verdict = Verdict::Failed);
        run.backend = "live".to_owned();
        assert!(
            lines(&render(&run, at(5000), &Earlier::read(&passed).unwrap(), &[]), LAST_SUCCESS).is_empty()
        );
    }

    #[test]
    fn a_run_that_knows_no_scenario_takes_the_old_verdicts_away() {
        let mut run = example::run();
        run.scenarios.iter_mut().for_each(|scenario| scenario.verdict = Verdict::Passed);
        let passed = render(&run, at(1000), &Earlier::default(), &[]);
        for (ended, word) in [(Ended::NotStarted, "errored"), (Ended::Unfinished, "unfinished")] {
            let next = RunOutcome { ended: Some(ended), ..example::not_started() };
            let after = render(&next, at(2000), &Earlier::read(&passed).unwrap(), &[]);
            let sorted = |mut lines: Vec<&str>| {
                lines.sort_unstable();
                lines.join("\n")
            };
            assert_eq!(sorted(lines(&after, LAST_SUCCESS)), sorted(lines(&passed, LAST_SUCCESS)));
            let is = |line: &&&str| line.ends_with(" 1");
            for (name, count) in [("bellcheck_verdict", run.scenarios.len()), (RUN_VERDICT, 1)] {
                let all = lines(&after, &format!("{name}{{"));
                let ones: Vec<&&str> = all.iter().filter(is).collect();
                let word = format!("verdict=\"{word}\"");
                assert!(ones.len() == count && ones.iter().all(|line| line.contains(&word)), "{after}");
            }
            assert!(lines(&after, LAST_RUN).iter().all(|line| line.ends_with(" 2000")), "{after}");
            // The run after it has its own scenarios again.
            let again = render(&run, at(3000), &Earlier::read(&after).unwrap(), &[]);
            assert_eq!(again.lines().count(), passed.lines().count());
            // Another backend's scenarios are left out.
            let live = RunOutcome { backend: "live".to_owned(), ..next };
            assert!(
                lines(&render(&live, at(2000), &Earlier::read(&passed).unwrap(), &[]), LAST_RUN).is_empty()
            );
        }
        // An empty part is no fault, and says so.
        let mut empty = example::not_started();
        (empty.ended, empty.findings) = (
            Some(Ended::NothingChosen),
            vec![crate::diagnostic::Diagnostic::warning("test::nothing", "0 of 3")],
        );
        let text = render(&empty, at(2000), &Earlier::read(&passed).unwrap(), &[]);
        assert!(lines(&text, VERDICT).is_empty(), "{text}");
        assert!(text.contains("verdict=\"not_run\"} 1\n") && text.contains("} 0\n"), "{text}");
    }

    #[test]
    fn labels_are_added_to_all_and_change_no_identity() {
        let mut run = example::run();
        run.scenarios.truncate(1);
        let labels: Vec<Label> =
            ["team=a\\b\"c", "project=shop"].iter().map(|text| text.parse().unwrap()).collect();
        let text = render(&run, at(1000), &Earlier::default(), &labels);
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            assert!(line.contains(r#"team="a\\b\"c","#) && line.contains("project=\"shop\""), "{line}");
            assert!(!line.contains("/work/shop"), "{line}");
        }
        run.scenarios[0].verdict = Verdict::Failed;
        let after = render(&run, at(2000), &Earlier::read(&text).unwrap(), &[]);
        assert!(lines(&after, LAST_SUCCESS)[0].ends_with("} 1000"), "{after}");
    }

    #[test]
    fn names_of_any_kind_come_back_from_the_file() {
        let mut run = example::run();
        run.scenarios.truncate(1);
        run.scenarios[0].name = "a\\b \"c\"\nd{e}=f,#é ".to_owned();
        run.scenarios[0].verdict = Verdict::Passed;
        let text = render(&run, at(1000), &Earlier::default(), &[]);
        assert!(text.contains(r#"scenario="a\\b \"c\"\nd{e}=f,#é ",file="#), "{text}");
        run.scenarios[0].verdict = Verdict::Failed;
        let after = render(&run, at(2000), &Earlier::read(&text).unwrap(), &[]);
        assert_eq!(lines(&after, LAST_SUCCESS), lines(&text, LAST_SUCCESS));
    }

    #[test]
    fn two_scenarios_of_one_name_have_labels_of_their_own() {
        let mut run = example::run();
        run.scenarios.truncate(1);
        run.scenarios.push(run.scenarios[0].clone());
        let text = render(&run, at(1000), &Earlier::default(), &[]);
        let found = lines(&text, LAST_RUN);
        assert_eq!(found.len(), 2);
        assert!(found[1].contains(" #2\","), "{text}");
    }
}
