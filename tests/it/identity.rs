//! A scenario is the same scenario, whatever was typed to reach it.

use std::{collections::BTreeSet, fs, os::unix::fs::symlink};

use serde_json::Value;

use crate::support::{Desk, Run};

const PASSES: &str = "spec: ../bellcheck.yaml\ninstances: { web-1: {} }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 1m }\n";

fn passes(name: &str) -> String {
    format!("name: {name}\n{PASSES}")
}

fn fails(name: &str) -> String {
    passes(name).replace("within: 1m", "within: 1m, message: [{ contains: Exploded }]")
}

/// A project in `folder`: the quickstart's spec, and scenarios beside it.
fn project(desk: &Desk, folder: &str, count: usize) {
    let spec = desk.read("quickstart/bellcheck.yaml");
    desk.write(&format!("{folder}/bellcheck.yaml"), &spec);
    for number in 1..=count {
        desk.write(&format!("{folder}/scenarios/c{number}.yaml"), &passes(&format!("C{number}")));
    }
}

fn names(run: &Run) -> Vec<String> {
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    list.as_array().unwrap().iter().map(|each| each["name"].as_str().unwrap().to_owned()).collect()
}

fn part(desk: &Desk, from: &str, path: &str, part: &str) -> Vec<String> {
    let output = desk
        .command()
        .current_dir(desk.path(from))
        .args(["test", path, "--list", "-o", "json", "--partition", part])
        .output()
        .unwrap();
    names(&Run::of(output).exits(0))
}

/// Asserts that two machines that type these paths run everything, and nothing twice.
fn share(desk: &Desk, one: (&str, &str), other: (&str, &str), count: usize) {
    let mut all = part(desk, one.0, one.1, "1/2");
    assert!(!all.is_empty() && all.len() < count, "{all:?}");
    all.extend(part(desk, other.0, other.1, "2/2"));
    let once: BTreeSet<&String> = all.iter().collect();
    assert_eq!((once.len(), all.len()), (count, count), "{one:?} {other:?}: {all:?}");
}

#[test]
fn two_machines_share_a_suite_whatever_each_of_them_types() {
    let desk = Desk::new();
    project(&desk, "agent-1", 12);
    project(&desk, "deeper/agent-2", 12);
    // A spec further up is none of these scenarios', and moves nothing.
    project(&desk, ".", 0);
    let absolute = |name: &str| desk.path(name).display().to_string();
    share(&desk, (".", &absolute("agent-1/scenarios")), (".", &absolute("deeper/agent-2/scenarios")), 12);
    share(&desk, ("agent-1", "scenarios"), ("deeper/agent-2", "./scenarios"), 12);
    share(&desk, ("agent-1", "."), ("deeper", "agent-2/scenarios/../scenarios"), 12);
    share(&desk, ("agent-1", "scenarios/*.yaml"), ("deeper/agent-2/scenarios", "."), 12);
    symlink(desk.path("agent-1/scenarios"), desk.path("agent-1/linked")).unwrap();
    share(&desk, ("agent-1", "linked"), ("deeper/agent-2", "scenarios"), 12);
}

#[test]
fn in_a_repository_the_path_below_it_counts() {
    let desk = Desk::new();
    for checkout in ["one", "two/checkout"] {
        project(&desk, &format!("{checkout}/infra/alerts"), 12);
    }
    fs::create_dir_all(desk.path("one/.git")).unwrap();
    // That of a second working tree is a file.
    desk.write("two/checkout/.git", "gitdir: /elsewhere\n");
    share(&desk, ("one", "infra/alerts/scenarios"), ("two/checkout/infra/alerts", "scenarios"), 12);
    let output = desk
        .command()
        .current_dir(desk.path("one/infra/alerts"))
        .args(["test", "scenarios/c1.yaml", "--junit", "o.xml", "--json", "o.jsonl", "--metrics", "o.prom"])
        .output()
        .unwrap();
    // On the terminal stands what was typed.
    let run = Run::of(output).exits(0).says("scenarios/c1.yaml · ");
    assert!(!run.stdout.contains("infra/alerts"), "{}", run.stdout);
    for report in ["o.xml", "o.jsonl", "o.prom"] {
        let text = desk.read(&format!("one/infra/alerts/{report}"));
        assert!(text.contains("\"infra/alerts/scenarios/c1.yaml\""), "{report}: {text}");
    }
}

#[test]
fn a_file_that_is_named_twice_runs_once() {
    let desk = Desk::new();
    project(&desk, ".", 2);
    symlink(desk.path("scenarios"), desk.path("linked")).unwrap();
    symlink("c1.yaml", desk.path("scenarios/c3.yaml")).unwrap();
    let absolute = desk.path("scenarios/c1.yaml").display().to_string();
    for paths in [
        &["scenarios", "scenarios"][..],
        &["scenarios", "./scenarios"],
        &["scenarios/c1.yaml", "scenarios"],
        &["scenarios", &absolute],
        &["scenarios/c*.yaml", "linked"],
        &["linked/../scenarios", "linked/c2.yaml"],
    ] {
        let run = desk.run(&[&["test", "--list", "-o", "json"], paths].concat()).exits(0);
        assert_eq!(names(&run), ["C1", "C2"], "{paths:?}");
    }
}

#[test]
fn a_link_that_leads_to_another_spec_is_another_scenario() {
    let desk = Desk::new();
    project(&desk, "shop", 1);
    project(&desk, "games", 0);
    desk.replace("games/bellcheck.yaml", "stack: ", "stack: games-");
    fs::create_dir_all(desk.path("games/scenarios")).unwrap();
    symlink(desk.path("shop/scenarios/c1.yaml"), desk.path("games/scenarios/c1.yaml")).unwrap();
    let run = desk.run(&["test", "shop", "games", "--junit", "o.xml"]).exits(0).says("2 passed");
    assert!(run.stdout.contains("shop/scenarios/c1.yaml"), "{}", run.stdout);
    // Both are called `scenarios/c1.yaml` in their own project; here they are told apart.
    let report = desk.read("o.xml");
    for file in ["\"shop/scenarios/c1.yaml\"", "\"games/scenarios/c1.yaml\""] {
        assert!(report.contains(file), "{report}");
    }
}

#[test]
fn a_linked_folder_beside_another_spec_is_run_for_that_spec_too() {
    let desk = Desk::new();
    project(&desk, "shop", 1);
    project(&desk, "games", 0);
    desk.replace("games/bellcheck.yaml", "stack: ", "stack: games-");
    symlink("../shop/scenarios", desk.path("games/scenarios")).unwrap();
    symlink("scenarios", desk.path("shop/again")).unwrap();
    fs::remove_dir_all(desk.path("quickstart")).unwrap();
    for paths in [&["."][..], &["shop", "games"], &["games/scenarios", "shop/again"]] {
        let args = [&["test"], paths, &["--json", "o.jsonl"]].concat();
        desk.run(&args).exits(0).says("2 scenarios: 2 passed");
        let report = desk.read("o.jsonl");
        for file in ["\"games/scenarios/c1.yaml\"", "\"shop/scenarios/c1.yaml\""] {
            assert!(report.contains(file), "{paths:?}: {report}");
        }
    }
}

#[test]
fn what_failed_is_known_again_by_another_path() {
    let desk = Desk::new();
    project(&desk, ".", 2);
    desk.write("scenarios/c2.yaml", &fails("C2"));
    desk.run(&["test", "scenarios"]).exits(1);
    let absolute = desk.path("scenarios").display().to_string();
    for path in ["scenarios", "./scenarios", &absolute, "scenarios/../scenarios/c2.yaml", "."] {
        let run = desk.run(&["test", path, "--list", "-o", "json", "--rerun", "failed"]).exits(0);
        assert_eq!(names(&run), ["C2"], "{path}");
    }
    // A record of another form is no empty one.
    desk.replace(".bellcheck/last-run.json", "\"version\": 2", "\"version\": 1");
    desk.run(&["test", "scenarios", "--rerun", "failed"]).exits(2).says("it is of version 1");
}

#[test]
fn a_filter_sees_files_from_the_project_and_from_here() {
    let desk = Desk::new();
    project(&desk, "infra", 2);
    fs::create_dir_all(desk.path(".git")).unwrap();
    for (from, path, filter) in [
        (".", "infra", "file(infra/scenarios/c1.yaml)"),
        ("infra", "scenarios", "file(infra/scenarios/c1.yaml)"),
        ("infra", "./scenarios", "file(scenarios/c1.yaml)"),
        ("infra/scenarios", "../../infra", "file(c1.yaml)"),
    ] {
        let output = desk
            .command()
            .current_dir(desk.path(from))
            .args(["test", path, "--list", "-o", "json", "--filter", filter])
            .output()
            .unwrap();
        assert_eq!(names(&Run::of(output).exits(0)), ["C1"], "{from} {path} {filter}");
    }
}

/// A volume as Kubernetes mounts it: its files are links through `..data` to a folder of that version.
fn mount(desk: &Desk, volume: &str, version: &str) {
    for name in ["bellcheck.yaml", "drill.yaml"] {
        let text = match name {
            "drill.yaml" => passes("Drill").replace("../bellcheck.yaml", "bellcheck.yaml"),
            _ => desk.read("quickstart/bellcheck.yaml"),
        };
        desk.write(&format!("{volume}/..{version}/{name}"), &text);
        if fs::symlink_metadata(desk.path(&format!("{volume}/{name}"))).is_err() {
            symlink(format!("..data/{name}"), desk.path(&format!("{volume}/{name}"))).unwrap();
        }
    }
    let (new, data) = (desk.path(&format!("{volume}/..data_tmp")), desk.path(&format!("{volume}/..data")));
    symlink(format!("..{version}"), &new).unwrap();
    fs::rename(new, data).unwrap();
}

#[test]
fn a_scenario_of_a_mounted_volume_stays_the_same_when_the_volume_is_written_anew() {
    let desk = Desk::new();
    let drill = |typed: &str| {
        desk.run(&["test", typed, "--metrics", "m.prom"]).exits(0);
        let metrics = desk.read("m.prom");
        let of_scenario = |line: &&str| line.starts_with("bellcheck_last_success_timestamp_seconds{");
        let line = metrics.lines().find(of_scenario).unwrap_or_else(|| panic!("{metrics}"));
        line.split('}').next().unwrap().to_owned()
    };
    mount(&desk, "drill", "2026_11_24_09_00_00.1");
    let first = drill("drill/drill.yaml");
    assert!(first.contains(r#"file="drill.yaml""#), "{first}");
    mount(&desk, "drill", "2026_12_01_09_00_00.2");
    fs::remove_dir_all(desk.path("drill/..2026_11_24_09_00_00.1")).unwrap();
    assert_eq!(drill("drill/drill.yaml"), first);
    assert_eq!(drill("drill/..data/drill.yaml"), first, "whatever was typed");
    // A spec that is in another folder, and no link.
    desk.write("plain/bellcheck.yaml", &desk.read("quickstart/bellcheck.yaml"));
    let text = passes("Drill").replace("../bellcheck.yaml", "../plain/bellcheck.yaml");
    for version in ["2026_12_01_09_00_00.2", "2026_12_08_09_00_00.3"] {
        mount(&desk, "drill", version);
        desk.write(&format!("drill/..{version}/drill.yaml"), &text);
        let line = drill("drill/drill.yaml");
        assert!(line.contains(r#"file="drill/drill.yaml""#), "{line}");
    }
}
