//! The emulator's gateway from outside: accounts, disabled keys, flow control, sizes.

use std::sync::Arc;

use bellcheck::{
    api::cloudmonitor::{Channels, DescribeContactList, PutContact, PutContactGroup},
    clock::{Clock, Stopwatch, SystemClock},
    openapi::{ApiError, Client, Credentials, Endpoints, Operation, RandomNonce, ReqwestTransport},
    secret::Secret,
};
use serde_json::{Value, json};

use crate::support::{Cloud, Desk};

struct Caller(Client, tokio::runtime::Runtime);

impl Caller {
    fn new(cloud: &Cloud, id: &str, secret: &str) -> Self {
        let client = Client::new(
            Arc::new(ReqwestTransport::new().unwrap()),
            Endpoints::new("cn-hangzhou", Some(&cloud.endpoint())).unwrap(),
            Credentials {
                access_key_id: id.to_owned(),
                access_key_secret: Secret::new(secret),
                security_token: None,
            },
            Arc::new(SystemClock) as Arc<dyn Clock>,
            Arc::new(RandomNonce),
        )
        .plain();
        Self(client, tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap())
    }

    fn call<O: Operation>(&self, operation: &O) -> Result<O::Response, ApiError> {
        self.1.block_on(self.0.call(operation))
    }

    fn contacts(&self) -> Vec<String> {
        let list = self.call(&DescribeContactList::default()).unwrap();
        list.contacts.contact.into_iter().map(|contact| contact.name).collect()
    }
}

fn contact(name: &str, describe: &str) -> PutContact {
    let url = "https://oapi.dingtalk.com/robot/send?access_token=t".to_owned();
    PutContact {
        contact_name: name.to_owned(),
        describe: describe.to_owned(),
        channels: Channels { ding_web_hook: Some(url), ..Channels::default() },
        ..Default::default()
    }
}

#[test]
fn each_account_sees_its_own() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--access-key", "one:s1", "--access-key", "two:s2"]);
    let (one, two) = (Caller::new(&cloud, "one", "s1"), Caller::new(&cloud, "two", "s2"));
    one.call(&contact("shared", "of one")).unwrap();
    one.call(&contact("only-one", "x")).unwrap();
    two.call(&contact("shared", "of two")).unwrap();
    assert_eq!(one.contacts(), ["only-one", "shared"]);
    assert_eq!(two.contacts(), ["shared"]);
    let group = PutContactGroup {
        contact_group_name: "g".to_owned(),
        contact_names: vec!["only-one".to_owned()],
        ..Default::default()
    };
    one.call(&group).unwrap();
    two.call(&group).unwrap_err();
    let state = cloud.control("GET", "/_bellcheck/state", &Value::Null);
    assert_eq!(state["accounts"]["1000000000000001"]["groups"], json!(["g"]));
    assert_eq!(state["accounts"]["1000000000000002"]["groups"], json!([]));
    // One's secret does not open the other's door, and the default key pair is not there.
    for (id, secret, code) in
        [("two", "s1", "SignatureDoesNotMatch"), ("testAk", "testSk", "InvalidAccessKeyId.NotFound")]
    {
        let refused = Caller::new(&cloud, id, secret).call(&DescribeContactList::default());
        assert_eq!(refused.unwrap_err().code, code);
    }
}

#[test]
fn a_disabled_key_is_refused_until_it_is_enabled() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--access-key", "one:s1", "--access-key", "two:s2"]);
    let (one, two) = (Caller::new(&cloud, "one", "s1"), Caller::new(&cloud, "two", "s2"));
    let set = |enabled: bool| {
        cloud.control("PUT", "/_bellcheck/access-keys", &json!({"id": "one", "enabled": enabled}));
        let state = cloud.control("GET", "/_bellcheck/state", &Value::Null);
        assert_eq!(state["access_keys"][0]["enabled"], enabled);
        assert!(!state.to_string().contains("s1"), "{state}");
    };
    set(false);
    let refused = one.call(&DescribeContactList::default()).unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (Some(400), "InvalidAccessKeyId.Inactive"));
    assert_eq!(refused.message, "Specified access key is disabled.");
    two.call(&DescribeContactList::default()).unwrap();
    set(true);
    one.call(&DescribeContactList::default()).unwrap();
    let unknown = json!({"id": "three", "enabled": false});
    assert_eq!(cloud.request("PUT", "/_bellcheck/access-keys", &unknown).0, 404);
}

#[test]
fn flow_control_is_off_until_asked_for() {
    let desk = Desk::new();
    for (args, is_limited) in
        [(&[][..], false), (&["--rate-limit", "off"], false), (&["--rate-limit", "on"], true)]
    {
        let virtual_time = ["--clock", "virtual", "--start-time", "2026-01-01T00:00:00Z"];
        let cloud = Cloud::start(&desk, &[&virtual_time, args].concat());
        // The clock stands, so nothing is refilled.
        cloud.control("POST", "/_bellcheck/robots", &json!({"token": "t"}));
        let mut refused = 0;
        for number in 0..25 {
            let (status, answer) = signed_read(&cloud, number);
            if status != 200 {
                assert_eq!((status, answer["Code"].as_str()), (400, Some("Throttling.User")), "{answer}");
                refused += 1;
            }
        }
        assert_eq!(refused, if is_limited { 5 } else { 0 }, "{args:?}");
    }
}

fn signed_read(cloud: &Cloud, number: usize) -> (u16, Value) {
    let (status, body) =
        crate::hostile::exchange(cloud.port(), &crate::hostile::signed("DescribeContactList", &[], number));
    (status, serde_json::from_slice(&body).unwrap())
}

#[test]
fn latency_is_a_flag() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--latency", "120ms"]);
    let watch = Stopwatch::start();
    Caller::new(&cloud, "testAk", "testSk").call(&DescribeContactList::default()).unwrap();
    // A sleep never ends early, so this holds on any machine.
    assert!(watch.elapsed().as_millis() >= 120, "{:?}", watch.elapsed());
}
