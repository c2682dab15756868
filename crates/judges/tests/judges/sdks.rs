//! CloudMonitor, ECS and STS, judged by Alibaba Cloud's own SDKs: whole flows, asserted on their models.

use super::{
    evidence::assert_claimed,
    install::Runtime,
    judge::{Program, all_judged},
};

/// Keys that expire when the program says so. Clients sign with the real time.
const VIRTUAL: &[&str] =
    &["--clock", "virtual", "--start-time", "2026-01-01T00:00:00Z", "--switch", "timestamp_window=off"];

const fn real(file: &'static str) -> Program {
    Program { file, args: &[] }
}

const fn virtually(file: &'static str) -> Program {
    Program { file, args: VIRTUAL }
}

/// All programs of a client are content, and the coverage claims just what they sent.
#[track_caller]
fn judged_by(client: &str, runtime: Runtime, programs: &[Program]) {
    if let Some(clouds) = all_judged(runtime, programs) {
        assert_claimed(client, &clouds);
    }
}

#[test]
fn the_current_python_sdks_are_content() {
    let programs =
        [real("v3.py"), real("v3_events.py"), real("v3_ecs.py"), real("v3_provider.py"), virtually("sts.py")];
    judged_by("Python V3", Runtime::Python, &programs);
}

#[test]
fn the_older_python_sdks_are_content() {
    let programs = [real("v1.py"), real("v1_events.py"), virtually("v1_sts.py")];
    judged_by("Python V1", Runtime::Python, &programs);
}

#[test]
fn the_current_node_sdks_are_content() {
    let programs = [real("v3.js"), real("v3_events.js"), virtually("v3_sts.js")];
    judged_by("Node V3", Runtime::Node, &programs);
}
