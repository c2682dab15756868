//! PutCustomEvent: events that an application reports itself.

use serde_json::Value;

use super::ack::{CODE, parameter_invalid};
use crate::{
    api::cloudmonitor::{EventInfo, PutCustomEvent, PutCustomEventResponse},
    clock::Timestamp,
    emulator::{
        gateway::{Call, Refusal, Serve, required},
        ids::IdKind,
        switches::OnOff,
    },
    event::{CUSTOM_PRODUCT, Level, SystemEvent},
};

/// Events in one call; documented.
const MOST_EVENTS: usize = 50;

impl Serve for PutCustomEvent {
    /// A custom event has a name, a content and perhaps an application group. It reaches rules whose
    /// `EventType` is CUSTOM, by these three; products, levels, types and statuses of such a rule do
    /// not count, since the event has none.
    fn serve(self, call: &mut Call<'_>) -> Result<PutCustomEventResponse, Refusal> {
        if self.event_info.len() > MOST_EVENTS {
            return Err(parameter_invalid(format!("at most {MOST_EVENTS} EventInfo")));
        }
        let now = call.now();
        let account = call.account_id.clone();
        let infos = self.event_info.into_iter().enumerate();
        let events: Result<Vec<SystemEvent>, Refusal> =
            infos.map(|(index, info)| event(info, index + 1, &account, now)).collect();
        for mut event in events? {
            event.id = call.world.ids.uuid(IdKind::Event);
            if call.switches().custom_events == OnOff::On {
                call.world.emit(&account, event);
            }
        }
        Ok(PutCustomEventResponse {
            code: CODE.to_owned(),
            message: "success".to_owned(),
            ..PutCustomEventResponse::default()
        })
    }
}

fn event(info: EventInfo, number: usize, account: &str, now: Timestamp) -> Result<SystemEvent, Refusal> {
    required(&format!("EventInfo.{number}.EventName"), &info.event_name)?;
    required(&format!("EventInfo.{number}.Content"), &info.content)?;
    let event_time = match info.time.as_deref().filter(|time| !time.is_empty()) {
        None => now,
        Some(time) => instant(time).ok_or_else(|| {
            parameter_invalid(format!(
                "EventInfo.{number}.Time `{time}` is neither yyyyMMddTHHmmss.SSSZ nor milliseconds"
            ))
        })?,
    };
    // `0` is the documented default: no group.
    let group_id = info.group_id.filter(|group| group != "0").unwrap_or_default();
    if !group_id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(parameter_invalid(format!("EventInfo.{number}.GroupId `{group_id}` is not a number")));
    }
    Ok(SystemEvent {
        id: String::new(),
        product: CUSTOM_PRODUCT.to_owned(),
        name: info.event_name,
        level: Level::Info,
        status: String::new(),
        event_type: String::new(),
        region_id: String::new(),
        resource_id: String::new(),
        instance_name: String::new(),
        user_id: account.to_owned(),
        group_id,
        event_time,
        content: serde_json::from_str(&info.content).unwrap_or(Value::String(info.content)),
    })
}

/// `20171013T170923.456+0800`, or milliseconds.
fn instant(text: &str) -> Option<Timestamp> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Timestamp::from_millisecond(text.parse().ok()?).ok();
    }
    Timestamp::strptime("%Y%m%dT%H%M%S%.f%z", text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_both_documented_forms() {
        let at = instant("20171013T170923.456+0800").unwrap();
        assert_eq!(at.to_string(), "2017-10-13T09:09:23.456Z");
        assert_eq!(instant("1507885763456"), Some(at));
        for text in ["", "2017-10-13", "20171013T170923", "99999999999999999999"] {
            assert_eq!(instant(text).filter(|_| !text.is_empty()), None, "{text}");
        }
    }
}
