//! The control API, for tests in any language.

use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    routing::{get, post, put},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    application_group, fault_body::FaultsBody, instance, metric_rule, people, request::read_body,
    robot_body::RobotBody, shell::Shell, state, stream::journal_stream, switches,
};
use crate::{
    clock::parse_duration,
    emulator::{Emulator, EventDraft, Received, coverage::coverage_json, queue::later},
    server::ShellError,
};

pub(super) type Answer = Result<Json<Value>, ShellError>;

pub(super) fn routes() -> Router<Shell> {
    Router::new()
        .route("/state", get(show_state))
        .route("/reset", post(reset))
        .route("/advance", post(advance))
        .route("/events", post(inject))
        .route("/robots", post(declare_robot))
        .route("/robots/{token}/messages", get(messages))
        .route("/instances", post(instance::add))
        .route("/application-groups", post(application_group::join))
        .route("/metric-rules", post(metric_rule::declare))
        .merge(people::routes())
        .route("/journal", get(journal))
        .route("/journal/stream", get(journal_stream))
        .route("/faults", put(faults))
        .route("/access-keys", put(access_keys))
        .route("/switches", put(switches::set))
        .route("/coverage", get(async || Json(coverage_json())))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
}

async fn show_state(State(emulator): State<Emulator>) -> Json<Value> {
    Json(emulator.with(|world| state::outline(world, &emulator)))
}

async fn reset(State(emulator): State<Emulator>) -> Json<Value> {
    emulator.reset();
    Json(json!({"now": emulator.with(|world| world.now().to_string())}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    by: String,
}

async fn advance(State(emulator): State<Emulator>, request: Request) -> Answer {
    let body: Advance = json_body(request, r#"{"by": "10m"}"#).await?;
    if !emulator.is_virtual() {
        return Err(ShellError::new(
            StatusCode::CONFLICT,
            "the clock of this emulator is real: it moves by itself",
            "start the emulator with `--clock virtual` to move time by hand",
        ));
    }
    let by =
        parse_duration(&body.by).map_err(|fault| ShellError::bad_request(fault, r#"write {"by": "10m"}"#))?;
    emulator.pass(emulator.with(|world| later(world.now(), by))).await;
    let now = emulator.with(|world| world.now());
    Ok(Json(json!({"now": now.to_string()})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewEvent {
    account: Option<String>,
    product: String,
    name: String,
    level: Option<String>,
    status: Option<String>,
    event_type: Option<String>,
    region_id: Option<String>,
    resource_id: Option<String>,
    instance_name: Option<String>,
    group_id: Option<String>,
    content: Option<Value>,
}

async fn inject(State(emulator): State<Emulator>, request: Request) -> Answer {
    const SHAPE: &str = r#"{"product": "ECS", "name": "Instance:StateChange", "content": {"state": "Stopping"}}; account, level, status, event_type, region_id, resource_id, instance_name and group_id as wished"#;
    let body: NewEvent = json_body(request, SHAPE).await?;
    let level = body
        .level
        .map(|level| level.parse())
        .transpose()
        .map_err(|fault: String| ShellError::bad_request(fault, format!("write {SHAPE}")))?;
    let draft = EventDraft {
        product: body.product,
        name: body.name,
        level,
        status: body.status,
        event_type: body.event_type,
        region_id: body.region_id,
        resource_id: body.resource_id,
        instance_name: body.instance_name,
        group_id: body.group_id,
        content: body.content,
    };
    let event_id = emulator.with(|world| {
        let account = body.account.unwrap_or_else(|| world.default_account());
        world.inject(&account, draft)
    });
    Ok(Json(json!({"event_id": event_id})))
}

async fn declare_robot(State(emulator): State<Emulator>, request: Request) -> Answer {
    let body: RobotBody = json_body(request, RobotBody::SHAPE).await?;
    let (token, config) = body.config()?;
    let robot = emulator.with(|world| {
        world.declare_robot(config);
        world.robot_ref(&token).to_json()
    });
    Ok(Json(json!({"robot": robot})))
}

async fn messages(State(emulator): State<Emulator>, Path(token): Path<String>) -> Answer {
    emulator.with(|world| {
        if !world.robots.contains_key(&token) {
            return Err(ShellError::new(
                StatusCode::NOT_FOUND,
                "there is no robot with this token",
                "declare it with POST /_bellcheck/robots",
            ));
        }
        Ok(Json(world.messages(&token).iter().map(message_json).collect()))
    })
}

fn message_json(received: &Received) -> Value {
    json!({
        "at": received.at.to_string(),
        "message": received.message.to_json(),
        "text": received.message.reader_text(),
        "event_id": received.event_id,
        "rule": received.rule,
        "contact": received.contact,
        "request_bytes": received.request_bytes,
    })
}

#[derive(Deserialize)]
struct JournalQuery {
    #[serde(default)]
    from: usize,
}

/// `?from=N` leaves out the first N entries, for those who poll; entries that are not kept any more
/// count as well.
async fn journal(State(emulator): State<Emulator>, Query(query): Query<JournalQuery>) -> Json<Value> {
    Json(emulator.with(|world| {
        let skip = query.from.saturating_sub(world.journal_dropped());
        world.journal().iter().skip(skip).map(|entry| entry.to_json()).collect()
    }))
}

async fn faults(State(emulator): State<Emulator>, request: Request) -> Answer {
    let body: FaultsBody = json_body(request, r#"{"rules": []}"#).await?;
    let seed = body.seed;
    let rules = body.rules()?;
    let count = rules.len();
    emulator.with(|world| {
        if let Some(seed) = seed {
            world.seed_faults(seed);
        }
        world.set_faults(rules);
    });
    Ok(Json(json!({"rules": count})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyState {
    id: String,
    enabled: bool,
}

async fn access_keys(State(emulator): State<Emulator>, request: Request) -> Answer {
    let body: KeyState = json_body(request, r#"{"id": "testAk", "enabled": false}"#).await?;
    if emulator.with(|world| world.enable_access_key(&body.id, body.enabled)) {
        Ok(Json(json!({"id": body.id, "enabled": body.enabled})))
    } else {
        Err(ShellError::new(
            StatusCode::NOT_FOUND,
            "there is no such access key",
            "declare it with `--access-key ID:SECRET`",
        ))
    }
}

async fn nothing_here(request: Request) -> ShellError {
    ShellError::new(
        StatusCode::NOT_FOUND,
        format!("the control API has no `{}`", request.uri().path()),
        "there are state, reset, advance, events, robots, robots/TOKEN/messages, outbox, contacts/NAME/activate, application-groups, metric-rules, instances, journal, journal/stream, faults, access-keys, switches and coverage",
    )
}

async fn wrong_method(request: Request) -> ShellError {
    ShellError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("`{}` does not take {}", request.uri().path(), request.method()),
        "GET state, journal, journal/stream, coverage, outbox and robots/TOKEN/messages; POST reset, advance, events, robots, contacts/NAME/activate, application-groups, metric-rules and instances; PUT faults, access-keys and switches",
    )
}

pub(super) async fn json_body<T: DeserializeOwned>(request: Request, shape: &str) -> Result<T, ShellError> {
    let body = read_body(request.into_body()).await?;
    serde_json::from_slice(&body).map_err(|fault| {
        ShellError::bad_request(
            format!("the body is not what it should be: {fault}"),
            format!("write {shape}"),
        )
    })
}
