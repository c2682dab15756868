//! Runs on the real cloud that are killed at any moment, every second one with its guard killed first. The
//! instance is as it was before, each time.
//!
//! `BELLCHECK_KILLS=30` kills as many; `BELLCHECK_KILL_SEED` names other moments.

use std::time::Duration;

use bellcheck::clock::Stopwatch;

use super::{
    guarded::{Guarded, logs},
    sweep::{open_events, stage, sweep, until_or},
};
use crate::support::pause;

const KILLS: u64 = 4;
/// The story of the stage takes so long, and waits for what does not come afterwards.
const STORY: u64 = 2500;

#[expect(clippy::disallowed_methods, reason = "how much is tried is said to the test by its caller")]
fn asked(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |value| value.parse().unwrap())
}

/// The moments of a seed, in milliseconds.
fn moments(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % STORY
    })
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for whoever asked for many")]
fn killed_at_any_moment_the_instance_is_as_it_was() {
    let (kills, seed) = (asked("BELLCHECK_KILLS", KILLS), asked("BELLCHECK_KILL_SEED", 12));
    let stage = stage();
    let mut swept = 0;
    for (number, moment) in moments(seed).take(usize::try_from(kills).unwrap()).enumerate() {
        let is_alone = number % 2 == 0;
        let case =
            format!("kill {number} of seed {seed}, {moment} ms after its guard began, alone: {is_alone}");
        let mut run = Guarded::start(&stage, |_| {});
        pause(Duration::from_millis(moment));
        let before = stage.state("web-1");
        if is_alone {
            run.signal("-KILL");
        }
        run.kill();
        let watch = Stopwatch::start();
        if is_alone {
            let run = sweep(&stage, &["--yes"]).exits(0);
            swept += usize::from(run.all().contains("1 instance restored"));
        } else {
            let looked = || sweep(&stage, &["--dry-run"]).all();
            let known = || format!("{}\n{}", looked(), logs(&stage));
            until_or(&case, || looked().contains("nothing is left to undo"), known);
        }
        let after = (stage.state("web-1"), open_events(&stage));
        assert_eq!(after, ("Running".to_owned(), 0), "{case}");
        sweep(&stage, &["--yes"]).exits(0).says("nothing is left to undo");
        println!("{case}: was {before}, restored after {} ms", watch.elapsed().as_millis());
    }
    println!("{kills} kills, {swept} swept by hand, the instance was as before each time");
}
