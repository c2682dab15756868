//! Where files go that a user names: through links, into pipes and devices, beside what is there.
#![cfg(unix)]

use std::{
    fs,
    io::Read as _,
    os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink},
    path::Path,
    process::{Command, Stdio},
};

use crate::support::{Cloud, Desk, Run, outcome};

const SCENARIO: &str = "quickstart/scenarios/stop-instance.yaml";

fn test(desk: &Desk, more: &[&str]) -> Run {
    desk.run_with(&[("CI", "true")], &[&["test", SCENARIO], more].concat())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn a_report_goes_through_links_and_keeps_mode_and_owner() {
    let desk = Desk::new();
    desk.write("deep/real", "old");
    fs::set_permissions(desk.path("deep/real"), fs::Permissions::from_mode(0o664)).unwrap();
    symlink("deep/real", desk.path("one")).unwrap();
    symlink("one", desk.path("two")).unwrap();
    symlink("deep/new", desk.path("dangling")).unwrap();
    let owned = std::os::unix::fs::chown(desk.path("deep/real"), Some(65532), Some(65532)).is_ok();
    // As a unit of systemd with UMask=0077 does.
    let shell = "umask 077; exec \"$0\" test \"$1\" --metrics two --junit dangling --tap fresh";
    let mut command = desk.foreign("sh");
    command.env("CI", "true").args(["-c", shell, env!("CARGO_BIN_EXE_bellcheck"), SCENARIO]);
    Run::of(command.output().unwrap()).exits(0);
    for link in ["one", "two", "dangling"] {
        assert!(fs::symlink_metadata(desk.path(link)).unwrap().is_symlink(), "{link}");
    }
    assert!(desk.read("deep/real").starts_with("# HELP ") && desk.read("deep/new").starts_with("<?xml"));
    assert_eq!((mode(&desk.path("deep/real")), mode(&desk.path("fresh"))), (0o664, 0o600));
    if owned {
        let found = fs::metadata(desk.path("deep/real")).unwrap();
        assert_eq!((found.uid(), found.gid()), (65532, 65532));
    }
    // A collector of metrics is another user.
    let mut command = desk.foreign("sh");
    let shell = "umask 077; exec \"$0\" test \"$1\" --metrics new.prom";
    command.env("CI", "true").args(["-c", shell, env!("CARGO_BIN_EXE_bellcheck"), SCENARIO]);
    Run::of(command.output().unwrap()).exits(0);
    assert_eq!(mode(&desk.path("new.prom")), 0o644);
    test(&desk, &["--tap", "usual"]).exits(0);
    assert_eq!(mode(&desk.path("usual")), 0o644);
    // Nothing temporary is left.
    let names: Vec<_> =
        fs::read_dir(desk.path("deep")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn one_place_of_several_names_takes_one_report() {
    let desk = Desk::new();
    desk.write("real", "old");
    symlink("real", desk.path("link")).unwrap();
    symlink("missing", desk.path("dangling")).unwrap();
    fs::hard_link(desk.path("real"), desk.path("hard")).unwrap();
    for (one, two) in [
        ("real", "link"),
        ("real", "hard"),
        ("./missing", "dangling"),
        ("-", "-"),
        ("-", "/dev/stdout"),
        ("/dev/stdout", "/proc/self/fd/1"),
        ("a", "./a"),
    ] {
        test(&desk, &["--junit", one, "--tap", two]).exits(2).says("two reports would be written to");
    }
    test(&desk, &["--junit", "quickstart"]).exits(2).says("it is a folder");
    // No report goes over what is read.
    let before = desk.read(SCENARIO);
    for file in [SCENARIO, "quickstart/bellcheck.yaml"] {
        test(&desk, &["--json", file]).exits(2).says("which is no report");
    }
    assert_eq!(desk.read(SCENARIO), before);
    for _ in 0..2 {
        test(&desk, &["--tap", "tap.yaml"]).exits(0);
    }
    // A file of two names is one file afterwards, too.
    test(&desk, &["--tap", "hard"]).exits(0);
    assert!(desk.read("real").starts_with("TAP version 14"));
}

#[test]
fn a_report_on_standard_output_is_all_that_is_there() {
    let desk = Desk::new();
    let file = test(&desk, &["--tap", "o.tap"]).exits(0);
    assert!(file.stdout.contains("1 scenario: 1 passed"));
    for name in ["-", "/dev/stdout", "/proc/self/fd/1", "/dev/fd/1"] {
        let run = test(&desk, &["--tap", name]).exits(0);
        assert_eq!(run.stdout, desk.read("o.tap"), "{name}");
        assert!(run.stderr.contains("1 scenario: 1 passed"), "{}", run.stderr);
    }
    // Where standard output is a file, it is added to, and never replaced.
    let shell = "echo head > out; { \"$0\" test \"$1\" --tap /dev/stdout; echo tail; } >> out 2>/dev/null";
    let mut command = desk.foreign("sh");
    command.env("CI", "true").args(["-c", shell, env!("CARGO_BIN_EXE_bellcheck"), SCENARIO]);
    Run::of(command.output().unwrap()).exits(0);
    assert_eq!(desk.read("out"), format!("head\n{}tail\n", desk.read("o.tap")));
    // A run that cannot begin speaks there as well.
    let run = desk.run(&["test", "nowhere", "--tap", "-"]).exits(2);
    assert!(run.stdout.starts_with("TAP version 14\n1..1\nnot ok 1"), "{run:?}");
    // Another open file of the caller's, which is not replaced either.
    let shell = "\"$0\" test \"$1\" --tap /dev/fd/3 3> three >/dev/null";
    let mut command = desk.foreign("sh");
    command.env("CI", "true").args(["-c", shell, env!("CARGO_BIN_EXE_bellcheck"), SCENARIO]);
    Run::of(command.output().unwrap()).exits(0);
    assert_eq!(desk.read("three"), desk.read("o.tap"));
}

#[test]
fn a_pipe_and_a_device_are_written_into_and_stay_what_they_are() {
    let desk = Desk::new();
    test(&desk, &["--html", "o.html"]).exits(0);
    let pipe = desk.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut reader = Command::new("cat").arg(&pipe).stdout(Stdio::piped()).spawn().unwrap();
    test(&desk, &["--html", "pipe"]).exits(0);
    let mut text = String::new();
    reader.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    reader.wait().unwrap();
    assert_eq!(crate::support::timeless(&text), crate::support::timeless(&desk.read("o.html")));
    assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
    // Nobody reads: that is said, and nothing hangs for ever.
    test(&desk, &["--tap", "pipe", "--json", "o.jsonl"])
        .exits(2)
        .says("nobody has read from it for 10 seconds");
    assert!(desk.read("o.jsonl").contains("run_finished"));
    // A device of our own; the machine's is never used for this.
    let null = desk.path("null");
    if !Command::new("mknod").arg(&null).args(["c", "1", "3"]).status().is_ok_and(|status| status.success()) {
        crate::outside::not_judged("a device", "this user may not make one");
        return;
    }
    test(&desk, &["--tap", "null"]).exits(0);
    assert!(fs::symlink_metadata(&null).unwrap().file_type().is_char_device());
    let full = desk.path("full");
    assert!(Command::new("mknod").arg(&full).args(["c", "1", "7"]).status().unwrap().success());
    let run = test(&desk, &["--tap", "full", "--json", "o.jsonl"]).exits(2);
    run.says("a report could not be written: full").says("1 passed");
    assert!(fs::symlink_metadata(&full).unwrap().file_type().is_char_device());
}

#[test]
fn a_folder_that_cannot_be_written_does_not_keep_a_file_from_it() {
    let desk = Desk::new();
    desk.write("mounted/r.tap", "old");
    desk.write("other", "mounted over it");
    let bound = ["--bind", &desk.path("other").display().to_string()].map(str::to_owned);
    let target = desk.path("mounted/r.tap");
    // What is mounted cannot be renamed over, as in a container.
    if !Command::new("mount").args(&bound).arg(&target).output().is_ok_and(|output| output.status.success()) {
        crate::outside::not_judged("a file that is mounted", "this user may not mount one");
        return;
    }
    let run = test(&desk, &["--tap", "mounted/r.tap"]);
    let text = desk.read("mounted/r.tap");
    assert!(Command::new("umount").arg(&target).status().unwrap().success());
    run.exits(0);
    assert!(text.starts_with("TAP version 14") && desk.read("other") == text, "{text}");
}

#[test]
fn every_file_that_a_user_names_goes_by_the_same_rules() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let spec = "quickstart/bellcheck.yaml";
    let plan = cloud.run(&desk, &["plan", spec, "--out", "-"]).exits(0);
    let value: serde_json::Value = serde_json::from_str(&plan.stdout).unwrap();
    assert!(value.is_object() && plan.stderr.contains("to create"), "{}", plan.stderr);
    symlink("real.plan", desk.path("link.plan")).unwrap();
    cloud.run(&desk, &["plan", spec, "--out", "link.plan"]).exits(0);
    assert!(fs::symlink_metadata(desk.path("link.plan")).unwrap().is_symlink());
    cloud.run(&desk, &["apply", "link.plan", "--yes"]).exits(0);
    let import = cloud
        .run(&desk, &["import", "--region", "cn-hangzhou", "--stack", "ecs-ops", "--out", "/dev/stdout"]);
    assert!(import.code == 0 && import.stdout.contains("rules:"), "{import:?}");
    assert!(import.stdout.lines().next().unwrap().starts_with(['#', 's']), "{}", import.stdout);
    // The port of a server, to whoever started it.
    let child = desk
        .command()
        .args(["emulator", "--listen", "127.0.0.1:0", "--port-file", "/dev/stdout"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.unwrap();
    let mut first = [0; 5];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert!(first.iter().all(u8::is_ascii_digit), "{first:?}");
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    outcome(child).exits(0).says("listening on http://127.0.0.1:");
}

#[test]
fn what_standard_output_does_not_take_is_no_success() {
    let desk = Desk::new();
    let full = desk.path("full");
    if !Command::new("mknod").arg(&full).args(["c", "1", "7"]).status().is_ok_and(|status| status.success()) {
        crate::outside::not_judged("a device that is full", "this user may not make one");
        return;
    }
    let run = |args: &[&str]| {
        let mut command = desk.command();
        command
            .args(args)
            .stdout(fs::OpenOptions::new().write(true).open(&full).unwrap())
            .stderr(Stdio::piped());
        Run::of(command.output().unwrap())
    };
    for args in [
        &["schema", "spec"][..],
        &["events"],
        &["validate", "quickstart"],
        &["--help"],
        &["--version"],
        &["test", SCENARIO],
    ] {
        run(args).exits(2).says("the output is not whole: stdout cannot be written: No space left on device");
    }
    // An answer stays one.
    run(&["test", SCENARIO, "--var", "unused=1", "--filter", "none()"]).exits(2).hides("not whole");
    // Whoever has read enough goes away.
    let mut command = desk.foreign("sh");
    command.args(["-c", "{ \"$0\" events; echo $? >&2; } | head -1", env!("CARGO_BIN_EXE_bellcheck")]);
    let said = Run::of(command.output().unwrap()).stderr;
    assert_eq!(said.lines().last(), Some("0"), "{said}");
}
