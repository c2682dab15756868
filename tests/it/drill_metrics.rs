//! A drill whose run leaves metrics.

use crate::support::Desk;

pub(crate) const FILE: &str = "quickstart/scenarios/drill.yaml";
pub(crate) const NAME: &str = "Drill \\ \"A\"";
pub(crate) const METRICS: &str = "out/bellcheck.prom";
pub(crate) const SUCCESS: &str = "bellcheck_last_success_timestamp_seconds";

/// A drill whose message must have this text.
pub(crate) fn drill(desk: &Desk, text: &str) {
    desk.write(
        FILE,
        &format!(
            "name: \"Drill \\\\ \\\"A\\\"\"\ndrill: true\nspec: ../bellcheck.yaml\nsteps:\n  - send_event: {{ product: ECS, name: \"Instance:StateChange\", level: INFO, content: {{ state: Stopping }} }}\n  - expect: {{ robot: ops, within: 2m, message: [{{ contains: \"{text}\" }}] }}\n"
        ),
    );
}

pub(crate) fn test(desk: &Desk, code: i32) -> String {
    desk.run(&["test", FILE, "--metrics", METRICS]).exits(code).hides("cannot be read");
    desk.read(METRICS)
}

/// The whole lines of a metric.
pub(crate) fn lines(text: &str, name: &str) -> Vec<String> {
    let start = format!("{name}{{");
    text.lines().filter(|line| line.starts_with(&start)).map(str::to_owned).collect()
}

/// The value of the only line of a metric.
pub(crate) fn value(text: &str, name: &str) -> String {
    let found = lines(text, name);
    assert_eq!(found.len(), 1, "{name}:\n{text}");
    found[0].rsplit(' ').next().unwrap().to_owned()
}
