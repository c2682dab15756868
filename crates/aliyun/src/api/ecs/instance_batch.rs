//! Acts on several instances at once. Source: the models of `alibabacloud-ecs20140526` 7.11.8.

use serde::{Deserialize, Serialize};

use crate::api::operation;

operation! {
    /// Starts 1 to 100 stopped instances.
    Ecs once StartInstances -> InstanceBatchResponse {
        /// The region.
        region_id: String,
        /// The instances.
        instance_id: Vec<String>,
        /// `AllTogether` (the default) or `SuccessFirst`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        batch_optimization: Option<String>,
        /// Only checks; answers `DRYRUN.SUCCESS`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dry_run: Option<bool>,
    }
}

operation! {
    /// Stops 1 to 100 running instances; the answer comes before the effect.
    Ecs once StopInstances -> InstanceBatchResponse {
        /// The region.
        region_id: String,
        /// The instances.
        instance_id: Vec<String>,
        /// `AllTogether` (the default) or `SuccessFirst`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        batch_optimization: Option<String>,
        /// Like pulling the plug.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        force_stop: Option<bool>,
        /// `StopCharging` or `KeepCharging`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stopped_mode: Option<String>,
        /// Only checks; answers `DRYRUN.SUCCESS`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dry_run: Option<bool>,
    }
}

/// The answer to [`StartInstances`] and [`StopInstances`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceBatchResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// The wrapper of the outcomes.
    pub instance_responses: InstanceResponseList,
}

/// The wrapper `InstanceResponses`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceResponseList {
    /// One outcome for each instance, in the order asked.
    pub instance_response: Vec<InstanceResponse>,
}

/// What became of one instance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceResponse {
    /// The instance.
    pub instance_id: String,
    /// `200`, or the code of the refusal.
    pub code: String,
    /// `success`, or the message of the refusal.
    pub message: String,
    /// The state after the call.
    pub current_status: String,
    /// The state before the call.
    pub previous_status: String,
}
