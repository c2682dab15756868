//! Each refusal of the gateway.

use serde_json::Value;

use super::support::{Cloud, Raw, TOKEN, contact, credentials, webhook};
use crate::{
    api::cloudmonitor::{DescribeContactGroupList, DescribeContactList},
    dingtalk::Security,
    emulator::{AccessKey, What},
    openapi::{HttpResponse, SignatureScheme},
};

fn refusal(response: &HttpResponse) -> (u16, String, String) {
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    for field in ["RequestId", "HostId", "Code", "Message", "Recommend"] {
        assert!(body[field].is_string(), "{field} in {body}");
    }
    assert_eq!(response.header("x-acs-request-id"), body["RequestId"].as_str());
    (response.status, body["Code"].as_str().unwrap().to_owned(), body["Message"].as_str().unwrap().to_owned())
}

fn refused(raw: &Raw) -> (u16, String, String) {
    refusal(&Cloud::new().send(&raw.request()))
}

#[test]
fn every_scheme_is_served() {
    for scheme in [SignatureScheme::V3, SignatureScheme::V1Query, SignatureScheme::V1Body] {
        let mut cloud = Cloud::new();
        cloud.client = cloud.client.clone().with_scheme(scheme);
        cloud.call(&contact("alice", webhook("t"))).unwrap();
        let list = cloud.call(&DescribeContactList::default()).unwrap();
        assert_eq!(list.contacts.contact.len(), 1, "{scheme:?}");
        assert!(!list.request_id.is_empty());
    }
}

#[test]
fn older_sdks_may_send_their_region_with_every_call() {
    let cloud = Cloud::new();
    for (scheme, nonce) in [(SignatureScheme::V1Query, "a"), (SignatureScheme::V1Body, "b")] {
        let raw = Raw {
            params: vec![
                ("ContactName", "a"),
                ("Describe", "d"),
                ("Channels.Mail", "a@b"),
                ("RegionId", "cn-x"),
            ],
            scheme,
            nonce,
            ..Raw::new("PutContact")
        };
        assert_eq!(cloud.send(&raw.request()).status, 200);
    }
}

#[test]
fn who_is_not_known_is_refused() {
    let unknown = Raw { credentials: credentials("nobody", "testSk"), ..Raw::new("DescribeContactList") };
    assert_eq!(refused(&unknown).0, 404);
    assert_eq!(refused(&unknown).1, "InvalidAccessKeyId.NotFound");
    for scheme in [SignatureScheme::V3, SignatureScheme::V1Query, SignatureScheme::V1Body] {
        let wrong =
            Raw { credentials: credentials("testAk", "wrong"), scheme, ..Raw::new("DescribeContactList") };
        assert_eq!(refused(&wrong).1, "SignatureDoesNotMatch");
    }
    let mut temporary = Raw::new("DescribeContactList");
    temporary.credentials.security_token = Some("sts".into());
    assert!(refused(&temporary).1.starts_with("InvalidSecurityToken"));
}

#[test]
fn a_changed_request_is_refused() {
    let raw = Raw { params: vec![("ContactName", "a")], ..Raw::new("DescribeContactList") };
    let mut request = raw.request();
    request.query[0].1 = "b".to_owned();
    assert_eq!(refusal(&Cloud::new().send(&request)).1, "SignatureDoesNotMatch");
}

#[test]
fn a_request_without_a_signature_is_refused() {
    let mut request = Raw::new("DescribeContactList").request();
    request.headers.retain(|(name, _)| name != "authorization");
    let (status, code, _) = refusal(&Cloud::new().send(&request));
    assert_eq!((status, code.starts_with("Missing")), (400, true), "{code}");
}

#[test]
fn time_is_the_worlds_time() {
    let cloud = Cloud::new();
    let at = |offset: i64, nonce: &'static str| {
        let now = cloud.now().checked_add(jiff::SignedDuration::from_secs(offset)).unwrap();
        cloud.send(&Raw { now, nonce, ..Raw::new("DescribeContactList") }.request())
    };
    assert_eq!(at(900, "a").status, 200);
    assert_eq!(at(-900, "b").status, 200);
    for (offset, nonce) in [(901, "c"), (-901, "d")] {
        let (status, code, message) = refusal(&at(offset, nonce));
        assert_eq!((status, code.as_str()), (400, "InvalidTimeStamp.Expired"));
        assert!(message.contains("2025-12-31T16:00:00Z"), "{message}");
    }
    let mut odd = Raw::new("DescribeContactList").request();
    for (name, value) in &mut odd.headers {
        if name == "x-acs-date" {
            *value = "2026-01-01 00:00:00".to_owned();
        }
    }
    assert_eq!(refusal(&cloud.send(&odd)).1, "InvalidTimeStamp.Format");
}

#[test]
fn the_timestamp_window_is_a_switch() {
    let cloud = Cloud::with_switches(&[("timestamp_window", "off")]);
    let raw = Raw { now: "2030-01-01T00:00:00Z".parse().unwrap(), ..Raw::new("DescribeContactList") };
    assert_eq!(cloud.send(&raw.request()).status, 200);
    assert_eq!(refusal(&cloud.send(&raw.request())).1, "SignatureNonceUsed");
}

#[test]
fn a_nonce_works_once() {
    let cloud = Cloud::new();
    let raw = Raw::new("DescribeContactList");
    assert_eq!(cloud.send(&raw.request()).status, 200);
    let (status, code, _) = refusal(&cloud.send(&raw.request()));
    assert_eq!((status, code.as_str()), (400, "SignatureNonceUsed"));
    // A forged request does not use the nonce up.
    let forged =
        Raw { nonce: "other", credentials: credentials("testAk", "x"), ..Raw::new("DescribeContactList") };
    assert_eq!(refusal(&cloud.send(&forged.request())).1, "SignatureDoesNotMatch");
    assert_eq!(cloud.send(&Raw { nonce: "other", ..Raw::new("DescribeContactList") }.request()).status, 200);
}

#[test]
fn what_is_not_there_is_named() {
    let (status, code, message) = refused(&Raw::new("PutContacts"));
    assert_eq!((status, code.as_str()), (404, "InvalidApi.NotFound"));
    assert!(message.contains("`PutContacts`") && message.contains("did you mean `PutContact`"), "{message}");
    let (_, code, message) = refused(&Raw { version: "2018-03-08", ..Raw::new("PutContact") });
    assert_eq!(code, "InvalidApi.NotFound");
    assert!(message.contains("2018-03-08") && message.contains("2019-01-01"), "{message}");
    // An operation of the other product is not one of this.
    assert_eq!(refused(&Raw::new("StopInstance")).1, "InvalidApi.NotFound");
    assert!(refused(&Raw::new("Frobnicate")).2.contains("coverage"));
}

#[test]
fn parameters_are_taken_seriously() {
    let with = |params: Vec<(&'static str, &'static str)>| refused(&Raw { params, ..Raw::new("PutContact") });
    assert_eq!(with(vec![("Describe", "d")]).1, "MissingContactName");
    assert_eq!(with(vec![("ContactName", ""), ("Describe", "d")]).1, "MissingContactName");
    let (status, code, message) =
        with(vec![("ContactName", "a"), ("Describe", "d"), ("Channels.DingWebhook", "u")]);
    assert_eq!((status, code.as_str()), (400, "UnknownParameter"));
    assert!(message.contains("PutContact") && message.contains("Channels.DingWebhook"), "{message}");
    let raw = Raw { params: vec![("PageNumber", "one")], ..Raw::new("DescribeContactList") };
    let (status, code, message) = refused(&raw);
    assert_eq!((status, code.as_str()), (400, "InvalidPageNumber"), "{message}");
    let raw = Raw {
        params: vec![("RuleName", "r"), ("EventPattern.2.Product", "ECS")],
        ..Raw::new("PutEventRule")
    };
    assert!(refused(&raw).1.starts_with("InvalidEventPattern"));
}

#[test]
fn formats_and_methods_that_are_not_there_are_refused() {
    let raw = Raw { params: vec![("Format", "YAML")], ..Raw::new("DescribeContactList") };
    let (status, code, message) = refused(&raw);
    assert_eq!((status, code.as_str()), (400, "InvalidParameter.Format"));
    assert!(message.contains("format"), "{message}");
    let mut request = Raw::new("DescribeContactList").request();
    request.method = "DELETE".to_owned();
    assert_eq!(refusal(&Cloud::new().send(&request)).1, "UnsupportedHTTPMethod");
}

#[test]
fn accounts_are_separate() {
    let cloud = Cloud::with(|config| {
        config.access_keys.push(AccessKey {
            id: "otherAk".to_owned(),
            secret: "otherSk".into(),
            account: "1000000000000002".to_owned(),
        });
    });
    cloud.call(&contact("alice", webhook("t"))).unwrap();
    let other = super::support::client(&cloud.emulator, credentials("otherAk", "otherSk"), "o");
    let list = super::support::block_on(other.call(&DescribeContactList::default())).unwrap();
    assert_eq!(list.contacts.contact, []);
}

#[test]
fn every_call_is_in_the_journal_and_no_secret_is() {
    let cloud = Cloud::new();
    cloud.declare_robot(Security::default());
    let mut indiscreet = contact("alice", webhook("very-secret-token"));
    indiscreet.describe = format!("reach me at {TOKEN}");
    cloud.call(&indiscreet).unwrap();
    cloud.call(&DescribeContactGroupList::default()).unwrap();
    cloud.send(&Raw { credentials: credentials("nobody", "x"), ..Raw::new("DeleteContact") }.request());
    let journal = cloud.journal();
    let calls: Vec<(&str, bool, u16, &str)> = journal
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Call { operation, writes, status, code, .. } => {
                Some((operation.as_str(), *writes, *status, code.as_str()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        calls,
        [
            ("PutContact", true, 200, "200"),
            ("DescribeContactGroupList", false, 200, "200"),
            ("DeleteContact", true, 404, "InvalidAccessKeyId.NotFound"),
        ]
    );
    let shown = serde_json::to_string(&journal).unwrap();
    assert!(!shown.contains("very-secret-token") && !shown.contains(TOKEN), "{shown}");
    assert!(shown.contains("access_token=[sha256:") && shown.contains("reach me at [secret]"), "{shown}");
}
