//! No secret of the relay is told, whatever happens.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bellcheck::{
    clock::{Clock as _, SystemClock},
    dingtalk::sign,
    openapi::encode,
    secret::Secret,
};

use super::bench::{DOWN, Relay, Robot, UP, desk, text};

const TOKEN: &str = "c4n4ry+relay/token=1";
const SECRET: &str = "SECc4n4ry0signing0secret";
const FORWARD: &str = "c4n4ry.forward/token+2==";
const FILE: &str = "c4n4ry-file-token";
const READ: &str = "c4n4ry/read+token=";

/// No canary is in the text, in none of the forms in which one travels.
#[track_caller]
fn holds_no_canary(what: &str, text: &str, more: &[String]) {
    let known = [TOKEN, SECRET, FORWARD, FILE, READ].map(str::to_owned);
    for canary in known.iter().chain(more) {
        let once = encode(canary);
        for form in [canary.clone(), encode(&once), once, STANDARD.encode(canary)] {
            assert!(!text.contains(&form), "{what}: {form} is in\n{text}");
        }
    }
    assert!(!text.to_lowercase().contains("c4n4ry"), "{what}:\n{text}");
}

#[test]
fn no_secret_is_in_log_spool_metrics_or_answers() {
    let desk = desk();
    desk.write(
        "relay.yaml",
        &format!(
            "stack: s\nregion: cn-hangzhou\nrobots:\n  ops:\n    webhook: https://r.example.com/robot/send?access_token={}\n    secret: {SECRET}\n  two:\n    webhook: https://r.example.com/robot/send?access_token=two-token\n",
            encode(TOKEN)
        ),
    );
    desk.write("read-token", READ);
    let robot = Robot::start();
    desk.write("two.url", &robot.url(FILE));
    let ops = format!("ops={}", robot.url(&encode(FORWARD)));
    let args = ["--forward", ops.as_str(), "--forward", "two=@two.url"];
    let relay = Relay::start(&desk, &args);
    let at = SystemClock.now().as_millisecond();
    let signature = sign(&Secret::new(SECRET), at);
    let token = format!("{}&timestamp={at}&sign={}", encode(TOKEN), encode(&signature));
    let signatures = [signature];
    assert_eq!(relay.post(&token, &text("signed"))["errcode"], 0);
    assert_eq!(relay.post(&encode(TOKEN), &text("unsigned"))["errcode"], 310_000);
    assert_eq!(relay.post(&encode(&format!("{TOKEN}x")), &text("unknown"))["errcode"], 300_005);
    robot.set(DOWN);
    assert_eq!(relay.post(&token, &text("down"))["errcode"], 0);
    assert_eq!(relay.post("two-token", &text("down"))["errcode"], 0);
    for (authorization, query) in [(READ, ""), ("Bearer x", ""), ("Bearer", "token=x")] {
        let answer = relay.read_as(authorization, query);
        assert_eq!(answer.status, 401);
        holds_no_canary("the read API", &format!("{answer:?}"), &signatures);
    }
    let page = relay.read_as(&format!("Bearer {READ}"), "");
    assert_eq!((page.status, page.json()["messages"].as_array().unwrap().len()), (200, 4));
    let wrong = relay.read_as(&format!("Bearer {READ}"), &format!("robot={}", encode(TOKEN)));
    let nowhere = relay.get(&format!("/{}?access_token={}", encode(TOKEN), encode(TOKEN)));
    let (metrics, health) = (relay.get("/metrics"), relay.get("/healthz"));
    for answer in [page, wrong, nowhere, metrics, health] {
        holds_no_canary("an answer", &format!("{answer:?}"), &signatures);
    }
    let log = relay.log();
    assert!(log.contains("is tried again"), "{log}");
    holds_no_canary("the log", &log, &signatures);
    relay.kill();
    robot.set(UP);
    let relay = Relay::start(&desk, &args);
    robot.waits_for(3);
    holds_no_canary("the log", &relay.log(), &signatures);
    assert_eq!(relay.terminate(), Some(0));
    for file in bellcheck::files::find(&desk.path("spool"), "").unwrap() {
        holds_no_canary("the spool", &fs::read_to_string(file).unwrap(), &signatures);
    }
    // What is wrong with secrets is told without them.
    for (flag, value) in [
        ("--forward", format!("ops=ftp://h/robot/send?access_token={FORWARD}")),
        ("--forward", format!("ops=http://h.example.com/robot/send?access_token={FORWARD}")),
        ("--forward", format!("ops=https://u:{FORWARD}@h.example.com/robot/send?access_token=x")),
        ("--forward", format!("ops=https://h.example.com/{FORWARD}")),
        ("--forward", format!("nobody=https://h.example.com/robot/send?access_token={FORWARD}")),
    ] {
        let output = Relay::command(&desk).args([flag, &value]).output().unwrap();
        let said = format!("{output:?}");
        assert_eq!(output.status.code(), Some(2), "{said}");
        holds_no_canary("an error", &said, &signatures);
    }
    desk.write("two.url", &format!("{FILE} and more"));
    let output = Relay::command(&desk).args(["--forward", "two=@two.url"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    holds_no_canary("an error", &format!("{output:?}"), &signatures);
}
