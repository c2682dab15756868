//! The odd corners of the wire: KeywordFilter, XML, methods, empty parameters.

use serde_json::{Value, json};

use super::support::{Cloud, Raw, contact, group, rule, webhook};
use crate::{
    api::cloudmonitor::{DescribeContactList, PutEventRule, WrittenKeywordFilter},
    emulator::EventDraft,
    openapi::{Call, HttpRequest, Params, Seal, SignatureScheme, V1StringToSign},
};

fn wire(cloud: &Cloud, raw: &Raw) -> Value {
    serde_json::from_slice(&cloud.send(&raw.request()).body).unwrap()
}

fn filtered(relation: &str, words: &[&str]) -> PutEventRule {
    let mut put = rule("state-change");
    put.event_pattern[0].keyword_filter = Some(WrittenKeywordFilter {
        relation: Some(relation.to_owned()).filter(|relation| !relation.is_empty()),
        keywords: words.iter().map(|word| (*word).to_owned()).collect(),
    });
    put
}

#[test]
fn keyword_filters_are_written_read_in_two_shapes_and_obeyed() {
    let heard = |relation: &str| {
        let cloud = Cloud::new();
        cloud.provision();
        cloud.call(&filtered(relation, &["Stopping", "Stopped"])).unwrap();
        for state in ["Stopping", "Running"] {
            let draft = EventDraft {
                product: "ECS".to_owned(),
                name: "Instance:StateChange".to_owned(),
                content: Some(json!({"state": state})),
                ..EventDraft::default()
            };
            cloud.emulator.with(|world| world.inject("1000000000000001", draft));
            cloud.advance(5);
        }
        let texts = cloud.texts();
        assert_eq!(texts.len(), 1, "{texts:?}");
        (cloud, texts[0].contains("Stopping"))
    };
    assert!(!heard("NOT").1);
    let (cloud, stopping) = heard("OR");
    assert!(stopping);
    let now = cloud.now();
    let list = wire(&cloud, &Raw { now, ..Raw::new("DescribeEventRuleList") });
    let pattern = &list["EventRules"]["EventRule"][0]["EventPattern"];
    let listed = json!({"Relation": "OR", "Keywords": {"Keywords": ["Stopping", "Stopped"]}});
    assert_eq!((&pattern["KeywordFilter"], &pattern["EventPattern"][0]["KeywordFilter"]), (&listed, &listed));
    let raw = Raw {
        now,
        nonce: "2",
        params: vec![("RuleName", "state-change")],
        ..Raw::new("DescribeEventRuleAttribute")
    };
    let pattern = &wire(&cloud, &raw)["Result"]["EventPattern"];
    assert_eq!(
        pattern["KeywordFilterObj"],
        json!({"Relation": "OR", "Keywords": {"keyword": ["Stopping", "Stopped"]}})
    );
    assert_eq!(pattern.get("KeywordFilter"), None);
}

#[test]
fn keyword_filters_that_say_nothing_are_refused_or_none() {
    let cloud = Cloud::new();
    for (relation, words) in [("AND", &["a"][..]), ("", &["a"]), ("or", &["a"]), ("OR", &["a"; 51])] {
        let (status, code, _) = cloud.refused(&filtered(relation, words));
        assert_eq!((status, code.as_str()), (400, "InvalidParameterValue"), "{relation}");
    }
    cloud.call(&filtered("OR", &[])).unwrap();
    let list = wire(&cloud, &Raw::new("DescribeEventRuleList"));
    assert_eq!(list["EventRules"]["EventRule"][0]["EventPattern"].get("KeywordFilter"), None);
}

#[test]
fn xml_is_answered_to_who_asks_for_it() {
    let cloud = Cloud::new();
    cloud.call(&contact("a<b", webhook("t"))).unwrap();
    cloud.call(&group("g1", &["a<b"])).unwrap();
    cloud.call(&group("g2", &[])).unwrap();
    let response = cloud
        .send(&Raw { params: vec![("Format", "XML")], ..Raw::new("DescribeContactGroupList") }.request());
    let text = String::from_utf8(response.body.clone()).unwrap();
    assert_eq!((response.status, response.header("content-type")), (200, Some("text/xml;charset=utf-8")));
    let id = response.header("x-acs-request-id").unwrap();
    for wanted in [
        "<?xml version='1.0' encoding='UTF-8'?><DescribeContactGroupListResponse>",
        &format!("<RequestId>{id}</RequestId>"),
        "<ContactGroups><ContactGroup>g1</ContactGroup><ContactGroup>g2</ContactGroup></ContactGroups>",
        "<Contacts><Contact>a&lt;b</Contact></Contacts>",
        "<Total>2</Total>",
    ] {
        assert!(text.contains(wanted), "{wanted} is missing in {text}");
    }
    let response = cloud.send(
        &Raw {
            params: vec![("Format", "xml"), ("ContactName", "x")],
            nonce: "2",
            ..Raw::new("DeleteContact")
        }
        .request(),
    );
    let text = String::from_utf8(response.body).unwrap();
    assert_eq!(response.status, 404);
    assert!(text.contains("<Error>") && text.contains("<Code>ContactNotExists</Code>"), "{text}");
}

/// A request of the older signature with any method.
fn v1(cloud: &Cloud, method: &str, action: &str, params: &[(&str, &str)], nonce: &str) -> HttpRequest {
    let raw = Raw::new("");
    let params: Params =
        params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let call = Call { action, version: "2019-01-01", params: &params };
    let seal = Seal { credentials: &raw.credentials, now: cloud.now(), nonce };
    let mut request = SignatureScheme::V1Query.request("127.0.0.1:1", &call, &seal);
    request.method = method.to_owned();
    request.query.retain(|(name, _)| name != "Signature");
    let string = V1StringToSign::new(
        method,
        "/",
        request.query.iter().map(|(name, value)| (name.as_str(), value.as_str())),
    );
    request.query.push(("Signature".to_owned(), string.signature(&raw.credentials.access_key_secret)));
    request
}

#[test]
fn an_operation_takes_the_methods_of_its_document() {
    let cloud = Cloud::new();
    cloud.call(&rule("r")).unwrap();
    let status = |method: &str, action: &str| {
        let nonce = format!("{method}{action}");
        let response = cloud.send(&v1(&cloud, method, action, &[("RuleName", "r")], &nonce));
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        (response.status, body["Code"].as_str().unwrap_or_default().to_owned())
    };
    for method in ["GET", "POST", "PUT"] {
        assert_eq!(status(method, "DescribeEventRuleTargetList"), (200, "200".to_owned()), "{method}");
    }
    assert_eq!(status("PUT", "DescribeContactList"), (400, "UnsupportedHTTPMethod".to_owned()));
    assert_eq!(status("PUT", "DeleteEventRules"), (400, "UnsupportedHTTPMethod".to_owned()));
    assert_eq!(status("DELETE", "DescribeEventRuleTargetList"), (400, "UnsupportedHTTPMethod".to_owned()));
    assert_eq!(status("GET", "DescribeContactList").1, "UnknownParameter", "the method is not what is wrong");
}

#[test]
fn empty_parameters_are_signed_and_mean_nothing() {
    let cloud = Cloud::new();
    cloud.call(&contact("alice", webhook("t"))).unwrap();
    let empty = [("SignatureType", ""), ("ContactName", ""), ("ChanelType", ""), ("ChanelValue", "")];
    let response = cloud.send(&v1(&cloud, "GET", "DescribeContactList", &empty, "e"));
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(body["Total"], 1, "{body}");
    let (_, code, message) =
        cloud.refused(&DescribeContactList { chanel_type: Some("Pigeon".to_owned()), ..Default::default() });
    assert!(code == "InvalidParameterValue" && message.contains("DingWebHook"), "{message}");
    let mail = DescribeContactList { chanel_type: Some("Email".to_owned()), ..Default::default() };
    assert_eq!(cloud.call(&mail).unwrap().total, Some(0));
}
