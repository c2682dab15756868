//! What scenarios may touch on the real cloud: `binds.yaml` and the options that add to it.

use std::{path::Path, sync::Arc, time::Duration};

use indexmap::IndexMap;
use jiff::civil::Time;

use super::{
    draft,
    window::{DAYS, Window},
};
use crate::{
    clock::{FastClock, Timestamp},
    diagnostic::Diagnostic,
    openapi::Endpoints,
    scenario::passage::{read_time, read_zone},
    secret::Secret,
    spec::{
        is_region,
        yaml::{Bind as _, Context, Environment, Node, Shown, Spanned, Value, read_at},
    },
};

/// How long a run may take where the file does not say.
pub(super) const DEADLINE: Duration = Duration::from_secs(3600);

/// How long is waited between two scenarios where the file does not say.
const SETTLE: Duration = Duration::from_secs(60);
/// How long a failure looks on where the file does not say.
const LOOK_ON: Duration = Duration::from_secs(60);

/// An instance of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bind {
    /// Its id.
    pub id: String,
    /// Its region, where it differs from what the scenario says.
    pub region: Option<String>,
}

/// Where messages are read that a relay captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelaySource {
    /// Scheme, host and port.
    pub url: String,
    /// Its read token.
    pub token: Secret,
}

/// What scenarios may touch, and when.
#[derive(Debug, Clone)]
pub struct Binds {
    /// Instances, by the names that scenarios use.
    pub instances: IndexMap<String, Bind>,
    /// The accounts that may be touched.
    pub allow_accounts: Vec<String>,
    /// When.
    pub window: Option<Window>,
    /// The relay.
    pub relay: Option<RelaySource>,
    /// How long a run may take.
    pub deadline: Duration,
    /// How long to wait after a scenario for what its undoing causes.
    pub settle: Duration,
    /// How long a step that has failed looks on, to tell "too late" from "not at all".
    pub look_on: Duration,
    /// The clock of a rehearsal.
    pub rehearsal: Option<FastClock>,
}

impl Default for Binds {
    fn default() -> Self {
        Self {
            instances: IndexMap::new(),
            allow_accounts: Vec::new(),
            window: None,
            relay: None,
            deadline: DEADLINE,
            settle: SETTLE,
            look_on: LOOK_ON,
            rehearsal: None,
        }
    }
}

/// Reads `NAME=INSTANCE`, with `@REGION` behind it where the region differs.
///
/// # Errors
/// What is wrong with it.
pub fn parse_bind(text: &str) -> Result<(String, Bind), String> {
    let help = "write NAME=INSTANCE, such as web-1=i-bp1…, or web-1=i-bp1…@cn-beijing";
    let (name, rest) = text.split_once('=').ok_or(help)?;
    let (id, region) = match rest.split_once('@') {
        Some((id, region)) => (id, Some(region)),
        None => (rest, None),
    };
    if name.is_empty()
        || !is_instance(id)
        || region.is_some_and(|region| Endpoints::new(region, None).is_err())
    {
        return Err(help.to_owned());
    }
    Ok((name.to_owned(), Bind { id: id.to_owned(), region: region.map(str::to_owned) }))
}

/// Whether a text looks like the id of an instance.
pub(super) fn is_instance(text: &str) -> bool {
    text.len() > 2 && text.starts_with("i-") && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Keys that the file has at the top.
const KEYS: [&str; 8] =
    ["instances", "allow_accounts", "window", "relay", "deadline", "settle", "look_on", "rehearsal"];

/// Reads `binds.yaml`. `name` is its path as the user typed it.
///
/// # Errors
/// Everything that is wrong with the file, in the order of its lines.
pub fn load(name: &str, text: &str, environment: Environment<'_>) -> Result<Binds, Vec<Diagnostic>> {
    let mut document = read_at(0, name, text, Shown::Of(&KEYS))?;
    let context = Context::new(Arc::clone(&document.source));
    document.interpolate(environment, &context);
    let binds = draft::Binds::bind(&document.root, &context).map(|draft| binds(draft, &context));
    let failed = context.has_errors();
    let found = context.finish();
    match binds {
        Some(binds) if !failed => Ok(binds),
        _ => Err(found),
    }
}

fn binds(draft: draft::Binds, context: &Context) -> Binds {
    let allow_accounts = draft.allow_accounts.unwrap_or_default();
    for account in &allow_accounts {
        if account.value.is_empty() || !account.value.chars().all(|c| c.is_ascii_digit()) {
            let help = "write its digits, in quotes: \"1000000000000001\"";
            context.error("binds::account", "this is no id of an account", account.span, help);
        }
    }
    Binds {
        instances: draft.instances.map(|node| instances(&node, context)).unwrap_or_default(),
        allow_accounts: allow_accounts.into_iter().map(|account| account.value).collect(),
        window: draft.window.and_then(|draft| window(draft, context)),
        relay: draft.relay.and_then(|draft| relay(draft, context)),
        deadline: draft.deadline.map_or(DEADLINE, |deadline| deadline.value),
        settle: draft.settle.map_or(SETTLE, |settle| settle.value),
        look_on: draft.look_on.map_or(LOOK_ON, |look_on| look_on.value),
        rehearsal: draft.rehearsal.and_then(|draft| rehearsal(draft, context)),
    }
}

fn instances(node: &Node, context: &Context) -> IndexMap<String, Bind> {
    let mut out = IndexMap::new();
    let Value::Map(entries) = &node.value else {
        context.error(
            "binds::instances",
            "names and instances are expected here",
            node.span,
            "write `web-1: i-bp1…`, one line for each",
        );
        return out;
    };
    for entry in entries {
        let (id, region) = match &entry.value.value {
            Value::Map(_) => {
                let Some(draft) = draft::Instance::bind(&entry.value, context) else { continue };
                let Some(id) = draft.id else { continue };
                (id, draft.region)
            }
            _ => {
                let Some(id) = Spanned::<String>::bind(&entry.value, context) else { continue };
                (id, None)
            }
        };
        if !is_instance(&id.value) {
            let help = "an instance's id begins with `i-`; the console and DescribeInstances show it";
            context.error("binds::instance", "this is no id of an instance", id.span, help);
        }
        if let Some(region) = &region {
            is_region("binds::bad-region", region, context);
        }
        out.insert(entry.key.value.clone(), Bind { id: id.value, region: region.map(|region| region.value) });
    }
    out
}

fn window(draft: draft::Window, context: &Context) -> Option<Window> {
    let mut days = Vec::new();
    for day in draft.days.unwrap_or_default() {
        match DAYS.iter().find(|(name, _)| *name == day.value) {
            Some((_, known)) => days.push(*known),
            None => context.error(
                "binds::day",
                "this is no day of the week",
                day.span,
                "write mon, tue, wed, thu, fri, sat or sun",
            ),
        }
    }
    let time = |given: Option<Spanned<String>>| {
        given.map_or(Some(Time::midnight()), |given| read_time(&given, "binds::time", context))
    };
    let (from, until) = (time(draft.from), time(draft.until));
    let zone = read_zone(draft.zone.as_ref(), "binds::zone", context);
    Some(Window { days, from: from?, until: until?, zone: zone? })
}

fn relay(draft: draft::Relay, context: &Context) -> Option<RelaySource> {
    let url = draft.url?;
    let parsed = reqwest::Url::parse(&url.value).ok();
    let is_base = parsed.as_ref().is_some_and(|parsed| {
        matches!(parsed.scheme(), "http" | "https")
            && parsed.query().is_none()
            && matches!(parsed.path(), "" | "/")
            && parsed.username().is_empty()
            && parsed.password().is_none()
    });
    if !is_base {
        let help = "write a scheme, a host and a port: https://relay.example.com:8443";
        context.error("binds::relay", "this is no address of a relay", url.span, help);
        return None;
    }
    Some(RelaySource { url: url.value.trim_end_matches('/').to_owned(), token: draft.token? })
}

fn rehearsal(draft: draft::Rehearsal, context: &Context) -> Option<FastClock> {
    let (speed, since) = (draft.speed?, draft.since?);
    let Ok(at) = since.value.parse::<Timestamp>() else {
        let help = "write it as RFC 3339: 2026-11-26T09:00:00+08:00";
        context.error("binds::since", "this is no instant", since.span, help);
        return None;
    };
    let clock = match FastClock::new(at, speed.value) {
        Ok(clock) => clock,
        Err(why) => {
            context.error("binds::speed", "this is no speed", speed.span, why);
            return None;
        }
    };
    let Some(leaps) = draft.leaps else { return Some(clock) };
    let folder = Path::new(context.source().name()).parent().unwrap_or(Path::new(""));
    match clock.with_leaps(&folder.join(&leaps.value)) {
        Ok(clock) => Some(clock),
        Err(error) => {
            let what = format!("this is no file of leaps: {error}");
            context.error("binds::leaps", what, leaps.span, "name a file that can be read and written");
            None
        }
    }
}
