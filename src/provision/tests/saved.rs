//! Plan files, without a command line around them.

use super::{
    account::Account,
    wanted::{TOKEN, small, text},
};
use crate::{
    provision::{Desired, Look, Options, SavedPlan, SavedStack},
    secret::Secret,
};

fn saved(account: &Account, desired: &Desired) -> SavedPlan {
    let options = Options { prune: true, ..Options::default() };
    let look = Look { observed: account.observe(), plan: account.plan(desired, options) };
    SavedPlan {
        tool: text("1.0.0"),
        specs: vec![text("bellcheck.yaml")],
        variables: vec![text("TOKEN")],
        variable_files: Vec::new(),
        options: options.into(),
        targets: Vec::new(),
        endpoint: text("https://metrics.cn-hangzhou.aliyuncs.com"),
        account: Some(text("1")),
        stacks: vec![SavedStack::new(desired, &look)],
    }
}

fn applied() -> Account {
    let mut account = Account::default();
    account.settle(&small(), Options::default());
    account
}

#[test]
fn a_file_reads_back_and_holds_no_secret() {
    let plan = saved(&applied(), &Desired::empty("ops"));
    let file = plan.to_text();
    assert!(SavedPlan::is_meant(&file) && !file.contains(TOKEN), "{file}");
    assert_eq!(SavedPlan::parse("a.plan", &file).unwrap(), plan);
    assert!(plan.differences(&plan).is_empty());
    for spec in ["stack: x\n", "{stack: x}", "{\"stack\": \"bellcheck_plan\"}", ""] {
        assert!(!SavedPlan::is_meant(spec), "{spec}");
    }
}

#[test]
fn whatever_changes_is_named() {
    let account = applied();
    let plan = saved(&account, &small());
    let says = |now: &SavedPlan, what: &str| {
        let found = plan.differences(now);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(what), "{what}: {found:?}");
    };
    let mut now = plan.clone();
    now.account = Some(text("2"));
    says(&now, "the plan is for account 1, and the credentials are for 2");
    now.account = None;
    says(&now, "the credentials are for one that is not known");
    let mut now = plan.clone();
    now.endpoint = text("https://metrics.cn-shanghai.aliyuncs.com");
    says(&now, "calls go to https://metrics.cn-shanghai");
    says(&saved(&account, &Desired { stack: text("others"), ..small() }), "the specs are for stack `others`");

    // One character of a token, in the spec or in the account.
    let mut desired = small();
    let url = format!("https://oapi.dingtalk.com/robot/send?access_token={TOKEN}x");
    desired.contacts.get_mut("duty").unwrap().webhook = Some(Secret::new(&url));
    says(&saved(&account, &desired), "the spec has changed: contact duty (stack `ops`");
    let mut changed = applied();
    changed.contacts.get_mut("duty").unwrap().channels.ding_web_hook = Some(url);
    says(&saved(&changed, &small()), "the account has changed: contact duty (");
    // A target that somebody added, and one that changed its id.
    let mut changed = applied();
    changed.tell_by_hand("state-change", "1", "on-call");
    says(&saved(&changed, &small()), "the account has changed: rule state-change");
    let mut changed = applied();
    changed.groups.clear();
    says(&saved(&changed, &small()), "the account has changed: group on-call is gone");
}

#[test]
fn objects_of_others_matter_only_where_they_play_a_part() {
    let plan = saved(&applied(), &Desired::empty("ops"));
    let mut account = applied();
    let mut theirs = account.contacts["duty"].clone();
    (theirs.name, theirs.desc) = (text("theirs"), text("by hand"));
    account.contacts.insert(text("theirs"), theirs);
    let now = saved(&account, &Desired::empty("ops"));
    assert_ne!(now.stacks, plan.stacks, "the plan shows them");
    assert!(plan.differences(&now).is_empty());
    // A group of theirs that lists a contact which is to be deleted.
    let mut group = account.groups["on-call"].clone();
    (group.name, group.describe) = (text("theirs"), text("by hand"));
    account.groups.insert(text("theirs"), group);
    let found = plan.differences(&saved(&account, &Desired::empty("ops")));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("objects of others lead to another plan now"), "{found:?}");
    let mut newer = saved(&account, &Desired::empty("ops"));
    newer.tool = text("2.0.0");
    assert!(plan.differences(&newer)[0].contains("bellcheck 2.0.0 plans otherwise than 1.0.0 did"));
}
