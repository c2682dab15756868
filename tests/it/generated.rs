//! A thousand scenarios that nobody wrote: whatever they come to, every report of them is the same,
//! byte for byte but for its real times, in each run and however many run at once.

use std::{fmt::Write as _, fs, process::Stdio};

use crate::support::{Desk, timeless};

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
        writeln!(text, "  - {}", dice.one_of(&ACTS)).unwrap();
    }
    let check = dice.one_of(&CHECKS).replace("MATCHER", dice.one_of(&MATCHERS));
    writeln!(text, "  - {check}").unwrap();
    text
}

#[test]
fn a_thousand_generated_scenarios_come_to_the_same_bytes_each_time() {
    let (desk, mut dice) = (Desk::new(), Dice(SEED));
    desk.write("g/bellcheck.yaml", SPEC);
    for number in 0..COUNT {
        desk.write(&format!("g/{number:04}.yaml"), &scenario(number, &mut dice));
    }
    // Both at once, since each takes a while without optimisation.
    let running = [("one", "1"), ("eight", "8")].map(|(run, jobs)| {
        let mut command = desk.command();
        command.args(["test", "g", "--jobs", jobs]);
        for report in REPORTS {
            command.arg(format!("--{report}")).arg(format!("{run}.{report}"));
        }
        let told = desk.path(&format!("{run}.terminal"));
        command.stdout(fs::File::create(told).unwrap()).stderr(Stdio::null());
        (run, command.spawn().unwrap())
    });
    let [one, eight]: [Vec<String>; 2] = running.map(|(run, mut child)| {
        let code = child.wait().unwrap().code();
        assert_eq!(code, Some(1), "some fail");
        ["terminal"]
            .iter()
            .chain(&REPORTS)
            .map(|report| timeless(&desk.read(&format!("{run}.{report}"))))
            .collect()
    });
    let last = one[0].lines().find(|line| line.starts_with("1000 scenarios: ")).unwrap_or(&one[0]);
    // What only ever passes would prove little of reports.
    assert!([" passed", " failed", " errored"].iter().all(|verdict| last.contains(verdict)), "{last}");
    for (place, name) in ["terminal"].iter().chain(&REPORTS).enumerate() {
        assert!(one[place].len() > COUNT, "the {name} report is too short");
        assert!(one[place] == eight[place], "the {name} reports differ");
    }
}
