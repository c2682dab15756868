//! A run with one scenario of each verdict, for the tests of the views.

use std::time::Duration;

use super::{
    Attempt, ChatButton, ChatMessage, Ended, Hop, HopKind, Latency, Moment, MomentKind, Route, RunOutcome,
    ScenarioOutcome, StepOutcome, Verdict,
};
use crate::{
    clock::Timestamp,
    diagnostic::{Diagnostic, Source, Span},
};

fn moment(seconds: u64, kind: MomentKind, text: &str, detail: &[&str]) -> Moment {
    Moment {
        offset: Duration::from_secs(seconds),
        kind,
        text: text.to_owned(),
        detail: detail.iter().map(|line| (*line).to_owned()).collect(),
        message: None,
    }
}

fn scenario(name: &str, file: &str, verdict: Verdict) -> ScenarioOutcome {
    let step = |text: &str, line, verdict| StepOutcome {
        text: text.to_owned(),
        line,
        cleanup: false,
        verdict,
        took: Duration::from_secs(1),
        real_time: Duration::from_millis(2),
        findings: 0..0,
        evidence: None,
        unjudged: 0,
        latencies: Vec::new(),
    };
    ScenarioOutcome {
        name: name.to_owned(),
        file: file.to_owned(),
        typed: file.to_owned(),
        stack: "shop".to_owned(),
        project: "/work/shop".to_owned(),
        line: 1,
        tags: vec!["smoke".to_owned()],
        verdict,
        seed: 7,
        origin: Timestamp::from_second(1_767_196_800).unwrap(),
        steps: vec![step("stop web-1", 3, Verdict::Passed), step("expect ops within 2m", 4, verdict)],
        timeline: vec![
            moment(0, MomentKind::Act, "stop web-1", &[]),
            moment(0, MomentKind::State, "web-1: Running → Stopping", &[]),
            moment(1, MomentKind::Passed, "rule `other` did not match", &["level INFO is not in [WARN]"]),
        ],
        routes: Vec::new(),
        findings: Vec::new(),
        pending_snapshots: Vec::new(),
        lookups: Vec::new(),
        virtual_time: Duration::from_secs(620),
        earlier: Vec::new(),
        began: Some(began()),
        real_time: Duration::from_millis(5),
    }
}

/// When the machine began.
pub(super) fn began() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

/// A message in DingTalk's Markdown.
pub(super) fn message(title: &str, text: &str) -> ChatMessage {
    ChatMessage {
        msgtype: "markdown".to_owned(),
        robot: "ops".to_owned(),
        contact: "duty-engineer".to_owned(),
        rule: "ecs-state-change".to_owned(),
        title: Some(title.to_owned()),
        text: text.to_owned(),
        buttons: vec![ChatButton { title: "Open".to_owned(), url: "https://example.com/a".to_owned() }],
        mentions: vec!["@13800000000".to_owned()],
        refused: None,
    }
}

/// Passed, failed, errored.
pub(super) fn run() -> RunOutcome {
    let text = "name: Broken\nsteps:\n  - stop: web-1\n  - expect:\n      robot: ops\n";
    let source = Source::new("scenarios/broken.yaml", text);
    let span = Span { offset: text.find("expect").unwrap(), len: 6 };
    let mut passed = scenario("Rings", "scenarios/rings.yaml", Verdict::Passed);
    passed.timeline.push(Moment {
        message: Some(Box::new(message("CloudMonitor", "### CloudMonitor\n**Instance:StateChange**"))),
        ..moment(2, MomentKind::Message, "duty-engineer → ops: ok", &["CloudMonitor", "Instance:StateChange"])
    });
    passed.routes.push(Route {
        offset: Duration::from_secs(1),
        event: "Instance:StateChange (INFO, Stopping) of web-1".to_owned(),
        hops: vec![Hop {
            kind: HopKind::Rule,
            name: "ecs-state-change".to_owned(),
            goes_on: true,
            text: "matched".to_owned(),
            offset: Duration::from_secs(1),
        }],
    });
    passed.steps[1].latencies.push(Latency {
        event: Some(Duration::from_secs(1)),
        notified: Some(Duration::from_secs(1)),
        message: Duration::from_secs(2),
    });
    let mut failed = scenario("Broken <&>", "scenarios/broken.yaml", Verdict::Failed);
    failed.steps[1].findings = 0..1;
    failed.findings.push(
        Diagnostic::error("scenario::no-message", "no message reached robot `ops` within 2m")
            .at(&source, span, "rule `r` is disabled")
            .help("enable it"),
    );
    let mut errored = scenario("Refused", "scenarios/broken.yaml", Verdict::Errored);
    errored.steps[1].findings = 0..1;
    errored.findings.push(Diagnostic::error("scenario::refused", "StopInstance failed"));
    RunOutcome {
        project: String::new(),
        backend: "emulator".to_owned(),
        seed: 7,
        scenarios: vec![passed, failed, errored],
        ended: None,
        findings: Vec::new(),
        began: began(),
        real_time: Duration::from_millis(15),
    }
}

/// The same, with a flaky scenario and one that was not run.
pub(super) fn full_run() -> RunOutcome {
    let mut run = run();
    let failed = run.scenarios[1].clone();
    let mut flaky = scenario("Wobbles", "scenarios/wobbles.yaml", Verdict::Passed);
    flaky.seed = 8;
    flaky.earlier.push(Attempt {
        seed: 7,
        verdict: Verdict::Failed,
        findings: failed.findings,
        virtual_time: Duration::from_secs(120),
    });
    let mut not_run = scenario("Never begun", "scenarios/last.yaml", Verdict::NotRun);
    not_run.steps.clear();
    not_run.timeline.clear();
    not_run.began = None;
    not_run.real_time = Duration::ZERO;
    run.scenarios.extend([flaky, not_run]);
    run.ended = Some(Ended::FailFast);
    run
}

/// One that could not begin.
pub(super) fn not_started() -> RunOutcome {
    let source = Source::new("scenarios/broken.yaml", "name: Broken\nstep: []\n");
    let finding = Diagnostic::error("scenario::unknown-key", "unknown key `step`")
        .at(&source, Span { offset: 13, len: 4 }, "did you mean `steps`?")
        .help("write `steps`");
    RunOutcome { scenarios: Vec::new(), ended: Some(Ended::NotStarted), findings: vec![finding], ..run() }
}
