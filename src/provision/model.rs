//! The managed objects in the spec's terms: what both sides of a comparison are made of.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::secret::Secret;

/// What a managed object is. A rule's targets belong to the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// An alert contact.
    Contact,
    /// A contact group.
    Group,
    /// An event rule with its targets.
    Rule,
}

impl ObjectKind {
    /// The word for it: `contact`, `group`, `rule`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Group => "group",
            Self::Rule => "rule",
        }
    }
}

impl std::fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A way to reach a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// `Channels.DingWebHook`.
    Webhook,
    /// `Channels.Mail`.
    Mail,
    /// `Channels.SMS`.
    Phone,
    /// `Channels.AliIM`.
    AliIm,
}

impl Channel {
    /// All of them, in the order of the spec.
    pub const ALL: [Self; 4] = [Self::Webhook, Self::Mail, Self::Phone, Self::AliIm];

    /// The key in the spec.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Mail => "email",
            Self::Phone => "phone",
            Self::AliIm => "aliim",
        }
    }
}

/// A contact. The description is without the mark.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// The description.
    pub description: String,
    /// `zh-cn` or `en`; empty when the service never got one.
    pub language: String,
    /// A robot's URL, which holds its token.
    pub webhook: Option<Secret>,
    /// A mail address.
    pub mail: Option<String>,
    /// A mobile number.
    pub phone: Option<String>,
    /// A TradeManager account.
    pub aliim: Option<String>,
}

/// A contact group. The description is without the mark.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// The description.
    pub description: String,
    /// The members' names.
    pub contacts: BTreeSet<String>,
    /// Whether the group gets the weekly report.
    pub subscribed: bool,
}

/// A rule without its targets. The description is without the mark.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// The description.
    pub description: String,
    /// Whether it rings.
    pub enabled: bool,
    /// `SYSTEM` or `CUSTOM`.
    pub event_type: String,
    /// The application group's id; none for all resources.
    pub application_group_id: Option<String>,
    /// What it matches.
    pub pattern: Pattern,
    /// Seconds in which it does not tell again; 0 for none.
    pub silence: u64,
}

/// What a rule matches; an empty list matches everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pattern {
    /// The product.
    pub product: String,
    /// Event types.
    pub event_types: BTreeSet<String>,
    /// Levels.
    pub levels: BTreeSet<String>,
    /// Event names.
    pub names: BTreeSet<String>,
    /// Statuses; none when they were not read, since the rule list does not return them.
    pub statuses: Option<BTreeSet<String>>,
    /// A keyword.
    pub keyword: Option<String>,
    /// A keyword expression.
    pub sql_filter: Option<String>,
    /// A `KeywordFilter`, in words. A spec has none: one on an account's rule was made elsewhere, and
    /// keeps events from the rule that the spec says it takes.
    pub keyword_filter: Option<String>,
}

/// Where a rule's alerts go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A contact group.
    Group {
        /// Its name.
        group: String,
        /// `2`, `3` or `4`, as the service counts.
        level: String,
    },
    /// A URL to call.
    Webhook {
        /// The URL, which may hold a token.
        url: Secret,
        /// `GET` or `POST`.
        method: String,
        /// `http`; rules made elsewhere may have `telnet` or `ping`.
        protocol: String,
    },
    /// A Message Service queue or topic.
    Mns {
        /// The region.
        region: String,
        /// The queue.
        queue: Option<String>,
        /// The topic.
        topic: Option<String>,
    },
    /// A Simple Log Service logstore.
    Sls {
        /// The region.
        region: String,
        /// The project.
        project: String,
        /// The logstore.
        logstore: String,
    },
    /// A Function Compute function.
    Fc {
        /// The region.
        region: String,
        /// The service.
        service: String,
        /// The function.
        function: String,
    },
    /// An OpenAPI call.
    OpenApi {
        /// The region.
        region: String,
        /// The product.
        product: String,
        /// The API version.
        version: String,
        /// The action.
        action: String,
        /// The RAM role.
        role: String,
        /// The call's parameters, a JSON object.
        parameters: Option<Value>,
    },
}

impl Target {
    /// The key in the spec.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Group { .. } => "group",
            Self::Webhook { .. } => "webhook",
            Self::Mns { .. } => "mns",
            Self::Sls { .. } => "sls",
            Self::Fc { .. } => "fc",
            Self::OpenApi { .. } => "openapi",
        }
    }
}
