//! Brings an instance back to the state that it was in, and cancels what was simulated at it. Doing it
//! again changes nothing.

use std::{fmt, time::Duration};

use super::ledger::{Debt, Simulated, Touched};
use crate::{
    api::ecs::{
        CancelSimulatedSystemEvents, DescribeInstanceHistoryEvents, DescribeInstances, Instance, Period,
        StartInstance, StopInstance,
    },
    clock::{Timestamp, human_duration},
    openapi::{ApiError, Client, Operation},
};

/// How long an instance may take to come to the state that it was in.
pub(super) const PATIENCE: Duration = Duration::from_secs(900);
/// How long an instance must have been in its state: what an act causes may begin only after its answer.
const QUIET: Duration = Duration::from_secs(15);
/// How often its state is asked for.
const EACH: Duration = Duration::from_secs(3);
/// The clocks of the two sides may differ by so much.
const SKEW: Duration = Duration::from_secs(300);

/// Why an instance is not as it was.
#[derive(Debug)]
pub enum Unrestored {
    /// A call was refused.
    Refused(ApiError),
    /// There is no such instance any more.
    Gone(Touched),
    /// It did not come to its state in time; the state that it is in.
    Late(Touched, String),
}

impl From<ApiError> for Unrestored {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl fmt::Display for Unrestored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => write!(f, "{error}"),
            Self::Gone(touched) => {
                write!(f, "instance {} ({}) is not there any more", touched.name, touched.instance)
            }
            Self::Late(touched, state) => write!(
                f,
                "instance {} ({}) is still {state} after {}",
                touched.name,
                touched.instance,
                human_duration(PATIENCE)
            ),
        }
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
    let found = client.call(&call).await?.instances.instance;
    Ok(found.into_iter().find(|instance| instance.instance_id == id))
}

/// Undoes what was done at one instance. Tells what it does, in words.
///
/// # Errors
/// [`Unrestored`]; doing it again goes on from there.
pub async fn restore(
    client: &Client,
    debt: &Debt,
    tell: &mut (dyn FnMut(String) + Send),
) -> Result<(), Unrestored> {
    let touched = &debt.touched;
    let name = &touched.name;
    cancel(client, debt, tell).await?;
    let Some(wanted) = touched.was.as_deref() else {
        tell(format!("{name}: it was to be released, which cannot be undone"));
        return Ok(());
    };
    let until = client.clock().now().checked_add(PATIENCE).unwrap_or(Timestamp::MAX);
    let (mut is_told, mut quiet_since) = (false, None);
    loop {
        let Some(now) = instance(client, &touched.region, &touched.instance).await? else {
            return Err(Unrestored::Gone(touched.clone()));
        };
        let at = client.clock().now();
        if now.status == wanted {
            let since = *quiet_since.get_or_insert(at);
            if at.duration_since(since) >= jiff::SignedDuration::try_from(QUIET).unwrap_or_default() {
                tell(format!("{name}: it is {wanted}"));
                return Ok(());
            }
            client.clock().sleep(EACH).await;
            continue;
        }
        quiet_since = None;
        if at >= until {
            return Err(Unrestored::Late(touched.clone(), now.status));
        }
        let acted = match (now.status.as_str(), wanted) {
            ("Stopped", "Running") => {
                let call = StartInstance { instance_id: touched.instance.clone(), ..Default::default() };
                Some(("start", again(client, &call).await))
            }
            ("Running", "Stopped") => {
                let call = StopInstance {
                    instance_id: touched.instance.clone(),
                    stopped_mode: touched.stopped_mode.clone(),
                    ..Default::default()
                };
                Some(("stop", again(client, &call).await))
            }
            _ => None,
        };
        if let Some((verb, outcome)) = acted {
            outcome?;
            if !is_told {
                tell(format!("{verb} {name}: it was {wanted} before"));
                is_told = true;
            }
        }
        client.clock().sleep(EACH).await;
    }
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
async fn cancel(client: &Client, debt: &Debt, tell: &mut (dyn FnMut(String) + Send)) -> Result<(), ApiError> {
    let mut open = Vec::new();
    let at = (debt.touched.region.as_str(), Some(debt.touched.instance.as_str()));
    for simulated in &debt.simulated {
        open.extend(still_open(client, at, simulated).await?);
    }
    open.sort();
    open.dedup();
    if open.is_empty() {
        return Ok(());
    }
    let region_id = debt.touched.region.clone();
    client.call(&CancelSimulatedSystemEvents { region_id, event_id: open.clone() }).await?;
    tell(format!("cancel {} at {}", open.join(", "), debt.touched.name));
    Ok(())
}

/// The events of a simulation that have not ended, of all instances where none is named. Where no answer
/// told their ids, those of its type that were published since its call went out.
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
    let answer = client.call(&call).await?;
    let events = answer.instance_system_event_set.instance_system_event_type;
    Ok(events.into_iter().map(|event| event.event_id).collect())
}
