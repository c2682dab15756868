//! Which switch of the emulator decides what differs.

/// By operation and path of a value.
pub(super) fn of_value(operation: &str, path: &str) -> Option<&'static str> {
    let switch = match operation {
        "DescribeEventRuleList" if path.ends_with("SilenceTime") => "default_silence",
        "DescribeEventRuleList" if path == "EventRules.EventRule[]" => "rule_list_default",
        "DescribeContactGroupList" if path.ends_with("ContactGroup[]") => "group_page_size",
        "DescribeContactGroupList" | "DescribeContactList" if path.contains('[') => "put_omitted",
        "PutEventRuleTargets" if path.starts_with("Failed") => "unknown_target_group",
        "DescribeInstancesFullStatus" if path.ends_with("[]") => "full_status_events",
        "GetCallerIdentity" => "key_owner",
        _ => return None,
    };
    Some(switch)
}

/// By operation and what lasted too long or too short.
pub(super) fn of_time(operation: &str, from: &str) -> Option<&'static str> {
    let switch = match (operation, from) {
        (_, "Stopping") => "stopping",
        (_, "Starting") => "starting",
        (_, "Pending") => "pending",
        ("DescribeSystemEventAttribute" | "DescribeSystemEventCount", _) => "event_latency",
        ("DescribeAlertLogList", _) => "delivery",
        _ => return None,
    };
    Some(switch)
}
