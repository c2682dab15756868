//! What a step looks for besides a robot's messages.

use std::{fmt, time::Duration};

use super::{capture::Capture, matcher::Matcher, model::Count};
use crate::{clock::human_duration, spec::yaml::Spanned};

/// A step that looks for something to come: `expect_event`, `expect_alert`, `expect_request` and
/// `expect_outbox`.
#[derive(Debug, Clone)]
pub struct Look {
    /// Where it looks.
    pub at: Scene,
    /// How long it may take from the start of the step.
    pub within: Duration,
    /// How many.
    pub count: Count,
    /// What it must be like; nothing means that any will do.
    pub matchers: Vec<Matcher>,
    /// What is taken from the first of them.
    pub capture: Vec<Capture>,
}

/// Where a [`Look`] looks.
#[derive(Debug, Clone)]
pub enum Scene {
    /// The events that CloudMonitor lists (DescribeSystemEventAttribute).
    Events {
        /// The event's name, for reports.
        name: String,
    },
    /// The alert log (DescribeAlertLogList).
    Alerts {
        /// The rule.
        rule: Spanned<String>,
    },
    /// What a webhook was sent.
    Requests {
        /// Its URL as it may be shown.
        url: Spanned<String>,
    },
    /// What was handed to a channel that is no robot and no webhook.
    Outbox {
        /// The contact, for a channel of a contact.
        contact: Option<Spanned<String>>,
        /// The channel, as the journal names it.
        channel: Option<&'static str>,
    },
}

/// The channels of [`Scene::Outbox`]: those of contacts, then those of targets that are no contacts.
pub const OUTBOX_CHANNELS: [&str; 8] = ["mail", "sms", "phone", "aliim", "mns", "sls", "fc", "openapi"];

impl Scene {
    /// What is looked for, in a word.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Events { .. } => "event",
            Self::Alerts { .. } => "alert",
            Self::Requests { .. } => "request",
            Self::Outbox { .. } => "message",
        }
    }

    /// Where it would be, in a phrase.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Events { .. } => "in CloudMonitor".to_owned(),
            Self::Alerts { rule } => format!("in the alert log for rule `{}`", rule.value),
            Self::Requests { url } => format!("at {}", url.value),
            Self::Outbox { contact, channel } => {
                let by = channel.map(|channel| format!("{channel} ")).unwrap_or_default();
                let of = contact.as_ref().map(|contact| format!(" of contact `{}`", contact.value));
                format!("in the {by}outbox{}", of.unwrap_or_default())
            }
        }
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Scene::Events { name } => write!(f, "expect event {name}")?,
            Scene::Alerts { rule } => write!(f, "expect alert of {}", rule.value)?,
            Scene::Requests { url } => write!(f, "expect request to {}", url.value)?,
            Scene::Outbox { contact, channel } => {
                f.write_str("expect")?;
                f.write_str(channel.map_or(" a message", |_| ""))?;
                channel.iter().try_for_each(|channel| write!(f, " {channel}"))?;
                contact.iter().try_for_each(|contact| write!(f, " to {}", contact.value))?;
            }
        }
        match self.count {
            Count::AtLeast(1) => {}
            Count::AtLeast(number) => write!(f, ", at least {number} times")?,
            Count::Exactly(1) => f.write_str(", exactly once")?,
            Count::Exactly(number) => write!(f, ", exactly {number} times")?,
        }
        write!(f, " within {}", human_duration(self.within))
    }
}
