//! What somebody at a terminal sees: questions, live lines, Ctrl-C. The terminal is that of python3,
//! which the foreign clients need as well.

use std::process::Command;

use crate::{
    live::stage::Stage,
    outside::python3,
    support::{Cloud, Desk},
};

const SPEC: &str = "quickstart/bellcheck.yaml";

/// Runs a program on a new terminal. Each argument pair before `--` is what to wait for, and what to
/// type then. Prints all that the terminal showed, and ends as the program does.
const TERMINAL: &str = r#"
import os, pty, sys, time
split = sys.argv.index("--")
script = list(zip(sys.argv[1:split:2], sys.argv[2:split:2]))
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[split + 1], sys.argv[split + 1:])
seen, at = b"", 0
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
    if script and script[0][0].encode() in seen[at:]:
        at = len(seen)
        os.write(terminal, script.pop(0)[1].encode().decode("unicode_escape").encode())
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"#;

/// The exit code, and all that the terminal showed.
fn on_a_terminal(cloud: &Cloud, desk: &Desk, typed: &[(&str, &str)], args: &[&str]) -> (Option<i32>, String) {
    shown_to(cloud.command(desk), desk, typed, args)
}

/// The same, with the environment of this command.
fn shown_to(own: Command, desk: &Desk, typed: &[(&str, &str)], args: &[&str]) -> (Option<i32>, String) {
    let mut command = desk.foreign("python3");
    command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("TERM", "xterm").arg("-c").arg(TERMINAL);
    command.args(typed.iter().flat_map(|(seen, typed)| [*seen, *typed]));
    let output = command.arg("--").arg(env!("CARGO_BIN_EXE_bellcheck")).args(args).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn an_apply_asks_and_shows_how_far_it_is() {
    if !python3() {
        return;
    }
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--latency", "60ms"]);
    let question =
        "Apply: 6 to create, 0 to change, 0 to delete in account 1000000000000001, cn-hangzhou? [y/N]";
    let (code, shown) = on_a_terminal(&cloud, &desk, &[(question, "n\\n")], &["apply", SPEC]);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains(question) && shown.contains("nothing was changed"), "{shown}");
    assert!(shown.contains("looking at the account: "), "{shown}");
    assert!(cloud.writes(0).is_empty());

    let (code, shown) = on_a_terminal(&cloud, &desk, &[(question, "y\\n")], &["apply", SPEC]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("8/8 calls") && shown.contains("8 calls done, 0 failed"), "{shown}");
    // Nothing of the live line stays behind: what is shown after it was cleared begins the report.
    let last = shown.rsplit("\u{1b}[2K").next().unwrap_or_default();
    assert!(last.starts_with("Applied:"), "{shown}");
}

#[test]
fn a_run_on_the_real_cloud_asks_first() {
    if !python3() {
        return;
    }
    let stage = Stage::new();
    stage.desk.write(
        "a.yaml",
        "name: Rings\nspec: quickstart/bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m, message: [{ contains: Stopping }] }\n",
    );
    stage.write_binds();
    let question = "Run 1 scenario on account 1000000000000001? [y/N]";
    let args = ["test", "--backend", "live", "a.yaml"];
    let mark = stage.cloud.mark();
    let (code, shown) = shown_to(stage.command(), &stage.desk, &[(question, "n\\n")], &args);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("stop web-1") && shown.contains("nothing was touched"), "{shown}");
    assert!(stage.cloud.writes(mark).is_empty());
    let (code, shown) = shown_to(stage.command(), &stage.desk, &[(question, "y\\n")], &args);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("undone: web-1: it is Running"), "{shown}");
}

#[test]
fn ctrl_c_at_the_question_changes_nothing() {
    if !python3() {
        return;
    }
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let (code, shown) = on_a_terminal(&cloud, &desk, &[("[y/N]", "\\x03")], &["apply", SPEC]);
    assert_eq!(code, Some(130), "{shown}");
    assert!(cloud.writes(0).is_empty());
}

#[test]
fn ctrl_c_in_an_apply_ends_what_is_under_way_and_says_where_it_stopped() {
    if !python3() {
        return;
    }
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--latency", "300ms"]);
    let typed = [("[y/N]", "y\\n"), ("1/8 calls", "\\x03")];
    let (code, shown) = on_a_terminal(&cloud, &desk, &typed, &["apply", SPEC]);
    assert_eq!(code, Some(130), "{shown}");
    assert!(shown.contains("stopping: what is under way ends") && shown.contains("not tried"), "{shown}");
    let (code, shown) = on_a_terminal(&cloud, &desk, &[], &["apply", SPEC, "--yes"]);
    assert_eq!(code, Some(0), "{shown}");
}

/// Scenarios that take a while, one after the other.
fn slow_scenarios(desk: &Desk) {
    for name in ["a", "b"] {
        desk.write(
            &format!("quickstart/slow/{name}.yaml"),
            &format!("name: Slow {name}\nspec: ../bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\nsteps:\n  - stop: web-1\n  - repeat: {{ times: 20000, steps: [{{ advance: 1s }}] }}\nfinally:\n  - start: web-1\n"),
        );
    }
}

#[test]
fn a_run_shows_how_far_it_is_and_takes_the_line_away() {
    if !python3() {
        return;
    }
    let desk = Desk::new();
    slow_scenarios(&desk);
    let args = ["test", "quickstart/slow", "--jobs", "1", "--json", "o.jsonl"];
    let (code, shown) = shown_to(desk.command(), &desk, &[], &args);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("0/2 scenarios, ") && shown.contains("1/2 scenarios, "), "{shown}");
    assert!(shown.contains("quickstart/slow/b.yaml: Slow b"), "the one that is running is named: {shown}");
    // What follows the last clearing of a line is the report, and nothing of the live line.
    let last = shown.rsplit("\u{1b}[2K").next().unwrap_or_default();
    assert!(last.contains("2 scenarios: ") && !last.contains("/2 scenarios, "), "{last}");
}

#[test]
fn ctrl_c_in_a_run_cleans_up_and_reports() {
    if !python3() {
        return;
    }
    let desk = Desk::new();
    slow_scenarios(&desk);
    let args = ["test", "quickstart/slow", "--jobs", "1"];
    let (code, shown) = shown_to(desk.command(), &desk, &[("0/2 scenarios", "\\x03")], &args);
    assert_eq!(code, Some(130), "{shown}");
    assert!(shown.contains("stopping: scenarios under way do their `finally`"), "{shown}");
    assert!(shown.contains("finally: start web-1") && shown.contains("1 not run"), "{shown}");
}
