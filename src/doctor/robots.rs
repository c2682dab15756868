//! Whether the robots of a spec can be told.

use serde_json::{Value, json};

use super::check::{Check, State, Trouble};
use crate::{
    dingtalk::{Message, ROBOT_HOST, token_of},
    emulator::Template,
    event::catalogue,
    robot::SendError,
    routing::{self, Notice, Outcome, Question},
    spec::{Robot, Spec, Unfit},
};

const NAME: &str = "robot";

/// The shape of each robot's address, and what it would make of a sample message of CloudMonitor.
#[must_use]
pub fn robots(spec: &Spec) -> Vec<Check> {
    spec.robots.values().flat_map(|robot| of(spec, robot)).collect()
}

/// Addresses and secrets that are none: wrong for an account, and what an emulator may have.
#[must_use]
pub fn secrets(specs: &[Spec], is_emulator: bool) -> Vec<Check> {
    let state = if is_emulator { State::Doubtful } else { State::Wrong(Trouble::Wrong) };
    let unfit = specs.iter().flat_map(|spec| &spec.unfit);
    let check = |unfit: &Unfit| {
        Check::other(
            NAME,
            state,
            unfit.finding.message.clone(),
            unfit.finding.help.clone().unwrap_or_default(),
        )
    };
    unfit.map(check).collect()
}

fn of(spec: &Spec, robot: &Robot) -> Vec<Check> {
    let name = &robot.name;
    let mut checks: Vec<Check> = shape(robot).into_iter().collect();
    let sample = sample(spec);
    let mut told = false;
    for contact in spec.contacts.values().filter(|contact| contact.robot.as_ref() == Some(name)) {
        let (Some(event), Some(rule)) = (&sample, spec.rules.values().next()) else { break };
        told = true;
        let notice = Notice { event, rule, group: "sample", contact };
        let route = routing::webhook(spec, &notice, &words);
        for hint in route.hints {
            let state = match (route.outcome, robot.secret.is_some()) {
                // That a signature is missing is certain; our sample's words are not CloudMonitor's.
                (Outcome::Refused, true) => State::Wrong(Trouble::Wrong),
                (Outcome::Refused, false) => State::Doubtful,
                _ => State::Unknown,
            };
            let check = Check::other(NAME, state, format!("`{name}`: {}", hint.message), hint.remedy);
            if !checks.contains(&check) {
                checks.push(check);
            }
        }
    }
    let is_unfit = spec.unfit.iter().any(|unfit| unfit.robot.as_ref() == Some(name));
    if checks.is_empty() && !is_unfit {
        checks.push(Check::well(
            NAME,
            if told {
                format!("`{name}`: its address is whole, and it takes a sample message of CloudMonitor (bellcheck's own wording)")
            } else {
                format!("`{name}`: its address is whole; no contact uses it")
            },
        ));
    }
    checks
}

/// What is odd about a robot's address; its token is looked at with the spec.
fn shape(robot: &Robot) -> Option<Check> {
    let name = &robot.name;
    let doubt = |message: String, remedy: &str| Some(Check::other(NAME, State::Doubtful, message, remedy));
    let url = robot.webhook.expose();
    if token_of(url).is_none() {
        return Some(Check::wrong(
            NAME,
            format!("`{name}`: its address has no `access_token`"),
            "copy the robot's webhook whole into the spec",
        ));
    }
    if !url.starts_with(&format!("https://{ROBOT_HOST}/robot/send?")) {
        return doubt(
            format!("`{name}`: its address does not lead to {ROBOT_HOST}"),
            "copy the robot's webhook whole into the spec, unless it is a relay",
        );
    }
    None
}

/// The commonest event, at which every robot may be tried.
fn sample(spec: &Spec) -> Option<crate::event::SystemEvent> {
    let question = Question {
        name: "Instance:StateChange".to_owned(),
        custom: false,
        product: Some("ECS".to_owned()),
        prefer: Vec::new(),
        level: None,
        event_type: None,
        status: None,
        content: json!({"state": "Stopping"}),
        application_groups: Vec::new(),
        region: spec.region.clone(),
        at: crate::clock::Timestamp::UNIX_EPOCH,
    };
    let candidates = question.answered(catalogue()).ok()?.candidates;
    Some(candidates.into_iter().next()?.event)
}

fn words(notice: &Notice<'_>) -> Message {
    // The built-in template has no faults.
    Template::default().message(&notice.facts()).unwrap_or_else(|_| Message::text(""))
}

/// A message that says that it is a test, and that the robot's keywords let through.
#[must_use]
pub fn test_message(robot: &Robot, uuid: &str) -> Value {
    let keyword = robot.keywords.first().map(|keyword| format!(" [{keyword}]")).unwrap_or_default();
    let text = format!("bellcheck doctor{keyword}: this is a test, no alarm. 这是一条测试消息，不是告警。");
    let mut body = Message::text(text).to_json();
    body["msgUuid"] = json!(uuid);
    body
}

/// What came of a test message.
pub type Sent = Result<(), SendError>;

/// What a test message shows.
#[must_use]
pub fn sent(robot: &Robot, outcome: &Sent) -> Check {
    const NAME: &str = "test message";
    let name = &robot.name;
    match outcome {
        Ok(()) => Check::well(NAME, format!("`{name}` took it: errcode 0; look into its group")),
        Err(error) => {
            let trouble = match error {
                SendError::TooLong { .. } | SendError::Refused(_) => Trouble::Wrong,
                SendError::NoVerdict { .. } | SendError::Unreached(_) => Trouble::Unreached,
            };
            Check::other(NAME, State::Wrong(trouble), format!("`{name}`: {error}"), error.remedy())
        }
    }
}
