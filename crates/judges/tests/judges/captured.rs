//! Requests as the Terraform provider and the older Go SDK send them, asserted on the raw JSON that
//! their readers take apart. Sources: `aliyun/terraform-provider-alicloud` `alicloud/*.go`,
//! `alibabacloud-go/tea-rpc`, `aliyun/alibaba-cloud-sdk-go` `sdk/auth`, `sdk/errors`.

use bellcheck::{
    clock::{Clock as _, SystemClock},
    openapi::{
        HttpRequest, Nonce as _, RandomNonce, ReqwestTransport, Transport as _, V1StringToSign, encode,
    },
    secret::Secret,
};
use serde_json::{Value, json};

use crate::judge::emulator;
use crate::support::{Cloud, Desk};

/// Who sends: each lays a call out in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sender {
    /// Everything in the query, `SignatureType=` with no value among it.
    GoSdk,
    /// Common parameters in the query, business parameters in a form body; the method as given.
    TeaRpc(&'static str),
    /// By hand: GET, everything in the query.
    Plain,
}

const ALL: [Sender; 3] = [Sender::GoSdk, Sender::TeaRpc("POST"), Sender::Plain];

struct Caller {
    desk_and_cloud: (Desk, Cloud),
    secret: &'static str,
}

type Params<'a> = &'a [(&'a str, &'a str)];

fn form(pairs: &[(String, String)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

impl Caller {
    fn new() -> Self {
        let desk = Desk::new();
        let cloud = emulator(&desk);
        Self { desk_and_cloud: (desk, cloud), secret: "testSk" }
    }

    fn request(&self, sender: Sender, action: &str, params: Params<'_>) -> HttpRequest {
        let timestamp = SystemClock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let nonce = RandomNonce.next();
        let mut common = vec![
            ("Action", action),
            ("Version", "2019-01-01"),
            ("AccessKeyId", "testAk"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("SignatureNonce", &nonce),
            ("Timestamp", &timestamp),
        ];
        common.extend(match sender {
            Sender::GoSdk => vec![("Format", "JSON"), ("SignatureType", ""), ("RegionId", "cn-hangzhou")],
            Sender::TeaRpc(_) => vec![("Format", "json")],
            Sender::Plain => vec![],
        });
        let method = match sender {
            Sender::GoSdk => "POST",
            Sender::TeaRpc(method) => method,
            Sender::Plain => "GET",
        };
        let signed = V1StringToSign::new(method, "/", common.iter().chain(params).copied());
        let signature = signed.signature(&Secret::new(self.secret));
        common.push(("Signature", &signature));
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let (mut query, mut body, mut headers) = (owned(&common), Vec::new(), Vec::new());
        if let Sender::TeaRpc(_) = sender {
            body = form(&owned(params)).into_bytes();
            headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        } else {
            query.extend(owned(params));
        }
        HttpRequest { method: method.to_owned(), path: "/".to_owned(), query, headers, body }
    }

    fn send(&self, sender: Sender, action: &str, params: Params<'_>) -> (u16, Value) {
        let request = self.request(sender, action, params);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let transport = ReqwestTransport::new().unwrap();
        let endpoint = self.desk_and_cloud.1.endpoint();
        let answer = runtime.block_on(transport.send(&endpoint, request)).unwrap();
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    #[track_caller]
    fn ok(&self, sender: Sender, action: &str, params: Params<'_>) -> Value {
        let (status, body) = self.send(sender, action, params);
        assert_eq!((status, &body["Code"]), (200, &Value::from("200")), "{sender:?} {action}: {body}");
        body
    }

    /// Asserts the refusal, and that each field of its body is a string: the older Go SDK does
    /// `Code.(string)`, and so with the others, and takes the caller's process down for anything else.
    #[track_caller]
    fn refused(&self, sender: Sender, action: &str, params: Params<'_>, wanted: (u16, &str)) {
        let (status, body) = self.send(sender, action, params);
        let code = body["Code"].as_str().unwrap_or_default();
        assert_eq!((status, code), wanted, "{sender:?} {action}: {body}");
        for field in ["Code", "Message", "RequestId", "HostId", "Recommend"] {
            assert!(body.get(field).is_some_and(Value::is_string), "{field} of {body}");
        }
        for (field, value) in body.as_object().unwrap() {
            assert!(value.is_string(), "{field} of {body}");
        }
    }
}

const HOOK: (&str, &str) = ("Channels.DingWebHook", "https://oapi.dingtalk.com/robot/send?access_token=t");

fn rule<'a>(name: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut params = vec![
        ("RuleName", name),
        ("EventPattern.1.Product", "ecs"),
        ("EventPattern.1.LevelList.1", "CRITICAL"),
        ("SilenceTime", "100"),
    ];
    params.extend(more);
    params
}

#[test]
fn each_way_to_lay_a_call_out_is_understood() {
    let caller = Caller::new();
    for (number, sender) in ALL.into_iter().enumerate() {
        let name = format!("值班 a+b *~{number}");
        caller.ok(sender, "PutContact", &[("ContactName", &name), ("Describe", "d &=%"), HOOK]);
        let body = caller.ok(sender, "DescribeContactList", &[("ContactName", &name)]);
        assert_eq!(body["Contacts"]["Contact"][0]["Name"], name.as_str(), "{sender:?}");
        assert_eq!(body["Contacts"]["Contact"][0]["Desc"], "d &=%", "{sender:?}");
    }
    // Rules, not contacts, may be PUT.
    caller.ok(Sender::TeaRpc("PUT"), "PutEventRule", &rule("r", &[]));
}

#[test]
fn booleans_are_read_in_either_case_and_empty_parameters_are_signed() {
    let caller = Caller::new();
    caller.ok(Sender::Plain, "PutContact", &[("ContactName", "c"), ("Describe", "d"), HOOK]);
    for sender in ALL {
        for (written, read) in [("true", true), ("True", true), ("False", false), ("false", false)] {
            let params = [("ContactGroupName", "g"), ("ContactNames.1", "c"), ("EnableSubscribed", written)];
            caller.ok(sender, "PutContactGroup", &params);
            let body = caller.ok(sender, "DescribeContactGroupList", &[]);
            let group = &body["ContactGroupList"]["ContactGroup"][0];
            assert_eq!(group["EnableSubscribed"], read, "{sender:?} {written}");
        }
        caller.ok(sender, "PutEventRule", &rule("r", &[("Description", ""), ("GroupId", "")]));
        caller.refused(
            sender,
            "PutContact",
            &[("ContactName", ""), ("Describe", "d"), HOOK],
            (400, "MissingContactName"),
        );
    }
}

#[test]
fn a_refusal_has_strings_only() {
    let caller = Caller::new();
    for sender in ALL {
        caller.refused(sender, "PutContact", &[("ContactName", "c")], (400, "MissingDescribe"));
        let bare = [("ContactName", "c"), ("Describe", "d")];
        caller.refused(sender, "PutContact", &bare, (400, "InvalidParameterValue"));
        caller.refused(sender, "DeleteContact", &[("ContactName", "c")], (404, "ContactNotExists"));
        caller.refused(sender, "PutContakt", &[], (404, "InvalidApi.NotFound"));
        let page = [("PageSize", "x")];
        caller.refused(sender, "DescribeContactList", &page, (400, "InvalidPageSize"));
        caller.refused(sender, "DescribeEventRuleAttribute", &[("RuleName", "r")], (404, "ResourceNotFound"));
    }
    let wrong = Caller { secret: "wrong", ..caller };
    for sender in ALL {
        wrong.refused(sender, "DescribeContactList", &[], (400, "SignatureDoesNotMatch"));
    }
}

#[test]
fn a_wrong_signature_shows_what_was_signed_unless_it_holds_a_secret() {
    let caller = Caller { secret: "wrong", ..Caller::new() };
    for sender in [Sender::GoSdk, Sender::TeaRpc("POST"), Sender::Plain] {
        let (_, body) = caller.send(sender, "DescribeContactList", &[("ContactName", "shown:1")]);
        let message = body["Message"].as_str().unwrap();
        // The older Python SDK takes what stands between the first colon and the next one.
        let signed = message.split(':').nth(1).unwrap();
        assert!(signed.starts_with("POST&%2F&") || signed.starts_with("GET&%2F&"), "{message}");
        assert!(signed.contains("shown%253A1") && signed.contains("Timestamp"), "{message}");
        let hook = [
            ("ContactName", "c"),
            ("Describe", "d"),
            ("Channels.DingWebHook", "http://h/?access_token=canary"),
        ];
        let (_, body) = caller.send(sender, "PutContact", &hook);
        let message = body["Message"].as_str().unwrap();
        assert!(
            message.contains(':') && !message.contains("canary") && !message.contains("%2F&"),
            "{message}"
        );
    }
}

#[test]
fn the_rules_of_the_terraform_provider_live_and_die() {
    let caller = Caller::new();
    let tea = Sender::TeaRpc("POST");
    let put =
        rule("tf-rule", &[("Description", "d"), ("State", "ENABLED"), ("EventPattern.1.NameList.1", "n")]);
    assert_eq!(caller.ok(tea, "PutEventRule", &put)["Data"], "1");
    let targets = [
        ("RuleName", "tf-rule"),
        ("ContactParameters.1.Id", "1"),
        ("ContactParameters.1.ContactGroupName", "no-such-group"),
        ("ContactParameters.1.Level", "2"),
        ("WebhookParameters.1.Id", "2"),
        ("WebhookParameters.1.Method", "get"),
        ("WebhookParameters.1.Protocol", "http"),
        ("WebhookParameters.1.Url", "http://www.aliyun.com"),
    ];
    caller.ok(tea, "PutEventRuleTargets", &targets);

    // It looks the rule up by NamePrefix on the default page and takes the one of that name.
    caller.ok(tea, "PutEventRule", &rule("tf-rule-2", &[]));
    let body = caller.ok(tea, "DescribeEventRuleList", &[("NamePrefix", "tf-rule")]);
    let rules = body["EventRules"]["EventRule"].as_array().unwrap();
    let found = rules.iter().find(|rule| rule["Name"] == "tf-rule").unwrap();
    assert_eq!(rules.len(), 2, "{body}");
    assert_eq!(found["SilenceTime"], 100);
    assert_eq!(found["State"], "ENABLED");
    assert_eq!(found["EventPattern"]["NameList"]["NameList"][0], "n");
    // Its data source breaks when one of the wrapped lists is missing, empty or not.
    for rule in rules {
        for list in ["NameList", "LevelList", "EventTypeList"] {
            assert!(rule["EventPattern"][list][list].is_array(), "{list} of {rule}");
            assert!(rule["EventPattern"]["EventPattern"][0][list][list].is_array(), "{list} of {rule}");
        }
    }
    let body = caller.ok(tea, "DescribeEventRuleTargetList", &[("RuleName", "tf-rule")]);
    assert_eq!(body["ContactParameters"]["ContactParameter"][0]["Id"], "1");
    assert_eq!(
        body["WebhookParameters"]["WebhookParameter"][0]["Method"].as_str().unwrap().to_lowercase(),
        "get"
    );
    for (outer, inner) in [
        ("FcParameters", "FCParameter"),
        ("MnsParameters", "MnsParameter"),
        ("SlsParameters", "SlsParameter"),
        ("OpenApiParameters", "OpenApiParameters"),
    ] {
        assert_eq!(body[outer][inner], Value::Array(vec![]), "{outer} of {body}");
    }

    // A disabled rule is on the list that it reads, without IsEnable; otherwise it would plan it for ever.
    caller.ok(tea, "PutEventRule", &rule("tf-rule", &[("State", "DISABLED")]));
    let body = caller.ok(tea, "DescribeEventRuleList", &[("NamePrefix", "tf-rule")]);
    let rules = body["EventRules"]["EventRule"].as_array().unwrap();
    let states: Vec<&Value> = rules.iter().map(|rule| &rule["State"]).collect();
    assert_eq!(states, ["DISABLED", "ENABLED"], "{body}");
    caller.ok(tea, "DeleteEventRules", &[("RuleNames.1", "tf-rule")]);
    caller.refused(tea, "DescribeEventRuleAttribute", &[("RuleName", "tf-rule")], (404, "ResourceNotFound"));
}

#[test]
fn the_rule_lookup_by_prefix_sees_the_first_page_only() {
    let caller = Caller::new();
    let tea = Sender::TeaRpc("POST");
    for number in 0..11 {
        caller.ok(tea, "PutEventRule", &rule(&format!("p-{number:02}"), &[]));
    }
    let body = caller.ok(tea, "DescribeEventRuleList", &[("NamePrefix", "p-")]);
    assert_eq!(body["EventRules"]["EventRule"].as_array().unwrap().len(), 10, "{body}");
    assert_eq!(body["Total"], 11);
}

#[test]
fn the_groups_of_the_terraform_provider_live_and_die() {
    let caller = Caller::new();
    let go = Sender::GoSdk;
    // Both lists are there when there is nothing in them.
    let body = caller.ok(go, "DescribeContactGroupList", &[]);
    assert_eq!(body["ContactGroups"]["ContactGroup"], Value::Array(vec![]), "{body}");
    assert_eq!(body["ContactGroupList"]["ContactGroup"], Value::Array(vec![]), "{body}");
    caller.ok(go, "PutContact", &[("ContactName", "c"), ("Describe", "d"), HOOK]);
    let whole =
        [("ContactGroupName", "g"), ("Describe", "d"), ("ContactNames.1", "c"), ("EnableSubscribed", "true")];
    caller.ok(go, "PutContactGroup", &whole);
    let body = caller.ok(go, "DescribeContactGroupList", &[("PageNumber", "1"), ("PageSize", "100")]);
    assert_eq!(body["ContactGroups"]["ContactGroup"][0], "g");
    assert_eq!(body["ContactGroupList"]["ContactGroup"][0]["Contacts"]["Contact"][0], "c");
    // It changes a description by sending only that, and the members stay.
    caller.ok(go, "PutContactGroup", &[("ContactGroupName", "g"), ("Describe", "new")]);
    let body = caller.ok(go, "DescribeContactGroupList", &[]);
    assert_eq!(body["ContactGroupList"]["ContactGroup"][0]["Contacts"]["Contact"], json!(["c"]));
    assert_eq!(body["ContactGroupList"]["ContactGroup"][0]["EnableSubscribed"], true);

    // What it deletes may be gone already: the 404 that it cannot live with is the documented one.
    caller.ok(go, "DeleteContactGroup", &[("ContactGroupName", "g")]);
    caller.refused(go, "DeleteContactGroup", &[("ContactGroupName", "g")], (404, "ContactNotExists"));
    caller.ok(go, "DeleteContact", &[("ContactName", "c")]);
    caller.refused(go, "DeleteContact", &[("ContactName", "c")], (404, "ContactNotExists"));
    let body = caller.ok(go, "DescribeContactList", &[("ContactName", "c")]);
    assert_eq!(body["Contacts"]["Contact"], Value::Array(vec![]), "{body}");
}
