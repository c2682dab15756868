//! Application groups: sets of resources that a rule can be limited to.

use serde::{Deserialize, Serialize};

use crate::api::{lenient, operation};

operation! {
    /// Creates an application group; the answer has its id, a number.
    Cms once CreateMonitorGroup -> CreateMonitorGroupResponse {
        /// The name.
        group_name: String,
        /// Names of contact groups, separated by commas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_groups: Option<String>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

/// A tag of an application group, to look for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MonitorGroupTag {
    /// The key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

operation! {
    /// Lists application groups, 30 a page by default.
    Cms read DescribeMonitorGroups -> DescribeMonitorGroupsResponse {
        /// Ids, separated by commas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_id: Option<String>,
        /// A name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_name: Option<String>,
        /// A part of the name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        keyword: Option<String>,
        /// An instance that is in the group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance_id: Option<String>,
        /// `custom`, `ehpc_cluster` or `kubernetes`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r#type: Option<String>,
        /// Types; `custom`, `ehpc_cluster`, `kubernetes`, `tag`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        types: Option<String>,
        /// The rule that made the group from tags.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dynamic_tag_rule_id: Option<String>,
        /// The key of the tag that made the group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_founder_tag_key: Option<String>,
        /// The value of the tag that made the group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_founder_tag_value: Option<String>,
        /// Whether to return the templates that were applied.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        include_template_history: Option<bool>,
        /// Whether to return the contact groups.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        select_contact_groups: Option<bool>,
        /// Up to 5 tags.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tag: Vec<MonitorGroupTag>,
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
    /// Changes an application group.
    Cms write ModifyMonitorGroup -> ModifyMonitorGroupResponse {
        /// The id, a number.
        group_id: u64,
        /// The new name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_name: Option<String>,
        /// Names of contact groups, separated by commas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_groups: Option<String>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Deletes an application group.
    Cms write DeleteMonitorGroup -> DeleteMonitorGroupResponse {
        /// The id, a number.
        group_id: u64,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

/// The answer to [`CreateMonitorGroup`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateMonitorGroupResponse {
    /// 200; a number here.
    #[serde(deserialize_with = "lenient::number")]
    pub code: Option<u64>,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// Whether it worked.
    #[serde(deserialize_with = "lenient::boolean")]
    pub success: bool,
    /// The new group's id.
    #[serde(deserialize_with = "lenient::number")]
    pub group_id: Option<u64>,
}

/// The answer to [`ModifyMonitorGroup`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ModifyMonitorGroupResponse {
    /// 200; a number here.
    #[serde(deserialize_with = "lenient::number")]
    pub code: Option<u64>,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// Whether it worked.
    #[serde(deserialize_with = "lenient::boolean")]
    pub success: bool,
}

/// The answer to [`DescribeMonitorGroups`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeMonitorGroupsResponse {
    /// 200; a number here.
    #[serde(deserialize_with = "lenient::number")]
    pub code: Option<u64>,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// Whether it worked.
    #[serde(deserialize_with = "lenient::boolean")]
    pub success: bool,
    /// The page that this is.
    pub page_number: u32,
    /// Entries a page.
    pub page_size: u32,
    /// Number of groups over all pages.
    #[serde(deserialize_with = "lenient::number")]
    pub total: Option<u64>,
    /// The wrapper of the list.
    pub resources: MonitorGroupList,
}

/// The wrapper `Resources`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MonitorGroupList {
    /// The groups of this page.
    pub resource: Vec<MonitorGroup>,
}

/// An application group as it is listed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MonitorGroup {
    /// The id; a number in the SDK models, a string in a sample.
    #[serde(deserialize_with = "lenient::number")]
    pub group_id: Option<u64>,
    /// The name.
    pub group_name: String,
    /// `custom` for one that was made by hand.
    pub r#type: String,
    /// Undocumented; the samples show a number beside the id.
    #[serde(deserialize_with = "lenient::text")]
    pub service_id: String,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "lenient::number")]
    pub gmt_create: Option<u64>,
    /// Milliseconds since 1970.
    #[serde(deserialize_with = "lenient::number")]
    pub gmt_modified: Option<u64>,
    /// The contact groups, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_groups: Option<NamedContactGroups>,
    /// Tags.
    pub tags: MonitorGroupTags,
    /// Ids of applied templates.
    pub template_ids: TemplateIds,
}

/// The wrapper `ContactGroups` of an application group, which holds objects.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct NamedContactGroups {
    /// The groups.
    pub contact_group: Vec<NamedContactGroup>,
}

/// A contact group by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct NamedContactGroup {
    /// The name.
    pub name: String,
}

/// The wrapper `Tags`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MonitorGroupTags {
    /// The tags.
    pub tag: Vec<MonitorGroupTag>,
}

/// The wrapper `TemplateIds`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TemplateIds {
    /// The ids.
    pub template_id: Vec<String>,
}

/// The answer to [`DeleteMonitorGroup`]: what was deleted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteMonitorGroupResponse {
    /// 200; a number here.
    #[serde(deserialize_with = "lenient::number")]
    pub code: Option<u64>,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// Whether it worked.
    #[serde(deserialize_with = "lenient::boolean")]
    pub success: bool,
    /// The group that is gone.
    pub group: DeletedMonitorGroup,
}

/// The group that [`DeleteMonitorGroup`] removed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeletedMonitorGroup {
    /// The name.
    pub group_name: String,
    /// The contact groups.
    pub contact_groups: NamedContactGroups,
    /// The id, in the document's sample only.
    #[serde(deserialize_with = "lenient::number", skip_serializing_if = "Option::is_none")]
    pub group_id: Option<u64>,
}
