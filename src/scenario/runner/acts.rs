//! Steps that change the cloud, as calls of its API.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::story::{Story, later};
use crate::{
    api::{
        cloudmonitor::SendDryRunSystemEvent,
        ecs::{
            CancelSimulatedSystemEvents, CreateSimulatedSystemEvents, DeleteInstance, RebootInstance,
            StartInstance, StopInstance,
        },
    },
    clock::Timestamp,
    openapi::{ApiError, Operation},
    report::{MomentKind, Verdict},
    scenario::{SendEvent, Step, StepKind, live::instance_of},
};

/// How long `finally` waits for an instance to come to rest.
const SETTLING: Duration = Duration::from_secs(3600);

/// The mode of a stop that keeps an instance's place. Source: `StoppedMode` of StopInstance.
pub(super) const KEEP: &str = "KeepCharging";

/// Why an act was not done.
pub(super) enum Failure {
    /// The cloud refused.
    Refused(ApiError),
    /// A name that no earlier step made.
    Unknown(String),
    /// Somebody wants the run to end.
    Interrupted,
    /// A captured value makes of an expression what is none: why.
    Unfit(String),
    /// Something else: what, and what to do about it.
    Other(String, &'static str),
}

impl Failure {
    /// What only an emulator can do was asked for elsewhere.
    pub(super) fn elsewhere() -> Self {
        Self::Other("only the emulator can do this".to_owned(), "run it without `--backend live`")
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl Story<'_> {
    /// Does what a step says; returns the answer when the cloud has accepted it.
    pub(super) async fn act(&mut self, kind: &StepKind) -> Result<Value, Failure> {
        let at = self.region_of(kind);
        let at = at.as_str();
        let force = |force: &bool| force.then_some(true);
        match kind {
            StepKind::Start { instance } => {
                let instance_id = self.id(instance)?;
                self.call(at, &StartInstance { instance_id, ..Default::default() }).await
            }
            StepKind::Stop { instance, force: by_force } => {
                let instance_id = self.id(instance)?;
                let force_stop = force(by_force);
                // An instance that is not paid for gives up its place and its address, and may not start again.
                let stopped_mode = self.cloud.live().map(|_| KEEP.to_owned());
                self.call(at, &StopInstance { instance_id, force_stop, stopped_mode, ..Default::default() })
                    .await
            }
            StepKind::Reboot { instance, force: by_force } => {
                let instance_id = self.id(instance)?;
                let force_stop = force(by_force);
                self.call(at, &RebootInstance { instance_id, force_stop, ..Default::default() }).await
            }
            StepKind::Release { instance, force: by_force } => {
                let instance_id = self.id(instance)?;
                let force = force(by_force);
                self.call(at, &DeleteInstance { instance_id, force, ..Default::default() }).await
            }
            StepKind::Simulate { instance, event, not_before, name } => {
                let call = CreateSimulatedSystemEvents {
                    region_id: at.to_owned(),
                    event_type: event.clone(),
                    instance_id: vec![self.id(instance)?],
                    not_before: utc(later(self.now(), *not_before)),
                    ..Default::default()
                };
                let answer = self.cloud.client.call_in(at, &call).await?;
                if let Some(name) = name {
                    self.simulated.insert(name.clone(), answer.event_id_set.event_id.clone());
                }
                Ok(serde_json::to_value(answer).unwrap_or_default())
            }
            StepKind::Cancel { name } => {
                let Some(event_id) = self.simulated.get(name).cloned() else {
                    return Err(Failure::Unknown(format!("there is no simulated event `{name}` to cancel")));
                };
                let region_id = at.to_owned();
                self.call(at, &CancelSimulatedSystemEvents { region_id, event_id }).await
            }
            StepKind::SendEvent(event) => {
                let call = SendDryRunSystemEvent {
                    product: event.product.clone(),
                    event_name: event.name.clone(),
                    event_content: Some(self.envelope(event)?.to_string()),
                    ..Default::default()
                };
                self.call(at, &call).await
            }
            StepKind::Apply(_)
            | StepKind::Activate { .. }
            | StepKind::Repeat(_)
            | StepKind::Look(_)
            | StepKind::Advance(_)
            | StepKind::Fault(_)
            | StepKind::Expect(_)
            | StepKind::Never(_) => Ok(Value::Null),
        }
    }

    /// Calls an operation of a region; its answer as JSON.
    async fn call<O: Operation>(&self, region: &str, operation: &O) -> Result<Value, Failure> {
        let answer = self.cloud.client.call_in(region, operation).await?;
        Ok(serde_json::to_value(answer).unwrap_or_default())
    }

    /// `start` and `stop` under `finally` leave the instance in that state, whatever state the story
    /// left it in: a passing state is waited for, and being there already is as good as getting there.
    /// `None` for other steps.
    pub(super) async fn tidy_up(&mut self, step: &Step) -> Option<Verdict> {
        let (instance, wanted) = match &step.kind {
            StepKind::Start { instance } => (instance, "Running"),
            StepKind::Stop { instance, .. } => (instance, "Stopped"),
            _ => return None,
        };
        let id = self.cloud.instances.get(instance)?.clone();
        let patience = later(self.now(), SETTLING);
        loop {
            // A state that cannot be asked for is no reason not to try.
            let state = self.cloud.instance_state(&id).await.ok().flatten()?;
            if state == wanted {
                self.say(MomentKind::Act, format!("{}: it is {wanted} already", step.kind));
                return Some(Verdict::Passed);
            }
            let is_at_rest = matches!(state.as_str(), "Running" | "Stopped");
            if is_at_rest || !self.cloud.may_change(patience) {
                return None;
            }
            self.cloud.pass(patience, &self.stop).await;
        }
    }

    fn id(&self, instance: &str) -> Result<String, Failure> {
        let id = self.cloud.instances.get(instance).cloned();
        id.ok_or_else(|| Failure::Unknown(format!("there is no instance `{instance}`")))
    }

    /// Where an act is done: in the region of its instance, and what concerns rules in that of the spec.
    pub(super) fn region_of(&self, kind: &StepKind) -> String {
        let simulated = |step: &Step, wanted: &str| match &step.kind {
            StepKind::Simulate { instance, name: Some(name), .. } if name == wanted => Some(instance.clone()),
            _ => None,
        };
        let instance = match kind {
            StepKind::SendEvent(_) => None,
            StepKind::Cancel { name } => self.scenario.all_steps().find_map(|step| simulated(step, name)),
            _ => instance_of(kind).map(str::to_owned),
        };
        instance.map_or_else(|| self.scenario.spec.region.clone(), |name| self.region(&name))
    }

    pub(super) fn region(&self, instance: &str) -> String {
        if let Some(touched) = self.cloud.live().and_then(|live| live.touched.get(instance)) {
            return touched.region.clone();
        }
        let known = self.scenario.instances.get(instance).map(|instance| instance.region.clone());
        known.unwrap_or_else(|| self.scenario.spec.region.clone())
    }

    /// The test event's content, with the keys of the documented sample.
    fn envelope(&self, event: &SendEvent) -> Result<Value, Failure> {
        let mut out = Map::new();
        let mut put = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                out.insert(key.to_owned(), value.into());
            }
        };
        put("product", Some(event.product.clone()));
        put("name", Some(event.name.clone()));
        put("level", event.level.clone());
        put("status", event.status.clone());
        put("regionId", Some(self.scenario.spec.region.clone()));
        if let Some(name) = &event.instance {
            let region = self.region(name);
            let id = self.id(name)?;
            let account = &self.cloud.account;
            put("resourceId", Some(format!("acs:ecs:{region}:{account}:instance/{id}")));
            put("instanceName", self.scenario.instances.get(name).map(|instance| instance.name.clone()));
            put("regionId", Some(region));
        }
        out.insert("content".to_owned(), event.content.clone().unwrap_or_else(|| json!({})));
        Ok(Value::Object(out))
    }
}

/// As ECS writes times in parameters: `2026-01-01T00:30:00Z`.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
