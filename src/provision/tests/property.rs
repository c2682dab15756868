//! What holds for any wanted state.

use proptest::prelude::*;

use super::{
    account::{Account, calls},
    wanted::any_desired,
};
use crate::provision::{Desired, Options};

const PRUNE: Options = Options { adopt: false, prune: true, force: true };

/// The same objects in other hands, under names of their own.
fn of_others(mut desired: Desired) -> Account {
    let mut account = Account::default();
    desired.stack = "others".to_owned();
    account.settle(&desired, PRUNE);
    let rename = |name: &str| format!("x-{name}");
    let mut renamed = Account::default();
    for (name, mut contact) in account.contacts {
        contact.name = rename(&name);
        renamed.contacts.insert(rename(&name), contact);
    }
    for (name, mut group) in account.groups {
        group.name = rename(&name);
        group.contacts.contact.iter_mut().for_each(|contact| *contact = rename(contact));
        renamed.groups.insert(rename(&name), group);
    }
    for (name, mut rule) in account.rules {
        rule.name = rename(&name);
        renamed.rules.insert(rename(&name), rule);
    }
    renamed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_state_can_follow_every_other_and_then_nothing_is_left(
        first in any_desired(), second in any_desired(), others in any_desired(),
    ) {
        let foreign = of_others(others);
        let mut account = foreign.clone();
        for desired in [&first, &second] {
            account.settle(desired, PRUNE);
            let again = account.plan(desired, PRUNE);
            prop_assert!(again.is_empty(), "{again:#?}");
            prop_assert!(again.would_prune.is_empty());
            let count = foreign.contacts.len() + foreign.groups.len() + foreign.rules.len();
            prop_assert_eq!(again.foreign.len(), count);
        }
        account.settle(&Desired::empty("ops"), PRUNE);
        account.targets.retain(|_, targets| *targets != Default::default());
        prop_assert_eq!(account, foreign);
    }

    #[test]
    fn without_prune_nothing_is_deleted(first in any_desired(), second in any_desired()) {
        let mut account = Account::default();
        account.settle(&first, PRUNE);
        let plan = account.plan(&second, Options::default());
        prop_assert_eq!(plan.counts().delete, 0);
        let again = {
            account.settle(&second, Options::default());
            account.plan(&second, Options::default())
        };
        prop_assert!(again.is_empty(), "{again:#?}");
        prop_assert_eq!(again.would_prune, plan.would_prune);
    }

    #[test]
    fn a_plan_is_the_same_each_time(first in any_desired(), second in any_desired()) {
        let mut account = Account::default();
        account.settle(&first, PRUNE);
        let (one, two) = (account.plan(&second, PRUNE), account.plan(&second, PRUNE));
        prop_assert_eq!(&one, &two);
        // A change is there for a reason, and it does something.
        for change in &one.changes {
            prop_assert!(!change.writes.is_empty(), "{change:?}");
        }
        prop_assert_eq!(calls(&one).is_empty(), one.changes.is_empty());
    }
}
