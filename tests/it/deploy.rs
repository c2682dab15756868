//! `examples/deploy`: what can be known of an image without a container engine, and that each schedule's
//! own command line does its drill on a cloud in real time.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    foreign::install::{Runtime, source},
    support::{Cloud, Desk, Run},
};

/// What the example's spec asks the environment for.
const VARIABLES: [&str; 1] = ["DING_OPS_TOKEN"];
/// A user that is nobody's.
const NOBODY: u64 = 65532;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

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

/// Copies a file or a folder.
fn copy(from: &Path, to: &Path) {
    for file in bellcheck::files::find(from, "").unwrap() {
        let name = file.strip_prefix(from).unwrap();
        let target = if name.as_os_str().is_empty() { to.to_owned() } else { to.join(name) };
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(file, target).unwrap();
    }
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

/// The YAML of the examples, as another reader has it.
fn read(desk: &Desk, name: &str) -> Option<Vec<Value>> {
    let python = Runtime::Python.ready()?;
    let output = desk
        .foreign(python.program)
        .env(python.path.0, python.path.1)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(source().join("python/yaml_to_json.py"))
        .arg(root().join("examples/deploy").join(name))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Vec<Vec<Value>> = serde_json::from_slice(&output.stdout).unwrap();
    found.into_iter().next()
}

/// Five fields of numbers, ranges, steps and stars.
fn is_schedule(text: &str) -> bool {
    let field = |field: &str| field.chars().all(|c| c.is_ascii_digit() || "*/,-".contains(c));
    text.split(' ').count() == 5 && text.split(' ').all(|one| !one.is_empty() && field(one))
}

/// Does the drill with these arguments, on a cloud where the rule exists and then on one where it
/// does not; folders of the schedule's machine are folders of the desk. Of the spec's variables its
/// environment has those with these names; others come from a file that the arguments name.
fn drills(args: &[&str], folders: &[(&str, &str)], environment: &[&str]) {
    assert_eq!(args[0], "test");
    let desk = Desk::new();
    copy(&root().join("examples/deploy"), &desk.path("examples/deploy"));
    let there = |arg: &&str| {
        let mut arg = (*arg).to_owned();
        for (from, to) in folders {
            arg = arg.replace(&format!("{from}/"), &format!("{}/", desk.path(to).display()));
        }
        arg
    };
    let own: Vec<String> = args.iter().map(there).collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let metrics = own.iter().find_map(|arg| arg.strip_prefix("--metrics=")).or_else(|| {
        let place = own.iter().position(|arg| *arg == "--metrics")?;
        own.get(place + 1).copied()
    });
    let Some(metrics) = metrics else { panic!("a schedule that leaves no metrics") };
    let metrics = desk.path(metrics).display().to_string();
    let quick = ["--switch", "event_latency=1ms", "--switch", "delivery=1ms"];
    let cloud = Cloud::start(&desk, &quick);
    let drill = || {
        let mut command = cloud.command(&desk);
        for name in VARIABLES.iter().filter(|name| !environment.contains(name)) {
            command.env_remove(name);
        }
        Run::of(command.args(&own).output().unwrap())
    };
    if let Some(file) = own.iter().skip_while(|arg| **arg != "--var-file").nth(1) {
        fs::write(file, "DING_OPS_TOKEN: ops-test-token\n").unwrap();
    }
    let value = |name: &str, label: &str| {
        let text = fs::read_to_string(&metrics).unwrap();
        let line =
            text.lines().find(|line| line.starts_with(name) && line.contains(label)).map(str::to_owned);
        line.map(|line| line.rsplit(' ').next().unwrap().to_owned())
    };
    cloud.run(&desk, &["apply", "examples/deploy/bellcheck.yaml", "--yes"]).exits(0);
    drill().exits(0);
    assert_eq!(value("bellcheck_verdict", "verdict=\"passed\"").as_deref(), Some("1"));
    assert!(fs::read_to_string(&metrics).unwrap().contains("backend=\"live\""));
    let success = value("bellcheck_last_success", "scenario=").unwrap();
    // Its event says that it is a drill.
    let journal = cloud.control("GET", "/_bellcheck/journal", &Value::Null);
    let events: Vec<&Value> =
        journal.as_array().unwrap().iter().filter(|entry| entry["kind"] == "event").collect();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["event"]["content"]["bellcheck"], "drill");
    // It changed nothing.
    let writes = cloud.writes(0);
    let after_apply: Vec<&String> = writes.iter().map(|(operation, _)| operation).collect();
    assert_eq!(after_apply.last().unwrap().as_str(), "SendDryRunSystemEvent", "{after_apply:?}");
    assert_eq!(after_apply.iter().filter(|one| one.as_str() == "SendDryRunSystemEvent").count(), 1);
    // Where somebody took the alerting away the answer is no, and nothing of the green one is left.
    cloud.run(&desk, &["destroy", "examples/deploy/bellcheck.yaml", "--yes"]).exits(0);
    drill().exits(1).says("the account is not as the spec says").says("1 scenario: 1 failed");
    assert_eq!(value("bellcheck_last_success", "scenario="), Some(success));
    for (verdict, wanted) in [("passed", "0"), ("failed", "1")] {
        let label = format!("verdict=\"{verdict}\"");
        assert_eq!(value("bellcheck_verdict", &label).as_deref(), Some(wanted), "{verdict}");
    }
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

#[test]
fn the_workflow_does_its_drill() {
    let desk = Desk::new();
    let Some(documents) = read(&desk, "github-workflow.yml") else { return };
    let [workflow] = &documents[..] else { panic!("{documents:?}") };
    assert!(is_schedule(workflow["on"]["schedule"][0]["cron"].as_str().unwrap()));
    assert!(workflow["on"].as_object().unwrap().contains_key("workflow_dispatch"));
    let job = &workflow["jobs"]["drill"];
    assert!(job["runs-on"].is_string() && job["timeout-minutes"].is_u64());
    let steps = job["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["uses"].is_string() != step["run"].is_string()), "{steps:?}");
    let runs: Vec<&Value> = steps.iter().filter(|step| step["run"].is_string()).collect();
    let command = runs.last().unwrap()["run"].as_str().unwrap().strip_prefix("bellcheck ").unwrap();
    let secrets = runs.last().unwrap()["env"].as_object().unwrap();
    assert!(secrets.values().all(|value| value.as_str().unwrap().starts_with("${{ secrets.")), "{secrets:?}");
    let environment: Vec<&str> = secrets.keys().map(String::as_str).collect();
    drills(&command.split(' ').collect::<Vec<_>>(), &[], &environment);
}

#[test]
fn the_cron_job_does_its_drill_as_nobody_on_a_read_only_image() {
    let desk = Desk::new();
    let Some(documents) = read(&desk, "kubernetes-cronjob.yaml") else { return };
    let [account, job] = &documents[..] else { panic!("{documents:?}") };
    let kind = |document: &Value| {
        ["apiVersion", "kind"].map(|key| document[key].as_str().unwrap().to_owned()).join(" ")
    };
    assert_eq!((kind(account).as_str(), kind(job).as_str()), ("v1 ServiceAccount", "batch/v1 CronJob"));
    let spec = &job["spec"];
    assert!(is_schedule(spec["schedule"].as_str().unwrap()));
    assert_eq!(spec["concurrencyPolicy"], "Forbid");
    // A second attempt would ring twice.
    assert_eq!(spec["jobTemplate"]["spec"]["backoffLimit"], 0);
    let pod = &spec["jobTemplate"]["spec"]["template"]["spec"];
    assert_eq!(pod["restartPolicy"], "Never");
    assert_eq!(pod["serviceAccountName"], account["metadata"]["name"]);
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["securityContext"]["runAsUser"], NOBODY);
    let [container] = &pod["containers"].as_array().unwrap()[..] else { panic!("{pod}") };
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true);
    assert_eq!(container["securityContext"]["allowPrivilegeEscalation"], false);
    assert!(container["image"].is_string() && container["command"].is_null());
    let names = |list: &Value| -> BTreeSet<String> {
        list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&container["volumeMounts"]), names(&pod["volumes"]));
    // The names of the environment are those of the documented chain, and the token lies where they say.
    let chain = fs::read_to_string(root().join("docs/credentials.md")).unwrap();
    let environment = container["env"].as_array().unwrap();
    let cloud: Vec<&Value> = environment
        .iter()
        .filter(|one| one["name"].as_str().unwrap().starts_with("ALIBABA_CLOUD_"))
        .collect();
    assert_eq!(cloud.len(), 4);
    for one in cloud {
        assert!(chain.contains(&format!("`{}`", one["name"].as_str().unwrap())), "{one}");
    }
    let token = environment.iter().find(|one| one["name"] == "ALIBABA_CLOUD_OIDC_TOKEN_FILE").unwrap();
    let token = PathBuf::from(token["value"].as_str().unwrap());
    let mounts = container["volumeMounts"].as_array().unwrap();
    let mount = mounts.iter().find(|one| one["name"] == "oidc").unwrap();
    assert_eq!(token.parent().unwrap(), Path::new(mount["mountPath"].as_str().unwrap()));
    // Whatever is written goes to the one place that can be written to.
    let args: Vec<&str> =
        container["args"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let state = mounts.iter().find(|one| one["readOnly"] != true).unwrap()["mountPath"].as_str().unwrap();
    assert_eq!(container["workingDir"], state);
    for option in ["--journal=", "--metrics="] {
        let path = args.iter().find_map(|arg| arg.strip_prefix(option)).unwrap();
        assert!(path.starts_with(&format!("{state}/")), "{path}");
    }
    let environment: Vec<&str> = environment.iter().map(|one| one["name"].as_str().unwrap()).collect();
    drills(&args, &[("/drill", "examples/deploy"), ("/state", "state")], &environment);
}
