use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Address, RobotClient, SendError};
use crate::{
    clock::{BoxFuture, Clock, Timestamp},
    dingtalk::{Security, Sender},
    openapi::{HttpRequest, HttpResponse, Transport, TransportError},
    secret::Secret,
};

const WEBHOOK: &str = "https://oapi.dingtalk.com/robot/send?access_token=robot-token-1&timestamp=1&sign=old";

/// Stands for the service: answers from a list, and notes what was asked when.
#[derive(Debug, Default)]
struct Service {
    answers: Mutex<Vec<Result<HttpResponse, TransportError>>>,
    asked: Mutex<Vec<(i64, HttpRequest)>>,
    millis: AtomicI64,
}

impl Clock for Service {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(1_767_196_800_000 + self.millis.load(Ordering::Relaxed)).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.millis.fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::Relaxed);
        Box::pin(std::future::ready(()))
    }
}

impl Transport for Service {
    fn send<'a>(
        &'a self,
        base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        assert_eq!(base, "https://oapi.dingtalk.com");
        self.asked.lock().unwrap().push((self.millis.load(Ordering::Relaxed), request));
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.is_empty() { ok() } else { answers.remove(0) };
        Box::pin(std::future::ready(answer))
    }
}

fn answer(status: u16, body: &str) -> Result<HttpResponse, TransportError> {
    Ok(HttpResponse { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

fn ok() -> Result<HttpResponse, TransportError> {
    answer(200, r#"{"errcode":0,"errmsg":"ok"}"#)
}

fn lost(sent: bool) -> Result<HttpResponse, TransportError> {
    Err(TransportError { message: "lost".to_owned(), sent })
}

/// What comes of one message, and the milliseconds at which the service was asked.
fn outcome(
    answers: Vec<Result<HttpResponse, TransportError>>,
    body: &Value,
) -> (Result<(), SendError>, Vec<i64>) {
    let service = Arc::new(Service { answers: Mutex::new(answers), ..Service::default() });
    let client = client(&service, None);
    let result = block_on(client.send(body));
    let asked = service.asked.lock().unwrap().iter().map(|(at, _)| *at).collect();
    (result, asked)
}

fn client(service: &Arc<Service>, secret: Option<&str>) -> RobotClient {
    let address = Address::of_webhook(&WEBHOOK.into()).unwrap();
    RobotClient::new(service.clone(), service.clone(), address, secret.map(Secret::new))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn text(content: &str) -> Value {
    json!({"msgtype": "text", "text": {"content": content}})
}

#[test]
fn success_is_errcode_zero_with_200_and_nothing_else() {
    assert_eq!(outcome(vec![ok()], &text("x")), (Ok(()), vec![0]));
    for (status, body) in [
        (200, "{}"),
        (200, "ok"),
        (200, ""),
        (200, r#"{"status":1111,"source":"x5","punish":"deny"}"#),
        (200, r#"{"errcode":null}"#),
        (502, r#"{"errcode":0,"errmsg":"ok"}"#),
    ] {
        let (result, asked) = outcome(vec![answer(status, body)], &text("x"));
        assert!(matches!(result, Err(SendError::NoVerdict { .. })), "{status} {body}: {result:?}");
        assert_eq!(asked.len(), 1, "{body}");
    }
}

#[test]
fn only_what_can_heal_is_tried_again() {
    let busy = || answer(200, r#"{"errcode":-1,"errmsg":"系统繁忙"}"#);
    assert_eq!(outcome(vec![busy(), busy(), ok()], &text("x")), (Ok(()), vec![0, 1000, 3000]));
    let (result, asked) = outcome(vec![busy(), busy(), busy(), ok()], &text("x"));
    assert!(matches!(result, Err(SendError::Refused(_))) && asked.len() == 3, "{result:?}");
    let block = || answer(200, r#"{"status":1111,"wait":5}"#);
    assert_eq!(outcome(vec![block(), ok()], &text("x")), (Ok(()), vec![0, 5000]));
    for errcode in [310_000, 130_101, 300_005, 460_101, 400_402, 400_102] {
        let body = json!({"errcode": errcode, "errmsg": "no"}).to_string();
        let (result, asked) = outcome(vec![answer(200, &body), ok()], &text("x"));
        assert!(matches!(&result, Err(SendError::Refused(reply)) if reply.errcode == errcode), "{result:?}");
        assert_eq!(asked, [0]);
    }
    assert_eq!(outcome(vec![lost(false), ok()], &text("x")), (Ok(()), vec![0, 1000]));
    // It may have arrived: without a msgUuid, another call could deliver it twice.
    let (result, asked) = outcome(vec![lost(true), ok()], &text("x"));
    assert!(matches!(&result, Err(SendError::Unreached(error)) if error.sent) && asked.len() == 1);
    let mut once = text("x");
    once["msgUuid"] = json!("u-1");
    assert_eq!(outcome(vec![lost(true), ok()], &once), (Ok(()), vec![0, 1000]));
}

#[test]
fn what_is_too_long_is_not_sent() {
    let around = text("").to_string().len();
    assert_eq!(outcome(vec![], &text(&"x".repeat(20_000 - around))).1, [0]);
    let (result, asked) = outcome(vec![], &text(&"x".repeat(20_001 - around)));
    assert_eq!((result, asked), (Err(SendError::TooLong { bytes: 20_001 }), vec![]));
}

#[test]
fn no_minute_has_more_than_twenty() {
    let service = Arc::new(Service::default());
    let client = client(&service, None);
    for _ in 0..45 {
        block_on(client.send(&text("x"))).unwrap();
    }
    let asked: Vec<i64> = service.asked.lock().unwrap().iter().map(|(at, _)| *at).collect();
    for window in asked.windows(21) {
        assert!(window[20] - window[0] >= 60_000, "{window:?}");
    }
    assert_eq!(asked[44], 120_000, "and no longer than needed");
}

#[test]
fn each_call_is_signed_anew_and_secrets_do_not_come_back() {
    let secret = "SEC-of-the-robot";
    let reflecting = format!(r#"{{"errcode":310000,"errmsg":"robot-token-1 {secret}"}}"#);
    let busy = answer(200, r#"{"errcode":"-1"}"#);
    let answers = Mutex::new(vec![busy, answer(200, &reflecting)]);
    let service = Arc::new(Service { answers, ..Service::default() });
    let error = block_on(client(&service, Some(secret)).send(&text("x"))).unwrap_err();
    let shown = format!("{error} {error:?} {}", error.remedy());
    assert!(!shown.contains("robot-token-1") && !shown.contains(secret), "{shown}");
    let security = Security { secret: Some(secret.into()), ..Security::default() };
    let asked = service.asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    for (at, request) in asked.iter() {
        let stamps: Vec<&str> = request
            .query
            .iter()
            .filter(|(name, _)| name == "timestamp")
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(stamps, [(1_767_196_800_000 + at).to_string()]);
        let sender = Sender {
            timestamp: request.query_value("timestamp"),
            sign: request.query_value("sign"),
            peer: "127.0.0.1".parse().unwrap(),
            now: service.now(),
        };
        assert_eq!(security.check_signature(&sender), Ok(()));
        assert_eq!(request.query_value("access_token"), Some("robot-token-1"));
    }
}
