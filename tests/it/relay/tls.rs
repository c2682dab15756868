//! TLS by certificate files, judged by curl.

use std::{
    io::{Read as _, Write as _},
    process::Command,
};

use super::bench::{Relay, connect, desk, text};
use crate::{
    outside::curl,
    raw::fixtures,
    support::{Desk, Run},
};

fn files() -> [String; 2] {
    ["localhost.cert.pem", "localhost.key.pem"]
        .map(|name| fixtures("relay").join(name).to_string_lossy().into_owned())
}

fn asks(desk: &Desk, program: &str, args: &[&str]) -> Run {
    let mut command: Command = desk.foreign(program);
    Run::of(command.args(["-sS", "--noproxy", "*", "--max-time", "20"]).args(args).output().unwrap())
}

#[test]
fn curl_trusts_a_relay_with_its_certificate() {
    let Some(curl) = curl() else { return };
    let desk = desk();
    let [certificate, key] = files();
    let relay = Relay::start(&desk, &["--tls-cert", &certificate, "--tls-key", &key]);
    let url = format!("https://localhost:{}", relay.port);
    let health = format!("{url}/healthz");
    for version in ["1.2", "1.3"] {
        let tls = format!("--tlsv{version}");
        let run =
            asks(&desk, curl, &["--cacert", &certificate, &tls, "--tls-max", version, &health]).exits(0);
        assert_eq!(run.stdout, "{\"status\":\"ok\"}", "TLS {version}");
    }
    let post = format!("{url}/robot/send?access_token=ops-relay-token");
    let body = text("CloudMonitor");
    let args = ["--cacert", &certificate, "-H", "content-type: application/json", "-d", &body, &post];
    assert_eq!(asks(&desk, curl, &args).exits(0).stdout, "{\"errcode\":0,\"errmsg\":\"ok\"}");
    // The certificate is not one that everybody trusts, and old versions are not spoken.
    assert_ne!(asks(&desk, curl, &[&health]).code, 0);
    assert_ne!(asks(&desk, curl, &["--cacert", &certificate, "--tls-max", "1.1", &health]).code, 0);
    let mut socket = connect(relay.port).unwrap();
    socket.write_all(b"GET /healthz HTTP/1.1\r\nhost: r\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).ok();
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/1.1"), "plain HTTP is not answered");
    asks(&desk, curl, &["--cacert", &certificate, &health]).exits(0);
    assert_eq!(relay.terminate(), Some(0));
}

#[test]
fn a_network_without_tls_is_warned_of() {
    let desk = desk();
    let relay = Relay::start_on(&desk, "0.0.0.0:0", &[]);
    assert!(relay.log().contains("is served without TLS"), "{}", relay.log());
    relay.kill();
    let relay = Relay::start(&desk, &[]);
    assert!(!relay.log().contains("without TLS"), "{}", relay.log());
}

#[test]
fn certificates_that_cannot_serve_are_refused_with_their_file() {
    let desk = desk();
    let [certificate, key] = files();
    let other = fixtures("relay").join("other.key.pem").to_string_lossy().into_owned();
    desk.write("empty.pem", "");
    for (certificate, key, says) in [
        ("missing.pem", key.as_str(), "missing.pem"),
        ("empty.pem", &key, "empty.pem: there is no certificate in it"),
        (&certificate, "empty.pem", "empty.pem"),
        (&certificate, &certificate, "localhost.cert.pem"),
        (&certificate, &other, "give the key that the certificate was made for"),
    ] {
        let mut command = Relay::command(&desk);
        command.args(["--listen", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key]);
        Run::of(command.output().unwrap()).exits(2).says(says).hides("PRIVATE KEY");
    }
}
