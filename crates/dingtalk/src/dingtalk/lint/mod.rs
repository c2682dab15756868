//! What a robot would refuse, told before anything is sent: all of it at once, and what is doubtful.
//!
//! The robot's own reading (`parse`) stops at the first fault; this one looks at every field for
//! itself, so that each can be held against the other.

mod fields;

use std::net::IpAddr;

use serde_json::Value;

use super::{
    body::{has_raw_line_ends, read_body},
    message::Message,
    refusal::{Refusal, RobotState},
    reply::BODY_LIMIT,
    security::Security,
};

/// What is known of the robot and the sender.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The robot's settings.
    pub security: &'a Security,
    /// What became of the robot.
    pub state: RobotState,
    /// Whether the sender signs, with the robot's own secret.
    pub signs: bool,
    /// The address that the robot will see, where it is known.
    pub peer: Option<IpAddr>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What the robot would refuse it for; nothing for what is only doubtful.
    pub refusal: Option<Refusal>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl Finding {
    fn refused(refusal: Refusal, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { refusal: Some(refusal), message: message.into(), remedy: remedy.into() }
    }

    fn doubtful(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { refusal: None, message: message.into(), remedy: remedy.into() }
    }
}

/// Everything that the robot would refuse about this body, and what is doubtful about it. What no
/// sender can know (the rate, an unsafe link) is not in it.
#[must_use]
pub fn lint(body: &[u8], known: &Known<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(refusal) = known.state.refusal() {
        let message = format!("the robot is {}", known.state.as_str());
        findings.push(Finding::refused(refusal, message, "use a robot that works"));
    }
    if body.len() > BODY_LIMIT {
        findings.push(Finding::refused(
            Refusal::TooLong,
            format!("the body has {} bytes, and a robot takes at most {BODY_LIMIT}", body.len()),
            format!("shorten it by {} bytes; a Chinese character has three", body.len() - BODY_LIMIT),
        ));
    }
    if has_raw_line_ends(body) {
        findings.push(Finding::doubtful(
            "a line end or a tab stands in a text as it is, which JSON forbids; robots are said to take it",
            r"write `\n` or `\t` in its place",
        ));
    }
    match read_body(body).filter(Value::is_object) {
        None => findings.push(Finding::refused(
            Refusal::MissingBody,
            "the body is not a JSON object",
            r#"write one, such as {"msgtype": "text", "text": {"content": "…"}}"#,
        )),
        Some(value) => {
            fields::check(&value, &mut findings);
            // Without a message there is nothing to look for keywords in.
            if let Ok(message) = Message::from_json(&value) {
                keywords(&message, known.security, &mut findings);
                mentions(&value, &message, &mut findings);
            }
        }
    }
    sender(known, &mut findings);
    findings
}

fn keywords(message: &Message, security: &Security, findings: &mut Vec<Finding>) {
    let Err(refusal) = security.check_keywords(message) else { return };
    let text = security.keyword_scope.searched(message).to_lowercase();
    let near = security.keywords.iter().find(|keyword| text.contains(&keyword.to_lowercase()));
    let remedy = match near {
        Some(keyword) => format!("`{keyword}` is there in another case, and keywords are case-sensitive"),
        None => "put one of them into the text".to_owned(),
    };
    let message = format!("none of the robot's keywords [{}] is in the text", security.keywords.join(", "));
    findings.push(Finding::refused(refusal, message, remedy));
}

/// A name shows only where the text has `@` and the number or id, and `at` lists it.
fn mentions(body: &Value, message: &Message, findings: &mut Vec<Finding>) {
    let at = match message {
        Message::Text(text) => &text.at,
        Message::Markdown(markdown) => &markdown.at,
        Message::Link(_) | Message::ActionCard(_) | Message::FeedCard(_) => {
            if body.get("at").is_some_and(|at| !at.is_null()) {
                findings.push(Finding::doubtful(
                    format!("whether a {} mentions anybody is not documented", message.msgtype()),
                    "mention people in a text or markdown message",
                ));
            }
            return;
        }
    };
    let text = message.body_text();
    for name in at.mobiles.iter().chain(&at.user_ids) {
        if !text.contains(&format!("@{name}")) {
            findings.push(Finding::doubtful(
                format!("`{name}` is mentioned, and `@{name}` is not in the text: no name will show"),
                format!("write `@{name}` into the text where the name belongs"),
            ));
        }
    }
}

fn sender(known: &Known<'_>, findings: &mut Vec<Finding>) {
    if known.security.secret.is_some() && !known.signs {
        findings.push(Finding::refused(
            Refusal::SignMismatch,
            "the robot wants signed requests, and this one is not",
            "sign it with the robot's secret",
        ));
    }
    let ranges = &known.security.allowed_ips;
    if ranges.is_empty() {
        return;
    }
    let list = ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match known.peer {
        Some(peer) if ranges.iter().any(|range| range.contains(peer)) => {}
        Some(peer) => findings.push(Finding::refused(
            Refusal::IpNotAllowed(peer),
            format!("the robot takes messages from [{list}] only, and {peer} is not there"),
            "send from one of them, or add the address to the robot's IP list",
        )),
        None => findings.push(Finding::doubtful(
            format!("the robot takes messages from [{list}] only"),
            "send from a machine that reaches the Internet under one of them",
        )),
    }
}
