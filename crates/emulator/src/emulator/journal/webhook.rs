//! One attempt at a webhook, and what came of it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::Timestamp;

/// One attempt at a webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookCall {
    /// The event.
    pub event_id: String,
    /// The rule.
    pub rule: String,
    /// The contact whose webhook it is; empty for a webhook target.
    pub contact: String,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Where, secrets masked.
    pub url: String,
    /// From 1; the first one is no retry.
    pub attempt: u32,
    /// What the other side made of it.
    pub outcome: CallOutcome,
    /// What follows from it.
    pub verdict: WebhookVerdict,
    /// What was sent, or would have been.
    pub payload: Value,
}

/// What the other side of a call made of it. State files hold it in this form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallOutcome {
    /// It answered with this HTTP status.
    Status(u16),
    /// It answered as a robot does. Only calls of robots have this outcome.
    Robot {
        /// 0 for an accepted message.
        errcode: i64,
        /// The robot's words.
        errmsg: String,
    },
    /// It did not answer in time.
    TimedOut,
    /// There was no connection, or it broke.
    Failed {
        /// Why, without the URL.
        error: String,
    },
    /// It was not called, since the call must not leave the machine.
    Refused {
        /// Why.
        error: String,
    },
}

/// What follows from the outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookVerdict {
    /// It is done.
    Delivered,
    /// It will be tried again.
    Retrying {
        /// When.
        at: Timestamp,
    },
    /// It failed, and is not tried again.
    GivenUp,
    /// Nothing was sent, and nothing will be.
    NotSent,
}

impl CallOutcome {
    /// The `code` of an alert log's `WebhookList`: the HTTP status; `500` where there was none, the
    /// one failure code that the page of DescribeAlertLogList has.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Status(status) => status.to_string(),
            Self::Robot { .. } => "200".to_owned(),
            Self::TimedOut | Self::Failed { .. } | Self::Refused { .. } => "500".to_owned(),
        }
    }

    /// The `message` of an alert log's `WebhookList`, in our own words.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Status(200..=299) => "success".to_owned(),
            Self::Status(status) => format!("the webhook answered HTTP {status}"),
            Self::Robot { errcode, errmsg } => format!("the robot answered {errcode}: {errmsg}"),
            Self::TimedOut => "the webhook did not answer in time".to_owned(),
            Self::Failed { error } => format!("the webhook could not be reached: {error}"),
            Self::Refused { error } => format!("not sent: {error}"),
        }
    }
}

impl WebhookVerdict {
    /// A word for it, as in the journal's JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Retrying { .. } => "retrying",
            Self::GivenUp => "given_up",
            Self::NotSent => "not_sent",
        }
    }
}

impl WebhookCall {
    pub(super) fn to_json(&self) -> Value {
        let mut object = json!({
            "event_id": self.event_id, "rule": self.rule, "contact": self.contact, "method": self.method,
            "url": self.url, "attempt": self.attempt, "verdict": self.verdict.as_str(),
            "code": self.outcome.code(), "message": self.outcome.message(), "payload": self.payload,
        });
        if let WebhookVerdict::Retrying { at } = self.verdict {
            object["retry_at"] = at.to_string().into();
        }
        object
    }
}
