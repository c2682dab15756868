//! Specs that work, and do not do what their writer thinks.

use super::*;

/// The findings about robots that are told twice.
fn told_twice(text: &str) -> usize {
    let (ok, codes) = codes(text);
    assert!(ok && codes.iter().all(|code| *code == "spec::told-twice"), "{codes:?}\n{text}");
    codes.len()
}

/// [`SOUND`] with a second rule that tells the same group.
fn with_rule(pattern: &str, more: &str) -> String {
    format!("{SOUND}  other:\n    event_pattern: {{ {pattern} }}\n{more}    targets:\n      - group: ecs\n")
}

#[test]
fn two_rules_that_tell_a_robot_the_same() {
    insta::assert_snapshot!(drawn(&with_rule("product: ECS", "")));
    for (pattern, more, found) in [
        ("product: \"*\"", "", 1),
        ("product: ecs, levels: [INFO, WARN]", "", 1),
        ("product: ECS, keyword: Stopping", "", 1),
        ("product: ECS", "    silence: 5m\n", 1),
        // Nothing in common.
        ("product: ECS, levels: [CRITICAL]", "", 0),
        ("product: ECS, statuses: [Executing]", "", 0),
        ("product: ECS, event_types: [Exception]", "", 0),
        ("product: RDS", "", 0),
        ("product: ECS, names: [\"Disk:Stalled:Executing\"]", "", 0),
        ("product: ECS, names: [\"Instance:StateChange\"]", "    event_type: CUSTOM\n", 0),
    ] {
        assert_eq!(told_twice(&with_rule(pattern, more)), found, "{pattern} {more}");
    }
    // A rule that is switched off tells nobody.
    let off = with_rule("product: ECS", "    enabled: false\n");
    assert_eq!(codes(&off), (true, vec!["spec::disabled-rule"]));
}

#[test]
fn filters_and_application_groups_may_keep_rules_apart() {
    let first = SOUND.replace("      levels: [INFO]", "      keyword: Stopping\n      levels: [INFO]");
    let both = |pattern: &str| with_rule(pattern, "").replace(SOUND, &first);
    assert_eq!(told_twice(&both("product: ECS, keyword: Stopping")), 1);
    assert_eq!(told_twice(&both("product: ECS, keyword: Stopped")), 0, "an event may hold one of them only");
    assert_eq!(told_twice(&both("product: ECS")), 1);
    let limited = |one: &str, other: &str| {
        let first = SOUND.replace("    targets:", &format!("{one}    targets:"));
        let text = with_rule("product: ECS", other).replace(SOUND, &first);
        text.replace("robots:", "application_groups: [shop, bank]\nrobots:")
    };
    let (shop, bank) = ("    application_group: shop\n", "    application_group: bank\n");
    assert_eq!(told_twice(&limited(shop, bank)), 0);
    let used = |text: String| text.replace("[shop, bank]", "[shop]");
    assert_eq!(told_twice(&used(limited(shop, shop))), 1);
    assert_eq!(told_twice(&used(limited(shop, ""))), 1);
}

#[test]
fn events_that_no_document_knows_are_compared_by_name() {
    let rules = |one: &str, other: &str| {
        let text = with_rule(other, "");
        text.replace("      product: ECS\n      levels: [INFO]\n      names: [Instance:StateChange]\n", one)
    };
    let mine = "      product: Mine\n      names: [one]\n";
    let count = |text: &str| codes(text).1.iter().filter(|code| **code == "spec::told-twice").count();
    assert_eq!(count(&rules(mine, "product: Mine, names: [one, two]")), 1);
    assert_eq!(count(&rules(mine, "product: Mine")), 1);
    assert_eq!(count(&rules(mine, "product: Mine, names: [two]")), 0);
    assert_eq!(count(&rules(mine, "product: Yours, names: [one]")), 0);
    let custom = rules(mine, "product: Any, names: [one]");
    let custom = custom.replace("    targets:", "    event_type: CUSTOM\n    targets:");
    assert_eq!(count(&custom), 1, "users' events have no product");
}

#[test]
fn two_contacts_of_one_rule_that_are_one_robot() {
    let text =
        SOUND.replace("groups:", "  deputy:\n    robot: ops\ngroups:").replace("[duty]", "[duty, deputy]");
    insta::assert_snapshot!(drawn(&text));
    // In different groups of different rules, each is told of other things.
    let apart = SOUND
        .replace("groups:", "  deputy:\n    robot: ops\ngroups:\n  disks: { contacts: [deputy] }")
        + "  disk:\n    event_pattern: { product: ECS, names: [\"Disk:Stalled:Executing\"] }\n    targets: [{ group: disks }]\n";
    assert_eq!(told_twice(&apart), 0);
}

#[test]
fn many_rules_are_compared_in_time() {
    let rules: String = (0..2000)
        .map(|n| {
            format!(
                "  r{n}:\n    event_pattern: {{ product: ECS, keyword: k{n} }}\n    targets: [{{ group: ecs }}]\n"
            )
        })
        .collect();
    let text = SOUND.split("  state:").next().unwrap().to_owned() + &rules;
    assert_eq!(told_twice(&text), 0);
}

#[test]
fn a_level_that_reaches_nobody() {
    let phone = sound_but("    robot: ops\n", "    robot: ops\n  caller:\n    phone: \"13900000000\"\n")
        .replace("[duty]", "[duty, caller]");
    insta::assert_snapshot!(drawn(&phone));
    insta::assert_snapshot!(drawn(&sound_but("level: INFO\n", "level: CRITICAL\n")));
    for level in ["WARN", "CRITICAL"] {
        let fits = phone.replace("level: INFO\n", &format!("level: {level}\n"));
        assert_eq!(codes(&fits), (true, vec![]), "{level}");
    }
}

#[test]
fn a_robot_whose_keywords_are_in_no_message() {
    let keywords = |words: &str| sound_but("aaaa\n", &format!("aaaa\n    keywords: [{words}]\n"));
    insta::assert_snapshot!(drawn(&keywords("duty, Cloudmonitor")));
    let english = |words: &str| keywords(words).replace("    robot: ops", "    robot: ops\n    language: en");
    insta::assert_snapshot!(drawn(&english("云监控")));
    for words in ["CloudMonitor", "云监控", "监控", "nothing, Monitor", "StateChange", "实例", "INFO", "ECS"]
    {
        assert_eq!(codes(&keywords(words)), (true, vec![]), "{words}");
    }
    for words in ["Alibaba Cloud", "Cloud Monitor", "Monitor"] {
        assert_eq!(codes(&english(words)), (true, vec![]), "{words}");
    }
    // Nobody is told by it: that is another finding.
    let idle = keywords("duty").replace("- group: ecs", "- webhook: { url: http://127.0.0.1/ }");
    let idle = idle.replace("        level: INFO\n", "");
    assert_eq!(codes(&idle), (true, vec!["spec::unused"]));
}

#[test]
fn a_keyword_that_only_some_events_have() {
    // The sound spec's robot, and a rule that takes two events.
    let of = |keyword: &str, pattern: &str| {
        sound_but("aaaa\n", &format!("aaaa\n    keywords: [{keyword}]\n"))
            .replace("      levels: [INFO]\n      names: [Instance:StateChange]\n", pattern)
            .replace("    robot: ops", "    robot: ops\n    language: en")
    };
    let two = "      names: [Instance:StateChange, \"Instance:Security.TpmAlert:Executing\"]\n";
    insta::assert_snapshot!(drawn(&of("Tpm", two)));
    // One of a few faults has it, and hundreds of others do not.
    insta::assert_snapshot!(drawn(&of("告警, alert", "")));
    let only = "      names: [\"Instance:Security.TpmAlert:Executing\"]\n";
    assert_eq!(codes(&of("Tpm", only)), (true, vec![]));
    assert_eq!(codes(&of("CloudMonitor", two)), (true, vec![]));
    assert_eq!(codes(&of("Instance", two)), (true, vec![]));
    // A level that each of them has.
    assert_eq!(codes(&of("INFO", "      names: [Instance:StateChange]\n")), (true, vec![]));
    assert_eq!(codes(&of("INFO", two)).1, ["spec::keyword-not-in-message"]);
    // A keyword in Chinese is in messages to those who read Chinese.
    let one = "      names: [Instance:StateChange]\n";
    assert_eq!(codes(&of("实例状态改变", one)).1, ["spec::keyword-not-in-message"]);
    let chinese = of("实例状态改变", one).replace("language: en", "language: zh-cn");
    assert_eq!(codes(&chinese), (true, vec![]));
    // What the rule's own keyword demands is in each event that it takes.
    assert_eq!(codes(&of("web-1", "      keyword: web-1\n")), (true, vec![]));
    // An event that no document knows has its name.
    assert_eq!(codes(&of("Mine", "      names: [\"Mine:One\"]\n")).1, ["spec::unknown-event"]);
}
