//! `binds.yaml`, key by key. The JSON Schema is made from the same declarations.

use std::time::Duration;

use crate::{
    secret::Secret,
    spec::yaml::{Node, Spanned, mapping},
};

mapping! {
    /// What scenarios may touch on the real cloud, and when.
    pub(super) struct Binds {
        /// The instances, by the names that scenarios use: `web-1: i-bp1…`, or
        /// `web-1: { id: i-bp1…, region: cn-beijing }`.
        optional instances: Node,
        /// The accounts, by their ids, that may be touched. Any other is refused.
        optional allow_accounts: Vec<Spanned<String>>,
        /// When scenarios may be run.
        optional window: Window,
        /// The relay that robots' messages come by.
        optional relay: Relay,
        /// How long a run may take in all before it is stopped and all is undone. Default 1h.
        optional deadline: Spanned<Duration>,
        /// How long to wait after a scenario for what its undoing causes, so that the next one does not see it.
        /// Default 1m.
        optional settle: Spanned<Duration>,
        /// How long a step that has failed looks on, to tell "too late" from "not at all". Default 1m.
        optional look_on: Spanned<Duration>,
        /// For a rehearsal against an emulator whose clock runs faster than the wall's.
        optional rehearsal: Rehearsal,
    }
    hints {
        "binds" => "the instances stand under `instances`",
        "allow_account" => "it is a list: `allow_accounts: [\"1000000000000001\"]`",
    }
    extensions true
}

mapping! {
    /// An instance.
    pub(super) struct Instance {
        /// Its id.
        required id: Spanned<String>,
        /// Its region, where it is not the one that the scenario says.
        optional region: Spanned<String>,
    }
}

mapping! {
    /// Days and hours; what is left out does not limit.
    pub(super) struct Window {
        /// Days of the week: `mon` to `sun`.
        optional days: Vec<Spanned<String>>,
        /// From this time of day on, `09:00`.
        optional from: Spanned<String>,
        /// Until this time of day; before `from`, it is that of the next day.
        optional until: Spanned<String>,
        /// The offset from UTC. Default `+08:00`.
        optional zone: Spanned<String>,
    }
}

mapping! {
    /// Where captured messages are read: `bellcheck relay`.
    pub(super) struct Relay {
        /// Its address: scheme, host and port.
        required url: Spanned<String>,
        /// Its read token.
        required token: Secret,
    }
}

mapping! {
    /// How fast the clock of the other side runs, since when, and whether it leaps.
    pub(super) struct Rehearsal {
        /// How many of its seconds pass in one.
        required speed: Spanned<u32>,
        /// The instant at which its clock and the wall's were the same.
        required since: Spanned<String>,
        /// The file of leaps that the other side follows; beside this file where it is no whole path.
        /// A long wait is leapt over.
        optional leaps: Spanned<String>,
    }
}
