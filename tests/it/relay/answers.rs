//! What a sender is answered, what is kept, and what goes on to the real robot.

use std::{thread, time::Duration};

use bellcheck::{
    clock::{Clock as _, Stopwatch, SystemClock},
    dingtalk::sign,
    openapi::encode,
    secret::Secret,
};
use serde_json::{Value, json};

use super::bench::{DOWN, Relay, Robot, SLOW, UP, ask, desk, posting, text};
use crate::support::{Cloud, pause};

const OPS: &str = "ops-relay-token";
const SIGNED: &str = "signed-relay-token";
const SECRET: &str = "SEC-of-the-signed-robot";

fn signature(at_offset_ms: i64) -> String {
    let at = SystemClock.now().as_millisecond() + at_offset_ms;
    format!("&timestamp={at}&sign={}", encode(&sign(&Secret::new(SECRET), at)))
}

#[test]
fn without_a_robot_behind_it_the_relay_answers_as_the_robot_would() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    let errcode = |token: &str, body: &str| relay.post(token, body)["errcode"].as_i64().unwrap();
    assert_eq!(relay.post(OPS, &text("CloudMonitor 1")), json!({"errcode": 0, "errmsg": "ok"}));
    let refused = relay.post(OPS, &text("cloudmonitor"));
    assert_eq!(refused["errcode"], 310_000);
    assert!(refused["errmsg"].as_str().unwrap().contains("关键词不匹配"), "{refused}");
    assert_eq!(errcode(OPS, r#"{"msgtype":"markdown","markdown":{"text":"CloudMonitor"}}"#), 400_402);
    assert_eq!(errcode(OPS, r#"{"msgtype":"video"}"#), 400_105);
    let long = text(&format!("CloudMonitor {}", "x".repeat(20_000)));
    assert_eq!(errcode(OPS, &long), 460_101);
    for body in ["", "CloudMonitor", "[]", "{\"msgtype\":", "\u{feff}{}"] {
        assert_eq!(errcode(OPS, body), 40_035, "{body}");
    }
    assert_eq!(errcode("nobody", &text("CloudMonitor")), 300_005);
    assert_eq!(errcode("", &text("CloudMonitor")), 40_035);
    assert_eq!(errcode("bound-relay-token", &text("x")), 310_000);
    assert_eq!(errcode(SIGNED, &text("unsigned")), 310_000);
    assert_eq!(errcode(&format!("{SIGNED}{}", signature(-7_200_000)), &text("late")), 310_000);
    assert_eq!(errcode(&format!("{SIGNED}{}", signature(0)), &text("signed")), 0);
    assert_eq!(relay.get(&format!("/robot/send?access_token={OPS}")).json()["errcode"], 43_002);
    let form = posting(OPS, "a=b").replace("application/json", "application/x-www-form-urlencoded");
    assert_eq!(ask(relay.port, form).json()["errcode"], 43_004);
    // What was JSON is kept with its answer, whatever that was.
    let kept: Vec<(String, i64, String)> =
        relay.kept("ops").into_iter().map(|(_, content, errcode, fate)| (content, errcode, fate)).collect();
    let captured = |content: &str, errcode| (content.to_owned(), errcode, "captured".to_owned());
    assert_eq!(kept[..2], [captured("CloudMonitor 1", 0), captured("cloudmonitor", 310_000)]);
    let errcodes: Vec<i64> = kept.iter().map(|(_, errcode, _)| *errcode).collect();
    assert_eq!(errcodes, [0, 310_000, 400_402, 400_105, 460_101]);
    assert_eq!(relay.kept("signed").len(), 3);
    for (robot, reason, count) in [
        ("", "token", 2.0),
        ("", "method", 1.0),
        ("ops", "keyword", 1.0),
        ("ops", "body", 5.0),
        ("ops", "too_long", 1.0),
        ("ops", "field", 1.0),
        ("ops", "msgtype", 1.0),
        ("ops", "content_type", 1.0),
        ("bound", "address", 1.0),
        ("signed", "signature", 1.0),
        ("signed", "timestamp", 1.0),
    ] {
        let name = format!("bellcheck_relay_refused_total{{robot=\"{robot}\",reason=\"{reason}\"}}");
        assert_eq!(relay.metric(&name), count, "{name}");
    }
}

#[test]
fn the_real_robots_answer_is_passed_on() {
    let desk = desk();
    let cloud = Cloud::start(&desk, &[]);
    for (token, keywords, secret) in [("real-ops", "Nightwatch", None), ("real-signed", "", Some(SECRET))] {
        let keywords: Vec<&str> = keywords.split_whitespace().collect();
        let robot = json!({"token": token, "keywords": keywords, "secret": secret});
        cloud.control("POST", "/_bellcheck/robots", &robot);
    }
    desk.write("signed.url", &format!("{}/robot/send?access_token=real-signed\n", cloud.endpoint()));
    let ops = format!("ops={}/robot/send?access_token=real-ops", cloud.endpoint());
    let relay = Relay::start(&desk, &["--forward", &ops, "--forward", "signed=@signed.url"]);
    let messages = |token: &str| {
        let path = format!("/_bellcheck/robots/{token}/messages");
        cloud.control("GET", &path, &Value::Null).as_array().unwrap().len()
    };
    let refused = relay.post(OPS, &text("CloudMonitor"));
    assert_eq!(refused["errcode"], 310_000, "the relay's own keyword is there, the robot's is not");
    assert_eq!(relay.post(OPS, &text("CloudMonitor Nightwatch"))["errcode"], 0);
    assert_eq!(messages("real-ops"), 1);
    // The signature of a sender is old when a message goes on later: the relay signs anew.
    assert_eq!(relay.post(&format!("{SIGNED}{}", signature(-3_000_000)), &text("x"))["errcode"], 0);
    assert_eq!(messages("real-signed"), 1);
    let mute = json!({"rules": [{"robot": "real-ops", "errcode": 130_101, "times": 1}]});
    cloud.control("PUT", "/_bellcheck/faults", &mute);
    assert_eq!(
        relay.post(OPS, &text("CloudMonitor Nightwatch, muted")),
        json!({"errcode": 130_101, "errmsg": "send too fast, exceed 20 times per minute"})
    );
    let fates: Vec<(i64, String)> =
        relay.kept("ops").into_iter().map(|(_, _, errcode, fate)| (errcode, fate)).collect();
    let fate = |errcode, fate: &str| (errcode, fate.to_owned());
    assert_eq!(fates, [fate(310_000, "refused"), fate(0, "delivered"), fate(130_101, "pending")]);
    // Nobody waits for a robot that is mute.
    let begun = Stopwatch::start();
    assert_eq!(relay.post(OPS, &text("CloudMonitor, behind it"))["errcode"], 0);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(relay.metric("bellcheck_relay_pending_messages{robot=\"ops\"}"), 2.0);
    let refused = "bellcheck_relay_forwarded_total{robot=\"ops\",result=\"refused\"}";
    assert_eq!(relay.metric(refused), 1.0);
}

/// Bodies that the emulated robot takes, and bodies of which nobody knows what a robot does with them.
#[test]
fn what_may_be_right_is_left_to_the_robot() {
    let desk = desk();
    let robot = Robot::start();
    let relay =
        Relay::start(&desk, &["--forward", &format!("ops={}", robot.url("real")), "--forward-rate", "off"]);
    let card = |buttons: &str| {
        format!(
            r#"{{"msgtype":"actionCard","actionCard":{{"title":"CloudMonitor","text":"x","singleTitle":"more","singleURL":"https://example.com/","btns":{buttons}}}}}"#
        )
    };
    let bodies = [
        card("null"),
        card("[]"),
        "{\"msgtype\": \"text\", \"text\": {\"content\": \"CloudMonitor line one\nline two\"}}".to_owned(),
        "{'msgtype': 'text', 'text': {'content': 'CloudMonitor'}}".to_owned(),
        r#"{"msgtype":"text","text":{"content":"CloudMonitor"},}"#.to_owned(),
        r#"{"msgtype":"image","image":{"picURL":"https://example.com/CloudMonitor.png"}}"#.to_owned(),
        r#"{"msgtype":"feedCard","feedCard":{"links":[{"title":"CloudMonitor","messageURL":"https://example.com/"}]}}"#.to_owned(),
        "CloudMonitor".to_owned(),
    ];
    for body in &bodies {
        assert_eq!(relay.post(OPS, body)["errcode"], 0, "{body}");
    }
    let came = robot.bodies("real");
    assert_eq!(came.len(), bodies.len());
    for (came, sent) in came.iter().zip(&bodies) {
        let rest = came.strip_prefix("{\"msgUuid\":\"").map(|rest| &rest[34..]);
        assert_eq!(rest.map_or(came.clone(), |rest| format!("{{{rest}")), *sent);
    }
    assert!(came[2].contains("msgUuid") && !came[3].contains("msgUuid"), "{came:?}");
    // What was no JSON is read as the text that it was.
    let read = relay.read("robot=ops");
    assert_eq!(read["messages"][2]["body"]["text"]["content"], "CloudMonitor line one\nline two");
    assert_eq!(read["messages"][3]["body"], bodies[3].as_str());
    // An alert in another encoding is forwarded as far as it can be read.
    let body = text("CloudMonitor: ?? web-1");
    let mut post = posting(OPS, &body).into_bytes();
    let place = post.windows(2).position(|pair| pair == b"??").unwrap();
    post[place..place + 2].copy_from_slice(&[0xb1, 0xa8]);
    assert_eq!(ask(relay.port, post).json()["errcode"], 0);
    let came = robot.bodies("real").pop().unwrap();
    assert!(came.contains("CloudMonitor: \u{fffd}\u{fffd} web-1"), "{came}");
    assert_eq!(relay.kept("ops").len(), bodies.len() + 1);
    assert!(relay.log().contains("is no UTF-8"), "{}", relay.log());
    // What is known to be refused is refused here all the same.
    assert_eq!(relay.post(OPS, " \n")["errcode"], 40_035);
    assert_eq!(relay.post(OPS, &text("no keyword\nat all"))["errcode"], 310_000);
    assert_eq!(relay.post(OPS, &text(&format!("CloudMonitor {}", "x".repeat(20_000))))["errcode"], 460_101);
    assert_eq!(robot.count(), bodies.len() + 1);
}

#[test]
fn a_robot_that_is_down_or_slow_loses_nothing() {
    let desk = desk();
    let robot = Robot::start();
    let ops = format!("ops={}", robot.url("real"));
    let relay = Relay::start(&desk, &["--forward", &ops, "--answer-within", "500ms"]);
    robot.set(DOWN);
    for number in 0..5 {
        assert_eq!(relay.post(OPS, &text(&format!("CloudMonitor {number}")))["errcode"], 0);
    }
    assert!(relay.kept("ops").iter().all(|(_, _, errcode, fate)| *errcode == 0 && fate == "pending"));
    assert!(relay.metric("bellcheck_relay_forward_failures_total{robot=\"ops\"}") >= 1.0);
    pause(Duration::from_millis(100));
    assert!(relay.metric("bellcheck_relay_oldest_pending_age_seconds{robot=\"ops\"}") >= 0.1);
    robot.set(UP);
    robot.waits_for(5);
    robot.set(SLOW);
    let begun = Stopwatch::start();
    assert_eq!(relay.post(OPS, &text("CloudMonitor 5"))["errcode"], 0);
    let took = begun.elapsed();
    assert!((Duration::from_millis(400)..Duration::from_millis(1900)).contains(&took), "{took:?}");
    robot.waits_for(6);
    let wanted: Vec<String> = (0..6).map(|number| format!("CloudMonitor {number}")).collect();
    assert_eq!(robot.texts("real"), wanted);
    assert_eq!(relay.metric("bellcheck_relay_answered_early_total{robot=\"ops\"}"), 6.0);
    // The last answer still has to be written down.
    let is_delivered = || relay.kept("ops").iter().all(|(_, _, _, fate)| fate == "delivered");
    assert!((0..200).any(|_| {
        pause(Duration::from_millis(25));
        is_delivered()
    }));
}

#[test]
fn each_byte_of_a_body_goes_on() {
    let desk = desk();
    let robot = Robot::start();
    let relay = Relay::start(&desk, &["--forward", &format!("ops={}", robot.url("real"))]);
    let body = "{ \"msgtype\" : \"text\",\n\t\"text\":{\"content\":\"CloudMonitor \\u4e91监控 \\/ 1.0e0\"}, \"x\":1.50, \"x\":2 }";
    assert_eq!(relay.post(OPS, body)["errcode"], 0);
    let theirs = r#"{"msgtype":"text","text":{"content":"CloudMonitor"},"msgUuid":"theirs"}"#;
    assert_eq!(relay.post(OPS, theirs)["errcode"], 0);
    let bodies = robot.bodies("real");
    let uuid = bodies[0].split('"').nth(3).unwrap();
    assert_eq!(uuid.len(), 32, "{}", bodies[0]);
    assert_eq!(bodies[0], body.replacen('{', &format!("{{\"msgUuid\":\"{uuid}\","), 1));
    assert_eq!(bodies[1], theirs);
}

#[test]
fn the_same_bytes_are_the_same_message_for_a_while() {
    let desk = desk();
    let robot = Robot::start();
    let ops = format!("ops={}", robot.url("real"));
    let args = ["--forward", ops.as_str()];
    let relay = Relay::start(&desk, &args);
    let ring = text("CloudMonitor rings");
    let send = |relay: &Relay, token: &str| assert_eq!(relay.post(token, &ring)["errcode"], 0);
    send(&relay, OPS);
    send(&relay, OPS);
    // Another robot is told of it as well, and what was refused may be right the next time.
    send(&relay, "managers-relay-token");
    for _ in 0..2 {
        assert_eq!(relay.post(OPS, &text("no keyword"))["errcode"], 310_000);
    }
    let counts = |relay: &Relay| (robot.count(), relay.kept("ops").len(), relay.kept("managers").len());
    assert_eq!(counts(&relay), (1, 3, 1));
    assert_eq!(relay.metric("bellcheck_relay_duplicates_total{robot=\"ops\"}"), 1.0);
    relay.kill();
    let relay = Relay::start(&desk, &args);
    send(&relay, OPS);
    assert_eq!(counts(&relay), (1, 3, 1), "a sender may ask again after a crash");
    assert_eq!(relay.terminate(), Some(0));
    let relay = Relay::start(&desk, &[&args[..], &["--duplicates", "0s"]].concat());
    send(&relay, OPS);
    send(&relay, OPS);
    assert_eq!(counts(&relay), (3, 5, 1));
    assert_eq!(relay.terminate(), Some(0));
    let relay = Relay::start(&desk, &[&args[..], &["--duplicates", "400ms"]].concat());
    let fresh = text("CloudMonitor, once more");
    relay.post(OPS, &fresh);
    relay.post(OPS, &fresh);
    pause(Duration::from_millis(500));
    relay.post(OPS, &fresh);
    assert_eq!(counts(&relay), (5, 7, 1));
}

#[test]
fn a_second_one_gets_the_first_ones_answer_when_it_comes() {
    let desk = desk();
    let robot = Robot::start();
    robot.set(SLOW);
    let relay = Relay::start(&desk, &["--forward", &format!("ops={}", robot.url("real"))]);
    let body = text("CloudMonitor");
    thread::scope(|scope| {
        let senders: Vec<_> = (0..4).map(|_| scope.spawn(|| relay.post(OPS, &body))).collect();
        for sender in senders {
            assert_eq!(sender.join().unwrap(), json!({"errcode": 0, "errmsg": "ok"}));
        }
    });
    assert_eq!((robot.count(), relay.kept("ops").len()), (1, 1));
}

#[test]
fn a_robot_is_sent_no_more_than_it_takes_in_a_minute() {
    let desk = desk();
    let robot = Robot::start();
    let ops = format!("ops={}", robot.url("real"));
    let relay = Relay::start(&desk, &["--forward", &ops]);
    let begun = Stopwatch::start();
    for number in 0..23 {
        assert_eq!(relay.post(OPS, &text(&format!("CloudMonitor {number}")))["errcode"], 0);
    }
    assert_eq!(robot.count(), 20);
    assert_eq!(relay.metric("bellcheck_relay_pending_messages{robot=\"ops\"}"), 3.0);
    relay.kill();
    // The robot does not forget because the relay did.
    let relay = Relay::start(&desk, &["--forward", &ops]);
    pause(Duration::from_millis(300));
    assert!(begun.elapsed() > Duration::from_secs(50) || robot.count() == 20, "{}", robot.count());
    assert_eq!(relay.terminate(), Some(0));
    let relay = Relay::start(&desk, &["--forward", &ops, "--forward-rate", "off"]);
    robot.waits_for(23);
    drop(relay);
}
