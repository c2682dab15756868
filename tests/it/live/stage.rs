//! The real cloud, played by a second emulator process in real time: only its clock runs faster, so that a
//! minute takes a second. Nothing that is tested here knows.

use std::{path::PathBuf, process::Command, sync::Arc};

use bellcheck::{
    clock::{Clock as _, FastClock, SystemClock, Timestamp},
    openapi::{Client, Credentials, Endpoints, Operation, RandomNonce, ReqwestTransport},
    provision::{Options, converge, desired, resolve},
    spec::Spec,
};
use serde_json::{Value, json};

use crate::{
    live::disorder::Disorder,
    support::{Cloud, Desk, Run},
};

/// The account of the default key pair.
pub(crate) const ACCOUNT: &str = "1000000000000001";

/// The name of the file of leaps.
pub(crate) const LEAPS: &str = "clock.leaps";

/// A desk with specs and scenarios, and a cloud in which one instance is bound.
pub(crate) struct Stage {
    pub(crate) desk: Desk,
    pub(crate) cloud: Cloud,
    pub(crate) since: String,
    pub(crate) speed: u32,
    /// The file of leaps of the cloud's clock, where it may leap.
    leaps: Option<PathBuf>,
    /// A network before the cloud's API.
    pub(crate) network: Option<Disorder>,
    binds: Vec<String>,
    more: String,
}

impl Stage {
    /// With the quickstart's spec applied, and `web-1` running and tagged.
    pub(crate) fn new() -> Self {
        let stage = Self::bare(Desk::new(), 60, &[]);
        stage.apply("quickstart/bellcheck.yaml");
        stage.with_instance("web-1", "Running", json!({"bellcheck": "allowed"}))
    }

    /// A cloud with nothing in it, whose clock runs so fast.
    pub(crate) fn bare(desk: Desk, speed: u32, args: &[&str]) -> Self {
        let since = Self::now();
        let number = speed.to_string();
        let mut all = vec!["--clock", "real", "--speed", &number, "--since", &since];
        all.extend_from_slice(args);
        let cloud = Cloud::start(&desk, &all);
        Self { desk, cloud, since, speed, leaps: None, network: None, binds: Vec::new(), more: String::new() }
    }

    /// A cloud with nothing in it, whose clock also leaps.
    pub(crate) fn leaping(desk: Desk, speed: u32, args: &[&str]) -> Self {
        let leaps = desk.path(LEAPS);
        let name = leaps.display().to_string();
        let args = [&["--leaps", &name], args].concat();
        Self { leaps: Some(leaps), ..Self::bare(desk, speed, &args) }
    }

    /// The machine's time, as the binary takes it.
    pub(crate) fn now() -> String {
        SystemClock.now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
    }

    /// What the cloud's clock says.
    pub(crate) fn now_there(&self) -> Timestamp {
        self.clock().now()
    }

    pub(crate) fn apply(&self, spec: &str) {
        self.cloud.run(&self.desk, &["apply", spec, "--yes"]).exits(0);
    }

    pub(crate) fn with_instance(mut self, name: &str, state: &str, tags: Value) -> Self {
        let id = self.instance(name, state, tags);
        self.binds.push(format!("{name}: {id}"));
        self
    }

    /// Nothing bound.
    pub(crate) fn without_instances(mut self) -> Self {
        self.binds.clear();
        self
    }

    /// The same, where the scenario's name differs from the cloud's.
    pub(crate) fn with_named_instance(
        mut self,
        name: &str,
        called: &str,
        region: &str,
        state: &str,
        tags: Value,
    ) -> Self {
        let body = json!({"name": called, "region": region, "state": state, "tags": tags});
        let answer = self.cloud.control("POST", "/_bellcheck/instances", &body);
        self.binds.push(format!("{name}: {}", answer["id"].as_str().unwrap()));
        self
    }

    /// A new instance of the cloud; its id.
    pub(crate) fn instance(&self, name: &str, state: &str, tags: Value) -> String {
        let body = json!({"name": name, "region": "cn-hangzhou", "state": state, "tags": tags});
        let answer = self.cloud.control("POST", "/_bellcheck/instances", &body);
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Lines for `binds.yaml`.
    pub(crate) fn with(mut self, more: &str) -> Self {
        self.more.push_str(more);
        self
    }

    /// Writes `binds.yaml`; its path.
    pub(crate) fn write_binds(&self) -> PathBuf {
        let leaps = if self.leaps.is_some() { format!(", leaps: {LEAPS}") } else { String::new() };
        let text = format!(
            "instances: {{ {} }}\nallow_accounts: [\"{ACCOUNT}\"]\nrehearsal: {{ speed: {}, since: \"{}\"{leaps} }}\n{}",
            self.binds.join(", "),
            self.speed,
            self.since,
            self.more
        );
        self.desk.write("binds.yaml", &text);
        self.desk.path("binds.yaml")
    }

    /// The binary with the cloud's key pair, through the network where there is one.
    pub(crate) fn command(&self) -> Command {
        let mut command = self.cloud.command(&self.desk);
        if let Some(network) = &self.network {
            command.env("BELLCHECK_ENDPOINT", network.url());
        }
        command
    }

    /// `bellcheck test --backend live` with these arguments.
    pub(crate) fn test(&self, args: &[&str]) -> Run {
        self.write_binds();
        let mut command = self.command();
        command.args(["test", "--backend", "live"]).args(args);
        Run::of(command.output().unwrap())
    }

    /// The state of the cloud's instance of this name.
    pub(crate) fn state(&self, name: &str) -> String {
        let state = self.cloud.control("GET", "/_bellcheck/state", &Value::Null);
        let all = state["accounts"][ACCOUNT]["instances"].as_array().unwrap();
        let found = all.iter().find(|instance| instance["name"] == name);
        found.map_or_else(String::new, |instance| instance["state"].as_str().unwrap_or_default().to_owned())
    }

    /// Makes the account match a spec, with the cloud's clock: that of the machine is soon too far from it
    /// for a signature.
    pub(crate) fn provide(&self, spec: &Spec) {
        let client = self.client();
        let done = block_on(async {
            let mut desired = desired(spec).unwrap();
            resolve(&client, spec, &mut desired).await.unwrap();
            converge(&client, &desired, &Options::default(), &|_| {}).await.unwrap()
        });
        assert!(done.converged(), "{done:?}");
    }

    /// Calls the cloud's API, without the network.
    pub(crate) fn call<O: Operation>(&self, operation: &O) -> O::Response {
        let client = self.client();
        block_on(client.call(operation)).unwrap()
    }

    fn client(&self) -> Client {
        Client::new(
            Arc::new(ReqwestTransport::new().unwrap()),
            Endpoints::new("cn-hangzhou", Some(&self.cloud.endpoint())).unwrap(),
            Credentials {
                access_key_id: "testAk".to_owned(),
                access_key_secret: "testSk".into(),
                security_token: None,
            },
            Arc::new(self.clock()),
            Arc::new(RandomNonce),
        )
    }

    fn clock(&self) -> FastClock {
        let clock = FastClock::new(self.since.parse().unwrap(), self.speed).unwrap();
        match &self.leaps {
            Some(leaps) => clock.with_leaps(leaps).unwrap(),
            None => clock,
        }
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
