//! The client over a real socket: what it sends is proven, and what comes back is told without
//! secrets.

use std::sync::Arc;

use bellcheck::{
    api::{
        cloudmonitor::{Channels, DescribeContactList, PutContact},
        ecs::StopInstance,
    },
    openapi::{
        ApiError, Client, Course, Credentials, Endpoints, ErrorKind, HttpRequest, Operation, Product,
        ReqwestTransport, SequenceNonce, SignatureScheme, decode_form, encode, identify,
    },
    secret::Secret,
};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

use crate::raw::{StillClock, new_year, test_credentials};

const SECRET: &str = "c4n4ry-key/+secret";
const TOKEN: &str = "c4n4ry.sts+token==";
const ROBOT: &str = "c4n4ry-robot_0123";

fn client(endpoint: &str, credentials: Credentials) -> Client {
    Client::new(
        Arc::new(ReqwestTransport::new().unwrap()),
        Endpoints::new("cn-hangzhou", Some(endpoint)).unwrap(),
        credentials,
        Arc::new(StillClock(new_year())),
        Arc::new(SequenceNonce::new("nonce")),
    )
    .plain()
}

fn secretive() -> Credentials {
    Credentials {
        access_key_id: "testAk".to_owned(),
        access_key_secret: Secret::new(SECRET),
        security_token: Some(Secret::new(TOKEN)),
    }
}

fn put_contact() -> PutContact {
    PutContact {
        contact_name: "alice".to_owned(),
        describe: "值班 a+b *~".to_owned(),
        lang: None,
        channels: Channels {
            ding_web_hook: Some(format!("https://oapi.dingtalk.com/robot/send?access_token={ROBOT}")),
            ..Channels::default()
        },
    }
}

async fn server(response: impl Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(response).mount(&server).await;
    server
}

/// The error of a `DescribeContactList` that is answered with `response`.
async fn refused(response: ResponseTemplate) -> ApiError {
    let server = server(response).await;
    client(&server.uri(), test_credentials()).call(&DescribeContactList::default()).await.unwrap_err()
}

/// A request as the server got it.
fn received(request: &Request) -> HttpRequest {
    HttpRequest {
        method: request.method.to_string(),
        path: request.url.path().to_owned(),
        query: decode_form(request.url.query().unwrap_or_default()).unwrap(),
        headers: request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: request.body.clone(),
    }
}

/// What the service says to a contact that it took.
const ACK: &str = r#"{"Code":"200","Message":"","RequestId":"R-1","Success":true}"#;

#[tokio::test]
async fn what_arrives_is_proven_in_each_scheme() {
    let server = server(ResponseTemplate::new(200).set_body_string(ACK)).await;
    for scheme in [SignatureScheme::V3, SignatureScheme::V1Query, SignatureScheme::V1Body] {
        let client = client(&server.uri(), secretive()).with_scheme(scheme);
        let ack = client.call(&put_contact()).await.unwrap();
        assert_eq!((ack.code.as_str(), ack.request_id.as_str(), ack.success), ("200", "R-1", true));

        let requests = server.received_requests().await.unwrap();
        let claim = identify(&received(requests.last().unwrap())).unwrap();
        assert_eq!(claim.verify(&Secret::new(SECRET)), Ok(()), "{scheme:?}");
        assert_eq!(claim.scheme, scheme);
        assert_eq!(claim.security_token, Some(Secret::new(TOKEN)));
        assert_eq!(claim.nonce, "nonce-1");
        assert_eq!(claim.timestamp, "2026-01-01T00:00:00Z");
        assert_eq!((claim.action.as_str(), claim.version.as_str()), ("PutContact", "2019-01-01"));
        assert_eq!(claim.decode::<PutContact>(), Ok(put_contact()));
    }
}

#[tokio::test]
async fn a_client_says_where_it_is_and_clones_share_the_nonce() {
    let server = server(ResponseTemplate::new(200).set_body_string(r#"{"RequestId":"R-2"}"#)).await;
    let client = client(&server.uri(), test_credentials());
    assert_eq!(client.region(), "cn-hangzhou");
    let stop = StopInstance { instance_id: "i-1".to_owned(), ..StopInstance::default() };
    assert_eq!(client.call(&stop).await.unwrap().request_id, "R-2");
    assert_eq!(client.clone().call(&stop).await.unwrap().request_id, "R-2");
    let requests = server.received_requests().await.unwrap();
    let claims: Vec<_> = requests.iter().map(|request| identify(&received(request)).unwrap()).collect();
    assert_eq!(claims[0].version, "2014-05-26");
    assert_eq!((claims[0].nonce.as_str(), claims[1].nonce.as_str()), ("nonce-1", "nonce-2"));
}

#[tokio::test]
async fn the_error_envelope_is_told_as_it_came() {
    let body = r#"{"RequestId":"R-3","Message":"ContactName does not exist.","Recommend":"https://next.api.aliyun.com/troubleshoot?q=x","HostId":"metrics.cn-hangzhou.aliyuncs.com","Code":"ContactNotExists"}"#;
    let error = refused(ResponseTemplate::new(404).set_body_string(body)).await;
    assert_eq!(
        error,
        ApiError {
            operation: "DescribeContactList",
            kind: ErrorKind::NotFound,
            status: Some(404),
            code: "ContactNotExists".to_owned(),
            message: "ContactName does not exist.".to_owned(),
            request_id: Some("R-3".to_owned()),
            retry_after_ms: None,
            course: Box::new(Course { product: Some(Product::Cms), attempts: 1, ..Course::default() }),
        }
    );
    assert_eq!(
        error.to_string(),
        "DescribeContactList failed: ContactNotExists: ContactName does not exist. (HTTP 404, RequestId R-3)"
    );
}

#[tokio::test]
async fn a_failure_that_comes_as_success_is_a_failure() {
    for (body, kind, code) in [
        (r#"{"Code":"403","Message":"m","Success":false}"#, ErrorKind::Denied, "403"),
        (r#"{"Code":403,"Message":"m","Success":false}"#, ErrorKind::Denied, "403"),
        (r#"{"Code":404,"Message":"m"}"#, ErrorKind::NotFound, "404"),
        (r#"{"Code":"500","Message":"m","Success":"false"}"#, ErrorKind::Service, "500"),
        (r#"{"Code":"InvalidParameterValue","Message":"m"}"#, ErrorKind::Rejected, "InvalidParameterValue"),
        (r#"{"Code":"200","Message":"m","Success":false}"#, ErrorKind::Rejected, "200"),
        (r#"{"Message":"m","Success":false}"#, ErrorKind::Rejected, ""),
    ] {
        let error = refused(ResponseTemplate::new(200).set_body_string(body)).await;
        assert_eq!((error.kind, error.code.as_str(), error.status), (kind, code, Some(200)), "{body}");
        assert_eq!(error.message, "m", "{body}");
    }
}

#[tokio::test]
async fn success_is_success_however_the_code_is_written() {
    for body in [
        ACK,
        r#"{"Code":200,"Message":"The request processing has failed.","Success":true}"#,
        r#"{"Code":"200"}"#,
        r#"{"Code":"OK","Success":"true"}"#,
        r#"{"Code":0}"#,
        r#"{"RequestId":"R"}"#,
    ] {
        let server = server(ResponseTemplate::new(200).set_body_string(body)).await;
        let answer = client(&server.uri(), test_credentials()).call(&DescribeContactList::default()).await;
        assert!(answer.is_ok(), "{body}: {answer:?}");
    }
}

#[tokio::test]
async fn throttling_says_how_long_to_wait() {
    let body = r#"{"Code":"Throttling.User","Message":"Request was denied due to user flow control.","RequestId":"R"}"#;
    let bare = refused(ResponseTemplate::new(400).set_body_string(body)).await;
    assert_eq!((bare.kind, bare.retry_after_ms), (ErrorKind::Throttled, None));
    assert!(bare.retryable());

    let timed = ResponseTemplate::new(400).set_body_string(body).insert_header("x-acs-retry-after", "1500");
    assert_eq!(refused(timed).await.retry_after_ms, Some(1500));

    // The header marks throttling whatever the code; zero and nonsense say nothing.
    let body = r#"{"Code":"SomethingNew","Message":"m"}"#;
    for (header, kind, wait) in [
        ("20", ErrorKind::Throttled, Some(20)),
        ("0", ErrorKind::Rejected, None),
        ("soon", ErrorKind::Rejected, None),
    ] {
        let response =
            ResponseTemplate::new(400).set_body_string(body).insert_header("x-acs-retry-after", header);
        let error = refused(response).await;
        assert_eq!((error.kind, error.retry_after_ms), (kind, wait), "{header}");
    }
}

#[tokio::test]
async fn an_answer_of_someone_else_is_named_as_such() {
    let page = "<html>\n<h1>502 Bad Gateway</h1>\x1b[31m</html>";
    let error = refused(ResponseTemplate::new(502).set_body_string(page)).await;
    assert_eq!((error.kind, error.status, error.code.as_str()), (ErrorKind::Service, Some(502), ""));
    assert!(error.message.contains("is not a JSON object"), "{}", error.message);
    assert!(error.message.contains("<h1>502 Bad Gateway</h1>"), "{}", error.message);
    assert!(!error.message.contains(char::is_control), "{:?}", error.message);

    for (status, body, kind) in [
        (200, "<html>log in</html>", ErrorKind::Protocol),
        (200, "", ErrorKind::Protocol),
        (200, "[]", ErrorKind::Protocol),
        (200, "null", ErrorKind::Protocol),
        (429, "slow down", ErrorKind::Throttled),
        (404, "not here", ErrorKind::Protocol),
    ] {
        let error = refused(ResponseTemplate::new(status).set_body_string(body)).await;
        assert_eq!((error.kind, error.status), (kind, Some(status)), "{body}");
    }

    let long = refused(ResponseTemplate::new(502).set_body_string("值".repeat(100_000))).await;
    assert!(long.message.chars().count() < 1000, "{}", long.message.len());
}

#[tokio::test]
async fn an_answer_of_another_shape_is_a_broken_promise() {
    let body = r#"{"Code":"200","Success":true,"RequestId":"R-4","Contacts":{"Contact":7}}"#;
    let error = refused(ResponseTemplate::new(200).set_body_string(body)).await;
    assert_eq!((error.kind, error.request_id.as_deref()), (ErrorKind::Protocol, Some("R-4")));
    assert!(error.message.contains("does not have the shape"), "{}", error.message);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = server(ResponseTemplate::new(200).set_body_string(ACK)).await;
    let response = ResponseTemplate::new(302).insert_header("location", elsewhere.uri());
    assert_eq!(refused(response).await.status, Some(302));
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn no_answer_is_told_without_the_query() {
    // Bound and let go: nothing listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for scheme in [SignatureScheme::V3, SignatureScheme::V1Query] {
        let client = client(&format!("http://127.0.0.1:{port}"), secretive()).with_scheme(scheme);
        let error = client.call(&put_contact()).await.unwrap_err();
        assert_eq!((error.kind, error.status), (ErrorKind::Transport, None));
        assert!(error.retryable());
        let text = error.to_string();
        assert!(text.starts_with(&format!("PutContact failed: http://127.0.0.1:{port}: ")), "{text}");
        assert!(text.to_lowercase().contains("refused"), "{text}");
        for hidden in ["alice", "access_token", "Signature", "c4n4ry", "?"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
}

/// A server that quotes the nth of the things that it was sent, and the client's secrets besides.
struct Mirror(usize);

impl Mirror {
    const PIECES: usize = 13;
}

impl Respond for Mirror {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let request = received(request);
        let claim = identify(&request).unwrap();
        let mismatch = claim.verify(&Secret::new("another secret")).unwrap_err();
        // The parts of it that hold something: an error is cut before a whole one is through.
        let signed: Vec<&str> = mismatch
            .string_to_sign
            .split(['&', '\n'])
            .flat_map(|part| part.split("%26"))
            .filter(|part| part.contains("c4n4ry"))
            .collect();
        let mut pieces = vec![
            signed.join(" "),
            claim.params["Channels.DingWebHook"].clone(),
            format!("{claim:?} {ROBOT}"),
        ];
        for secret in [SECRET, TOKEN, ROBOT] {
            let json = serde_json::json!({ "quoted": secret }).to_string();
            pieces.extend([secret.to_owned(), encode(secret), encode(&encode(secret))]);
            if secret == SECRET {
                pieces.push(json);
            }
        }
        assert_eq!(pieces.len(), Self::PIECES);
        assert!(pieces.iter().all(|piece| piece.contains("c4n4ry")), "{pieces:?}");
        ResponseTemplate::new(400).set_body_json(serde_json::json!({
            "Code": format!("SignatureDoesNotMatch.{SECRET}"),
            "Message": format!("server string to sign is:{}", pieces[self.0]),
            "RequestId": format!("R-{TOKEN}"),
        }))
    }
}

/// A server that quotes the secrets in something that is not JSON, and in the wrong type.
struct Page(u16, &'static str);

impl Respond for Page {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let secrets = format!("{SECRET} {TOKEN} https://oapi.dingtalk.com/robot/send?access_token={ROBOT}");
        ResponseTemplate::new(self.0).set_body_string(self.1.replace("%", &secrets))
    }
}

#[tokio::test]
async fn reflected_secrets_do_not_surface() {
    async fn check(server: MockServer, scheme: SignatureScheme) -> ApiError {
        let client = client(&server.uri(), secretive()).with_scheme(scheme);
        let error = client.call(&put_contact()).await.unwrap_err();
        let text = format!("{error} {error:?} {error:#?} {client:?}");
        // Whole, in part, or in another alphabet: no piece of any of them.
        for hidden in [
            "c4n4ry",
            &encode("c4n4ry"),
            "robot_0123",
            "sts+token",
            "sts%2Btoken",
            "key/+secret",
            "key%2F",
            "key%252F",
        ] {
            assert!(!text.contains(hidden), "{scheme:?}: {hidden} in {text}");
        }
        assert!(text.contains("[secret]"), "the server did reflect: {text}");
        error
    }
    for scheme in [SignatureScheme::V3, SignatureScheme::V1Query, SignatureScheme::V1Body] {
        for piece in 0..Mirror::PIECES {
            let error = check(server(Mirror(piece)).await, scheme).await;
            assert_eq!(error.kind, ErrorKind::Denied);
            assert!(error.message.contains("[secret]"), "{piece}: {}", error.message);
        }
        check(server(Page(502, "<p>%</p>")).await, scheme).await;
        check(server(Page(200, r#"{"Success":false,"Message":"%"}"#)).await, scheme).await;
        check(server(Page(200, r#"{"Success":true,"Code":"200","Message":["%"]}"#)).await, scheme).await;
    }
}

#[tokio::test]
async fn a_secret_that_crosses_the_cut_is_not_cut_open() {
    for pad in 540..640 {
        let text = format!("{}{SECRET}", "x".repeat(pad));
        let error = refused_by_secretive(text).await;
        assert!(!error.message.contains("c4n"), "{pad}: {}", error.message);
    }
}

async fn refused_by_secretive(message: String) -> ApiError {
    #[derive(Debug)]
    struct Canned(String);
    impl bellcheck::openapi::Transport for Canned {
        fn send<'a>(
            &'a self,
            _base: &'a str,
            _request: HttpRequest,
        ) -> bellcheck::clock::BoxFuture<
            'a,
            Result<bellcheck::openapi::HttpResponse, bellcheck::openapi::TransportError>,
        > {
            let body = serde_json::json!({"Code": "X", "Message": self.0}).to_string().into_bytes();
            Box::pin(std::future::ready(Ok(bellcheck::openapi::HttpResponse {
                status: 400,
                headers: vec![],
                body,
            })))
        }
    }
    let client = Client::new(
        Arc::new(Canned(message)),
        Endpoints::new("cn-hangzhou", None).unwrap(),
        secretive(),
        Arc::new(StillClock(new_year())),
        Arc::new(SequenceNonce::new("n")),
    );
    assert_eq!(PutContact::ACTION, "PutContact");
    client.call(&put_contact()).await.unwrap_err()
}
