//! A robot client that others wrote, through the relay to a robot.

use serde_json::{Value, json};

use crate::{
    install::Runtime,
    judge,
    outside::source,
    relay_bench::{Relay, desk},
    support::{Cloud, Desk},
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
fn a_python_robot_client_is_content_with_the_relay() {
    let desk = desk();
    let (cloud, relay) = cloud(&desk);
    let program = source().join("python/relay.py");
    let Some(said) = judge::run(Runtime::Python, &desk, &relay.endpoint(), &program.to_string_lossy(), &[])
    else {
        return;
    };
    assert_eq!(said.lines().filter(|line| line.contains(" ok in ")).count(), 3, "{said}");
    assert_eq!(arrived(&cloud, "real-ops"), ["text", "link", "markdown", "actionCard", "feedCard"]);
    assert_eq!(arrived(&cloud, "real-signed"), ["text"]);
}
