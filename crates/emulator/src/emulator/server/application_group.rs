//! `POST application-groups`: puts instances into an application group.

use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::json;

use super::control::{Answer, json_body};
use crate::{emulator::Emulator, server::ShellError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Join {
    account: Option<String>,
    name: String,
    #[serde(default)]
    instances: Vec<String>,
}

/// Makes the group when there is none of this name. CreateMonitorGroup makes empty ones only.
pub(super) async fn join(State(emulator): State<Emulator>, request: Request) -> Answer {
    let body: Join = json_body(request, r#"{"name": NAME, "instances": [ID]}"#).await?;
    emulator.with(|world| {
        let account = body.account.unwrap_or_else(|| world.default_account());
        let group_id = world.declare_application_group(&account, &body.name);
        for instance in &body.instances {
            if !world.join_application_group(&account, group_id, instance) {
                return Err(ShellError::new(
                    StatusCode::NOT_FOUND,
                    format!("there is no instance `{instance}`"),
                    "write the id of an instance of the account",
                ));
            }
        }
        Ok(Json(json!({"group_id": group_id, "instances": body.instances})))
    })
}
