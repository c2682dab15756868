//! Nothing that somebody else wrote acts on a terminal, on a log or on a job: wherever it is shown, it is
//! shown as what it is.

use std::process::Stdio;

use bellcheck::diagnostic::visible;
use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use crate::{
    credentials::bench::Fake,
    support::{Cloud, Desk, Run, outcome},
};

/// An escape, a bell, a change of direction, foreign line ends, a command of GitHub's, and what hides.
const EVIL: &str = "\u{1b}[31mx\u{7}\u{202e}y\u{2028}z\u{85}w\rv\u{200b}u\u{b}\u{feff}";
/// As YAML in double quotes writes it.
const WRITTEN: &str = r"\e[31mx\a\u202ey\Lz\Nw\rv\u200bu\v\ufeff";

#[track_caller]
fn is_inert(what: &str, run: &Run) {
    for text in [&run.stdout, &run.stderr] {
        assert_eq!(&visible(text), text, "{what}");
        assert!(!text.contains('\r'), "{what}: {text:?}");
    }
    assert!(!run.all().contains("panicked"), "{what}: {}", run.all());
}

/// Names may have no control characters, and what turns the direction of writing all the same.
const NAME: &str = "a\u{202e}b\u{200b}c";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write(
        "spec.yaml",
        &format!(
            "stack: demo\nregion: cn-hangzhou\nrobots:\n  {NAME}: {{ webhook: \"https://oapi.dingtalk.com/robot/send?access_token=ops-token\" }}\ncontacts:\n  {NAME}: {{ robot: {NAME}, description: \"{WRITTEN}\" }}\ngroups:\n  {NAME}: {{ contacts: [{NAME}], description: \"{WRITTEN}\" }}\nrules:\n  {NAME}:\n    description: \"{WRITTEN}\"\n    event_pattern: {{ product: ECS, keyword: \"{WRITTEN}\" }}\n    targets: [{{ group: {NAME} }}]\n",
        ),
    );
    desk
}

#[test]
fn files_and_their_names() {
    let desk = Desk::new();
    let evil_name = "a\u{1b}[2J\u{202e}\u{85}b.yaml";
    desk.write(evil_name, "stack: a\nregion: cn-hangzhou\nrobotz: {}\n");
    desk.write(
        "in-a-comment.yaml",
        &format!("stack: a\nregion: cn-hangzhou\n# \u{7f}{}\nrobotz: {{}}\n", "\u{202e}\u{2028}\u{200b}"),
    );
    desk.write("raw.yaml", &format!("stack: a\nregion: cn-hangzhou\n# {EVIL}\nrobotz: {{}}\n"));
    desk.write(
        "keys.yaml",
        &format!("stack: a\nregion: cn-hangzhou\n\"{WRITTEN}\": 1\nrules: {{ \"{WRITTEN}\": {{}} }}\n"),
    );
    desk.write("s.yaml", &format!("name: \"{WRITTEN}\"\nspec: quickstart/bellcheck.yaml\ntags: [\"{WRITTEN}\"]\nsteps: [{{ expect: {{ robot: ops, within: 1s }} }}]\n"));
    for args in [
        &["validate", evil_name][..],
        &["validate", "in-a-comment.yaml"],
        &["validate", "raw.yaml"],
        &["validate", "raw.yaml", "-o", "json"],
        &["validate", "keys.yaml"],
        &["validate", "keys.yaml", "--github"],
        &["validate", "keys.yaml", "-o", "json"],
        &["validate", "no\u{1b}such\u{202e}file"],
        &["plan", evil_name],
        &["plan", "\u{1b}[2J", "--what\u{1b}[31m"],
        &["test", "s.yaml", "--list"],
        &["test", "s.yaml", "--list", "-o", "json"],
        &["test", "s.yaml", "--dry-run"],
        &["test", "s.yaml"],
        &["test", "s.yaml", "--github"],
        &["report", "merge", evil_name],
        &["init", "new\u{1b}[31m\u{202e}"],
        &["explain", "quickstart/bellcheck.yaml", "--event", "\u{1b}[31m\u{202e}"],
    ] {
        let run = desk.run(args);
        is_inert(&format!("{args:?}"), &run);
        assert!(
            run.all().contains("⟨U+") || run.all().contains("\\u") || args.len() < 2,
            "{args:?}: {}",
            run.all()
        );
    }
    // JSON keeps its data.
    let listed = desk.run(&["test", "s.yaml", "--list", "-o", "json"]).exits(0);
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    assert_eq!(listed[0]["tags"][0], EVIL);
}

#[test]
fn names_in_an_account_and_words_of_a_robot() {
    let desk = desk();
    let cloud = Cloud::start(&desk, &["--spec", "spec.yaml"]);
    for args in [
        &["plan", "spec.yaml"][..],
        &["plan", "spec.yaml", "-o", "markdown"],
        &["plan", "spec.yaml", "-o", "json"],
        &["apply", "spec.yaml", "--yes", "--log-level", "trace"],
        &["explain", "spec.yaml", "--all"],
        &["explain", "spec.yaml", "--event", "Instance:StateChange"],
        &["doctor", "spec.yaml"],
        &["import", "--out", "again.yaml"],
        &["send", "spec.yaml", "--robot", NAME, "--text", "hello"],
        &["send", "spec.yaml", "--robot", "\u{1b}[31m", "--text", "hello"],
        &["destroy", "spec.yaml", "--yes"],
    ] {
        is_inert(&format!("{args:?}"), &cloud.run(&desk, args));
    }
    // What a robot says is its own affair, and acts on nobody.
    let robot = Fake::start(|_: &Request| {
        ResponseTemplate::new(200).set_body_json(json!({"errcode": 310_000, "errmsg": EVIL}))
    });
    let run =
        desk.run(&["send", "spec.yaml", "--robot", NAME, "--text", "hello", "--endpoint", &robot.url()]);
    is_inert("errmsg", &run.exits(1).says("⟨U+001B⟩[31mx⟨U+0007⟩⟨U+202E⟩y"));
}

#[test]
fn a_fleets_name_and_unknown_keys_of_a_report() {
    let desk = Desk::new();
    desk.write("fleet.yaml", &format!("fleet: \"all {WRITTEN}\"\nspecs: [quickstart/bellcheck.yaml]\naccounts:\n  one: {{ regions: [cn-hangzhou] }}\n"));
    let cloud = Cloud::start(&desk, &[]);
    let run = cloud.run(&desk, &["fleet", "plan", "fleet.yaml", "--report", "r.json"]).exits(0);
    is_inert("fleet plan", &run);
    let run = desk.run(&["report", "merge", "r.json"]);
    is_inert("report merge", &run);
    let mut report: Value = serde_json::from_str(&desk.read("r.json")).unwrap();
    report[EVIL] = json!(1);
    desk.write("more.json", &report.to_string());
    is_inert("unknown key", &desk.run(&["report", "merge", "more.json"]).exits(2));
}

#[test]
fn colours_are_ours_alone() {
    let desk = Desk::new();
    desk.write("raw.yaml", "stack: a\nregion: cn-hangzhou\n# \u{7f}\u{202e}\n\"\\e[5m\": {}\n");
    let run = desk.run_with(&[("CLICOLOR_FORCE", "1")], &["validate", "raw.yaml"]).exits(1);
    assert!(run.stderr.contains("\u{1b}[") && !run.all().contains("\u{1b}[5m"), "{:?}", run.stderr);
    let help = desk.run_with(&[("CLICOLOR_FORCE", "1")], &["--help"]).exits(0);
    assert!(help.stdout.contains("\u{1b}[1m"), "{:?}", help.stdout);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_and_a_reader_that_left_is_none() {
    let desk = Desk::new();
    desk.write(
        "fleet.yaml",
        "fleet: all\nspecs: [quickstart/bellcheck.yaml]\naccounts:\n  one: { regions: [cn-hangzhou] }\n",
    );
    let cloud = Cloud::start(&desk, &[]);
    let spec = "quickstart/bellcheck.yaml";
    for (args, code) in [
        (&["schema", "spec"][..], 2),
        (&["completions", "bash"], 2),
        (&["events"], 2),
        (&["--help"], 2),
        (&["--version"], 2),
        (&["validate", "quickstart"], 2),
        (&["plan", spec], 2),
        (&["plan", spec, "-o", "json"], 2),
        (&["plan", spec, "--check"], 2),
        (&["explain", spec, "--all"], 2),
        (&["doctor", spec], 2),
        (&["test", "quickstart"], 2),
        (&["test", "quickstart", "--list"], 2),
        (&["fleet", "plan", "fleet.yaml"], 2),
        (&["apply", spec, "--yes"], 2),
        (&["destroy", spec, "--yes"], 2),
    ] {
        let full = || Stdio::from(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
        let mut command = cloud.command(&desk);
        let output = command.args(args).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        assert!(said.contains("No space left on device") && said.contains("stdout"), "{args:?}: {said}");
        // With nowhere to say it, the exit code does.
        let output = cloud.command(&desk).args(args).stdout(full()).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = cloud.command(&desk).args(args).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code().is_some_and(|code| code < 2), "{args:?}: {said}");
        assert!(!said.contains("stdout"), "{args:?}: {said}");
    }
    let command = desk.command().arg("events").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    assert_eq!(outcome(command).code, 0);
}
