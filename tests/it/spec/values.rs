//! `--var` and `--var-file`.

use serde_json::json;

use crate::support::{Cloud, Desk};

const SPEC: &str = "spec.yaml";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write(
        SPEC,
        "stack: ${STACK}\nregion: ${REGION:-cn-hangzhou}\ncontacts:\n  li:\n    email: ${MAIL}\ngroups:\n  all: { contacts: [li] }\n",
    );
    desk
}

#[test]
fn flags_come_before_files_and_files_before_the_environment() {
    let desk = desk();
    desk.write("one.yaml", "STACK: from-one\nMAIL: One of them\nREGION: nowhere\n");
    desk.write("two.yaml", "STACK: from-two\nMAIL: li@example.com\n");
    let environment = [("STACK", "FROM THE ENVIRONMENT"), ("MAIL", "none"), ("REGION", "nowhere")];
    let files = ["--var-file", "one.yaml", "--var-file", "two.yaml"];
    let run = |more: &[&str]| {
        let args: Vec<&str> = ["validate", SPEC].iter().chain(&files).chain(more).copied().collect();
        desk.run_with(&environment, &args)
    };
    run(&["--var", "REGION=cn-beijing"]).exits(0);
    // The second file's stack was the one that counted; a flag comes before it.
    run(&["--var", "REGION=cn-beijing", "--var", "STACK=Not A Stack"]).exits(1).says("spec.yaml:1:8");
    // Without the flag, the first file's region counts.
    run(&[]).exits(1).says("spec.yaml:2:9");
    // Without files, the environment.
    desk.run_with(&environment, &["validate", SPEC]).exits(1).says("spec.yaml:1:8").says("spec.yaml:5:12");
}

#[test]
fn a_missing_value_is_told_with_its_remedy() {
    desk().run(&["validate", SPEC, "--var", "STACK=a"]).exits(1).says("`MAIL` is not set").says("by `--var`");
}

#[test]
fn an_unused_value_is_doubtful() {
    let desk = desk();
    desk.write("values.yaml", "STACK: a\nMAIL: li@example.com\n\nREGOIN: cn-beijing\n");
    let args = ["validate", SPEC, "--var-file", "values.yaml"];
    desk.run(&args)
        .exits(0)
        .says("no spec has the variable `REGOIN`")
        .says("values.yaml:4:1")
        .says("did you mean `REGION`?")
        .hides("cn-beijing");
    desk.run(&["validate", SPEC, "--var-file", "values.yaml", "--deny", "warnings"])
        .exits(1)
        .says("2 warnings denied");
    desk.run(&["plan", SPEC, "--var-file", "values.yaml", "--deny", "warnings"])
        .exits(2)
        .says("values.yaml:4:1")
        .says("2 warnings denied");
    desk.run(&[
        "validate",
        SPEC,
        "--var",
        "STACK=a",
        "--var",
        "MAIL=li@example.com",
        "--var",
        "OTHER=c4n4ry",
    ])
    .exits(0)
    .says("no spec has the variable `OTHER`")
    .hides("c4n4ry");
}

#[test]
fn a_bad_file_is_told_with_its_line_and_without_its_values() {
    let desk = desk();
    for (text, says) in [
        ("STACK: a\nMAIL: [c4n4ry]\n", "values.yaml:2:1"),
        ("STACK: a\nMAIL:\n", "values.yaml:2:1"),
        ("STACK: a\nMY MAIL: c4n4ry\n", "values.yaml:2:1"),
        ("STACK: a\nMAIL: ${c4n4ry}\n", "values.yaml:2:1"),
        ("STACK: a\nSTACK: c4n4ry\n", "2 │ STACK: ******"),
        ("STACK: a\nMAIL: \"c4n4ry\n", "values.yaml:"),
        ("STACK: a\nMAIL: *c4n4ry\n", "values.yaml:2"),
        ("- c4n4ry\n", "values.yaml:1:1"),
        ("c4n4ry", "values.yaml:1:1"),
        ("STACK: |\n  c4n4ry: c4n4ry\n c4n4ry: [\n", "values.yaml:"),
    ] {
        desk.write("values.yaml", text);
        for command in ["validate", "plan"] {
            let run = desk.run(&[command, SPEC, "--var-file", "values.yaml"]).exits(2).says(says);
            run.says("help:").hides("c4n4ry");
        }
    }
    desk.run(&["validate", SPEC, "--var-file", "none.yaml"])
        .exits(2)
        .says("none.yaml")
        .says("check the path");
    for flag in ["c4n4ry", "=c4n4ry", "1A=c4n4ry", "c4n4ry y=1"] {
        desk.run(&["validate", SPEC, "--var", flag]).exits(2).says("--var NAME=VALUE").hides("c4n4ry");
    }
}

#[test]
fn a_value_is_not_shown_in_a_fault() {
    let desk = desk();
    desk.write("values.yaml", "STACK: a\nMAIL: c4n4ry\n");
    desk.run(&["validate", SPEC, "--var-file", "values.yaml"]).exits(1).says("spec.yaml:5").hides("c4n4ry");
    desk.run(&["plan", SPEC, "--var", "STACK=a", "--var", "MAIL=c4n4ry"])
        .exits(2)
        .says("`${MAIL}` is not a mail address")
        .hides("c4n4ry");
}

const QUICKSTART: &str = "quickstart/bellcheck.yaml";

/// The quickstart, with a variable for a keyword of the robot `ops` and one in a scenario.
fn quickstart() -> Desk {
    let desk = Desk::new();
    desk.replace(QUICKSTART, "keywords: [CloudMonitor]", "keywords: [\"${WORD}\"]");
    desk.write(
        "quickstart/scenarios/values.yaml",
        "name: Values\nspec: ../bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m, message: [{ contains: \"${SAID}\" }] }\n",
    );
    desk.write("values.yaml", "WORD: CloudMonitor\nSAID: Stopping\n");
    desk
}

/// The values of the quickstart come from the environment, where they are wrong, and from files and flags.
#[test]
fn a_test_fills_specs_and_scenarios() {
    let desk = quickstart();
    let file = "quickstart/scenarios/values.yaml";
    let environment = [("WORD", "Nowhere"), ("SAID", "Nothing")];
    let run = |more: &[&str]| desk.run_with(&environment, &[&["test", file][..], more].concat());
    run(&[]).exits(1).says("none of its keywords [Nowhere] is in it");
    run(&["--var-file", "values.yaml"]).exits(0);
    run(&["--var-file", "values.yaml", "--var", "SAID=Started"]).exits(1).says("Started");
    run(&["--var-file", "values.yaml", "--var", "WORD=Elsewhere"])
        .exits(1)
        .says("none of its keywords [Elsewhere] is in it");
    run(&["--var-file", "values.yaml", "--var", "WROD=c4n4ry"])
        .exits(0)
        .says("no spec has the variable `WROD`")
        .says("did you mean `WORD`?")
        .hides("c4n4ry");
    desk.run(&["test", file]).exits(2).says("`WORD` is not set").says("`SAID` is not set");
    run(&["--var", "c4n4ry"]).exits(2).says("--var NAME=VALUE").hides("c4n4ry");
}

#[test]
fn what_a_scenario_says_of_its_own_variables_comes_first() {
    let desk = quickstart();
    let file = "quickstart/scenarios/values.yaml";
    desk.replace(file, "name: Values\n", "name: Values\nvariables: { SAID: Stopping }\n");
    for command in ["validate", "test"] {
        desk.run(&[command, file, "--var", "SAID=Started", "--var", "WORD=CloudMonitor"]).exits(0);
    }
}

#[test]
fn a_robot_to_send_to_has_its_values() {
    let desk = quickstart();
    let environment = [("WORD", "Nowhere")];
    let args = ["send", "--spec", QUICKSTART, "--robot", "ops", "--text", "CloudMonitor", "--dry-run"];
    let run = |more: &[&str]| desk.run_with(&environment, &[&args[..], more].concat());
    run(&[]).exits(1).says("not sent: the robot would refuse it");
    run(&["--var", "WORD=CloudMonitor"]).exits(0).says("not sent: a dry run");
    run(&["--var-file", "values.yaml"]).exits(0).says("no spec has the variable `SAID`");
    run(&["--var-file", "values.yaml", "--var", "WORD=Elsewhere"]).exits(1);
    run(&["--var-file", "none.yaml"]).exits(2).says("none.yaml");
}

#[test]
fn the_robots_of_an_emulator_have_their_values() {
    let desk = quickstart();
    // Whether the robot takes what has the keyword.
    let errcode = |word: &str, more: &[&str]| {
        let cloud = Cloud::start(&desk, &[&["--spec", QUICKSTART][..], more].concat());
        let body = json!({"msgtype": "text", "text": {"content": word}});
        cloud.control("POST", "/robot/send?access_token=ops-test-token", &body)["errcode"].clone()
    };
    let file = ["--var-file", "values.yaml"];
    let flag = [&file[..], &["--var", "WORD=Elsewhere"]].concat();
    assert_eq!((errcode("CloudMonitor", &file), errcode("Elsewhere", &file)), (json!(0), json!(310_000)));
    assert_eq!((errcode("CloudMonitor", &flag), errcode("Elsewhere", &flag)), (json!(310_000), json!(0)));
    let emulator = ["emulator", "--listen", "127.0.0.1:0"];
    desk.run(&[&emulator[..], &["--spec", QUICKSTART]].concat()).exits(2).says("`WORD` is not set");
    desk.run(&[&emulator[..], &["--var", "WORD=c4n4ry"]].concat())
        .exits(2)
        .says("there is no spec whose variables could be filled")
        .hides("c4n4ry");
}
