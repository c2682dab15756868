//! Robots as anybody may call them.

use std::net::IpAddr;

use super::support::{Cloud, TOKEN};
use crate::{
    dingtalk::{Message, Refusal, Reply, Security, Wording, sign},
    emulator::{Entry, What},
    openapi::HttpRequest,
    secret::Secret,
};

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
    Message::text(content).to_json().to_string().into_bytes()
}

fn send(cloud: &Cloud, request: &HttpRequest, peer: &str) -> Reply {
    let peer: IpAddr = peer.parse().unwrap();
    let response = cloud.emulator.with(|world| world.robot_send(request, peer));
    assert_eq!(response.status, 200, "the verdict of a robot is never the status");
    Reply::parse(&response.body).unwrap()
}

fn refused(refusal: &Refusal) -> Reply {
    refusal.reply(Wording::default())
}

#[test]
fn each_fault_has_its_errcode() {
    let cloud = Cloud::new();
    cloud.declare_robot(Security { keywords: vec!["bell".to_owned()], ..Security::default() });
    let token = ("access_token", TOKEN);
    let code = |request: HttpRequest| send(&cloud, &request, "127.0.0.1").errcode;
    assert_eq!(code(HttpRequest { method: "GET".to_owned(), ..post(&[token], b"") }), 43_002);
    assert_eq!(code(post(&[], &text("bell"))), 40_035);
    assert_eq!(code(post(&[("access_token", "")], &text("bell"))), 40_035);
    assert_eq!(code(post(&[("access_token", "x")], &text("bell"))), 300_005);
    assert_eq!(code(HttpRequest { headers: vec![], ..post(&[token], &text("bell")) }), 43_004);
    assert_eq!(code(post(&[token], b"{")), 40_035);
    assert_eq!(code(post(&[token], br#"{"msgtype":"image"}"#)), 400_105);
    assert_eq!(code(post(&[token], br#"{"msgtype":"text","text":{}}"#)), 400_402);
    assert_eq!(code(post(&[token], &text(&"bell".repeat(6000)))), 460_101);
    assert_eq!(code(post(&[token], &text("Bell"))), 310_000);
    assert!(cloud.texts().is_empty());
    assert_eq!(code(post(&[token], &text("the bell"))), 0);
    assert_eq!(cloud.texts(), ["the bell"]);
    let received = cloud.emulator.with(|world| world.messages(TOKEN)[0].clone());
    assert_eq!((received.event_id, received.rule, received.contact), (None, None, None));
    let calls = cloud.journal().into_iter().filter(|entry| entry.kind() == "robot_call").count();
    assert_eq!(calls, 11);
}

#[test]
fn the_size_limit_counts_the_whole_body() {
    let cloud = Cloud::new();
    cloud.declare_robot(Security::default());
    let around = text("").len();
    let token = ("access_token", TOKEN);
    let largest = text(&"x".repeat(20_000 - around));
    assert_eq!(largest.len(), 20_000);
    assert_eq!(send(&cloud, &post(&[token], &largest), "127.0.0.1").errcode, 0);
    let larger = text(&"x".repeat(20_001 - around));
    assert_eq!(send(&cloud, &post(&[token], &larger), "127.0.0.1").errcode, 460_101);
}

#[test]
fn signatures_hold_on_the_worlds_clock() {
    let cloud = Cloud::new();
    let secret = Secret::new("SECx");
    cloud.declare_robot(Security { secret: Some(secret.clone()), ..Security::default() });
    let signed_at = cloud.now().as_millisecond();
    let (timestamp, signature) = (signed_at.to_string(), sign(&secret, signed_at));
    let request =
        post(&[("access_token", TOKEN), ("timestamp", &timestamp), ("sign", &signature)], &text("x"));
    assert_eq!(send(&cloud, &request, "127.0.0.1").errcode, 0);
    cloud.advance(3601);
    assert_eq!(send(&cloud, &request, "127.0.0.1"), refused(&Refusal::SignExpired));
    assert_eq!(
        send(&cloud, &post(&[("access_token", TOKEN)], &text("x")), "127.0.0.1"),
        refused(&Refusal::SignMismatch)
    );
}

#[test]
fn the_order_of_checks_is_a_switch() {
    for (order, reply) in [
        ("sign+ip+keyword", refused(&Refusal::SignMismatch)),
        ("keyword+sign+ip", refused(&Refusal::KeywordMissing)),
        ("ip+sign+keyword", refused(&Refusal::IpNotAllowed("127.0.0.1".parse().unwrap()))),
    ] {
        let cloud = Cloud::with_switches(&[("robot_check_order", order)]);
        cloud.declare_robot(Security {
            keywords: vec!["bell".to_owned()],
            secret: Some("SECx".into()),
            allowed_ips: vec!["10.0.0.0/8".parse().unwrap()],
            ..Security::default()
        });
        let request = post(&[("access_token", TOKEN)], &text("x"));
        assert_eq!(send(&cloud, &request, "127.0.0.1"), reply, "{order}");
    }
}

#[test]
fn where_keywords_count_is_a_switch() {
    let body = Message::markdown("bell", "x").to_json().to_string().into_bytes();
    for (scope, errcode) in [("robot", 310_000), ("text", 310_000), ("title+text", 0)] {
        let cloud = Cloud::with_switches(&[("robot_keyword_scope", scope)]);
        cloud.declare_robot(Security { keywords: vec!["bell".to_owned()], ..Security::default() });
        let reply = send(&cloud, &post(&[("access_token", TOKEN)], &body), "127.0.0.1");
        assert_eq!(reply.errcode, errcode, "{scope}");
    }
}

#[test]
fn declaring_a_robot_again_changes_its_settings_only() {
    let cloud = Cloud::new();
    cloud.declare_robot(Security::default());
    let request = post(&[("access_token", TOKEN)], &text("x"));
    assert_eq!(send(&cloud, &request, "127.0.0.1").errcode, 0);
    cloud.declare_robot(Security { keywords: vec!["bell".to_owned()], ..Security::default() });
    assert_eq!(send(&cloud, &request, "127.0.0.1").errcode, 310_000);
    assert_eq!(cloud.texts().len(), 1);
    let shown = serde_json::to_string(&cloud.journal()).unwrap();
    assert!(!shown.contains(TOKEN), "{shown}");
    let named = |entry: &Entry| matches!(&entry.what, What::RobotCall { robot, .. } if robot.name.is_some());
    assert!(cloud.journal().iter().all(named));
}

#[test]
fn what_is_not_documented_of_bodies_is_a_switch() {
    const RAW: &[u8] = b"{\"msgtype\":\"text\",\"text\":{\"content\":\"line one\r\n\tline two\"}}";
    let card = |buttons: &str| {
        let body = format!(
            r#"{{"msgtype":"actionCard","actionCard":{{"title":"t","text":"x","singleTitle":"more","singleURL":"https://example.com/","btns":{buttons}}}}}"#
        );
        body.into_bytes()
    };
    for (switches, raw, empty) in [
        (&[][..], 0, 0),
        (&[("robot_raw_line_ends", "refuse")], 40_035, 0),
        (&[("robot_empty_buttons", "refuse")], 0, 400_402),
    ] {
        let cloud = Cloud::with_switches(switches);
        cloud.declare_robot(Security::default());
        let code = |body: &[u8]| send(&cloud, &post(&[("access_token", TOKEN)], body), "127.0.0.1").errcode;
        assert_eq!(code(RAW), raw, "{switches:?}");
        assert_eq!(code(&card("[]")), empty, "{switches:?}");
        // A list that is null is none under any setting, and one with a fault in it is a fault.
        assert_eq!(code(&card("null")), 0, "{switches:?}");
        assert_eq!(code(&card(r#"[{"title":"a"}]"#)), 400_402, "{switches:?}");
        if raw == 0 {
            assert_eq!(cloud.texts()[0], "line one\r\n\tline two");
        }
    }
}
