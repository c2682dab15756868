//! `POST metric-rules`: rules of metric alarms that somebody else has made.

use axum::{
    Json,
    extract::{Request, State},
};
use serde::Deserialize;
use serde_json::json;

use super::control::{Answer, json_body};
use crate::{
    emulator::{Emulator, MetricRuleDraft},
    server::ShellError,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    account: Option<String>,
    rules: Vec<MetricRuleDraft>,
}

/// Declares rules, each in place of one with the same id.
pub(super) async fn declare(State(emulator): State<Emulator>, request: Request) -> Answer {
    const SHAPE: &str = r#"{"rules": [{"name": NAME, "contact_groups": [GROUP]}]}; id, namespace, metric, resources, group_id and enabled of a rule as wished"#;
    let body: Declared = json_body(request, SHAPE).await?;
    for rule in &body.rules {
        // The service separates them so.
        if rule.contact_groups.iter().any(|name| name.is_empty() || name.contains(',')) {
            return Err(ShellError::bad_request(
                "no contact group has such a name",
                format!("write {SHAPE}"),
            ));
        }
    }
    let ids: Vec<String> = emulator.with(|world| {
        let account = body.account.unwrap_or_else(|| world.default_account());
        body.rules.into_iter().map(|rule| world.declare_metric_rule(&account, rule)).collect()
    });
    Ok(Json(json!({"rule_ids": ids})))
}
