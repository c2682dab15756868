//! The view for programs: JSON lines, one event a line. [`json_schema`] says what each line is.

mod schema;

pub use schema::json_schema;

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    ChatMessage, Hop, Latencies, Latency, Lookup, Moment, Route, RunOutcome, ScenarioOutcome, Spread,
    StepOutcome, findings,
};

/// The version of the form: a change that breaks readers raises it.
pub const VERSION: u32 = 2;

/// The run as lines. Times are those of the scenarios' worlds, but for those that are called real.
#[must_use]
pub fn render(run: &RunOutcome) -> String {
    let mut lines = vec![json!({
        "event": "run_started",
        "version": VERSION,
        "backend": run.backend,
        "seed": run.seed,
        "scenarios": run.scenarios.len(),
        "real_begin": run.began.to_string(),
    })];
    for (place, scenario) in run.scenarios.iter().enumerate() {
        tell(scenario, place + 1, &mut lines);
    }
    let counts = run.counts();
    lines.push(json!({
        "event": "run_finished",
        "verdict": run.verdict().as_str(),
        "ended": run.ended.map(super::Ended::as_str),
        "real_time_ms": millis(run.real_time),
        "counts": {
            "total": counts.total(),
            "passed": counts.passed,
            "failed": counts.failed,
            "errored": counts.errored,
            "not_run": counts.not_run,
            "flaky": counts.flaky,
            "pending_snapshots": counts.pending_snapshots,
        },
        "latency": latencies(&run.latencies()),
        "findings": findings::to_json(&run.findings),
    }));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn tell(scenario: &ScenarioOutcome, number: usize, lines: &mut Vec<Value>) {
    lines.push(json!({
        "event": "scenario_started",
        "scenario": number,
        "name": scenario.name,
        "file": scenario.file,
        "stack": scenario.stack,
        "line": scenario.line,
        "tags": scenario.tags,
        "at": scenario.origin.to_string(),
        "real_begin": scenario.began.map(|began| began.to_string()),
    }));
    for (place, attempt) in scenario.earlier.iter().enumerate() {
        lines.push(json!({
            "event": "attempt",
            "scenario": number,
            "attempt": place + 1,
            "seed": attempt.seed,
            "verdict": attempt.verdict.as_str(),
            "virtual_time_ms": millis(attempt.virtual_time),
            "findings": findings::to_json(&attempt.findings),
        }));
    }
    lines.extend(scenario.timeline.iter().map(|moment| self::moment(scenario, moment, number)));
    lines.extend(scenario.routes.iter().map(|route| self::route(route, number)));
    for (place, step) in scenario.steps.iter().enumerate() {
        lines.push(self::step(scenario, step, number, place + 1));
    }
    let others: Vec<_> = scenario.other_findings().cloned().collect();
    lines.push(json!({
        "event": "scenario_finished",
        "scenario": number,
        "verdict": scenario.verdict.as_str(),
        "flaky": scenario.is_flaky(),
        "attempt": scenario.earlier.len() + 1,
        "seed": scenario.seed,
        "virtual_time_ms": millis(scenario.virtual_time),
        "real_time_ms": millis(scenario.real_time),
        "pending_snapshots": scenario.pending_snapshots,
        "lookups": scenario.lookups.iter().map(lookup).collect::<Vec<_>>(),
        "findings": findings::to_json(&others),
    }));
}

fn moment(scenario: &ScenarioOutcome, moment: &Moment, number: usize) -> Value {
    let at = scenario.origin.checked_add(moment.offset).unwrap_or(scenario.origin);
    json!({
        "event": "moment",
        "scenario": number,
        "at": at.to_string(),
        "offset_ms": millis(moment.offset),
        "kind": moment.kind.as_str(),
        "text": moment.text,
        "detail": moment.detail,
        "message": moment.message.as_deref().map(message),
    })
}

fn message(message: &ChatMessage) -> Value {
    let buttons: Vec<Value> =
        message.buttons.iter().map(|button| json!({"title": button.title, "url": button.url})).collect();
    json!({
        "msgtype": message.msgtype,
        "robot": message.robot,
        "contact": message.contact,
        "rule": message.rule,
        "title": message.title,
        "text": message.text,
        "buttons": buttons,
        "mentions": message.mentions,
        "refused": message.refused,
    })
}

fn route(route: &Route, number: usize) -> Value {
    let hop = |hop: &Hop| {
        json!({
            "kind": hop.kind.as_str(),
            "name": hop.name,
            "goes_on": hop.goes_on,
            "text": hop.text,
            "offset_ms": millis(hop.offset),
        })
    };
    json!({
        "event": "route",
        "scenario": number,
        "offset_ms": millis(route.offset),
        "of": route.event,
        "hops": route.hops.iter().map(hop).collect::<Vec<_>>(),
    })
}

fn step(scenario: &ScenarioOutcome, step: &StepOutcome, number: usize, place: usize) -> Value {
    json!({
        "event": "step",
        "scenario": number,
        "step": place,
        "text": step.text,
        "line": step.line,
        "cleanup": step.cleanup,
        "verdict": step.verdict.as_str(),
        "took_ms": millis(step.took),
        "evidence": step.evidence.map(super::Evidence::as_str),
        "unjudged": step.unjudged,
        "latency": step.latency().map(latency),
        "findings": findings::to_json(scenario.findings_of(step)),
    })
}

fn lookup(lookup: &Lookup) -> Value {
    json!({"name": lookup.name, "offset_ms": millis(lookup.offset), "lines": lookup.lines})
}

fn latency(latency: Latency) -> Value {
    json!({
        "event_ms": latency.event.map(millis),
        "notified_ms": latency.notified.map(millis),
        "message_ms": millis(latency.message),
    })
}

fn latencies(latencies: &Latencies) -> Value {
    let spread = |spread: Spread| {
        json!({
            "count": spread.count,
            "p50_ms": millis(spread.p50),
            "p95_ms": millis(spread.p95),
            "max_ms": millis(spread.max),
        })
    };
    json!({
        "event": latencies.event.map(spread),
        "notified": latencies.notified.map(spread),
        "message": latencies.message.map(spread),
    })
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn lines() -> Vec<Value> {
        render(&example::full_run()).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn each_line_is_an_event_and_the_last_sums_up() {
        let lines = lines();
        assert_eq!(lines[0]["event"], "run_started");
        let last = lines.last().unwrap();
        assert_eq!(last["verdict"], "errored");
        assert_eq!(last["ended"], "fail_fast");
        assert_eq!(last["counts"]["total"], 5);
        assert_eq!((&last["counts"]["flaky"], &last["counts"]["not_run"]), (&json!(1), &json!(1)));
        assert_eq!(last["latency"]["message"]["p95_ms"], 2000);
    }

    #[test]
    fn a_run_that_could_not_begin_has_an_end_all_the_same() {
        let text = render(&example::not_started());
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((lines.len(), &lines[0]["scenarios"]), (2, &json!(0)));
        assert_eq!((&lines[1]["verdict"], &lines[1]["ended"]), (&json!("errored"), &json!("not_started")));
        assert_eq!(lines[1]["findings"][0]["line"], 2);
    }

    #[test]
    fn a_failed_step_has_its_finding_with_its_place_and_a_message_is_whole() {
        let lines = lines();
        let step = lines.iter().find(|line| line["event"] == "step" && line["verdict"] == "failed").unwrap();
        assert_eq!(step["findings"][0]["file"], "scenarios/broken.yaml");
        assert_eq!(step["findings"][0]["line"], 4);
        let message = lines.iter().find(|line| line["message"].is_object()).unwrap();
        assert_eq!(message["message"]["text"], "### CloudMonitor\n**Instance:StateChange**");
        assert_eq!(message["at"], "2025-12-31T16:00:02Z");
        let attempt = lines.iter().find(|line| line["event"] == "attempt").unwrap();
        assert_eq!((&attempt["seed"], &attempt["scenario"]), (&json!(7), &json!(4)));
    }
}
