//! Secrets do not come out of the room.

use proptest::prelude::*;

use super::*;

#[test]
fn debug_of_a_spec_shows_no_token() {
    let text =
        REFERENCE.replace("http://127.0.0.1:9/audit", "http://u:hunter2@127.0.0.1:9/T0KENT0KENT0KENT0KEN");
    let spec = load("bellcheck.yaml", &text, &tokens).unwrap().value;
    let shown = format!("{spec:?}");
    for secret in ["ops-test-token", "relay-test-token", "SECtest", "hunter2", "T0KEN"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn a_value_from_outside_is_never_shown() {
    // A user who confuses variables gets a fault about the value, which must not repeat it.
    let places = [
        ("stack: t", "stack: ${X}"),
        ("region: cn-hangzhou", "region: ${X}"),
        ("    robot: ops", "    robot: ${X}"),
        ("    robot: ops", "    email: ${X}"),
        ("    contacts: [duty]", "    subscribed: ${X}\n    contacts: [\"${X}\"]"),
        ("      - group: ecs", "      - group: ${X}"),
        ("        level: INFO", "        level: ${X}"),
        ("      product: ECS", "      product: ${X}"),
        ("      product: ECS", "      product: ECS\n      sql_filter: ${X}\n      event_types: [\"${X}\"]"),
        ("[INFO]", "[\"${X}\"]"),
        ("[Instance:StateChange]", "[\"${X}\"]"),
        ("    targets:", "    silence: ${X}\n    targets:"),
        ("    targets:", "    enabled: ${X}\n    targets:"),
        ("    targets:", "    application_group: ${X}\n    targets:"),
        ("https://oapi.dingtalk.com/robot/send?access_token=aaaa", "${X}"),
        ("aaaa", "aaaa\n    allowed_ips: [\"${X}\"]"),
    ];
    let environment = |_: &str| Some("and (Hunter2 SECRET".to_owned());
    for (piece, by) in places {
        let shown = drawn_with(&sound_but(piece, by), &environment);
        assert!(shown.contains("${X}"), "{by} is a fault\n{shown}");
        assert!(!shown.contains("Hunter2"), "{by}\n{shown}");
    }
}

#[test]
fn secrets_are_masked_however_they_are_written() {
    let written = [
        "secret: Hunter2x",
        "secret: \"Hunter2x and Hunter2x\"",
        "secret: Hunter2x with Hunter2x",
        "secret:\n      Hunter2x",
        "secret: |\n      Hunter2x\n      Hunter2x",
        "secret: >-\n\n      Hunter2x",
        "secret: \"Hunter2x\\\n      Hunter2x\"",
        "secret: ${NONE:-Hunter2x}",
        "secret: &anchor Hunter2x",
        "\"secret\": 'Hunter2x'",
    ];
    // Whether the file is sound, has a fault on the next line, a duplicate key, or is no YAML.
    let next = ["unknown: 1", "keywords: [a]\n    keywords: [b]", "secret: Hunter2x b", "] broken"];
    for written in written {
        for next in next {
            let text = format!(
                "robots:\n  a:\n    webhook: https://oapi.dingtalk.com/robot/send?access_token=Hunter2x\n    {written}\n    {next}\n"
            );
            let shown = drawn(&text);
            assert!(shown.contains("spec.yaml:"), "{shown}");
            assert!(!shown.contains("Hunter2x"), "{written} / {next}\n{shown}");
        }
    }
}

#[test]
fn addresses_are_shown_without_their_keys() {
    for url in [
        "https://user:Hunter2x@example.com/x",
        "https://hooks.example.com/services/Hunter2xHunter2xHunter2x",
        "https://example.com/?key=Hunter2x",
        "https://example.com/?a=1&sig=Hunter2x",
    ] {
        for next in ["unknown: 1", "webhook: x", "] broken"] {
            let text = format!("contacts:\n  duty:\n    webhook: {url}\n    {next}\n");
            let shown = drawn(&text);
            assert!(shown.contains("example.com") && !shown.contains("Hunter2x"), "{url} / {next}\n{shown}");
        }
    }
}

proptest! {
    #[test]
    fn a_value_from_outside_stays_one_value(value in "\\PC{0,40}|[\\n:{}\\[\\]\"' #&*!|>%@,-]{0,20}") {
        let text = sound_but("    robot: ops", "    robot: ops\n    description: x${V}y");
        let environment = |_: &str| Some(value.clone());
        let spec = load("spec.yaml", &text, &environment).unwrap().value;
        prop_assert_eq!(&spec.contacts["duty"].description, &format!("x{value}y"));
        prop_assert_eq!(spec.contacts.len(), 1);
    }
}
