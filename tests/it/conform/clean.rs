//! What a run of `bellcheck conform --live --writes` leaves that is killed, and its end.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    gate::{Act, Moment, OpenGate},
    interrupts::run_through,
    support::{Cloud, Desk, Run},
};

const WRITES: [&str; 8] =
    ["conform", "--live", "--writes", "--yes", "--force", "--region", "cn-hangzhou", "--retry-for=0s"];
const CLEAN: [&str; 5] = ["conform", "--live", "--clean", "--region", "cn-hangzhou"];

/// What the accounts hold, without what always changes.
fn accounts(cloud: &Cloud) -> Value {
    cloud.control("GET", "/_bellcheck/state", &Value::Null)["accounts"].clone()
}

/// Lists that are soon at their end.
fn start(desk: &Desk) -> Cloud {
    let keys = ["--access-key", "testAk:testSk", "--access-key", "otherAk:otherSk"];
    Cloud::start(desk, &[&keys[..], &["--switch", "group_page_size=1"]].concat())
}

fn killed(cloud: &Cloud, desk: &Desk, at: usize, moment: Moment) -> Run {
    let gate = OpenGate::new(cloud.endpoint(), at, moment, Act::Kill);
    let (code, run) = run_through(cloud, desk, &gate, &WRITES);
    assert_eq!(code, None, "killed at write {at}: {run:?}");
    run
}

fn own(value: &Value) -> usize {
    value.to_string().matches("bellcheck-conform-").count()
}

#[test]
fn killed_at_each_write_a_clean_leaves_nothing_and_a_second_one_writes_nothing() {
    let desk = Desk::new();
    let cloud = start(&desk);
    cloud.run(&desk, &["apply", "quickstart/bellcheck.yaml", "--yes"]).exits(0);
    let before = accounts(&cloud);
    let since = cloud.mark();
    cloud.run(&desk, &WRITES).exits(0);
    let makes = |operation: &str| ["Put", "Delete", "Create"].iter().any(|verb| operation.starts_with(verb));
    let count = cloud.writes(since).iter().filter(|(operation, _)| makes(operation)).count();
    assert!(count > 20, "{count}");
    let mut left = 0;
    for at in 1..=count {
        // What the last act before the kill made is known, whether it was made or not.
        let moment = if at % 2 == 0 { Moment::Before } else { Moment::After };
        killed(&cloud, &desk, at, moment);
        left += usize::from(accounts(&cloud) != before);
        let run = cloud.run(&desk, &CLEAN);
        assert_eq!(run.code, 0, "{moment:?} write {at}: {run:?}");
        assert_eq!(accounts(&cloud), before, "{moment:?} write {at}");
        let since = cloud.mark();
        cloud.run(&desk, &CLEAN).exits(0).says("nothing is left behind");
        assert_eq!(cloud.mark(), since, "{moment:?} write {at}: no call at all");
    }
    assert!(left > count / 2, "{left} of {count} kills left something");
}

#[test]
fn the_next_run_tells_what_an_earlier_one_left_and_deletes_it() {
    let desk = Desk::new();
    let cloud = start(&desk);
    let before = accounts(&cloud);
    killed(&cloud, &desk, 4, Moment::After);
    let left = own(&accounts(&cloud));
    assert!(left > 0);
    let (journal, _) = records(&desk).remove(0);
    assert!(journal.contains("\"make\""), "{journal}");
    // Reading alone changes nothing.
    let reads = ["conform", "--live", "--force", "--region", "cn-hangzhou"];
    cloud.run(&desk, &reads).exits(0);
    assert_eq!(own(&accounts(&cloud)), left);
    cloud
        .run(&desk, &WRITES)
        .exits(0)
        .says("did not come to its end")
        .says("  contact group bellcheck-conform-")
        .says("switches.yaml is written");
    assert_eq!(accounts(&cloud), before);
    cloud.run(&desk, &WRITES).exits(0).hides("did not come to its end");
}

/// The records, with their files.
fn records(desk: &Desk) -> Vec<(String, PathBuf)> {
    let files = bellcheck::files::find(&desk.path(".bellcheck/conform"), ".jsonl").unwrap();
    files.into_iter().map(|path| (fs::read_to_string(&path).unwrap(), path)).collect()
}

#[test]
fn the_record_of_another_account_is_left_alone() {
    let desk = Desk::new();
    let cloud = start(&desk);
    killed(&cloud, &desk, 4, Moment::After);
    let (held, record) = (accounts(&cloud), records(&desk));
    let since = cloud.mark();
    let other = ["--access-key-id", "otherAk", "--access-key-secret", "otherSk"];
    cloud.run(&desk, &[&CLEAN[..], &other].concat()).exits(1).says("it is of account").says("left alone");
    assert_eq!(cloud.writes(since), []);
    // A whole run of the other account leaves it alone too.
    cloud.run(&desk, &[&WRITES[..], &other].concat()).exits(0).says("left alone");
    assert_eq!(accounts(&cloud), held);
    assert!(records(&desk).contains(&record[0]));
    cloud.run(&desk, &CLEAN).exits(0).says("deleted, or never made");
    assert_eq!(own(&accounts(&cloud)), 0);
}

#[test]
fn a_record_names_nothing_but_what_its_run_made() {
    let desk = Desk::new();
    let cloud = start(&desk);
    cloud.run(&desk, &["apply", "quickstart/bellcheck.yaml", "--yes"]).exits(0);
    killed(&cloud, &desk, 4, Moment::After);
    let (text, path) = records(&desk).remove(0);
    let (head, rest) = text.split_once('\n').unwrap();
    let make = |name: &str| format!("{{\"make\":{{\"kind\":\"contact\",\"name\":\"{name}\"}}}}");
    let held = accounts(&cloud);
    for (damaged, says) in [
        (format!("{head}\n{}\n", make("duty-engineer")), "`duty-engineer` is no name of this run"),
        (format!("{head}\n{}\n", make("bellcheck-conform-other-contact")), "is no name of this run"),
        (format!("{head}\n{}\n", make("\\u001b[2J")), "`\\u{1b}[2J` is no name of this run"),
        (format!("{rest}\n"), ":1: a record begins with `begin`"),
        (format!("{head}\nbroken\n{rest}\n"), ":2: "),
        (text.replace("\"format\":1", "\"format\":2"), ":1: form 2 is of another version"),
        (text.replacen("\"region\":\"cn-hangzhou\"", "\"region\":\"x/y\"", 1), ":1: run, account and region"),
    ] {
        fs::write(&path, &damaged).unwrap();
        let since = cloud.mark();
        let run = cloud.run(&desk, &CLEAN).exits(2).says(says).says("move the file away");
        assert!(!run.all().contains('\u{1b}'), "{run:?}");
        assert_eq!(cloud.writes(since), [], "{damaged}");
        assert_eq!(accounts(&cloud), held);
    }
    // A line that was cut short tells of what was not begun.
    fs::write(&path, format!("{text}{{\"make\":{{\"kind\":\"cont")).unwrap();
    cloud.run(&desk, &CLEAN).exits(0);
    assert_eq!(own(&accounts(&cloud)), 0);
    cloud.run(&desk, &CLEAN).exits(0).says("nothing is left behind");
}

#[test]
fn what_cannot_be_deleted_stays_in_the_record_and_nothing_is_made_without_one() {
    let desk = Desk::new();
    let cloud = start(&desk);
    let stuck = json!({"rules": [{"operation": "DeleteContactGroup", "error": "Forbidden.RAM"}]});
    cloud.control("PUT", "/_bellcheck/faults", &stuck);
    cloud.run(&desk, &WRITES).exits(4).says("not deleted: contact group").says("conform --live --clean`");
    cloud.run(&desk, &CLEAN).exits(4).says("not deleted: contact group").says("Forbidden.RAM");
    cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": []}));
    cloud.run(&desk, &CLEAN).exits(0);
    assert_eq!(own(&accounts(&cloud)), 0);

    let since = cloud.mark();
    desk.write("a-file", "");
    for (folder, told) in
        [("a-file/below", "cannot read what earlier runs made"), ("/proc/nowhere", "cannot be written down")]
    {
        let args = [&WRITES[..], &["--journal", folder]].concat();
        cloud.run(&desk, &args).exits(2).says(told).says("--journal");
    }
    assert_eq!(cloud.writes(since), []);
    desk.run(&["conform", "--live", "--clean", "--writes"]).exits(2);
    desk.run(&["conform", "--clean"]).exits(2);
}
