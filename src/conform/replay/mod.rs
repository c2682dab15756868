//! Making the requests of a cassette again, and comparing the answers.

mod answer;
mod compare;
mod fields;
mod findings;
mod hint;
mod history;
mod ids;
mod order;
mod pairs;
mod player;
mod seed;
mod shape;
mod stand_in;
mod timing;
mod unwrap;

use std::{collections::BTreeSet, time::Duration};

use super::verdict::{CassetteInfo, Conformance};
use crate::{
    cassette::Cassette,
    clock::{Timestamp, human_duration},
    emulator::{Switches, operations},
};
use findings::Findings;
use player::Player;

/// How to compare.
#[derive(Debug, Clone)]
pub struct Options {
    /// The present, from which ages count.
    pub now: Timestamp,
    /// Evidence that is older is called old.
    pub max_age: Duration,
    /// Differences of time up to this are none.
    pub tolerance: Duration,
    /// The emulator's switches.
    pub switches: Switches,
}

/// Compares the cassettes' answers with those of the emulator. Each cassette has an emulator of its
/// own.
///
/// Where a state of an instance lasts longer or shorter than the emulator's, that is one difference;
/// what follows from it (a start that is refused, since the stop is still under way) is none. So the
/// comparison is made again with the state lasting as long as it did.
#[must_use]
pub fn replay(cassettes: &[Cassette], options: &Options) -> Conformance {
    let mut switches = options.switches.clone();
    let mut findings = once(cassettes, options, &switches);
    let mut fitted = BTreeSet::new();
    while let Some((switch, lasts)) = findings
        .lasting()
        .iter()
        .find(|(switch, _)| !fitted.contains(*switch))
        .map(|(switch, lasts)| (*switch, *lasts))
    {
        fitted.insert(switch);
        if switches.set(switch, &human_duration(lasts)).is_err() {
            continue;
        }
        let mut again = once(cassettes, options, &switches);
        fitted.iter().for_each(|switch| again.keep_times(&findings, switch));
        findings = again;
    }
    let seen: BTreeSet<&str> = cassettes
        .iter()
        .flat_map(|cassette| cassette.exchanges.iter().map(|exchange| exchange.operation.as_str()))
        .collect();
    let never = operations()
        .iter()
        .map(|operation| operation.action)
        .filter(|action| !seen.contains(action))
        .collect();
    let (operations, passed_over) = findings.verdicts();
    Conformance {
        cassettes: cassettes.iter().map(|cassette| info(cassette, options)).collect(),
        operations,
        passed_over,
        never,
        tolerance: options.tolerance,
    }
}

fn once(cassettes: &[Cassette], options: &Options, switches: &Switches) -> Findings {
    let mut findings = Findings::default();
    for cassette in cassettes {
        let mut player = Player::new(cassette, switches, &mut findings);
        for exchange in &cassette.exchanges {
            player.play(exchange, &mut findings);
        }
        findings.end_of_cassette(options.tolerance, switches);
    }
    findings
}

fn info(cassette: &Cassette, options: &Options) -> CassetteInfo {
    let header = &cassette.header;
    let age = Duration::try_from(options.now.duration_since(header.recorded_at)).unwrap_or_default();
    CassetteInfo {
        name: cassette.name.clone(),
        command: header.command.clone(),
        recorded_at: header.recorded_at,
        age_days: age.as_secs() / 86_400,
        is_old: age > options.max_age,
        provenance: header.provenance,
        exchanges: cassette.exchanges.len(),
        is_cut: cassette.is_cut,
    }
}
