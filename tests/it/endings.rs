//! Whatever ends `bellcheck test`: every report that was asked for speaks of this run and of no other.

use std::{
    fs,
    process::{Child, Stdio},
};

use serde_json::{Value, json};

use crate::{
    live::stage::Stage,
    support::{Desk, Run, outcome, pause},
};

const SCENARIO: &str = "name: Rings\nspec: quickstart/bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m }\n";

const REPORTS: [&str; 12] = [
    "--junit",
    "o.xml",
    "--tap",
    "o.tap",
    "--json",
    "o.jsonl",
    "--html",
    "o.html",
    "--markdown",
    "o.md",
    "--metrics",
    "o.prom",
];

/// A desk on which yesterday's run was green in every report.
fn green() -> Desk {
    let desk = Desk::new();
    desk.write("a.yaml", SCENARIO);
    yesterday(&desk, "emulator");
    desk
}

/// As if it had been run where this one is.
fn yesterday(desk: &Desk, backend: &str) {
    desk.run_with(&[("CI", "true")], &[&["test", "a.yaml"], &REPORTS[..]].concat()).exits(0);
    let text = desk.read("o.prom");
    let now = text.lines().find(|line| line.starts_with("bellcheck_run_timestamp")).unwrap();
    let text = text.replace(now.rsplit(' ').next().unwrap(), "1700000000");
    desk.write("o.prom", &text.replace("\"emulator\"", &format!("\"{backend}\"")));
}

/// What every report says of a run that is no success.
struct Said {
    verdict: &'static str,
    ended: Value,
    /// A part of the reason, in each report for people.
    why: &'static str,
}

const fn not_started(why: &'static str) -> Said {
    Said { verdict: "errored", ended: Value::Null, why }
}

/// Asserts that each report tells it, and that nothing green is left.
#[track_caller]
fn tells(desk: &Desk, said: &Said) {
    let [xml, tap, lines, html, markdown, metrics] =
        ["o.xml", "o.tap", "o.jsonl", "o.html", "o.md", "o.prom"].map(|file| desk.read(file));
    let escaped = said.why.replace('`', "\\`");
    for (name, text) in
        [("junit", &xml), ("tap", &tap), ("json", &lines), ("html", &html), ("markdown", &markdown)]
    {
        assert!(
            text.contains(said.why) || text.contains(&escaped),
            "{name} does not say `{}`:\n{text}",
            said.why
        );
    }
    assert!(xml.contains("<error ") || xml.contains("<failure "), "{xml}");
    assert!(tap.contains("\nBail out! ") && tap.contains("\nnot ok "), "{tap}");
    assert!(html.contains("role=\"alert\""), "{html}");
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!((&last["event"], &last["verdict"]), (&json!("run_finished"), &json!(said.verdict)), "{last}");
    if said.ended != Value::Null {
        assert_eq!(last["ended"], said.ended);
    }
    let ones: Vec<&str> =
        metrics.lines().filter(|line| line.contains("verdict=\"passed\"") && line.ends_with(" 1")).collect();
    assert!(ones.is_empty(), "{ones:?}");
    for name in ["bellcheck_run_timestamp_seconds", "bellcheck_last_run_timestamp_seconds"] {
        let line = metrics.lines().find(|line| line.starts_with(&format!("{name}{{"))).unwrap();
        assert!(!line.ends_with(" 1700000000"), "{line}");
    }
    let success = metrics.lines().find(|line| line.starts_with("bellcheck_last_success")).unwrap();
    assert!(success.ends_with(" 1700000000"), "{success}");
}

#[test]
fn a_run_that_cannot_begin_is_told_in_every_report() {
    let desk = green();
    desk.write("bad.yaml", &SCENARIO.replace("steps:", "step:\n  - stop: web-1\nsteps:"));
    desk.write(
        "doubt.yaml",
        &SCENARIO.replace("name: Rings", "name: Doubtful").replace("within: 2m", "within: 1ms"),
    );
    desk.write("notes.txt", "name: x\n");
    for (args, why) in [
        (&["bad.yaml"][..], "unknown key `step`"),
        (&["nowhere.yaml"], "nowhere.yaml"),
        (&["a.yaml", "--filter", "tag(none)"], "the filter chooses none of 1 scenario"),
        (&["a.yaml", "--filter", "tag("], "the filter is not understood"),
        (&["a.yaml", "--rerun", "failed"], "nothing is known of a last run"),
        (&["a.yaml", "--yes"], "are for the real cloud"),
        (&["a.yaml", "--template", "nowhere.jinja"], "nowhere.jinja"),
        (&["a.yaml", "--var", "unused=1", "--deny", "warnings"], "denied"),
        (&["a.yaml", "--backend", "live"], "instance `web-1` is bound to no instance"),
        (&["a.yaml", "--backend", "live", "--bind", "web-1=i-bp1"], "key"),
        (&["a.yaml", "--metrics-label", "a=b", "--metrics-label", "a=c"], "label `a` twice"),
    ] {
        yesterday(&desk, if args.contains(&"live") { "live" } else { "emulator" });
        desk.run_with(&[("CI", "true")], &[&["test"], args, &REPORTS[..]].concat()).exits(2).says(why);
        tells(&desk, &Said { ended: json!("not_started"), ..not_started(why) });
    }
}

#[test]
fn github_is_told_of_a_run_that_cannot_begin() {
    let desk = green();
    desk.write("bad.yaml", &SCENARIO.replace("steps:", "step: 1\nsteps:"));
    let run =
        desk.run_with(&[("GITHUB_STEP_SUMMARY", "summary.md")], &["test", "bad.yaml", "--github"]).exits(2);
    assert!(
        run.stdout.lines().any(|line| line.starts_with("::error ") && line.contains("bad.yaml")),
        "{run:?}"
    );
    assert!(desk.read("summary.md").contains("the run could not begin"), "{}", desk.read("summary.md"));
}

#[test]
fn a_part_without_scenarios_is_no_fault_and_says_so() {
    let desk = green();
    let part =
        |part: &str| desk.run(&[&["test", "a.yaml", "--partition", part], &REPORTS[..]].concat()).exits(0);
    let empty = ["1/2", "2/2"].into_iter().find(|number| {
        part(number);
        !desk.read("o.tap").contains("Rings")
    });
    yesterday(&desk, "emulator");
    let empty = empty.unwrap();
    part(empty);
    let why = format!("part {empty} has 0 of 1 scenario: none was run");
    for file in ["o.xml", "o.tap", "o.jsonl", "o.html"] {
        let text = desk.read(file).replace("&#x2f;", "/");
        assert!(text.contains(&why), "{file}: {text}");
    }
    assert!(desk.read("o.xml").contains("<skipped ") && desk.read("o.tap").contains("# SKIP"));
    assert!(desk.read("o.jsonl").contains(r#""verdict":"not_run","ended":"nothing_chosen""#));
    let metrics = desk.read("o.prom");
    assert!(
        metrics.contains("verdict=\"not_run\"} 1\n") && !metrics.contains("scenario=\"Rings\""),
        "{metrics}"
    );
}

#[test]
fn a_command_line_that_is_not_understood_is_in_every_report() {
    let desk = green();
    let run = |args: &[&str]| desk.run_with(&[("CI", "true")], args);
    for (before, behind, why) in [
        (&["test"][..], &["a.yaml", "--partition", "hash:9/2"][..], "for the third of eight"),
        (&["test"], &["a.yaml", "--jobs=0"], "0 is not in 1.."),
        (&["test", "--no-such-option"], &["a.yaml"], "--no-such-option"),
        (&["--retry-for", "soon", "test"], &["a.yaml"], "`soon` is not a duration"),
        (&["test", "a.yaml"], &["--seed"], "a value is required for"),
    ] {
        yesterday(&desk, "emulator");
        run(&[before, &REPORTS[..], behind].concat()).exits(2).says(why);
        tells(&desk, &not_started(why));
    }
    // A report that is not named rightly keeps no other back, and a secret stays one.
    yesterday(&desk, "emulator");
    let own =
        ["test", "a.yaml", "--tap", "o.tap", "--metrics-label", "=", "--access-key-secret=n0t-to-be-seen"];
    run(&[&own[..], &["--allow-account", "n0t-to-be-seen", "--junit"]].concat())
        .exits(2)
        .hides("n0t-to-be-seen");
    assert!(desk.read("o.tap").contains("\nBail out! ") && !desk.read("o.tap").contains("n0t-to-be-seen"));
    run(&["test", "a.yaml", "--github", "--jobs=0"]).exits(2).says("::error title=cli");
    run(&["test", "a.yaml", "--tap", "o.tap", "--junit", "o.tap", "--jobs=0"])
        .exits(2)
        .says("two reports would be written to o.tap");
    // Who only looks, or means another command, has nothing to report.
    yesterday(&desk, "emulator");
    run(&["test", "a.yaml", "--list", "--junit", "o.xml"]).exits(2);
    run(&["validate", "test", "--junit", "o.xml"]).exits(2);
    assert!(!desk.read("o.xml").contains("<error"));
}

/// A run on the real cloud, with every report, beside yesterday's green one.
fn live(stage: &Stage, more: &[&str]) -> std::process::Command {
    stage.write_binds();
    let mut command = stage.command();
    command.args(["test", "a.yaml", "--backend", "live"]).args(REPORTS).args(more);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn stage() -> Stage {
    let stage = Stage::new();
    stage.desk.write("a.yaml", SCENARIO);
    yesterday(&stage.desk, "rehearsal");
    stage
}

#[test]
fn a_live_run_that_is_refused_is_told_in_every_report() {
    let stage = stage();
    let run = |more: &[&str], change: &dyn Fn(&mut std::process::Command)| {
        yesterday(&stage.desk, "rehearsal");
        let mut command = live(&stage, more);
        change(&mut command);
        Run::of(command.output().unwrap())
    };
    run(&[], &|_| {}).exits(2).says("nobody can be asked here");
    tells(&stage.desk, &not_started("nobody can be asked here"));
    run(&["--yes", "--retry-for", "0s"], &|command| {
        command.env("BELLCHECK_ENDPOINT", "http://127.0.0.1:9");
    })
    .exits(3);
    tells(&stage.desk, &not_started("GetCallerIdentity failed"));
    run(&["--yes"], &|command| {
        command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "wrong");
    })
    .exits(3);
    tells(&stage.desk, &not_started("SignatureDoesNotMatch"));
    // Its alerting was taken away.
    stage.cloud.control("POST", "/_bellcheck/reset", &Value::Null);
    stage.desk.write("b.yaml", "name: B\nspec: quickstart/bellcheck.yaml\ndrill: true\nsteps:\n  - send_event: { product: ECS, name: \"Instance:StateChange\" }\n  - expect: { robot: ops, within: 2m }\n");
    stage.desk.write("a.yaml", &stage.desk.read("b.yaml").replace("name: B", "name: Rings"));
    run(&["--yes"], &|_| {}).exits(1).says("the account is not as the spec says");
    let why = "the account is not as the spec says";
    let said = Said { verdict: "failed", ended: json!("account_differs"), why };
    tells(&stage.desk, &said);
    // It is an answer: one case that failed, and nothing that could not be found out.
    let junit = stage.desk.read("o.xml");
    assert!(junit.contains("<failure ") && !junit.contains("<error "), "{junit}");
    assert!(junit.contains(r#"tests="1" failures="1" errors="0""#), "{junit}");
    assert!(!junit.contains("virtual") && !stage.desk.read("o.tap").contains("virtual"), "{junit}");
    let metrics = stage.desk.read("o.prom");
    let run = |line: &&str| line.starts_with("bellcheck_run_verdict{") && line.ends_with(" 1");
    let ones: Vec<&str> = metrics.lines().filter(run).collect();
    assert!(ones.len() == 1 && ones[0].contains("verdict=\"failed\""), "{ones:?}");
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
}

fn until(what: &str, mut is: impl FnMut() -> bool) {
    for _ in 0..1200 {
        if is() {
            return;
        }
        pause(std::time::Duration::from_millis(50));
    }
    panic!("{what} did not come");
}

#[test]
fn an_interrupt_is_told_in_every_report_whenever_it_comes() {
    // Before the run begins: the cloud takes its time.
    let stage = stage();
    let slow = json!({"rules": [{"operation": "GetCallerIdentity", "delay": "30m"}]});
    stage.cloud.control("PUT", "/_bellcheck/faults", &slow);
    let mark = stage.cloud.mark();
    let child = live(&stage, &["--yes"]).spawn().unwrap();
    until("a call", || stage.cloud.mark() > mark);
    signal(&child, "-INT");
    outcome(child).exits(130).says("interrupted: nothing was changed");
    tells(&stage.desk, &Said { verdict: "errored", ended: json!("interrupted"), why: "interrupted" });
    // Under way, and a second time at once.
    stage.desk.write("a.yaml", &format!("{SCENARIO}  - advance: 10m\n"));
    stage.cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": []}));
    for twice in [false, true] {
        yesterday(&stage.desk, "rehearsal");
        if twice {
            let stuck = json!({"rules": [{"operation": "StartInstance", "delay": "30m"}]});
            stage.cloud.control("PUT", "/_bellcheck/faults", &stuck);
        }
        let child = live(&stage, &["--yes", "--no-guard"]).spawn().unwrap();
        until("an instance that was touched", || stage.state("web-1") != "Running");
        signal(&child, "-INT");
        if twice {
            pause(std::time::Duration::from_millis(700));
            signal(&child, "-INT");
        }
        outcome(child).exits(130).says("interrupted");
        tells(&stage.desk, &Said { verdict: "errored", ended: json!("interrupted"), why: "interrupted" });
        until("a restored instance", || twice || stage.state("web-1") == "Running");
    }
}

#[test]
fn a_run_that_is_killed_leaves_nothing_green_behind() {
    let stage = stage();
    let mut child = live(&stage, &["--yes", "--no-guard"]).spawn().unwrap();
    until("an instance that was touched", || stage.state("web-1") != "Running");
    child.kill().unwrap();
    child.wait().unwrap();
    let why = "the run has begun, and its end is not written";
    tells(&stage.desk, &Said { verdict: "errored", ended: json!("unfinished"), why });
    let metrics = stage.desk.read("o.prom");
    for name in ["bellcheck_verdict{", "bellcheck_run_verdict{"] {
        let one = metrics.lines().find(|line| line.starts_with(name) && line.ends_with(" 1")).unwrap();
        assert!(one.contains("verdict=\"unfinished\""), "{one}");
    }
}

#[test]
fn what_is_no_success_and_cannot_be_written_down_is_not_left_as_it_was() {
    // A disk of its own, which takes a right that not everybody has.
    let desk = green();
    let small = desk.path("small");
    fs::create_dir(&small).unwrap();
    let mount = |args: &[&str]| {
        std::process::Command::new("mount")
            .args(args)
            .arg(&small)
            .output()
            .is_ok_and(|output| output.status.success())
    };
    if !mount(&["-t", "tmpfs", "-o", "size=64k", "none"]) {
        crate::outside::not_judged("a disk that can be full", "this user may not mount one");
        return;
    }
    fs::write(small.join("r.jsonl"), "yesterday").unwrap();
    // Nothing more goes in.
    fs::write(small.join("filler"), vec![b'x'; 60_000]).unwrap();
    let run = desk.run(&[
        "test",
        "a.yaml",
        "--json",
        "small/r.jsonl",
        "--html",
        "small/new.html",
        "--tap",
        "o.tap",
    ]);
    let left: Vec<(String, Vec<u8>)> = fs::read_dir(&small)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    assert!(std::process::Command::new("umount").arg(&small).status().unwrap().success());
    run.exits(2).says("a report could not be written").says("small/new.html");
    assert!(desk.read("o.tap").contains("ok 1 - "), "one that fails keeps no other back");
    for (name, bytes) in left {
        let whole = name == "filler" || bytes.ends_with(b"}\n");
        assert!(whole && bytes != b"yesterday", "{name}: {}", String::from_utf8_lossy(&bytes));
    }
}
