//! The lint and the emulated robot read a body by code of their own; their verdicts must be one.

use std::net::IpAddr;

use bellcheck::{
    clock::Clock as _,
    dingtalk::{IpRange, Known, Refusal, Reply, RobotState, Security, Wording, lint, sign},
    emulator::{Emulator, RobotConfig, WorldConfig},
    openapi::HttpRequest,
    secret::Secret,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const TOKEN: &str = "robot-token-1";

/// A robot, and who sends to it.
#[derive(Debug, Clone)]
struct Case {
    security: Security,
    state: RobotState,
    signs: bool,
    peer: IpAddr,
    body: Vec<u8>,
}

fn verdict(case: &Case) -> Reply {
    let cloud = Emulator::virtual_clock(WorldConfig::default());
    let config =
        RobotConfig { token: TOKEN.into(), name: None, security: case.security.clone(), state: case.state };
    let mut query = vec![("access_token".to_owned(), TOKEN.to_owned())];
    if let (true, Some(secret)) = (case.signs, &case.security.secret) {
        let now = cloud.now().as_millisecond();
        query.push(("timestamp".to_owned(), now.to_string()));
        query.push(("sign".to_owned(), sign(secret, now)));
    }
    let request = HttpRequest {
        method: "POST".to_owned(),
        path: "/robot/send".to_owned(),
        query,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: case.body.clone(),
    };
    let response = cloud.with(|world| {
        world.declare_robot(config);
        world.robot_send(&request, case.peer)
    });
    Reply::parse(&response.body).unwrap()
}

fn refusals(case: &Case) -> Vec<Refusal> {
    let Case { security, state, signs, peer, body } = case;
    let known = Known { security, state: *state, signs: *signs, peer: Some(*peer) };
    lint(body, &known).into_iter().filter_map(|finding| finding.refusal).collect()
}

/// Anything that may stand where a text belongs, mostly a text.
fn field() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => "[ -~]{0,3}(bell|Bell|云监控|@138)?[a-z]{0,4}".prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!("")),
        1 => Just(json!(7)),
        1 => Just(json!([])),
        1 => Just(json!(true)),
    ]
}

/// An object with some of the fields of all types, in both spellings.
fn content() -> impl Strategy<Value = Value> {
    const NAMES: [&str; 12] = [
        "content",
        "title",
        "text",
        "messageUrl",
        "messageURL",
        "picUrl",
        "picURL",
        "singleTitle",
        "singleURL",
        "btnOrientation",
        "actionURL",
        "x",
    ];
    let entry = || proptest::collection::vec((0..NAMES.len(), field()), 0..9);
    let object = |fields: Vec<(usize, Value)>| -> Value {
        Value::Object(fields.into_iter().map(|(name, value)| (NAMES[name].to_owned(), value)).collect())
    };
    let full = || {
        proptest::collection::vec(field(), NAMES.len()).prop_map(|values| {
            Value::Object(NAMES.iter().map(|name| (*name).to_owned()).zip(values).collect())
        })
    };
    let list = prop_oneof![
        4 => proptest::collection::vec(prop_oneof![entry().prop_map(object), full()], 0..3)
            .prop_map(Value::from),
        1 => field(),
    ];
    let base = prop_oneof![1 => entry().prop_map(object), 3 => full(), 1 => field()];
    (base, proptest::option::of(list.clone()), proptest::option::of(list)).prop_map(
        |(mut base, buttons, links)| {
            if let Value::Object(fields) = &mut base {
                fields.extend(buttons.map(|list| ("btns".to_owned(), list)));
                fields.extend(links.map(|list| ("links".to_owned(), list)));
            }
            base
        },
    )
}

fn at() -> impl Strategy<Value = Value> {
    let list = prop_oneof![
        3 => Just(json!(["138"])), 1 => Just(json!([138])), 1 => Just(json!("138")), 1 => Just(Value::Null),
    ];
    let all = prop_oneof![Just(json!(true)), Just(json!("true")), Just(Value::Null)];
    prop_oneof![
        6 => Just(Value::Null),
        4 => (list.clone(), list, all)
            .prop_map(|(mobiles, ids, all)| json!({"atMobiles": mobiles, "atUserIds": ids, "isAtAll": all})),
        1 => field(),
    ]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let msgtype = prop_oneof![
        5 => Just("text"), 3 => Just("link"), 3 => Just("markdown"), 3 => Just("actionCard"),
        3 => Just("feedCard"), 1 => Just("Text"), 1 => Just("image"),
    ];
    // Around the limit, to the byte.
    let filled = (0_usize..4).prop_map(|over| {
        let around = r#"{"msgtype":"text","text":{"content":"bell "}}"#.len();
        format!(r#"{{"msgtype":"text","text":{{"content":"bell {}"}}}}"#, "x".repeat(19_998 + over - around))
            .into_bytes()
    });
    let message = (msgtype, content(), at()).prop_map(|(msgtype, content, at)| {
        let mut body = json!({"msgtype": msgtype, "at": at});
        body[msgtype] = content;
        body.to_string().into_bytes()
    });
    let text = "(bell|Bell|x)[a-z @]{0,6}".prop_map(|content| {
        json!({"msgtype": "text", "text": {"content": content}}).to_string().into_bytes()
    });
    let broken = prop_oneof![
        Just(b"".to_vec()),
        Just(b"[]".to_vec()),
        Just(b"{}".to_vec()),
        Just(b"{\"msgtype\":".to_vec()),
    ];
    prop_oneof![8 => message, 4 => text, 2 => filled, 1 => broken]
}

fn case() -> impl Strategy<Value = Case> {
    let keywords = proptest::sample::subsequence(vec!["bell", "Bell", "云监控", "absent"], 0..=3);
    let range = prop_oneof![Just("10.0.0.0/8"), Just("203.0.113.9"), Just("0.0.0.0/0")];
    let ranges = prop_oneof![3 => Just(Vec::new()), 2 => proptest::collection::vec(range, 1..3)];
    let peer = prop_oneof![Just("203.0.113.9"), Just("10.1.2.3"), Just("192.0.2.1"), Just("::1")];
    let state = prop_oneof![
        9 => Just(RobotState::Active), 1 => proptest::sample::select(RobotState::ALL.to_vec()),
    ];
    let sender = (any::<bool>(), proptest::bool::weighted(0.8), peer);
    (keywords, ranges, state, sender, body()).prop_map(|(keywords, ranges, state, sender, body)| {
        let (has_secret, signs, peer) = sender;
        let security = Security {
            keywords: keywords.into_iter().map(str::to_owned).collect(),
            secret: has_secret.then(|| Secret::new("SEC-of-the-robot")),
            allowed_ips: ranges.into_iter().map(|range| range.parse::<IpRange>().unwrap()).collect(),
            ..Security::default()
        };
        Case { security, state, signs, peer: peer.parse().unwrap(), body }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_verdict_of_the_lint_is_the_robots(case in case()) {
        let reply = verdict(&case);
        let refusals = refusals(&case);
        let shown = String::from_utf8_lossy(&case.body).chars().take(300).collect::<String>();
        prop_assert_eq!(reply.accepted(), refusals.is_empty(), "{}: {:?} {:?}", shown, reply, refusals);
        // Which one of several comes first is not known; it is among those that were told.
        let told: Vec<Reply> = refusals.iter().map(|refusal| refusal.reply(Wording::default())).collect();
        prop_assert!(reply.accepted() || told.contains(&reply), "{}: {:?} {:?}", shown, reply, refusals);
    }
}

#[test]
fn random_cases_are_taken_and_refused_for_many_reasons() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut codes = std::collections::BTreeMap::new();
    for _ in 0..2000 {
        let reply = verdict(&case().new_tree(&mut runner).unwrap().current());
        *codes.entry(reply.errcode).or_insert(0_u32) += 1;
    }
    for errcode in [0, 310_000, 400_402, 400_105, 460_101, 40_035, 400_102, 400_013] {
        assert!(codes.get(&errcode).is_some_and(|count| *count >= 10), "{errcode}: {codes:?}");
    }
}

#[test]
fn the_lint_says_what_is_wrong_in_words() {
    let told = |security: &Security, body: &Value| -> Vec<(bool, String)> {
        let known = Known { security, state: RobotState::Active, signs: false, peer: None };
        lint(body.to_string().as_bytes(), &known)
            .into_iter()
            .map(|finding| (finding.refusal.is_some(), format!("{}; {}", finding.message, finding.remedy)))
            .collect()
    };
    let open = Security::default();
    let says = |body: Value, refused: bool, words: &str| {
        let told = told(&open, &body);
        assert!(
            told.iter().any(|(hard, text)| *hard == refused && text.contains(words)),
            "{words}: {told:?}"
        );
    };
    says(json!({"msgtype": "text", "text": {"content": "x".repeat(30_000)}}), true, "shorten it by ");
    says(
        json!({"msgtype": "link", "link": {"title": "t", "text": "x", "messageURL": "http://m"}}),
        true,
        "`link.messageUrl` is missing; `messageURL` is there: spell it `messageUrl`",
    );
    says(
        json!({"msgtype": "feedCard", "feedCard": {"links": [{"title": "t", "messageUrl": "m", "picURL": "p"}]}}),
        true,
        "`feedCard.links[0].messageURL` is missing",
    );
    let mention = |text: &str, at: Value| json!({"msgtype": "text", "text": {"content": text}, "at": at});
    says(mention("x", json!({"atMobiles": [138]})), true, "`at.atMobiles` is not a list of texts");
    says(mention("x", json!({"isAtAll": "true"})), true, "neither true nor false");
    says(mention("x", json!({"atMobiles": ["138"]})), false, "`@138` is not in the text");
    assert!(told(&open, &mention("hi @138", json!({"atMobiles": ["138"]}))).is_empty());
    let keyed = Security { keywords: vec!["Bell".to_owned()], ..Security::default() };
    let found = told(&keyed, &mention("the bell", Value::Null));
    assert!(found[0].0 && found[0].1.contains("[Bell]") && found[0].1.contains("another case"), "{found:?}");
    let bound = Security { allowed_ips: vec!["10.0.0.0/8".parse().unwrap()], ..Security::default() };
    assert!(
        matches!(&told(&bound, &mention("x", Value::Null))[..], [(false, text)] if text.contains("10.0.0.0/8"))
    );
}
