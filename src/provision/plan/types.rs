//! The plan as a value.

use super::change::{Action, Change, Conflict, Foreign, Pending, Withheld};
use crate::provision::model::ObjectKind;

/// What a plan may do beyond creating and updating what the stack owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Take over same-named objects that the stack does not own.
    pub adopt: bool,
    /// Delete owned objects that are no longer wanted.
    pub prune: bool,
    /// Change more than the guard lets pass.
    pub force: bool,
}

impl Options {
    /// For removing all that a stack owns, together with [`super::super::Desired::empty`].
    #[must_use]
    pub const fn destroy(force: bool) -> Self {
        Self { adopt: false, prune: true, force }
    }
}

/// The way from what is there to what is wanted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// The stack.
    pub stack: String,
    /// The region that was read; empty for a plan that was not made from an account.
    pub region: String,
    /// The changes: first what is written, referred-to objects first, then what is deleted, the
    /// other way round; by name within.
    pub changes: Vec<Change>,
    /// What only the user can settle; nothing is applied while there are any.
    pub conflicts: Vec<Conflict>,
    /// What is left as it is, since it could not be read whole; the rest goes through.
    pub withheld: Vec<Withheld>,
    /// Owned and no longer wanted, left alone because pruning was not asked for.
    pub would_prune: Vec<(ObjectKind, String)>,
    /// Channels that wait for activation.
    pub pending: Vec<Pending>,
    /// Objects of others, seen and left alone.
    pub foreign: Vec<Foreign>,
    /// What changes because an object depends on it that the plan is limited to.
    pub taken_along: Vec<(ObjectKind, String)>,
    /// Changes and conflicts outside of what the plan is limited to; they are not in it.
    pub left_out: usize,
    /// Objects that the stack owns now.
    pub owned: usize,
}

/// Objects by what happens to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// To create.
    pub create: usize,
    /// To change.
    pub update: usize,
    /// To delete.
    pub delete: usize,
    /// Owned, no longer wanted, and left alone.
    pub left_over: usize,
}

impl Counts {
    /// The changes of several plans together.
    #[must_use]
    pub fn of(plans: &[&Plan]) -> Self {
        let mut all = Self::default();
        for Self { create, update, delete, left_over } in plans.iter().map(|plan| plan.counts()) {
            all.create += create;
            all.update += update;
            all.delete += delete;
            all.left_over += left_over;
        }
        all
    }
}

impl Plan {
    /// Whether nothing is left to do, nothing is in the way, and nothing could not be seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.conflicts.is_empty() && self.withheld.is_empty()
    }

    /// Whether it [is empty](Self::is_empty) and the stack owns nothing that is not wanted: such a rule
    /// rings on.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.is_empty() && self.would_prune.is_empty()
    }

    /// The changes, and what is left over, counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let count = |action| self.changes.iter().filter(|change| change.action == action).count();
        Counts {
            create: count(Action::Create),
            update: count(Action::Update),
            delete: count(Action::Delete),
            left_over: self.would_prune.len(),
        }
    }
}
