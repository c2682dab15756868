//! The fields that an operation's answer can have, by the emulator's definition.

use crate::openapi::{Operation, fields_of};

macro_rules! table {
    ($($operation:ty),* $(,)?) => {
        /// The paths of an operation's answer, such as `Contacts.Contact[].Name`.
        pub(super) fn of_answer(action: &str) -> Vec<String> {
            match action {
                $( <$operation>::ACTION => {
                    paths(fields_of::<<$operation as Operation>::Response>())
                } )*
                _ => Vec::new(),
            }
        }
    };
}

crate::for_each_operation!(table);

fn paths(fields: Vec<crate::openapi::Field>) -> Vec<String> {
    fields.into_iter().map(|field| field.name.replace(".N.", "[].").replace(".N", "[]")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_an_answer_are_paths() {
        let found = of_answer("DescribeContactGroupList");
        for path in
            ["Code", "ContactGroups.ContactGroup[]", "ContactGroupList.ContactGroup[].Contacts.Contact[]"]
        {
            assert!(found.iter().any(|known| known == path), "{path}: {found:?}");
        }
        // A pattern holds patterns; the second level is not told again.
        let found = of_answer("DescribeEventRuleList");
        let deep = found.iter().filter(|path| path.matches("EventPattern").count() > 2);
        assert_eq!(deep.count(), 0, "{found:?}");
        for operation in crate::emulator::operations() {
            assert!(!of_answer(operation.action).is_empty(), "{}", operation.action);
        }
    }
}
