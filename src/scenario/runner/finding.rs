//! Findings that are not about a message.

use std::time::Duration;

use super::believe::Undelivered;
use crate::{
    clock::human_duration,
    diagnostic::{Diagnostic, Span},
    dingtalk::{Reply, explain},
    emulator::Strike,
    openapi::{ApiError, ErrorKind},
    report::Evidence,
    scenario::{Scenario, explain::fault},
    spec::yaml::Spanned,
};
/// The cloud refused a call: its code, message and request id as they came, under the line that asked
/// for it.
pub(super) fn refused(scenario: &Scenario, span: Span, error: &ApiError, what: Option<&str>) -> Diagnostic {
    // Nobody refused a call that was not made.
    if error.kind == ErrorKind::Interrupted {
        return interrupted(scenario, span);
    }
    let about = what.map(|what| format!(" for {what}")).unwrap_or_default();
    let said = if error.code.is_empty() {
        error.message.clone()
    } else {
        format!("{}: {}", error.code, error.message)
    };
    let id = error.request_id.as_ref().map(|id| format!(", RequestId {id}")).unwrap_or_default();
    let status =
        error.status.map(|status| format!("HTTP {status}")).unwrap_or_else(|| "no answer".to_owned());
    Diagnostic::error("scenario::refused", format!("{} was refused{about}", error.operation))
        .at(&scenario.source, span, format!("{said} ({status}{id})"))
        .help(help(error))
}

/// The same, for a call that a fault of the scenario struck.
pub(super) fn struck(finding: Diagnostic, strike: &Strike) -> Diagnostic {
    finding.help(format!(
        "{} asked for this: {}\ngive it fewer `times` or a smaller `share`, or end it before this step with `fault: []`",
        fault(strike.line),
        strike.effect
    ))
}

fn help(error: &ApiError) -> String {
    match (error.code.as_str(), error.kind) {
        ("IncorrectInstanceStatus", _) => {
            "the instance is in another state: let the step before take effect first, with `expect` or `advance`"
                .to_owned()
        }
        (_, ErrorKind::NotFound) => "it does not exist, or no longer".to_owned(),
        (_, ErrorKind::Rejected) => {
            "the service does not accept these values: change the step or the spec".to_owned()
        }
        _ => error.remedy(),
    }
}

/// Nobody waits on the real cloud for what cannot come.
pub(super) fn unreachable(scenario: &Scenario, robot: &Spanned<String>, span: Span) -> Diagnostic {
    Diagnostic::error("scenario::no-message", format!("no message can come to robot `{}`", robot.value))
        .at(&scenario.source, span, "no rule of the spec that is switched on leads to it")
        .help(format!("let a rule tell a group in which a contact has `robot: {}`", robot.value))
}

/// The same, with what is known on the real cloud.
pub(super) fn known(finding: Diagnostic, known: &str) -> Diagnostic {
    let help = finding.help.as_ref().map(|help| format!("{help}\n")).unwrap_or_default();
    finding.help(format!("{help}{known}"))
}

/// A message came by evidence that is too weak for the scenario.
pub(super) fn weak(scenario: &Scenario, span: Span, evidence: Evidence) -> Diagnostic {
    let mut finding = Diagnostic::error("scenario::weak-evidence", evidence.phrase().to_owned()).at(
        &scenario.source,
        span,
        format!("{} is all that is known", evidence.as_str()),
    );
    if let Some(required) = &scenario.require {
        finding = finding.at(&scenario.source, required.span, "the scenario requires more");
    }
    finding.help("let the robot's messages come by `bellcheck relay`, or require less")
}

/// CloudMonitor notified, and its own log says that the robot did not get the message.
pub(super) fn undelivered(
    scenario: &Scenario,
    robot: &Spanned<String>,
    span: Span,
    undelivered: &Undelivered,
) -> Diagnostic {
    let Undelivered { rule, code, .. } = undelivered;
    let robot = &robot.value;
    let reply = code.as_deref().and_then(|code| code.parse().ok());
    let reply = reply.map(|errcode| explain(&Reply { errcode, errmsg: String::new() }));
    let (why, remedy) = match (&reply, code) {
        (Some(reply), Some(code)) => (format!(": {} (errcode {code})", reply.meaning), reply.remedy),
        (_, Some(code)) => (format!(": {code}"), REACH),
        (_, None) => (String::new(), REACH),
    };
    Diagnostic::error(
        "scenario::undelivered",
        format!("CloudMonitor notified robot `{robot}` by rule `{rule}`, and the robot did not get it{why}"),
    )
    .at(&scenario.source, span, "so says CloudMonitor's alert log")
    .help(remedy)
}

/// What to do where the log has no reason.
const REACH: &str = "send the robot a message with `bellcheck send`: its own answer says more";

/// Somebody told the program to stop before this step.
pub(super) fn interrupted(scenario: &Scenario, span: Span) -> Diagnostic {
    Diagnostic::error("scenario::interrupted", "the run was interrupted")
        .at(&scenario.source, span, "before this step was over")
        .help("run it again; what the scenario has under `finally` was done all the same")
}

/// The scenario's time was over in a step.
pub(super) fn timed_out(
    scenario: &Scenario,
    span: Span,
    timeout: &Spanned<Duration>,
    left: usize,
) -> Diagnostic {
    let text = human_duration(timeout.value);
    let not_run = match left {
        0 => String::new(),
        left => format!("; {} not run", crate::report::counted(left, "step")),
    };
    Diagnostic::error("scenario::timeout", format!("the steps took longer than the timeout of {text}"))
        .at(&scenario.source, span, format!("the time was over in this step{not_run}"))
        .at(&scenario.source, timeout.span, "the timeout")
        .help("give `timeout` more time, or the steps less")
}
