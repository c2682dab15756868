//! A robot that had too many messages in a minute, and is mute for ten.

use std::time::Duration;

use bellcheck::clock::{Clock as _, Stopwatch, SystemClock};
use serde_json::{Value, json};

use super::bench::{Relay, desk, text};
use crate::support::{Cloud, pause};

const OPS: &str = "ops-relay-token";

#[test]
fn after_a_mute_messages_go_on_by_themselves_in_order_and_once() {
    let desk = desk();
    // Its ten minutes are 24 seconds: less than the relay waits until it tries again.
    let since = SystemClock.now().to_string();
    let cloud = Cloud::start(&desk, &["--clock", "real", "--speed", "25", "--since", &since]);
    cloud.control("POST", "/_bellcheck/robots", &json!({"token": "real", "keywords": ["CloudMonitor"]}));
    let faults = |rules: Value| cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": rules}));
    let ops = format!("ops={}/robot/send?access_token=real", cloud.endpoint());
    let args = ["--log-level", "warn", "--forward", &ops, "--forward-rate", "off"];
    let relay = Relay::start(&desk, &args);
    // All at once, when it is back.
    faults(json!([{"robot": "real", "drop": "before"}]));
    let wanted: Vec<String> = (1..=30).map(|number| format!("CloudMonitor {number}")).collect();
    assert!(wanted.iter().all(|content| relay.post(OPS, &text(content))["errcode"] == 0));
    faults(json!([]));
    let taken = || -> Vec<String> {
        let messages = cloud.control("GET", "/_bellcheck/robots/real/messages", &Value::Null);
        let contents = messages.as_array().unwrap().iter();
        contents.map(|message| message["message"]["text"]["content"].as_str().unwrap().to_owned()).collect()
    };
    let comes = |what: &str, within: u64, is_so: &dyn Fn() -> bool| {
        let begun = Stopwatch::start();
        while !is_so() {
            assert!(begun.elapsed() < Duration::from_secs(within), "{what} did not come: {:?}", taken());
            pause(Duration::from_millis(100));
        }
    };
    comes("the mute", 60, &|| relay.log().contains("does not take message 21 now"));
    assert_eq!(taken(), wanted[..20]);
    let line = relay.log().lines().find(|line| line.contains("message 21 now")).unwrap().to_owned();
    assert!(line.contains("130101") && line.contains("WARN"), "{line}");
    assert_eq!(relay.metric("bellcheck_relay_pending_messages{robot=\"ops\"}"), 10.0);
    // Who sends now does not wait for it.
    let begun = Stopwatch::start();
    assert_eq!(relay.post(OPS, &text("CloudMonitor, meanwhile"))["errcode"], 0);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    comes("the rest", 90, &|| relay.metric("bellcheck_relay_pending_messages{robot=\"ops\"}") == 0.0);
    let all = [&wanted[..], &["CloudMonitor, meanwhile".to_owned()]].concat();
    assert_eq!(taken(), all);
    assert_eq!(relay.log().matches("130101").count(), 1, "it was asked once too often: {}", relay.log());
    assert_eq!(relay.terminate(), Some(0));
    let relay = Relay::start(&desk, &args);
    assert!(relay.kept("ops").iter().all(|(_, _, errcode, fate)| *errcode == 0 && fate == "delivered"));
    pause(Duration::from_millis(500));
    assert_eq!(taken(), all, "nothing is sent again");
    assert_eq!(relay.terminate(), Some(0));
}
