//! Rules against the kinds of events that are known.

use super::*;

fn pattern(lines: &str) -> String {
    sound_but(
        "      product: ECS\n      levels: [INFO]\n      names: [Instance:StateChange]",
        &lines.lines().map(|line| format!("      {line}")).collect::<Vec<_>>().join("\n"),
    )
}

#[test]
fn an_event_that_no_document_knows() {
    insta::assert_snapshot!(drawn(&pattern(
        "product: ECS\nnames: [Instance:StateChanged, \"Instance:SystemFailure.Reboot:Execute\", Nothing]"
    )));
}

#[test]
fn an_event_of_another_product() {
    let shown = drawn(&pattern("product: RDS\nnames: [Instance:StateChange]"));
    assert!(shown.contains("`RDS` has no event `Instance:StateChange`"), "{shown}");
    assert!(shown.contains("it is an event of `ECS`"), "{shown}");
}

#[test]
fn an_unknown_product_is_only_doubtful() {
    insta::assert_snapshot!(drawn(&pattern("product: ESC\nnames: [Whatever]\nevent_types: [Whatever]")));
}

#[test]
fn a_level_that_the_event_never_has() {
    insta::assert_snapshot!(drawn(&pattern(
        "product: ECS\nnames: [Instance:StateChange]\nlevels: [CRITICAL, WARN]"
    )));
}

#[test]
fn a_type_and_a_status_that_the_event_never_has() {
    insta::assert_snapshot!(drawn(&pattern(
        "product: ecs\nnames: [Instance:StateChange]\nevent_types: [Exception]\nstatuses: [Executing]"
    )));
}

#[test]
fn values_that_exist_but_never_together() {
    // One event is INFO and Normal, the other CRITICAL and Executing.
    let names = "product: ECS\nnames: [Instance:StateChange, Instance:SystemFailure.Reboot:Executing]";
    let never = pattern(&format!("{names}\nlevels: [INFO]\nstatuses: [Executing]"));
    assert_eq!(codes(&never), (false, vec!["spec::matches-nothing"]));
    let one = pattern(&format!("{names}\nlevels: [INFO]\nstatuses: [normal]"));
    assert_eq!(codes(&one), (true, vec!["spec::never-matched", "spec::never-matched"]));
}

#[test]
fn an_event_that_its_rule_never_gets() {
    insta::assert_snapshot!(drawn(&pattern(
        "product: ECS\nlevels: [INFO]\nnames: [Instance:StateChange, Instance:SystemFailure.Reboot:Executing]\nstatuses: [Normal, Executing]"
    )));
}

#[test]
fn a_value_that_no_named_event_has() {
    insta::assert_snapshot!(drawn(&pattern(
        "product: ECS\nlevels: [INFO, WARN, CRITICAL]\nnames: [Instance:StateChange]\nstatuses: [Normal, Failed]\nevent_types: [StatusNotification, Exception]"
    )));
}

#[test]
fn what_no_event_of_a_product_has() {
    insta::assert_snapshot!(drawn(&pattern("product: Redis\nnames: [\"*\"]\nstatuses: [Whatever]")));
    let together = pattern("product: PolarDB\nlevels: [CRITICAL]\nstatuses: [Scheduled]");
    assert_eq!(codes(&together), (true, vec!["spec::matches-nothing"]));
}

#[test]
fn what_fits_or_may_fit_is_left_alone() {
    for lines in [
        "product: ECS",
        "product: \"*\"",
        "product: ECS\nlevels: [\"*\"]\nnames: [Instance:StateChange]\nstatuses: [\"*\"]\nevent_types: [\"*\"]",
        "product: ECS\nnames: [\"*\"]\nlevels: [CRITICAL]\nstatuses: [Failed, Whatever]",
        // No document tells this event's level.
        "product: ECS\nnames: [Instance:VSwitchChanged]\nlevels: [CRITICAL]",
    ] {
        assert_eq!(codes(&pattern(lines)), (true, vec![]), "{lines}");
    }
    let custom = pattern("product: ECS\nnames: [mine]\nevent_types: [mine]")
        .replace("    targets:", "    event_type: CUSTOM\n    targets:");
    assert_eq!(codes(&custom), (true, vec![]));
}

#[test]
fn words_that_are_no_level_or_type() {
    insta::assert_snapshot!(drawn(&pattern(
        "product: ECS\nlevels: [Critical, error]\nevent_types: [StatusNotifications]"
    )));
}

#[test]
fn a_filter_that_cannot_be_read() {
    insta::assert_snapshot!(drawn(&pattern("product: ECS\nsql_filter: i-1 and")));
}
