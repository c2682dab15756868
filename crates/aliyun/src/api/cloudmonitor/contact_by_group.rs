//! The contacts of one group.

use serde::{Deserialize, Serialize};

use super::ReadChannels;
use crate::api::{lenient, operation};

operation! {
    /// All contacts of a group, without pages.
    Cms read DescribeContactListByContactGroup -> DescribeContactListByContactGroupResponse {
        /// The group.
        contact_group_name: String,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

/// The answer to [`DescribeContactListByContactGroup`], which has no `Total`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeContactListByContactGroupResponse {
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
    /// The wrapper of the list.
    pub contacts: GroupContactList,
}

/// The wrapper `Contacts`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GroupContactList {
    /// The contacts.
    pub contact: Vec<GroupContact>,
}

/// A contact as its group lists it: without language, states and groups.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GroupContact {
    /// The name.
    pub name: String,
    /// The description.
    pub desc: String,
    /// The channels in use.
    pub channels: ReadChannels,
    /// Milliseconds since 1970.
    pub create_time: i64,
    /// Milliseconds since 1970.
    pub update_time: i64,
}
