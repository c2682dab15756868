//! `init`, `completions` and `events` as a user sees them.

use std::{fs, process::Command};

use serde_json::Value;

use crate::support::Desk;

#[test]
fn a_new_folder_passes_as_it_is_and_is_never_overwritten() {
    let desk = Desk::new();
    desk.run(&["init", "new"])
        .exits(0)
        .says("wrote new/bellcheck.yaml")
        .says("cd new")
        .says("bellcheck doctor");
    let run = |args: &[&str]| {
        let output = desk.command().current_dir(desk.path("new")).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let before = desk.files();
    run(&["validate", "--deny", "warnings"]);
    assert!(run(&["test"]).contains("1 scenario: 1 passed"));
    run(&["explain", ".", "--event", "Instance:StateChange"]);
    assert_eq!(desk.files(), before, "nothing is left to be written: the snapshots are there");
    let workflow = fs::read_to_string(desk.path("new/.github/workflows/bellcheck.yml")).unwrap();
    assert!(workflow.contains("bellcheck validate") && workflow.contains("bellcheck test"), "{workflow}");

    desk.write("new/bellcheck.yaml", "mine\n");
    fs::remove_file(desk.path("new/scenarios/stop-instance.yaml")).unwrap();
    let before = desk.files();
    desk.run(&["init", "new"])
        .exits(2)
        .says("nothing was written: there is new/bellcheck.yaml")
        .says(".github/workflows/bellcheck.yml")
        .hides("new/scenarios");
    assert_eq!(desk.files(), before);
}

#[test]
fn the_workflow_is_for_the_ci_that_was_asked_for() {
    let desk = Desk::new();
    desk.run(&["init", "lab", "--ci", "gitlab"]).exits(0);
    let workflow = desk.read("lab/.gitlab-ci.yml");
    assert!(workflow.contains("bellcheck test --junit bellcheck.xml"), "{workflow}");
    assert!(!desk.path("lab/.github").exists());
    desk.run(&["init", "bare", "--ci", "none"]).exits(0);
    assert!(!desk.path("bare/.gitlab-ci.yml").exists() && !desk.path("bare/.github").exists());
    desk.write("file", "");
    desk.run(&["init", "file/below"]).exits(2).says("choose a folder that can be written");
}

#[test]
fn completions_know_every_command() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = desk.run(&["completions", shell]).exits(0);
        for command in ["explain", "doctor", "init", "completions", "emulator"] {
            assert!(run.stdout.contains(command), "{shell} does not know {command}");
        }
    }
    desk.write("completions.bash", &desk.run(&["completions", "bash"]).stdout);
    let bash = Command::new("bash").arg("-n").arg(desk.path("completions.bash")).status().unwrap();
    assert!(bash.success());
    desk.run(&["completions", "cmd"]).exits(2);
}

#[test]
fn events_are_found_by_product_and_level_and_told_to_programs() {
    let desk = Desk::new();
    let run =
        desk.run(&["events", "Reboot", "--product", "ecs", "--level", "critical", "-o", "json"]).exits(0);
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    let list = list.as_array().unwrap();
    assert!(!list.is_empty());
    for event in list {
        assert_eq!(event["product"], "ECS");
        assert!(event["levels"].as_array().unwrap().contains(&"CRITICAL".into()), "{event}");
        assert!(!event["sources"].as_array().unwrap().is_empty());
    }
    let run = desk.run(&["events", "Instance:StateChagne", "-o", "json"]).exits(1);
    assert_eq!(run.stdout, "[]\n");
    run.says("names like it: Instance:StateChange");
    desk.run(&["events", "--level", "loud"]).exits(2);
}

#[test]
fn a_variable_of_the_environment_is_no_part_of_the_usage() {
    let desk = Desk::new();
    let run = desk.run_with(&[("BELLCHECK_ENDPOINT", "http://127.0.0.1:1")], &["explain", "quickstart"]);
    run.exits(2).says("Usage: bellcheck explain <--event <NAME>|--all> <SPEC>...").hides("--endpoint");
}

#[test]
fn help_shows_examples_and_options_of_calls_only_where_something_is_called() {
    let desk = Desk::new();
    for (command, calls) in [("schema", false), ("emulator", false), ("plan", true), ("test", true)] {
        let run = desk.run(&[command, "--help"]).exits(0).says("Examples:\n  bellcheck ");
        assert_eq!(run.stdout.contains("--access-key-id"), calls, "{command}: {}", run.stdout);
    }
    desk.run(&["help", "schema"]).exits(0).says("Examples:").hides("--access-key-id");
}

#[test]
fn each_command_has_a_manual_page() {
    let desk = Desk::new();
    desk.run(&["man", "--out-dir", "man1"]).exits(0).says("22 pages written to man1");
    desk.run(&["man"]).exits(0).says(".TH bellcheck 1");
    desk.run(&["man", "plan"]).exits(0).says(".TH bellcheck-plan 1").says("bellcheck plan bellcheck.yaml");
    desk.run(&["man", "plans"]).exits(2).says("there is no command `plans`");
}
