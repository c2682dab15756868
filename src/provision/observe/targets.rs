//! Reads one rule's targets.

use serde_json::Value;

use super::filled;
use crate::{
    api::cloudmonitor::{DescribeEventRuleTargetList, DescribeEventRuleTargetListResponse},
    openapi::{ApiError, Client, ErrorKind},
    provision::model::Target,
    secret::Secret,
};

/// A rule's targets with their ids. A rule that is gone has none.
pub(super) async fn targets(client: &Client, rule: &str) -> Result<Vec<(String, Target)>, ApiError> {
    let call = DescribeEventRuleTargetList { rule_name: rule.to_owned(), region_id: None };
    match client.call(&call).await {
        Ok(answer) => Ok(read(answer)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.about(format!("rule `{rule}`"))),
    }
}

/// The targets of an answer, kind by kind. The ARNs that the service adds are left out.
pub(in crate::provision) fn read(answer: DescribeEventRuleTargetListResponse) -> Vec<(String, Target)> {
    let text = Option::unwrap_or_default;
    let mut targets = Vec::new();
    for item in answer.contact_parameters.items {
        let target = Target::Group { group: text(item.contact_group_name), level: text(item.level) };
        targets.push((text(item.id), target));
    }
    for item in answer.webhook_parameters.items {
        let target = Target::Webhook {
            url: Secret::new(text(item.url)),
            method: text(item.method).to_ascii_uppercase(),
            protocol: filled(item.protocol)
                .map_or_else(|| "http".to_owned(), |name| name.to_ascii_lowercase()),
        };
        targets.push((text(item.id), target));
    }
    for item in answer.mns_parameters.items {
        let target =
            Target::Mns { region: text(item.region), queue: filled(item.queue), topic: filled(item.topic) };
        targets.push((text(item.id), target));
    }
    for item in answer.sls_parameters.items {
        let target = Target::Sls {
            region: text(item.region),
            project: text(item.project),
            logstore: text(item.log_store),
        };
        targets.push((text(item.id), target));
    }
    for item in answer.fc_parameters.items {
        let target = Target::Fc {
            region: text(item.region),
            service: text(item.service_name),
            function: text(item.function_name),
        };
        targets.push((text(item.id), target));
    }
    for item in answer.open_api_parameters.items {
        let parameters = filled(item.json_params).filter(|text| text != "{}").map(|text| {
            // What is not JSON cannot be ours; it is kept as it is, to differ.
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        });
        let target = Target::OpenApi {
            region: text(item.region),
            product: text(item.product),
            version: text(item.version),
            action: text(item.action),
            role: text(item.role),
            parameters,
        };
        targets.push((text(item.id), target));
    }
    targets.sort_by(|(a, _), (b, _)| a.cmp(b));
    targets
}
