//! The file, key by key. The JSON Schema is made from the same declarations.

use crate::spec::yaml::{Names, Node, Spanned, mapping};

mapping! {
    /// Accounts and regions that one or more specs are applied to.
    pub(super) struct Fleet {
        /// The name of the fleet, for its reports.
        required fleet: Spanned<String>,
        /// The specs, as paths from this file on: files, or folders with a `bellcheck.yaml`.
        required specs: Vec<Spanned<String>>,
        /// Accounts that are worked on at once. Default 4.
        optional at_once: Spanned<u32>,
        /// Values for the variables of the specs, for all accounts.
        optional vars: Node,
        /// The accounts, by a name of your choice that reports use.
        required accounts: Names<Account>,
    }
    hints {
        "spec" => "specs are a list: `specs: [bellcheck.yaml]`",
        "stack" => "this is a fleet, not a spec: a fleet names its specs under `specs`",
    }
    extensions true
}

mapping! {
    /// An account, and as whom it is worked on: with a `profile`, by assuming a `role_arn`, or else with
    /// whatever the standard chain of credentials gives.
    pub(super) struct Account {
        /// A profile of the CLI's configuration file.
        optional profile: Spanned<String>,
        /// A RAM role to assume with the profile's credentials, or with those of the standard chain.
        optional role_arn: Spanned<String>,
        /// What the role's owner asks for besides its name.
        optional external_id: Spanned<String>,
        /// The name of the session in the account's audit log. Default `bellcheck`.
        optional session_name: Spanned<String>,
        /// The regions, one after the other.
        required regions: Vec<Spanned<String>>,
        /// Values for the variables of the specs; they come before those of the fleet.
        optional vars: Node,
    }
    hints {
        "region" => "regions are a list: `regions: [cn-hangzhou]`",
        "role" => "the role to assume is its `role_arn`",
    }
}
