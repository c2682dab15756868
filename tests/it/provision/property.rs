//! Apply twice, expect nothing: for any spec.

use proptest::{collection, option, prelude::*, sample::subsequence};

use super::cloud::{Cloud, wanted};
use bellcheck::provision::{Desired, Options};

const FORCE: Options = Options { adopt: false, prune: true, force: true };
const LEVELS: [&str; 3] = ["CRITICAL", "WARN", "INFO"];

/// A line with a description, or none.
fn description() -> impl Strategy<Value = String> {
    option::of("[a-zA-Z云][a-zA-Z云 :#\\[\\]-]{0,16}").prop_map(|text| match text {
        Some(text) => format!("    description: {text:?}\n"),
        None => String::new(),
    })
}

fn contact() -> impl Strategy<Value = String> {
    (description(), prop_oneof!["en", "zh-cn"], "[a-z0-9]{6}", option::of("[a-z]{1,5}"), option::of("139[0-9]{8}"))
        .prop_map(|(description, language, token, mail, phone)| {
            let mut text = format!(
                "{description}    language: {language}\n    webhook: https://oapi.dingtalk.com/robot/send?access_token={token}\n"
            );
            if let Some(mail) = mail {
                text.push_str(&format!("    email: {mail}@example.com\n"));
            }
            if let Some(phone) = phone {
                text.push_str(&format!("    phone: {phone:?}\n"));
            }
            text
        })
}

fn rule(groups: usize) -> impl Strategy<Value = String> {
    let names: Vec<usize> = (0..groups).collect();
    (
        description(),
        any::<bool>(),
        subsequence(&LEVELS[..], 0..=3),
        option::of(0_u32..100_000),
        option::of("[a-z]{4}"),
        any::<bool>(),
        subsequence(names, 1..=groups),
        prop_oneof!["CRITICAL", "WARN", "INFO"],
        option::of("[a-z]{3}"),
    )
        .prop_map(|(description, enabled, levels, silence, keyword, statuses, groups, level, hook)| {
            let mut text = format!("{description}    enabled: {enabled}\n");
            if let Some(silence) = silence {
                text.push_str(&format!("    silence: {silence}s\n"));
            }
            text.push_str("    event_pattern:\n      product: ECS\n");
            if !levels.is_empty() {
                text.push_str(&format!("      levels: [{}]\n", levels.join(", ")));
            }
            if let Some(keyword) = keyword {
                text.push_str(&format!("      keyword: {keyword:?}\n"));
            }
            if statuses {
                text.push_str("      statuses: [Normal]\n");
            }
            text.push_str("    targets:\n");
            for group in groups {
                text.push_str(&format!("      - group: group-{group}\n        level: {level}\n"));
            }
            if let Some(hook) = hook {
                text.push_str(&format!("      - webhook: {{ url: \"http://127.0.0.1:9/{hook}\" }}\n"));
            }
            text
        })
}

pub(super) fn spec() -> impl Strategy<Value = String> {
    (1_usize..5, 1_usize..4)
        .prop_flat_map(|(contacts, groups)| {
            let names: Vec<usize> = (0..contacts).collect();
            let group = (description(), any::<bool>(), subsequence(names, 1..=contacts));
            (
                collection::vec(contact(), contacts),
                collection::vec(group, groups),
                collection::vec(rule(groups), 0..4),
            )
        })
        .prop_map(|(contacts, groups, rules)| {
            let mut text = "stack: ops\nregion: cn-hangzhou\ncontacts:\n".to_owned();
            for (number, contact) in contacts.iter().enumerate() {
                text.push_str(&format!("  contact-{number}:\n{contact}"));
            }
            text.push_str("groups:\n");
            for (number, (description, subscribed, members)) in groups.iter().enumerate() {
                let members: Vec<String> = members.iter().map(|member| format!("contact-{member}")).collect();
                text.push_str(&format!(
                    "  group-{number}:\n{description}    subscribed: {subscribed}\n    contacts: [{}]\n",
                    members.join(", ")
                ));
            }
            if !rules.is_empty() {
                text.push_str("rules:\n");
            }
            for (number, rule) in rules.iter().enumerate() {
                text.push_str(&format!("  rule-{number}:\n{rule}"));
            }
            text
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn apply_twice_expect_nothing(first in spec(), second in spec()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let cloud = Cloud::new();
            for desired in [wanted(&first), wanted(&second), Desired::empty("ops")] {
                let report = cloud.converge(&desired, FORCE).await;
                assert!(report.converged(), "{report:#?}");
                let mark = cloud.mark();
                let report = cloud.converge(&desired, FORCE).await;
                assert!(report.plan.is_empty(), "{:#?}", report.plan);
                assert_eq!(cloud.writes(mark), Vec::<String>::new());
            }
        });
    }
}
