//! Captured requests of three official SDKs: a whole life of a rule, served without a refusal.

use serde_json::Value;

use super::support::Cloud;
use crate::openapi::{HttpRequest, decode_form};

/// A captured request, read as the HTTP shell would read it.
pub(super) fn read(name: &str) -> HttpRequest {
    let path = format!("{}/../../fixtures/wire/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").or_else(|| text.split_once("\n\n")).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let (path, query) = target.split_once('?').unwrap();
    HttpRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: decode_form(query).unwrap(),
        headers: lines
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect(),
        body: body.as_bytes().to_vec(),
    }
}

#[test]
fn official_sdks_are_served() {
    for sdk in ["node4", "py4", "pyold"] {
        let cloud = Cloud::with(|config| {
            config.start = "2026-11-22T12:16:40Z".parse().unwrap();
            // The captured group names a contact that was never made.
            config.switches.set("unknown_contact", "accept").unwrap();
        });
        let send = |operation: &str| -> Value {
            let response = cloud.send(&read(&format!("{sdk}-{operation}")));
            let body: Value = serde_json::from_slice(&response.body).unwrap();
            assert_eq!(response.status, 200, "{sdk} {operation}: {body}");
            assert_eq!(body["Code"], "200");
            body
        };
        for operation in ["PutContact", "PutContactGroup", "PutEventRule", "PutEventRuleTargets"] {
            send(operation);
        }
        let contact = &send("DescribeContactList")["Contacts"]["Contact"][0];
        assert_eq!((&contact["Name"], &contact["Desc"]), (&"alice".into(), &"Alice on-call 值班".into()));
        assert_eq!(contact["Channels"]["Mail"], "alice@example.com");
        assert_eq!(contact["ContactGroups"]["ContactGroup"][0], "ops-group");
        let group = &send("DescribeContactGroupList")["ContactGroupList"]["ContactGroup"][0];
        assert_eq!(group["Describe"], "ops *group~");
        assert_eq!(group["EnableSubscribed"], true);
        let rule = &send("DescribeEventRuleList")["EventRules"]["EventRule"][0];
        assert_eq!((&rule["Name"], &rule["SilenceTime"]), (&"ecs-events".into(), &60.into()));
        assert_eq!(rule["EventPattern"]["LevelList"]["LevelList"][1], "WARN");
        let targets = send("DescribeEventRuleTargetList");
        assert_eq!(targets["WebhookParameters"]["WebhookParameter"][0]["Url"], "http://127.0.0.1:9/hook?a=b");
        assert_eq!(targets["ContactParameters"]["ContactParameter"][0]["Level"], "3");
        for operation in ["DeleteEventRuleTargets", "DeleteEventRules", "DeleteContactGroup", "DeleteContact"]
        {
            send(operation);
        }
    }
}
