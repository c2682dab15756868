//! A home folder, an emulated cloud, and fakes of the places that give keys.

use std::{fs, os::unix::fs::PermissionsExt as _, sync::Arc};

use bellcheck::{
    api::sts::{AssumeRole, TemporaryCredentials},
    clock::SystemClock,
    openapi::{Client, Endpoints, RandomNonce, ReqwestTransport},
};
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

use crate::{
    raw::test_credentials,
    support::{Cloud, Desk, Run},
};

/// Whole tokens: what is called here is no emulator, and takes no other.
pub(super) const TOKENS: [(&str, &str); 2] = [
    ("DING_OPS_TOKEN", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
    ("DING_MANAGERS_TOKEN", "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"),
];

pub(super) const SPEC: &str = "quickstart/bellcheck.yaml";
pub(super) const ROLE: &str = "acs:ram::1000000000000001:role/admin";
pub(super) const PROVIDER: &str = "acs:ram::1000000000000001:oidc-provider/cluster";

/// A desk with a home folder, and a cloud that knows testAk and what `args` declare.
pub(super) struct Bench {
    pub(super) desk: Desk,
    pub(super) cloud: Cloud,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(&[])
    }

    pub(super) fn with(args: &[&str]) -> Self {
        let desk = Desk::new();
        let cloud = Cloud::start(&desk, args);
        Self { desk, cloud }
    }

    /// Runs the binary against the cloud, without credentials but for what the home folder and
    /// `environment` hold.
    pub(super) fn run(&self, environment: &[(&str, &str)], args: &[&str]) -> Run {
        let (home, endpoint) = (self.home(), self.cloud.endpoint());
        let mut all = vec![("HOME", home.as_str()), ("BELLCHECK_ENDPOINT", endpoint.as_str())];
        all.extend(TOKENS);
        all.extend(environment);
        self.desk.run_with(&all, args)
    }

    pub(super) fn plan(&self, environment: &[(&str, &str)]) -> Run {
        self.run(environment, &["plan", SPEC])
    }

    pub(super) fn home(&self) -> String {
        self.desk.path("home").display().to_string()
    }

    /// Writes a file that only its owner can read.
    pub(super) fn private(&self, name: &str, text: &str) -> String {
        self.desk.write(name, text);
        let path = self.desk.path(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    }

    /// Writes `~/.aliyun/config.json` with these profiles; the first one is current.
    pub(super) fn profiles(&self, profiles: &Value) {
        let current = profiles[0]["name"].clone();
        let text = json!({"current": current, "profiles": profiles, "meta_path": ""});
        self.private("home/.aliyun/config.json", &format!("{text:#}"));
    }

    /// Writes `~/.alibabacloud/credentials`.
    pub(super) fn ini(&self, text: &str) {
        self.private("home/.alibabacloud/credentials", text);
    }

    /// A temporary key pair of the cloud.
    pub(super) fn issue(&self, seconds: i64) -> TemporaryCredentials {
        issue(&self.cloud, seconds)
    }

    /// The parameters of each call of an operation, oldest first.
    pub(super) fn calls(&self, operation: &str) -> Vec<Value> {
        let journal = self.cloud.control("GET", "/_bellcheck/journal", &Value::Null);
        let entries = journal.as_array().unwrap().iter();
        let calls = entries.filter(|entry| entry["kind"] == "call" && entry["operation"] == operation);
        calls.map(|call| call["parameters"].clone()).collect()
    }
}

/// A temporary key pair of a cloud.
pub(super) fn issue(cloud: &Cloud, seconds: i64) -> TemporaryCredentials {
    let client = Client::new(
        Arc::new(ReqwestTransport::new().unwrap()),
        Endpoints::new("cn-hangzhou", Some(&cloud.endpoint())).unwrap(),
        test_credentials(),
        Arc::new(SystemClock),
        Arc::new(RandomNonce),
    );
    let call = AssumeRole {
        role_arn: ROLE.to_owned(),
        role_session_name: "issued".to_owned(),
        duration_seconds: Some(seconds),
        ..AssumeRole::default()
    };
    block_on(client.call(&call)).unwrap().credentials
}

/// The key pair as metadata services and credentials URIs answer with it.
pub(super) fn answer(key: &TemporaryCredentials) -> Value {
    json!({
        "Code": "Success",
        "AccessKeyId": key.access_key_id,
        "AccessKeySecret": key.access_key_secret.as_ref().unwrap().expose(),
        "SecurityToken": key.security_token.as_ref().unwrap().expose(),
        "Expiration": key.expiration,
        "LastUpdated": "2026-01-01T00:00:00Z",
    })
}

/// A key pair that no cloud knows, with canaries.
pub(super) fn made_up(expiration: &str) -> TemporaryCredentials {
    TemporaryCredentials {
        access_key_id: "STS.made-up".to_owned(),
        access_key_secret: Some("c4n4ry-made-up-secret/+".into()),
        security_token: Some("c4n4ry-made-up-token==".into()),
        expiration: expiration.to_owned(),
    }
}

pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A server on this machine that answers as it is told.
pub(crate) struct Fake(MockServer);

impl Fake {
    pub(crate) fn start(answer: impl Fn(&Request) -> ResponseTemplate + Send + Sync + 'static) -> Self {
        Self(block_on(async {
            let server = MockServer::start().await;
            Mock::given(any()).respond_with(answer).mount(&server).await;
            server
        }))
    }

    pub(crate) fn url(&self) -> String {
        self.0.uri()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        block_on(self.0.received_requests()).unwrap()
    }

    /// `METHOD path` of each request.
    pub(crate) fn log(&self) -> Vec<String> {
        let requests = self.requests();
        requests.iter().map(|request| format!("{} {}", request.method, request.url.path())).collect()
    }
}

/// A cloud that refuses each call with the name of who made it.
pub(super) fn mirror() -> Fake {
    Fake::start(|request| {
        let header = request.headers.get("authorization").map_or("", |value| value.to_str().unwrap());
        let key = header.split("Credential=").nth(1).and_then(|rest| rest.split(',').next());
        let token = if request.headers.contains_key("x-acs-security-token") { " with a token" } else { "" };
        ResponseTemplate::new(403).set_body_json(json!({
            "Code": "Forbidden",
            "Message": format!("called by {}{token}", key.unwrap_or("nobody")),
            "RequestId": "R-1",
        }))
    })
}
