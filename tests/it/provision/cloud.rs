//! An emulated cloud with a client, and specs for it.

use std::sync::Arc;

use bellcheck::{
    emulator::{AccessKey, Emulator, FaultEffect, FaultRule, FaultTarget, Switches, What, WorldConfig},
    openapi::{ApiError, Client, Credentials, Endpoints, Operation, SequenceNonce, Transport},
    provision::{ConvergeReport, Desired, Options, Plan, converge, desired, prepare},
    spec,
};

/// One contact, one group, one rule.
pub(super) const SMALL: &str = "\
stack: ops
region: cn-hangzhou
contacts:
  duty:
    description: On duty
    webhook: https://oapi.dingtalk.com/robot/send?access_token=t0k3n-of-duty
    email: duty@example.com
groups:
  on-call:
    description: Look after ECS
    contacts: [duty]
rules:
  state-change:
    description: An instance changed state
    event_pattern:
      product: ECS
      levels: [INFO, WARN]
      names: [\"Instance:StateChange\"]
      statuses: [Normal]
    targets:
      - group: on-call
        level: INFO
";

pub(super) const PLAIN: Options = Options { adopt: false, prune: false, force: false };
pub(super) const PRUNE: Options = Options { adopt: false, prune: true, force: false };
pub(super) const ADOPT: Options = Options { adopt: true, prune: false, force: false };

pub(super) fn wanted(text: &str) -> Desired {
    desired(&spec::load("spec.yaml", text, &crate::support::tokens).unwrap().value).unwrap()
}

/// A client of `emulator` whose requests go through `transport`.
pub(super) fn client(emulator: &Emulator, transport: impl Transport + 'static, nonces: &str) -> Client {
    let key = AccessKey::test();
    let credentials =
        Credentials { access_key_id: key.id, access_key_secret: key.secret, security_token: None };
    Client::new(
        Arc::new(transport),
        Endpoints::new("cn-hangzhou", None).unwrap(),
        credentials,
        Arc::new(emulator.clone()),
        Arc::new(SequenceNonce::new(nonces)),
    )
}

/// A fault that strikes the next `times` calls of an operation.
pub(super) fn fault(operation: &str, effect: FaultEffect, times: u64) -> FaultRule {
    let target = FaultTarget::Operation(operation.to_owned());
    FaultRule { target, effect, share: None, times: Some(times) }
}

pub(super) struct Cloud {
    pub(super) emulator: Emulator,
    pub(super) client: Client,
}

impl Cloud {
    pub(super) fn new() -> Self {
        Self::with(&[])
    }

    pub(super) fn with(switches: &[(&str, &str)]) -> Self {
        let mut config = WorldConfig { switches: Switches::default(), ..WorldConfig::default() };
        for (name, value) in switches {
            config.switches.set(name, value).unwrap();
        }
        Self::of(config)
    }

    pub(super) fn of(config: WorldConfig) -> Self {
        let emulator = Emulator::virtual_clock(config);
        let client = client(&emulator, emulator.clone(), "it");
        Self { emulator, client }
    }

    pub(super) async fn plan(&self, desired: &Desired, options: Options) -> Plan {
        prepare(&self.client, desired, &options).await.unwrap()
    }

    pub(super) async fn converge(&self, desired: &Desired, options: Options) -> ConvergeReport {
        converge(&self.client, desired, &options, &|_| ()).await.unwrap()
    }

    /// Converges and insists that it did.
    pub(super) async fn settle(&self, text: &str) {
        let report = self.converge(&wanted(text), PLAIN).await;
        assert!(report.converged(), "{report:#?}");
    }

    /// A call of somebody else.
    pub(super) async fn call<O: Operation>(&self, operation: O) -> O::Response {
        self.try_call(operation).await.unwrap()
    }

    pub(super) async fn try_call<O: Operation>(&self, operation: O) -> Result<O::Response, ApiError> {
        self.client.call(&operation).await
    }

    /// How many journal entries there are.
    pub(super) fn mark(&self) -> usize {
        self.emulator.with(|world| world.journal().len())
    }

    /// The operations since `mark` that change something, or those that do not.
    pub(super) fn operations(&self, mark: usize, writing: bool) -> Vec<String> {
        self.emulator.with(|world| {
            let calls = world.journal()[mark..].iter().filter_map(|entry| match &entry.what {
                What::Call { operation, writes, .. } if *writes == writing => Some(operation.clone()),
                _ => None,
            });
            calls.collect()
        })
    }

    /// The codes with which all calls so far were answered.
    pub(super) fn call_codes(&self) -> Vec<String> {
        self.emulator.with(|world| {
            let codes = world.journal().iter().filter_map(|entry| match &entry.what {
                What::Call { code, .. } => Some(code.clone()),
                _ => None,
            });
            codes.collect()
        })
    }

    /// Injects faults, in place of those before.
    pub(super) fn strike(&self, faults: Vec<FaultRule>) {
        self.emulator.with(|world| world.set_faults(faults));
    }

    pub(super) fn writes(&self, mark: usize) -> Vec<String> {
        self.operations(mark, true)
    }
}
