//! `bellcheck emulator --state FILE`: temporary keys and webhooks go on where they were.

use std::{sync::Arc, thread, time::Duration};

use bellcheck::{
    api::sts::{AssumeRole, GetCallerIdentity, TemporaryCredentials},
    clock::SystemClock,
    openapi::{Client, Credentials, Endpoints, RandomNonce, ReqwestTransport},
};
use redb::{ReadableDatabase as _, ReadableTable as _};
use serde_json::{Value, json};

use crate::{
    sink::{Act, Sink, event, rule},
    support::{Cloud, Desk, pause},
};

/// A virtual clock, and a service that does not look at the timestamps of its callers.
const VIRTUAL: [&str; 8] = [
    "--clock",
    "virtual",
    "--switch",
    "timestamp_window=off",
    "--switch",
    "webhook_retry_spacing=1m",
    "--state",
    "world.state",
];

const REAL: [&str; 8] = [
    "--switch",
    "event_latency=1ms",
    "--switch",
    "delivery=1ms",
    "--switch",
    "webhook_timeout=60s",
    "--state",
    "world.state",
];

fn get(cloud: &Cloud, path: &str) -> Value {
    cloud.control("GET", &format!("/_bellcheck/{path}"), &Value::Null)
}

fn look(cloud: &Cloud) -> [Value; 2] {
    ["state", "journal"].map(|path| get(cloud, path))
}

fn advance(cloud: &Cloud, by: &str) {
    cloud.control("POST", "/_bellcheck/advance", &json!({"by": by}));
}

/// Time and verdict of each attempt at a webhook.
fn attempts(cloud: &Cloud) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let journal = get(cloud, "journal");
    let webhooks = journal.as_array().unwrap().iter().filter(|entry| entry["kind"] == "webhook");
    webhooks.map(|entry| (text(&entry["at"]), text(&entry["verdict"]))).collect()
}

fn verdicts(cloud: &Cloud) -> Vec<String> {
    attempts(cloud).into_iter().map(|(_, verdict)| verdict).collect()
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..400 {
        if is_so() {
            return;
        }
        pause(Duration::from_millis(25));
    }
    panic!("{what}: it did not come to that");
}

fn client(cloud: &Cloud, credentials: Credentials) -> Client {
    Client::new(
        Arc::new(ReqwestTransport::new().unwrap()),
        Endpoints::new("cn-hangzhou", Some(&cloud.endpoint())).unwrap(),
        credentials,
        Arc::new(SystemClock),
        Arc::new(RandomNonce),
    )
    .plain()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Whom the service takes the holder of these for, or the code of its refusal.
fn identity(cloud: &Cloud, given: &TemporaryCredentials) -> Result<String, String> {
    let credentials = Credentials {
        access_key_id: given.access_key_id.clone(),
        access_key_secret: given.access_key_secret.clone().unwrap(),
        security_token: given.security_token.clone(),
    };
    match block_on(client(cloud, credentials).call(&GetCallerIdentity {})) {
        Ok(answer) => Ok(answer.arn),
        Err(error) => Err(error.code),
    }
}

#[test]
fn a_temporary_key_works_after_a_restart_until_it_expires() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &VIRTUAL);
    let key = Credentials {
        access_key_id: "testAk".to_owned(),
        access_key_secret: "testSk".into(),
        security_token: None,
    };
    let role = AssumeRole {
        role_arn: "acs:ram::1000000000000001:role/admin".to_owned(),
        role_session_name: "alice".to_owned(),
        duration_seconds: Some(900),
        ..AssumeRole::default()
    };
    let given = block_on(client(&cloud, key).call(&role)).unwrap().credentials;
    let arn = identity(&cloud, &given).unwrap();
    assert!(arn.ends_with("admin/alice"), "{arn}");
    drop(cloud);

    let cloud = Cloud::start(&desk, &VIRTUAL);
    assert_eq!(identity(&cloud, &given), Ok(arn.clone()));
    advance(&cloud, "14m");
    drop(cloud);

    let cloud = Cloud::start(&desk, &VIRTUAL);
    assert_eq!(identity(&cloud, &given), Ok(arn));
    advance(&cloud, "2m");
    let expired = Err("InvalidSecurityToken.Expired".to_owned());
    assert_eq!(identity(&cloud, &given), expired);
    drop(cloud);
    assert_eq!(identity(&Cloud::start(&desk, &VIRTUAL), &given), expired);
}

#[test]
fn a_webhook_is_called_once_and_its_outcome_is_kept() {
    let sink = Sink::new(&[Act::Answer(204), Act::Answer(500)]);
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &VIRTUAL);
    rule(&cloud, "POST", &sink.url());
    event(&cloud);
    advance(&cloud, "1h");
    assert_eq!(verdicts(&cloud), ["delivered"]);
    let before = look(&cloud);
    drop(cloud);
    for _ in 0..2 {
        let cloud = Cloud::start(&desk, &VIRTUAL);
        assert_eq!(look(&cloud), before);
    }
    assert_eq!(sink.seen().len(), 1);

    // A second call has its own outcome, and the numbers of calls begin anew with a reset.
    let cloud = Cloud::start(&desk, &VIRTUAL);
    cloud.control("POST", "/_bellcheck/reset", &Value::Null);
    rule(&cloud, "POST", &sink.url());
    event(&cloud);
    advance(&cloud, "1h");
    assert_eq!(verdicts(&cloud), ["retrying", "retrying", "retrying", "given_up"]);
    let before = look(&cloud);
    drop(cloud);
    assert_eq!(look(&Cloud::start(&desk, &VIRTUAL)), before);
    assert_eq!(sink.seen().len(), 5);
}

#[test]
fn a_retry_that_is_due_after_the_end_comes_after_the_restart() {
    let sink = Sink::new(&[Act::Answer(503), Act::Answer(200)]);
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &VIRTUAL);
    rule(&cloud, "POST", &sink.url());
    event(&cloud);
    advance(&cloud, "30s");
    assert_eq!(verdicts(&cloud), ["retrying"]);
    drop(cloud);
    let cloud = Cloud::start(&desk, &VIRTUAL);
    assert_eq!((verdicts(&cloud).len(), sink.seen().len()), (1, 1));
    advance(&cloud, "1m");
    let times = ["2025-12-31T16:00:03Z", "2025-12-31T16:01:03Z"].map(str::to_owned);
    let expected = times.into_iter().zip(["retrying", "delivered"].map(str::to_owned)).collect::<Vec<_>>();
    assert_eq!(attempts(&cloud), expected);
    let before = look(&cloud);
    drop(cloud);
    assert_eq!(look(&Cloud::start(&desk, &VIRTUAL)), before);
    assert_eq!(sink.seen().len(), 2);
}

#[test]
fn a_call_under_way_at_the_end_is_made_again() {
    // With a later command the file itself leads to the call; without one it comes due again.
    for has_later_command in [true, false] {
        let sink = Sink::new(&[Act::Hang, Act::Answer(200)]);
        let desk = Desk::new();
        let cloud = Cloud::start(&desk, &REAL);
        rule(&cloud, "POST", &sink.url());
        event(&cloud);
        wait_until("the first call", || sink.seen().len() == 1);
        assert_eq!(verdicts(&cloud), [""; 0]);
        if has_later_command {
            cloud.control("POST", "/_bellcheck/robots", &json!({"token": "later"}));
        }
        // SIGKILL.
        drop(cloud);
        let cloud = Cloud::start(&desk, &REAL);
        wait_until("the second call", || !verdicts(&cloud).is_empty());
        assert_eq!(verdicts(&cloud), ["delivered"]);
        drop(cloud);
        let cloud = Cloud::start(&desk, &REAL);
        assert_eq!(verdicts(&cloud), ["delivered"]);
        let seen = sink.seen();
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0].body, seen[1].body, "it is the same call");
    }
}

#[test]
fn an_advance_that_waited_for_a_webhook_at_the_end_goes_on() {
    let slow = Act::Slowly(Duration::from_secs(1), 503);
    let sink = Sink::new(&[Act::Hang, slow, Act::Answer(200)]);
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &VIRTUAL);
    rule(&cloud, "POST", &sink.url());
    event(&cloud);
    let (port, waiting) = (cloud.port(), || sink.seen().len() == 1);
    let caller = thread::spawn(move || {
        let body = json!({"by": "1h"}).to_string();
        let request = format!(
            "POST /_bellcheck/advance HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut answer = String::new();
        // The other side is killed.
        std::io::Read::read_to_string(&mut stream, &mut answer).ok();
        answer
    });
    wait_until("the first call", waiting);
    // Time stands still, and the world can be looked at.
    assert_eq!(get(&cloud, "state")["now"], "2025-12-31T16:00:03Z");
    drop(cloud);
    assert_eq!(caller.join().unwrap(), "");

    let cloud = Cloud::start(&desk, &VIRTUAL);
    // A change waits until the advance is done.
    advance(&cloud, "1s");
    assert_eq!(get(&cloud, "state")["now"], "2025-12-31T17:00:01Z");
    let times: Vec<String> = attempts(&cloud).into_iter().map(|(at, _)| at).collect();
    assert_eq!(times, ["2025-12-31T16:00:03Z", "2025-12-31T16:01:03Z"]);
    assert_eq!(verdicts(&cloud), ["retrying", "delivered"]);
    let before = look(&cloud);
    drop(cloud);
    assert_eq!(look(&Cloud::start(&desk, &VIRTUAL)), before);
    assert_eq!(sink.seen().len(), 3);
}

const HEADER: redb::TableDefinition<'_, &str, &str> = redb::TableDefinition::new("bellcheck");
const COMMANDS: redb::TableDefinition<'_, u64, &[u8]> = redb::TableDefinition::new("commands");

fn header(desk: &Desk) -> Value {
    let database = redb::Database::open(desk.path("world.state")).unwrap();
    let transaction = database.begin_read().unwrap();
    let row = transaction.open_table(HEADER).unwrap().get("header").unwrap().unwrap();
    serde_json::from_str(row.value()).unwrap()
}

/// Makes the file what format 1 would have held: nothing of calls.
fn age(desk: &Desk) {
    let old = Value::from(1);
    let mut header = header(desk);
    header["format"] = old;
    let database = redb::Database::open(desk.path("world.state")).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(HEADER).unwrap().insert("header", header.to_string().as_str()).unwrap();
    {
        let mut table = transaction.open_table(COMMANDS).unwrap();
        let rows: Vec<(u64, Value)> = table
            .iter()
            .unwrap()
            .map(|row| row.unwrap())
            .map(|(number, row)| (number.value(), serde_json::from_slice(row.value()).unwrap()))
            .collect();
        for (number, mut command) in rows {
            if command["did"].get("Called").is_some() {
                table.remove(number).unwrap();
            } else if let Some(served) = command["did"].get_mut("Served") {
                served.as_object_mut().unwrap().remove("calls").unwrap();
                table.insert(number, command.to_string().as_bytes()).unwrap();
            }
        }
    }
    transaction.commit().unwrap();
}

#[test]
fn a_file_of_the_first_format_is_told_as_it_was_and_goes_on_in_the_new_one() {
    let sink = Sink::new(&[Act::Answer(400)]);
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &VIRTUAL);
    rule(&cloud, "POST", &sink.url());
    event(&cloud);
    advance(&cloud, "10s");
    assert_eq!(verdicts(&cloud), ["retrying"]);
    cloud.terminate();
    assert_eq!(header(&desk)["format"], 2);
    age(&desk);

    let cloud = Cloud::start(&desk, &VIRTUAL);
    // Such a world answered its webhooks itself.
    assert_eq!(verdicts(&cloud), ["delivered"]);
    assert_eq!(sink.seen().len(), 1);
    event(&cloud);
    advance(&cloud, "10s");
    assert_eq!(verdicts(&cloud), ["delivered", "retrying"]);
    assert_eq!(sink.seen().len(), 2);
    let before = look(&cloud);
    cloud.terminate();
    assert_eq!(header(&desk)["format"], 2);
    assert_eq!(look(&Cloud::start(&desk, &VIRTUAL)), before);
}
