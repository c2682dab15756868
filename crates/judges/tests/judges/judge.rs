//! Runs a judge's program against an emulator of its own.

use std::{fs, process::Stdio, time::Duration};

use crate::support::{Cloud, Desk, pause};
use crate::{
    install::{Runtime, home},
    outside::source,
};

/// The emulated delays, short but not nothing: the judges wait for what they cause in real time.
const QUICK: [&str; 12] = [
    // So that a result of each kind is read.
    "--switch",
    "alert_log_robot_errcode=on",
    "--switch",
    "pending=100ms",
    "--switch",
    "starting=100ms",
    "--switch",
    "stopping=100ms",
    "--switch",
    "event_latency=0s",
    "--switch",
    "delivery=0s",
];

/// Long enough for a slow machine with much to do; a program that hangs fails the test.
const PATIENCE: Duration = Duration::from_secs(480);

/// An emulator for foreign clients, in real time.
pub(crate) fn emulator(desk: &Desk) -> Cloud {
    Cloud::start(desk, &QUICK)
}

/// A program of `tests/foreign/`, and what its emulator is told beside [`QUICK`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    pub(crate) file: &'static str,
    pub(crate) args: &'static [&'static str],
}

/// Runs programs to their ends, all at the same time, each against an emulator of its own; asserts that
/// they are content. Returns the emulators, or `None` when programs of this kind cannot run here.
#[track_caller]
pub(crate) fn all_judged(runtime: Runtime, programs: &[Program]) -> Option<Vec<Cloud>> {
    std::thread::scope(|scope| {
        let running: Vec<_> =
            programs.iter().map(|program| scope.spawn(|| judged(runtime, program))).collect();
        running.into_iter().map(|program| program.join().unwrap()).collect()
    })
}

fn judged(runtime: Runtime, program: &Program) -> Option<Cloud> {
    let folder = match runtime {
        Runtime::Python => "python",
        Runtime::Node => "node",
    };
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[&QUICK[..], program.args].concat());
    let path = source().join(folder).join(program.file);
    let said = run(runtime, &desk, &cloud.endpoint(), &path.to_string_lossy(), &[])?;
    // A program that runs nothing is content too.
    let flows = said.lines().filter(|line| line.contains(" ok in ")).count();
    assert!(flows >= 3, "{} said:\n{said}", program.file);
    Some(cloud)
}

/// Runs a program with the clients at hand and an address as `JUDGE_ENDPOINT`; returns
/// what it said, or `None` when it cannot run here.
#[track_caller]
pub(crate) fn run(
    runtime: Runtime,
    desk: &Desk,
    endpoint: &str,
    program: &str,
    args: &[&str],
) -> Option<String> {
    let installed = runtime.ready()?;
    let said = desk.path("said.txt");
    let streams = fs::File::create(&said).unwrap();
    let mut child = desk
        .foreign(installed.program)
        .env(installed.path.0, installed.path.1)
        .env("JUDGE_ENDPOINT", endpoint)
        .env("PYTHONUTF8", "1")
        .env("PYTHONPYCACHEPREFIX", home().join("pycache"))
        .arg(program)
        .args(args)
        .stdout(Stdio::from(streams.try_clone().unwrap()))
        .stderr(Stdio::from(streams))
        .spawn()
        .unwrap();
    let step = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if waited > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{program} did not end:\n{}", fs::read_to_string(&said).unwrap());
        }
        pause(step);
        waited += step;
    };
    let said = fs::read_to_string(&said).unwrap();
    assert!(status.success(), "{program}:\n{said}");
    Some(said)
}
