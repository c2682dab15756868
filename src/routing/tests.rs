//! Verdicts that only a closer look shows; whole routes are held against the emulator from outside.

use serde_json::json;

use super::*;
use crate::{
    clock::Timestamp,
    dingtalk::Message,
    event::{Level, catalogue},
    spec,
};

fn question(name: &str) -> Question {
    Question {
        name: name.to_owned(),
        custom: false,
        product: None,
        prefer: Vec::new(),
        level: None,
        event_type: None,
        status: None,
        content: json!({}),
        application_groups: Vec::new(),
        region: "cn-hangzhou".to_owned(),
        at: Timestamp::UNIX_EPOCH,
    }
}

fn words(_: &Notice<'_>) -> Message {
    Message::text("CloudMonitor")
}

fn spec_with(pattern: &str) -> spec::Spec {
    let text = format!(
        "stack: s\nregion: cn-hangzhou\ncontacts:\n  duty:\n    email: duty@example.com\ngroups:\n  ops:\n    contacts: [duty]\nrules:\n  r:\n    event_pattern: {pattern}\n    targets:\n      - group: ops\n"
    );
    spec::load("spec.yaml", &text, &|_| None).unwrap().value
}

#[test]
fn what_the_catalogue_does_not_know_is_asked_for_only_where_a_rule_asks() {
    // 15 events are known by name only.
    let bare = catalogue().entries().iter().find(|entry| entry.level.is_none()).unwrap();
    let asked = Question { product: Some(bare.product.clone()), ..question(&bare.name) };
    let candidates = asked.answered(catalogue()).unwrap().candidates;
    let verdict = |pattern: &str| route(&spec_with(pattern), &candidates[0], &words);
    let open = verdict(&format!("{{product: {:?}, levels: [WARN]}}", bare.product));
    assert_eq!(open_questions(std::slice::from_ref(&open)), [(Fact::Level, "r")]);
    assert!(!open.tells());
    assert!(verdict(&format!("{{product: {:?}}}", bare.product)).tells());
    // What is known decides first.
    let other = verdict("{product: ECS, levels: [WARN], names: [\"Instance:StateChange\"]}");
    assert!(matches!(other.rules[0].verdict, RuleVerdict::Mismatch(_)) || bare.product != "ECS");
    assert_eq!(open_questions(&[other]), []);
}

#[test]
fn an_event_that_is_in_no_catalogue_must_be_described() {
    let asked = Question { product: Some("ECS".to_owned()), ..question("Instance:StateChagne") };
    let fault = asked.answered(catalogue()).unwrap_err();
    assert!(fault.remedy.contains("did you mean `Instance:StateChange`"), "{fault:?}");
    let described = Question {
        level: Some(Level::Warn),
        event_type: Some("Exception".to_owned()),
        status: Some("Normal".to_owned()),
        ..asked
    };
    let answered = described.answered(catalogue()).unwrap();
    assert_eq!(answered.candidates.len(), 1);
    assert!(answered.notes[0].contains("as it was described"));
    let product = Question { product: Some("ECX".to_owned()), ..question("x") };
    let fault = product.answered(catalogue()).unwrap_err();
    assert!(
        fault.message.contains("no events of a product `ECX`") && fault.remedy.contains("`ECS`"),
        "{fault:?}"
    );
}

#[test]
fn each_variant_of_an_event_is_a_row_and_case_is_none() {
    let entry = catalogue().entries().iter().find(|entry| entry.levels().count() > 1).unwrap();
    let asked = Question { product: Some(entry.product.clone()), ..question(&entry.name) };
    assert!(asked.answered(catalogue()).unwrap().candidates.len() > 1);
    let one = question("Agent_Status_Running").answered(catalogue()).unwrap();
    assert_eq!(one.candidates.len(), 1, "`Running` and `running` are one status");
}

#[test]
fn a_gap_is_an_event_that_nobody_may_be_told_of() {
    let all =
        |pattern: &str| table(&spec_with(pattern), catalogue(), &Scope::Spec { and: Vec::new() }, &words);
    let narrow = all("{product: ECS, names: [\"Instance:StateChange\"]}");
    let gaps = narrow.gaps().count();
    let bad = catalogue()
        .entries()
        .iter()
        .filter(|entry| entry.product == "ECS" && matches!(entry.level.as_deref(), Some("CRITICAL" | "WARN")))
        .count();
    assert!(gaps >= bad && bad > 50, "{gaps} {bad}");
    let wide = all("{product: ECS, levels: [CRITICAL, WARN]}");
    assert_eq!(wide.gaps().count(), 0);
    let perhaps = all("{product: ECS, keyword: web-1}");
    assert_eq!(perhaps.gaps().count(), 0);
    assert!(perhaps.rows.iter().all(|row| row.told[0].depends_on == [Fact::Content]));
    assert_eq!(
        all("{product: \"*\"}").rows.len(),
        table(&spec_with("{product: ECS}"), catalogue(), &Scope::All, &words).rows.len()
    );
}

#[test]
fn the_table_fits_eighty_columns() {
    let text =
        render_table(&table(&spec_with("{product: \"*\"}"), catalogue(), &Scope::All, &words), false, 80);
    let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(long.is_empty(), "{long:#?}");
}
