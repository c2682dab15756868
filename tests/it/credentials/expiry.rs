//! Keys that expire while an apply runs.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bellcheck::{
    clock::{BoxFuture, Clock as _, SystemClock, Timestamp},
    credentials::{Ask, Inputs, METADATA, PairInput, chain},
    emulator::{Emulator, FaultEffect, FaultRule, FaultTarget, What, WorldConfig},
    openapi::{
        Client, EndpointOptions, Endpoints, HttpRequest, HttpResponse, Retry, SequenceNonce, Transport,
        TransportError,
    },
    provision::{ConvergeReport, Options, converge, desired},
    spec,
};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::bench::{Bench, Fake, ROLE, SPEC, answer, issue};

/// A cloud that is a quarter of an hour behind, in virtual time, so that a key pair can expire there
/// while requests of today are not yet too old.
fn behind() -> Bench {
    let start = SystemClock.now() - Duration::from_secs(14 * 60);
    Bench::with(&["--clock", "virtual", "--start-time", &start.to_string()])
}

/// A credentials URI that gives the first answer once and the second one from then on.
fn first_then(first: ResponseTemplate, then: ResponseTemplate) -> Fake {
    let asked = AtomicUsize::new(0);
    Fake::start(move |_| if asked.fetch_add(1, Ordering::SeqCst) == 0 { first.clone() } else { then.clone() })
}

fn ok(body: &serde_json::Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

/// Lets the first group's write take so long that a key of 900 seconds expires in the cloud.
fn delay(bench: &Bench) {
    let rules = json!([{"operation": "PutContactGroup", "delay": "16m", "times": 1}]);
    bench.cloud.control("PUT", "/_bellcheck/faults", &json!({"seed": 1, "rules": rules}));
}

fn refusals(bench: &Bench, code: &str) -> usize {
    let journal = bench.cloud.control("GET", "/_bellcheck/journal", &serde_json::Value::Null);
    journal.as_array().unwrap().iter().filter(|entry| entry["code"] == code).count()
}

#[test]
fn a_token_that_the_cloud_calls_expired_is_renewed_in_the_middle_of_an_apply() {
    let bench = behind();
    let uri = first_then(ok(&answer(&issue(&bench.cloud, 900))), ok(&answer(&issue(&bench.cloud, 3600))));
    let url = uri.url();
    let variables = [("ALIBABA_CLOUD_CREDENTIALS_URI", url.as_str())];
    delay(&bench);
    bench.run(&variables, &["apply", SPEC, "--yes"]).exits(0).says("0 failed, 0 not tried");
    assert!(refusals(&bench, "InvalidSecurityToken.Expired") > 0, "the first key pair did expire");
    assert_eq!(uri.log().len(), 2, "calls at the same time cause one renewal");
    bench.run(&variables, &["plan", SPEC, "--check"]).exits(0);
}

#[test]
fn an_expired_token_whose_source_fails_names_the_source() {
    let bench = behind();
    let uri = first_then(
        ok(&answer(&issue(&bench.cloud, 900))),
        ResponseTemplate::new(500).set_body_json(json!({"Code": "Down", "Message": "out of order"})),
    );
    let url = uri.url();
    delay(&bench);
    bench
        .run(&[("ALIBABA_CLOUD_CREDENTIALS_URI", &url)], &["apply", SPEC, "--yes"])
        .exits(4)
        .says("the credentials URI: there is no valid key pair")
        .says("answered HTTP 500: Down: out of order");
}

#[test]
fn a_source_that_has_no_other_key_leaves_the_refusal_as_it_is() {
    let bench = behind();
    let key = ok(&answer(&issue(&bench.cloud, 900)));
    let uri = first_then(key.clone(), key);
    let url = uri.url();
    delay(&bench);
    bench
        .run(&[("ALIBABA_CLOUD_CREDENTIALS_URI", &url)], &["apply", SPEC, "--yes"])
        .exits(4)
        .says("InvalidSecurityToken.Expired");
}

/// The emulated cloud in this process, which loses AssumeRole calls when told to.
#[derive(Debug)]
struct Line {
    cloud: Emulator,
    is_sts_down: AtomicBool,
    roles_asked: AtomicUsize,
}

impl Transport for Line {
    fn send<'a>(
        &'a self,
        base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        if request.header("x-acs-action") == Some("AssumeRole") {
            self.roles_asked.fetch_add(1, Ordering::SeqCst);
            if self.is_sts_down.load(Ordering::SeqCst) {
                let error = TransportError { message: "sts is away".to_owned(), sent: false };
                return Box::pin(std::future::ready(Err(error)));
            }
        }
        self.cloud.send(base, request)
    }
}

struct Virtual {
    line: Arc<Line>,
    client: Client,
    _home: tempfile::TempDir,
}

impl Virtual {
    /// A client whose role's keys last a quarter of an hour, in a cloud in which each write takes
    /// `slow`.
    async fn new(slow: &str) -> Self {
        let cloud = Emulator::virtual_clock(WorldConfig::default());
        let line = Arc::new(Line {
            cloud: cloud.clone(),
            is_sts_down: AtomicBool::new(false),
            roles_asked: AtomicUsize::new(0),
        });
        let home = tempfile::tempdir().unwrap();
        let profile = json!({"name": "p", "mode": "RamRoleArn", "access_key_id": "testAk", "access_key_secret": "testSk",
            "ram_role_arn": ROLE, "expired_seconds": 900});
        let file = home.path().join(".aliyun/config.json");
        bellcheck::files::write_whole(
            &file,
            json!({"current": "p", "profiles": [profile]}).to_string().as_bytes(),
        )
        .unwrap();
        let inputs = Inputs {
            ask: Ask::Nobody,
            flags: PairInput::default(),
            profile: None,
            variables: BTreeMap::new(),
            home: Some(home.path().to_owned()),
            region: None,
            endpoints: EndpointOptions::default(),
            metadata: METADATA.to_owned(),
            transport: line.clone(),
            direct: line.clone(),
            retry: Retry::default(),
            clock: Arc::new(cloud.clone()),
            nonce: Arc::new(SequenceNonce::new("keys")),
        };
        let resolved = chain(&inputs).await.unwrap();
        let client = Client::new(
            line.clone(),
            Endpoints::new("cn-hangzhou", None).unwrap(),
            resolved.provider,
            Arc::new(cloud.clone()),
            Arc::new(SequenceNonce::new("it")),
        );
        let slow = bellcheck::clock::parse_duration(slow).unwrap();
        cloud.with(|world| {
            for operation in ["PutContact", "PutContactGroup", "PutEventRule", "PutEventRuleTargets"] {
                world.add_fault(FaultRule {
                    target: FaultTarget::Operation(operation.to_owned()),
                    effect: FaultEffect::Delay(slow),
                    share: None,
                    times: None,
                });
            }
        });
        Self { line, client, _home: home }
    }

    async fn converge(&self) -> ConvergeReport {
        let text = include_str!("../../../examples/quickstart/bellcheck.yaml");
        let spec = spec::load("bellcheck.yaml", text, &|_| Some("t0ken".to_owned())).unwrap().value;
        let options = Options { adopt: false, prune: false, force: false };
        converge(&self.client, &desired(&spec).unwrap(), &options, &|_| ()).await.unwrap()
    }

    fn instants_of(&self, wanted: &str) -> Vec<Timestamp> {
        self.line.cloud.with(|world| {
            let is_it = |what: &What| matches!(what, What::Call { operation, .. } if operation == wanted);
            world.journal().iter().filter(|entry| is_it(&entry.what)).map(|entry| entry.at).collect()
        })
    }

    fn refusals(&self) -> usize {
        self.line.cloud.with(|world| {
            let refused = |what: &What| matches!(what, What::Call { code, .. } if format!("{code:?}").contains("Expired"));
            world.journal().iter().filter(|entry| refused(&entry.what)).count()
        })
    }
}

#[tokio::test]
async fn keys_are_renewed_before_they_expire() {
    let slow = Virtual::new("4m").await;
    let report = slow.converge().await;
    assert!(report.converged(), "{report:#?}");
    assert_eq!(slow.refusals(), 0, "no call was made with a key that had expired");
    let asked = slow.instants_of("AssumeRole");
    assert!((2..=8).contains(&asked.len()), "{asked:?}");
    for two in asked.windows(2) {
        let gap = two[1].duration_since(two[0]).as_secs();
        assert!((600..900).contains(&gap), "the next key pair was asked for after {gap}s");
    }
}

#[tokio::test]
async fn a_source_that_fails_for_a_while_is_no_failure_while_the_old_key_is_valid() {
    let slow = Virtual::new("1s").await;
    // Past the time of renewal, before that of expiry.
    slow.line.cloud.sleep(Duration::from_secs(800)).await;
    slow.line.is_sts_down.store(true, Ordering::SeqCst);
    let report = slow.converge().await;
    assert!(report.converged(), "{report:#?}");
    let asked = slow.line.roles_asked.load(Ordering::SeqCst);
    assert!((2..=5).contains(&asked), "asked {asked} times: once each ten seconds, and without patience");
    // Then it is needed.
    slow.line.cloud.sleep(Duration::from_secs(200)).await;
    let call = bellcheck::api::cloudmonitor::DescribeContactList::default();
    let error = slow.client.call(&call).await.unwrap_err().to_string();
    assert!(error.contains("profile `p` of") && error.contains("sts is away"), "{error}");
    slow.line.is_sts_down.store(false, Ordering::SeqCst);
    slow.client.call(&call).await.unwrap();
}

#[test]
fn sts_is_asked_again_while_it_is_away_as_long_as_calls_are() {
    let bench = Bench::new();
    bench.profiles(&json!([{"name": "p", "mode": "RamRoleArn", "access_key_id": "testAk",
        "access_key_secret": "testSk", "ram_role_arn": ROLE}]));
    let fail = || {
        let rules = json!([{"operation": "AssumeRole", "error": "ServiceUnavailable", "times": 1}]);
        bench.cloud.control("PUT", "/_bellcheck/faults", &json!({"seed": 1, "rules": rules}));
    };
    fail();
    bench.plan(&[]).exits(0).says("6 to create");
    assert_eq!(bench.calls("AssumeRole").len(), 2);
    fail();
    bench
        .run(&[], &["plan", SPEC, "--retry-for", "0s"])
        .exits(3)
        .says("profile `p` of")
        .says("ServiceUnavailable");
}
