//! `bellcheck emulator --state FILE`: what was acknowledged is there, however the process ended.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bellcheck::{
    api::{
        cloudmonitor::{Channels, DeleteContact, DescribeContactList, PutContact},
        ecs::{DescribeInstances, RunInstances},
    },
    clock::{BoxFuture, Clock, SystemClock, Timestamp},
    openapi::{
        Client, Credentials, Endpoints, ErrorKind, HttpRequest, RandomNonce, ReqwestTransport, Transport as _,
    },
};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::{Cloud, Desk, Run};

/// A virtual clock's first instant.
#[derive(Debug)]
struct NewYear;

impl Clock for NewYear {
    fn now(&self) -> Timestamp {
        "2026-01-01T00:00:00+08:00".parse().unwrap()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn clock(kind: &str) -> Arc<dyn Clock> {
    if kind == "virtual" { Arc::new(NewYear) } else { Arc::new(SystemClock) }
}

fn client(cloud: &Cloud, kind: &str) -> Client {
    let credentials = Credentials {
        access_key_id: "testAk".to_owned(),
        access_key_secret: "testSk".into(),
        security_token: None,
    };
    Client::new(
        Arc::new(ReqwestTransport::new().unwrap()),
        Endpoints::new("cn-hangzhou", Some(&cloud.endpoint())).unwrap(),
        credentials,
        clock(kind),
        Arc::new(RandomNonce),
    )
    .plain()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn put(name: &str, describe: &str) -> PutContact {
    let url = format!("https://oapi.dingtalk.com/robot/send?access_token={name}");
    PutContact {
        contact_name: name.to_owned(),
        describe: describe.to_owned(),
        lang: None,
        channels: Channels { ding_web_hook: Some(url), ..Channels::default() },
    }
}

/// Names and descriptions of all contacts, page by page.
async fn contacts(client: &Client) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for page in 1.. {
        let answer = client
            .call(&DescribeContactList {
                page_number: Some(page),
                page_size: Some(1000),
                ..DescribeContactList::default()
            })
            .await
            .unwrap();
        all.extend(answer.contacts.contact.into_iter().map(|contact| (contact.name, contact.desc)));
        if all.len() as u64 >= answer.total.unwrap() {
            break;
        }
    }
    all
}

/// What was acknowledged (None: a deletion), and the names whose last call was not answered.
#[derive(Default)]
struct Ledger {
    acknowledged: BTreeMap<String, Option<String>>,
    open: BTreeSet<String>,
}

impl Ledger {
    /// Compares with what is there. A call without an answer may have happened or not; which one it
    /// was is settled here.
    fn check(&mut self, there: &BTreeMap<String, String>) {
        for name in std::mem::take(&mut self.open) {
            self.acknowledged.insert(name.clone(), there.get(&name).cloned());
        }
        let wanted: BTreeMap<&String, &String> = self
            .acknowledged
            .iter()
            .filter_map(|(name, describe)| Some((name, describe.as_ref()?)))
            .collect();
        let missing: Vec<_> = wanted.iter().filter(|(name, text)| there.get(**name) != Some(text)).collect();
        assert!(
            missing.is_empty(),
            "acknowledged and lost: {} of {}: {missing:?}",
            missing.len(),
            wanted.len()
        );
        let risen: Vec<_> = there.keys().filter(|name| !wanted.contains_key(name)).collect();
        assert!(risen.is_empty(), "deleted and back again: {risen:?}");
    }
}

const WRITERS: usize = 48;

/// Writes numbers from `next` until there are `writes`, or until the emulator is gone.
async fn write(
    client: Client,
    ledger: Arc<Mutex<Ledger>>,
    next: Arc<AtomicUsize>,
    done: Arc<AtomicUsize>,
    writes: usize,
    alarm: (usize, Arc<Notify>),
) -> bool {
    let mut last = None;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= writes {
            return true;
        }
        // Every tenth write deletes what this writer wrote before it.
        let (name, describe) = match last.take() {
            Some(name) if number.is_multiple_of(10) => (name, None),
            _ => (format!("c{number:05}"), Some(format!("write {number}"))),
        };
        ledger.lock().unwrap().open.insert(name.clone());
        let outcome = match &describe {
            Some(describe) => client.call(&put(&name, describe)).await.map(drop),
            None => client.call(&DeleteContact { contact_name: name.clone() }).await.map(drop),
        };
        if let Err(error) = outcome {
            assert_eq!(error.kind, ErrorKind::Transport, "{error}");
            return false;
        }
        let mut ledger = ledger.lock().unwrap();
        ledger.open.remove(&name);
        last = describe.is_some().then(|| name.clone());
        ledger.acknowledged.insert(name, describe);
        if done.fetch_add(1, Ordering::Relaxed) == alarm.0 {
            alarm.1.notify_one();
        }
    }
}

/// Several writers, and a SIGKILL at some moment of each part but the last; after each the file
/// opens and holds what was acknowledged.
fn killed_while_writing(kind: &str, writes: usize, kills: usize) {
    let desk = Desk::new();
    let args = ["--clock", kind, "--state", "world.state"];
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let (next, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    for part in 1..=kills + 1 {
        let cloud = Cloud::start(&desk, &args);
        let random = RandomState::new().build_hasher().finish() as usize;
        let span = writes / (kills + 1);
        let moment = (part - 1) * span + span / 4 + random % (span / 2);
        let finished = block_on(async {
            let client = client(&cloud, kind);
            let there = contacts(&client).await;
            ledger.lock().unwrap().check(&there);
            let moment_came = Arc::new(Notify::new());
            let alarm = (moment, moment_came.clone());
            let writers: Vec<_> = (0..WRITERS)
                .map(|_| {
                    tokio::spawn(write(
                        client.clone(),
                        ledger.clone(),
                        next.clone(),
                        done.clone(),
                        writes,
                        alarm.clone(),
                    ))
                })
                .collect();
            if part <= kills {
                moment_came.notified().await;
                // SIGKILL.
                drop(cloud);
            }
            let mut finished = 0;
            for writer in writers {
                finished += usize::from(writer.await.unwrap());
            }
            finished
        });
        assert_eq!(
            finished == WRITERS,
            part > kills,
            "killed at {moment} of {writes}: all writers were done"
        );
    }
    // Written to the end, and killed (by its drop) at rest.
    let cloud = Cloud::start(&desk, &args);
    ledger.lock().unwrap().check(&block_on(contacts(&client(&cloud, kind))));
    let lost_answers = kills * WRITERS;
    assert!(done.load(Ordering::Relaxed) + lost_answers >= writes);
    assert_eq!(leftovers(&desk), ["world.state"]);
}

fn leftovers(desk: &Desk) -> Vec<String> {
    let names = desk.files().into_keys().map(|path| path.to_string_lossy().into_owned());
    names.filter(|name| name.contains("state")).collect()
}

#[test]
fn killed_during_ten_thousand_writes_nothing_acknowledged_is_lost() {
    killed_while_writing("virtual", 10_000, 2);
}

#[test]
fn with_a_real_clock_nothing_acknowledged_is_lost_either() {
    killed_while_writing("real", 1_500, 2);
}

/// A robot, a contact on it, an instance; returns its id.
fn furnish(cloud: &Cloud) -> String {
    let robot = json!({"token": "T-robot", "keywords": ["bell"]});
    cloud.control("POST", "/_bellcheck/robots", &robot);
    let client = client(cloud, "virtual");
    let run =
        RunInstances { region_id: "cn-hangzhou".to_owned(), amount: Some(1), ..RunInstances::default() };
    let answer = block_on(async {
        client.call(&put("duty", "on duty")).await.unwrap();
        client.call(&run).await.unwrap()
    });
    answer.instance_id_sets.instance_id_set[0].clone()
}

/// Sends a text to the robot.
fn send(cloud: &Cloud, text: &str) -> Value {
    let request = HttpRequest {
        method: "POST".to_owned(),
        path: "/robot/send".to_owned(),
        query: vec![("access_token".to_owned(), "T-robot".to_owned())],
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: json!({"msgtype": "text", "text": {"content": text}}).to_string().into_bytes(),
    };
    let transport = ReqwestTransport::new().unwrap();
    let response = block_on(async { transport.send(&cloud.endpoint(), request).await }).unwrap();
    serde_json::from_slice(&response.body).unwrap()
}

const VIRTUAL: [&str; 4] = ["--clock", "virtual", "--state", "world.state"];

fn look(cloud: &Cloud) -> [Value; 2] {
    ["/_bellcheck/state", "/_bellcheck/journal"].map(|path| cloud.control("GET", path, &Value::Null))
}

#[test]
fn the_world_goes_on_as_it_was_to_the_last_entry_of_its_journal() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &VIRTUAL);
    let instance = furnish(&cloud);
    cloud.control("POST", "/_bellcheck/advance", &json!({"by": "2m"}));
    let faults = |error: &str| {
        let rules = json!([{"operation": "DescribeInstances", "error": error, "times": 2}]);
        cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": rules}));
    };
    // A list takes the place of the one before.
    faults("InternalError");
    faults("Throttling");
    cloud.control("PUT", "/_bellcheck/switches", &json!({"delivery": "9s"}));
    let list = DescribeInstances { region_id: "cn-hangzhou".to_owned(), ..DescribeInstances::default() };
    let refused = block_on(client(&cloud, "virtual").call(&list)).unwrap_err();
    assert_eq!(refused.code, "Throttling");
    // A change that is refused is none.
    assert_eq!(cloud.request("POST", "/_bellcheck/advance", &json!({"by": "soon"})).0, 400);
    assert_eq!(send(&cloud, "the bell")["errcode"], 0);
    assert_eq!(send(&cloud, "no keyword")["errcode"], 310_000);
    let before = look(&cloud);
    assert_eq!(before[0]["faults"], json!(["DescribeInstances: error Throttling, once"]));
    assert_eq!(before[0]["switches"]["delivery"], "9s");
    drop(cloud);

    let cloud = Cloud::start(&desk, &VIRTUAL);
    assert_eq!(look(&cloud), before);
    let messages = cloud.control("GET", "/_bellcheck/robots/T-robot/messages", &Value::Null);
    assert_eq!(messages.as_array().unwrap().len(), 1);
    let client = client(&cloud, "virtual");
    // One of the two faults was spent before.
    assert_eq!(block_on(client.call(&list)).unwrap_err().code, "Throttling");
    let seen = block_on(client.call(&list)).unwrap();
    assert_eq!(seen.instances.instance[0].instance_id, instance);
    assert_eq!(seen.instances.instance[0].status, "Running");
}

#[test]
fn a_reset_empties_the_file_and_keeps_the_robots() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &VIRTUAL);
    furnish(&cloud);
    cloud.control("POST", "/_bellcheck/reset", &Value::Null);
    let before = look(&cloud);
    drop(cloud);
    let bytes = fs::read(desk.path("world.state")).unwrap();
    let run = Cloud::start(&desk, &VIRTUAL);
    let after = look(&run);
    assert_eq!(after, before);
    assert_eq!(after[1], json!([]));
    assert_eq!(after[0]["robots"].as_array().unwrap().len(), 1);
    assert!(block_on(contacts(&client(&run, "virtual"))).is_empty());
    // What was written after a reset is kept as well.
    block_on(client(&run, "virtual").call(&put("later", "d"))).unwrap();
    drop(run);
    let run = Cloud::start(&desk, &VIRTUAL);
    assert_eq!(block_on(contacts(&client(&run, "virtual"))).len(), 1);
    assert!(!bytes.is_empty());
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &VIRTUAL);
    let mode = fs::metadata(desk.path("world.state")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(cloud);
}

/// Starts an emulator that must refuse; a port that was taken would be another refusal.
fn start(desk: &Desk, more: &[&str]) -> Run {
    desk.run(&[&["emulator", "--listen", "127.0.0.1:0"], more].concat())
}

#[test]
fn two_emulators_cannot_share_a_file() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &VIRTUAL);
    start(&desk, &VIRTUAL).exits(2).says("the state file world.state is in use by another emulator");
    furnish(&cloud);
}

#[test]
fn a_file_is_continued_with_the_options_that_it_was_begun_with() {
    let desk = Desk::new();
    drop(Cloud::start(&desk, &VIRTUAL));
    let before = fs::read(desk.path("world.state")).unwrap();
    for (more, says) in [
        (&["--clock", "real"][..], "was begun with --clock at `virtual`, and now it is `real`"),
        (&["--clock", "virtual", "--seed", "7"], "was begun with --seed at `0`, and now it is `7`"),
        (&["--clock", "virtual", "--switch", "delivery=9s"], "--switch delivery at `2s`, and now it is `9s`"),
        (&["--clock", "virtual", "--access-key", "other:hush"], "was begun with another --access-key"),
        (&["--clock", "virtual", "--spec", "quickstart"], "was begun with another --spec"),
    ] {
        let run = start(&desk, &[&["--state", "world.state"], more].concat()).exits(2).says(says);
        assert!(!run.all().contains("hush"), "{}", run.all());
        assert!(fs::read(desk.path("world.state")).unwrap() == before, "{more:?} changed the file");
    }
}

/// Refused with exit code 2 and these words; the file is the same afterwards.
#[track_caller]
fn is_refused(desk: &Desk, name: &str, says: &str) {
    let before = desk.files();
    start(desk, &["--clock", "virtual", "--state", name]).exits(2).says(says).says("another file");
    assert!(desk.files() == before, "{name} changed");
}

#[test]
fn files_that_are_no_state_are_refused_and_left_as_they_are() {
    let desk = Desk::new();
    desk.write("letter.txt", "Dear reader, this is not a database.");
    is_refused(&desk, "letter.txt", "is not a state file of bellcheck");
    is_refused(&desk, "quickstart", "is not a file");
    is_refused(&desk, "letter.txt/x", "cannot be read");
    is_refused(&desk, "nowhere/x", "cannot be begun");
    drop(other_program(&desk.path("other.redb")));
    is_refused(&desk, "other.redb", "is not a state file of bellcheck, but of another program");
}

/// The database of another program, by the same library.
fn other_program(path: &Path) -> redb::Database {
    const TABLE: redb::TableDefinition<'_, &str, u64> = redb::TableDefinition::new("theirs");
    let database = redb::Database::create(path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(TABLE).unwrap().insert("a", 1).unwrap();
    transaction.commit().unwrap();
    database
}

#[test]
fn a_newer_format_is_named() {
    const TABLE: redb::TableDefinition<'_, &str, &str> = redb::TableDefinition::new("bellcheck");
    let desk = Desk::new();
    let database = redb::Database::create(desk.path("newer.state")).unwrap();
    let transaction = database.begin_write().unwrap();
    let header = r#"{"format": 3, "what": "a later version puts here is unknown"}"#;
    transaction.open_table(TABLE).unwrap().insert("header", header).unwrap();
    transaction.commit().unwrap();
    drop(database);
    is_refused(&desk, "newer.state", "has format 3, and this bellcheck reads up to 2");
}

#[test]
fn damaged_and_read_only_files_are_refused_and_left_as_they_are() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &VIRTUAL);
    let client = client(&cloud, "virtual");
    block_on(async {
        for number in 0..50 {
            client.call(&put(&format!("c{number}"), "a contact to damage")).await.unwrap();
        }
    });
    cloud.terminate();
    let whole = fs::read(desk.path("world.state")).unwrap();
    // One letter, in every copy of the pages that the database keeps.
    let mut flipped = whole.clone();
    let mut flips = 0;
    for at in 0..whole.len() {
        if whole[at..].starts_with(b"contact to damage") || whole[at..].starts_with(b"contact+to+damage") {
            flipped[at] ^= 1;
            flips += 1;
        }
    }
    assert!(flips > 0, "the description is in the file");
    fs::write(desk.path("flipped.state"), &flipped).unwrap();
    is_refused(&desk, "flipped.state", "is damaged");

    for length in [12, 4096, whole.len() / 2] {
        fs::write(desk.path("cut.state"), &whole[..length]).unwrap();
        is_refused(&desk, "cut.state", "is damaged");
    }

    // Whole pages that are gone, and single bits all over the file: what cannot be read is refused in our
    // own words.
    let pages = (0..whole.len()).step_by(4096).map(|page| {
        let mut bytes = whole.clone();
        bytes[page..(page + 4096).min(whole.len())].fill(0);
        bytes
    });
    let bits = (0..whole.len()).step_by(whole.len() / 40).map(|at| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        bytes
    });
    let mut refused = 0;
    for bytes in pages.chain(bits) {
        fs::write(desk.path("bad.state"), &bytes).unwrap();
        // Another option ends it also where the damage is in a part that nothing is kept in.
        let run = start(&desk, &["--clock", "virtual", "--seed", "7", "--state", "bad.state"]).exits(2);
        assert!(!run.all().contains("panicked") && !run.all().contains("redb"), "{}", run.all());
        refused += usize::from(run.all().contains("is damaged") || run.all().contains("is not a state file"));
        assert!(fs::read(desk.path("bad.state")).unwrap() == bytes, "the file changed");
    }
    assert!(refused > 10, "{refused}");

    let path = desk.path("world.state");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    is_refused(&desk, "world.state", "is read-only");
}
