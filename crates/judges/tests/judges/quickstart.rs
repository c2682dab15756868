//! The ten lines that the documents show.

use serde_json::{Value, json};

use super::{install::Runtime, judge::run};
use crate::{
    raw::fixtures,
    support::{Cloud, Desk, pause},
};

#[test]
fn ten_lines_with_the_official_sdk_ring_the_bell() {
    let desk = Desk::new();
    let at_once = ["pending=0s", "starting=0s", "stopping=1s", "event_latency=0s", "delivery=0s"];
    let switches = at_once.iter().flat_map(|switch| ["--switch", switch]);
    let cloud = Cloud::start(&desk, &switches.collect::<Vec<_>>());
    cloud.control("POST", "/_bellcheck/robots", &json!({"token": "TOKEN"}));
    let script = fixtures("").parent().unwrap().join("examples/python/quickstart.py");
    let address = cloud.endpoint().replace("http://", "");
    let Some(said) = run(Runtime::Python, &desk, &cloud.endpoint(), &script.to_string_lossy(), &[&address])
    else {
        return;
    };
    let instance = said.trim();
    assert!(instance.starts_with("i-"), "{said}");
    for _ in 0..600 {
        let messages = cloud.control("GET", "/_bellcheck/robots/TOKEN/messages", &Value::Null);
        let told = |message: &Value| {
            let text = message["text"].as_str().unwrap();
            text.contains(instance) && text.contains("Stopped")
        };
        if messages.as_array().unwrap().iter().any(told) {
            return;
        }
        pause(std::time::Duration::from_millis(50));
    }
    panic!("no message: {}", cloud.control("GET", "/_bellcheck/journal", &Value::Null));
}

#[test]
fn it_is_no_longer_than_ten_lines() {
    let script = fixtures("").parent().unwrap().join("examples/python/quickstart.py");
    let text = std::fs::read_to_string(script).unwrap();
    let code =
        text.lines().filter(|line| !line.is_empty() && !line.contains("import ") && !line.starts_with('#'));
    assert!(code.count() <= 10);
}
