//! Asking an account what public documents leave open, one switch of the emulator after the other.
//!
//! What is asked by reading is asked of what is there. What is asked by writing is asked of things
//! made for it, with a name of this run; nothing else is ever written to or deleted, and they are
//! deleted whatever happens. Each is written down before it is made ([`Journal`]), so that what a run
//! leaves that is killed can be deleted by a later one ([`earlier`]).

mod bench;
mod earlier;
mod file;
mod journal;
mod leavings;
mod look;
mod probe;
mod reach;
mod render;

use bench::Bench;
pub use earlier::{Earlier, LeftBehind, earlier};
pub use file::render_file;
pub use journal::{Begin, Journal};
pub use reach::Beyond;
pub use render::{render_settled_json, render_settled_text};

use std::collections::BTreeMap;

use crate::{
    emulator::Switches,
    openapi::{ApiError, Client, ErrorKind, Stop},
};

/// What became of the question of one switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The service showed it.
    Settled(String),
    /// The service was asked, and what it showed settles nothing.
    Open(String),
    /// It takes writing, which was not allowed.
    NeedsWrites,
    /// Calls alone cannot show it.
    OutOfReach(Beyond),
    /// A call failed.
    Failed(ApiError),
}

/// One switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Its name.
    pub switch: &'static str,
    /// What the emulator does by default.
    pub default: String,
    /// How it was asked.
    pub how: &'static str,
    /// What was found.
    pub finding: Finding,
    /// `Operation RequestId` of each answer.
    pub requests: Vec<String>,
}

/// What the account showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settlement {
    /// All switches, in the order of the table.
    pub switches: Vec<Settled>,
    /// Things that were made and could not be deleted.
    pub left_behind: Vec<String>,
    /// Why things could no longer be written down, so that none was made any more.
    pub broken: Option<String>,
    /// Whether it was told to stop.
    pub is_interrupted: bool,
}

/// Asks about every switch. With a `journal`, things are made, written down there before they are, and
/// deleted; `tell` hears of each.
pub async fn settle(client: &Client, journal: Option<Journal>, tell: &(dyn Fn(&str) + Sync)) -> Settlement {
    let bench = Bench::new(client, journal, tell);
    let mut found: BTreeMap<&str, (Finding, Vec<String>)> = BTreeMap::new();
    let mut is_interrupted = false;
    for probe in &probe::ALL {
        let finding = if probe.writes && !bench.may_write() {
            Finding::NeedsWrites
        } else if is_interrupted {
            continue;
        } else {
            match probe::ask(probe.switch, &bench).await {
                Ok(finding) => finding,
                Err(error) => {
                    is_interrupted = error.kind == ErrorKind::Interrupted;
                    Finding::Failed(error)
                }
            }
        };
        found.insert(probe.switch, (finding, bench.take_requests()));
    }
    // What is deleted is deleted also after a stop.
    let cleaner = client.clone().with_stop(&Stop::default());
    let broken = bench.take_broken();
    let left_behind = match bench.into_leavings() {
        Some(leavings) => leavings.clear(&cleaner).await,
        None => Vec::new(),
    };
    let switches = Switches::table().into_iter().filter_map(|row| {
        let probe = probe::ALL.iter().find(|probe| probe.switch == row.name);
        let (finding, requests) = match probe {
            Some(probe) => found.remove(probe.switch)?,
            // A test holds that each switch has a probe or a reason.
            None => (Finding::OutOfReach(reach::beyond(row.name)?), Vec::new()),
        };
        Some(Settled {
            switch: row.name,
            default: row.default,
            how: probe.map_or("", |probe| probe.how),
            finding,
            requests,
        })
    });
    Settlement { switches: switches.collect(), left_behind, broken, is_interrupted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_has_a_probe_or_a_reason_for_none() {
        for row in Switches::table() {
            let is_asked = probe::ALL.iter().any(|probe| probe.switch == row.name);
            assert!(is_asked != reach::beyond(row.name).is_some(), "{}", row.name);
        }
    }

    #[test]
    fn every_probe_asks_about_a_switch_that_there_is() {
        let table = Switches::table();
        for probe in &probe::ALL {
            assert!(table.iter().any(|row| row.name == probe.switch), "{}", probe.switch);
            assert!(!probe.how.is_empty());
        }
        let first_write = probe::ALL.iter().position(|probe| probe.writes).unwrap();
        assert!(probe::ALL[first_write..].iter().all(|probe| probe.writes), "reads come first");
    }
}
