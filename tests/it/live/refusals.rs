//! What keeps a scenario from running on the real cloud: each is told, and nothing is changed.

use bellcheck::clock::{Clock as _, SystemClock};
use serde_json::json;

use super::stage::{ACCOUNT, Stage};
use crate::support::{Desk, Run};

const SCENARIO: &str = "name: Rings\nspec: quickstart/bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m }\n";

/// Runs it, and asserts that it was refused before anything was changed.
#[track_caller]
fn refused(stage: &Stage, args: &[&str]) -> Run {
    untouched(stage, args, 2)
}

/// Runs it, and asserts that nothing was changed and with which code it ended.
#[track_caller]
fn untouched(stage: &Stage, args: &[&str], code: i32) -> Run {
    let mark = stage.cloud.mark();
    let mut all = vec!["a.yaml", "--yes"];
    all.extend_from_slice(args);
    let run = stage.test(&all).exits(code);
    let writes = stage.cloud.writes(mark);
    assert!(writes.is_empty(), "it was refused, and called {writes:?}");
    assert!(!stage.desk.path(".bellcheck/live").exists(), "a run was begun");
    assert_eq!(stage.state("web-1"), "Running");
    run
}

fn stage(scenario: &str) -> Stage {
    let stage = Stage::new();
    stage.desk.write("a.yaml", scenario);
    stage
}

#[test]
fn nothing_is_touched_without_the_backend() {
    let stage = stage(SCENARIO);
    let mark = stage.cloud.mark();
    // On the emulator within the process, whatever the endpoint says.
    stage.cloud.run(&stage.desk, &["test", "a.yaml"]).exits(0);
    assert_eq!(stage.cloud.mark(), mark);
    stage.cloud.run(&stage.desk, &["test", "a.yaml", "--yes"]).exits(2).says("add --backend live");
}

#[test]
fn an_instance_must_carry_the_tag() {
    for tags in [json!({}), json!({"bellcheck": "no"}), json!({"allowed": "bellcheck"})] {
        let stage = Stage::bare(Desk::new(), 60, &[]);
        stage.apply("quickstart/bellcheck.yaml");
        let stage = stage.with_instance("web-1", "Running", tags);
        stage.desk.write("a.yaml", SCENARIO);
        refused(&stage, &[]).says("does not carry the tag `bellcheck=allowed`").says("a.yaml:4:3");
    }
}

#[test]
fn a_release_needs_a_tag_of_its_own() {
    let text = SCENARIO.replace("  - stop: web-1", "  - release: { instance: web-1, force: true }");
    refused(&stage(&text), &[])
        .says("does not carry the tag `bellcheck-release=allowed`")
        .says("cannot be undone");
}

#[test]
fn an_instance_must_be_in_the_state_that_the_scenario_says() {
    let text = SCENARIO.replace("state: Running", "state: Stopped").replace("- stop:", "- start:");
    refused(&stage(&text), &[]).says("is Running, and the scenario begins with Stopped");
}

#[test]
fn an_instance_must_be_bound_and_be_there() {
    let text = SCENARIO.replace("web-1", "db-1");
    refused(&stage(&text), &[]).says("instance `db-1` is bound to no instance").says("--bind db-1=i-");
    let gone = stage(SCENARIO);
    refused(&gone, &["--bind", "web-1=i-bp0000000000000000"])
        .says("there is no instance i-bp0000000000000000 in region cn-hangzhou");
    gone.test(&["a.yaml", "--bind", "web-1"]).exits(2).says("NAME=INSTANCE");
}

#[test]
fn only_accounts_that_are_named_are_touched() {
    let stage = stage(SCENARIO);
    stage.write_binds();
    let binds = stage.desk.read("binds.yaml");
    let mark = stage.cloud.mark();
    for (accounts, told) in
        [("[\"2000000000000002\"]", "only 2000000000000002 is allowed"), ("[]", "no account is allowed")]
    {
        stage.desk.write("other.yaml", &binds.replace(&format!("[\"{ACCOUNT}\"]"), accounts));
        let args = ["test", "--backend", "live", "--binds", "other.yaml", "--yes", "a.yaml"];
        let run = Run::of(stage.command().args(args).output().unwrap()).exits(2);
        run.says(told).says(&format!("--allow-account {ACCOUNT}"));
        let dry = [&args[..], &["--dry-run", "--allow-account", ACCOUNT]].concat();
        Run::of(stage.command().args(dry).output().unwrap()).exits(0).says("Account 1000000000000001");
    }
    assert!(stage.cloud.writes(mark).is_empty());
}

#[test]
fn the_time_window_is_kept() {
    // A day that is two days away, wherever this is read.
    let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let now = SystemClock.now().to_zoned(jiff::tz::Offset::constant(8).to_time_zone());
    let today = usize::try_from(now.weekday().to_sunday_zero_offset()).unwrap();
    let other = days[(today + 3) % 7];
    let window = format!("window: {{ days: [{other}], from: \"00:00\", until: \"23:59\" }}\n");
    let stage = stage(SCENARIO).with(&window);
    refused(&stage, &[]).says("it is outside the time window").says(other);
}

#[test]
fn an_account_that_is_not_as_the_spec_says_is_the_answer_no() {
    let stage = stage(SCENARIO);
    stage.desk.replace("quickstart/bellcheck.yaml", "Whoever is on duty", "Whoever is on duty tonight");
    untouched(&stage, &["--junit", "o.xml", "--json", "o.jsonl"], 1)
        .says("the account is not as the spec says")
        .says("bellcheck apply")
        .says("contact duty-engineer (differs in description)")
        .says("1 scenario: 1 failed");
    let junit = stage.desk.read("o.xml");
    assert!(
        junit.contains(r#"<failure message="the account is not as the spec says" type="live::plan">"#),
        "{junit}"
    );
    assert!(junit.contains("contact duty-engineer"), "the plan is in the report: {junit}");
    let last = stage.desk.read("o.jsonl").lines().last().unwrap().to_owned();
    assert!(last.contains(r#""ended":"account_differs""#) && last.contains(r#""failed":1"#), "{last}");
    // The answer counts more than what else keeps it from running.
    stage
        .desk
        .write("b.yaml", &SCENARIO.replace("Rings", "Other").replace("state: Running", "state: Stopped"));
    stage.test(&["a.yaml", "b.yaml", "--yes"]).exits(1).says("2 scenarios: 2 failed");
}

#[test]
fn what_cannot_be_found_out_is_the_cloud_or_the_network_that_refuses() {
    let stage = stage(SCENARIO);
    let test = |key: &str, endpoint: &str, more: &[&str]| {
        stage.write_binds();
        let mut command = stage.command();
        command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key).env("BELLCHECK_ENDPOINT", endpoint);
        command.args(["test", "--backend", "live", "--yes", "a.yaml", "--retry-for", "0s"]).args(more);
        Run::of(command.output().unwrap())
    };
    let own = stage.cloud.endpoint();
    test("wrong", &own, &[]).exits(3).says("SignatureDoesNotMatch");
    test("testSk", "http://127.0.0.1:9", &[]).exits(3).says("http://127.0.0.1:9");
    for (rule, said) in [
        (json!({"operation": "*", "error": "Throttling.User"}), "Throttling.User"),
        (json!({"operation": "DescribeContactList", "status": 503}), "DescribeContactList failed"),
        (json!({"operation": "DescribeInstances", "drop": "before"}), "DescribeInstances failed"),
    ] {
        stage.cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": [rule]}));
        test("testSk", &own, &[]).exits(3).says(said);
    }
    stage.cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": []}));
    // Without a key there is nothing to try: that is wrong input.
    let mut command = stage.command();
    command.env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID").env_remove("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
    command.args(["test", "--backend", "live", "--yes", "a.yaml"]);
    Run::of(command.output().unwrap()).exits(2);
}

#[test]
fn a_call_is_made_again_for_as_long_as_was_asked_for_and_no_longer() {
    let stage = stage(SCENARIO).without_instances();
    stage.write_binds();
    let asked = || {
        let journal = stage.cloud.control("GET", "/_bellcheck/journal", &serde_json::Value::Null);
        journal
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["kind"] == "call" && entry["operation"] == "GetCallerIdentity")
            .count()
    };
    let calls = |retry_for: &str| {
        let known = asked();
        let run = stage.test(&[
            "a.yaml",
            "--yes",
            "--bind",
            "web-1=i-bp0000000000000000",
            "--retry-for",
            retry_for,
        ]);
        let said = run.exits(3).all();
        (asked() - known, said)
    };
    let busy = json!({"rules": [{"operation": "GetCallerIdentity", "error": "Throttling.User"}]});
    stage.cloud.control("PUT", "/_bellcheck/faults", &busy);
    assert_eq!(calls("0s").0, 1);
    // The clock of a rehearsal is sixty times as fast.
    let (count, said) = calls("2m");
    assert!((4..20).contains(&count), "{count}: {said}");
}

#[test]
fn what_only_an_emulator_can_do_is_refused_with_its_line() {
    for (step, line, told) in [
        (
            "  - fault: [{ operation: StopInstance, error: Throttling.User }]\n",
            "a.yaml:8:5",
            "`fault` only exists on the emulator",
        ),
        ("  - activate: duty\n", "a.yaml:8:5", "`activate` only exists"),
        ("  - apply: quickstart/bellcheck.yaml\n", "a.yaml:8:5", "`apply` only exists"),
        ("  - expect_outbox: { channel: mail, within: 1m }\n", "a.yaml:8:5", "`expect_outbox` only exists"),
        ("  - repeat: { times: 2, steps: [{ fault: [] }] }\n", "a.yaml:8:35", "`fault` only exists"),
    ] {
        let stage = stage(&format!("{SCENARIO}{step}"));
        if step.contains("duty") {
            stage.desk.replace("a.yaml", "duty", "duty-engineer");
        }
        refused(&stage, &[]).says(told).says(line);
    }
}

#[test]
fn what_needs_the_message_itself_is_refused_without_a_relay() {
    for (from, to, told) in [
        ("spec:", "require: captured\nspec:", "`require: captured` needs the messages of robot `ops`"),
        ("within: 2m", "within: 2m, snapshot: first", "a snapshot needs the messages"),
        ("within: 2m", "within: 2m, capture: { id: { matches: \"i-(.*)\" } }", "a captured value needs"),
        (
            "  - expect: { robot: ops, within: 2m }",
            "  - never: { robot: ops, for: 1m, message: [{ contains: x }] }",
            "a message that must not come needs",
        ),
    ] {
        let text = SCENARIO.replace(from, to);
        assert_ne!(text, SCENARIO);
        refused(&stage(&text), &[]).says(told).says("bellcheck relay");
    }
}

#[test]
fn somebody_must_agree() {
    let stage = stage(SCENARIO);
    let mark = stage.cloud.mark();
    stage.test(&["a.yaml"]).exits(2).says("nobody can be asked here").says("--yes").says("stop web-1");
    assert!(stage.cloud.writes(mark).is_empty());
}

#[test]
fn a_dry_run_says_what_would_be_done_and_to_what() {
    let stage = stage(SCENARIO);
    let mark = stage.cloud.mark();
    let run = stage.test(&["a.yaml", "--dry-run"]).exits(0);
    let run = run.says("Account 1000000000000001").says("stop web-1").says("Running now");
    run.says("at the end web-1").says("no relay captures messages");
    assert!(stage.cloud.writes(mark).is_empty());
}

#[test]
fn mistakes_in_the_file_are_told_with_their_lines() {
    let stage = stage(SCENARIO);
    for (text, told) in [
        ("instances: { web-1: 17 }\n", "this is no id of an instance"),
        ("instances: [web-1]\n", "names and instances are expected here"),
        ("instances: { web-1: { region: cn-hangzhou } }\n", "id"),
        ("allow_accounts: [me]\n", "this is no id of an account"),
        ("window: { days: [someday] }\n", "this is no day of the week"),
        ("window: { from: \"9\" }\n", "this is no time of day"),
        ("window: { zone: Shanghai }\n", "this is no offset from UTC"),
        ("relay: { url: \"https://u:p@relay/x?token=1\", token: t }\n", "this is no address of a relay"),
        ("rehearsal: { speed: 0, since: \"2026-11-26T00:00:00Z\" }\n", "no speed"),
        ("rehearsal: { speed: 60, since: yesterday }\n", "this is no instant"),
        (
            "rehearsal: { speed: 60, since: \"2026-11-26T00:00:00Z\", leaps: /nowhere/at/all }\n",
            "no file of leaps",
        ),
        ("look_on: soon\n", "is not a duration"),
        ("bindings: {}\n", "bindings"),
    ] {
        stage.desk.write("bad.yaml", text);
        let args = ["test", "--backend", "live", "--binds", "bad.yaml", "--yes", "a.yaml"];
        Run::of(stage.command().args(args).output().unwrap()).exits(2).says(told).says("bad.yaml:1");
    }
}

#[test]
fn what_the_account_has_left_over_is_named_before_a_live_run() {
    let stage = stage(SCENARIO);
    let spec = stage.desk.read("quickstart/bellcheck.yaml");
    let more = spec.replace("rules:\n", "rules:\n  once-needed:\n    event_pattern: { product: ECS, names: [\"Disk:Stalled:Executing\"], levels: [CRITICAL] }\n    targets:\n      - group: ecs-on-call\n");
    assert_ne!(spec, more);
    stage.desk.write("quickstart/bellcheck.yaml", &more);
    stage.apply("quickstart/bellcheck.yaml");
    stage.desk.write("quickstart/bellcheck.yaml", &spec);
    let run = stage.test(&["a.yaml", "--yes", "--no-guard"]).exits(0);
    run.says("a.yaml: left over: rule once-needed: stack `ecs-ops` owns it")
        .says("it rings on")
        .says("`bellcheck apply --prune` deletes what is left over");
}
