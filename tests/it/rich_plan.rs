//! An account in which a plan has something of everything.

use serde_json::Value;

use crate::support::{Cloud, Desk, Run};

pub(crate) const SPEC: &str = "quickstart/bellcheck.yaml";

pub(crate) fn plan_json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

/// An account in which a plan has something of everything, and the plan's arguments.
pub(crate) fn rich(desk: &Desk) -> Cloud {
    let cloud = Cloud::start(desk, &["--switch", "pending_channel=shown"]);
    let spec = desk.read(SPEC);
    cloud.run(desk, &["apply", SPEC, "--yes"]).exits(0);
    // The same names in another stack, some of them free.
    let other = spec.replace("stack: ecs-ops", "stack: others").replace("duty-engineer", "duty");
    let other = other.replace("ecs-on-call", "on-call").replace("ecs-state-change", "state-change");
    let other = other.replace("    robot: ops\n", "    robot: ops\n    email: a@example.com\n");
    desk.write("other.yaml", &other);
    cloud
}
