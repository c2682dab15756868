//! Clients that others wrote, through the relay to a robot.

use serde_json::{Value, json};

use super::bench::{Relay, desk, text};
use crate::{
    outside::curl,
    support::{Cloud, Desk, Run},
};

const SECRET: &str = "SEC-of-the-signed-robot";

/// An emulator with the real robots behind the relay's.
fn cloud(desk: &Desk) -> (Cloud, Relay) {
    let cloud = Cloud::start(desk, &["--switch", "robot_rate=1000"]);
    cloud.control("POST", "/_bellcheck/robots", &json!({"token": "real-ops", "keywords": ["CloudMonitor"]}));
    cloud.control("POST", "/_bellcheck/robots", &json!({"token": "real-signed", "secret": SECRET}));
    let to = |robot: &str| format!("{robot}={}/robot/send?access_token=real-{robot}", cloud.endpoint());
    let args = ["--forward", &to("ops"), "--forward", &to("signed"), "--forward-rate", "off"];
    let relay = Relay::start(desk, &args);
    (cloud, relay)
}

fn arrived(cloud: &Cloud, token: &str) -> Vec<String> {
    let messages = cloud.control("GET", &format!("/_bellcheck/robots/{token}/messages"), &Value::Null);
    let types = messages.as_array().unwrap().iter();
    types.map(|message| message["message"]["msgtype"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn curl_works_through_the_relay() {
    let Some(curl) = curl() else { return };
    let desk = desk();
    let (cloud, relay) = cloud(&desk);
    let url = format!("{}/robot/send?access_token=ops-relay-token", relay.endpoint());
    let ask = |args: &[&str]| {
        let mut command = desk.foreign(curl);
        Run::of(command.args(["-sS", "--noproxy", "*", "--max-time", "20"]).args(args).output().unwrap())
            .exits(0)
    };
    let json = ["-H", "Content-Type: application/json"];
    let post = |body: &str| ask(&[&json[..], &["--data-binary", body, &url]].concat()).stdout;
    assert_eq!(post(&text("CloudMonitor 值班")), r#"{"errcode":0,"errmsg":"ok"}"#);
    assert!(post(&text("no keyword")).contains("310000"));
    // It asks before it sends a large body (`expect: 100-continue`).
    desk.write("large", &text(&format!("CloudMonitor {}", "x".repeat(1_500_000))));
    let large = ask(&[&json[..], &["--data-binary", "@large", "-w", " %{http_code}", &url]].concat());
    assert!(large.stdout.ends_with(" 413"), "{}", large.stdout);
    assert_eq!(arrived(&cloud, "real-ops"), ["text"]);
    let read = format!("{}/relay/messages?robot=ops", relay.endpoint());
    let page = ask(&["-H", "Authorization: Bearer the-read-token", &read]).stdout;
    let page: Value = serde_json::from_str(&page).unwrap();
    assert_eq!(page["messages"][0]["body"]["text"]["content"], "CloudMonitor 值班");
    assert_eq!(page["messages"][0]["forwarded"], "delivered");
}
