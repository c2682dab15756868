//! Event-triggered alert rules.

use serde::{Deserialize, Serialize};

use super::Ack;
use crate::api::{lenient, operation};

/// What a rule matches, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct EventPattern {
    /// The product, such as `ECS`, or `*`.
    pub product: String,
    /// `StatusNotification`, `Exception`, `Maintenance` or `*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event_type_list: Vec<String>,
    /// `CRITICAL`, `WARN`, `INFO` or `*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub level_list: Vec<String>,
    /// Event names or `*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub name_list: Vec<String>,
    /// Event statuses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status_list: Vec<String>,
    /// A keyword that the event's content must hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_filters: Option<String>,
    /// Keywords joined by `and` and `or`.
    #[serde(rename = "SQLFilter", default, skip_serializing_if = "Option::is_none")]
    pub sql_filter: Option<String>,
    /// Keywords of which the content must hold one, or none. Only the request of the older Go SDK
    /// has it; the newer SDKs can read it but not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword_filter: Option<WrittenKeywordFilter>,
}

/// Keywords and how they count, as they are written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct WrittenKeywordFilter {
    /// `OR`: one of them must be there. `NOT`: none of them may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// The keywords.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
}

operation! {
    /// Creates or modifies a rule by name; its targets are not touched.
    Cms write PutEventRule -> PutEventRuleResponse {
        /// The name, which is the identity.
        rule_name: String,
        /// The description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// What it matches; 1 to 50, of which reads return one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        event_pattern: Vec<EventPattern>,
        /// `SYSTEM` or `CUSTOM`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_type: Option<String>,
        /// The application group that the rule is for; empty for all resources.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_id: Option<String>,
        /// Seconds in which the rule does not tell again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        silence_time: Option<u64>,
        /// `ENABLED` or `DISABLED`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<String>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Lists rules, 10 a page by default. `IsEnable` defaults to true by its document, so disabled
    /// rules are seen only when asked for.
    Cms read DescribeEventRuleList -> DescribeEventRuleListResponse {
        /// The beginning of the name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name_prefix: Option<String>,
        /// An application group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_id: Option<String>,
        /// Enabled rules or disabled ones.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        is_enable: Option<bool>,
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
    /// One rule with its statuses, which the list does not return, and without its silence.
    Cms read DescribeEventRuleAttribute -> DescribeEventRuleAttributeResponse {
        /// The name.
        rule_name: String,
        /// Documented as a request parameter; without meaning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        silence_time: Option<String>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Switches 1 to 20 rules on.
    Cms write EnableEventRules -> Ack {
        /// The names.
        rule_names: Vec<String>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Switches 1 to 20 rules off.
    Cms write DisableEventRules -> Ack {
        /// The names.
        rule_names: Vec<String>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Deletes rules and their targets.
    Cms write DeleteEventRules -> Ack {
        /// The names.
        rule_names: Vec<String>,
    }
}

/// The answer to [`PutEventRule`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutEventRuleResponse {
    /// `"200"`.
    #[serde(deserialize_with = "lenient::text")]
    pub code: String,
    /// Number of rows touched, as a string.
    #[serde(deserialize_with = "lenient::text")]
    pub data: String,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// Whether it worked.
    #[serde(deserialize_with = "lenient::boolean")]
    pub success: bool,
}

/// The answer to [`DescribeEventRuleList`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeEventRuleListResponse {
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
    /// Number of rules over all pages.
    #[serde(deserialize_with = "lenient::number", skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// The wrapper of the list.
    pub event_rules: EventRuleList,
}

/// The wrapper `EventRules`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EventRuleList {
    /// The rules of this page.
    pub event_rule: Vec<EventRule>,
}

/// A rule as it is listed. Absent values are left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EventRule {
    /// The name.
    pub name: String,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `SYSTEM` or `CUSTOM`.
    pub event_type: String,
    /// The application group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Seconds.
    #[serde(deserialize_with = "lenient::number", skip_serializing_if = "Option::is_none")]
    pub silence_time: Option<u64>,
    /// `ENABLED` or `DISABLED`.
    pub state: String,
    /// What it matches, in both shapes that clients expect.
    pub event_pattern: ListedPattern,
}

/// A pattern as it is listed: the flat object of the documents' samples, which holds itself once
/// more under `EventPattern`, where the SDK models look for it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListedPattern {
    /// The product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Event types, doubly wrapped.
    pub event_type_list: EventTypeNames,
    /// Levels, doubly wrapped.
    pub level_list: LevelNames,
    /// Event names, doubly wrapped.
    pub name_list: EventNames,
    /// Statuses: only [`DescribeEventRuleAttribute`] returns them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_list: Option<StatusNames>,
    /// The keyword.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_filters: Option<String>,
    /// The keyword expression.
    #[serde(rename = "SQLFilter", skip_serializing_if = "Option::is_none")]
    pub sql_filter: Option<String>,
    /// Keywords, as the list returns them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyword_filter: Option<ListedKeywordFilter>,
    /// Keywords, as [`DescribeEventRuleAttribute`] returns them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyword_filter_obj: Option<KeywordFilterObj>,
    /// The same pattern again, for SDK models that read a list here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub event_pattern: Vec<ListedPattern>,
}

impl ListedPattern {
    /// The pattern, from whichever shape holds it.
    #[must_use]
    pub fn flat(&self) -> &Self {
        match self.event_pattern.first() {
            Some(inner) if self.product.is_none() => inner,
            _ => self,
        }
    }
}

/// Keywords in [`DescribeEventRuleList`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListedKeywordFilter {
    /// `OR` or `NOT`.
    pub relation: String,
    /// The keywords, doubly wrapped.
    pub keywords: ListedKeywords,
}

/// Keywords in [`DescribeEventRuleAttribute`], under another name and with another inner wrapper.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct KeywordFilterObj {
    /// `OR` or `NOT`.
    pub relation: String,
    /// The keywords, wrapped.
    pub keywords: DetailedKeywords,
}

/// The inner `keyword`, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DetailedKeywords {
    /// The values.
    pub keyword: Vec<String>,
}

macro_rules! wrapper {
    ($(#[$meta:meta])* $name:ident $field:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        pub struct $name {
            /// The values.
            pub $field: Vec<String>,
        }
    };
}

wrapper! { /// The inner `EventTypeList`.
EventTypeNames event_type_list }
wrapper! { /// The inner `LevelList`.
LevelNames level_list }
wrapper! { /// The inner `NameList`.
EventNames name_list }
wrapper! { /// The inner `Keywords`.
ListedKeywords keywords }
wrapper! { /// The inner `StatusList`.
StatusNames status_list }

/// The answer to [`DescribeEventRuleAttribute`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeEventRuleAttributeResponse {
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
    /// The rule.
    pub result: EventRule,
}
