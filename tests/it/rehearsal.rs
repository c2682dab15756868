//! The emulator in the place of the real cloud: a fast clock, robots that are elsewhere, instances that
//! were always there.

use std::{net::TcpListener, sync::Arc, time::Duration};

use bellcheck::{
    api::{
        cloudmonitor::{Channels, ContactParameter, PutContact, PutContactGroup, PutEventRuleTargets},
        ecs::{DescribeInstances, StopInstance},
    },
    clock::{Clock as _, FastClock, Stopwatch, SystemClock, Timestamp},
};
use serde_json::{Value, json};

use crate::{
    sink::{Act, Sink, call, call_at, event, rule},
    support::{Cloud, Desk, Run, pause},
};

const TOKEN: &str = "canary0token";
const ROBOT: &str =
    "https://oapi.dingtalk.com/robot/send?access_token=canary0token&timestamp=1&sign=canary0sign";

const QUICK: [&str; 6] =
    ["--switch", "event_latency=1ms", "--switch", "delivery=1ms", "--switch", "webhook_retry_spacing=5ms"];

fn quick<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&QUICK, more].concat()
}

fn get(cloud: &Cloud, path: &str) -> Value {
    cloud.control("GET", &format!("/_bellcheck/{path}"), &Value::Null)
}

fn entries(cloud: &Cloud, kind: &str) -> Vec<Value> {
    let journal = get(cloud, "journal");
    journal.as_array().unwrap().iter().filter(|entry| entry["kind"] == kind).cloned().collect()
}

/// Waits for that many entries of a kind.
#[track_caller]
fn wait_for(cloud: &Cloud, kind: &str, count: usize) -> Vec<Value> {
    for _ in 0..800 {
        let found = entries(cloud, kind);
        if found.len() >= count {
            return found;
        }
        pause(Duration::from_millis(25));
    }
    panic!("{count} of {kind} did not come:\n{:#}", get(cloud, "journal"));
}

/// A rule that tells a group of one contact with a webhook.
fn people(cloud: &Cloud, webhook: &str) {
    rule(cloud, "POST", "http://127.0.0.1:9/");
    let channels = Channels { ding_web_hook: Some(webhook.to_owned()), ..Channels::default() };
    call(
        cloud,
        &PutContact {
            contact_name: "alice".to_owned(),
            describe: "d".to_owned(),
            lang: Some("en".to_owned()),
            channels,
        },
    );
    call(
        cloud,
        &PutContactGroup {
            contact_group_name: "g".to_owned(),
            describe: Some("d".to_owned()),
            contact_names: vec!["alice".to_owned()],
            enable_subscribed: Some(false),
        },
    );
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
    call(cloud, &targets);
}

fn time(entry: &Value) -> Timestamp {
    entry["at"].as_str().unwrap().parse().unwrap()
}

fn refuses(args: &[&str], why: &str) -> Run {
    let args = [&["emulator", "--listen", "127.0.0.1:0"], args].concat();
    Desk::new().run(&args).exits(2).says(why).hides("listening")
}

#[test]
fn everything_in_the_world_follows_the_fast_clock() {
    let hour_ago = SystemClock.now() - Duration::from_secs(3600);
    // Slow enough for a busy machine to sign and send within the fifteen minutes of a signature.
    let clock = FastClock::new(hour_ago, 100).unwrap();
    let desk = Desk::new();
    let since = hour_ago.to_string();
    let watch = Stopwatch::start();
    let cloud = Cloud::start(&desk, &["--clock", "real", "--speed", "100", "--since", &since]);
    let state = get(&cloud, "state");
    assert_eq!((&state["clock"], &state["speed"]), (&json!("real"), &json!(100)));
    let now: Timestamp = state["now"].as_str().unwrap().parse().unwrap();
    let apart = clock.now().duration_since(now).as_secs();
    assert!((0..=1000).contains(&apart), "the test's clock and the emulator's are {apart} s apart");
    let id = cloud.control("POST", "/_bellcheck/instances", &json!({"name": "web-1"}))["id"].clone();
    let stop = StopInstance { instance_id: id.as_str().unwrap().to_owned(), ..Default::default() };
    // Signatures are judged by the same clock.
    let refused = call_at(&cloud, Arc::new(SystemClock), &stop).unwrap_err();
    assert_eq!(refused.code, "InvalidTimeStamp.Expired");
    call_at(&cloud, Arc::new(clock), &stop).unwrap();
    // Of thirty seconds each: the default of the switches.
    let events = wait_for(&cloud, "event", 2);
    let passed = time(&events[1]).duration_since(time(&events[0])).as_secs();
    assert_eq!(passed, 30, "{events:?}");
    assert!(watch.elapsed() < Duration::from_secs(30), "it took {:?}", watch.elapsed());
}

#[test]
fn a_speed_and_its_beginning_come_together_and_with_real_time_only() {
    let now = SystemClock.now().to_string();
    refuses(&["--speed", "60"], "--since");
    refuses(&["--since", &now], "--speed");
    refuses(&["--clock", "virtual", "--speed", "60", "--since", &now], "this one is virtual");
    for speed in ["0", "10001"] {
        refuses(&["--speed", speed, "--since", &now], "from 1 to 10000");
    }
    refuses(&["--speed", "fast", "--since", &now], "invalid digit");
    refuses(&["--speed", "10000", "--since", "1999-01-01T00:00:00Z"], "beyond the year 9999");
}

#[test]
fn a_leap_is_followed_and_what_was_due_happens_in_its_order() {
    let desk = Desk::new();
    let since = SystemClock.now().to_string();
    let leaps = desk.path("leaps").display().to_string();
    let cloud = Cloud::start(&desk, &["--speed", "60", "--since", &since, "--leaps", &leaps]);
    let clock = FastClock::new(since.parse().unwrap(), 60).unwrap().with_leaps(&desk.path("leaps")).unwrap();
    let id = cloud.control("POST", "/_bellcheck/instances", &json!({"name": "web-1"}))["id"].clone();
    let stop = StopInstance { instance_id: id.as_str().unwrap().to_owned(), ..Default::default() };
    call_at(&cloud, Arc::new(clock.clone()), &stop).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let before = clock.now();
    runtime.block_on(clock.pass(Duration::from_secs(30 * 86_400), Duration::ZERO));
    // Nobody asked, and yet it has happened: at its own time, not at that of the leap.
    let events = wait_for(&cloud, "event", 2);
    assert!(time(&events[1]).duration_since(before).as_hours() < 1, "{events:?}");
    let state = get(&cloud, "state");
    let now: Timestamp = state["now"].as_str().unwrap().parse().unwrap();
    assert_eq!(now.duration_since(before).as_hours() / 24, 30, "{state}");
    // A signature of before is thirty days old.
    let old = FastClock::new(since.parse().unwrap(), 60).unwrap();
    assert_eq!(call_at(&cloud, Arc::new(old), &stop).unwrap_err().code, "InvalidTimeStamp.Expired");
    assert_eq!(desk.read("leaps").lines().count(), 1);
    refuses(&["--leaps", &leaps], "--speed");
    refuses(&["--speed", "2", "--since", &since, "--leaps", "/"], "name a file that can be read and written");
}

#[test]
fn robots_take_messages_from_where_they_are_told_that_they_come_from() {
    for (args, errcode) in [(&["--robot-peer", "10.1.2.3"][..], 0), (&[], 310_000)] {
        let cloud = Cloud::start(&Desk::new(), args);
        cloud.control("POST", "/_bellcheck/robots", &json!({"token": TOKEN, "allowed_ips": ["10.0.0.0/8"]}));
        let body = json!({"msgtype": "text", "text": {"content": "hello"}});
        let (status, answer) = cloud.request("POST", &format!("/robot/send?access_token={TOKEN}"), &body);
        assert_eq!((status, &answer["errcode"]), (200, &json!(errcode)), "{answer}");
    }
}

#[test]
fn a_state_file_is_continued_with_the_clock_and_the_stand_in_of_before() {
    let desk = Desk::new();
    let sink = Sink::new(&[Act::Say(200, r#"{"errcode":0,"errmsg":"ok"}"#)]);
    let at = format!("http://{}", sink.address);
    let since = SystemClock.now().to_string();
    let clock = ["--speed", "2", "--since", &since];
    let stand_in = ["--dingtalk-at", at.as_str()];
    let file = ["--state", "world.state"];
    let all = [&quick(&[])[..], &clock, &stand_in, &file].concat();
    let cloud = Cloud::start(&desk, &all);
    people(&cloud, ROBOT);
    event(&cloud);
    let told = wait_for(&cloud, "delivery", 1);
    cloud.terminate();
    let run = |more: &[&str]| {
        let args = [&["emulator", "--listen", "127.0.0.1:0"], &quick(&[])[..], &file, more].concat();
        desk.run(&args).exits(2).hides("listening").hides("canary")
    };
    run(&stand_in).says("--clock").says("--speed 2");
    run(&[&["--speed", "3", "--since", since.as_str()], &stand_in[..]].concat()).says("--speed 3");
    run(&clock).says("was begun with --dingtalk-at").says(&at);
    let cloud = Cloud::start(&desk, &all);
    assert_eq!(entries(&cloud, "delivery"), told);
    assert_eq!(sink.seen().len(), 1, "it is not posted again");
    cloud.terminate();
    // And a world without one is not continued with one.
    let plain = Cloud::start(&desk, &["--state", "plain.state"]);
    plain.terminate();
    let args = ["emulator", "--listen", "127.0.0.1:0", "--state", "plain.state", "--dingtalk-at", &at];
    desk.run(&args).exits(2).says("was begun with --dingtalk-at");
}

#[test]
fn a_message_leaves_as_the_robot_gets_it_and_its_answer_is_journalled() {
    for (answer, errcode, errmsg) in [
        (r#"{"errcode":0,"errmsg":"ok"}"#, 0, "ok"),
        (
            r#"{"errcode":"310000","errmsg":"keywords not in content, token canary0token"}"#,
            310_000,
            "keywords",
        ),
    ] {
        let sink = Sink::new(&[Act::Say(200, answer)]);
        let desk = Desk::new();
        let at = format!("http://{}", sink.address);
        let cloud = Cloud::start(&desk, &quick(&["--dingtalk-at", &at, "--switch", "robot_retries=3"]));
        cloud.control("POST", "/_bellcheck/robots", &json!({"token": TOKEN, "name": "ops"}));
        people(&cloud, ROBOT);
        event(&cloud);
        let told = wait_for(&cloud, "delivery", 1);
        let delivery = &told[0];
        assert_eq!(delivery["reply"]["errcode"], errcode);
        assert!(delivery["reply"]["errmsg"].as_str().unwrap().contains(errmsg), "{delivery}");
        assert_eq!((&delivery["robot"]["name"], &delivery["contact"]), (&json!("ops"), &json!("alice")));
        let [seen] = &sink.seen()[..] else { panic!("{:?}", sink.seen()) };
        let query = "access_token=canary0token&timestamp=1&sign=canary0sign";
        assert_eq!(seen.line.trim(), format!("POST /robot/send?{query} HTTP/1.1"));
        assert!(seen.headers.iter().any(|header| header.starts_with("content-type: application/json")));
        assert_eq!(serde_json::from_str::<Value>(&seen.body).unwrap(), delivery["message"]);
        assert_eq!(delivery["message"]["msgtype"], "markdown");
        // The robot of that token in this world did not get it.
        assert_eq!(get(&cloud, &format!("robots/{TOKEN}/messages")), json!([]));
        let journal = get(&cloud, "journal").to_string();
        assert!(!journal.contains("canary0"), "{journal}");
    }
}

#[test]
fn another_emulator_can_play_dingtalk() {
    let desk = Desk::new();
    let dingtalk = Cloud::start(&desk, &[]);
    dingtalk.control("POST", "/_bellcheck/robots", &json!({"token": TOKEN, "keywords": ["Stopping"]}));
    let cloud = Cloud::start(&desk, &quick(&["--dingtalk-at", &dingtalk.endpoint()]));
    people(&cloud, ROBOT);
    event(&cloud);
    assert_eq!(wait_for(&cloud, "delivery", 1)[0]["reply"], json!({"errcode": 0, "errmsg": "ok"}));
    let messages = get(&dingtalk, &format!("robots/{TOKEN}/messages"));
    assert_eq!(messages.as_array().unwrap().len(), 1);
    assert!(messages[0]["text"].as_str().unwrap().contains("web-1"), "{messages}");
}

#[test]
fn what_no_robot_answers_is_tried_again_as_often_as_the_switch_says() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    for (sink, why) in [
        (Some(Sink::new(&[Act::Answer(502)])), "HTTP 502"),
        (Some(Sink::new(&[Act::Say(200, "<html>")])), "HTTP 200 came without an errcode"),
        (Some(Sink::new(&[Act::Say(503, r#"{"errcode":0,"errmsg":"ok"}"#)])), "HTTP 503"),
        (Some(Sink::new(&[Act::Hang])), "none came in time"),
        (None, "could not be reached"),
    ] {
        let at = sink.as_ref().map_or(nobody.clone(), |sink| format!("http://{}", sink.address));
        for (retries, calls) in [(None, 1), (Some("robot_retries=2"), 3)] {
            let before = sink.as_ref().map_or(0, |sink| sink.seen().len());
            let desk = Desk::new();
            let mut args = quick(&["--dingtalk-at", &at, "--switch", "webhook_timeout=250ms"]);
            args.extend(retries.iter().flat_map(|switch| ["--switch", switch]));
            let cloud = Cloud::start(&desk, &args);
            people(&cloud, ROBOT);
            event(&cloud);
            let told = wait_for(&cloud, "delivery", calls);
            let words = |entry: &Value| entry["reply"]["errmsg"].as_str().unwrap().to_owned();
            let last = told.last().unwrap();
            assert_eq!(last["reply"]["errcode"], -1);
            assert!(words(last).contains(why) && words(last).ends_with("not tried again"), "{last}");
            assert!(told[..calls - 1].iter().all(|entry| words(entry).contains("; tried again at 20")));
            // None comes after the last one.
            pause(Duration::from_millis(100));
            assert_eq!(entries(&cloud, "delivery").len(), calls);
            if let Some(sink) = &sink {
                assert_eq!(sink.seen().len() - before, calls);
            }
            assert!(!get(&cloud, "journal").to_string().contains("canary0"));
        }
    }
}

#[test]
fn a_robot_that_answers_late_gets_no_second_copy() {
    let sink = Sink::new(&[Act::Answer(502), Act::Say(200, r#"{"errcode":0,"errmsg":"ok"}"#)]);
    let desk = Desk::new();
    let at = format!("http://{}", sink.address);
    let cloud = Cloud::start(&desk, &quick(&["--dingtalk-at", &at, "--switch", "robot_retries=3"]));
    people(&cloud, ROBOT);
    event(&cloud);
    let told = wait_for(&cloud, "delivery", 2);
    assert_eq!((&told[0]["reply"]["errcode"], &told[1]["reply"]["errcode"]), (&json!(-1), &json!(0)));
    pause(Duration::from_millis(100));
    assert_eq!(sink.seen().len(), 2);
}

#[test]
fn a_stand_in_is_an_address_within_reach() {
    for (wrong, why) in [
        ("127.0.0.1:80", "it is no URL"),
        ("http://203.0.113.9:80", "--allow-host 203.0.113.9"),
        ("https://oapi.dingtalk.com", "emulated here"),
        ("http://127.0.0.1/robot/send?access_token=canary", "it has a path"),
    ] {
        refuses(&["--dingtalk-at", wrong], why).hides("canary");
    }
    for retries in ["-1", "11", "often"] {
        refuses(&["--switch", &format!("robot_retries={retries}")], "a whole number from 0 to 10");
    }
}

#[test]
fn an_instance_can_be_put_there_without_an_event() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &quick(&["--switch", "starting=1ms"]));
    let put = |body: Value| cloud.request("POST", "/_bellcheck/instances", &body);
    let (status, answer) = put(json!({
        "name": "web-1", "region": "cn-beijing", "type": "ecs.c7.large", "state": "Stopped",
        "tags": {"bellcheck": "allowed"},
    }));
    assert_eq!(status, 200, "{answer}");
    let id = answer["id"].as_str().unwrap();
    let list = DescribeInstances { region_id: "cn-beijing".to_owned(), ..Default::default() };
    let found = call_at(&cloud, Arc::new(SystemClock), &list).unwrap().instances.instance;
    let [instance] = &found[..] else { panic!("{found:?}") };
    assert_eq!((instance.instance_id.as_str(), instance.status.as_str()), (id, "Stopped"));
    assert!(id.starts_with("i-"), "{id}");
    let shown = format!("{instance:?}");
    for text in ["web-1", "ecs.c7.large", "bellcheck", "allowed"] {
        assert!(shown.contains(text), "{shown}");
    }
    assert_eq!(put(json!({"name": "web-2"})).0, 200);
    pause(Duration::from_millis(50));
    assert_eq!(entries(&cloud, "event"), Vec::<Value>::new());
    // One whose state is passing goes on to the next.
    put(json!({"name": "web-3", "state": "Starting"}));
    wait_for(&cloud, "event", 1);
    for (body, why) in [
        (json!({}), "missing field `name`"),
        (json!({"name": "a", "state": "Gone"}), "no state of an instance"),
        (json!({"name": "a", "status": "Running"}), "unknown field `status`"),
        (json!({"name": "a", "tags": ["a"]}), "expected a map"),
    ] {
        let (status, answer) = put(body);
        assert_eq!(status, 400, "{answer}");
        let text = answer.to_string();
        assert!(text.contains(why) && text.contains("write "), "{answer}");
    }
}
