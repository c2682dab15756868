//! The life of a simulated system event.

use serde_json::{Map, Value, json};

use crate::{
    clock::Timestamp,
    emulator::{due::Due, ids::IdKind, switches::Executing, world::World},
    event::{Level, SystemEvent, catalogue},
};

/// Where in its life a simulated event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum Status {
    Scheduled,
    Executing,
    Executed,
    Avoided,
    Canceled,
}

impl Status {
    const ALL: [Self; 5] = [Self::Scheduled, Self::Executing, Self::Executed, Self::Avoided, Self::Canceled];

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Executing => "Executing",
            Self::Executed => "Executed",
            Self::Avoided => "Avoided",
            Self::Canceled => "Canceled",
        }
    }

    /// Whether more can happen to the event.
    pub(super) const fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::Executing)
    }
}

/// A simulated system event of one instance. It does not touch the instance.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct SimulatedEvent {
    pub(super) id: String,
    pub(super) instance_id: String,
    /// One of [`crate::api::ecs::SIMULATED_EVENT_TYPES`].
    pub(super) kind: &'static str,
    pub(super) published: Timestamp,
    pub(super) not_before: Timestamp,
    pub(super) status: Status,
    pub(super) started: Option<Timestamp>,
    pub(super) finished: Option<Timestamp>,
}

impl SimulatedEvent {
    /// Maintenance is planned; failures happen at once.
    pub(super) fn is_maintenance(&self) -> bool {
        self.kind.starts_with("SystemMaintenance.")
    }

    /// The content as documented: `notBefore` for maintenance only, execution times once there are
    /// any. Times are UTC.
    fn content(&self, now: Timestamp) -> Value {
        let mut content = Map::new();
        let mut put = |key: &str, value: Value| content.insert(key.to_owned(), value);
        put("eventId", json!(self.id));
        put("publishTime", json!(utc(self.published)));
        if self.is_maintenance() {
            put("notBefore", json!(utc(self.not_before)));
        }
        put("instanceId", json!(self.instance_id));
        put("eventType", json!(self.kind));
        put("eventStatus", json!(self.status.as_str()));
        if self.status != Status::Scheduled {
            put("executeStartTime", json!(utc(self.started.unwrap_or(now))));
        }
        if !self.status.is_open() {
            put("executeFinishTime", json!(utc(now)));
        }
        Value::Object(content)
    }
}

/// An instant as ECS writes it in content.
pub(super) fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl World {
    /// Schedules an event, and tells so. Returns its id.
    pub(super) fn simulate(
        &mut self,
        account: &str,
        instance_id: &str,
        kind: &'static str,
        not_before: Timestamp,
    ) -> String {
        let id = self.ids.resource(IdKind::SimulatedEvent, "e-bp1");
        let published = self.now();
        let event = SimulatedEvent {
            id: id.clone(),
            instance_id: instance_id.to_owned(),
            kind,
            published,
            not_before,
            status: Status::Scheduled,
            started: None,
            finished: None,
        };
        let maintenance = event.is_maintenance();
        self.account(account).simulated_events.insert(id.clone(), event);
        let first = if maintenance { Status::Scheduled } else { Status::Executing };
        self.advance_simulated(account, &id, first);
        let next = match (maintenance, self.switches.maintenance_executing) {
            (true, Executing::Show) => Status::Executing,
            _ => Status::Executed,
        };
        self.put_due_at(not_before, self.due_simulated(account, &id, next));
        id
    }

    fn due_simulated(&self, account: &str, id: &str, to: Status) -> Due {
        Due::Simulated { account: account.to_owned(), event_id: id.to_owned(), to }
    }

    /// The next status of an event is due, unless the event has ended otherwise.
    pub(in crate::emulator) fn simulated_due(&mut self, account: &str, id: &str, to: Status) {
        let open = self.account(account).simulated_events.get(id).is_some_and(|event| event.status.is_open());
        if !open {
            return;
        }
        self.advance_simulated(account, id, to);
        if to == Status::Executing {
            let lasts = self.switches.starting;
            let due = self.due_simulated(account, id, Status::Executed);
            self.put_due(lasts, due);
        }
    }

    /// Puts an event into a status and emits the system event of it.
    pub(super) fn advance_simulated(&mut self, account: &str, id: &str, to: Status) {
        let now = self.now();
        let event_id = self.ids.uuid(IdKind::Event);
        let held = self.account(account);
        let Some(event) = held.simulated_events.get_mut(id) else {
            return;
        };
        event.status = to;
        if to == Status::Executing {
            event.started = Some(now);
        }
        if !to.is_open() {
            event.finished = Some(now);
        }
        let name = format!("Instance:{}:{}", event.kind, to.as_str());
        let content = event.content(now);
        let instance = held.instances.get(&event.instance_id);
        let arn_end = format!("instance/{}", event.instance_id);
        let entry = catalogue().find("ECS", &name);
        let known_level = entry.and_then(|entry| entry.level.as_deref()).and_then(|level| level.parse().ok());
        let known_type = entry.and_then(|entry| entry.event_type.clone());
        let default_type = if event.is_maintenance() { "Maintenance" } else { "Exception" };
        let region_id = instance.map_or("cn-hangzhou", |instance| &instance.region).to_owned();
        let system_event = SystemEvent {
            id: event_id,
            product: "ECS".to_owned(),
            name,
            // What the catalogue lacks is as grave as its neighbours.
            level: known_level.unwrap_or(Level::Critical),
            status: to.as_str().to_owned(),
            event_type: known_type.unwrap_or_else(|| default_type.to_owned()),
            resource_id: format!("acs:ecs:{region_id}:{account}:{arn_end}"),
            region_id,
            instance_name: instance.map(|instance| instance.name.clone()).unwrap_or_default(),
            user_id: account.to_owned(),
            group_id: String::new(),
            event_time: now,
            content,
        };
        self.emit(account, system_event);
    }

    /// A reboot before its time avoids a planned reboot; documented for this type only.
    pub(super) fn avoid_maintenance(&mut self, account: &str, instance_id: &str) {
        let avoided: Vec<String> = self
            .account(account)
            .simulated_events
            .values()
            .filter(|event| {
                event.instance_id == instance_id
                    && event.kind == "SystemMaintenance.Reboot"
                    && event.status == Status::Scheduled
            })
            .map(|event| event.id.clone())
            .collect();
        for id in avoided {
            self.advance_simulated(account, &id, Status::Avoided);
        }
    }
}
