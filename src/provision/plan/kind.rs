//! What each kind of object brings to the plan.

use std::collections::BTreeMap;

use super::{field::Fields, rename::Renames, write::Write};
use crate::{
    openapi::ApiError,
    provision::{desired::Desired, model::ObjectKind, observed::Observed},
};

/// A kind of object: how it is compared and written. A second provisioning backend would bring
/// its own kinds.
pub(super) trait Kind {
    /// Which it is.
    const KIND: ObjectKind;
    /// As it is read.
    type Seen;
    /// As it is wanted.
    type Wanted;

    /// All that are there.
    fn seen(observed: &Observed) -> &BTreeMap<String, Self::Seen>;
    /// All that are wanted.
    fn wanted(desired: &Desired) -> &BTreeMap<String, Self::Wanted>;
    /// The stack in the mark.
    fn owner(seen: &Self::Seen) -> Option<&str>;
    /// Why it could not be read whole, where it could not.
    fn unread(_: &Self::Seen) -> Option<&ApiError> {
        None
    }
    /// An object without anything, to compare one with that goes.
    fn nothing() -> Self::Wanted;
    /// The object with the new names of what it refers to.
    fn renamed(seen: &Self::Seen, renames: &Renames) -> Self::Seen;
    /// The fields that differ, or all that are set when it is not there.
    fn compare(fields: &mut Fields, seen: Option<&Self::Seen>, wanted: &Self::Wanted);
    /// Fields that a write changes although nobody can see how.
    fn unseen(fields: &mut Fields, seen: &Self::Seen, wanted: &Self::Wanted);
    /// The calls that make it as wanted. `mark` tells that the mark has to be written in any case.
    fn put(
        stack: &str,
        name: &str,
        seen: Option<&Self::Seen>,
        wanted: &Self::Wanted,
        mark: bool,
    ) -> Vec<Write>;
    /// The calls that delete it.
    fn delete(name: &str, seen: &Self::Seen, observed: &Observed) -> Vec<Write>;
}
