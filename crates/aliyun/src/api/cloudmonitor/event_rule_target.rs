//! Where a rule's alerts go.

use serde::{Deserialize, Serialize};

use super::Ack;
use crate::api::{lenient, operation};

macro_rules! parameter {
    ($(#[$meta:meta])* $name:ident { $( $(#[$field_meta:meta])* $field:ident $(= $wire:literal)?, )* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
        #[serde(rename_all = "PascalCase", deny_unknown_fields)]
        pub struct $name {
            $( $(#[$field_meta])*
               #[serde($(rename = $wire,)? default, skip_serializing_if = "Option::is_none")]
               pub $field: Option<String>, )*
        }
    };
}

parameter! {
    /// A contact group to tell.
    ContactParameter {
        /// The target's id, unique in its rule.
        id,
        /// The group's name.
        contact_group_name,
        /// `2` phone, SMS, mail, DingTalk; `3` SMS, mail, DingTalk; `4` mail and DingTalk.
        level,
    }
}
parameter! {
    /// A URL to call.
    WebhookParameter {
        /// The target's id, unique in its rule.
        id,
        /// `GET` or `POST`.
        method,
        /// `http`, `telnet` or `ping`.
        protocol,
        /// The URL.
        url,
    }
}
parameter! {
    /// A Message Service queue or topic.
    MnsParameter {
        /// The target's id, unique in its rule.
        id,
        /// The region.
        region,
        /// The queue.
        queue,
        /// The topic.
        topic,
        /// Set by the service on read.
        arn,
    }
}
parameter! {
    /// A Simple Log Service logstore.
    SlsParameter {
        /// The target's id, unique in its rule.
        id,
        /// The region.
        region,
        /// The project.
        project,
        /// The logstore.
        log_store,
        /// Set by the service on read.
        arn,
    }
}
parameter! {
    /// A Function Compute function.
    FcParameter {
        /// The target's id, unique in its rule.
        id,
        /// The region.
        region,
        /// The service.
        service_name,
        /// The function.
        function_name,
        /// Set by the service on read.
        arn,
    }
}
parameter! {
    /// An OpenAPI call.
    OpenApiParameter {
        /// The target's id, unique in its rule.
        id,
        /// The region.
        region,
        /// The product.
        product,
        /// The API version.
        version,
        /// The action.
        action,
        /// The RAM role.
        role,
        /// The resource's name.
        arn,
        /// Parameters as a JSON object in a string.
        json_params,
    }
}

operation! {
    /// Adds or modifies targets by id; what is not named stays.
    Cms write PutEventRuleTargets -> PutEventRuleTargetsResponse {
        /// The rule.
        rule_name: String,
        /// Up to 5 contact groups.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        contact_parameters: Vec<ContactParameter>,
        /// Up to 5 URLs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        webhook_parameters: Vec<WebhookParameter>,
        /// Up to 5 queues or topics.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mns_parameters: Vec<MnsParameter>,
        /// Up to 5 logstores.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sls_parameters: Vec<SlsParameter>,
        /// Up to 5 functions.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fc_parameters: Vec<FcParameter>,
        /// Up to 5 calls.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        open_api_parameters: Vec<OpenApiParameter>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// All targets of one rule.
    Cms read DescribeEventRuleTargetList -> DescribeEventRuleTargetListResponse {
        /// The rule.
        rule_name: String,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Removes 1 to 20 targets of a rule by id.
    Cms write DeleteEventRuleTargets -> Ack {
        /// The rule.
        rule_name: String,
        /// Target ids.
        ids: Vec<String>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

/// The answer to [`PutEventRuleTargets`]; partial failures come with HTTP 200.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutEventRuleTargetsResponse {
    /// `"200"`.
    #[serde(deserialize_with = "lenient::text")]
    pub code: String,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// Whether it worked.
    #[serde(deserialize_with = "lenient::boolean")]
    pub success: bool,
    /// How many targets were not taken, as a string; absent when all were.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "String::is_empty")]
    pub failed_parameter_count: String,
    /// The contact groups that were not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_contact_parameters: Option<FailedContactParameters>,
}

/// The wrapper `FailedContactParameters`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct FailedContactParameters {
    /// The targets; `Id` is a number here and a string elsewhere.
    pub contact_parameter: Vec<FailedContactParameter>,
}

/// A contact group target that was not taken.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct FailedContactParameter {
    /// The group's name.
    pub contact_group_name: String,
    /// The target's id.
    #[serde(deserialize_with = "lenient::text")]
    pub id: String,
    /// The level.
    #[serde(deserialize_with = "lenient::text")]
    pub level: String,
}

/// The answer to [`DescribeEventRuleTargetList`], which has no `Success`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeEventRuleTargetListResponse {
    /// `"200"`.
    #[serde(deserialize_with = "lenient::text")]
    pub code: String,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// Contact groups.
    pub contact_parameters: ContactParameterList,
    /// URLs.
    pub webhook_parameters: WebhookParameterList,
    /// Queues and topics.
    pub mns_parameters: MnsParameterList,
    /// Logstores.
    pub sls_parameters: SlsParameterList,
    /// Functions.
    pub fc_parameters: FcParameterList,
    /// OpenAPI calls.
    pub open_api_parameters: OpenApiParameterList,
}

macro_rules! list {
    ($(#[$meta:meta])* $name:ident $field:ident = $wire:literal : $item:ty) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $name {
            /// The targets.
            #[serde(rename = $wire)]
            pub $field: Vec<$item>,
        }
    };
}

list! { /// The wrapper `ContactParameters`.
ContactParameterList items = "ContactParameter": ContactParameter }
list! { /// The wrapper `WebhookParameters`.
WebhookParameterList items = "WebhookParameter": WebhookParameter }
list! { /// The wrapper `MnsParameters`.
MnsParameterList items = "MnsParameter": MnsParameter }
list! { /// The wrapper `SlsParameters`.
SlsParameterList items = "SlsParameter": SlsParameter }
list! { /// The wrapper `FcParameters`, whose inner name is `FCParameter`.
FcParameterList items = "FCParameter": FcParameter }
list! { /// The wrapper `OpenApiParameters`, whose inner name is plural too.
OpenApiParameterList items = "OpenApiParameters": OpenApiParameter }
