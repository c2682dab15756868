//! Who may call an emulator: programs of this machine, and neither pages of other origins nor other machines.

use std::fs;

use serde_json::Value;

use crate::{
    relay::bench::{Answer, ask},
    support::{Cloud, Desk},
};

/// A call of the control API that changes something, one that reads, the API itself, and nothing.
const PLACES: [(&str, &str); 5] = [
    ("POST", "/_bellcheck/reset"),
    ("GET", "/_bellcheck/journal"),
    ("GET", "/"),
    ("POST", "/"),
    ("GET", "/console"),
];
const ROBOT: (&str, &str) = ("POST", "/robot/send?access_token=T");

fn send(port: u16, (method, path): (&str, &str), head: &[String]) -> Answer {
    let head: String = head.iter().map(|line| format!("{line}\r\n")).collect();
    ask(
        port,
        format!(
            "{method} {path} HTTP/1.1\r\n{head}connection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{{}}"
        ),
    )
}

#[track_caller]
fn is_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.status, 403, "{answer:?}");
    let body = answer.json();
    for field in ["error", "remedy", "Message"] {
        assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {body}");
    }
    assert_eq!(body["Code"], code, "{body}");
    assert!(!answer.head.to_lowercase().contains("access-control-allow"), "{}", answer.head);
}

#[test]
fn a_page_of_another_origin_gets_no_answer() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let port = cloud.port();
    let here = format!("host: 127.0.0.1:{port}");
    let mark = cloud.mark();
    for origin in [
        "origin: https://evil.example",
        "origin: null",
        // Another program's page on this machine.
        "origin: http://127.0.0.1:3000",
        "origin: http://localhost",
        "sec-fetch-site: cross-site",
        "sec-fetch-site: same-site",
    ] {
        for place in PLACES.into_iter().chain([ROBOT]) {
            is_refused(&send(port, place, &[here.clone(), origin.to_owned()]), "Forbidden.Origin");
        }
    }
    // A name that somebody else owns and that leads here now; the page is of that name then.
    for host in [
        "evil.example",
        &format!("evil.example:{port}"),
        "localhost.evil.example",
        "10.1.2.3",
        "0.0.0.0",
        "",
        "a b",
    ] {
        for place in PLACES {
            is_refused(&send(port, place, &[format!("host: {host}")]), "Forbidden.Host");
        }
    }
    let own = [format!("host: evil.example:{port}"), format!("origin: http://evil.example:{port}")];
    is_refused(&send(port, PLACES[1], &own), "Forbidden.Host");
    is_refused(&send(port, ("GET", "http://evil.example/_bellcheck/journal"), &[here]), "Forbidden.Host");
    assert_eq!(cloud.mark(), mark, "nothing was done, and the journal is not empty for it");
}

#[test]
fn programs_and_the_emulators_own_pages_are_answered() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--allow-host", "Emulator.internal"]);
    let port = cloud.port();
    for host in [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("LOCALHOST.:{port}"),
        // Another port leads here through a tunnel or a container.
        "localhost:9".to_owned(),
        "127.0.0.2".to_owned(),
        format!("[::1]:{port}"),
        format!("emulator.internal:{port}"),
    ] {
        let host_line = format!("host: {host}");
        for more in [
            vec![],
            vec![format!("origin: http://{host}")],
            vec!["sec-fetch-site: same-origin".to_owned()],
            vec!["sec-fetch-site: none".to_owned()],
        ] {
            let head = [vec![host_line.clone()], more].concat();
            assert_eq!(send(port, ("GET", "/_bellcheck/state"), &head).status, 200, "{head:?}");
        }
    }
    // Robots are called by any name: their tokens are what counts.
    let answer = send(port, ROBOT, &["host: robots.example.com".to_owned()]);
    assert_eq!(answer.json()["errcode"], 300_005, "{answer:?}");
}

#[test]
fn where_other_machines_reach_it_the_control_api_wants_a_token() {
    let desk = Desk::new();
    let get = |port: u16, authorization: &str| {
        let head = [format!("host: 127.0.0.1:{port}"), format!("authorization: {authorization}")];
        send(port, ("GET", "/_bellcheck/state"), &head)
    };
    let start = |args: &[&str]| Cloud::start_on(&desk, "0.0.0.0:0", args);
    let cloud = start(&[]);
    assert!(cloud.said().contains("emulator::exposed"), "{}", cloud.said());
    assert!(
        cloud.said().contains("the control API is closed, since there is no --token"),
        "{}",
        cloud.said()
    );
    for authorization in ["", "Bearer", "Bearer x"] {
        is_refused(&get(cloud.port(), authorization), "Forbidden.Control");
    }
    // What has its own key goes on.
    let api = send(cloud.port(), ("GET", "/"), &[format!("host: 127.0.0.1:{}", cloud.port())]);
    assert_ne!(api.status, 403, "{api:?}");

    fs::write(desk.path("token"), "the-control-token\n").unwrap();
    for args in [["--token", "@token"], ["--token", "the-control-token"]] {
        let cloud = start(&args);
        assert!(cloud.said().contains("the control API wants the token"), "{}", cloud.said());
        assert!(!cloud.said().contains("the-control-token"));
        for wrong in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer the-control-toke",
            "Bearer the-control-tokens",
            "Basic the-control-token",
        ] {
            let answer = get(cloud.port(), wrong);
            assert_eq!(answer.status, 401, "{wrong}: {answer:?}");
            assert!(answer.head.to_lowercase().contains("www-authenticate: bearer"), "{}", answer.head);
            assert_eq!(answer.json()["Code"], "Unauthorized.Control");
        }
        let answer = get(cloud.port(), "Bearer the-control-token");
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(!answer.body.contains("the-control-token"));
    }
    // On this machine alone, a token is wanted where there is one.
    let cloud = Cloud::start(&desk, &["--token", "the-control-token"]);
    assert_eq!(cloud.said(), "");
    assert_eq!(cloud.request("GET", "/_bellcheck/state", &Value::Null).0, 401);
    assert_eq!(get(cloud.port(), "Bearer the-control-token").status, 200);
    for (token, says) in
        [("", "--token is empty"), ("a b", "white space"), ("@missing", "cannot read missing")]
    {
        desk.run(&["emulator", "--listen", "127.0.0.1:0", "--token", token]).exits(2).says(says);
    }
}
