//! Contact groups.

use serde::{Deserialize, Serialize};

use super::{Ack, ContactGroupNames};
use crate::api::{lenient, operation};

operation! {
    /// Creates or modifies a group by name. Whether omitted fields are kept is undocumented, so
    /// bellcheck always sends all of them.
    Cms write PutContactGroup -> Ack {
        /// The name, which is the identity.
        contact_group_name: String,
        /// The description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        describe: Option<String>,
        /// Up to 100 contact names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        contact_names: Vec<String>,
        /// Whether the group gets the weekly report.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enable_subscribed: Option<bool>,
    }
}

operation! {
    /// Lists groups.
    Cms read DescribeContactGroupList -> DescribeContactGroupListResponse {
        /// From 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_number: Option<u32>,
        /// Entries a page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_size: Option<u32>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Deletes a group; its contacts stay. A missing group answers `ContactNotExists` (sic).
    Cms write DeleteContactGroup -> Ack {
        /// The name.
        contact_group_name: String,
    }
}

/// The answer to [`DescribeContactGroupList`]: names and objects, side by side.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeContactGroupListResponse {
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
    /// Number of groups over all pages.
    #[serde(deserialize_with = "lenient::number", skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// The names of this page.
    pub contact_groups: ContactGroupNames,
    /// The groups of this page.
    pub contact_group_list: ContactGroupList,
}

/// The wrapper `ContactGroupList`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContactGroupList {
    /// The groups.
    pub contact_group: Vec<ContactGroup>,
}

/// A group as it is read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContactGroup {
    /// The name.
    pub name: String,
    /// The description.
    pub describe: String,
    /// The members.
    pub contacts: ContactNames,
    /// Milliseconds since 1970.
    pub create_time: i64,
    /// Milliseconds since 1970.
    pub update_time: i64,
    /// Whether the group gets the weekly report.
    pub enable_subscribed: bool,
    /// Whether the account may have weekly reports.
    pub enabled_weekly_report: bool,
}

/// The wrapper `Contacts` of a group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContactNames {
    /// Contact names.
    pub contact: Vec<String>,
}
