//! Alert contacts.

use serde::{Deserialize, Serialize};

use super::Ack;
use crate::api::{lenient, operation};

/// The ways to reach a contact. Absent channels are left out on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channels {
    /// A DingTalk robot's webhook URL, or another webhook.
    #[serde(rename = "DingWebHook", default, skip_serializing_if = "Option::is_none")]
    pub ding_web_hook: Option<String>,
    /// A mail address.
    #[serde(rename = "Mail", default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// A mobile number.
    #[serde(rename = "SMS", default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<String>,
    /// A TradeManager (Aliwangwang) account.
    #[serde(rename = "AliIM", default, skip_serializing_if = "Option::is_none")]
    pub ali_im: Option<String>,
}

operation! {
    /// Creates or modifies a contact by name.
    Cms write PutContact -> Ack {
        /// The name, which is the identity.
        contact_name: String,
        /// The description; read back as `Desc`.
        describe: String,
        /// `zh-cn` or `en`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<String>,
        /// At least one channel.
        #[serde(default)]
        channels: Channels,
    }
}

operation! {
    /// Lists contacts, 100 a page by default.
    Cms read DescribeContactList -> DescribeContactListResponse {
        /// An exact name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_name: Option<String>,
        /// `SMS`, `AliIM`, `Mail` or `DingWebHook` (spelled so by the service).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chanel_type: Option<String>,
        /// The channel's value, with `ChanelType`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chanel_value: Option<String>,
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
    /// Deletes a contact; it leaves its groups. 404 `ContactNotExists` for an unknown name.
    Cms write DeleteContact -> Ack {
        /// The name.
        contact_name: String,
    }
}

/// The answer to [`DescribeContactList`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeContactListResponse {
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
    /// Number of contacts over all pages; absent in older samples.
    #[serde(deserialize_with = "lenient::number", skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// The wrapper of the list.
    pub contacts: ContactList,
}

/// The wrapper `Contacts`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContactList {
    /// The contacts of this page.
    pub contact: Vec<Contact>,
}

/// A contact as it is read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// The description.
    pub desc: String,
    /// `zh-cn` or `en`; absent when never set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Milliseconds since 1970.
    pub create_time: i64,
    /// Milliseconds since 1970.
    pub update_time: i64,
    /// The channels in use.
    pub channels: ReadChannels,
    /// `OK` or `PENDING` for each channel in use.
    pub channels_state: ReadChannels,
    /// The groups that it is in.
    pub contact_groups: ContactGroupNames,
}

/// Channels as they are read: unknown ones are ignored, absent ones are `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadChannels {
    /// DingTalk robot.
    #[serde(rename = "DingWebHook", skip_serializing_if = "Option::is_none")]
    pub ding_web_hook: Option<String>,
    /// Mail.
    #[serde(rename = "Mail", skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// Text message.
    #[serde(rename = "SMS", skip_serializing_if = "Option::is_none")]
    pub sms: Option<String>,
    /// TradeManager.
    #[serde(rename = "AliIM", skip_serializing_if = "Option::is_none")]
    pub ali_im: Option<String>,
}

/// The wrapper `ContactGroups`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContactGroupNames {
    /// Group names.
    pub contact_group: Vec<String>,
}
