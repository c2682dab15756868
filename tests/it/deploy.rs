//! `examples/deploy`: what can be known of an image without a container engine, and that each schedule's
//! own command line does its drill on a cloud in real time.

use std::{fs, process::Command};

use serde_json::Value;

use crate::{
    drill::{copy, drills, is_schedule},
    outside::root,
    support::Desk,
};

/// A user that is nobody's.
const NOBODY: u64 = 65532;

fn example(name: &str) -> String {
    fs::read_to_string(root().join("examples/deploy").join(name)).unwrap()
}

/// Instructions of a Dockerfile, stage by stage.
fn stages() -> Vec<Vec<(String, String)>> {
    let mut stages: Vec<Vec<(String, String)>> = Vec::new();
    for line in example("Dockerfile").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, rest) = line.split_once(' ').unwrap();
        assert!(!rest.ends_with('\\'), "the test reads no instruction of several lines: {line}");
        if word == "FROM" {
            stages.push(Vec::new());
        }
        stages.last_mut().unwrap().push((word.to_owned(), rest.to_owned()));
    }
    stages
}

fn of<'a>(stage: &'a [(String, String)], word: &str) -> Vec<&'a str> {
    stage.iter().filter(|(known, _)| known == word).map(|(_, rest)| rest.as_str()).collect()
}

/// What a build stage copies out of the context.
fn copied(stage: &[(String, String)]) -> Vec<&str> {
    let own = of(stage, "COPY").into_iter().filter(|rest| !rest.starts_with("--"));
    own.filter_map(|rest| rest.rsplit_once(' ')).flat_map(|(sources, _)| sources.split(' ')).collect()
}

#[test]
fn the_build_stage_has_what_cargo_needs_and_no_more_is_sent_to_it() {
    let stages = stages();
    let [build, _] = &stages[..] else { panic!("{stages:?}") };
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("rust-version = \"").unwrap();
    let version = rest.split('"').next().unwrap();
    assert_eq!(of(build, "FROM"), [format!("rust:{version}-bookworm AS build")]);
    // The context: nothing but what is copied.
    let copied = copied(build);
    let ignored: Vec<String> = example("Dockerfile.dockerignore").lines().map(str::to_owned).collect();
    let wanted: Vec<String> =
        std::iter::once("*".to_owned()).chain(copied.iter().map(|name| format!("!{name}"))).collect();
    assert_eq!(ignored, wanted);
    // Cargo finds every target of the manifest, and the versions of the lock, in a copy of it.
    let desk = Desk::new();
    for name in &copied {
        copy(&root().join(name), &desk.path("src").join(name));
    }
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", &host])
        .current_dir(desk.path("src"))
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let own = metadata["packages"].as_array().unwrap().iter().find(|one| one["name"] == "bellcheck").unwrap();
    let is_program = |target: &&Value| target["kind"][0] == "bin" && target["name"] == "bellcheck";
    assert!(own["targets"].as_array().unwrap().iter().any(|target| is_program(&target)), "{own}");
    assert_eq!(
        of(build, "RUN"),
        ["cargo rustc --release --locked --bin bellcheck -- -C target-feature=+crt-static"]
    );
    // What the program includes lies among it too; only tests look elsewhere.
    let mut included = 0;
    let sources =
        ["src", "crates"].map(|folder| bellcheck::files::find(&root().join(folder), ".rs").unwrap());
    for file in sources.into_iter().flatten() {
        let text = fs::read_to_string(&file).unwrap();
        for macro_name in ["include_str!(\"", "include_bytes!(\""] {
            for rest in text.split(macro_name).skip(1) {
                let name = rest.split('"').next().unwrap();
                let path = bellcheck::files::tidy(&file.parent().unwrap().join(name));
                let path = path.strip_prefix(root()).unwrap_or(&path).to_owned();
                let is_test = file.to_string_lossy().contains("tests");
                assert!(
                    is_test || copied.iter().any(|copied| path.starts_with(copied)),
                    "{} includes {name}",
                    file.display()
                );
                included += 1;
            }
        }
    }
    assert!(included > 10, "{included}");
}

#[test]
fn the_image_is_one_program_that_belongs_to_nobody() {
    let stages = stages();
    let [build, image] = &stages[..] else { panic!("{stages:?}") };
    assert_eq!(of(image, "FROM"), ["scratch"]);
    assert_eq!(of(image, "USER"), [format!("{NOBODY}:{NOBODY}")]);
    let copies: Vec<Vec<&str>> = of(image, "COPY").iter().map(|rest| rest.split(' ').collect()).collect();
    assert!(copies.iter().all(|copy| copy[0] == "--from=build" && copy.len() == 3), "{copies:?}");
    let [certificates, program] = &copies[..] else { panic!("{copies:?}") };
    assert_eq!(certificates[1], certificates[2]);
    let [folder] = &of(build, "WORKDIR")[..] else { panic!("{build:?}") };
    assert_eq!(program[1], format!("{folder}/target/release/bellcheck"));
    assert_eq!(of(image, "ENTRYPOINT"), [format!("[\"{}\"]", program[2])]);
    // No shell is there to run anything.
    assert!(of(image, "RUN").is_empty() && of(image, "CMD").is_empty());
}

#[test]
fn the_crontab_does_its_drill() {
    let text = example("crontab");
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let [line] = &lines[..] else { panic!("{lines:?}") };
    let fields: Vec<&str> = line.splitn(7, ' ').collect();
    assert!(is_schedule(&fields[..5].join(" ")), "{line}");
    // cron makes a line break of it.
    assert!(!line.contains('%'), "{line}");
    let command = fields[6].strip_prefix("cd /etc/bellcheck && /usr/local/bin/bellcheck ").unwrap();
    let mut args: Vec<&str> = command.split(' ').collect();
    let drill = "/etc/bellcheck/drill.yaml";
    args[1] = if args[1] == "drill.yaml" { drill } else { panic!("{line}") };
    drills(
        &args,
        &[
            ("/etc/bellcheck", "examples/deploy"),
            ("/var/lib/node_exporter", "node"),
            ("/var/lib/bellcheck", "own"),
        ],
        &[],
    );
}
