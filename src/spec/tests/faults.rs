//! Specs of the right shape that cannot be meant, as their writer sees it.

use super::*;

#[test]
fn references_to_nothing() {
    let text = sound_but("    robot: ops", "    robot: opps")
        .replace("[duty]", "[dutty, zzzz]")
        .replace("- group: ecs", "- group: esc")
        .replace("    targets:", "    application_group: shop\n    targets:");
    insta::assert_snapshot!(drawn(&text));
}

#[test]
fn a_reference_to_a_faulty_object_is_not_a_second_fault() {
    let text = sound_but("    webhook: https", "    webhook: [https")
        .replace("access_token=aaaa", "access_token=aaaa]");
    assert_eq!(codes(&text), (false, vec!["yaml::wrong-type"]));
}

#[test]
fn contacts_that_cannot_be_told() {
    let text = sound_but("    robot: ops", "    description: silent").replace(
        "groups:",
        "  两:\n    robot: ops\n    webhook: http://127.0.0.1/x\n    email: nobody\ngroups:",
    );
    insta::assert_snapshot!(drawn(&text));
}

#[test]
fn names_have_two_to_forty_characters() {
    for (name, fits) in [("a", false), ("值班", true), (&*"值".repeat(40), true), (&*"x".repeat(41), false)]
    {
        let text = sound_but("  duty:", &format!("  {name}:")).replace("[duty]", &format!("[{name}]"));
        assert_eq!(codes(&text).0, fits, "{name}");
    }
}

#[test]
fn a_stack_marks_and_a_region_is_called() {
    for (stack, fits) in [
        ("t", true),
        ("a-1", true),
        ("A", false),
        ("a_b", false),
        (&*"a".repeat(40), true),
        (&*"a".repeat(41), false),
    ] {
        assert_eq!(codes(&sound_but("stack: t", &format!("stack: {stack}"))).0, fits, "{stack}");
    }
    insta::assert_snapshot!(drawn(&sound_but(
        "stack: t\nregion: cn-hangzhou",
        "stack: My Stack\nregion: Hangzhou"
    )));
}

#[test]
fn robots_that_refuse_or_do_not_exist() {
    let text = sound_but(
        "access_token=aaaa",
        "access_token=aaaa&timestamp=1&sign=x\n    secret: SECx\n    allowed_ips: [10.0.0.0/33, \"::1\", 10.0.0.1]",
    )
    .replace(
        "contacts:\n  duty:",
        "  empty: { webhook: \"https://oapi.dingtalk.com/robot/send\" }\n  bad: { webhook: oapi.dingtalk.com }\ncontacts:\n  duty:",
    );
    insta::assert_snapshot!(drawn(&text));
}

#[test]
fn the_international_site_has_mail_and_dingtalk() {
    let text = sound_but("region: cn-hangzhou", "region: ap-southeast-1\nsite: international")
        .replace("    robot: ops", "    phone: \"1\"")
        .replace("level: INFO\n", "level: CRITICAL\n");
    insta::assert_snapshot!(drawn(&text));
}

#[test]
fn targets_that_are_not_one_thing() {
    let text = sound_but(
        "        level: INFO\n",
        "        webhook: { url: \"http://127.0.0.1\" }\n      - level: WARN\n      - mns: { queue: a, topic: b }\n      - mns: {}\n      - webhook: { url: ftp://x }\n        level: WARN\n      - openapi: { product: Ecs, version: x, action: y, role: z, parameters: [] }\n      - sls: { project: p }\n",
    );
    insta::assert_snapshot!(drawn(&text));
}

#[test]
fn a_group_is_told_once_by_a_rule() {
    let text =
        sound_but("        level: INFO\n", "        level: INFO\n      - group: ecs\n        level: WARN\n");
    insta::assert_snapshot!(drawn(&text));
}

#[test]
fn limits_of_the_service() {
    let hooks = |count: usize| "      - webhook: { url: http://127.0.0.1/ }\n".repeat(count);
    let targets =
        |count: usize| sound_but("        level: INFO\n", &format!("        level: INFO\n{}", hooks(count)));
    assert_eq!(codes(&targets(5)), (true, vec![]));
    assert_eq!(codes(&targets(7)), (false, vec!["spec::too-many"]), "said once");

    let contacts = |count: usize| {
        let names: Vec<String> = (0..count).map(|n| format!("c{n:03}")).collect();
        let all: String =
            names.iter().map(|name| format!("  {name}: {{ email: {name}@example.com }}\n")).collect();
        sound_but("  duty:\n    robot: ops\n", &all).replace("[duty]", &format!("[{}]", names.join(", ")))
    };
    // The robot is there for contacts that are replaced.
    assert_eq!(codes(&contacts(100)), (true, vec!["spec::unused"]));
    assert_eq!(codes(&contacts(101)), (false, vec!["spec::too-many"]));

    let words = |count: usize| (1..count).map(|n| format!(", w{n}")).collect::<String>();
    let keywords =
        |count: usize| sound_but("aaaa", &format!("aaaa\n    keywords: [Monitor{}]", words(count)));
    assert_eq!(codes(&keywords(10)), (true, vec![]));
    assert_eq!(codes(&keywords(11)), (false, vec!["spec::too-many"]));
    let statuses = |count: usize| {
        sound_but("      names: [Instance:StateChange]", &format!("      statuses: [Normal{}]", words(count)))
    };
    assert_eq!(codes(&statuses(50)), (true, vec![]));
    assert_eq!(codes(&statuses(51)), (false, vec!["spec::too-many"]));
}

#[test]
fn a_silence_is_in_whole_seconds() {
    let with = |silence: &str| sound_but("    targets:", &format!("    silence: {silence}\n    targets:"));
    assert_eq!(codes(&with("1500ms")), (false, vec!["spec::bad-silence"]));
    assert_eq!(codes(&with("2000ms")), (true, vec![]));
}

#[test]
fn doubts_do_not_stop_a_spec() {
    let text = SOUND
        .replace("robots:", "application_groups: [shop]\nrobots:\n  spare:\n    webhook: https://oapi.dingtalk.com/robot/send?access_token=aaaa")
        .replace("    robot: ops", "    robot: ops\n  alone:\n    email: a@example.com")
        .replace("[duty]", "[duty, duty]\n  nobody: {}")
        .replace("    targets:", "    enabled: false\n    targets:")
        + "  mute:\n    event_pattern: { product: ECS }\n";
    assert!(codes(&text).0);
    insta::assert_snapshot!(drawn(&text));
}

#[test]
fn a_signed_robot_behind_a_contact_is_doubtful() {
    insta::assert_snapshot!(drawn(&sound_but("access_token=aaaa", "access_token=aaaa\n    secret: SECx")));
}

#[test]
fn faults_come_in_the_order_of_lines_and_each_once() {
    let text = sound_but("  duty:\n    robot: ops", "  duty: &who\n    robot: nobody\n  other: *who");
    let Err(found) = load("spec.yaml", &text, &no_environment) else { panic!("it loads") };
    assert_eq!(found.len(), 1, "an alias repeats what it stands for, not its faults");
    let text = text.replace("stack: t", "stack: T").replace("- group: ecs", "- group: nobody");
    let Err(found) = load("spec.yaml", &text, &no_environment) else { panic!("it loads") };
    let places: Vec<_> = found.iter().filter_map(crate::diagnostic::Diagnostic::place).collect();
    assert_eq!(places, ["spec.yaml:2", "spec.yaml:9", "spec.yaml:21"]);
}

#[test]
fn a_robot_that_listens_to_some_addresses_is_doubtful() {
    let text = sound_but("access_token=aaaa", "access_token=aaaa\n    allowed_ips: [10.0.0.0/8]");
    insta::assert_snapshot!(drawn(&text));
}

#[test]
fn names_that_a_reader_cannot_see() {
    for name in ["\"\"", "\" a b\"", "\"a\\nb\"", "\"ab\\u200e\""] {
        let bad = name != "\"ab\\u200e\"";
        for section in ["  duty:", "  ecs:", "  state:", "  ops:"] {
            let (_, codes) = codes(&sound_but(section, &format!("  {name}:")));
            assert_eq!(codes.contains(&"spec::bad-name"), bad, "{section} {name}: {codes:?}");
        }
    }
}
