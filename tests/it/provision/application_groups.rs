//! Rules for an application group: the name is looked up, the id is written and compared.

use bellcheck::{
    api::cloudmonitor::{
        CreateMonitorGroup, DescribeEventRuleList, EventPattern, PutEventRule, WrittenKeywordFilter,
    },
    provision::{Desired, Unresolved, desired, resolve},
    spec,
};

use super::cloud::{Cloud, PLAIN, SMALL};

fn spec(text: &str) -> spec::Spec {
    spec::load("spec.yaml", text, &crate::support::tokens).unwrap().value
}

/// The small spec with its rule limited to `group`.
fn limited(group: &str) -> spec::Spec {
    let rule = "    description: An instance changed state\n";
    let text = SMALL.replace(rule, &format!("{rule}    application_group: {group}\n"));
    spec(&format!("{text}application_groups: [{group}]\n"))
}

async fn resolved(cloud: &Cloud, spec: &spec::Spec) -> Result<Desired, Unresolved> {
    let mut desired = desired(spec).unwrap();
    resolve(&cloud.client, spec, &mut desired).await.map(|()| desired)
}

async fn create(cloud: &Cloud, name: &str) -> String {
    let call = CreateMonitorGroup { group_name: name.to_owned(), ..CreateMonitorGroup::default() };
    cloud.call(call).await.group_id.unwrap().to_string()
}

async fn group_of_the_rule(cloud: &Cloud) -> Option<String> {
    cloud.call(DescribeEventRuleList::default()).await.event_rules.event_rule[0].group_id.clone()
}

#[tokio::test]
async fn the_id_is_found_behind_250_groups_written_and_settles() {
    let cloud = Cloud::new();
    for number in 0..250 {
        create(&cloud, &format!("other-{number}")).await;
    }
    let id = create(&cloud, "shop").await;
    let desired = resolved(&cloud, &limited("shop")).await.unwrap();
    assert!(cloud.converge(&desired, PLAIN).await.converged());
    assert_eq!(group_of_the_rule(&cloud).await, Some(id));
    assert!(cloud.plan(&desired, PLAIN).await.is_empty());
}

#[tokio::test]
async fn another_group_and_no_group_are_differences() {
    let cloud = Cloud::new();
    create(&cloud, "shop").await;
    let till = create(&cloud, "till").await;
    for (spec, expected) in
        [(limited("shop"), None), (limited("till"), Some(till)), (self::spec(SMALL), Some(String::new()))]
    {
        let desired = resolved(&cloud, &spec).await.unwrap();
        let report = cloud.converge(&desired, PLAIN).await;
        assert!(report.converged() && !report.plan.changes.is_empty(), "{report:#?}");
        if let Some(id) = expected {
            assert_eq!(group_of_the_rule(&cloud).await.unwrap_or_default(), id);
        }
    }
}

#[tokio::test]
async fn an_unknown_name_is_a_fault_under_its_rule_and_nothing_is_asked_for_needlessly() {
    let cloud = Cloud::new();
    create(&cloud, "shop").await;
    let Err(Unresolved::Faults(faults)) = resolved(&cloud, &limited("shops")).await else { panic!() };
    assert_eq!((faults.len(), faults[0].code), (1, "provision::application-group"));
    for wanted in ["`state-change`", "`shops`", "there are `shop`"] {
        assert!(faults[0].message.contains(wanted), "{wanted}: {}", faults[0].message);
    }
    let line = SMALL.lines().position(|line| line == "  state-change:").unwrap() + 1;
    assert_eq!(faults[0].place().unwrap(), format!("spec.yaml:{line}"));

    let mark = cloud.mark();
    resolved(&cloud, &spec(SMALL)).await.unwrap();
    assert_eq!(cloud.operations(mark, false), Vec::<String>::new());
}

#[tokio::test]
async fn a_name_that_is_there_twice_is_a_fault() {
    let cloud = Cloud::with(&[("duplicate_application_group", "accept")]);
    let (one, two) = (create(&cloud, "shop").await, create(&cloud, "shop").await);
    let Err(Unresolved::Faults(faults)) = resolved(&cloud, &limited("shop")).await else { panic!() };
    assert!(faults[0].message.contains(&format!("{one}, {two}")), "{}", faults[0].message);
}

#[tokio::test]
async fn a_keyword_filter_from_elsewhere_is_a_difference() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    let listed = cloud.call(DescribeEventRuleList::default()).await.event_rules.event_rule.remove(0);
    let text = |value: &str| value.to_owned();
    let pattern = EventPattern {
        product: text("ECS"),
        level_list: vec![text("INFO"), text("WARN")],
        name_list: vec![text("Instance:StateChange")],
        status_list: vec![text("Normal")],
        keyword_filter: Some(WrittenKeywordFilter {
            relation: Some(text("NOT")),
            keywords: vec![text("Stopping")],
        }),
        ..EventPattern::default()
    };
    let put = PutEventRule {
        rule_name: listed.name,
        description: listed.description,
        event_pattern: vec![pattern],
        event_type: Some(listed.event_type),
        silence_time: listed.silence_time,
        state: Some(listed.state),
        ..PutEventRule::default()
    };
    cloud.call(put).await;
    let desired = desired(&spec(SMALL)).unwrap();
    let plan = cloud.plan(&desired, PLAIN).await;
    let fields: Vec<&str> =
        plan.changes.iter().flat_map(|change| &change.fields).map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["event_pattern.keyword_filter"]);
    assert!(cloud.converge(&desired, PLAIN).await.converged());
}
