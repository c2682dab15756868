//! Targets of rules.

use super::support::{Cloud, rule, to_group};
use crate::api::cloudmonitor::{
    ContactParameter, DeleteEventRuleTargets, DeleteEventRules, DescribeEventRuleTargetList,
    DescribeEventRuleTargetListResponse, FcParameter, MnsParameter, OpenApiParameter, PutEventRuleTargets,
    SlsParameter, WebhookParameter,
};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn cloud() -> Cloud {
    let cloud = Cloud::new();
    cloud.call(&rule("r")).unwrap();
    cloud
}

fn targets(cloud: &Cloud) -> DescribeEventRuleTargetListResponse {
    cloud.call(&DescribeEventRuleTargetList { rule_name: "r".to_owned(), region_id: None }).unwrap()
}

fn hook(id: &str, url: &str) -> PutEventRuleTargets {
    PutEventRuleTargets {
        rule_name: "r".to_owned(),
        webhook_parameters: vec![WebhookParameter {
            id: some(id),
            method: some("get"),
            protocol: some("http"),
            url: some(url),
        }],
        ..PutEventRuleTargets::default()
    }
}

#[test]
fn targets_are_added_and_changed_by_id() {
    let cloud = cloud();
    cloud.call(&to_group("r", "1", "g", "3")).unwrap();
    cloud.call(&hook("2", "http://h/a")).unwrap();
    cloud.call(&hook("2", "http://h/b")).unwrap();
    let found = targets(&cloud);
    assert_eq!(found.contact_parameters.items.len(), 1);
    assert_eq!(found.webhook_parameters.items[0].url.as_deref(), Some("http://h/b"));
    // An id is unique in its rule: another kind takes it over.
    cloud.call(&to_group("r", "2", "g", "4")).unwrap();
    let found = targets(&cloud);
    assert_eq!((found.contact_parameters.items.len(), found.webhook_parameters.items.len()), (2, 0));
    let delete = |ids: &[&str]| DeleteEventRuleTargets {
        rule_name: "r".to_owned(),
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        region_id: None,
    };
    cloud.call(&delete(&["2", "nothing"])).unwrap();
    assert_eq!(targets(&cloud).contact_parameters.items[0].id.as_deref(), Some("1"));
    assert_eq!(cloud.refused(&delete(&[])).1, "MissingIds");
    assert_eq!(cloud.refused(&delete(&["1"; 21])).1, "InvalidParameterValue");
    cloud.call(&DeleteEventRules { rule_names: vec!["r".to_owned()] }).unwrap();
    cloud.call(&rule("r")).unwrap();
    assert!(targets(&cloud).contact_parameters.items.is_empty());
}

#[test]
fn every_kind_is_read_back_with_its_arn() {
    let cloud = cloud();
    let region = some("cn-hangzhou");
    let all = PutEventRuleTargets {
        rule_name: "r".to_owned(),
        mns_parameters: vec![
            MnsParameter {
                id: some("1"),
                region: region.clone(),
                queue: some("q"),
                topic: some(""),
                arn: None,
            },
            MnsParameter { id: some("2"), region: region.clone(), topic: some("t"), ..Default::default() },
        ],
        sls_parameters: vec![SlsParameter {
            id: some("3"),
            region: region.clone(),
            project: some("p"),
            log_store: some("l"),
            arn: None,
        }],
        fc_parameters: vec![FcParameter {
            id: some("4"),
            region: region.clone(),
            service_name: some("s"),
            function_name: some("f"),
            arn: None,
        }],
        open_api_parameters: vec![OpenApiParameter {
            id: some("5"),
            region,
            product: some("Ecs"),
            version: some("2014-05-26"),
            action: some("StartInstance"),
            ..Default::default()
        }],
        ..PutEventRuleTargets::default()
    };
    let answer = cloud.call(&all).unwrap();
    assert_eq!((answer.failed_parameter_count.as_str(), answer.failed_contact_parameters), ("", None));
    let found = targets(&cloud);
    let account = "1000000000000001";
    let arns = [
        found.mns_parameters.items[0].arn.clone(),
        found.mns_parameters.items[1].arn.clone(),
        found.sls_parameters.items[0].arn.clone(),
        found.fc_parameters.items[0].arn.clone(),
        found.open_api_parameters.items[0].arn.clone(),
    ];
    assert_eq!(
        arns.map(Option::unwrap),
        [
            format!("acs:mns:cn-hangzhou:{account}:/queues/q"),
            format!("acs:mns:cn-hangzhou:{account}:/topics/t"),
            format!("acs:log:cn-hangzhou:{account}:project/p/logstore/l"),
            format!("acs:fc:cn-hangzhou:{account}:services/s/functions/f"),
            format!("acs:openapi:cn-hangzhou:{account}:Ecs/2014-05-26/StartInstance"),
        ]
    );
}

#[test]
fn a_group_that_is_not_there_is_taken_or_listed_as_failed() {
    let cloud = cloud();
    cloud.call(&to_group("r", "1", "nobody", "4")).unwrap();
    assert_eq!(targets(&cloud).contact_parameters.items.len(), 1);
    let strict = Cloud::with_switches(&[("unknown_target_group", "fail")]);
    strict.call(&rule("r")).unwrap();
    let answer = strict.call(&to_group("r", "1", "nobody", "4")).unwrap();
    assert!(answer.success);
    assert_eq!(answer.failed_parameter_count, "1");
    let failed = answer.failed_contact_parameters.unwrap().contact_parameter;
    assert_eq!((failed[0].contact_group_name.as_str(), failed[0].id.as_str()), ("nobody", "1"));
    assert!(targets(&strict).contact_parameters.items.is_empty());
}

#[test]
fn targets_that_cannot_work_are_refused() {
    let cloud = cloud();
    let (status, code, message) = cloud.refused(&to_group("x", "1", "g", "4"));
    assert_eq!((status, code.as_str()), (404, "ResourceNotFound"));
    assert!(message.contains("`x`"), "{message}");
    let none = PutEventRuleTargets { rule_name: "r".to_owned(), ..Default::default() };
    assert_eq!(cloud.refused(&none).1, "InvalidParameterValue");
    assert!(cloud.refused(&to_group("r", "1", "g", "1")).2.contains("Level `1`"));
    let mut put = hook("1", "http://h");
    put.webhook_parameters[0].method = some("PUT");
    assert!(cloud.refused(&put).2.contains("`PUT`"));
    let mut no_id = to_group("r", "1", "g", "4");
    no_id.contact_parameters[0].id = None;
    assert_eq!(cloud.refused(&no_id).1, "MissingContactParameters.1.Id");
    let mut twice = to_group("r", "1", "g", "4");
    twice.webhook_parameters = hook("1", "http://h").webhook_parameters;
    assert!(cloud.refused(&twice).2.contains("twice"));
    let contact = |id: usize| ContactParameter {
        id: Some(id.to_string()),
        contact_group_name: some("g"),
        level: some("4"),
    };
    let many = PutEventRuleTargets {
        rule_name: "r".to_owned(),
        contact_parameters: (0..6).map(contact).collect(),
        ..PutEventRuleTargets::default()
    };
    assert!(cloud.refused(&many).2.contains("at most 5"));
    assert!(targets(&cloud).contact_parameters.items.is_empty());
    let abroad = Cloud::with_switches(&[("site", "international")]);
    abroad.call(&rule("r")).unwrap();
    assert!(abroad.refused(&to_group("r", "1", "g", "3")).2.contains("Level 4 only"));
}
