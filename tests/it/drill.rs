//! A drill as a schedule does it: with the command line of one of `examples/deploy`.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{
    outside::root,
    support::{Cloud, Desk, Run},
};

/// What the example's spec asks the environment for.
const VARIABLES: [&str; 1] = ["DING_OPS_TOKEN"];

/// Copies a file or a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    for file in bellcheck::files::find(from, "").unwrap() {
        let name = file.strip_prefix(from).unwrap();
        let target = if name.as_os_str().is_empty() { to.to_owned() } else { to.join(name) };
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(file, target).unwrap();
    }
}

/// Five fields of numbers, ranges, steps and stars.
pub(crate) fn is_schedule(text: &str) -> bool {
    let field = |field: &str| field.chars().all(|c| c.is_ascii_digit() || "*/,-".contains(c));
    text.split(' ').count() == 5 && text.split(' ').all(|one| !one.is_empty() && field(one))
}

/// Does the drill with these arguments, on a cloud where the rule exists and then on one where it
/// does not; folders of the schedule's machine are folders of the desk. Of the spec's variables its
/// environment has those with these names; others come from a file that the arguments name.
pub(crate) fn drills(args: &[&str], folders: &[(&str, &str)], environment: &[&str]) {
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
