//! The view for Prometheus: the text format, as node_exporter's textfile collector takes it.
//!
//! A missing drill raises an alarm by its last success, which a run that fails must not lose: it is read
//! from the file of the run before.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{RunOutcome, ScenarioOutcome, Verdict, percentile};
use crate::clock::Timestamp;

mod earlier;

pub use earlier::{BadMetrics, Earlier};

const LAST_RUN: &str = "bellcheck_last_run_timestamp_seconds";
const LAST_SUCCESS: &str = "bellcheck_last_success_timestamp_seconds";
const VERDICT: &str = "bellcheck_verdict";
const LATENCY: &str = "bellcheck_message_latency_seconds";
const DURATION: &str = "bellcheck_duration_seconds";

/// What each metric means, in the order of the file.
const HELP: [(&str, &str); 5] = [
    (LAST_RUN, "When the scenario was run last."),
    (LAST_SUCCESS, "When the scenario passed last; not there until it passes."),
    (VERDICT, "What the last run came to: 1 for the verdict that it has, 0 for the others."),
    (LATENCY, "How long messages took from the act that caused them, in the scenario's time."),
    (DURATION, "How long the steps took, in the scenario's time."),
];

const VERDICTS: [Verdict; 4] = [Verdict::Passed, Verdict::Failed, Verdict::Errored, Verdict::NotRun];

/// The labels that tell scenarios apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    scenario: String,
    file: String,
    backend: String,
}

/// The run, which ended at `now`, as metrics; what it cannot know comes from the file of `earlier`.
#[must_use]
pub fn render(run: &RunOutcome, now: Timestamp, earlier: &Earlier) -> String {
    let mut samples: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut known = BTreeMap::new();
    for scenario in &run.scenarios {
        let identity = identity(run, scenario, &mut known);
        for (name, label, value) in of_scenario(scenario, &identity, now, earlier) {
            samples.entry(name).or_default().push(sample(name, &identity, label, &value));
        }
    }
    let mut out = String::new();
    for (name, help) in HELP {
        let Some(lines) = samples.get(name) else { continue };
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge");
        out.extend(lines.iter().map(String::as_str));
    }
    out
}

type Sample = (&'static str, Option<(&'static str, &'static str)>, String);

fn of_scenario(
    scenario: &ScenarioOutcome,
    identity: &Identity,
    now: Timestamp,
    earlier: &Earlier,
) -> Vec<Sample> {
    let was_run = scenario.verdict != Verdict::NotRun;
    let at = |is_now: bool, name| if is_now { Some(now.as_second()) } else { earlier.get(name, identity) };
    let times = [
        (LAST_RUN, at(was_run, LAST_RUN)),
        (LAST_SUCCESS, at(scenario.verdict == Verdict::Passed, LAST_SUCCESS)),
    ];
    let mut out: Vec<Sample> =
        times.into_iter().filter_map(|(name, at)| Some((name, None, at?.to_string()))).collect();
    for verdict in VERDICTS {
        let value = u8::from(verdict == scenario.verdict).to_string();
        out.push((VERDICT, Some(("verdict", verdict.as_str())), value));
    }
    if was_run {
        let taken = scenario.steps.iter().flat_map(|step| &step.latencies);
        let messages: Vec<_> = taken.map(|latency| latency.message).collect();
        for (quantile, percent) in [("0.5", 50), ("1", 100)] {
            if let Some(latency) = percentile(&messages, percent) {
                out.push((LATENCY, Some(("quantile", quantile)), latency.as_secs_f64().to_string()));
            }
        }
        out.push((DURATION, None, scenario.virtual_time.as_secs_f64().to_string()));
    }
    out
}

/// The labels of a scenario. Two samples with the same labels would make the whole file worthless, so a
/// second scenario with the same name in the same file gets a number.
fn identity(run: &RunOutcome, scenario: &ScenarioOutcome, known: &mut BTreeMap<Identity, usize>) -> Identity {
    let own = Identity {
        scenario: scenario.name.clone(),
        file: scenario.file.clone(),
        backend: run.backend.clone(),
    };
    let count = known.entry(own.clone()).or_default();
    *count += 1;
    if *count == 1 { own } else { Identity { scenario: format!("{} #{count}", own.scenario), ..own } }
}

fn sample(name: &str, identity: &Identity, label: Option<(&str, &str)>, value: &str) -> String {
    let Identity { scenario, file, backend } = identity;
    let labels = [("scenario", scenario.as_str()), ("file", file), ("backend", backend)];
    let labels: Vec<String> = labels
        .into_iter()
        .chain(label)
        .map(|(name, value)| format!("{name}=\"{}\"", escape(value)))
        .collect();
    format!("{name}{{{}}} {value}\n", labels.join(","))
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
        let text = render(&example::run(), at(1000), &Earlier::default());
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
        assert!(
            render(&RunOutcome { scenarios: Vec::new(), ..example::run() }, at(0), &Earlier::default())
                .is_empty()
        );
    }

    #[test]
    fn a_run_that_fails_keeps_the_last_success() {
        let mut run = example::run();
        run.scenarios.iter_mut().for_each(|scenario| scenario.verdict = Verdict::Passed);
        let passed = render(&run, at(1000), &Earlier::default());
        assert_eq!(lines(&passed, LAST_SUCCESS).len(), run.scenarios.len());
        for verdict in [Verdict::Failed, Verdict::Errored, Verdict::NotRun] {
            run.scenarios.iter_mut().for_each(|scenario| scenario.verdict = verdict);
            let after = render(&run, at(2000), &Earlier::read(&passed).unwrap());
            assert_eq!(lines(&after, LAST_SUCCESS), lines(&passed, LAST_SUCCESS));
            let ran = if verdict == Verdict::NotRun { " 1000" } else { " 2000" };
            assert!(lines(&after, LAST_RUN).iter().all(|line| line.ends_with(ran)), "{after}");
            // And it is kept from run to run.
            let later = render(&run, at(3000), &Earlier::read(&after).unwrap());
            assert_eq!(lines(&later, LAST_SUCCESS), lines(&passed, LAST_SUCCESS));
            // Without the file of before there is none.
            assert!(lines(&render(&run, at(2000), &Earlier::default()), LAST_SUCCESS).is_empty());
        }
        run.scenarios.iter_mut().for_each(|scenario| scenario.verdict = Verdict::Passed);
        let again = render(&run, at(4000), &Earlier::read(&passed).unwrap());
        assert!(lines(&again, LAST_SUCCESS).iter().all(|line| line.ends_with(" 4000")));
        // Another backend's success is none of this one's.
        run.scenarios.iter_mut().for_each(|scenario| scenario.verdict = Verdict::Failed);
        run.backend = "live".to_owned();
        assert!(lines(&render(&run, at(5000), &Earlier::read(&passed).unwrap()), LAST_SUCCESS).is_empty());
    }

    #[test]
    fn names_of_any_kind_come_back_from_the_file() {
        let mut run = example::run();
        run.scenarios.truncate(1);
        run.scenarios[0].name = "a\\b \"c\"\nd{e}=f,#é ".to_owned();
        run.scenarios[0].verdict = Verdict::Passed;
        let text = render(&run, at(1000), &Earlier::default());
        assert!(text.contains(r#"scenario="a\\b \"c\"\nd{e}=f,#é ",file="#), "{text}");
        run.scenarios[0].verdict = Verdict::Failed;
        let after = render(&run, at(2000), &Earlier::read(&text).unwrap());
        assert_eq!(lines(&after, LAST_SUCCESS), lines(&text, LAST_SUCCESS));
    }

    #[test]
    fn two_scenarios_of_one_name_have_labels_of_their_own() {
        let mut run = example::run();
        run.scenarios.truncate(1);
        run.scenarios.push(run.scenarios[0].clone());
        let text = render(&run, at(1000), &Earlier::default());
        let found = lines(&text, LAST_RUN);
        assert_eq!(found.len(), 2);
        assert!(found[1].contains(" #2\","), "{text}");
    }
}
