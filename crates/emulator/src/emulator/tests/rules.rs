//! Event rules.

use serde_json::{Value, json};

use super::support::{Cloud, Raw, contact, rule, webhook};
use crate::api::cloudmonitor::{
    DeleteEventRules, DescribeContactList, DescribeEventRuleAttribute, DescribeEventRuleList,
    DisableEventRules, EnableEventRules, EventPattern, PutEventRule,
};

fn full() -> PutEventRule {
    let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    PutEventRule {
        rule_name: "full".to_owned(),
        description: Some("d [bellcheck:x]".to_owned()),
        event_pattern: vec![EventPattern {
            product: "ECS".to_owned(),
            event_type_list: list(&["Exception"]),
            level_list: list(&["CRITICAL", "WARN"]),
            name_list: list(&["A", "B"]),
            status_list: list(&["Failed"]),
            custom_filters: Some("k".to_owned()),
            sql_filter: Some("a and b".to_owned()),
            keyword_filter: None,
        }],
        event_type: Some("SYSTEM".to_owned()),
        group_id: Some("42".to_owned()),
        silence_time: Some(300),
        state: Some("ENABLED".to_owned()),
        region_id: None,
    }
}

fn names(cloud: &Cloud, call: &DescribeEventRuleList) -> Vec<String> {
    cloud.call(call).unwrap().event_rules.event_rule.into_iter().map(|rule| rule.name).collect()
}

/// The body as it is on the wire.
fn wire(cloud: &Cloud, raw: &Raw) -> Value {
    serde_json::from_slice(&cloud.send(&raw.request()).body).unwrap()
}

#[test]
fn the_list_has_the_pattern_in_both_shapes() {
    let cloud = Cloud::new();
    assert_eq!(cloud.call(&full()).unwrap().data, "1");
    let body = wire(&cloud, &Raw::new("DescribeEventRuleList"));
    let flat = json!({
        "Product": "ECS",
        "EventTypeList": {"EventTypeList": ["Exception"]},
        "LevelList": {"LevelList": ["CRITICAL", "WARN"]},
        "NameList": {"NameList": ["A", "B"]},
        "CustomFilters": "k",
        "SQLFilter": "a and b",
    });
    let mut both = flat.clone();
    both["EventPattern"] = json!([flat]);
    assert_eq!(
        body["EventRules"]["EventRule"],
        json!([{
            "Name": "full", "Description": "d [bellcheck:x]", "EventType": "SYSTEM", "GroupId": "42",
            "SilenceTime": 300, "State": "ENABLED", "EventPattern": both,
        }])
    );
    assert_eq!(body["Total"], 1);
}

#[test]
fn all_three_wrappers_are_there_even_when_empty() {
    let cloud = Cloud::new();
    let open = PutEventRule {
        rule_name: "open".to_owned(),
        event_pattern: vec![EventPattern { product: "*".to_owned(), ..EventPattern::default() }],
        ..PutEventRule::default()
    };
    cloud.call(&open).unwrap();
    let body = wire(&cloud, &Raw::new("DescribeEventRuleList"));
    let listed = &body["EventRules"]["EventRule"][0];
    for shape in [&listed["EventPattern"], &listed["EventPattern"]["EventPattern"][0]] {
        for list in ["EventTypeList", "LevelList", "NameList"] {
            assert_eq!(shape[list][list], json!([]), "{list} in {listed}");
        }
        assert_eq!(shape.get("StatusList"), None);
    }
    assert_eq!(listed.get("SilenceTime"), None, "it was never sent");
    assert_eq!((listed["EventType"].as_str(), listed["State"].as_str()), (Some("SYSTEM"), Some("ENABLED")));
}

#[test]
fn a_switch_says_whether_lists_show_what_was_never_sent() {
    for (listed, silence, lang) in [("on", Some(3600), Some("en")), ("off", None, None)] {
        let switches = [("defaults_listed", listed), ("default_silence", "1h"), ("default_language", "en")];
        let cloud = Cloud::with_switches(&switches);
        let mut anybody = contact("duty", webhook("t"));
        anybody.lang = None;
        cloud.call(&anybody).unwrap();
        cloud.call(&PutEventRule { silence_time: None, ..full() }).unwrap();
        let rules = cloud.call(&DescribeEventRuleList::default()).unwrap().event_rules.event_rule;
        assert_eq!(rules[0].silence_time, silence);
        let contacts = cloud.call(&DescribeContactList::default()).unwrap().contacts.contact;
        assert_eq!(contacts[0].lang.as_deref(), lang);
    }
}

#[test]
fn the_attributes_have_statuses_and_no_silence() {
    let cloud = Cloud::new();
    cloud.call(&full()).unwrap();
    let body =
        wire(&cloud, &Raw { params: vec![("RuleName", "full")], ..Raw::new("DescribeEventRuleAttribute") });
    let pattern = &body["Result"]["EventPattern"];
    assert_eq!(pattern["StatusList"]["StatusList"], json!(["Failed"]));
    assert_eq!(pattern.get("EventPattern"), None);
    assert_eq!(body["Result"].get("SilenceTime"), None);
    let missing = DescribeEventRuleAttribute { rule_name: "x".to_owned(), ..Default::default() };
    assert_eq!(
        cloud.refused(&missing),
        (404, "ResourceNotFound".to_owned(), "The alert does not exist.".to_owned())
    );
}

#[test]
fn disabled_rules_are_listed_unless_a_switch_hides_them() {
    let cloud = Cloud::with_switches(&[("rule_list_default", "enabled")]);
    for name in ["a", "b"] {
        cloud.call(&rule(name)).unwrap();
    }
    cloud.call(&DisableEventRules { rule_names: vec!["a".to_owned()], region_id: None }).unwrap();
    let ask = |enabled: Option<bool>| DescribeEventRuleList { is_enable: enabled, ..Default::default() };
    assert_eq!(names(&cloud, &ask(None)), ["b"]);
    assert_eq!(names(&cloud, &ask(Some(true))), ["b"]);
    assert_eq!(names(&cloud, &ask(Some(false))), ["a"]);
    cloud.call(&EnableEventRules { rule_names: vec!["a".to_owned()], region_id: None }).unwrap();
    assert_eq!(names(&cloud, &ask(None)), ["a", "b"]);
    let all = Cloud::new();
    let mut disabled = rule("a");
    disabled.state = Some("DISABLED".to_owned());
    all.call(&disabled).unwrap();
    assert_eq!(names(&all, &ask(None)), ["a"]);
}

#[test]
fn lists_are_filtered_and_paged() {
    let cloud = Cloud::new();
    for number in 0..12 {
        cloud.call(&rule(&format!("r{number:02}"))).unwrap();
    }
    let mut grouped = rule("z");
    grouped.group_id = Some("7".to_owned());
    cloud.call(&grouped).unwrap();
    assert_eq!(names(&cloud, &DescribeEventRuleList::default()).len(), 10);
    let second = DescribeEventRuleList { page_number: Some(2), ..Default::default() };
    assert_eq!(names(&cloud, &second), ["r10", "r11", "z"]);
    let prefix = DescribeEventRuleList { name_prefix: Some("r1".to_owned()), ..Default::default() };
    assert_eq!(names(&cloud, &prefix), ["r10", "r11"]);
    let group = DescribeEventRuleList { group_id: Some("7".to_owned()), ..Default::default() };
    assert_eq!(names(&cloud, &group), ["z"]);
}

#[test]
fn words_that_can_never_match_are_refused() {
    let cloud = Cloud::new();
    let refused = |change: &dyn Fn(&mut PutEventRule)| {
        let mut call = full();
        change(&mut call);
        cloud.refused(&call)
    };
    assert_eq!(refused(&|call| call.rule_name.clear()).1, "MissingRuleName");
    assert_eq!(refused(&|call| call.event_pattern.clear()).1, "MissingEventPattern.1.Product");
    assert_eq!(refused(&|call| call.event_pattern[0].product.clear()).1, "MissingEventPattern.1.Product");
    for (change, word) in [
        (
            &(|call: &mut PutEventRule| call.state = Some("enabled".to_owned()))
                as &dyn Fn(&mut PutEventRule),
            "enabled",
        ),
        (&|call: &mut PutEventRule| call.event_type = Some("OTHER".to_owned()), "OTHER"),
        (&|call: &mut PutEventRule| call.event_pattern[0].level_list = vec!["Info".to_owned()], "Info"),
        (&|call: &mut PutEventRule| call.event_pattern[0].name_list = vec!["n".to_owned(); 51], "50"),
    ] {
        let (status, code, message) = refused(change);
        assert_eq!((status, code.as_str()), (400, "InvalidParameterValue"));
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn an_update_keeps_targets_and_a_switch_says_what_else() {
    for (switch, kept) in [("clear", false), ("keep", true)] {
        let cloud = Cloud::with_switches(&[("put_omitted_rule", switch)]);
        let mut whole = full();
        whole.state = Some("DISABLED".to_owned());
        cloud.call(&whole).unwrap();
        let pattern = full().event_pattern;
        let bare =
            PutEventRule { rule_name: "full".to_owned(), event_pattern: pattern, ..PutEventRule::default() };
        cloud.call(&bare).unwrap();
        let ask = DescribeEventRuleList { is_enable: Some(!kept), ..Default::default() };
        let found = &cloud.call(&ask).unwrap().event_rules.event_rule[0];
        assert_eq!(found.silence_time, kept.then_some(300));
        assert_eq!(found.description.is_some(), kept);
        assert_eq!(found.group_id.is_some(), kept);
    }
}

#[test]
fn switching_is_all_or_nothing() {
    let cloud = Cloud::new();
    cloud.call(&rule("a")).unwrap();
    let names_of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let call = DisableEventRules { rule_names: names_of(&["a", "x"]), region_id: None };
    let (status, code, message) = cloud.refused(&call);
    assert_eq!((status, code.as_str()), (404, "ResourceNotFound"));
    assert!(message.contains("`x`"), "{message}");
    assert_eq!(names(&cloud, &DescribeEventRuleList::default()), ["a"]);
    let many = EnableEventRules { rule_names: vec!["a".to_owned(); 21], region_id: None };
    assert_eq!(cloud.refused(&many).1, "InvalidParameterValue");
    assert_eq!(cloud.refused(&EnableEventRules::default()).1, "MissingRuleNames");
    cloud.call(&DeleteEventRules { rule_names: names_of(&["a", "x"]) }).unwrap();
    assert!(names(&cloud, &DescribeEventRuleList::default()).is_empty());
}
