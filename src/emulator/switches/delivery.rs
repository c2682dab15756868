//! Switches of deliveries: levels, callbacks and silence.

use super::{choice::choice, value::Value};

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
