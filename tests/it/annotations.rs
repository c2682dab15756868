//! Annotations of GitHub name files as seen from the checkout, wherever the program runs.

use std::{fs, os::unix::fs::symlink};

use crate::support::{Desk, Run};

const FAILS: &str = "name: Fails\nspec: ../bellcheck.yaml\ninstances: { web-1: {} }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 1m, message: [{ contains: Exploded }] }\n";

/// The quickstart in a folder of a checkout, with a scenario that fails.
fn checkout() -> Desk {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("repo/infra")).unwrap();
    fs::rename(desk.path("quickstart"), desk.path("repo/infra/alerts")).unwrap();
    desk.write("repo/infra/alerts/scenarios/fails.yaml", FAILS);
    desk
}

/// The files that commands name, in order.
fn files(run: &Run) -> Vec<String> {
    let lines =
        run.stdout.lines().filter(|line| line.starts_with("::error") || line.starts_with("::warning"));
    let file =
        |line: &str| line.split(",file=").nth(1).map(|rest| rest.split(',').next().unwrap().to_owned());
    lines.filter_map(file).collect()
}

fn run(desk: &Desk, workspace: &str, from: &str, args: &[&str]) -> Vec<String> {
    let output = desk
        .command()
        .current_dir(desk.path(from))
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_WORKSPACE", desk.path(workspace))
        .args(args)
        .output()
        .unwrap();
    files(&Run::of(output).exits(1))
}

#[test]
fn an_annotation_is_relative_to_the_workspace() {
    let desk = checkout();
    let absolute = desk.path("repo/infra/alerts/scenarios/fails.yaml").display().to_string();
    let expected = ["infra/alerts/scenarios/fails.yaml"];
    for (from, path) in [
        ("repo/infra/alerts", "scenarios"),
        ("repo/infra/alerts", "./scenarios/fails.yaml"),
        ("repo/infra/alerts/scenarios", "fails.yaml"),
        ("repo", "infra/alerts/scenarios"),
        (".", "repo/infra/alerts/scenarios"),
        ("repo/infra", &absolute),
    ] {
        assert_eq!(run(&desk, "repo", from, &["test", path, "--github"]), expected, "{from} {path}");
    }
    // The checkout, and what is typed, may be reached by links.
    symlink("repo", desk.path("work")).unwrap();
    symlink("alerts", desk.path("repo/infra/link")).unwrap();
    assert_eq!(run(&desk, "work", "repo/infra/alerts", &["test", "scenarios", "--github"]), expected);
    assert_eq!(run(&desk, "repo", "work/infra", &["test", "link/scenarios", "--github"]), expected);
    // Outside of it, only the whole path says where a file is.
    fs::create_dir(desk.path("other")).unwrap();
    let found = run(&desk, "other", "repo/infra/alerts", &["test", "scenarios", "--github"]);
    let real = fs::canonicalize(&absolute).unwrap().display().to_string();
    assert_eq!(found, [real.as_str()]);
    // Without a workspace, as it was typed.
    let run =
        desk.run_with(&[("GITHUB_ACTIONS", "true")], &["test", "./repo/infra/alerts/scenarios", "--github"]);
    assert_eq!(files(&run.exits(1)), ["repo/infra/alerts/scenarios/fails.yaml"]);
}

#[test]
fn validate_does_the_same_for_specs_and_scenarios_and_strangers() {
    let desk = checkout();
    desk.replace("repo/infra/alerts/bellcheck.yaml", "robot: managers", "robot: manager");
    desk.write("repo/infra/alerts/scenarios/fails.yaml", &FAILS.replace("steps:", "step:"));
    let found = run(&desk, "repo", "repo/infra/alerts", &["validate", "--github"]);
    for file in ["infra/alerts/bellcheck.yaml", "infra/alerts/scenarios/fails.yaml"] {
        assert!(found.iter().any(|found| found == file), "{found:?}");
    }
    assert!(found.iter().all(|found| found.starts_with("infra/alerts/")), "{found:?}");
}
