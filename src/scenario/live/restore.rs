//! Brings an instance back to the state that it was in, and cancels what was simulated at it. Doing it
//! again changes nothing.

use std::{fmt, time::Duration};

use super::ledger::{Debt, Release, Simulated};
use crate::{
    api::ecs::{
        CancelSimulatedSystemEvents, DescribeInstanceHistoryEvents, DescribeInstances, Instance,
        InstanceSystemEvent, Period, StartInstance, StopInstance,
    },
    clock::{Timestamp, human_duration},
    openapi::{ApiError, Client, ErrorKind, Operation},
};

/// How long an instance may take to come to the state that it was in.
pub(super) const PATIENCE: Duration = Duration::from_secs(900);
/// How long an instance must have been in its state: what an act causes may begin only after its answer.
const QUIET: Duration = Duration::from_secs(15);
/// How long an instance may still be listed after its release was granted.
const RELEASED: Duration = Duration::from_secs(120);
/// How often its state is asked for.
const EACH: Duration = Duration::from_secs(3);
/// The clocks of the two sides may differ by so much.
const SKEW: Duration = Duration::from_secs(300);

/// Whether an instance may be touched; why not.
pub type Check<'a> = &'a (dyn Fn(&Instance, &Debt) -> Result<(), String> + Send + Sync);

/// What became of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// It is as it was.
    Back,
    /// It was to be released, and it is not there any more.
    Gone,
}

/// Why an instance is not as it was. It is named first, where nothing else names it.
#[derive(Debug)]
pub enum Unrestored {
    /// A call was refused.
    Refused(ApiError),
    /// Its region cannot be called; why.
    Elsewhere(String, String),
    /// There is no such instance any more, and nobody wanted that.
    Gone(String),
    /// It did not come to its state in time; the state that it is in.
    Late(String, String),
    /// It must not be touched; why.
    Forbidden(String, String),
    /// It is there after a release, in this state, and nobody wrote down how it was before.
    Unknown(String, String),
}

impl Unrestored {
    /// Whether it is no use to try again.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Forbidden(..) | Self::Unknown(..) | Self::Elsewhere(..) | Self::Gone(..))
    }
}

impl From<ApiError> for Unrestored {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl fmt::Display for Unrestored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (who, what) = match self {
            Self::Refused(error) => return write!(f, "{error}"),
            Self::Elsewhere(who, why) => (who, format!("cannot be called: {why}")),
            Self::Gone(who) => (who, "is not there any more".to_owned()),
            Self::Late(who, state) => (who, format!("is still {state} after {}", human_duration(PATIENCE))),
            Self::Forbidden(who, why) => (who, format!("is left alone: {why}")),
            Self::Unknown(who, state) => (
                who,
                format!(
                    "was to be released and is still there, {state}; the journal does not say how it was before: bring it back by hand"
                ),
            ),
        };
        write!(f, "instance {who} {what}")
    }
}

/// Reads one instance; none where there is none.
///
/// # Errors
/// The call's.
pub async fn instance(client: &Client, region: &str, id: &str) -> Result<Option<Instance>, ApiError> {
    let call = DescribeInstances {
        region_id: region.to_owned(),
        instance_ids: Some(serde_json::json!([id]).to_string()),
        ..Default::default()
    };
    let found = client.call_in(region, &call).await?.instances.instance;
    Ok(found.into_iter().find(|instance| instance.instance_id == id))
}

/// Undoes what was done at one instance, and says what it does. Right before each call that changes
/// something `may` looks at the instance as it is then.
///
/// # Errors
/// [`Unrestored`]; doing it again goes on from there.
pub async fn restore(
    client: &Client,
    debt: &Debt,
    may: Check<'_>,
    say: &mut (dyn FnMut(String) + Send),
) -> Result<Restored, Unrestored> {
    let touched = &debt.touched;
    let name = &touched.name;
    let who = || format!("{name} ({})", touched.instance);
    let client = client
        .clone()
        .in_region(&touched.region)
        .map_err(|error| Unrestored::Elsewhere(who(), error.to_string()))?;
    let allowed = |found: &Instance| may(found, debt).map_err(|why| Unrestored::Forbidden(who(), why));
    let begun = client.clock().now();
    let until = later(begun, PATIENCE);
    let released_by = later(begun, if debt.release == Release::Accepted { RELEASED } else { Duration::ZERO });
    let (mut is_told, mut is_canceled, mut quiet_since, mut missed) = (false, false, None, false);
    loop {
        let found = instance(&client, &touched.region, &touched.instance).await?;
        let at = client.clock().now();
        let Some(now) = found else {
            // Once is no proof: what lists instances may be behind what changes them.
            if !missed {
                missed = true;
                client.clock().sleep(EACH).await;
                continue;
            }
            if debt.release == Release::No {
                return Err(Unrestored::Gone(who()));
            }
            say(format!("{name}: it is gone: it was released, which cannot be undone"));
            return Ok(Restored::Gone);
        };
        missed = false;
        if at < released_by {
            client.clock().sleep(EACH).await;
            continue;
        }
        if !is_canceled {
            allowed(&now)?;
            cancel(&client, debt, say).await?;
            is_canceled = true;
        }
        let Some(wanted) = touched.was.as_deref() else {
            return Err(Unrestored::Unknown(who(), now.status));
        };
        if now.status == wanted {
            let since = *quiet_since.get_or_insert(at);
            if at.duration_since(since) >= jiff::SignedDuration::try_from(QUIET).unwrap_or_default() {
                let still = if debt.release == Release::No { "" } else { ", and it was not released" };
                say(format!("{name}: it is {wanted}{still}"));
                return Ok(Restored::Back);
            }
            client.clock().sleep(EACH).await;
            continue;
        }
        quiet_since = None;
        if at >= until {
            return Err(Unrestored::Late(who(), now.status));
        }
        let verb = match (now.status.as_str(), wanted) {
            ("Stopped", "Running") => "start",
            ("Running", "Stopped") => "stop",
            _ => {
                client.clock().sleep(EACH).await;
                continue;
            }
        };
        allowed(&now)?;
        let instance_id = touched.instance.clone();
        let outcome = if verb == "start" {
            again(&client, &StartInstance { instance_id, ..Default::default() }).await
        } else {
            let stopped_mode = touched.stopped_mode.clone();
            again(&client, &StopInstance { instance_id, stopped_mode, ..Default::default() }).await
        };
        match outcome {
            // It may be on its way out; the next look says so.
            Err(error) if error.kind == ErrorKind::NotFound && debt.release != Release::No => {}
            outcome => outcome?,
        }
        if !is_told {
            say(format!("{verb} {name}: it was {wanted} before"));
            is_told = true;
        }
        client.clock().sleep(EACH).await;
    }
}

fn later(at: Timestamp, duration: Duration) -> Timestamp {
    at.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// Makes a call that brings an instance to a state. That the state has changed meanwhile, or that no
/// answer came, is found out by looking again.
async fn again<O: Operation>(client: &Client, call: &O) -> Result<(), ApiError> {
    match client.call(call).await {
        Err(error) if error.code == "IncorrectInstanceStatus" || error.retryable() => Ok(()),
        outcome => outcome.map(|_| ()),
    }
}

/// Cancels what is still open of the events that were simulated.
async fn cancel(client: &Client, debt: &Debt, say: &mut (dyn FnMut(String) + Send)) -> Result<(), ApiError> {
    let open = open_events(client, debt).await?;
    if open.is_empty() {
        return Ok(());
    }
    let region_id = debt.touched.region.clone();
    client.call(&CancelSimulatedSystemEvents { region_id, event_id: open.clone() }).await?;
    say(format!("cancel {} at {}", open.join(", "), debt.touched.name));
    Ok(())
}

/// What is still open of the events that a run simulated at an instance.
///
/// # Errors
/// The call's.
pub(super) async fn open_events(client: &Client, debt: &Debt) -> Result<Vec<String>, ApiError> {
    let mut open = Vec::new();
    let at = (debt.touched.region.as_str(), Some(debt.touched.instance.as_str()));
    for simulated in &debt.simulated {
        open.extend(still_open(client, at, simulated).await?);
    }
    open.sort();
    open.dedup();
    Ok(open)
}

/// The events of a simulation that have not ended, of all instances where none is named. Where no answer
/// gave their ids, those of its type. None that were published before its call went out, and none of
/// another instance or type: those are somebody else's, whatever a journal says.
///
/// # Errors
/// The call's.
pub async fn still_open(
    client: &Client,
    (region, instance): (&str, Option<&str>),
    simulated: &Simulated,
) -> Result<Vec<String>, ApiError> {
    let since = simulated.since.checked_sub(SKEW).unwrap_or(Timestamp::MIN);
    let published = Period {
        start: Some(since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        end: client
            .clock()
            .now()
            .checked_add(SKEW)
            .ok()
            .map(|end| end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
    };
    let call = DescribeInstanceHistoryEvents {
        region_id: region.to_owned(),
        instance_id: instance.map(str::to_owned),
        event_id: simulated.ids.clone(),
        event_type: Some(simulated.event_type.clone()).filter(|_| simulated.ids.is_empty()),
        event_publish_time: if simulated.ids.is_empty() { published } else { Period::default() },
        instance_event_cycle_status: vec!["Scheduled".to_owned(), "Executing".to_owned()],
        page_size: Some(100),
        ..Default::default()
    };
    let answer = client.call_in(region, &call).await?;
    let events = answer.instance_system_event_set.instance_system_event_type;
    // What was asked for is not always what is listed.
    let is_own = |event: &InstanceSystemEvent| {
        instance.is_none_or(|instance| event.instance_id == instance)
            && (simulated.ids.is_empty() || simulated.ids.contains(&event.event_id))
            && (simulated.event_type.is_empty() || event.event_type.name == simulated.event_type)
            // An instant that cannot be read is no reason to leave an event open.
            && event.event_publish_time.parse().map_or(true, |at: Timestamp| at >= since)
    };
    Ok(events.into_iter().filter(is_own).map(|event| event.event_id).collect())
}
