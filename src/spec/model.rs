//! A checked spec: every reference leads somewhere and every value is one the service knows.

use crate::channel::{NotifyLevel, Site};
use std::{sync::Arc, time::Duration};

use indexmap::IndexMap;

use super::{
    unfit::{SecretPlace, Unfit},
    yaml::Spanned,
};
use crate::{
    diagnostic::{Diagnostic, Source, Span},
    dingtalk::{IpRange, Security},
    event::Pattern,
    secret::Secret,
};

/// Everything that one file describes.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// The file, for diagnostics.
    pub source: Arc<Source>,
    /// What this file owns is marked with this name.
    pub stack: String,
    /// The region whose endpoints are called; [`Spec::USUAL_REGION`] where nobody has named one so far.
    pub region: String,
    /// Whether the file names the region.
    pub region_is_written: bool,
    /// The ids of the accounts that this may be applied to; empty for each.
    pub accounts: Vec<Spanned<String>>,
    /// Which of the two sites the account belongs to.
    pub site: Site,
    /// The language of contacts that name none.
    pub language: Language,
    /// DingTalk robots by name.
    pub robots: IndexMap<String, Robot>,
    /// Alert contacts by name.
    pub contacts: IndexMap<String, Contact>,
    /// Contact groups by name.
    pub groups: IndexMap<String, Group>,
    /// Names of application groups, which exist already.
    pub application_groups: Vec<String>,
    /// Event rules by name.
    pub rules: IndexMap<String, Rule>,
    /// Where its addresses and secrets are written.
    pub secrets: Vec<SecretPlace>,
    /// What must not be written to a real account, nor sent to a real robot.
    pub unfit: Vec<Unfit>,
}

impl Spec {
    /// The region of a spec that names none, where no cloud is called.
    pub const USUAL_REGION: &str = "cn-hangzhou";

    /// The region that the file names.
    #[must_use]
    pub fn named_region(&self) -> Option<&str> {
        Some(self.region.as_str()).filter(|_| self.region_is_written)
    }

    /// The spec, for another region: what has the spec's region by default goes along.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self.clone() }
    }

    /// Whether it may be applied to an account.
    ///
    /// # Errors
    /// The fault, under the list of those that it may be applied to.
    pub fn permits(&self, account: &str) -> Result<(), Diagnostic> {
        let Some(first) = self.accounts.first() else { return Ok(()) };
        if self.accounts.iter().any(|permitted| permitted.value == account) {
            return Ok(());
        }
        Err(Diagnostic::error(
            "spec::other-account",
            format!("stack `{}` may not touch account {account}", self.stack),
        )
        .at(&self.source, first.span, "it is for these accounts alone")
        .help(format!("use the credentials of another account, or add \"{account}\" to `accounts`")))
    }
}

/// The language of alerts (`Lang` of `PutContact`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Simplified Chinese.
    ZhCn,
    /// English.
    En,
}

impl Language {
    /// As the service spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-cn",
            Self::En => "en",
        }
    }
}

/// A DingTalk custom robot with its security settings, as set in the DingTalk group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robot {
    /// The name in the file.
    pub name: String,
    /// Where the file names it.
    pub span: Span,
    /// The URL that messages are posted to.
    pub webhook: Secret,
    /// A message must hold one of these; none means no such setting.
    pub keywords: Vec<String>,
    /// The signing secret, if the robot wants signed messages.
    pub secret: Option<Secret>,
    /// IPv4 addresses and ranges that may send; none means no such setting.
    pub allowed_ips: Vec<String>,
}

impl Robot {
    /// Its security settings, as DingTalk holds a message against them.
    ///
    /// # Errors
    /// The range that is none; a checked spec has no such range.
    pub fn security(&self) -> Result<Security, String> {
        let ranges: Result<Vec<IpRange>, String> =
            self.allowed_ips.iter().map(|range| range.parse()).collect();
        Ok(Security {
            keywords: self.keywords.clone(),
            secret: self.secret.clone(),
            allowed_ips: ranges.map_err(|fault| format!("robot `{}`: {fault}", self.name))?,
            ..Security::default()
        })
    }
}

/// An alert contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name, 2 to 40 characters.
    pub name: String,
    /// Where the file names it.
    pub span: Span,
    /// Free text, without the mark of ownership.
    pub description: String,
    /// The language of its alerts.
    pub language: Language,
    /// The robot behind its webhook, if it names one.
    pub robot: Option<String>,
    /// The URL that it is told by: its robot's or its own.
    pub webhook: Option<Secret>,
    /// The mail address; works once its owner has activated it.
    pub email: Option<String>,
    /// The phone number; works once its owner has activated it.
    pub phone: Option<String>,
    /// The TradeManager name.
    pub aliim: Option<String>,
}

/// A contact group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The name.
    pub name: String,
    /// Where the file names it.
    pub span: Span,
    /// Free text, without the mark of ownership.
    pub description: String,
    /// Names of contacts, each once.
    pub contacts: Vec<String>,
    /// Whether the group gets the weekly report (`EnableSubscribed`).
    pub subscribed: bool,
}

/// An event rule and its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The name.
    pub name: String,
    /// Where the file names it.
    pub span: Span,
    /// Free text, without the mark of ownership.
    pub description: String,
    /// Whether it is switched on.
    pub enabled: bool,
    /// The kind of events it looks at.
    pub event_type: EventType,
    /// The application group that it is limited to, by name.
    pub application_group: Option<String>,
    /// What it matches.
    pub pattern: Pattern,
    /// For how long the same event is not told again, in whole seconds; `None` is not at all.
    pub silence: Option<Duration>,
    /// Who is told, in the order of the file.
    pub targets: Vec<Target>,
}

/// The kind of events that a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EventType {
    /// Events that cloud products report.
    #[default]
    System,
    /// Events that users report.
    Custom,
}

impl EventType {
    /// As the service spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "SYSTEM",
            Self::Custom => "CUSTOM",
        }
    }
}

/// Where a rule's alerts go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A contact group.
    Group {
        /// Its name.
        group: String,
        /// Which channels are used.
        level: NotifyLevel,
    },
    /// A URL.
    Webhook {
        /// The address, which may carry a key.
        url: Secret,
        /// How it is called.
        method: Method,
        /// Over what.
        protocol: Protocol,
    },
    /// A Message Service queue or topic.
    Mns {
        /// Its region; none for the spec's.
        region: Option<String>,
        /// Queue or topic.
        endpoint: MnsEndpoint,
    },
    /// A Simple Log Service logstore.
    Sls {
        /// Its region; none for the spec's.
        region: Option<String>,
        /// The project.
        project: String,
        /// The logstore.
        logstore: String,
    },
    /// A Function Compute function.
    Fc {
        /// Its region; none for the spec's.
        region: Option<String>,
        /// The service.
        service: String,
        /// The function.
        function: String,
    },
    /// A call of another product's API.
    OpenApi {
        /// The region that is called; none for the spec's.
        region: Option<String>,
        /// The product, such as `Ecs`.
        product: String,
        /// The API version, such as `2014-05-26`.
        version: String,
        /// The operation.
        action: String,
        /// The RAM role that the call is made with.
        role: String,
        /// Its parameters, a JSON object.
        parameters: serde_json::Value,
    },
}

/// A Message Service destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MnsEndpoint {
    /// A queue, by name.
    Queue(String),
    /// A topic, by name.
    Topic(String),
}

/// How a URL is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// With a body.
    #[default]
    Post,
    /// Without one.
    Get,
}

impl Method {
    /// As the service spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
        }
    }
}

/// What a URL is called over (`WebhookParameters.N.Protocol`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// A request.
    #[default]
    Http,
    /// A connection.
    Telnet,
    /// A ping of the host.
    Ping,
}

impl Protocol {
    /// As the service spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Telnet => "telnet",
            Self::Ping => "ping",
        }
    }
}
