//! Which switch of the emulator decides what differs.

/// By operation and path of a value.
pub(super) fn of_value(operation: &str, path: &str) -> Option<&'static str> {
    let switch = match operation {
        "DescribeEventRuleList" if path.ends_with("SilenceTime") => "default_silence",
        "DescribeEventRuleList" if path == "EventRules.EventRule[]" => "rule_list_default",
        "DescribeContactGroupList" if path.ends_with("ContactGroup[]") => "group_page_size",
        "DescribeContactGroupList" if path.contains('[') => "put_omitted_group",
        "DescribeContactList" if path.contains('[') => "put_omitted_contact",
        "PutEventRuleTargets" if path.starts_with("Failed") => "unknown_target_group",
        "DescribeInstancesFullStatus" if path.ends_with("[]") => "full_status_events",
        "GetCallerIdentity" => "key_owner",
        _ => return None,
    };
    Some(switch)
}

/// The switch that says how long a state of an instance lasts.
pub(super) fn of_state(state: &str) -> Option<&'static str> {
    match state {
        "Stopping" => Some("stopping"),
        "Starting" => Some("starting"),
        "Pending" => Some("pending"),
        _ => None,
    }
}

/// The switches that together say how long it is until a value changes in the emulator.
pub(super) fn until_change(operation: &str, from: &str) -> &'static [&'static str] {
    match (from, operation) {
        ("Stopping", _) => &["stopping"],
        ("Starting", _) => &["starting"],
        ("Pending", _) => &["pending"],
        (_, "DescribeSystemEventAttribute" | "DescribeSystemEventCount") => &["event_latency"],
        (_, "DescribeAlertLogList") => &["event_latency", "delivery"],
        _ => &[],
    }
}

/// By operation and what lasted too long or too short.
pub(super) fn of_time(operation: &str, from: &str) -> Option<&'static str> {
    of_state(from).or(match operation {
        "DescribeSystemEventAttribute" | "DescribeSystemEventCount" => Some("event_latency"),
        "DescribeAlertLogList" => Some("delivery"),
        _ => None,
    })
}
