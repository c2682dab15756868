//! `bellcheck send`

use std::path::Path;

use serde_json::{Value, json};

use super::{
    Context,
    args::Send as Args,
    block_on,
    exit::{Exit, Failure},
    input, robots,
};
use crate::{
    diagnostic::Diagnostic,
    dingtalk::{Finding, Known, Markdown, Mentions, Message, RobotState, Security, Text, lint, read_body},
    openapi::{Nonce as _, RandomNonce},
    robot::SendError,
};

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    let spec = input::spec(context, &args.spec, &args.variables)?;
    let robot = robots::named(std::slice::from_ref(&spec), &args.robot)?;
    let security = robot.security().map_err(|fault| wrong("send::robot", fault, "mend the spec"))?;
    let body = body(args)?;
    let refused = told(context, &body, &security);
    if args.dry_run {
        context.console.out(&format!("{body:#}\n"));
    }
    if refused && args.force {
        context.console.talk("it is sent all the same, as --force says: the robot decides");
    } else if refused {
        context.console.talk("not sent: the robot would refuse it; --force sends it all the same");
        return Ok(Exit::No);
    }
    let bytes = body.to_string().len();
    if args.dry_run {
        context.console.talk(&format!("not sent: a dry run; {bytes} bytes"));
        return Ok(Exit::Yes);
    }
    robots::check(context, std::slice::from_ref(&spec), robot, args.allow_unusual_tokens)?;
    let client = robots::client(context, robot)?;
    block_on(async { client.send(&body).await.map_err(|error| failure(&robot.name, &error)) })?;
    context.console.out(&format!("sent to `{}`: {bytes} bytes\n", robot.name));
    Ok(Exit::Yes)
}

fn wrong(code: &'static str, what: impl Into<String>, help: impl Into<String>) -> Failure {
    Failure::new(Exit::Input, code, what, help)
}

/// The body, with a `msgUuid` so that a second attempt is not delivered twice.
fn body(args: &Args) -> Result<Value, Failure> {
    let at = Mentions { mobiles: args.at_mobiles.clone(), user_ids: Vec::new(), all: args.at_all };
    let mut body = if let Some(content) = &args.text {
        Message::Text(Text { content: content.clone(), at }).to_json()
    } else if let (Some(path), Some(title)) = (&args.markdown, &args.title) {
        Message::Markdown(Markdown { title: title.clone(), text: input::text(path)?, at }).to_json()
    } else if let Some(path) = &args.message {
        message(path)?
    } else {
        return Err(wrong(
            "send::message",
            "there is nothing to send",
            "give --text, --markdown or --message",
        ));
    };
    if let Value::Object(fields) = &mut body {
        fields.entry("msgUuid").or_insert_with(|| json!(RandomNonce.next()));
    }
    Ok(body)
}

fn message(path: &Path) -> Result<Value, Failure> {
    let not_json = |what: String| {
        wrong(
            "send::message",
            format!("{} is not a message: {what}", path.display()),
            r#"write the body as the robot gets it, such as {"msgtype": "text", "text": {"content": "…"}}"#,
        )
    };
    let text = input::text(path)?;
    let value: Value = match read_body(text.as_bytes()) {
        Some(value) => value,
        None => serde_json::from_str(&text).map_err(|fault| not_json(fault.to_string()))?,
    };
    if value.is_object() { Ok(value) } else { Err(not_json("it holds no JSON object".to_owned())) }
}

/// Tells what the lint finds; whether the robot would refuse the body.
fn told(context: &Context, body: &Value, security: &Security) -> bool {
    let known = Known { security, state: RobotState::Active, signs: security.secret.is_some(), peer: None };
    let findings = lint(body.to_string().as_bytes(), &known);
    let drawn: Vec<Diagnostic> = findings.iter().map(diagnostic).collect();
    context.console.findings(&drawn);
    findings.iter().any(|finding| finding.refusal.is_some())
}

fn diagnostic(finding: &Finding) -> Diagnostic {
    let made = if finding.refusal.is_some() {
        Diagnostic::error("send::lint", &finding.message)
    } else {
        Diagnostic::warning("send::lint", &finding.message)
    };
    made.help(&finding.remedy)
}

/// 1 when the robot said no, 3 when nobody knows.
fn failure(robot: &str, error: &SendError) -> Failure {
    let (exit, code) = match error {
        SendError::TooLong { .. } | SendError::Refused(_) => (Exit::No, "send::refused"),
        SendError::NoVerdict { .. } | SendError::Unreached(_) => (Exit::Refused, "send::no-verdict"),
    };
    Failure::new(exit, code, format!("robot `{robot}`: {error}"), error.remedy())
}
