//! A thousand scenarios that nobody wrote: whatever they come to, every report of them is the same,
//! byte for byte, however often and however many at once they run.

use std::{fmt::Write as _, fs};

use crate::support::Desk;

const COUNT: usize = 1000;
const SEED: u64 = 20_260_101;
const REPORTS: [&str; 5] = ["junit", "tap", "json", "markdown", "html"];

const SPEC: &str = "\
stack: generated
region: cn-hangzhou
robots:
  ops:
    webhook: https://oapi.dingtalk.com/robot/send?access_token=generated-token
    keywords: [CloudMonitor]
contacts:
  duty: { language: en, robot: ops, email: duty@example.com }
groups:
  ecs: { contacts: [duty] }
rules:
  state:
    event_pattern: { product: ECS, names: [\"Instance:StateChange\"] }
    targets: [{ group: ecs }, { webhook: { url: \"http://127.0.0.1:9/hook\" } }]
  disk:
    silence: 1h
    event_pattern: { product: ECS, levels: [CRITICAL], names: [\"Disk:Stalled:Executing\"] }
    targets: [{ group: ecs }]
";

const ACTS: [&str; 13] = [
    "stop: web-1",
    "stop: { instance: web-2, force: true }",
    "reboot: web-1",
    "start: web-3",
    "release: web-3",
    "advance: 7m",
    "advance: 2d",
    "simulate: { instance: web-2, event: SystemMaintenance.Reboot, not_before: 48h }",
    "send_event: { product: ECS, name: \"Disk:Stalled:Executing\", instance: web-1 }",
    "repeat: { times: 3, every: 25m, steps: [{ send_event: { product: ECS, name: \"Disk:Stalled:Executing\" } }] }",
    "fault: { robot: ops, errcode: 130101, share: 0.5 }",
    "fault: { operation: \"*\", delay: 3s, times: 2 }",
    "fault: []",
];

const CHECKS: [&str; 8] = [
    "expect: { robot: ops, within: 1m, message: [MATCHER] }",
    "expect: { robot: ops, within: 10m, times: 2, message: [MATCHER] }",
    "expect: { robot: ops, within: 1h, at_least: 2, every: 5s }",
    "never: { robot: ops, for: 30m, message: [MATCHER] }",
    "expect_event: { product: ECS, name: \"Instance:StateChange\", within: 1m, content: { state: Stopped } }",
    "expect_alert: { rule: disk, within: 5m, status: silenced }",
    "expect_request: { url: \"http://127.0.0.1:9/hook\", within: 1m, times: 2 }",
    "expect_outbox: { contact: duty, channel: mail, within: 1m }",
];

const MATCHERS: [&str; 9] = [
    "{ contains: Stopping }",
    "{ absent: Stopped }",
    "{ matches: \"i-[a-z0-9]+\" }",
    "{ starts_with: \"[CloudMonitor]\" }",
    "{ count: { of: Stopping, at_least: 2 } }",
    "{ before: [\"Level: \", \"State: \"] }",
    "{ json_path: { path: \"$.msgtype\", equals: markdown } }",
    "{ not: { contains: Exploded } }",
    "{ any: [{ contains: Stalled }, { equals: { field: msgtype, value: text } }] }",
];

/// Numbers that follow from a seed (the constants of MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

fn scenario(number: usize, dice: &mut Dice) -> String {
    let mut text = format!(
        "name: Generated {number}\nspec: bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\n  web-2: {{ state: Running }}\n  web-3: {{ state: Stopped }}\n"
    );
    if dice.below(5) == 0 {
        text.push_str("strict: true\n");
    }
    if dice.below(4) == 0 {
        text.push_str("webhooks: [{ url: \"http://127.0.0.1:9/hook\", answers: [500, timeout, 200] }]\n");
    }
    text.push_str("steps:\n");
    for _ in 0..=dice.below(2) {
        for _ in 0..=dice.below(2) {
            writeln!(text, "  - {}", dice.one_of(&ACTS)).unwrap();
        }
        let check = dice.one_of(&CHECKS).replace("MATCHER", dice.one_of(&MATCHERS));
        writeln!(text, "  - {check}").unwrap();
    }
    text
}

#[test]
fn a_thousand_generated_scenarios_come_to_the_same_bytes_each_time() {
    let (desk, mut dice) = (Desk::new(), Dice(SEED));
    desk.write("g/bellcheck.yaml", SPEC);
    for number in 0..COUNT {
        desk.write(&format!("g/{number:04}.yaml"), &scenario(number, &mut dice));
    }
    let mut first: Option<Vec<Vec<u8>>> = None;
    for (run, jobs) in [("one", "1"), ("eight", "8"), ("again", "8")] {
        let mut command = desk.command();
        command.args(["test", "g", "--jobs", jobs]);
        for report in REPORTS {
            command.arg(format!("--{report}")).arg(format!("{run}.{report}"));
        }
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        let last = told.lines().find(|line| line.starts_with("1000 scenarios: ")).unwrap_or(&told);
        // What only ever passes would prove little of reports.
        assert!([" passed", " failed", " errored"].iter().all(|verdict| last.contains(verdict)), "{last}");
        let files = REPORTS.iter().map(|report| fs::read(desk.path(&format!("{run}.{report}"))).unwrap());
        let reports: Vec<Vec<u8>> = std::iter::once(output.stdout.clone()).chain(files).collect();
        let first = first.get_or_insert_with(|| reports.clone());
        for (place, name) in std::iter::once("terminal").chain(REPORTS).enumerate() {
            assert!(reports[place].len() > COUNT, "the {name} report of run `{run}` is too short");
            assert!(
                reports[place] == first[place],
                "the {name} report of run `{run}` differs from the first"
            );
        }
    }
}
