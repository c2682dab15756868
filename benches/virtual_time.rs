//! What virtual time costs, as ratios of one run: `cargo bench`. Nothing here asserts; a figure is
//! worth reading only beside the others of its run.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::{error::Error, fs, path::Path, time::Duration};

use bellcheck::{
    clock::Stopwatch,
    report::Verdict,
    scenario::{Backend, RunSettings, Scenario, load, run_all, snapshot::WriteMode},
};

const SCENARIO: &str = "\
name: Wait
spec: examples/quickstart/bellcheck.yaml
instances:
  web-1: { state: Running }
steps:
  - stop: web-1
  - expect: { robot: ops, within: 2m }
  - never: { robot: managers, for: DURATION }
";

fn main() -> Result<(), Box<dyn Error>> {
    let (base, _) = measure("1m", 1)?;
    println!("one scenario, 1m of virtual time   {base:>10.2?}  1.00");
    for (duration, meaning) in [("1d", "a day"), ("30d", "a month"), ("365d", "a year")] {
        let (took, _) = measure(duration, 1)?;
        println!("the same, {meaning:<24} {took:>10.2?}  {:.2}", ratio(took, base));
    }
    let (alone, count) = measure("1d", 1)?;
    let jobs = std::thread::available_parallelism()?.get();
    let (together, _) = measure("1d", jobs)?;
    println!("{count} scenarios with {jobs} jobs beside 1 job: {:.2} of the time", ratio(together, alone));
    Ok(())
}

fn ratio(took: Duration, base: Duration) -> f64 {
    took.as_secs_f64() / base.as_secs_f64()
}

/// The mean time of one scenario over a hundred runs, and how many there were.
fn measure(duration: &str, jobs: usize) -> Result<(Duration, usize), Box<dyn Error>> {
    let scenario = parse(&SCENARIO.replace("DURATION", duration))?;
    let scenarios = vec![scenario; 100];
    let settings = RunSettings {
        backend: Backend::Emulator,
        seed: 0,
        template: None,
        write: WriteMode::Never,
        jobs,
        tool: "bench".to_owned(),
        date: "2026-01-01".to_owned(),
    };
    let watch = Stopwatch::start();
    let outcome = run_all(&scenarios, &settings);
    let took = watch.elapsed() / 100;
    if outcome.verdict() == Verdict::Passed {
        Ok((took, scenarios.len()))
    } else {
        Err("the scenario no longer passes, so its time says nothing".into())
    }
}

fn parse(text: &str) -> Result<Scenario, Box<dyn Error>> {
    std::env::set_current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    fs::metadata("examples/quickstart/bellcheck.yaml")?;
    match load("bench.yaml", text, &|_| Some("bench-token".to_owned())) {
        Ok(mut loaded) => Ok(loaded.value.remove(0)),
        Err(findings) => {
            Err(findings.iter().map(|finding| finding.render(false, 100)).collect::<String>().into())
        }
    }
}
