//! Requests that official SDKs really sent: each is proven, read into the right values, and no
//! longer proven once any byte that the signature covers is changed.

use std::{collections::BTreeMap, fmt::Debug};

use bellcheck::{
    api::cloudmonitor::*,
    openapi::{Claim, Operation, SignatureScheme},
};

use crate::raw::{fixtures, flipped, layout, parse, proven};

const SDKS: [&str; 3] = ["node4", "py4", "pyold"];

const ACTIONS: [&str; 12] = [
    "PutContact",
    "DescribeContactList",
    "DeleteContact",
    "PutContactGroup",
    "DescribeContactGroupList",
    "DeleteContactGroup",
    "PutEventRule",
    "DescribeEventRuleList",
    "DeleteEventRules",
    "PutEventRuleTargets",
    "DescribeEventRuleTargetList",
    "DeleteEventRuleTargets",
];

/// Every captured request by `sdk-Action`.
fn samples() -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(fixtures("wire"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn every_sdk_is_there_with_every_action() {
    let expected: Vec<String> = {
        let mut names: Vec<String> =
            SDKS.iter().flat_map(|sdk| ACTIONS.map(|action| format!("{sdk}-{action}"))).collect();
        names.sort();
        names
    };
    assert_eq!(samples().into_keys().collect::<Vec<_>>(), expected);
}

#[test]
fn captured_requests_are_proven_and_say_what_was_called() {
    for (name, raw) in samples() {
        let claim = proven(&raw).unwrap_or_else(|| panic!("{name} does not verify"));
        let (sdk, action) = name.split_once('-').unwrap();
        assert_eq!(claim.action, action, "{name}");
        assert_eq!(claim.version, "2019-01-01", "{name}");
        assert_eq!(claim.security_token, None, "{name}");
        assert!(claim.timestamp.starts_with("2026-11-22T12:16:"), "{name}: {}", claim.timestamp);
        assert_eq!(claim.instant, claim.timestamp.parse().unwrap(), "{name}");
        assert!(claim.nonce.len() >= 32, "{name}: {}", claim.nonce);
        let v1 = sdk == "pyold";
        assert_eq!(claim.scheme, if v1 { SignatureScheme::V1Query } else { SignatureScheme::V3 }, "{name}");
        assert_eq!(claim.format.as_deref(), v1.then_some("JSON"), "{name}");
        assert_eq!(claim.region_id.as_deref(), v1.then_some("cn-hangzhou"), "{name}");
        assert!(!format!("{claim:?}").contains("abc123"), "{name}: Debug shows the robot's token");
    }
}

fn decoded<O: Operation + PartialEq + Debug>(name: &str, claim: &Claim, expected: O) {
    assert_eq!(claim.action, O::ACTION, "{name}");
    assert_eq!(claim.decode::<O>(), Ok(expected), "{name}");
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn list(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn captured_requests_read_as_what_the_sdks_were_given() {
    for (name, raw) in samples() {
        let claim = proven(&raw).unwrap();
        let (sdk, action) = name.split_once('-').unwrap();
        // Sent with every call by the older SDK, also where the operation has no such parameter.
        let region_id = (sdk == "pyold").then(|| "cn-hangzhou".to_owned());
        match action {
            "PutContact" => decoded(
                &name,
                &claim,
                PutContact {
                    contact_name: "alice".to_owned(),
                    describe: "Alice on-call 值班".to_owned(),
                    lang: some("en"),
                    channels: Channels {
                        ding_web_hook: some("https://oapi.dingtalk.com/robot/send?access_token=abc123&x=1"),
                        mail: some("alice@example.com"),
                        sms: some("13900000000"),
                        ali_im: None,
                    },
                },
            ),
            "DescribeContactList" => decoded(
                &name,
                &claim,
                DescribeContactList {
                    contact_name: some("alice"),
                    chanel_type: None,
                    chanel_value: None,
                    page_number: Some(1),
                    page_size: Some(100),
                    region_id,
                },
            ),
            "DeleteContact" => decoded(&name, &claim, DeleteContact { contact_name: "alice".to_owned() }),
            "PutContactGroup" => decoded(
                &name,
                &claim,
                PutContactGroup {
                    contact_group_name: "ops-group".to_owned(),
                    describe: some("ops *group~"),
                    contact_names: list(&["alice", "bob"]),
                    enable_subscribed: Some(true),
                },
            ),
            "DescribeContactGroupList" => decoded(
                &name,
                &claim,
                DescribeContactGroupList { page_number: Some(1), page_size: Some(100), region_id },
            ),
            "DeleteContactGroup" => {
                decoded(&name, &claim, DeleteContactGroup { contact_group_name: "ops-group".to_owned() });
            }
            "PutEventRule" => decoded(
                &name,
                &claim,
                PutEventRule {
                    rule_name: "ecs-events".to_owned(),
                    description: some("d"),
                    event_pattern: vec![EventPattern {
                        product: "ECS".to_owned(),
                        event_type_list: list(&["*"]),
                        level_list: list(&["CRITICAL", "WARN"]),
                        name_list: list(&[
                            "Instance:SystemFailure.Reboot:Executing",
                            "Disk:Stalled:Executing",
                        ]),
                        status_list: vec![],
                        custom_filters: None,
                        sql_filter: some("instanceId: i-1"),
                        keyword_filter: None,
                    }],
                    event_type: some("SYSTEM"),
                    // The Python SDK sends what was given as an empty string; the others leave it out.
                    group_id: (sdk == "py4").then(String::new),
                    silence_time: Some(60),
                    state: some("ENABLED"),
                    region_id,
                },
            ),
            "DescribeEventRuleList" => decoded(
                &name,
                &claim,
                DescribeEventRuleList {
                    name_prefix: some("ecs"),
                    group_id: None,
                    is_enable: None,
                    page_number: Some(1),
                    page_size: Some(100),
                    region_id,
                },
            ),
            "DeleteEventRules" => {
                decoded(&name, &claim, DeleteEventRules { rule_names: list(&["ecs-events"]) });
            }
            "PutEventRuleTargets" => decoded(
                &name,
                &claim,
                PutEventRuleTargets {
                    rule_name: "ecs-events".to_owned(),
                    contact_parameters: vec![ContactParameter {
                        id: some("1"),
                        contact_group_name: some("ops-group"),
                        level: some("3"),
                    }],
                    webhook_parameters: vec![WebhookParameter {
                        id: some("2"),
                        method: some("POST"),
                        protocol: some("HTTP"),
                        url: some("http://127.0.0.1:9/hook?a=b"),
                    }],
                    mns_parameters: vec![],
                    sls_parameters: vec![],
                    fc_parameters: vec![],
                    open_api_parameters: vec![],
                    region_id,
                },
            ),
            "DescribeEventRuleTargetList" => decoded(
                &name,
                &claim,
                DescribeEventRuleTargetList { rule_name: "ecs-events".to_owned(), region_id },
            ),
            "DeleteEventRuleTargets" => decoded(
                &name,
                &claim,
                DeleteEventRuleTargets { rule_name: "ecs-events".to_owned(), ids: list(&["1"]), region_id },
            ),
            other => panic!("{other} has no expected value"),
        }
    }
}

/// The names of a request's signed headers, from its own list; none for V1.
fn signed_headers(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let Some((_, rest)) = text.split_once("SignedHeaders=") else { return vec![] };
    let (list, _) = rest.split_once(',').unwrap();
    list.split(';').map(str::to_owned).collect()
}

#[test]
fn no_byte_that_node_signs_can_be_changed_and_any_other_can() {
    turn_each_byte_over("node4");
}

#[test]
fn no_byte_that_python_signs_can_be_changed_and_any_other_can() {
    turn_each_byte_over("py4");
}

#[test]
fn no_byte_that_the_older_python_signs_can_be_changed_and_any_other_can() {
    turn_each_byte_over("pyold");
}

/// The lowest bit of each byte, one at a time. Signed are the method, the path, the query, the
/// body, the signed headers with their names, and the signature's own header.
fn turn_each_byte_over(sdk: &str) {
    let (mut covered, mut free) = (0, 0);
    for (name, raw) in samples() {
        if !name.starts_with(sdk) {
            continue;
        }
        let layout = layout(&raw).unwrap();
        let signed = signed_headers(&raw);
        let mut parts =
            vec![layout.method.clone(), layout.path.clone(), layout.query.clone(), layout.body.clone()];
        let mut others = vec![];
        for header in &layout.headers {
            let is_signed = signed.contains(&header.lower_name) || header.lower_name == "authorization";
            let spans = [header.name.clone(), header.value.clone()];
            if is_signed { parts.extend(spans) } else { others.extend(spans) }
        }
        for at in parts.into_iter().flatten() {
            covered += 1;
            assert!(proven(&flipped(&raw, at)).is_none(), "{name}: byte {at} may be changed");
        }
        for changed in others.into_iter().flatten().map(|at| flipped(&raw, at)) {
            // A comma in a header's name: no server would read that.
            if parse(&changed).is_none() {
                continue;
            }
            free += 1;
            let shown = String::from_utf8_lossy(&changed);
            assert!(proven(&changed).is_some(), "{name}: not signed, yet it counts:\n{shown}");
        }
    }
    // Guards the guard: about 300 signed bytes a request, and a good number of others.
    assert!(covered > 12 * 250, "{covered} signed bytes");
    assert!(free > 12 * 30, "{free} other bytes");
}

#[test]
fn headers_on_the_way_may_be_added_unless_they_carry_meaning() {
    for (name, raw) in samples() {
        let with = |header: &str| {
            let end = layout(&raw).unwrap().body.start - 2;
            [&raw[..end], header.as_bytes(), b"\r\n\r\n"].concat()
        };
        for harmless in ["via: 1.1 proxy", "x-forwarded-for: 127.0.0.1", "content-type: application/json"] {
            assert!(proven(&with(harmless)).is_some(), "{name}: {harmless}");
        }
        let v3 = !name.starts_with("pyold");
        for meaningful in ["x-acs-security-token: stolen", "x-acs-extra: 1", "x-acs-action: DeleteContact"] {
            assert_eq!(proven(&with(meaningful)).is_none(), v3, "{name}: {meaningful}");
        }
    }
}
