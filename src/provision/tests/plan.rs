//! Plans, case by case.

use super::{
    account::{Account, calls, operations},
    wanted::{by_id, set, small, tell, text},
};
use crate::{
    api::cloudmonitor::ReadChannels,
    provision::{
        Action, Call, Channel, ConflictReason, Desired, FieldChange, ObjectKind, Options, Pending, Plan,
        render_text,
    },
    secret::Secret,
};

const PRUNE: Options = Options { adopt: false, prune: true, force: false };
const ADOPT: Options = Options { adopt: true, prune: false, force: false };

fn applied() -> Account {
    let mut account = Account::default();
    account.settle(&small(), Options::default());
    account
}

/// The one change that `desired` needs, and the calls for it.
fn one_change(account: &Account, desired: &Desired) -> (Vec<FieldChange>, Vec<&'static str>) {
    let plan = account.plan(desired, Options::default());
    assert_eq!(plan.changes.len(), 1, "{plan:#?}");
    (plan.changes[0].fields.clone(), operations(&plan))
}

fn field(field: &str, before: Option<&str>, after: Option<&str>) -> FieldChange {
    FieldChange { field: text(field), before: before.map(text), after: after.map(text) }
}

#[test]
fn what_is_referred_to_comes_first_and_goes_last() {
    let mut account = Account::default();
    let plan = account.settle(&small(), Options::default());
    assert_eq!(operations(&plan), ["PutContact", "PutContactGroup", "PutEventRule", "PutEventRuleTargets"]);
    assert_eq!(plan.counts().create, 3);
    let plan = account.settle(&Desired::empty("ops"), PRUNE);
    assert_eq!(
        operations(&plan),
        ["DeleteEventRuleTargets", "DeleteEventRules", "DeleteContactGroup", "DeleteContact"]
    );
    let kinds: Vec<_> = plan.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ObjectKind::Rule, ObjectKind::Group, ObjectKind::Contact]);
}

#[test]
fn each_field_of_a_contact_is_one_difference_and_one_call() {
    let account = applied();
    let mut desired = small();
    desired.contacts.get_mut("duty").unwrap().description = text("On night duty");
    assert_eq!(
        one_change(&account, &desired),
        (vec![field("description", Some("On duty"), Some("On night duty"))], vec!["PutContact"])
    );
    let mut desired = small();
    let duty = desired.contacts.get_mut("duty").unwrap();
    (duty.language, duty.mail, duty.phone) = (text("zh-cn"), None, Some(text("139")));
    let (fields, _) = one_change(&account, &desired);
    assert_eq!(
        fields,
        [
            field("language", Some("en"), Some("zh-cn")),
            field("email", Some("duty@example.com"), None),
            field("phone", None, Some("139")),
        ]
    );
}

#[test]
fn every_write_carries_the_whole_object() {
    let account = applied();
    let mut desired = small();
    desired.contacts.get_mut("duty").unwrap().mail = Some(text("other@example.com"));
    let plan = account.plan(&desired, Options::default());
    let Call::PutContact(call) = calls(&plan)[0] else { panic!("{plan:?}") };
    assert_eq!(call.describe, "On duty [bellcheck:ops]");
    assert_eq!(call.lang.as_deref(), Some("en"));
    assert!(call.channels.ding_web_hook.is_some());

    let mut desired = small();
    desired.rules.get_mut("state-change").unwrap().rule.silence = 0;
    let plan = account.plan(&desired, Options::default());
    assert_eq!(plan.changes[0].fields, [field("silence", Some("5m"), Some("none"))]);
    let Call::PutEventRule(call) = calls(&plan)[0] else { panic!("{plan:?}") };
    assert_eq!(call.silence_time, Some(0));
    assert_eq!(call.event_type.as_deref(), Some("SYSTEM"));
    assert_eq!(call.state.as_deref(), Some("ENABLED"));
    assert_eq!(call.event_pattern[0].level_list, ["INFO", "WARN"]);
    assert_eq!(call.group_id, None);
    assert_eq!(calls(&plan).len(), 1);
}

#[test]
fn any_level_is_the_same_as_no_level() {
    let account = applied();
    let mut desired = small();
    let pattern = &mut desired.rules.get_mut("state-change").unwrap().rule.pattern;
    pattern.event_types = set(&["*"]);
    assert!(account.plan(&desired, Options::default()).is_empty());
    desired.rules.get_mut("state-change").unwrap().rule.pattern.levels = set(&["*"]);
    assert_eq!(
        one_change(&account, &desired).0,
        [field("event_pattern.levels", Some("INFO, WARN"), Some("*"))]
    );
}

#[test]
fn statuses_that_were_not_read_are_no_difference() {
    let account = applied();
    let mut desired = small();
    desired.rules.get_mut("state-change").unwrap().rule.pattern.statuses = Some(set(&["Normal"]));
    assert_eq!(one_change(&account, &desired).0, [field("event_pattern.statuses", None, Some("Normal"))]);
    let mut blind = account;
    blind.rules.get_mut("state-change").unwrap().event_pattern.status_list = None;
    assert!(blind.plan(&desired, Options::default()).is_empty());
}

#[test]
fn a_level_changes_under_its_id_and_another_group_replaces_it() {
    let account = applied();
    let mut desired = small();
    desired.rules.get_mut("state-change").unwrap().targets = by_id([tell("on-call", "3")]);
    assert_eq!(
        one_change(&account, &desired),
        (
            vec![field("target group on-call", Some("level INFO"), Some("level WARN"))],
            vec!["PutEventRuleTargets"]
        )
    );

    let mut desired = small();
    desired.groups.insert(text("night"), desired.groups["on-call"].clone());
    desired.rules.get_mut("state-change").unwrap().targets = by_id([tell("night", "4")]);
    let plan = account.plan(&desired, Options::default());
    assert_eq!(operations(&plan), ["PutContactGroup", "PutEventRuleTargets", "DeleteEventRuleTargets"]);
}

#[test]
fn a_target_that_nobody_wants_is_deleted_whatever_its_id() {
    let mut account = applied();
    account.tell_by_hand("state-change", "1", "on-call");
    let (fields, operations) = one_change(&account, &small());
    assert_eq!(fields, [field("target group on-call", Some("level INFO (id 1)"), None)]);
    assert_eq!(operations, ["DeleteEventRuleTargets"]);
}

#[test]
fn new_targets_take_the_places_of_old_ones_where_both_would_be_too_many() {
    let mut desired = small();
    for number in 0..8 {
        desired.groups.insert(format!("g{number}"), desired.groups["on-call"].clone());
    }
    let told = |range: std::ops::Range<i32>| by_id(range.map(|number| tell(&format!("g{number}"), "4")));
    desired.rules.get_mut("state-change").unwrap().targets = told(0..4);
    let mut account = Account::default();
    account.settle(&desired, Options::default());
    desired.rules.get_mut("state-change").unwrap().targets = told(1..5);
    let plan = account.settle(&desired, Options::default());
    assert_eq!(operations(&plan), ["PutEventRuleTargets", "DeleteEventRuleTargets"]);
    desired.rules.get_mut("state-change").unwrap().targets = told(4..8);
    let plan = account.settle(&desired, Options::default());
    // Three take the places of three old ones, so that there are never more than five, and no old one
    // goes before the new ones are there.
    assert_eq!(operations(&plan), ["PutEventRuleTargets", "DeleteEventRuleTargets"]);
    assert!(account.plan(&desired, Options::default()).is_empty());
    // A group that comes back gets an id of its own where another has the one made from its name.
    desired.rules.get_mut("state-change").unwrap().targets = told(0..4);
    account.settle(&desired, Options::default());
    assert!(account.plan(&desired, Options::default()).is_empty());
}

#[test]
fn a_target_is_known_by_what_it_is_and_not_by_its_id() {
    let mut account = Account::default();
    account.settle(&small(), Options::default());
    account.targets.clear();
    account.tell_by_hand("state-change", "1", "on-call");
    assert!(account.plan(&small(), Options::default()).is_empty());
    // It changes under the id that it has.
    let mut desired = small();
    desired.rules.get_mut("state-change").unwrap().targets = by_id([tell("on-call", "2")]);
    let plan = account.settle(&desired, Options::default());
    assert_eq!(operations(&plan), ["PutEventRuleTargets"]);
    let Call::PutEventRuleTargets(call) = calls(&plan)[0] else { panic!("{plan:?}") };
    assert_eq!(call.contact_parameters[0].id.as_deref(), Some("1"));
}

#[test]
fn a_target_that_stays_does_not_go_with_one_that_shares_its_id() {
    let mut account = Account::default();
    let mut desired = small();
    desired.groups.insert(text("other"), desired.groups["on-call"].clone());
    account.settle(&desired, Options::default());
    account.targets.clear();
    account.tell_by_hand("state-change", "1", "on-call");
    account.tell_by_hand("state-change", "1", "other");
    let plan = account.settle(&desired, Options::default());
    assert_eq!(operations(&plan), ["PutEventRuleTargets", "DeleteEventRuleTargets"]);
    assert_eq!(account.targets["state-change"].contact_parameters.items.len(), 1);
    assert!(account.plan(&desired, Options::default()).is_empty());
}

#[test]
fn more_patterns_than_one_are_a_difference() {
    let mut account = applied();
    let pattern = &mut account.rules.get_mut("state-change").unwrap().event_pattern;
    pattern.event_pattern = vec![pattern.clone(), pattern.clone()];
    let (fields, operations) = one_change(&account, &small());
    assert_eq!(fields, [field("event_pattern", Some("1 more of them"), None)]);
    assert_eq!(operations, ["PutEventRule"]);
}

#[test]
fn a_channel_that_waits_for_its_owner_is_no_difference() {
    let mut account = applied();
    let pending = ReadChannels { mail: Some(text("PENDING")), ..ReadChannels::default() };
    account.contacts.get_mut("duty").unwrap().channels_state = pending;
    for hidden in [false, true] {
        if hidden {
            account.contacts.get_mut("duty").unwrap().channels.mail = None;
        }
        let plan = account.plan(&small(), Options::default());
        assert!(plan.is_empty(), "{plan:#?}");
        let contact = text("duty");
        assert_eq!(plan.pending, [Pending { contact, channel: Channel::Mail, hidden }]);
        assert_eq!(render_text(&plan, false).contains("does not show"), hidden);
    }
    // One that is shown and differs is a difference, waiting or not.
    account.contacts.get_mut("duty").unwrap().channels.mail = Some(text("old@example.com"));
    assert!(!account.plan(&small(), Options::default()).is_empty());
    // One that is gone without waiting is one, too.
    account.contacts.get_mut("duty").unwrap().channels.mail = None;
    account.contacts.get_mut("duty").unwrap().channels_state = ReadChannels::default();
    assert!(!account.plan(&small(), Options::default()).is_empty());
}

#[test]
fn an_object_of_others_is_a_conflict_until_it_is_adopted() {
    for (description, owner) in
        [("On duty", None), ("On duty [bellcheck:old]", Some("old")), ("On duty [bellcheck:ops] ", None)]
    {
        let mut account = applied();
        account.contacts.get_mut("duty").unwrap().desc = text(description);
        let plan = account.plan(&small(), Options::default());
        assert!(!plan.is_empty());
        assert!(plan.changes.is_empty(), "{plan:#?}");
        assert_eq!(plan.conflicts.len(), 1);
        assert_eq!(plan.conflicts[0].reason, ConflictReason::Foreign { owner: owner.map(text) });

        let plan = account.settle(&small(), ADOPT);
        assert_eq!(operations(&plan), ["PutContact"]);
        assert!(plan.changes[0].adopts);
        assert!(account.plan(&small(), Options::default()).is_empty());
    }
}

#[test]
fn adopting_a_rule_that_is_as_wanted_still_marks_it() {
    let mut account = applied();
    account.rules.get_mut("state-change").unwrap().description = Some(text("State"));
    let plan = account.settle(&small(), ADOPT);
    assert_eq!(operations(&plan), ["PutEventRule"]);
    assert_eq!(plan.changes[0].fields, [field("owner", None, Some("stack ops"))]);
    assert!(account.plan(&small(), Options::default()).is_empty());
}

#[test]
fn what_is_no_longer_wanted_is_reported_and_pruned_only_when_asked() {
    let account = applied();
    let mut desired = small();
    desired.rules.clear();
    let plan = account.plan(&desired, Options::default());
    assert!(plan.is_empty());
    assert_eq!(plan.would_prune, [(ObjectKind::Rule, text("state-change"))]);
    let plan = account.plan(&desired, PRUNE);
    assert_eq!(plan.counts().delete, 1);
    assert!(plan.would_prune.is_empty());
}

#[test]
fn a_contact_in_a_group_of_others_is_not_deleted_from_under_it() {
    let mut account = applied();
    let mut theirs = account.groups["on-call"].clone();
    (theirs.name, theirs.describe) = (text("theirs"), text("by hand"));
    account.groups.insert(text("theirs"), theirs);
    let plan = account.plan(&Desired::empty("ops"), PRUNE);
    assert_eq!(plan.conflicts.len(), 1);
    assert_eq!(plan.conflicts[0].reason, ConflictReason::InUse { by: vec![text("theirs")] });
    assert_eq!(
        plan.conflicts[0].to_string(),
        "contact `duty` cannot be deleted while groups of others list it: `theirs`"
    );
    assert!(plan.changes.iter().all(|change| change.kind != ObjectKind::Contact));
    assert!(plan.guard(&PRUNE).is_err());
}

#[test]
fn a_new_token_is_a_difference_that_does_not_show_it() {
    let account = applied();
    let mut desired = small();
    let url = "https://oapi.dingtalk.com/robot/send?access_token=an0ther";
    desired.contacts.get_mut("duty").unwrap().webhook = Some(Secret::new(url));
    let plan: Plan = account.plan(&desired, Options::default());
    assert_eq!(plan.changes[0].action, Action::Update);
    assert_eq!(plan.changes[0].fields[0].field, "webhook");
    assert_ne!(plan.changes[0].fields[0].before, plan.changes[0].fields[0].after);
}
