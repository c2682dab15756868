//! Elastic Compute Service, API version 2014-05-26. Sources: the SDK models of
//! `alibabacloud-ecs20140526` 7.11.8 and the samples of `AlibabaCloudDocs/ecs`.

mod disk;
mod event_read;
mod instance;
mod instance_attribute;
mod instance_batch;
mod instance_read;
mod simulated_event;

pub use disk::*;
pub use event_read::*;
pub use instance::*;
pub use instance_attribute::*;
pub use instance_batch::*;
pub use instance_read::*;
pub use simulated_event::*;

/// The answer of an operation that returns nothing but its id.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Accepted {
    /// The service's id of the call.
    pub request_id: String,
}

/// A tag as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Tag {
    /// Up to 128 characters, not beginning with `aliyun` or `acs:`.
    pub key: String,
    /// The value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}
