//! Webhooks that are really called, mail that is put into the outbox: the emulator as a program.

use std::{net::TcpListener, time::Duration};

use bellcheck::{
    api::cloudmonitor::{Channels, ContactParameter, PutContact, PutContactGroup, PutEventRuleTargets},
    openapi::decode_form,
};
use serde_json::{Value, json};

use crate::{
    sink::{Act, Sink, call, event, rule},
    support::{Cloud, Desk, pause},
};

/// The keys of the documented sample of a callback.
const DOCUMENTED: [&str; 15] = [
    "content",
    "eventTime",
    "eventType",
    "groupId",
    "id",
    "instanceName",
    "level",
    "name",
    "product",
    "regionId",
    "resourceId",
    "ruleName",
    "status",
    "userId",
    "ver",
];

const QUICK: [&str; 6] =
    ["--switch", "event_latency=1ms", "--switch", "delivery=1ms", "--switch", "webhook_retry_spacing=5ms"];

fn quick<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&QUICK, more].concat()
}

/// The webhook entries of the journal, once the last attempt is in.
fn webhooks(cloud: &Cloud) -> Vec<Value> {
    for _ in 0..400 {
        let journal = cloud.control("GET", "/_bellcheck/journal", &Value::Null);
        let calls: Vec<Value> =
            journal.as_array().unwrap().iter().filter(|entry| entry["kind"] == "webhook").cloned().collect();
        if calls.last().is_some_and(|call| call["verdict"] != "retrying") {
            return calls;
        }
        pause(Duration::from_millis(25));
    }
    panic!("the webhook was not done with");
}

fn verdicts(calls: &[Value]) -> Vec<&str> {
    calls.iter().map(|call| call["verdict"].as_str().unwrap()).collect()
}

#[test]
fn a_local_sink_gets_the_documented_payload() {
    let (post, get) = (Sink::new(&[Act::Answer(200)]), Sink::new(&[Act::Answer(200)]));
    for (sink, method) in [(&post, "POST"), (&get, "get")] {
        let desk = Desk::new();
        let cloud = Cloud::start(&desk, &quick(&[]));
        rule(&cloud, method, &sink.url());
        event(&cloud);
        let calls = webhooks(&cloud);
        assert_eq!(verdicts(&calls), ["delivered"], "{calls:?}");
        assert_eq!((&calls[0]["code"], &calls[0]["message"]), (&json!("200"), &json!("success")));
        let [seen] = &sink.seen()[..] else { panic!("{:?}", sink.seen()) };
        let payload = &calls[0]["payload"];
        let mut keys: Vec<&String> = payload.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, DOCUMENTED);
        assert_eq!((&payload["content"]["state"], &payload["ruleName"]), (&json!("Stopping"), &json!("r")));
        let address = sink.address;
        assert!(seen.headers.contains(&format!("host: {address}")), "{seen:?}");
        if method == "POST" {
            assert_eq!(seen.line.trim(), "POST /hook?sign=abc HTTP/1.1");
            assert!(seen.headers.iter().any(|header| header.starts_with("content-type: application/json")));
            assert_eq!(&serde_json::from_str::<Value>(&seen.body).unwrap(), payload);
        } else {
            let query = seen.line.trim().strip_prefix("GET /hook?sign=abc&").unwrap();
            let query = query.strip_suffix(" HTTP/1.1").unwrap();
            let mut fields: Vec<(String, String)> = decode_form(query).unwrap();
            fields.sort();
            let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, DOCUMENTED);
            assert_eq!(fields[0].1, payload["content"].to_string());
            assert_eq!(seen.body, "");
        }
    }
}

#[test]
fn what_fails_is_called_four_times_and_given_up() {
    let elsewhere = Sink::new(&[Act::Answer(200)]);
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}/", gone.local_addr().unwrap());
    drop(gone);
    let cases = [
        (Some(Sink::new(&[Act::Answer(500)])), "500", "HTTP 500"),
        (Some(Sink::new(&[Act::Hang])), "500", "in time"),
        (Some(Sink::new(&[Act::Redirect(elsewhere.url())])), "302", "HTTP 302"),
        (None, "500", "could not be reached"),
    ];
    for (sink, code, message) in cases {
        let desk = Desk::new();
        let cloud = Cloud::start(&desk, &quick(&["--switch", "webhook_timeout=250ms"]));
        rule(&cloud, "POST", &sink.as_ref().map_or(nobody.clone(), Sink::url));
        event(&cloud);
        let calls = webhooks(&cloud);
        assert_eq!(verdicts(&calls), ["retrying", "retrying", "retrying", "given_up"], "{calls:?}");
        for call in &calls {
            assert_eq!(call["code"], code);
            assert!(call["message"].as_str().unwrap().contains(message), "{call}");
            assert!(!call.to_string().contains("sign=abc"), "{call}");
        }
        if let Some(sink) = sink {
            let bodies: Vec<String> = sink.seen().into_iter().map(|seen| seen.body).collect();
            assert_eq!(bodies.len(), 4);
            assert!(bodies.iter().all(|body| *body == bodies[0]), "a retry sends the same");
        }
    }
    assert_eq!(elsewhere.seen().len(), 0, "no redirect is followed");
}

/// `0.0.0.0` reaches this machine's listeners, and is no loopback address: so a call would be seen.
#[test]
fn a_host_that_nobody_allowed_is_not_called() {
    for (options, connections, verdict) in
        [(&[][..], 0, "not_sent"), (&["--allow-host", "0.0.0.0"], 1, "delivered")]
    {
        let sink = Sink::new(&[Act::Answer(200)]);
        let desk = Desk::new();
        let cloud = Cloud::start(&desk, &quick(options));
        rule(&cloud, "POST", &format!("http://0.0.0.0:{}/hook", sink.address.port()));
        event(&cloud);
        let calls = webhooks(&cloud);
        assert_eq!(verdicts(&calls), [verdict], "{calls:?}");
        assert_eq!(sink.seen().len(), connections, "{options:?}");
        if connections == 0 {
            assert!(calls[0]["message"].as_str().unwrap().contains("--allow-host 0.0.0.0"), "{calls:?}");
            assert_eq!(calls[0]["payload"]["ruleName"], "r");
        }
    }
}

#[test]
fn time_stands_still_while_a_webhook_is_called() {
    let sink = Sink::new(&[Act::Answer(503), Act::Answer(200)]);
    let desk = Desk::new();
    let cloud = Cloud::start(
        &desk,
        &["--clock", "virtual", "--switch", "timestamp_window=off", "--switch", "webhook_retry_spacing=1m"],
    );
    rule(&cloud, "POST", &format!("http://localhost:{}/", sink.address.port()));
    event(&cloud);
    // One step for all: the event, the call, the retry a minute later.
    cloud.control("POST", "/_bellcheck/advance", &json!({"by": "1h"}));
    let calls = webhooks(&cloud);
    let times: Vec<&str> = calls.iter().map(|call| call["at"].as_str().unwrap()).collect();
    assert_eq!(times, ["2025-12-31T16:00:03Z", "2025-12-31T16:01:03Z"]);
    assert_eq!(verdicts(&calls), ["retrying", "delivered"]);
    assert_eq!(sink.seen().len(), 2);
}

#[test]
fn mail_waits_for_its_activation_and_goes_to_the_outbox() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--clock", "virtual", "--switch", "timestamp_window=off"]);
    rule(&cloud, "POST", "http://127.0.0.1:9/");
    let mail = Channels { mail: Some("alice@example.com".to_owned()), ..Channels::default() };
    let contact = PutContact {
        contact_name: "alice".to_owned(),
        describe: "d".to_owned(),
        lang: Some("en".to_owned()),
        channels: mail,
    };
    call(&cloud, &contact);
    let group = PutContactGroup {
        contact_group_name: "g".to_owned(),
        describe: Some("d".to_owned()),
        contact_names: vec!["alice".to_owned()],
        enable_subscribed: Some(false),
    };
    call(&cloud, &group);
    let target = ContactParameter {
        id: Some("1".to_owned()),
        contact_group_name: Some("g".to_owned()),
        level: Some("4".to_owned()),
    };
    let targets = PutEventRuleTargets {
        rule_name: "r".to_owned(),
        contact_parameters: vec![target],
        ..PutEventRuleTargets::default()
    };
    call(&cloud, &targets);
    let tell = || {
        event(&cloud);
        cloud.control("POST", "/_bellcheck/advance", &json!({"by": "10s"}));
        cloud.control("GET", "/_bellcheck/outbox", &Value::Null)
    };
    assert_eq!(tell(), json!([]));
    let (status, _) = cloud.request("POST", "/_bellcheck/contacts/bob/activate", &Value::Null);
    assert_eq!(status, 404);
    cloud.control("POST", "/_bellcheck/contacts/alice/activate", &Value::Null);
    let outbox = tell();
    assert_eq!(outbox.as_array().unwrap().len(), 1, "{outbox}");
    let sent = &outbox[0];
    assert_eq!(
        (&sent["contact"], &sent["channel"], &sent["to"]),
        (&json!("alice"), &json!("mail"), &json!("a***@example.com"))
    );
    assert!(sent["text"].as_str().unwrap().contains("Stopping"), "{sent}");
}

#[test]
fn a_host_is_written_without_scheme_and_port() {
    let desk = Desk::new();
    for host in ["http://a.example.com", "a.example.com:80", "a/b", ""] {
        desk.run(&["emulator", "--allow-host", host]).exits(2).says("without a scheme and a port");
    }
}
