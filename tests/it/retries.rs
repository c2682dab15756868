//! What the client does about calls that fail, seen by the one who is called.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bellcheck::{
    api::cloudmonitor::{DescribeContactList, PutContact, SendDryRunSystemEvent},
    clock::{BoxFuture, Clock, Timestamp},
    openapi::{
        ApiError, Client, Endpoints, ErrorKind, HttpRequest, HttpResponse, Retry, SequenceNonce, Transport,
        TransportError, identify,
    },
};

use crate::raw::{new_year, test_credentials};

/// How a service answers one call.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Ok,
    Status(u16, &'static str),
    Asks(u64),
    /// No answer, and whether the request was sent.
    Lost {
        sent: bool,
    },
}

/// A service that answers as told, the last answer for ever, and a clock that only waits move.
#[derive(Debug)]
struct Service {
    answers: Mutex<Vec<Answer>>,
    heard: Mutex<Vec<(Timestamp, HttpRequest)>>,
    now: Mutex<Timestamp>,
}

impl Clock for Service {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let mut now = self.now.lock().unwrap();
            *now = now.checked_add(duration).unwrap();
        })
    }
}

impl Transport for Service {
    fn send<'a>(
        &'a self,
        _: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        self.heard.lock().unwrap().push((self.now(), request));
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0] };
        let respond = |status, code: &str, headers| {
            let body = format!(r#"{{"Code":"{code}","Message":"m","RequestId":"R"}}"#).into_bytes();
            Ok(HttpResponse { status, headers, body })
        };
        let response = match answer {
            Answer::Ok => respond(200, "200", Vec::new()),
            Answer::Status(status, code) => respond(status, code, Vec::new()),
            Answer::Asks(millis) => {
                let header = ("x-acs-retry-after".to_owned(), millis.to_string());
                respond(400, "Throttling.User", vec![header])
            }
            Answer::Lost { sent } => Err(TransportError { message: "the line is dead".to_owned(), sent }),
        };
        Box::pin(std::future::ready(response))
    }
}

fn service(answers: &[Answer]) -> (Arc<Service>, Client) {
    let service = Arc::new(Service {
        answers: Mutex::new(answers.to_vec()),
        heard: Mutex::default(),
        now: Mutex::new(new_year()),
    });
    let client = Client::new(
        service.clone(),
        Endpoints::new("cn-hangzhou", None).unwrap(),
        test_credentials(),
        service.clone(),
        Arc::new(SequenceNonce::new("n")),
    );
    (service, client)
}

impl Service {
    /// Seconds between the requests, in milliseconds.
    fn gaps(&self) -> Vec<i64> {
        let heard = self.heard.lock().unwrap();
        heard.windows(2).map(|pair| pair[1].0.as_millisecond() - pair[0].0.as_millisecond()).collect()
    }

    fn count(&self) -> usize {
        self.heard.lock().unwrap().len()
    }
}

async fn list(client: &Client) -> Result<(), ApiError> {
    client.call(&DescribeContactList::default()).await.map(drop)
}

#[tokio::test]
async fn each_attempt_has_a_nonce_and_an_instant_of_its_own() {
    let (service, client) =
        service(&[Answer::Status(500, "InternalError"), Answer::Lost { sent: true }, Answer::Ok]);
    client.call(&PutContact { contact_name: "a".to_owned(), ..PutContact::default() }).await.unwrap();
    let heard = service.heard.lock().unwrap();
    let claims: Vec<_> = heard.iter().map(|(_, request)| identify(request).unwrap()).collect();
    assert_eq!(claims.len(), 3);
    for claim in &claims {
        assert_eq!(claim.verify(&"testSk".into()), Ok(()));
        assert_eq!(claim.params["ContactName"], "a");
    }
    let mut nonces: Vec<_> = claims.iter().map(|claim| claim.nonce.as_str()).collect();
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "{nonces:?}");
    assert!(claims[2].timestamp > claims[0].timestamp);
}

#[tokio::test]
async fn waits_grow_and_what_the_service_asks_for_is_kept() {
    let (service_, client) = service(&[Answer::Status(503, "ServiceUnavailable")]);
    let error = list(&client).await.unwrap_err();
    let gaps = service_.gaps();
    assert!(gaps.len() >= 5 && gaps[0] >= 500 && gaps[0] <= 1_000, "{gaps:?}");
    assert!(gaps.windows(2).all(|pair| pair[1] * 2 >= pair[0] * 2 && pair[1] <= pair[0] * 4), "{gaps:?}");
    assert!(gaps.iter().sum::<i64>() <= 60_000, "{gaps:?}");
    let seconds = gaps.iter().sum::<i64>() / 1_000;
    let start =
        format!("DescribeContactList failed {} times in {seconds}s: ServiceUnavailable", gaps.len() + 1);
    assert!(error.to_string().starts_with(&start), "{error}");

    let (service_, client) = service(&[Answer::Asks(7_000), Answer::Asks(40), Answer::Ok]);
    list(&client).await.unwrap();
    let gaps = service_.gaps();
    assert!((7_000..8_000).contains(&gaps[0]) && (40..1_000).contains(&gaps[1]), "{gaps:?}");

    // More than there is patience for: the error says how long the service asks to wait.
    let (service_, client) = service(&[Answer::Asks(120_000)]);
    let error = list(&client).await.unwrap_err();
    assert_eq!(service_.count(), 1);
    assert!(error.remedy().ends_with("run the command again in 2m"), "{}", error.remedy());
}

#[tokio::test]
async fn what_cannot_heal_is_not_tried_again() {
    for (status, code) in [
        (400, "InvalidParameterValue"),
        (403, "InvalidAuthorization"),
        (404, "ContactNotExists"),
        (400, "SignatureDoesNotMatch"),
        (400, "InvalidTimeStamp.Expired"),
        (429, "ResourceOverLimit"),
        (402, "LimitExceeded"),
    ] {
        let (service, client) = service(&[Answer::Status(status, code)]);
        list(&client).await.unwrap_err();
        assert_eq!(service.count(), 1, "{code}");
    }
}

#[tokio::test]
async fn what_cannot_be_undone_is_not_done_twice() {
    let send = SendDryRunSystemEvent {
        product: "ECS".to_owned(),
        event_name: "Instance:StateChange".to_owned(),
        ..SendDryRunSystemEvent::default()
    };
    for (answer, count) in [
        (Answer::Status(500, "InternalError"), 1),
        (Answer::Status(503, "ServiceUnavailable"), 1),
        (Answer::Lost { sent: true }, 1),
        // These surely had no effect.
        (Answer::Lost { sent: false }, 2),
        (Answer::Status(400, "Throttling.User"), 2),
    ] {
        let (service, client) = service(&[answer, Answer::Ok]);
        assert_eq!(client.call(&send).await.is_ok(), count == 2, "{answer:?}");
        assert_eq!(service.count(), count, "{answer:?}");
    }
}

#[tokio::test]
async fn an_operation_that_is_down_is_not_waited_for_again_and_again() {
    let (service, client) = service(&[Answer::Lost { sent: false }]);
    assert!(list(&client).await.unwrap_err().course.attempts > 3);
    // A service that cannot be reached is tried for a quarter of the time.
    let gaps = service.gaps();
    assert!((4_000..=15_000).contains(&gaps.iter().sum::<i64>()), "{gaps:?}");
    let (count, began) = (service.count(), service.now());
    for _ in 0..10 {
        assert_eq!(list(&client.clone()).await.unwrap_err().course.attempts, 1);
    }
    assert_eq!((service.count(), service.now()), (count + 10, began));
    // Another operation is waited for, and so is this one after a success.
    let put = client.call(&PutContact::default()).await.unwrap_err();
    assert!(put.course.attempts > 3);
    *service.answers.lock().unwrap() = vec![Answer::Ok, Answer::Status(500, "InternalError"), Answer::Ok];
    list(&client).await.unwrap();
    list(&client).await.unwrap();
}

#[tokio::test]
async fn a_client_that_is_told_to_stop_sends_nothing_more() {
    let (service, client) = service(&[Answer::Status(500, "InternalError")]);
    client.clone().stop().pull();
    let error = list(&client).await.unwrap_err();
    assert_eq!((error.kind, service.count()), (ErrorKind::Interrupted, 0));
}

#[tokio::test]
async fn a_plain_client_makes_each_call_once_and_at_once() {
    let (service, client) = service(&[Answer::Status(500, "InternalError")]);
    let plain = client.plain();
    for _ in 0..50 {
        assert_eq!(list(&plain).await.unwrap_err().course.attempts, 1);
    }
    assert_eq!((service.count(), service.now()), (50, new_year()));
    assert!(
        list(&plain.with_retry(Retry::within(Duration::from_secs(9)))).await.unwrap_err().course.attempts > 1
    );
}
