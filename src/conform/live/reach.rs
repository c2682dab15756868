//! Why calls alone cannot settle a switch.

/// In a few words, by the switch's name.
pub(super) fn why(switch: &str) -> &'static str {
    match switch {
        "pending"
        | "starting"
        | "stopping"
        | "reboot"
        | "creation_event"
        | "event_latency"
        | "maintenance_executing"
        | "full_status_events"
        | "simulated_events_limit" => {
            "needs an instance: record a scenario that acts on one, and compare the cassette"
        }
        "site" | "international_level" => {
            "needs an account of the other site, or a message that somebody gets"
        }
        "unknown_event" | "test_events_listed" | "custom_events" => {
            "needs an event, which real rules could tell to people"
        }
        "max_session_duration" | "unknown_role_account" => "needs a role",
        "timestamp_window" => "documented; needs requests of another time",
        switch if switch.starts_with("robot_") => "needs a robot, and somebody who reads its group",
        switch if switch.starts_with("webhook_") => "needs a webhook that somebody calls from outside",
        _ => "needs a message that somebody gets: a relay, or a human",
    }
}
