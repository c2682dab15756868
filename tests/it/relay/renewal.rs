//! Certificates that are replaced while the relay serves.

use std::{
    fs,
    io::{self, BufReader, Write as _},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use bellcheck::clock::Stopwatch;
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
};

use super::bench::{Answer, Relay, answer, connect, desk};
use crate::{
    raw::fixtures,
    support::{Desk, pause},
};

/// When the certificates end, by `openssl x509 -enddate`.
const LOCALHOST_ENDS: f64 = 4_949_309_682.0;
const OTHER_ENDS: f64 = 4_949_318_861.0;

/// It takes any certificate: the tests look at which one it is.
#[derive(Debug)]
struct Anyone;

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// Asks over a connection of its own: the answer, and the certificate that came with it.
fn ask(port: u16, path: &str) -> io::Result<(Answer, CertificateDer<'static>)> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone))
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(client, connect(port)?);
    write!(stream, "GET {path} HTTP/1.1\r\nhost: relay\r\nconnection: close\r\n\r\n")?;
    let mut reader = BufReader::new(stream);
    let answer = answer(&mut reader)?;
    let certificates = reader.get_ref().conn.peer_certificates().unwrap_or_default();
    let own = certificates.first().ok_or(io::ErrorKind::InvalidData)?;
    Ok((answer, own.clone().into_owned()))
}

fn certificate(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(fixtures("relay").join(format!("{name}.cert.pem"))).unwrap()
}

fn metric(relay: &Relay, name: &str) -> f64 {
    let text = ask(relay.port, "/metrics").unwrap().0.body;
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.unwrap_or_else(|| panic!("`{name}` is not in\n{text}")).parse().unwrap()
}

/// Replaces a file the way renewal tools do.
fn replace(desk: &Desk, name: &str, fixture: &str) {
    fs::copy(fixtures("relay").join(fixture), desk.path("new")).unwrap();
    fs::rename(desk.path("new"), desk.path(name)).unwrap();
}

#[track_caller]
fn comes(within: Duration, what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Stopwatch::start();
    while !is_so() {
        assert!(begun.elapsed() < within, "{what} did not come within {within:?}");
        pause(Duration::from_millis(50));
    }
}

fn start(desk: &Desk) -> Relay {
    replace(desk, "relay.pem", "localhost.cert.pem");
    replace(desk, "relay.key", "localhost.key.pem");
    Relay::start(desk, &["--tls-cert", "relay.pem", "--tls-key", "relay.key"])
}

fn hang_up(relay: &Relay) {
    assert!(Command::new("kill").args(["-HUP", &relay.id()]).status().unwrap().success());
}

const EXPIRY: &str = "bellcheck_relay_tls_certificate_expiry_timestamp_seconds";
const TAKEN: &str = "bellcheck_relay_tls_reloads_total{result=\"taken\"}";
const REFUSED: &str = "bellcheck_relay_tls_reloads_total{result=\"refused\"}";
const USABLE: &str = "bellcheck_relay_tls_files_usable";
const TOLD: &str = "the certificate's files cannot be used";

#[test]
fn a_renewed_certificate_is_taken_by_itself_and_garbage_is_not() {
    let desk = desk();
    let relay = start(&desk);
    let [old, new] = ["localhost", "other"].map(certificate);
    assert_eq!(
        [EXPIRY, TAKEN, REFUSED, USABLE].map(|name| metric(&relay, name)),
        [LOCALHOST_ENDS, 0.0, 0.0, 1.0]
    );
    // Somebody connects all the time, and is never refused.
    let is_over = AtomicBool::new(false);
    let seen = Mutex::new(Vec::new());
    let ends = |last: &CertificateDer<'_>| seen.lock().unwrap().last() == Some(last);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::SeqCst) {
                let (answer, certificate) = ask(relay.port, "/healthz").unwrap();
                assert_eq!(answer.status, 200);
                seen.lock().unwrap().push(certificate);
                pause(Duration::from_millis(10));
            }
        });
        // Whatever fails, the other thread ends.
        let ended = thread::scope(|inner| {
            inner
                .spawn(|| {
                    comes(Duration::from_secs(20), "the old certificate", || ends(&old));
                    replace(&desk, "relay.pem", "other.cert.pem");
                    pause(Duration::from_millis(500));
                    replace(&desk, "relay.key", "other.key.pem");
                    comes(Duration::from_secs(20), "the new certificate", || ends(&new));
                })
                .join()
        });
        is_over.store(true, Ordering::SeqCst);
        ended.unwrap();
    });
    let mut seen = seen.into_inner().unwrap();
    assert!(seen.len() > 10, "{}", seen.len());
    seen.dedup();
    assert!(seen == [old.clone(), new.clone()], "{} changes", seen.len());
    assert_eq!(
        [EXPIRY, TAKEN, REFUSED, USABLE].map(|name| metric(&relay, name)),
        [OTHER_ENDS, 1.0, 0.0, 1.0]
    );
    assert!(!relay.log().contains(TOLD), "two files are not replaced at once: {}", relay.log());

    desk.write("relay.pem", "garbage\n");
    comes(Duration::from_secs(30), "the word of garbage", || relay.log().contains(TOLD));
    let log = relay.log();
    let line = log.lines().find(|line| line.contains(TOLD)).unwrap();
    assert!(line.contains("ERROR") && line.contains("relay.pem: there is no certificate in it"), "{line}");
    assert!(line.contains("until 2126-11-02T") && line.contains("give the server's certificate"), "{line}");
    assert!(ask(relay.port, "/healthz").unwrap().1 == new, "it is served on");
    assert_eq!(
        [EXPIRY, TAKEN, REFUSED, USABLE].map(|name| metric(&relay, name)),
        [OTHER_ENDS, 1.0, 1.0, 0.0]
    );
    // Once is enough for one fault, also when it is looked at again.
    pause(Duration::from_secs(6));
    assert_eq!(relay.log().matches(TOLD).count(), 1, "{}", relay.log());
    assert_eq!(relay.terminate(), Some(0));
}

#[test]
fn who_sends_a_hang_up_need_not_wait() {
    let desk = desk();
    let relay = start(&desk);
    let [old, new] = ["localhost", "other"].map(certificate);
    // By far less than the relay waits by itself.
    let soon = Duration::from_secs(4);
    let says = |text: &str| comes(soon, text, || relay.log().contains(text));
    hang_up(&relay);
    says("the certificate's files hold what is served");
    replace(&desk, "relay.key", "other.key.pem");
    hang_up(&relay);
    says("give the key that the certificate was made for");
    fs::remove_file(desk.path("relay.key")).unwrap();
    hang_up(&relay);
    says("relay.key: cannot be read");
    assert!(!relay.log().contains("PRIVATE KEY"));
    assert!(ask(relay.port, "/healthz").unwrap().1 == old);
    assert_eq!(metric(&relay, USABLE), 0.0);
    replace(&desk, "relay.key", "other.key.pem");
    replace(&desk, "relay.pem", "other.cert.pem");
    hang_up(&relay);
    says("the certificate's files can be used again");
    assert!(ask(relay.port, "/healthz").unwrap().1 == new);
    assert_eq!([EXPIRY, TAKEN, USABLE].map(|name| metric(&relay, name)), [OTHER_ENDS, 1.0, 1.0]);
    assert_eq!(relay.terminate(), Some(0));
}

#[test]
fn a_hang_up_ends_no_relay_without_certificates_either() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    hang_up(&relay);
    comes(Duration::from_secs(10), "a word", || relay.log().contains("there is nothing to read again"));
    assert_eq!(relay.get("/healthz").status, 200);
    assert_eq!(relay.terminate(), Some(0));
}
