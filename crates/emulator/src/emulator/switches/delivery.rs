//! Switches of deliveries: levels, callbacks and silence.

use super::{choice::choice, value::Value};

/// How often something is tried again; 0 is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retries(u32);

impl Retries {
    const MOST: u32 = 10;

    /// The number.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0
    }
}

impl Value for Retries {
    fn read(text: &str) -> Result<Self, String> {
        let count = text.parse().ok().filter(|count| *count <= Self::MOST);
        count.map(Self).ok_or_else(|| format!("`{text}` is not {}", Self::allowed()))
    }

    fn write(&self) -> String {
        self.0.to_string()
    }

    fn allowed() -> String {
        format!("a whole number from 0 to {}", Self::MOST)
    }
}

choice! {
    /// What Level 2 and 3 meet on the international site.
    InternationalLevel {
        /// PutEventRuleTargets refuses them.
        Refuse = "refuse",
        /// They are stored, and tell by mail and DingTalk like Level 4.
        AsFour = "as-4",
    }
}

choice! {
    /// What a rule's silence covers.
    SilenceScope {
        /// All targets of the rule.
        All = "all",
        /// Contact groups; webhooks, queues, logstores, functions and calls get every event.
        Contacts = "contacts",
    }
}

choice! {
    /// How a callback with Method GET carries the event.
    WebhookGet {
        /// One query parameter for each field, objects as JSON.
        Form = "form",
        /// The whole JSON in the parameter `data`.
        Data = "data",
    }
}

choice! {
    /// What `content` is in a callback.
    WebhookContent {
        /// A JSON object.
        Object = "object",
        /// That object as a string.
        String = "string",
    }
}

choice! {
    /// What a function gets.
    FunctionBody {
        /// The raw event.
        Documented = "documented",
        /// The raw event with the further fields of a sample of 2023.
        Seen2023 = "seen-2023",
    }
}

choice! {
    /// Whether a callback has a `traceId`.
    WebhookTraceId {
        /// It has none.
        Absent = "absent",
        /// It has one, equal to the event's id.
        Present = "present",
    }
}

choice! {
    /// After which outcome a callback is tried again.
    WebhookRetryOn {
        /// After anything but a 2xx.
        Failure = "failure",
        /// After a 5xx, a timeout or a lost connection; any other answer ends it.
        ServerError = "server-error",
    }
}
