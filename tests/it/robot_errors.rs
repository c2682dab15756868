//! Every answer of a robot that was ever captured, provoked: `fixtures/dingtalk/errors.json` says what
//! each one is, in which era, and who saw it.

use std::{collections::BTreeMap, net::IpAddr, time::Duration};

use bellcheck::{
    clock::Clock as _,
    dingtalk::{BODY_LIMIT, RobotState, Security, sign},
    emulator::{Emulator, FaultEffect, FaultRule, FaultTarget, RobotConfig, WorldConfig},
    openapi::{HttpRequest, HttpResponse},
    secret::Secret,
};
use serde_json::{Value, json};

const TOKEN: &str = "robot-token-1";
const SECRET: &str = "SEC-of-the-robot";

fn cloud(switches: &[(&str, &str)]) -> Emulator {
    let mut config = WorldConfig::default();
    for (name, value) in switches {
        config.switches.set(name, value).unwrap();
    }
    Emulator::virtual_clock(config)
}

fn declare(cloud: &Emulator, security: Security, state: RobotState) {
    let config = RobotConfig { token: TOKEN.into(), name: None, security, state };
    cloud.with(|world| world.declare_robot(config));
}

fn post(query: &[(&str, &str)], body: &[u8]) -> HttpRequest {
    HttpRequest {
        method: "POST".to_owned(),
        path: "/robot/send".to_owned(),
        query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_vec(),
    }
}

fn text(content: &str) -> Vec<u8> {
    json!({"msgtype": "text", "text": {"content": content}}).to_string().into_bytes()
}

/// A request as any client sends it, with a token and a text.
fn plain() -> HttpRequest {
    post(&[("access_token", TOKEN)], &text("hello"))
}

fn send(cloud: &Emulator, request: &HttpRequest) -> Value {
    let peer: IpAddr = "203.0.113.9".parse().unwrap();
    let response: HttpResponse = cloud.with(|world| world.robot_send(request, peer));
    assert_eq!(response.status, 200, "the status of a robot's answer says nothing");
    assert_eq!(response.header("content-type"), Some("application/json"));
    serde_json::from_slice(&response.body).unwrap()
}

fn fault(errcode: i64) -> FaultRule {
    let (target, effect) = (FaultTarget::Robot(TOKEN.into()), FaultEffect::Errcode(errcode));
    FaultRule { target, effect, share: None, times: None }
}

/// Does what brings about the row's answer, in that era.
fn provoke(row: &Value, era: &str) -> Value {
    let cloud = cloud(&[("robot_wording", era)]);
    let open = Security::default();
    let active = |security: Security| declare(&cloud, security, RobotState::Active);
    match row["case"].as_str().unwrap() {
        "accepted" => active(open),
        "keyword_missing" => active(Security { keywords: vec!["Hello".to_owned()], ..open }),
        "sign_mismatch" => active(Security { secret: Some(SECRET.into()), ..open }),
        "sign_expired" => {
            active(Security { secret: Some(SECRET.into()), ..open });
            let stamp = cloud.now().as_millisecond() - 3_600_001;
            let signature = sign(&Secret::new(SECRET), stamp);
            let query =
                [("access_token", TOKEN), ("timestamp", &stamp.to_string()), ("sign", signature.as_str())];
            return send(&cloud, &post(&query, &text("hello")));
        }
        "ip_not_allowed" => {
            active(Security { allowed_ips: vec!["203.0.113.0/29".parse().unwrap()], ..open });
        }
        "too_fast" => {
            active(open);
            for _ in 0..20 {
                assert_eq!(send(&cloud, &plain())["errcode"], 0);
            }
        }
        "gateway_block" => {
            active(open);
            cloud.with(|world| world.add_fault(fault(1111)));
        }
        "fault" => {
            active(open);
            cloud.with(|world| world.add_fault(fault(row["errcode"].as_i64().unwrap())));
        }
        "unknown_token" => {}
        "missing_token" => {
            active(open);
            let empty = send(&cloud, &post(&[("access_token", "")], &text("hello")));
            assert_eq!(empty, send(&cloud, &post(&[], &text("hello"))));
            return empty;
        }
        "missing_body" => {
            active(open);
            let answers: Vec<Value> = ["", "{", "[]", "hello"]
                .iter()
                .map(|body| send(&cloud, &post(&[("access_token", TOKEN)], body.as_bytes())))
                .collect();
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
            return answers[0].clone();
        }
        "need_post" => {
            active(open);
            return send(&cloud, &HttpRequest { method: "GET".to_owned(), ..plain() });
        }
        "wrong_content_type" => {
            active(open);
            let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
            return send(&cloud, &HttpRequest { headers, ..plain() });
        }
        "disabled" => declare(&cloud, open, RobotState::Disabled),
        "removed" => declare(&cloud, open, RobotState::Removed),
        "dismissed" => declare(&cloud, open, RobotState::Dismissed),
        "unknown_msgtype" => {
            active(open);
            return send(&cloud, &post(&[("access_token", TOKEN)], br#"{"msgtype":"video"}"#));
        }
        "bad_field" => {
            active(open);
            // The captures are of these two fields.
            let body: &[u8] = if row["errmsg"].as_str().unwrap().contains("markdown") {
                br##"{"msgtype":"markdown","markdown":{"text":"# x"}}"##
            } else {
                br#"{"msgtype":"text","text":{}}"#
            };
            return send(&cloud, &post(&[("access_token", TOKEN)], body));
        }
        "too_long" => {
            active(open);
            let around = text("").len();
            let fits = text(&"x".repeat(BODY_LIMIT - around));
            assert_eq!(fits.len(), 20_000);
            assert_eq!(send(&cloud, &post(&[("access_token", TOKEN)], &fits))["errcode"], 0);
            let over = text(&"x".repeat(BODY_LIMIT + 1 - around));
            return send(&cloud, &post(&[("access_token", TOKEN)], &over));
        }
        other => panic!("no request provokes `{other}`"),
    }
    send(&cloud, &plain())
}

fn rows() -> Vec<Value> {
    let table: Value = serde_json::from_str(include_str!("../../fixtures/dingtalk/errors.json")).unwrap();
    table["errors"].as_array().unwrap().clone()
}

fn eras(row: &Value) -> Vec<&str> {
    row["eras"]
        .as_array()
        .map(|eras| eras.iter().map(|era| era.as_str().unwrap()).collect())
        .unwrap_or_default()
}

#[test]
fn every_known_answer_is_given_in_its_era() {
    let mut compared = 0;
    for row in rows() {
        for era in eras(&row) {
            let answer = provoke(&row, era);
            let place = format!("{} of {era}: {answer}", row["case"]);
            compared += 1;
            if row["case"] == "gateway_block" {
                assert!(answer.get("errcode").is_none() && answer.get("errmsg").is_none(), "{place}");
                for name in ["status", "wait", "source", "punish"] {
                    assert_eq!(answer[name], row["fields"][name], "{place}");
                }
                let uuid = answer["uuid"].as_str().unwrap();
                assert!(uuid.len() == 32 && uuid.bytes().all(|byte| byte.is_ascii_hexdigit()), "{place}");
                continue;
            }
            assert_eq!(answer["errcode"], row["errcode"], "{place}");
            let wanted = row["errmsg"].as_str().unwrap().replace("X.X.X.X", "203.0.113.9");
            let given = answer["errmsg"].as_str().unwrap();
            if row["cut"] == true {
                assert!(given.starts_with(&wanted), "{place}");
            } else {
                assert_eq!(given, wanted, "{place}");
            }
            assert_eq!(answer.as_object().unwrap().len(), 2, "{place}");
        }
    }
    assert!(compared > 80, "{compared}");
}

#[test]
fn the_table_leaves_no_observed_text_and_no_era_out() {
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows() {
        let placed = row["case"].is_string() != row["left_out"].is_string();
        assert!(placed, "a row is provoked, or says why it is left out: {row}");
        assert!(row["sources"].as_array().is_some_and(|sources| !sources.is_empty()), "{row}");
        let Some(case) = row["case"].as_str().filter(|case| *case != "fault") else { continue };
        seen.entry(case.to_owned()).or_default().extend(eras(&row).iter().map(|era| (*era).to_owned()));
    }
    for (case, mut eras) in seen {
        eras.sort();
        assert_eq!(eras, ["2019", "2020", "2022", "2023"], "{case}");
    }
}

#[test]
fn twenty_five_messages_in_thirty_seconds() {
    let cloud = cloud(&[]);
    declare(&cloud, Security::default(), RobotState::Active);
    let advance = |by: Duration| {
        cloud.with(|world| world.advance_to(world.now().checked_add(by).unwrap()));
    };
    let errcode = || send(&cloud, &plain())["errcode"].as_i64().unwrap();
    let mut answers = Vec::new();
    for _ in 0..25 {
        answers.push(errcode());
        advance(Duration::from_millis(1200));
    }
    assert_eq!(answers[..20], [0; 20]);
    assert_eq!(answers[20..], [130_101; 5]);
    // The mute began with the 21st, at 24 s; it is 30 s now.
    for _ in 0..59 {
        advance(Duration::from_secs(10));
        assert_eq!(errcode(), 130_101);
    }
    advance(Duration::from_millis(3_999));
    assert_eq!(errcode(), 130_101);
    advance(Duration::from_millis(1));
    assert_eq!(errcode(), 0);
    assert_eq!(cloud.with(|world| world.messages(TOKEN).len()), 21);
}

#[test]
fn the_same_uuid_is_delivered_once() {
    let body = |uuid: &str| {
        json!({"msgtype": "text", "text": {"content": "x"}, "msgUuid": uuid}).to_string().into_bytes()
    };
    let request = |uuid: &str| post(&[("access_token", TOKEN)], &body(uuid));
    let delivered = |switches: &[(&str, &str)], wait: u64| {
        let cloud = cloud(switches);
        declare(&cloud, Security::default(), RobotState::Active);
        for (uuid, wait) in [("a", 0), ("a", 0), ("b", wait), ("a", 0), ("", 0), ("", 0)] {
            assert_eq!(send(&cloud, &request(uuid)), json!({"errcode": 0, "errmsg": "ok"}));
            cloud.with(|world| {
                world.advance_to(world.now().checked_add(Duration::from_secs(wait)).unwrap());
            });
        }
        cloud.with(|world| world.messages(TOKEN).len())
    };
    assert_eq!(delivered(&[], 0), 4);
    assert_eq!(delivered(&[], 3599), 4);
    assert_eq!(delivered(&[], 3600), 5);
    assert_eq!(delivered(&[("robot_uuid_window", "off")], 0), 6);
}

#[test]
fn a_signature_counts_in_the_query_only() {
    let cloud = cloud(&[]);
    declare(&cloud, Security { secret: Some(SECRET.into()), ..Security::default() }, RobotState::Active);
    let stamp = cloud.now().as_millisecond();
    let (now, signature) = (stamp.to_string(), sign(&Secret::new(SECRET), stamp));
    let query = [("access_token", TOKEN), ("timestamp", &now), ("sign", &signature)];
    assert_eq!(send(&cloud, &post(&query, &text("x")))["errcode"], 0);
    let mut headers = plain();
    headers.headers.extend([("timestamp".to_owned(), now.clone()), ("sign".to_owned(), signature.clone())]);
    assert!(send(&cloud, &headers)["errmsg"].as_str().unwrap().contains("签名不匹配"));
    // An address that was signed before and is signed again: the old pair is taken.
    let old = stamp - 7_200_000;
    let (before, stale) = (old.to_string(), sign(&Secret::new(SECRET), old));
    let twice = [
        ("access_token", TOKEN),
        ("timestamp", &before),
        ("sign", &stale),
        ("timestamp", &now),
        ("sign", &signature),
    ];
    assert!(send(&cloud, &post(&twice, &text("x")))["errmsg"].as_str().unwrap().contains("签名过期"));
    cloud.with(|world| assert_eq!(world.messages(TOKEN).len(), 1));
    let other = self::cloud(&[("robot_duplicate_parameters", "last")]);
    declare(&other, Security { secret: Some(SECRET.into()), ..Security::default() }, RobotState::Active);
    assert_eq!(send(&other, &post(&twice, &text("x")))["errcode"], 0);
}

#[test]
fn what_is_open_is_a_switch() {
    let errcode = |switches: &[(&str, &str)], body: &[u8], query: &[(&str, &str)]| {
        let cloud = cloud(switches);
        declare(&cloud, Security::default(), RobotState::Active);
        send(&cloud, &post(query, body))["errcode"].as_i64().unwrap()
    };
    let plain = [("access_token", TOKEN)];
    assert_eq!(errcode(&[], &text(""), &plain), 400_402);
    assert_eq!(errcode(&[("robot_empty_texts", "accept")], &text(""), &plain), 0);
    let at = br#"{"msgtype":"text","text":{"content":"x"},"at":{"atMobiles":[138]}}"#;
    assert_eq!(errcode(&[], at, &plain), 400_402);
    assert_eq!(errcode(&[("robot_at_types", "ignore")], at, &plain), 0);
    let signed = [("access_token", TOKEN), ("timestamp", "1"), ("sign", "x")];
    assert_eq!(errcode(&[], &text("x"), &signed), 0);
    assert_eq!(errcode(&[("robot_needless_sign", "refuse")], &text("x"), &signed), 310_000);
}
