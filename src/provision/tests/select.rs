//! Plans for some objects only.

use super::{
    account::Account,
    wanted::{small, text},
};
use crate::provision::{Desired, ObjectKind, Options, select};

const PRUNE: Options = Options { adopt: false, prune: true, force: false };

/// `small` with a rule of another name and the old one gone, and an unrelated rule that is new.
fn renamed() -> Desired {
    let mut desired = small();
    let rule = desired.rules.remove("state-change").unwrap();
    desired.rules.insert(text("instance-state"), rule.clone());
    let mut other = rule;
    other.rule.silence = 1;
    desired.rules.insert(text("unrelated"), other);
    desired
}

fn limited(account: &Account, desired: &mut Desired, names: &[&str]) -> Vec<String> {
    let whole = account.plan(desired, PRUNE);
    let names: Vec<String> = names.iter().map(|name| text(name)).collect();
    select(&names, &mut [(desired, &whole)]).unwrap();
    let plan = account.plan(desired, PRUNE);
    assert_eq!(plan.changes.len() + plan.left_out, whole.changes.len());
    plan.changes.iter().map(|change| format!("{} {}", change.action, change.name)).collect()
}

#[test]
fn a_deletion_takes_its_new_name_along_and_nothing_else() {
    let mut account = Account::default();
    account.settle(&small(), Options::default());
    let mut desired = renamed();
    let changes = limited(&account, &mut desired, &["state-change"]);
    assert_eq!(changes, ["create instance-state", "delete state-change"]);
    let changes = limited(&account, &mut renamed(), &["unrelated"]);
    assert_eq!(changes, ["create unrelated"]);
    // The new name alone leaves the old one where it is.
    let changes = limited(&account, &mut renamed(), &["rule/instance-state"]);
    assert_eq!(changes, ["create instance-state"]);
}

#[test]
fn a_name_is_looked_for_in_every_stack() {
    let account = Account::default();
    let (mut ops, mut others) = (small(), Desired { stack: text("others"), ..small() });
    others.rules.clear();
    let plans = [account.plan(&ops, PRUNE), account.plan(&others, PRUNE)];
    let mut stacks = [(&mut ops, &plans[0]), (&mut others, &plans[1])];
    select(&[text("state-change"), text("contact/duty")], &mut stacks).unwrap();
    assert_eq!(ops.only.len(), 2);
    assert_eq!(others.only.into_iter().collect::<Vec<_>>(), [(ObjectKind::Contact, text("duty"))]);
    let unknown = select(&[text("dutty")], &mut [(&mut ops, &plans[0])]).unwrap_err();
    assert_eq!(unknown.help, "did you mean `duty`?");
}
