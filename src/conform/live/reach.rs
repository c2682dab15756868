//! Switches that calls alone cannot settle: why, and what somebody would have to do.

/// What keeps a switch from being settled by calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beyond {
    /// Why.
    pub why: &'static str,
    /// What to do to find out.
    pub how: &'static str,
}

const INSTANCE: &str = "needs an instance that changes its state, and none is ever touched";
const SIMULATED: &str = "needs a simulated event of an instance, and none is ever touched";
const EVENT: &str = "needs an event, which real rules and subscriptions could tell to people";
const MESSAGE: &str = "shows in messages that somebody gets, and in no answer";
const WEBHOOK: &str = "needs an event and an address that the service reaches from outside";
const ROBOT: &str = "is the robot's, and messages to it reach a real group";

const TABLE: [(&str, &str, &str); 43] = [
    (
        "event_latency",
        INSTANCE,
        "record a live scenario that stops one (`test --backend live --record`), and compare the cassette",
    ),
    ("delivery", MESSAGE, "let a relay receive it, and compare its time with that of the event"),
    ("pending", INSTANCE, "record RunInstances and polls of its state, and compare the cassette"),
    ("starting", INSTANCE, "record a live scenario that starts one, and compare the cassette"),
    ("stopping", INSTANCE, "record a live scenario that stops one, and compare the cassette"),
    ("reboot", INSTANCE, "record a live scenario that reboots one, and read the states of its events"),
    (
        "creation_event",
        INSTANCE,
        "make one with RunInstances, and read its first event in DescribeSystemEventAttribute",
    ),
    (
        "maintenance_executing",
        SIMULATED,
        "record a live scenario that simulates a maintenance, and read its states in DescribeInstancesFullStatus",
    ),
    (
        "simulated_events_limit",
        SIMULATED,
        "simulate events at spare instances until SimulatedEventLimitExceeded",
    ),
    (
        "full_status_events",
        SIMULATED,
        "simulate a failure, which is never scheduled, and ask DescribeInstancesFullStatus without a time",
    ),
    (
        "max_session_duration",
        "needs a role that trusts the caller",
        "AssumeRole with DurationSeconds 3601 for a new role",
    ),
    (
        "silence_key",
        MESSAGE,
        "send the same event for two instances and two events for one, within the silence",
    ),
    (
        "unknown_event",
        EVENT,
        "in an account without rules, SendDryRunSystemEvent with a name that is in no catalogue",
    ),
    ("silence_scope", MESSAGE, "give a rule a contact group and a webhook, and cause its event twice"),
    ("webhook_timeout", WEBHOOK, "answer after 4, 6 and 8 seconds, and see which calls come again"),
    ("webhook_retry_spacing", WEBHOOK, "answer 500 always, and note when the calls come"),
    ("webhook_retry_on", WEBHOOK, "answer 404 always, and see whether the call comes again"),
    ("robot_retries", MESSAGE, "let a relay answer 500 always, and count the posts"),
    ("webhook_get", WEBHOOK, "make the target's Method GET, and look at the query"),
    ("webhook_content", WEBHOOK, "look at the type of `content` in the body"),
    ("function_body", EVENT, "give a rule a function that writes down what it gets, and cause its event"),
    ("webhook_trace_id", WEBHOOK, "look for `traceId` in the body"),
    (
        "alert_log_robot_errcode",
        EVENT,
        "remove a robot from its group, let a rule notify it, and read SendDetail and SendResultList of the alert log",
    ),
    ("duplicate_targets", MESSAGE, "put a contact into two groups of one rule, and count its messages"),
    ("message_type", MESSAGE, "let a relay receive one, and look at `msgtype`"),
    ("notifier_ip", MESSAGE, "let a relay receive some, and note where they come from"),
    (
        "robot_check_order",
        ROBOT,
        "set a keyword and a signature, break both in one message, and read the refusal",
    ),
    (
        "robot_keyword_scope",
        ROBOT,
        "send each type of message with the keyword in one of its texts at a time",
    ),
    (
        "test_events_listed",
        EVENT,
        "in an account without rules, SendDryRunSystemEvent, then DescribeSystemEventAttribute",
    ),
    (
        "custom_events",
        EVENT,
        "make a rule with EventType CUSTOM and a relay for its target, and PutCustomEvent",
    ),
    ("robot_wording", ROBOT, "send a message without the keyword, and read `errmsg`"),
    ("robot_rate", ROBOT, "send messages within a minute until one is refused"),
    (
        "robot_rate_window",
        ROBOT,
        "send twenty around the turn of a minute, and see whether the next is refused",
    ),
    ("robot_rate_counts", ROBOT, "send twenty without the keyword, then one with it"),
    ("robot_mute", ROBOT, "send one too many, then one a minute until one is taken"),
    ("robot_mute_calls", ROBOT, "measure the mute once in silence, and once with a message every second"),
    ("robot_uuid_window", ROBOT, "send the same `msgUuid` again after growing times, and look at the group"),
    ("robot_empty_texts", ROBOT, "send a text whose `content` is empty"),
    ("robot_empty_buttons", ROBOT, "send an actionCard with an empty `btns` beside singleTitle"),
    ("robot_raw_line_ends", ROBOT, "send a text with a line end in the JSON as it is, without `\\n`"),
    ("robot_at_types", ROBOT, "send `atMobiles` as numbers and `isAtAll` as a text"),
    (
        "robot_duplicate_parameters",
        ROBOT,
        "send with an old and a new `timestamp` and `sign`, in both orders",
    ),
    ("robot_needless_sign", ROBOT, "send with a wrong `sign` to a robot without a secret"),
];

/// By the switch's name.
pub(super) fn beyond(switch: &str) -> Option<Beyond> {
    let (_, why, how) = TABLE.into_iter().find(|(name, ..)| *name == switch)?;
    Some(Beyond { why, how })
}
