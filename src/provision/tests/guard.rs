//! The guard against changing much at once.

use super::{
    account::Account,
    wanted::{small, text},
};
use crate::provision::{Action, Contact, Desired, Guarded, Options};

const PRUNE: Options = Options { adopt: false, prune: true, force: false };

/// A stack of so many contacts.
fn contacts(count: usize) -> Desired {
    let mut desired = Desired::empty("ops");
    for number in 0..count {
        let contact = Contact { mail: Some(text("a@b")), language: text("en"), ..Contact::default() };
        desired.contacts.insert(format!("c{number:02}"), contact);
    }
    desired
}

fn applied(desired: &Desired) -> Account {
    let mut account = Account::default();
    account.settle(desired, Options::default());
    account
}

#[test]
fn three_of_ten_pass_and_four_need_force() {
    let account = applied(&contacts(10));
    assert_eq!(account.plan(&contacts(7), PRUNE).guard(&PRUNE), Ok(()));
    let plan = account.plan(&contacts(6), PRUNE);
    let guarded = plan.guard(&PRUNE).unwrap_err();
    assert_eq!(guarded, Guarded::TooMuch { action: Action::Delete, count: 4, owned: 10, stack: text("ops") });
    assert_eq!(
        guarded.to_string(),
        "this would delete 4 of the 10 objects that stack `ops` owns (40 %); more than 30 % needs `--force`"
    );
    assert_eq!(plan.guard(&Options { force: true, ..PRUNE }), Ok(()));
}

#[test]
fn updates_count_and_creations_do_not() {
    let account = applied(&contacts(10));
    let mut desired = contacts(100);
    assert_eq!(account.plan(&desired, PRUNE).guard(&PRUNE), Ok(()));
    for contact in desired.contacts.values_mut().take(4) {
        contact.language = text("zh-cn");
    }
    let guarded = account.plan(&desired, PRUNE).guard(&PRUNE).unwrap_err();
    assert!(guarded.to_string().starts_with("this would update 4 of the 10 "), "{guarded}");
}

#[test]
fn small_stacks_and_adopted_objects_are_not_guarded() {
    let account = applied(&contacts(9));
    assert_eq!(account.plan(&contacts(0), PRUNE).guard(&PRUNE), Ok(()));

    let mut account = applied(&contacts(10));
    let mut others = contacts(20);
    others.stack = text("others");
    others.contacts = others.contacts.into_iter().skip(10).collect();
    account.settle(&others, Options::default());
    let adopt = Options { adopt: true, ..Options::default() };
    let plan = account.plan(&contacts(20), adopt);
    assert_eq!(plan.counts().update, 10);
    assert_eq!(plan.guard(&adopt), Ok(()));
}

#[test]
fn a_conflict_stands_against_the_whole_plan_even_with_force() {
    let mut account = applied(&small());
    account.contacts.get_mut("duty").unwrap().desc = text("somebody else's");
    let force = Options { force: true, ..Options::default() };
    let guarded = account.plan(&small(), force).guard(&force).unwrap_err();
    assert_eq!(
        guarded.to_string(),
        "contact `duty` is already there and carries no bellcheck mark; give it another name in the spec, or \
         take it over with `--adopt`"
    );
}
