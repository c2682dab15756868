//! A cloud with a client, and the shortest way to a rule that rings.

use std::{sync::Arc, time::Duration};

use crate::{
    api::cloudmonitor::{
        Channels, ContactParameter, EventPattern, PutContact, PutContactGroup, PutEventRule,
        PutEventRuleTargets,
    },
    clock::Timestamp,
    dingtalk::{RobotState, Security},
    emulator::{
        ContactVerdict, Emulator, Entry, NewInstance, RobotConfig, RuleVerdict, TargetVerdict, What, World,
        WorldConfig,
    },
    openapi::{
        ApiError, Call, Client, Credentials, Endpoints, HttpRequest, HttpResponse, Operation, Params, Seal,
        SequenceNonce, SignatureScheme,
    },
};

pub(super) const TOKEN: &str = "ops-test-token";

pub(super) struct Cloud {
    pub(super) emulator: Emulator,
    pub(super) client: Client,
}

impl Cloud {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with_switches(switches: &[(&str, &str)]) -> Self {
        Self::with(|config| {
            for (name, value) in switches {
                config.switches.set(name, value).unwrap();
            }
        })
    }

    pub(super) fn with(change: impl FnOnce(&mut WorldConfig)) -> Self {
        let mut config = WorldConfig::default();
        change(&mut config);
        let emulator = Emulator::virtual_clock(config);
        let client = client(&emulator, credentials("testAk", "testSk"), "n");
        Self { emulator, client }
    }

    pub(super) fn call<O: Operation>(&self, operation: &O) -> Result<O::Response, ApiError> {
        block_on(self.client.call(operation))
    }

    /// The refusal's HTTP status, code and message.
    pub(super) fn refused<O: Operation>(&self, operation: &O) -> (u16, String, String)
    where
        O::Response: std::fmt::Debug,
    {
        let error = self.call(operation).unwrap_err();
        assert!(error.request_id.is_some(), "{error}");
        (error.status.unwrap(), error.code, error.message)
    }

    pub(super) fn send(&self, request: &HttpRequest) -> HttpResponse {
        self.emulator.with(|world| world.handle(request))
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.emulator.with(|world| {
            let to = world.now().checked_add(Duration::from_secs(seconds)).unwrap();
            world.advance_to(to);
        });
    }

    pub(super) fn now(&self) -> Timestamp {
        self.emulator.with(|world| world.now())
    }

    pub(super) fn journal(&self) -> Vec<Entry> {
        self.emulator.with(|world| world.journal().to_vec())
    }

    pub(super) fn instance(&self, name: &str, state: &str) -> String {
        let new = NewInstance { name: name.to_owned(), state: state.to_owned(), ..NewInstance::default() };
        self.emulator.with(|world| world.add_instance(new))
    }

    pub(super) fn state(&self, id: &str) -> Option<String> {
        self.emulator.with(|world| world.instance_state(id).map(str::to_owned))
    }

    /// What a reader of the robot's group saw.
    pub(super) fn texts(&self) -> Vec<String> {
        self.emulator.with(|world| {
            world.messages(TOKEN).iter().map(|received| received.message.reader_text()).collect()
        })
    }

    pub(super) fn rule_verdicts(&self) -> Vec<RuleVerdict> {
        let verdict = |entry: Entry| match entry.what {
            What::Rule { verdict, .. } => Some(verdict),
            _ => None,
        };
        self.journal().into_iter().filter_map(verdict).collect()
    }

    pub(super) fn target_verdicts(&self) -> Vec<TargetVerdict> {
        let verdict = |entry: Entry| match entry.what {
            What::Target { verdict, .. } => Some(verdict),
            _ => None,
        };
        self.journal().into_iter().filter_map(verdict).collect()
    }

    pub(super) fn contact_verdicts(&self) -> Vec<ContactVerdict> {
        let verdict = |entry: Entry| match entry.what {
            What::Contact { verdict, .. } => Some(verdict),
            _ => None,
        };
        self.journal().into_iter().filter_map(verdict).collect()
    }

    /// The errcodes of the deliveries so far.
    pub(super) fn deliveries(&self) -> Vec<i64> {
        let reply = |entry: Entry| match entry.what {
            What::Delivery { reply, .. } => Some(reply.errcode),
            _ => None,
        };
        self.journal().into_iter().filter_map(reply).collect()
    }

    /// Channel and address of all that was recorded so far.
    pub(super) fn recorded(&self) -> Vec<(&'static str, String)> {
        let recorded = |entry: Entry| match entry.what {
            What::Recorded { channel, to, .. } => Some((channel, to)),
            _ => None,
        };
        self.journal().into_iter().filter_map(recorded).collect()
    }

    /// A robot, a contact, a group and a rule without silence for state changes: everything that a
    /// message needs.
    pub(super) fn provision(&self) {
        self.declare_robot(Security { keywords: vec!["CloudMonitor".to_owned()], ..Security::default() });
        self.call(&contact("duty", webhook(TOKEN))).unwrap();
        self.call(&group("on-call", &["duty"])).unwrap();
        self.call(&rule("state-change")).unwrap();
        self.call(&to_group("state-change", "1", "on-call", "4")).unwrap();
    }

    pub(super) fn declare_robot(&self, security: Security) {
        let (name, state) = (Some("ops".to_owned()), RobotState::Active);
        let config = RobotConfig { token: TOKEN.into(), name, security, state };
        self.emulator.with(|world: &mut World| world.declare_robot(config));
    }
}

pub(super) fn client(emulator: &Emulator, credentials: Credentials, nonces: &str) -> Client {
    let shared = Arc::new(emulator.clone());
    Client::new(
        shared.clone(),
        Endpoints::new("cn-hangzhou", None).unwrap(),
        credentials,
        shared,
        Arc::new(SequenceNonce::new(nonces)),
    )
    .plain()
}

pub(super) fn credentials(id: &str, secret: &str) -> Credentials {
    Credentials { access_key_id: id.to_owned(), access_key_secret: secret.into(), security_token: None }
}

pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// A request as a client would sign it, to be spoilt.
pub(super) struct Raw {
    pub(super) action: &'static str,
    pub(super) version: &'static str,
    pub(super) params: Vec<(&'static str, &'static str)>,
    pub(super) scheme: SignatureScheme,
    pub(super) credentials: Credentials,
    pub(super) now: Timestamp,
    pub(super) nonce: &'static str,
}

impl Raw {
    pub(super) fn new(action: &'static str) -> Self {
        Self {
            action,
            version: "2019-01-01",
            params: Vec::new(),
            scheme: SignatureScheme::V3,
            credentials: credentials("testAk", "testSk"),
            now: WorldConfig::default().start,
            nonce: "raw",
        }
    }

    pub(super) fn request(&self) -> HttpRequest {
        let params: Params =
            self.params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let call = Call { action: self.action, version: self.version, params: &params };
        let seal = Seal { credentials: &self.credentials, now: self.now, nonce: self.nonce };
        self.scheme.request("127.0.0.1:1", &call, &seal)
    }
}

pub(super) fn webhook(token: &str) -> Channels {
    let url = format!("https://oapi.dingtalk.com/robot/send?access_token={token}");
    Channels { ding_web_hook: Some(url), ..Channels::default() }
}

pub(super) fn contact(name: &str, channels: Channels) -> PutContact {
    PutContact {
        contact_name: name.to_owned(),
        describe: "d".to_owned(),
        lang: Some("en".to_owned()),
        channels,
    }
}

pub(super) fn group(name: &str, contacts: &[&str]) -> PutContactGroup {
    PutContactGroup {
        contact_group_name: name.to_owned(),
        describe: Some("d".to_owned()),
        contact_names: contacts.iter().map(|name| (*name).to_owned()).collect(),
        enable_subscribed: Some(false),
    }
}

pub(super) fn rule(name: &str) -> PutEventRule {
    PutEventRule {
        rule_name: name.to_owned(),
        event_pattern: vec![EventPattern {
            product: "ECS".to_owned(),
            name_list: vec!["Instance:StateChange".to_owned()],
            level_list: vec!["INFO".to_owned()],
            ..EventPattern::default()
        }],
        silence_time: Some(0),
        state: Some("ENABLED".to_owned()),
        ..PutEventRule::default()
    }
}

pub(super) fn to_group(rule: &str, id: &str, group: &str, level: &str) -> PutEventRuleTargets {
    PutEventRuleTargets {
        rule_name: rule.to_owned(),
        contact_parameters: vec![ContactParameter {
            id: Some(id.to_owned()),
            contact_group_name: Some(group.to_owned()),
            level: Some(level.to_owned()),
        }],
        ..PutEventRuleTargets::default()
    }
}
