//! Inputs that are no files: refused with their name and kind, and never waited on. And too few open files.

#![cfg(unix)]

use std::{
    io::Write as _,
    os::unix::net::UnixListener,
    path::Path,
    process::{Command, Stdio},
};

use crate::support::{Cloud, Desk, Run, outcome};

const SCENARIO: &str = "quickstart/scenarios/stop-instance.yaml";

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Under these names: a pipe, a socket, a folder, and a device.
fn odd(desk: &Desk) -> ([(&'static str, &'static str); 4], UnixListener) {
    pipe(&desk.path("pipe.yaml"));
    let socket = UnixListener::bind(desk.path("socket.yaml")).unwrap();
    std::fs::create_dir(desk.path("folder.yaml")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", desk.path("zero.yaml")).unwrap();
    let kinds = [
        ("pipe.yaml", "it is a named pipe (FIFO)"),
        ("socket.yaml", "it is a socket"),
        ("folder.yaml", "it is a directory"),
        ("zero.yaml", "it is a character device"),
    ];
    (kinds, socket)
}

#[test]
fn what_is_no_file_is_refused_as_every_input() {
    let desk = Desk::new();
    let (kinds, _socket) = odd(&desk);
    let base = "quickstart/bellcheck.yaml";
    for (name, kind) in kinds {
        for args in [
            &["validate", base, "--var-file", name][..],
            &["test", SCENARIO, "--template", name],
            &["test", SCENARIO, "--backend", "live", "--binds", name],
            &["send", "--spec", base, "--robot", "ops", "--dry-run", "--message", name],
            &["send", "--spec", base, "--robot", "ops", "--dry-run", "--title", "t", "--markdown", name],
            &["emulator", "--listen", "127.0.0.1:0", "--template", name],
            &["conform", name],
            &["relay", "--spec", base, "--spool", "spool", "--forward", &format!("ops=@{name}")],
            &["relay", "--spec", base, "--spool", "spool", "--tls-cert", name, "--tls-key", name],
            &["fleet", "plan", name],
            &["report", "merge", name],
        ] {
            let run = desk.run(args);
            // A command may know a better use of a folder, or not know the flag: then the test is wrong.
            assert!(!run.stderr.contains("Usage:"), "{args:?}: {}", run.stderr);
            if name == "folder.yaml" && matches!(args[0], "conform") {
                continue;
            }
            run.exits(2).says(name).says(kind);
        }
        // As a spec or a scenario a folder is looked through.
        if name != "folder.yaml" {
            for args in [&["validate", name][..], &["test", name], &["plan", name], &["doctor", name]] {
                desk.run(args).exits(2).says(name).says(kind);
            }
        }
        desk.run(&["emulator", "--listen", "127.0.0.1:0", "--state", name]).exits(2).says(name).says(kind);
        let variable = "ALIBABA_CLOUD_CREDENTIALS_FILE";
        desk.run_with(&[(variable, name)], &["plan", base]).exits(2).says(name).says(kind);
    }
}

#[test]
fn what_is_no_file_is_refused_where_another_file_names_it() {
    let desk = Desk::new();
    let (kinds, _socket) = odd(&desk);
    for (name, kind) in kinds {
        desk.write("a/spec.yaml", &format!("include: [../{name}]\nstack: a\nregion: cn-hangzhou\n"));
        desk.run(&["validate", "a/spec.yaml"]).exits(1).says(name).says(kind);
        desk.write("a/scenario.yaml", &format!("name: a\nspec: ../{name}\nsteps: []\n"));
        desk.run(&["validate", "a/scenario.yaml"]).exits(1).says(name).says(kind);
    }
    let snapshot = desk.path("quickstart/fixtures/stop-instance.stopping.snap");
    std::fs::remove_file(&snapshot).unwrap();
    pipe(&snapshot);
    desk.run(&["test", SCENARIO]).exits(3).says("stopping.snap").says("it is a named pipe (FIFO)");
}

#[test]
fn a_pipe_in_a_folder_is_never_waited_on() {
    let desk = Desk::new();
    pipe(&desk.path("quickstart/scenarios/p.yaml"));
    for command in ["test", "validate"] {
        desk.run(&[command, "quickstart"]).exits(2).says("p.yaml").says("it is a named pipe (FIFO)");
    }
    let desk = Desk::new();
    pipe(&desk.path("quickstart/fixtures/p.snap.new"));
    desk.run(&["review", "quickstart", "--list"]).says("p.snap.new").says("it is a named pipe (FIFO)");
}

/// With a text on its standard input.
fn fed(desk: &Desk, args: &[&str], text: &str) -> Run {
    let mut command = desk.command();
    let mut child = command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    outcome(child)
}

#[test]
fn a_pipe_that_was_handed_over_open_is_read() {
    let desk = Desk::new();
    let message = r#"{"msgtype": "text", "text": {"content": "CloudMonitor"}}"#;
    for path in ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
        let args = ["send", "--spec", "quickstart", "--robot", "ops", "--dry-run", "--message", path];
        fed(&desk, &args, message).exits(0).says("\"content\": \"CloudMonitor\"");
    }
}

/// The program, with at most so many open files.
fn limited(desk: &Desk, cloud: &Cloud, files: u32, args: &[&str]) -> Run {
    let program = env!("CARGO_BIN_EXE_bellcheck");
    let mut command = desk.foreign("sh");
    command
        .args(["-c", &format!("ulimit -n {files}; exec \"$@\""), "sh", program])
        .args(args)
        .env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk")
        .env("BELLCHECK_ENDPOINT", cloud.endpoint());
    outcome(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

#[test]
fn too_few_open_files_are_an_error_and_no_panic() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let mut refused = 0;
    for files in 4..26 {
        for args in [
            &["test", SCENARIO, "--jobs", "4"][..],
            &["apply", "quickstart", "--yes"],
            // Neither begins: the first because of its state, the second because of its target.
            &["emulator", "--listen", "127.0.0.1:0", "--state", "quickstart"],
            &[
                "relay",
                "--spec",
                "quickstart",
                "--listen",
                "127.0.0.1:0",
                "--spool",
                "quickstart/bellcheck.yaml",
            ],
        ] {
            let run = limited(&desk, &cloud, files, args);
            let all = run.all();
            assert!(!all.contains("panicked") && run.code != 101, "{files} {args:?}: {all}");
            refused += usize::from(all.contains("Too many open files"));
            assert!(
                run.code == 0 || run.stderr.len() + run.stdout.len() > 20,
                "{files} {args:?} says nothing"
            );
        }
    }
    assert!(refused > 10, "the limits were too high to be felt");
}
