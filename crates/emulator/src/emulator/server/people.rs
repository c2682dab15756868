//! `GET outbox` and `POST contacts/NAME/activate`: what people were told, and that they opened the link.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::shell::Shell;
use crate::{emulator::Emulator, server::ShellError};

pub(super) fn routes() -> Router<Shell> {
    Router::new().route("/outbox", get(outbox)).route("/contacts/{name}/activate", post(activate))
}

async fn outbox(State(emulator): State<Emulator>) -> Json<Value> {
    Json(emulator.with(|world| world.outbox().into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Owner {
    account: Option<String>,
}

/// `?account=ID` names another account than the default one. The service's links are valid for 24
/// hours; here the channel may be activated at any time.
async fn activate(
    State(emulator): State<Emulator>,
    Path(contact): Path<String>,
    Query(owner): Query<Owner>,
) -> Result<Json<Value>, ShellError> {
    let found = emulator.with(|world| {
        let account = owner.account.unwrap_or_else(|| world.default_account());
        world.activate(&account, &contact)
    });
    if found {
        Ok(Json(json!({"contact": contact, "activated": true})))
    } else {
        Err(ShellError::new(
            StatusCode::NOT_FOUND,
            format!("there is no contact `{contact}`"),
            "create it with PutContact",
        ))
    }
}
