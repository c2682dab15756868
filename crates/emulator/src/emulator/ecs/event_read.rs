//! System events as ECS itself tells them. Only simulated ones are there: state changes are not
//! among the events that ECS can be asked for (documented: their event code is undefined).

use std::time::Duration;

use super::{
    Instance, SimulatedEvent, State, Status,
    fault::{given, invalid_event_parameter, too_many_events, too_many_instances},
    page::Page,
    simulated_event::utc,
};
use crate::{
    api::ecs::{
        CodeName, DescribeInstanceHistoryEvents, DescribeInstanceHistoryEventsResponse,
        DescribeInstancesFullStatus, DescribeInstancesFullStatusResponse, ExtendedAttribute,
        InstanceFullStatus, InstanceFullStatusSet, InstanceSystemEvent, InstanceSystemEventSet, Period,
        ScheduledSystemEvent, ScheduledSystemEventSet,
    },
    clock::Timestamp,
    emulator::{
        gateway::{Call, Refusal, Serve},
        switches::FullStatusEvents,
    },
};

/// Ids in one call; documented.
const MOST_IDS: usize = 100;
/// Types in one call; documented.
const MOST_TYPES: usize = 30;
/// Largest page; documented.
const LARGEST_PAGE: u32 = 100;
/// How long ECS remembers an event that has ended; documented as 30 days.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3600);
/// What the documents' sample says of simulated events.
const REASON: &str = "A simulated event.";
/// Statuses that an event can have; simulated ones have but some of them.
const STATUSES: [&str; 7] =
    ["Scheduled", "Avoided", "Executing", "Executed", "Canceled", "Failed", "Inquiring"];
/// Words for the health of an instance; documented.
const HEALTH: [&str; 7] =
    ["Ok", "Impaired", "Warning", "Maintaining", "Initializing", "InsufficientData", "NotApplicable"];

/// A word with its number, where a public sample gives one.
fn word(name: &str) -> CodeName {
    let code = match name {
        "SystemMaintenance.Reboot" | "Running" => Some(1),
        "SystemFailure.Reboot" => Some(65),
        "Scheduled" => Some(24),
        "Executed" | "Ok" => Some(0),
        "Warning" => Some(64),
        _ => None,
    };
    CodeName { code, name: name.to_owned() }
}

/// A span of time as read.
struct Span {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl Span {
    fn of(period: &Period, name: &str) -> Result<Self, Refusal> {
        let read = |text: &Option<String>, which: &str| match text.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => text
                .parse()
                .map(Some)
                .map_err(|_| invalid_event_parameter(format!("{name}.{which} is not a UTC time"))),
        };
        Ok(Self { start: read(&period.start, "Start")?, end: read(&period.end, "End")? })
    }

    fn holds(&self, at: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at <= end)
    }

    fn is_asked(&self) -> bool {
        self.start.is_some() || self.end.is_some()
    }
}

/// What both operations ask of an event.
struct Wanted {
    ids: Vec<String>,
    kinds: Vec<String>,
    not_before: Span,
    published: Span,
}

impl Wanted {
    fn of(
        ids: &[String],
        kinds: &[String],
        kind: &Option<String>,
        not_before: &Period,
        published: &Period,
    ) -> Result<Self, Refusal> {
        if ids.len() > MOST_IDS {
            return Err(too_many_events(403));
        }
        if kinds.len() > MOST_TYPES {
            return Err(invalid_event_parameter(format!("InstanceEventType: at most {MOST_TYPES}")));
        }
        Ok(Self {
            ids: ids.to_vec(),
            kinds: list_or(kinds, kind),
            not_before: Span::of(not_before, "NotBefore")?,
            published: Span::of(published, "EventPublishTime")?,
        })
    }

    fn fits(&self, event: &SimulatedEvent) -> bool {
        (self.ids.is_empty() || self.ids.contains(&event.id))
            && (self.kinds.is_empty() || self.kinds.iter().any(|kind| kind == event.kind))
            && self.not_before.holds(event.not_before)
            && self.published.holds(event.published)
    }

    /// Whether events are picked, so that an instance without any is none that was asked for.
    fn is_picky(&self) -> bool {
        !self.ids.is_empty()
            || !self.kinds.is_empty()
            || self.not_before.is_asked()
            || self.published.is_asked()
    }
}

/// The list, or the single value that counts only without it.
fn list_or(list: &[String], single: &Option<String>) -> Vec<String> {
    if list.is_empty() {
        single.iter().filter(|value| !value.is_empty()).cloned().collect()
    } else {
        list.to_vec()
    }
}

impl Serve for DescribeInstanceHistoryEvents {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeInstanceHistoryEventsResponse, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        let resource_type =
            self.resource_type.as_deref().filter(|kind| !kind.is_empty()).unwrap_or("instance");
        if !["instance", "ddh", "managedhost"].contains(&resource_type) {
            return Err(invalid_event_parameter(format!(
                "ResourceType `{resource_type}` is none of instance, ddh, managedhost"
            )));
        }
        if self.resource_id.len() > MOST_IDS {
            return Err(invalid_event_parameter(format!("ResourceId: at most {MOST_IDS}")));
        }
        let wanted = Wanted::of(
            &self.event_id,
            &self.instance_event_type,
            &self.event_type,
            &self.not_before,
            &self.event_publish_time,
        )?;
        let statuses = list_or(&self.instance_event_cycle_status, &self.event_cycle_status);
        if let Some(unknown) = statuses.iter().find(|status| !STATUSES.contains(&status.as_str())) {
            return Err(invalid_event_parameter(format!("`{unknown}` is none of {}", STATUSES.join(", "))));
        }
        let statuses: Option<Vec<Status>> = (!statuses.is_empty())
            .then(|| statuses.iter().filter_map(|status| Status::parse(status)).collect());
        let page = Page::of(
            self.page_number,
            self.page_size,
            LARGEST_PAGE,
            self.next_token.as_deref(),
            self.max_results,
        )
        .map_err(invalid_event_parameter)?;
        let resources = list_or(&self.resource_id, &self.instance_id);
        let now = call.now();
        let account = call.account();
        let found = account
            .simulated_events
            .values()
            // Dedicated hosts have no events here.
            .filter(|_| resource_type == "instance")
            .filter(|event| resources.is_empty() || resources.contains(&event.instance_id))
            .filter(|event| {
                account.instances.get(&event.instance_id).is_some_and(|instance| {
                    instance.region == self.region_id
                        && self.tag.iter().all(|tag| {
                            instance.tags.iter().any(|(key, value)| {
                                *key == tag.key && tag.value.as_ref().is_none_or(|wanted| wanted == value)
                            })
                        })
                })
            })
            .filter(|event| match &statuses {
                Some(statuses) => statuses.contains(&event.status),
                None => !event.status.is_open(),
            })
            .filter(|event| {
                event.finished.is_none_or(|end| now.duration_since(end).unsigned_abs() <= REMEMBERED)
            })
            .filter(|event| wanted.fits(event));
        let part = page.cut(found);
        let told = |event: &SimulatedEvent| InstanceSystemEvent {
            event_id: event.id.clone(),
            instance_id: event.instance_id.clone(),
            resource_type: "instance".to_owned(),
            event_type: word(event.kind),
            event_cycle_status: word(event.status.as_str()),
            event_publish_time: utc(event.published),
            not_before: utc(event.not_before),
            event_finish_time: event.finished.map(utc),
            reason: REASON.to_owned(),
            extended_attribute: ExtendedAttribute::default(),
        };
        Ok(DescribeInstanceHistoryEventsResponse {
            request_id: String::new(),
            total_count: Some(part.total),
            page_number: page.number,
            page_size: page.size,
            next_token: part.next_token,
            instance_system_event_set: InstanceSystemEventSet {
                instance_system_event_type: part.items.into_iter().map(told).collect(),
            },
        })
    }
}

impl Serve for DescribeInstancesFullStatus {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeInstancesFullStatusResponse, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        if self.instance_id.len() > MOST_IDS {
            return Err(too_many_instances());
        }
        let wanted = Wanted::of(
            &self.event_id,
            &self.instance_event_type,
            &self.event_type,
            &self.not_before,
            &self.event_publish_time,
        )?;
        let state = one_of(&self.status, "Status", State::parse)?;
        let health = one_of(&self.health_status, "HealthStatus", |text| {
            HEALTH.into_iter().find(|health| *health == text)
        })?;
        let page = Page::by_number(self.page_number, self.page_size, LARGEST_PAGE)
            .map_err(invalid_event_parameter)?;
        let in_period = wanted.not_before.is_asked() || wanted.published.is_asked();
        let default = call.switches().full_status_events;
        let account = call.account();
        let found = account
            .instances
            .values()
            .filter(|instance| instance.region == self.region_id)
            .filter(|instance| self.instance_id.is_empty() || self.instance_id.contains(&instance.id))
            .filter(|instance| state.is_none_or(|state| state == instance.state))
            .filter_map(|instance| {
                let of_instance =
                    account.simulated_events.values().filter(|event| event.instance_id == instance.id);
                let events: Vec<&SimulatedEvent> = of_instance
                    .clone()
                    // Documented: with a span of time all events in it, otherwise those to come.
                    .filter(|event| {
                        in_period
                            || match default {
                                FullStatusEvents::Open => event.status.is_open(),
                                FullStatusEvents::Scheduled => event.status == Status::Scheduled,
                            }
                    })
                    .filter(|event| wanted.fits(event))
                    .collect();
                if events.is_empty() && wanted.is_picky() {
                    return None;
                }
                let well = health_of(instance, of_instance);
                health.is_none_or(|health| health == well).then(|| full(instance, well, &events))
            });
        let part = page.cut(found);
        Ok(DescribeInstancesFullStatusResponse {
            request_id: String::new(),
            total_count: Some(part.total),
            page_number: page.number,
            page_size: page.size,
            instance_full_status_set: InstanceFullStatusSet { instance_full_status_type: part.items },
        })
    }
}

/// A value that must be one of several, if it is there.
fn one_of<T>(
    text: &Option<String>,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Refusal> {
    match text.as_deref() {
        None | Some("") => Ok(None),
        Some(text) => read(text)
            .map(Some)
            .ok_or_else(|| invalid_event_parameter(format!("{name} `{text}` is not one that there is"))),
    }
}

/// The health: as in the documents' sample, a failure under way is a warning, and a planned
/// maintenance none.
fn health_of<'a>(instance: &Instance, mut events: impl Iterator<Item = &'a SimulatedEvent>) -> &'static str {
    if instance.state == State::Pending {
        "Initializing"
    } else if events.any(|event| event.status.is_open() && !event.is_maintenance()) {
        "Warning"
    } else {
        "Ok"
    }
}

fn full(instance: &Instance, health: &str, events: &[&SimulatedEvent]) -> InstanceFullStatus {
    let told = |event: &&SimulatedEvent| ScheduledSystemEvent {
        event_id: event.id.clone(),
        event_type: word(event.kind),
        event_cycle_status: word(event.status.as_str()),
        event_publish_time: utc(event.published),
        not_before: utc(event.not_before),
        reason: REASON.to_owned(),
        extended_attribute: ExtendedAttribute::default(),
    };
    InstanceFullStatus {
        instance_id: instance.id.clone(),
        status: word(instance.state.as_str()),
        health_status: word(health),
        scheduled_system_event_set: ScheduledSystemEventSet {
            scheduled_system_event_type: events.iter().map(told).collect(),
        },
    }
}
