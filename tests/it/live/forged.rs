//! What a sweep does on the word of a file: nothing that a run might not do.

use std::{fs, path::PathBuf};

use bellcheck::{
    api::ecs::{CreateSimulatedSystemEvents, Tag, TagResources},
    clock::{Clock as _, SystemClock, Timestamp},
};
use serde_json::{Value, json};

use super::{
    stage::{ACCOUNT, Stage},
    sweep::{open_events, run, stage as acts, until},
};
use crate::support::{Cloud, Desk, Run, outcome};

const ALLOWED: fn() -> Value = || json!({"bellcheck": "allowed"});

/// A cloud by the machine's clock, and a desk where somebody wrote a journal.
struct Scene {
    desk: Desk,
    cloud: Cloud,
}

impl Scene {
    fn new() -> Self {
        let desk = Desk::new();
        let cloud = Cloud::start(&desk, &[]);
        Self { desk, cloud }
    }

    fn instance(&self, name: &str, state: &str, tags: &Value) -> String {
        let body = json!({"name": name, "region": "cn-hangzhou", "state": state, "tags": tags});
        let answer = self.cloud.control("POST", "/_bellcheck/instances", &body);
        answer["id"].as_str().unwrap().to_owned()
    }

    /// A journal with these acts, begun and written at that instant.
    fn journal(&self, name: &str, at: Timestamp, account: &str, acts: &[Value]) -> PathBuf {
        let mut text =
            json!({"begin": {"format": 1, "tool": "bellcheck 0.1.0", "at": at, "account": account}})
                .to_string();
        for line in acts {
            text.push_str(&format!("\n{line}"));
        }
        self.desk.write(&format!(".bellcheck/live/{name}.jsonl"), &format!("{text}\n"));
        self.desk.path(&format!(".bellcheck/live/{name}.jsonl"))
    }

    fn sweep(&self, args: &[&str]) -> Run {
        let args = [&["sweep"], args].concat();
        self.cloud.run(&self.desk, &args)
    }

    /// Sweeps in every way, and asserts that nothing is touched and the cause is named.
    #[track_caller]
    fn leaves_alone(&self, code: i32, why: &str) {
        let journals = self.journals();
        let mark = self.cloud.mark();
        for args in [&[][..], &["--yes"], &["--dry-run"]] {
            self.sweep(args).exits(code).says("left alone").says(why);
        }
        let writes = self.cloud.writes(mark);
        assert!(writes.is_empty(), "{why}: it called {writes:?}");
        assert_eq!(self.journals(), journals, "{why}: a journal was changed");
    }

    fn journals(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = fs::read_dir(self.desk.path(".bellcheck/live")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = paths
            .filter(|path| fs::symlink_metadata(path).unwrap().is_file())
            .filter(|path| fs::metadata(path).unwrap().len() < 1_000_000)
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    }
}

fn now() -> Timestamp {
    SystemClock.now()
}

fn act(number: u64, instance: &str, was: &str) -> Value {
    json!({"act": {"number": number, "at": now(), "scenario": "a.yaml: A", "line": 6, "act": "start prod-1",
        "on": {"instance": instance, "name": "web-1", "region": "cn-hangzhou", "was": was}}})
}

#[test]
fn an_instance_without_the_tag_is_named_and_left_alone() {
    for tags in [json!({}), json!({"bellcheck": "no"}), json!({"Bellcheck": "allowed"})] {
        let scene = Scene::new();
        let id = scene.instance("prod-1", "Running", &tags);
        scene.journal("x", now(), ACCOUNT, &[act(1, &id, "Stopped")]);
        scene.leaves_alone(1, "it does not carry the tag `bellcheck=allowed`");
        scene.sweep(&["--yes"]).exits(1).says(&id).says("it is named prod-1");
    }
}

#[test]
fn what_was_to_be_released_needs_its_own_tag() {
    let scene = Scene::new();
    let id = scene.instance("prod-1", "Running", &ALLOWED());
    let mut release = act(1, &id, "Stopped");
    release["act"]["releases"] = json!(true);
    scene.journal("x", now(), ACCOUNT, &[release]);
    scene.leaves_alone(1, "it does not carry the tag `bellcheck-release=allowed`");
}

#[test]
fn somebody_must_agree_to_a_sweep() {
    let scene = Scene::new();
    let id = scene.instance("test-1", "Stopped", &ALLOWED());
    scene.journal("x", now(), ACCOUNT, &[act(1, &id, "Running")]);
    let mark = scene.cloud.mark();
    let asked = scene.sweep(&[]).exits(2).says("nobody can be asked here").says("--yes");
    let dry = scene.sweep(&["--dry-run"]).exits(1);
    for run in [asked, dry] {
        run.says(&format!("Account {ACCOUNT}, {}", scene.cloud.endpoint()))
            .says("credentials from")
            .says("web-1")
            .says("to be Running again")
            .says("it is Stopped, named test-1 in cn-hangzhou: start it");
    }
    assert!(scene.cloud.writes(mark).is_empty());
}

#[test]
fn a_journal_is_believed_only_as_far_as_it_can_be_true() {
    let scene = Scene::new();
    let tagged = scene.instance("test-1", "Running", &ALLOWED());
    let hour = |hours: i64| now() + jiff::SignedDuration::from_hours(hours);
    let one = |at: Timestamp, account: &str, acts: &[Value]| {
        fs::remove_dir_all(scene.desk.path(".bellcheck")).ok();
        scene.journal("x", at, account, acts)
    };
    let dated = |at: Timestamp| {
        let mut act = act(1, &tagged, "Stopped");
        act["act"]["at"] = json!(at);
        act
    };
    one(now(), "2000000000000002", &[act(1, &tagged, "Stopped")]);
    scene.leaves_alone(1, "it is of account 2000000000000002");
    one(hour(2), ACCOUNT, &[dated(hour(2))]);
    scene.leaves_alone(1, "check the clock of this machine");
    one(hour(-9 * 24), ACCOUNT, &[dated(hour(-9 * 24))]);
    scene.leaves_alone(1, "9d ago");
    scene.sweep(&["--dry-run", "--max-age", "10d"]).exits(1).says("stop it").hides("left alone");
    one(now(), ACCOUNT, &[act(1, "i-bp0000000000000000", "Stopped")]);
    scene.leaves_alone(1, "there is no such instance in region cn-hangzhou");
    let mut elsewhere = act(1, &tagged, "Stopped");
    elsewhere["act"]["on"]["region"] = json!("cn-beijing");
    one(now(), ACCOUNT, &[elsewhere]);
    scene.leaves_alone(1, "there is no such instance in region cn-beijing");

    // The file of the run says which accounts may be touched, and options too.
    one(now(), ACCOUNT, &[act(1, &tagged, "Stopped")]);
    scene.desk.write("binds.yaml", "allow_accounts: [\"2000000000000002\"]\n");
    scene.leaves_alone(1, "account 1000000000000001 may not be touched: only 2000000000000002 may");
    scene.sweep(&["--dry-run", "--allow-account", ACCOUNT]).exits(1).hides("left alone");
    scene.desk.write("binds.yaml", "");

    // Of two that disagree, nobody knows which one is right.
    scene.journal("y", now(), ACCOUNT, &[act(1, &tagged, "Running")]);
    scene.leaves_alone(1, "says otherwise how it was before");
}

#[test]
fn what_no_run_can_have_written_is_an_error_that_names_the_line() {
    let scene = Scene::new();
    let tagged = scene.instance("test-1", "Running", &ALLOWED());
    for (from, to, why) in [
        ("\"was\":\"Stopped\"", "\"was\":\"Deleted\"", "`Deleted` is no state"),
        ("\"was\":\"Stopped\"", "\"was\":\"Stopped\",\"stopped_mode\":\"Never\"", "`Never` is no mode"),
        ("cn-hangzhou", "evil.example.com#", "`evil.example.com#` is no region"),
        ("\"instance\":\"i-", "\"instance\":\"x-", "is no id of an instance"),
    ] {
        let path = scene.journal("x", now(), ACCOUNT, &[act(1, &tagged, "Stopped")]);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(&path, text.replace(from, to)).unwrap();
        scene.leaves_alone(2, why);
        scene.sweep(&["--yes"]).exits(2).says("x.jsonl:2: ");
    }
}

#[cfg(unix)]
#[test]
fn files_that_anybody_can_have_put_there_are_not_read() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let scene = Scene::new();
    let tagged = scene.instance("test-1", "Running", &ALLOWED());
    let path = scene.journal("x", now(), ACCOUNT, &[act(1, &tagged, "Stopped")]);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    scene.leaves_alone(2, "every user of this machine can write to it");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let away = scene.desk.path("away.jsonl");
    fs::rename(&path, &away).unwrap();
    symlink(&away, &path).unwrap();
    scene.leaves_alone(2, "it is a link");
    fs::remove_file(&path).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    scene.leaves_alone(2, "it is no regular file");
    fs::remove_file(&path).unwrap();
    fs::File::create(&path).unwrap().set_len(65 * 1024 * 1024).unwrap();
    scene.leaves_alone(2, "it has more than 64 MiB");
    // A bad file keeps nobody from a good one.
    fs::rename(&away, scene.desk.path(".bellcheck/live/y.jsonl")).unwrap();
    scene.sweep(&["--dry-run"]).exits(2).says("y.jsonl").says("stop it");
}

#[test]
fn a_journal_that_was_cut_is_swept_by_its_whole_lines() {
    let scene = Scene::new();
    let id = scene.instance("test-1", "Stopped", &ALLOWED());
    let mut first = act(1, &id, "Running");
    // What may stand in a name takes more than a byte.
    first["act"]["scenario"] = json!("停机.yaml: 停机告警");
    let answered = json!({"answered": {"number": 1, "said": "x"}});
    let restored = json!({"restored": {"instance": id, "at": now()}});
    let path = scene.journal("x", now(), ACCOUNT, &[first, answered, restored]);
    let whole = fs::read(&path).unwrap();
    let ends: Vec<usize> =
        whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place + 1).collect();
    let inside: Vec<usize> =
        whole.iter().enumerate().filter(|(_, byte)| **byte >= 0x80).map(|(place, _)| place).take(4).collect();
    let cuts = ends.iter().flat_map(|end| [end - 1, *end, end + 1]).chain(inside).chain([0, 1, 20]);
    for cut in cuts.filter(|cut| *cut <= whole.len()) {
        fs::write(&path, &whole[..cut]).unwrap();
        let lines = ends.iter().filter(|end| **end <= cut).count();
        let run = scene.sweep(&["--dry-run"]);
        if (2..4).contains(&lines) {
            run.exits(1).says("web-1").says("to be Running again").says("start it");
        } else {
            run.exits(0).says("nothing is left to undo");
        }
        assert_eq!(fs::read(&path).unwrap(), &whole[..cut], "somebody only looked at it");
    }
    // A whole line that cannot be read is no end of the matter.
    for (from, to, line) in
        [("{\"answered\"", "{answered", 3), ("{\"begin\"", "{begin", 1), ("\"on\":{", "\"on\":[", 2)]
    {
        fs::write(&path, String::from_utf8_lossy(&whole).replacen(from, to, 1)).unwrap();
        scene.leaves_alone(2, &format!("x.jsonl:{line}: "));
    }
}

#[test]
fn only_events_that_the_run_can_have_made_are_canceled() {
    let stage = Stage::new();
    let tagged = stage.write_binds();
    let binds = fs::read_to_string(tagged).unwrap();
    let own = binds.split_once("web-1: ").unwrap().1.split(' ').next().unwrap().to_owned();
    let foreign = stage.instance("prod-1", "Running", json!({}));
    let simulate = |id: &str, kind: &str| {
        let not_before = (stage.now_there() + jiff::SignedDuration::from_hours(48)).to_string();
        let call = CreateSimulatedSystemEvents {
            region_id: "cn-hangzhou".to_owned(),
            event_type: kind.to_owned(),
            instance_id: vec![id.to_owned()],
            not_before: format!("{}Z", not_before.split(['.', 'Z']).next().unwrap()),
            ..Default::default()
        };
        stage.call(&call).event_id_set.event_id.remove(0)
    };
    let (reboot, failure) = ("SystemMaintenance.Reboot", "SystemFailure.Redeploy");
    let theirs = [simulate(&foreign, reboot), simulate(&own, failure)];
    let before = simulate(&own, reboot);
    // The clocks of the two sides may differ by five minutes.
    until("a later act", || stage.now_there() > now() + jiff::SignedDuration::from_mins(11));
    let begun = stage.now_there() - jiff::SignedDuration::from_mins(4);
    let ours = simulate(&own, reboot);
    let scene_act = json!({"act": {"number": 1, "at": begun, "scenario": "a.yaml: A", "line": 6,
        "act": "simulate", "on": {"instance": own, "name": "web-1", "region": "cn-hangzhou", "was": "Running"},
        "simulates": reboot}});
    let ids = [&theirs[0], &theirs[1], &before, &ours];
    let answered = json!({"answered": {"number": 1, "said": "x", "events": ids}});
    let begin = json!({"begin": {"format": 1, "tool": "x", "at": begun, "account": ACCOUNT}});
    stage.desk.write(".bellcheck/live/x.jsonl", &format!("{begin}\n{scene_act}\n{answered}\n"));
    let mark = stage.cloud.mark();
    let mut command = stage.command();
    command.args(["sweep", "--yes", "--binds", "binds.yaml"]);
    Run::of(command.output().unwrap()).exits(0).says(&format!("cancel {ours}"));
    let writes = stage.cloud.writes(mark);
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert_eq!(writes[0].0, "CancelSimulatedSystemEvents");
    assert!(writes[0].1.to_string().contains(&ours), "{writes:?}");
    for id in ids.into_iter().filter(|id| **id != ours) {
        assert!(!writes[0].1.to_string().contains(id.as_str()), "{writes:?}");
    }
    assert_eq!(open_events(&stage), 3);
}

#[test]
fn an_instance_that_loses_its_tag_during_a_run_is_touched_no_more_but_brought_back() {
    let stage = acts();
    let child = run(&stage, &["--no-guard"]);
    until("an instance that was touched", || stage.state("web-1") != "Running");
    let binds = stage.desk.read("binds.yaml");
    let id = binds.split_once("web-1: ").unwrap().1.split(' ').next().unwrap();
    stage.call(&TagResources {
        region_id: "cn-hangzhou".to_owned(),
        resource_type: "instance".to_owned(),
        resource_id: vec![id.to_owned()],
        tag: vec![Tag { key: "bellcheck".to_owned(), value: Some("no".to_owned()) }],
    });
    let run = outcome(child).exits(3).says("instance `web-1`").says("is not touched any more");
    run.says("it does not carry the tag `bellcheck=allowed`").says("undone: web-1: it is Running");
    assert_eq!(stage.state("web-1"), "Running");
}
