//! `PUT switches`.

use std::collections::BTreeMap;

use axum::{Json, extract::Request, extract::State};
use serde_json::{Value, json};

use super::control::{Answer, json_body};
use crate::{emulator::Emulator, server::ShellError};

/// `{"delivery": "9s"}`: sets these switches until the next reset, all of them or none. What is on its
/// way already keeps its time.
pub(super) async fn set(State(emulator): State<Emulator>, request: Request) -> Answer {
    let body: BTreeMap<String, String> = json_body(request, r#"{"delivery": "9s"}"#).await?;
    emulator.with(|world| {
        let mut switches = world.switches().clone();
        for (name, value) in &body {
            switches.set(name, value).map_err(|fault| {
                ShellError::bad_request(
                    fault,
                    "GET state has all switches, `bellcheck emulator --switch help` explains them",
                )
            })?;
        }
        world.switches = switches;
        let set = body.keys().map(|name| (name.clone(), json!(world.switches().get(name))));
        Ok(Json(Value::Object(set.collect())))
    })
}
