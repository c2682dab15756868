//! Every operation with every fault: what is answered, and what became of the world.

use std::{cell::Cell, time::Duration};

use super::{
    sts::{PROVIDER, ROLE, claims, jwt},
    support::{Cloud, TOKEN, block_on, contact, credentials, group, rule, webhook},
};
use crate::{
    api::{
        cloudmonitor::{CreateMonitorGroup, PutEventRule},
        ecs::CreateSimulatedSystemEvents,
    },
    emulator::{Dropped, FaultEffect, FaultRule, FaultTarget, OperationInfo, operations},
    openapi::{Call, HttpResponse, Params, Seal, SignatureScheme, Transport as _, TransportError},
};

/// A world in which every operation finds something to work on; always the same one.
struct Bench {
    cloud: Cloud,
    calls: Cell<usize>,
    running: String,
    stopped: String,
    event: String,
    application_group: String,
    /// Of an identity provider.
    token: String,
}

impl Bench {
    fn new() -> Self {
        let cloud = Cloud::new();
        cloud.provision();
        cloud.call(&contact("spare", webhook("t"))).unwrap();
        cloud.call(&group("spare", &["duty"])).unwrap();
        cloud.call(&PutEventRule { state: Some("DISABLED".to_owned()), ..rule("off") }).unwrap();
        let application_group =
            CreateMonitorGroup { group_name: "shop".to_owned(), ..CreateMonitorGroup::default() };
        let application_group = cloud.call(&application_group).unwrap().group_id.unwrap().to_string();
        let running = cloud.instance("web-1", "Running");
        let stopped = cloud.instance("web-2", "Stopped");
        let planned = CreateSimulatedSystemEvents {
            region_id: "cn-hangzhou".to_owned(),
            event_type: "SystemMaintenance.Reboot".to_owned(),
            instance_id: vec![running.clone()],
            not_before: "2026-02-01T00:00:00Z".to_owned(),
            ..Default::default()
        };
        let event = cloud.call(&planned).unwrap().event_id_set.event_id.remove(0);
        cloud.advance(600);
        let token = jwt(&claims());
        Self { cloud, calls: Cell::new(0), running, stopped, event, application_group, token }
    }

    /// Parameters with which the operation does something here.
    fn params(&self, action: &str) -> Vec<(&'static str, &str)> {
        const REGION: (&str, &str) = ("RegionId", "cn-hangzhou");
        let (running, stopped) = (self.running.as_str(), self.stopped.as_str());
        let rule = ("RuleName", "state-change");
        match action {
            "PutContact" => vec![
                ("ContactName", "new"),
                ("Describe", "d"),
                ("Channels.DingWebHook", "https://oapi.dingtalk.com/robot/send?access_token=new"),
            ],
            "DeleteContact" => vec![("ContactName", "spare")],
            "PutContactGroup" => vec![("ContactGroupName", "new"), ("Describe", "d")],
            "DeleteContactGroup" => vec![("ContactGroupName", "spare")],
            "PutEventRule" => vec![("RuleName", "new"), ("EventPattern.1.Product", "ECS")],
            "EnableEventRules" => vec![("RuleNames.1", "off")],
            "DisableEventRules" | "DeleteEventRules" => vec![("RuleNames.1", "state-change")],
            "PutEventRuleTargets" => vec![
                rule,
                ("ContactParameters.1.Id", "2"),
                ("ContactParameters.1.ContactGroupName", "on-call"),
                ("ContactParameters.1.Level", "4"),
            ],
            "DeleteEventRuleTargets" => vec![rule, ("Ids.1", "1")],
            "DescribeEventRuleAttribute" | "DescribeEventRuleTargetList" => vec![rule],
            "SendDryRunSystemEvent" => vec![("Product", "ECS"), ("EventName", "Instance:StateChange")],
            "DescribeContactListByContactGroup" => vec![("ContactGroupName", "on-call")],
            "DescribeSystemEventAttribute" | "DescribeSystemEventCount" | "DescribeSystemEventHistogram" => {
                vec![("Product", "ECS"), ("Level", "CRITICAL")]
            }
            "DescribeAlertLogList" => vec![("LastMin", "15"), ("ContactGroup", "on-call")],
            "CreateMonitorGroup" => vec![("GroupName", "new"), ("ContactGroups", "on-call")],
            "DescribeMonitorGroups" => vec![("GroupName", "shop")],
            "ModifyMonitorGroup" => {
                vec![("GroupId", self.application_group.as_str()), ("GroupName", "store")]
            }
            "DeleteMonitorGroup" => vec![("GroupId", self.application_group.as_str())],
            "PutCustomEvent" => vec![("EventInfo.1.EventName", "full"), ("EventInfo.1.Content", "disk 1")],
            "AssumeRole" => vec![("RoleArn", ROLE), ("RoleSessionName", "alice")],
            "AssumeRoleWithOIDC" => vec![
                ("OIDCProviderArn", PROVIDER),
                ("OIDCToken", self.token.as_str()),
                ("RoleArn", ROLE),
                ("RoleSessionName", "ci"),
            ],
            "GetCallerIdentity"
            | "DescribeContactList"
            | "DescribeContactGroupList"
            | "DescribeEventRuleList"
            | "DescribeMetricRuleList"
            | "DescribeSystemEventMetaList" => vec![],
            "RunInstances"
            | "DescribeInstances"
            | "DescribeDisks"
            | "DescribeInstanceHistoryEvents"
            | "DescribeInstancesFullStatus"
            | "DescribeInstanceStatus" => vec![REGION],
            "StopInstance" | "RebootInstance" | "DescribeInstanceAttribute" => vec![("InstanceId", running)],
            "StartInstance" | "DeleteInstance" => vec![("InstanceId", stopped)],
            "StopInstances" => vec![REGION, ("InstanceId.1", running)],
            "StartInstances" => vec![REGION, ("InstanceId.1", stopped)],
            "TagResources" => vec![
                REGION,
                ("ResourceType", "instance"),
                ("ResourceId.1", running),
                ("Tag.1.Key", "k"),
                ("Tag.1.Value", "v"),
            ],
            "CreateSimulatedSystemEvents" => vec![
                REGION,
                ("EventType", "SystemMaintenance.Reboot"),
                ("InstanceId.1", stopped),
                ("NotBefore", "2026-02-01T00:00:00Z"),
            ],
            "CancelSimulatedSystemEvents" => vec![REGION, ("EventId.1", self.event.as_str())],
            other => panic!("the matrix does not know what to send to {other}"),
        }
    }

    fn send(&self, operation: &OperationInfo) -> Result<HttpResponse, TransportError> {
        let params: Params = self
            .params(operation.action)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let call = Call { action: operation.action, version: operation.product.version(), params: &params };
        self.calls.set(self.calls.get() + 1);
        let nonce = format!("matrix-{}", self.calls.get());
        let credentials = credentials("testAk", "testSk");
        let seal = Seal { credentials: &credentials, now: self.cloud.now(), nonce: &nonce };
        let scheme = if operation.unsigned { SignatureScheme::Unsigned } else { SignatureScheme::V3 };
        let request = scheme.request("127.0.0.1:1", &call, &seal);
        block_on(self.cloud.emulator.send("", request))
    }

    /// All that the accounts hold, the temporary keys, what is due, and what the robot has.
    fn digest(&self) -> String {
        self.cloud.emulator.with(|world| {
            let messages = world.messages(TOKEN).len();
            let (due, next, keys) = (world.due_count(), world.next_due(), &world.temporary_keys);
            format!("{:?} {keys:?} {due} {next:?} {messages}", world.accounts)
        })
    }

    fn fault(&self, operation: &OperationInfo, effect: FaultEffect) {
        self.set(operation, effect, None, None);
    }

    fn set(&self, operation: &OperationInfo, effect: FaultEffect, share: Option<f64>, times: Option<u64>) {
        let target = FaultTarget::Operation(operation.action.to_owned());
        self.cloud.emulator.with(|world| {
            world.seed_faults(7);
            world.set_faults(vec![FaultRule { target, effect, share, times }]);
        });
    }
}

/// A world after the call without any fault: the answer and the digest.
struct Undisturbed {
    response: HttpResponse,
    before: String,
    after: String,
    /// After the time that a delay takes.
    later: String,
}

const DELAY: u64 = 2;

fn undisturbed(operation: &OperationInfo) -> Undisturbed {
    let bench = Bench::new();
    let before = bench.digest();
    let response = bench.send(operation).unwrap();
    let after = bench.digest();
    bench.cloud.advance(DELAY);
    Undisturbed { response, before, after, later: bench.digest() }
}

fn code(response: &HttpResponse) -> String {
    let answer: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    answer["Code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_rows_of_the_matrix_do_what_their_operations_say() {
    for operation in operations() {
        let calm = undisturbed(&operation);
        let text = String::from_utf8_lossy(&calm.response.body);
        assert_eq!(calm.response.status, 200, "{}: {text}", operation.action);
        // So that a write that is kept back can be told from one that is not.
        assert_eq!(calm.before != calm.after, operation.writes, "{}", operation.action);
    }
}

#[test]
fn an_answer_that_is_replaced_has_no_effect() {
    for operation in operations() {
        for (effect, status, expected) in [
            (FaultEffect::Error("Throttling.User".to_owned()), 400, "Throttling.User"),
            (FaultEffect::Error("InvalidAuthorization".to_owned()), 403, "InvalidAuthorization"),
            (FaultEffect::Status(500), 500, "InternalError"),
            (FaultEffect::Status(503), 503, "ServiceUnavailable"),
        ] {
            let bench = Bench::new();
            let before = bench.digest();
            bench.fault(&operation, effect.clone());
            let response = bench.send(&operation).unwrap();
            let place = format!("{} with {effect:?}", operation.action);
            assert_eq!((response.status, code(&response).as_str()), (status, expected), "{place}");
            assert_eq!(bench.digest(), before, "{place}");
        }
    }
}

#[test]
fn a_delayed_answer_is_the_same_answer() {
    for operation in operations() {
        let calm = undisturbed(&operation);
        let bench = Bench::new();
        let start = bench.cloud.now();
        bench.fault(&operation, FaultEffect::Delay(Duration::from_secs(DELAY)));
        let response = bench.send(&operation).unwrap();
        assert_eq!(response, calm.response, "{}", operation.action);
        assert_eq!(bench.digest(), calm.later, "{}", operation.action);
        assert_eq!(bench.cloud.now().duration_since(start).as_secs(), DELAY as i64, "{}", operation.action);
    }
}

#[test]
fn a_lost_answer_has_its_effect_or_not() {
    for operation in operations() {
        let calm = undisturbed(&operation);
        for (dropped, expected) in [(Dropped::Before, &calm.before), (Dropped::After, &calm.after)] {
            let bench = Bench::new();
            bench.fault(&operation, FaultEffect::Drop(dropped));
            let error = bench.send(&operation).unwrap_err();
            assert!(error.sent, "{} {dropped:?}", operation.action);
            assert_eq!(&bench.digest(), expected, "{} {dropped:?}", operation.action);
        }
    }
}

#[test]
fn a_share_strikes_by_the_seed_alone() {
    let mut patterns = Vec::new();
    for operation in operations() {
        let bench = Bench::new();
        bench.set(&operation, FaultEffect::Drop(Dropped::Before), Some(0.5), None);
        let struck: Vec<bool> = (0..16)
            .map(|_| {
                let before = bench.digest();
                let is_struck = bench.send(&operation).is_err();
                assert!(!is_struck || bench.digest() == before, "{}", operation.action);
                is_struck
            })
            .collect();
        patterns.push((operation.action, struck));
    }
    let first = &patterns[0].1;
    assert!(first.contains(&true) && first.contains(&false), "{first:?}");
    for (action, pattern) in &patterns {
        assert_eq!(pattern, first, "{action}");
    }
}

#[test]
fn a_fault_is_spent_after_its_times() {
    for operation in operations() {
        let calm = undisturbed(&operation);
        let bench = Bench::new();
        bench.set(&operation, FaultEffect::Drop(Dropped::Before), None, Some(2));
        assert!(bench.send(&operation).is_err() && bench.send(&operation).is_err(), "{}", operation.action);
        assert_eq!(bench.send(&operation).unwrap().status, calm.response.status, "{}", operation.action);
        assert_eq!(bench.digest(), calm.after, "{}", operation.action);
    }
}
