//! `POST instances`: an instance that was always there.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Request, State},
};
use serde::Deserialize;
use serde_json::json;

use super::control::{Answer, json_body};
use crate::{
    emulator::{Emulator, NewInstance},
    server::ShellError,
};

const SHAPE: &str = r#"{"name": "web-1"}; region, type, state, tags ({KEY: VALUE}) and account as wished"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instance {
    account: Option<String>,
    name: String,
    region: Option<String>,
    #[serde(rename = "type")]
    instance_type: Option<String>,
    state: Option<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

/// It causes no event, unlike RunInstances. A state that is passing goes on, with its events.
pub(super) async fn add(State(emulator): State<Emulator>, request: Request) -> Answer {
    let body: Instance = json_body(request, SHAPE).await?;
    let state = body.state.unwrap_or_default();
    if !state.is_empty() && !NewInstance::STATES.contains(&state.as_str()) {
        return Err(ShellError::bad_request(
            format!("`{state}` is no state of an instance"),
            format!("write one of {}", NewInstance::STATES.join(", ")),
        ));
    }
    let new = NewInstance {
        name: body.name,
        region: body.region.unwrap_or_default(),
        instance_type: body.instance_type.unwrap_or_default(),
        state,
        tags: body.tags.into_iter().collect(),
    };
    let id = emulator.with(|world| {
        let account = body.account.unwrap_or_else(|| world.default_account());
        world.add_instance_to(&account, new)
    });
    Ok(Json(json!({"id": id})))
}
