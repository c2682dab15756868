//! The file, key by key: what may be written where, and nothing about what it means. The JSON
//! Schema is made from the same declarations, so the comments here are what an editor shows.

use crate::channel::{NotifyLevel, Site};
use std::time::Duration;

use super::{
    model::{EventType, Language, Method, Protocol},
    yaml::{Names, Node, Spanned, mapping, words},
};
use crate::secret::Secret;

type Text = Spanned<String>;

mapping! {
    /// Who must be told about which cloud event.
    pub(super) struct Spec {
        /// The name that marks what this file owns: descriptions end in `[bellcheck:NAME]`. Lower-case
        /// letters, digits and hyphens, at most 40.
        required stack: Text,
        /// The region whose endpoints are called, such as `cn-hangzhou`. Without it: that of `--region`, of
        /// the profile or of the environment; offline `cn-hangzhou`.
        optional region: Text,
        /// The ids of the accounts that this may be applied to; any other one is refused. Default: each.
        optional accounts: Vec<Text>,
        /// The site of the account, which decides which levels and channels exist. Default `china`.
        optional site: Spanned<Site>,
        /// The language of contacts that name none. Default `zh-cn`, on the international site `en`.
        optional language: Spanned<Language>,
        /// Files with more of the sections below, relative to this file. They have no `stack` of their own.
        optional include: Vec<Text>,
        /// DingTalk custom robots of the groups to notify, by name.
        optional robots: Names<Robot>,
        /// Alert contacts, by name (2 to 40 characters).
        optional contacts: Names<Contact>,
        /// Contact groups, by name.
        optional groups: Names<Group>,
        /// Application groups that rules are limited to, by name; they must exist already.
        optional application_groups: Vec<Text>,
        /// Event rules, by name.
        optional rules: Names<Rule>,
    }
    hints {
        "contact_groups" => "contact groups are written under `groups`",
        "account" => "accounts are a list: `accounts: [\"1000000000000001\"]`",
        "steps" => "this is a scenario, not a spec: a scenario names its spec with `spec: FILE`",
    }
    extensions true
}

mapping! {
    /// A part of a spec, which the spec's file names under `include`.
    pub(super) struct Part {
        /// Files with more of the sections below, relative to this file.
        optional include: Vec<Text>,
        /// DingTalk custom robots of the groups to notify, by name.
        optional robots: Names<Robot>,
        /// Alert contacts, by name (2 to 40 characters).
        optional contacts: Names<Contact>,
        /// Contact groups, by name.
        optional groups: Names<Group>,
        /// Application groups that rules are limited to, by name; they must exist already.
        optional application_groups: Vec<Text>,
        /// Event rules, by name.
        optional rules: Names<Rule>,
    }
    hints {
        "contact_groups" => "contact groups are written under `groups`",
        "stack" => "a file that is included belongs to the stack of the file that includes it: remove the line",
        "region" => "a file that is included has the region of the file that includes it: remove the line",
        "accounts" => "write the accounts into the file that includes this one",
        "site" => "a file that is included has the site of the file that includes it: remove the line",
        "language" => "write it into the file that includes this one, or into each contact",
    }
    extensions true
}

impl From<Part> for Spec {
    fn from(part: Part) -> Self {
        Self {
            include: part.include,
            robots: part.robots,
            contacts: part.contacts,
            groups: part.groups,
            application_groups: part.application_groups,
            rules: part.rules,
            ..Self::default()
        }
    }
}

mapping! {
    /// A DingTalk custom robot, with the security settings that its group gave it.
    pub(super) struct Robot {
        /// The address that DingTalk shows when the robot is made.
        required webhook: Spanned<Secret>,
        /// A message must hold one of these (at most 10); leave out if the robot has no such setting.
        optional keywords: Vec<Text>,
        /// The signing secret, for robots that bellcheck itself sends to: CloudMonitor cannot sign.
        optional secret: Spanned<Secret>,
        /// IPv4 addresses and ranges that may send, such as `10.0.0.0/8`.
        optional allowed_ips: Vec<Text>,
    }
    hints { "url" => "the address of a robot is its `webhook`", }
}

mapping! {
    /// An alert contact. It needs at least one of `robot`, `webhook`, `email`, `phone`, `aliim`.
    pub(super) struct Contact {
        /// Free text.
        optional description: String,
        /// The language of its alerts.
        optional language: Language,
        /// The robot that tells it, by its name under `robots`.
        optional robot: Text,
        /// An address that is not one of `robots`.
        optional webhook: Spanned<Secret>,
        /// A mail address; works once its owner has followed the link that CloudMonitor sends.
        optional email: Text,
        /// A phone number; works once its owner has followed the link that CloudMonitor sends.
        optional phone: Text,
        /// A TradeManager name.
        optional aliim: Text,
    }
    hints {
        "mail" => "a mail address is written as `email`",
        "sms" => "a phone number is written as `phone`",
        "dingtalk" => "name a robot with `robot`, or give its address as `webhook`",
    }
}

mapping! {
    /// A contact group.
    pub(super) struct Group {
        /// Free text.
        optional description: String,
        /// Its contacts (at most 100), by their names under `contacts`.
        optional contacts: Vec<Text>,
        /// Whether the group gets the weekly report. Default `false`.
        optional subscribed: bool,
    }
}

mapping! {
    /// An event rule: which events, and who is told.
    pub(super) struct Rule {
        /// Free text.
        optional description: String,
        /// Whether it is switched on. Default `true`.
        optional enabled: Spanned<bool>,
        /// `SYSTEM` for events that cloud products report, `CUSTOM` for those that users report. Default `SYSTEM`.
        optional event_type: Spanned<EventType>,
        /// The application group that it is limited to, by its name under `application_groups`.
        optional application_group: Text,
        /// Which events it matches; every key must fit.
        required event_pattern: EventPattern,
        /// For how long the same event is not told again, such as `24h`. Default: told each time.
        optional silence: Spanned<Duration>,
        /// Who is told; at most 5 of each kind.
        optional targets: Vec<Spanned<Target>>,
    }
    hints {
        "pattern" => "what a rule matches is its `event_pattern`",
        "product" => "`product` belongs under `event_pattern`",
        "event_types" => "`event_types` belongs under `event_pattern`",
        "levels" => "`levels` belongs under `event_pattern`",
        "names" => "`names` belongs under `event_pattern`",
        "statuses" => "`statuses` belongs under `event_pattern`",
        "keyword" => "`keyword` belongs under `event_pattern`",
        "sql_filter" => "`sql_filter` belongs under `event_pattern`",
    }
}

mapping! {
    /// Which events a rule matches. A list that is left out, or holds `*`, fits all.
    pub(super) struct EventPattern {
        /// The product code, such as `ECS`.
        required product: Text,
        /// Event types, such as `StatusNotification`.
        optional event_types: Vec<Text>,
        /// Levels of events.
        optional levels: Vec<Spanned<PatternLevel>>,
        /// Names of events, such as `Instance:StateChange`; `bellcheck events` lists them.
        optional names: Vec<Text>,
        /// Statuses of events, such as `Normal` or `Executing`.
        optional statuses: Vec<Text>,
        /// A keyword that the event must hold.
        optional keyword: String,
        /// Keywords joined by `and` and `or`.
        optional sql_filter: Text,
    }
    hints {
        "name" => "event names are a list: `names: [NAME]`",
        "level" => "levels are a list: `levels: [INFO]`",
        "status" => "statuses are a list: `statuses: [Normal]`",
        "event_type" => "event types are a list: `event_types: [StatusNotification]`",
    }
}

/// A level of events, or any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PatternLevel {
    Critical,
    Warn,
    Info,
    Any,
}

impl PatternLevel {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "CRITICAL",
            Self::Warn => "WARN",
            Self::Info => "INFO",
            Self::Any => "*",
        }
    }
}

mapping! {
    /// Where alerts go: exactly one of `group`, `webhook`, `mns`, `sls`, `fc` and `openapi`.
    pub(super) struct Target {
        /// A contact group, by its name under `groups`.
        optional group: Text,
        /// For a group: `INFO` is mail and DingTalk, `WARN` adds SMS, `CRITICAL` adds phone. Default `INFO`.
        optional level: Spanned<NotifyLevel>,
        /// A URL.
        optional webhook: WebhookTarget,
        /// A Message Service queue or topic.
        optional mns: MnsTarget,
        /// A Simple Log Service logstore.
        optional sls: SlsTarget,
        /// A Function Compute function.
        optional fc: FcTarget,
        /// A call of another product's API.
        optional openapi: OpenApiTarget,
    }
    hints {
        "contact" => "rules tell groups: put the contact into a group",
        "robot" => "rules tell groups: give the robot to a contact and put that into a group",
    }
}

impl Target {
    /// The kinds of target that are written here; a sound target has one.
    pub(super) fn kinds(&self) -> Vec<&'static str> {
        let kinds = [
            ("group", self.group.is_some()),
            ("webhook", self.webhook.is_some()),
            ("mns", self.mns.is_some()),
            ("sls", self.sls.is_some()),
            ("fc", self.fc.is_some()),
            ("openapi", self.openapi.is_some()),
        ];
        kinds.into_iter().filter(|(_, is)| *is).map(|(kind, _)| kind).collect()
    }
}

mapping! {
    /// A URL that is called.
    pub(super) struct WebhookTarget {
        /// The address.
        required url: Spanned<Secret>,
        /// `POST` or `GET`. Default `POST`.
        optional method: Method,
        /// `http`, `telnet` or `ping`. Default `http`.
        optional protocol: Protocol,
    }
}

mapping! {
    /// A Message Service queue or topic.
    pub(super) struct MnsTarget {
        /// Its region. Default: the spec's.
        optional region: Text,
        /// The queue, unless it is a topic.
        optional queue: Text,
        /// The topic, unless it is a queue.
        optional topic: Text,
    }
}

mapping! {
    /// A Simple Log Service logstore.
    pub(super) struct SlsTarget {
        /// Its region. Default: the spec's.
        optional region: Text,
        /// The project.
        required project: String,
        /// The logstore.
        required logstore: String,
    }
}

mapping! {
    /// A Function Compute function.
    pub(super) struct FcTarget {
        /// Its region. Default: the spec's.
        optional region: Text,
        /// The service.
        required service: String,
        /// The function.
        required function: String,
    }
}

mapping! {
    /// A call of another product's API.
    pub(super) struct OpenApiTarget {
        /// The region that is called. Default: the spec's.
        optional region: Text,
        /// The product, such as `Ecs`.
        required product: String,
        /// The API version, such as `2014-05-26`.
        required version: String,
        /// The operation.
        required action: String,
        /// The RAM role that the call is made with.
        required role: String,
        /// Parameters of the operation.
        optional parameters: Node,
    }
}

words! { Site, "a site", { "china" => China, "international" => International, } }
words! { Language, "a language", { "zh-cn" => ZhCn, "en" => En, } }
words! { EventType, "an event type of a rule", { "SYSTEM" => System, "CUSTOM" => Custom, } }
words! { Method, "a method", { "POST" => Post, "GET" => Get, } }
words! { Protocol, "a protocol", { "http" => Http, "telnet" => Telnet, "ping" => Ping, } }
words! { NotifyLevel, "a level", { "CRITICAL" => Critical, "WARN" => Warn, "INFO" => Info, } }
words! { PatternLevel, "a level of events", { "CRITICAL" => Critical, "WARN" => Warn, "INFO" => Info, "*" => Any, } }
