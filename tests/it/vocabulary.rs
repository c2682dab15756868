//! Every step and matcher, driven through the binary: what passes, and a twin that must fail, with all
//! that a user is told about it.

use crate::support::{Desk, Run};

const SPEC: &str = "\
stack: vocabulary
region: cn-hangzhou
robots:
  ops:
    webhook: https://oapi.dingtalk.com/robot/send?access_token=ops-token
    keywords: [CloudMonitor]
contacts:
  duty:
    language: en
    robot: ops
    email: duty@example.com
    phone: \"13900000000\"
  quiet:
    email: quiet@example.com
groups:
  ecs:
    contacts: [duty]
rules:
  change:
    event_pattern:
      product: ECS
      names: [\"Instance:StateChange\"]
    targets:
      - group: ecs
        level: WARN
      - webhook: { url: \"http://127.0.0.1:9/hook\" }
      - mns: { region: cn-hangzhou, queue: alerts }
  disk:
    enabled: false
    silence: 1h
    event_pattern:
      product: ECS
      names: [\"Disk:Stalled:Executing\"]
    targets:
      - group: ecs
";
const FILE: &str = "vocabulary/a.yaml";
const HEAD: &str = "name: A\nspec: bellcheck.yaml\ninstances:\n  web-1: { state: Running }\n";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("vocabulary/bellcheck.yaml", SPEC);
    // The same account with the disk rule enabled, another robot, and without the mns target.
    let other = SPEC
        .replace("    enabled: false\n", "")
        .replace("      - mns: { region: cn-hangzhou, queue: alerts }\n", "")
        .replace("contacts:\n  duty", "  storage:\n    webhook: https://oapi.dingtalk.com/robot/send?access_token=storage-token\n    keywords: [CloudMonitor]\ncontacts:\n  disks:\n    language: en\n    robot: storage\n  duty")
        .replace("  disk:\n    silence: 1h\n", "  disk:\n")
        .replace("contacts: [duty]\n", "contacts: [duty, disks]\n");
    desk.write("vocabulary/other.yaml", &other);
    desk
}

/// Runs a scenario of which `rest` follows the instances, in line 5.
fn run(rest: &str) -> Run {
    let desk = desk();
    desk.write(FILE, &format!("{HEAD}{rest}"));
    desk.run(&["test", FILE])
}

/// Runs steps; the first stands in line 6.
fn steps(steps: &str) -> Run {
    run(&format!("steps:\n{steps}"))
}

#[track_caller]
fn passes(text: &str) -> Run {
    steps(text).exits(0)
}

/// What a user is told, ids left out.
fn told(run: &Run) -> String {
    let id = regex::Regex::new("i-[0-9a-z]{20}|[0-9A-F]{8}-[0-9A-F-]{27}").unwrap();
    id.replace_all(&run.stdout, "<ID>").into_owned()
}

macro_rules! fails {
    ($name:literal, $steps:expr) => {
        insta::assert_snapshot!($name, told(&steps($steps).exits(1)))
    };
}

const STOP: &str = "  - stop: web-1\n";

/// A message that a stop brings, judged by one matcher.
fn judged(matcher: &str) -> Run {
    steps(&format!("{STOP}  - expect: {{ robot: ops, within: 5s, message: [{matcher}] }}\n"))
}

#[test]
fn each_matcher_holds_and_fails_with_its_reason() {
    let table = [
        (
            "{ contains: { in: title, text: CloudMonitor } }",
            "{ contains: { in: title, text: Exploded } }",
            "does not contain `Exploded` in its title",
        ),
        (
            "{ matches: { in: markdown, text: \"(?m)^#### \" } }",
            "{ matches: { in: title, text: \"^x\" } }",
            "nothing in its title matches `^x`",
        ),
        (
            "{ starts_with: { in: body, text: \"{\" } }",
            "{ starts_with: { in: body, text: \"[\" } }",
            "not with `[` in its body",
        ),
        (
            "{ absent: { in: buttons, text: Deleted } }",
            "{ absent: { in: body, text: CloudMonitor } }",
            "contains `CloudMonitor` in its body",
        ),
        (
            "{ equals: { field: msgtype, value: markdown } }",
            "{ equals: { in: title, text: Nothing } }",
            "the title is another",
        ),
        (
            "{ count: { of: Stopping, at_least: 1 } }",
            "{ count: { of: Stopping, equals: 77 } }",
            "not 77 times",
        ),
        (
            "{ count: { matches: \"[Ss]topping\", at_least: 1, at_most: 9 } }",
            "{ count: { of: Exploded, at_least: 1 } }",
            "has `Exploded` not at all, not at least 1 time",
        ),
        (
            "{ before: [CloudMonitor, Stopping] }",
            "{ before: [Stopping, CloudMonitor] }",
            "has `Stopping` after `CloudMonitor`",
        ),
        (
            "{ after: { in: markdown, texts: [Stopping, CloudMonitor] } }",
            "{ after: [CloudMonitor, Stopping] }",
            "has `CloudMonitor` before `Stopping`",
        ),
        (
            "{ json_path: { path: \"$.msgtype\", equals: markdown } }",
            "{ json_path: { path: \"$.msgtype\", equals: text } }",
            "`$.msgtype` is `markdown`, not `text`",
        ),
        (
            "{ json_path: { path: \"$.markdown.text\", contains: Stopping } }",
            "{ json_path: { path: \"$.nothing\" } }",
            "has nothing at `$.nothing`",
        ),
        (
            "{ approx: { matches: \"20(2[0-9])\", value: 26, tolerance: 0.5 } }",
            "{ approx: { matches: \"20(2[0-9])\", value: 30, tolerance: 1 } }",
            "is `26`, not `30` ± 1",
        ),
        (
            "{ not: { contains: { in: mentions, text: \"@all\" } } }",
            "{ contains: { in: mentions, text: \"@all\" } }",
            "mentions nobody",
        ),
        (
            "{ any: [{ contains: Exploded }, { contains: Stopping }] }",
            "{ any: [{ contains: Exploded }, { contains: Deleted }] }",
            "does not contain `Exploded`, and does not contain `Deleted`",
        ),
        (
            "{ all: [{ contains: web-1 }, { contains: Stopping }] }",
            "{ all: [{ contains: web-1 }, { contains: Deleted }] }",
            "does not contain `Deleted`",
        ),
    ];
    for (holds, fails, why) in table {
        judged(holds).exits(0);
        judged(fails).exits(1).says("does not fit").says(why);
    }
}

#[test]
fn an_event_is_expected() {
    let stop = |rest: &str| {
        format!("{STOP}  - expect_event: {{ product: ECS, name: \"Instance:StateChange\", {rest} }}\n")
    };
    passes(&stop("within: 10s, level: INFO, instance: web-1, content: { state: Stopping }"));
    passes(&stop("within: 1m, times: 2"));
    fails!("event_of_another_state", &stop("within: 10s, content: { state: Deleted }"));
    fails!("event_too_late", &stop("within: 10s, content: { state: Stopped }"));
    fails!("event_too_often", &stop("within: 1m, times: 1"));
    fails!(
        "event_without_an_act",
        "  - expect_event: { product: ECS, name: \"Instance:StateChange\", within: 10s }\n"
    );
    let twice = format!(
        "{}{}",
        stop("within: 5s, content: { state: Stopping }"),
        "  - expect_event: { product: ECS, name: \"Instance:StateChange\", within: 5s, content: { state: Stopping } }\n"
    );
    fails!("event_taken", &twice);
}

#[test]
fn an_alert_is_expected() {
    passes(&format!(
        "{STOP}  - expect_alert: {{ rule: change, within: 10s, event: \"Instance:StateChange\", level: P3 }}\n"
    ));
    passes(&format!(
        "{STOP}  - expect_alert: {{ rule: change, within: 1m, times: 2, message: [{{ contains: web-1 }}] }}\n"
    ));
    fails!(
        "alert_of_a_rule_that_does_not_match",
        &format!("{STOP}  - expect_alert: {{ rule: disk, within: 10s }}\n")
    );
    fails!(
        "alert_of_a_disabled_rule",
        "  - send_event: { product: ECS, name: \"Disk:Stalled:Executing\", level: CRITICAL, instance: web-1 }\n  - expect_alert: { rule: disk, within: 10s }\n"
    );
    fails!(
        "alert_that_was_not_silenced",
        &format!("{STOP}  - expect_alert: {{ rule: change, within: 10s, status: silenced }}\n")
    );
}

#[test]
fn a_silenced_alert_is_expected() {
    let twice = "  - apply: other.yaml\n  - repeat: { times: 2, every: 1m, steps: [{ send_event: { product: ECS, name: \"Disk:Stalled:Executing\", level: CRITICAL, instance: web-1 } }] }\n";
    let silenced = "  - expect_alert: { rule: disk, within: 10s, status: silenced }\n";
    passes(&format!("{twice}  - expect_alert: {{ rule: disk, within: 10s, times: 2 }}\n"));
    let desk = desk();
    desk.replace("vocabulary/other.yaml", "  disk:\n", "  disk:\n    silence: 1h\n");
    desk.write(FILE, &format!("{HEAD}steps:\n{twice}{silenced}"));
    desk.run(&["test", FILE]).exits(0);
}

#[test]
fn a_request_is_expected_and_retried() {
    let webhooks = |answers: &str| {
        format!("webhooks:\n  - {{ url: \"http://127.0.0.1:9/hook\", answers: {answers} }}\nsteps:\n{STOP}")
    };
    let request =
        |rest: &str| format!("  - expect_request: {{ url: \"http://127.0.0.1:9/hook\", {rest} }}\n");
    let stopping = "within: 5m, body: [{ json_path: { path: \"$.content.state\", equals: Stopping } }]";
    run(&format!("{}{}", webhooks("200"), request(&format!("times: 1, {stopping}")))).exits(0);
    // Two failures are two more attempts, and the third one ends it.
    let retried = request(&format!("times: 3, {stopping}"));
    run(&format!("{}{retried}", webhooks("[500, timeout, 200]"))).exits(0).says("(attempt 3)");
    insta::assert_snapshot!(
        "request_not_retried",
        told(&run(&format!("{}{retried}", webhooks("200"))).exits(1))
    );
    let unreachable = format!("{}{}", webhooks("unreachable"), request("within: 5s"));
    insta::assert_snapshot!("request_unreachable", told(&run(&unreachable).exits(1)));
    fails!(
        "request_of_another_body",
        &format!("{STOP}{}", request("within: 5s, body: [{ contains: Exploded }]"))
    );
    fails!(
        "request_that_no_rule_makes",
        &format!(
            "  - send_event: {{ product: ECS, name: \"Disk:Stalled:Executing\" }}\n{}",
            request("within: 5s")
        )
    );
}

#[test]
fn a_mail_comes_once_its_channel_is_activated() {
    let mail = "  - expect_outbox: { contact: duty, channel: mail, within: 10s, message: [{ contains: { in: title, text: CloudMonitor } }, { contains: Stopping }] }\n";
    passes(&format!("  - activate: {{ contact: duty, channel: mail }}\n{STOP}{mail}"));
    passes(&format!(
        "  - activate: duty\n{STOP}  - expect_outbox: {{ contact: duty, channel: sms, within: 10s }}\n"
    ));
    passes(&format!(
        "{STOP}  - expect_outbox: {{ channel: mns, within: 10s, message: [{{ contains: Stopping }}] }}\n"
    ));
    fails!("mail_not_activated", &format!("{STOP}{mail}"));
    fails!(
        "mail_of_another_channel",
        &format!("  - activate: {{ contact: duty, channel: sms }}\n{STOP}{mail}")
    );
    fails!(
        "mail_of_another_text",
        &format!("  - activate: duty\n{STOP}{}", mail.replace("Stopping", "Exploded"))
    );
    fails!(
        "mail_to_somebody_who_is_not_told",
        &format!("  - activate: quiet\n{STOP}{}", mail.replace("duty", "quiet"))
    );
    fails!(
        "sms_of_somebody_without",
        &format!("{STOP}  - expect_outbox: {{ contact: quiet, channel: sms, within: 10s }}\n")
    );
    fails!("fc_that_no_rule_tells", &format!("{STOP}  - expect_outbox: {{ channel: fc, within: 10s }}\n"));
    steps("  - activate: duty\n  - activate: duty\n")
        .exits(3)
        .says("contact `duty` has no channel that waits for its activation");
}

#[test]
fn another_spec_is_applied_in_the_middle() {
    let disk = "  - send_event: { product: ECS, name: \"Disk:Stalled:Executing\", level: CRITICAL, instance: web-1 }\n";
    let quiet = format!("{disk}  - never: {{ robot: ops, for: 1m }}\n");
    let rings =
        format!("{disk}  - expect: {{ robot: storage, within: 1m, message: [{{ contains: Stalled }}] }}\n");
    passes(&format!("{quiet}  - apply: other.yaml\n{rings}"));
    // What the new spec no longer has is gone.
    let gone = format!("  - apply: other.yaml\n{STOP}  - expect_outbox: {{ channel: mns, within: 10s }}\n");
    fails!("target_gone_with_the_new_spec", &gone);
    // Before it is applied, its robot is not known.
    steps(&format!("{rings}  - apply: other.yaml\n"))
        .exits(2)
        .says("the spec has no robot `storage`")
        .says("a.yaml:7");
    steps("  - apply: nothing.yaml\n").exits(2).says("cannot be read").says("a.yaml:6");
}

#[test]
fn a_rule_that_the_new_spec_does_not_have_is_deleted() {
    let (desk, (before, after)) = (desk(), SPEC.split_once("  change:\n").unwrap());
    let (_, disk) = after.split_once("  disk:\n").unwrap();
    desk.write("vocabulary/less.yaml", &format!("{before}  disk:\n{disk}"));
    let story = |apply: &str| format!("{HEAD}steps:\n{apply}{STOP}  - never: {{ robot: ops, for: 1h }}\n");
    desk.write(FILE, &story("  - apply: less.yaml\n"));
    desk.run(&["test", FILE]).exits(0);
    desk.write(FILE, &story(""));
    desk.run(&["test", FILE]).exits(1).says("by rule `change`");
}

#[test]
fn a_refused_apply_is_told_under_its_line() {
    steps("  - fault: { operation: PutEventRule, error: Forbidden.RAM }\n  - apply: other.yaml\n")
        .exits(3)
        .says("PutEventRule was refused")
        .says("the `fault` in line 6 asked for this");
}

#[test]
fn steps_are_repeated() {
    let rounds = "  - repeat: { times: 3, every: 10m, steps: [{ reboot: web-1 }, { expect: { robot: ops, within: 5m, message: [{ contains: Starting }] } }] }\n";
    passes(rounds).says("20m").says("expect ops within 5m: after");
    fails!("repeat_ends_in_its_first_bad_round", &rounds.replace("Starting", "Exploded"));
    // A message each ten minutes is not closer than that.
    let every = |gap: &str| {
        format!(
            "  - repeat: {{ times: 3, every: 10m, steps: [{{ send_event: {{ product: ECS, name: \"Instance:StateChange\", content: {{ state: Drill }} }} }}] }}\n  - expect: {{ robot: ops, within: 1m, times: 3, every: {gap}, message: [{{ contains: Drill }}] }}\n"
        )
    };
    passes(&every("10m"));
    fails!("messages_too_close", &every("11m"));
}

#[test]
fn values_are_captured_for_later_steps() {
    let from_event = "  - stop: web-1\n  - expect_event: { product: ECS, name: \"Instance:StateChange\", within: 10s, capture: { id: { json_path: \"$.content.resourceId\" }, state: { field: content.state } } }\n";
    let check = |message: &str| format!("  - expect: {{ robot: ops, within: 1m, message: [{message}] }}\n");
    passes(&format!("{from_event}{}", check("{ contains: \"${state}\" }")));
    passes(&format!(
        "{from_event}{}",
        check(
            "{ matches: \"State: ${state}\" }, { json_path: { path: \"$.markdown.text\", contains: \"${state}\" } }"
        )
    ));
    fails!(
        "captured_value_is_not_there",
        &format!("{from_event}{}", check("{ absent: \"${state}\" }, { contains: Stopping }"))
    );
    // The answer of an act, and a group of a message.
    passes(
        "  - simulate: { instance: web-1, event: SystemMaintenance.Reboot, not_before: 48h, capture: { event: { json_path: \"$.EventIdSet.EventId[0]\" } } }\n  - expect_event: { product: ECS, name: \"Instance:SystemMaintenance.Reboot:Scheduled\", within: 1m, content: { eventId: \"${event}\" } }\n",
    );
    passes(
        "  - stop: web-1\n  - expect: { robot: ops, within: 5s, capture: { state: { matches: \"(Stopp)ing\" } } }\n  - expect: { robot: ops, within: 1m, message: [{ contains: \"${state}ed\" }] }\n",
    );
    fails!(
        "nothing_to_capture",
        "  - stop: web-1\n  - expect: { robot: ops, within: 5s, capture: { id: { json_path: \"$.nothing\" } } }\n"
    );
    steps(&format!("{}{from_event}", check("{ contains: \"${state}\" }")))
        .exits(2)
        .says("`${state}` is not captured before this step")
        .says("a.yaml:6");
    steps(&check("{ contains: \"${state}\" }")).exits(2).says("the variable `state` is not set");
    // A literal stays a literal.
    steps(&format!("{from_event}{}", check("{ contains: \"$${state}\" }")))
        .exits(1)
        .says("does not contain `${state}`");
}

#[test]
fn finally_without_a_captured_value_says_so() {
    run("steps:\n  - expect_event: { product: ECS, name: X, within: 1s, capture: { id: { field: id } } }\nfinally:\n  - send_event: { product: ECS, name: \"Instance:StateChange\", content: { of: \"${id}\" } }\n")
        .exits(1)
        .says("`${id}` was not captured");
}

#[test]
fn a_matrix_and_rows_are_several_scenarios() {
    let text = "variables: { state: { type: text }, wait: { type: duration } }\nmatrix: { force: [true, false] }\nrows:\n  - { state: Stopping, wait: 5s }\n  - { state: Stopped, wait: 1m }\nsteps:\n  - stop: { instance: web-1, force: \"${force}\" }\n  - expect: { robot: ops, within: \"${wait}\", message: [{ contains: \"${state}\" }] }\n";
    run(text)
        .exits(0)
        .says("A [force=true, state=Stopping, wait=5s]")
        .says("A [force=false, state=Stopped, wait=1m]")
        .says("4 scenarios: 4 passed");
    run(&text.replace("wait: 1m", "wait: 1s")).exits(1).says("4 scenarios: 2 passed, 2 failed");
    run(&text.replace("wait: 1m", "wait: soon"))
        .exits(2)
        .says("`soon` is not a duration, which the variable `wait` is")
        .says("a.yaml:9");
    run(&text.replace(", wait: 1m", "")).exits(2).says("this row has no `wait`");
    run(&text.replace("[true, false]", "[]")).exits(2).says("the axis `force` needs a list of values");
    run(&text.replace("rows:\n", "rows:\n  - { state: x, wait: 1s, force: true }\n"))
        .exits(2)
        .says("the variable `force` has a value already");
    run(&text.replace("matrix: { force: [true, false] }\n", ""))
        .exits(2)
        .says("the variable `force` is not set");
    run("variables: { n: { type: number, value: two } }\nsteps:\n  - advance: 1s\n")
        .exits(2)
        .says("`two` is not a number, which the variable `n` is")
        .says("a.yaml:5");
    run("variables: { n: { type: number } }\nsteps:\n  - advance: 1s\n")
        .exits(2)
        .says("the variable `n` has no value");
}

#[test]
fn lists_of_steps_are_shared_by_files() {
    let desk = desk();
    desk.write("vocabulary/lists.yaml", "step_lists:\n  halt:\n    - stop: web-1\n    - use: told\n  told:\n    - expect: { robot: ops, within: 5s, message: [{ contains: \"${word}\" }] }\n  unused:\n    - advance: \"${nowhere}\"\n");
    let story = |word: &str| {
        format!(
            "{HEAD}include: [lists.yaml]\nvariables: {{ word: {word} }}\nsteps:\n  - use: halt\n  - use: rest\nstep_lists:\n  rest:\n    - advance: 1m\n"
        )
    };
    desk.write(FILE, &story("Stopping"));
    desk.run(&["test", FILE]).exits(0);
    // Only the scenario is one: a folder is run without its lists.
    desk.run(&["test", "vocabulary"]).exits(0).says("1 scenario: 1 passed");
    desk.write(FILE, &story("Exploded"));
    insta::assert_snapshot!("list_of_another_file", told(&desk.run(&["test", FILE]).exits(1)));
    desk.write(FILE, &story("x").replace("use: rest", "use: ret"));
    desk.run(&["test", FILE]).exits(2).says("there is no list of steps `ret`").says("did you mean `rest`");
    desk.write(FILE, &story("x").replace("advance: 1m", "use: rest"));
    desk.run(&["test", FILE]).exits(2).says("the list `rest` leads back to itself");
    desk.write(FILE, &story("x").replace("lists.yaml", "list.yaml"));
    desk.run(&["test", FILE]).exits(2).says("cannot be read").says("write its path relative to this file");
}

#[test]
fn a_failed_story_looks_up_what_it_was_told_to() {
    let text = "on_failure: [rules, contacts, events, alert_log, journal]\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 5s, message: [{ contains: Exploded }] }\n";
    run(text)
        .exits(1)
        .says("looked up: rules")
        .says("disk: DISABLED, SYSTEM of ECS [Disk:Stalled:Executing]")
        .says("duty: robot OK, mail PENDING, sms PENDING; in groups [ecs]")
        .says("looked up: events")
        .says("looked up: alert_log")
        .says("rule change: Instance:StateChange of web-1, SendStatus 0")
        .says("looked up: journal")
        .hides("ops-token");
    run(&text.replace("Exploded", "Stopping")).exits(0).hides("looked up");
    run(&text.replace("journal]", "diary]")).exits(2).says("journal");
}

#[test]
fn an_slo_limits_how_long_messages_take() {
    let text = |limit: &str| {
        format!(
            "slo: {{ message: {{ p50: 1m, max: {limit} }} }}\nsteps:\n  - stop: web-1\n  - expect: {{ robot: ops, within: 1m, message: [{{ contains: Stopping }}] }}\n  - expect: {{ robot: ops, within: 2m, message: [{{ contains: Stopped }}] }}\n"
        )
    };
    run(&text("1m")).exits(0);
    insta::assert_snapshot!("slo_missed", told(&run(&text("10s")).exits(1)));
}

#[test]
fn what_a_step_says_wrongly_is_told_under_its_line() {
    let table = [
        ("expect_alert: { rule: chnge }", "did you mean `change`"),
        ("expect_request: { url: \"http://127.0.0.1:9/hok\" }", "did you mean"),
        ("expect_outbox: { within: 1s }", "write `contact: NAME`, `channel: mail`, or both"),
        ("expect_outbox: { contact: dty }", "did you mean `duty`"),
        ("activate: nobody", "the spec has no contact `nobody`"),
        ("repeat: { times: 0, steps: [{ advance: 1s }] }", "write a number from 1"),
        ("repeat: { times: 1, steps: [] }", "no steps are written here"),
        ("expect: { robot: ops, every: 1m }", "add `times: N`"),
        ("expect: { robot: ops, message: [{ json_path: { path: \"at\" } }] }", "begin with `$`"),
        ("expect: { robot: ops, message: [{ json_path: { equals: 1 } }] }", "`json_path` needs a path"),
        (
            "expect: { robot: ops, message: [{ json_path: { path: \"$\", equal: 1 } }] }",
            "there is no matcher `equal`",
        ),
        ("expect: { robot: ops, message: [{ count: { of: x } }] }", "needs to know how often"),
        ("expect: { robot: ops, message: [{ count: { equals: 1 } }] }", "`count` counts one thing"),
        ("expect: { robot: ops, message: [{ before: [x] }] }", "two texts are expected here"),
        (
            "expect: { robot: ops, message: [{ contains: { in: foot, text: x } }] }",
            "is not a part of a message",
        ),
        (
            "expect: { robot: ops, message: [{ approx: { field: a, value: 1, tolerance: 1s } }] }",
            "`1s` is no tolerance for `1`",
        ),
        (
            "expect: { robot: ops, message: [{ approx: { value: 1, tolerance: 1 } }] }",
            "a value is taken from one place",
        ),
        ("use: nothing", "there is no list of steps `nothing`"),
    ];
    for (step, what) in table {
        steps(&format!("  - {step}\n")).exits(2).says(what).says("a.yaml:6");
    }
    run("webhooks: [{ url: \"http://127.0.0.1:9/hook\", answers: [99] }]\nsteps: [{ advance: 1s }]\n")
        .exits(2)
        .says("`99` is nothing that a webhook answers")
        .says("a.yaml:5");
}
