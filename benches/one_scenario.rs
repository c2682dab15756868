//! What one scenario costs from the start of the process, as a ratio to `bellcheck --version`, which does
//! nothing: `cargo bench --bench one_scenario`. Nothing here asserts; a figure is worth reading only
//! beside the others of its run.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::{
    error::Error,
    process::{Command, Stdio},
    time::Duration,
};

use bellcheck::clock::Stopwatch;

const ROUNDS: usize = 40;

fn main() -> Result<(), Box<dyn Error>> {
    let floor = measure(&["--version"])?;
    println!("{:<44} {:>10} {:>10} {:>7}", "the least and the median of 40 runs", "least", "median", "ratio");
    for (what, args) in [
        ("bellcheck --version", vec!["--version"]),
        ("one scenario, a minute", vec!["test", "scenarios/reboot.yaml"]),
        ("a day, with snapshots", vec!["test", "scenarios/release.yaml"]),
        ("30 days, 720 events, a silence each day", vec!["test", "scenarios/story/a-month-of-silence.yaml"]),
        ("a mute of ten minutes", vec!["test", "scenarios/robots/twenty-a-minute.yaml"]),
        ("all of scenarios/", vec!["test", "scenarios"]),
    ] {
        let took = measure(&args)?;
        let ratio = took.0.as_secs_f64() / floor.0.as_secs_f64();
        println!("{what:<44} {:>10.2?} {:>10.2?} {ratio:>7.2}", took.0, took.1);
    }
    Ok(())
}

/// The least and the median time of a process.
fn measure(args: &[&str]) -> Result<(Duration, Duration), Box<dyn Error>> {
    let mut all = Vec::new();
    for _ in 0..ROUNDS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bellcheck"));
        command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let watch = Stopwatch::start();
        let status = command.status()?;
        all.push(watch.elapsed());
        if !status.success() {
            return Err(format!("bellcheck {args:?} ended with {status}").into());
        }
    }
    all.sort_unstable();
    Ok((all.first().copied().unwrap_or_default(), all.get(ROUNDS / 2).copied().unwrap_or_default()))
}
