//! `bellcheck send` against an emulator in a process of its own: each refusal in its words.

use serde_json::{Value, json};

use crate::support::{Cloud, Desk};

const SECRET: &str = "SEC-never-to-be-shown";

const SPEC: &str = "\
stack: s
region: cn-hangzhou
robots:
  open:
    webhook: https://oapi.dingtalk.com/robot/send?access_token=open-robot-token
  keyed:
    webhook: https://oapi.dingtalk.com/robot/send?access_token=keyed-robot-token
    keywords: [Nightwatch]
  signed:
    webhook: https://oapi.dingtalk.com/robot/send?access_token=signed-robot-token
    secret: SEC-never-to-be-shown
  bound:
    webhook: https://oapi.dingtalk.com/robot/send?access_token=bound-robot-token
    allowed_ips: [10.0.0.0/8]
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("bellcheck.yaml", SPEC);
    desk
}

fn declare(cloud: &Cloud, robot: &Value) {
    cloud.control("POST", "/_bellcheck/robots", robot);
}

fn messages(cloud: &Cloud, token: &str) -> Vec<Value> {
    let path = format!("/_bellcheck/robots/{token}/messages");
    cloud.control("GET", &path, &Value::Null).as_array().unwrap().clone()
}

#[test]
fn messages_arrive_as_they_were_meant() {
    let desk = desk();
    let cloud = Cloud::start(&desk, &["--spec", "bellcheck.yaml"]);
    let send = |robot: &str, rest: &[&str]| {
        let mut args = vec!["send", "--robot", robot];
        args.extend(rest);
        cloud.run(&desk, &args).hides(SECRET).hides("robot-token")
    };
    send("open", &["--text", "hi @13800000000", "--at-mobile", "13800000000"])
        .exits(0)
        .says("sent to `open`");
    desk.write("note.md", "# Nightwatch\nall is well");
    send("keyed", &["--markdown", "note.md", "--title", "Report", "--at-all"]).exits(0);
    send("signed", &["--text", "x"]).exits(0);
    desk.write("link.json", r#"{"msgtype":"link","link":{"title":"t","text":"x","messageUrl":"http://m"}}"#);
    send("open", &["--message", "link.json"]).exits(0);
    let arrived = messages(&cloud, "open-robot-token");
    assert_eq!(arrived.len(), 2);
    assert_eq!(arrived[0]["message"]["at"]["atMobiles"], json!(["13800000000"]));
    assert_eq!(arrived[1]["message"]["link"]["messageUrl"], "http://m");
    let report = &messages(&cloud, "keyed-robot-token")[0]["message"];
    assert_eq!((&report["markdown"]["title"], &report["at"]["isAtAll"]), (&json!("Report"), &json!(true)));
    assert_eq!(messages(&cloud, "signed-robot-token").len(), 1);
    // Nothing is sent by a dry run, and the body is data.
    let run = send("open", &["--text", "dry", "--dry-run"]).exits(0).says("a dry run");
    let shown: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(shown["text"]["content"], "dry");
    assert_eq!(messages(&cloud, "open-robot-token").len(), 2);
}

#[test]
fn what_the_robot_would_refuse_is_not_sent() {
    let desk = desk();
    let cloud = Cloud::start(&desk, &["--spec", "bellcheck.yaml"]);
    let before = cloud.mark();
    let refused = |robot: &str, rest: &[&str], words: &str| {
        let mut args = vec!["send", "--robot", robot];
        args.extend(rest);
        cloud.run(&desk, &args).exits(1).says(words).says("not sent").hides(SECRET).hides("robot-token");
    };
    refused("keyed", &["--text", "nightwatch"], "none of the robot's keywords [Nightwatch] is in the text");
    desk.write("long.md", &"长".repeat(6_700));
    refused("open", &["--markdown", "long.md", "--title", "t"], "and a robot takes at most 20000");
    desk.write("link.json", r#"{"msgtype":"link","link":{"title":"t","text":"x","messageURL":"http://m"}}"#);
    refused("open", &["--message", "link.json"], "`messageURL` is there: spell it `messageUrl`");
    desk.write("at.json", r#"{"msgtype":"text","text":{"content":"x"},"at":{"atMobiles":[138]}}"#);
    refused("open", &["--message", "at.json"], "`at.atMobiles` is not a list of texts");
    assert_eq!(cloud.mark(), before, "no robot was called");
}

#[test]
fn what_is_only_expected_to_be_refused_can_be_sent_all_the_same() {
    let desk = desk();
    let cloud = Cloud::start(&desk, &["--spec", "bellcheck.yaml", "--switch", "robot_at_types=ignore"]);
    let send = |robot: &str, file: &str, more: &[&str]| {
        cloud.run(&desk, &[&["send", "--robot", robot, "--message", file][..], more].concat())
    };
    desk.write("at.json", r#"{"msgtype":"text","text":{"content":"x"},"at":{"atMobiles":[138]}}"#);
    send("open", "at.json", &[])
        .exits(1)
        .says("not sent: the robot would refuse it; --force sends it all the same");
    send("open", "at.json", &["--force"])
        .exits(0)
        .says("`at.atMobiles` is not a list of texts")
        .says("it is sent all the same, as --force says: the robot decides")
        .says("sent to `open`");
    // The robot may be of the same opinion.
    desk.write("x.json", r#"{"msgtype":"text","text":{"content":"x"}}"#);
    send("keyed", "x.json", &["--force"]).exits(1).says("robot `keyed`").says("310000");
    send("open", "at.json", &["--force", "--dry-run"]).exits(2);
    // What robots are said to take needs no force: null and empty buttons, and raw line ends.
    for buttons in ["null", "[]"] {
        desk.write(
            "card.json",
            &format!(
                r#"{{"msgtype":"actionCard","actionCard":{{"title":"t","text":"x","singleTitle":"more","singleURL":"https://example.com/","btns":{buttons}}}}}"#
            ),
        );
        send("open", "card.json", &[]).exits(0);
    }
    desk.write("raw.json", "{\"msgtype\": \"text\", \"text\": {\"content\": \"line one\nline two\"}}");
    send("open", "raw.json", &[]).exits(0);
    let arrived = messages(&cloud, "open-robot-token");
    assert_eq!(arrived.len(), 4);
    assert_eq!(arrived[1]["message"]["actionCard"]["singleTitle"], "more");
    assert_eq!(arrived[3]["message"]["text"]["content"], "line one\nline two");
    desk.write("broken.json", "{\"msgtype\": \"text\",");
    send("open", "broken.json", &["--force"]).exits(2).says("broken.json is not a message");
}

#[test]
fn each_refusal_of_a_robot_is_told_in_words_with_a_remedy() {
    let desk = desk();
    let cloud = Cloud::start(&desk, &[]);
    let said = |robot: &str, words: &[&str]| {
        let run = cloud.run(&desk, &["send", "--robot", robot, "--text", "Nightwatch"]);
        let run = run.exits(1).hides(SECRET).hides("robot-token");
        words.iter().fold(run, |run, words| run.says(words));
    };
    said("open", &["no robot has this `access_token`: errcode 300005", "copy the webhook again"]);
    let open = |more: &str, value: Value| {
        let mut robot = json!({"token": "open-robot-token"});
        robot[more] = value;
        declare(&cloud, &robot);
    };
    open("keywords", json!(["other"]));
    said("open", &["none of the robot's keywords is in the message: errcode 310000", "under `keywords`"]);
    open("secret", json!(SECRET));
    said("open", &["the signature is wrong or missing: errcode 310000", "as `secret` of the robot"]);
    open("allowed_ips", json!(["10.0.0.0/8"]));
    said("open", &["this machine's address is not among those", "IP list"]);
    open("state", json!("disabled"));
    said("open", &["the robot is switched off: errcode 400102", "ask an administrator"]);
    open("state", json!("removed"));
    said("open", &["the robot is no longer in its group: errcode 400106", "add a robot"]);
    open("state", json!("dismissed"));
    said("open", &["the robot's group was dismissed: errcode 400013", "another group"]);
    open("state", json!("active"));
    let fault = |effect: &str, value: Value| {
        let mut rule = json!({"robot": "open-robot-token"});
        rule[effect] = value;
        cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": [rule]}));
    };
    fault("errcode", json!(430_102));
    said("open", &["DingTalk finds the content unsafe or unfit: errcode 430102 含有不合适的文本"]);
    fault("errcode", json!(130_101));
    said("open", &["mute for ten minutes: errcode 130101", "wait ten minutes"]);
    assert!(messages(&cloud, "open-robot-token").is_empty());
    cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": []}));
    cloud.run(&desk, &["send", "--robot", "open", "--text", "x"]).exits(0);
    // The lint allows for an address that it does not know.
    declare(&cloud, &json!({"token": "bound-robot-token", "allowed_ips": ["10.0.0.0/8"]}));
    said(
        "bound",
        &["the robot takes messages from [10.0.0.0/8] only", "this machine's address is not among"],
    );
    let (status, answer) = cloud.request(
        "POST",
        "/_bellcheck/robots",
        &json!({"token": "t", "keywords": ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]}),
    );
    assert_eq!(status, 400);
    assert!(answer["error"].as_str().unwrap().contains("at most 10"), "{answer}");
}

#[test]
fn no_verdict_is_no_success_and_wrong_input_is_told() {
    let desk = desk();
    let nowhere = ("BELLCHECK_ENDPOINT", "http://127.0.0.1:9");
    let run = |rest: &[&str]| {
        let mut args = vec!["send"];
        args.extend(rest);
        desk.run_with(&[nowhere], &args).hides("robot-token")
    };
    run(&["--robot", "open", "--text", "x"])
        .exits(3)
        .says("no answer from the robot")
        .says("check the network");
    run(&["--robot", "ops", "--text", "x"]).exits(2).says("there is no robot `ops`").says("open, keyed");
    run(&["--robot", "open"]).exits(2);
    run(&["--robot", "open", "--text", "x", "--title", "t"]).exits(2);
    run(&["--robot", "open", "--markdown", "no.md"]).exits(2);
    run(&["--robot", "open", "--message", "no.json"]).exits(2).says("cannot read no.json");
    desk.write("list.json", "[]");
    run(&["--robot", "open", "--message", "list.json"]).exits(2).says("it holds no JSON object");
    desk.run(&["send", "--robot", "open", "--text", "x", "--endpoint", "nonsense"]).exits(2);
    desk.run(&["send", "--spec", "none.yaml", "--robot", "open", "--text", "x"]).exits(2);
}
