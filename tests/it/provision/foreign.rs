//! What others own.

use super::cloud::{ADOPT, Cloud, PLAIN, PRUNE, SMALL, wanted};
use bellcheck::{
    api::cloudmonitor::{
        Channels, Contact, DescribeContactGroupList, DescribeContactList, DescribeEventRuleList, PutContact,
        PutContactGroup,
    },
    provision::{ConflictReason, Desired, Options},
};

fn by_hand(name: &str) -> PutContact {
    PutContact {
        contact_name: name.to_owned(),
        describe: "made by hand".to_owned(),
        lang: Some("zh-cn".to_owned()),
        channels: Channels { mail: Some("hand@example.com".to_owned()), ..Channels::default() },
    }
}

async fn contacts(cloud: &Cloud) -> Vec<Contact> {
    cloud.call(DescribeContactList::default()).await.contacts.contact
}

/// The same spec for another stack, with names of its own.
fn others() -> String {
    ["duty", "on-call", "state-change"]
        .iter()
        .fold(SMALL.replace("stack: ops", "stack: others"), |text, name| {
            text.replace(&format!("  {name}:\n"), &format!("  x-{name}:\n"))
        })
        .replace("contacts: [duty]", "contacts: [x-duty]")
        .replace("- group: on-call", "- group: x-on-call")
}

#[tokio::test]
async fn objects_of_others_stay_as_they_are() {
    let cloud = Cloud::new();
    cloud.call(by_hand("hand")).await;
    cloud.settle(&others()).await;
    let before = contacts(&cloud).await;
    cloud.settle(SMALL).await;
    let plan = cloud.plan(&wanted(SMALL), PRUNE).await;
    assert_eq!((plan.foreign.len(), plan.owned), (4, 3));
    assert!(plan.is_empty());

    let report = cloud.converge(&Desired::empty("ops"), Options::destroy(false)).await;
    assert!(report.converged(), "{report:#?}");
    assert_eq!(contacts(&cloud).await, before);
    let groups = cloud.call(DescribeContactGroupList::default()).await;
    assert_eq!(groups.contact_groups.contact_group, ["x-on-call"]);
    let rules = cloud.call(DescribeEventRuleList::default()).await.event_rules.event_rule;
    assert_eq!(rules.len(), 1);
    assert!(cloud.plan(&wanted(&others()), PRUNE).await.is_empty());
}

#[tokio::test]
async fn a_name_that_is_taken_stops_everything_until_it_is_adopted() {
    for (name, owner) in [("duty", None), ("others", Some("others"))] {
        let cloud = Cloud::new();
        match name {
            "duty" => drop(cloud.call(by_hand("duty")).await),
            _ => cloud.settle(&SMALL.replace("stack: ops", "stack: others")).await,
        }
        let before = contacts(&cloud).await;
        let mark = cloud.mark();
        let report = cloud.converge(&wanted(SMALL), PLAIN).await;
        assert!(!report.converged());
        let reason = ConflictReason::Foreign { owner: owner.map(str::to_owned) };
        assert_eq!(report.plan.conflicts[0].reason, reason);
        assert!(report.guarded.unwrap().to_string().contains("`--adopt`"));
        assert_eq!(cloud.writes(mark), Vec::<String>::new());
        assert_eq!(contacts(&cloud).await, before);

        let report = cloud.converge(&wanted(SMALL), ADOPT).await;
        assert!(report.converged(), "{report:#?}");
        assert_eq!(contacts(&cloud).await[0].desc, "On duty [bellcheck:ops]");
    }
}

#[tokio::test]
async fn a_contact_is_not_taken_from_a_group_of_others() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    let theirs = PutContactGroup {
        contact_group_name: "theirs".to_owned(),
        describe: Some("made by hand".to_owned()),
        contact_names: vec!["duty".to_owned()],
        enable_subscribed: Some(false),
    };
    cloud.call(theirs).await;
    let mark = cloud.mark();
    let report = cloud.converge(&Desired::empty("ops"), Options::destroy(true)).await;
    assert_eq!(report.plan.conflicts[0].reason, ConflictReason::InUse { by: vec!["theirs".to_owned()] });
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
}
