//! The views of a plan.

use serde_json::json;

use super::{
    account::Account,
    wanted::{TOKEN, small, text},
};
use crate::provision::{
    Caller, Desired, Options, Plan, View, plans_to_json, render_markdown, render_plans, render_text,
};

#[test]
fn a_plan_reads_from_what_is_made_to_the_sum() {
    let mut account = Account::default();
    let plan = account.plan(&small(), Options::default());
    let fingerprint = crate::secret::Secret::new(TOKEN).fingerprint();
    assert_eq!(
        render_text(&plan, false),
        format!(
            "\
+ contact duty
    + description: On duty
    + language: en
    + webhook: https://oapi.dingtalk.com/robot/send?access_token=[{fingerprint}]
    + email: duty@example.com
+ group on-call
    + description: Look after ECS
    + contacts: duty
+ rule state-change
    + description: State
    + event_type: SYSTEM
    + event_pattern.product: ECS
    + event_pattern.levels: INFO, WARN
    + event_pattern.names: Instance:StateChange
    + silence: 5m
    + target group on-call: level INFO

Plan: 3 to create, 0 to change, 0 to delete
"
        )
    );

    account.settle(&small(), Options::default());
    account.contacts.get_mut("duty").unwrap().desc = text("by hand");
    let mut theirs = account.groups["on-call"].clone();
    (theirs.name, theirs.describe) = (text("theirs"), text("by hand"));
    account.groups.insert(text("theirs"), theirs);
    let mut desired = small();
    desired.rules.clear();
    desired.groups.get_mut("on-call").unwrap().description = text("Look after\nECS");
    assert_eq!(
        render_text(&account.plan(&desired, Options::default()), false),
        "\
~ group on-call (differs in description)
    description: Look after ECS -> Look after\\nECS
! contact `duty` is already there and carries no bellcheck mark
    give it another name in the spec, or take it over with `--adopt`

rule state-change is no longer wanted and would be deleted with --prune
1 object of others left alone
1 conflict to settle before anything is applied
Plan: 0 to create, 1 to change, 0 to delete, 1 left over
"
    );
    assert_eq!(render_text(&Plan::default(), false), "Plan: 0 to create, 0 to change, 0 to delete\n");
}

#[test]
fn several_stacks_have_headings_and_one_sum() {
    let account = Account::default();
    let one = account.plan(&small(), Options::default());
    let mut others = Desired { stack: text("others"), ..small() };
    others.rules.clear();
    let mut two = account.plan(&others, Options::default());
    two.region = text("cn-shanghai");
    let shown = render_plans(&[&one, &two], View::default());
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], "Stack ops");
    assert!(lines.contains(&"Stack others in cn-shanghai"), "{shown}");
    assert_eq!(shown.matches("Plan:").count(), 1);
    assert!(shown.ends_with("\nPlan: 5 to create, 0 to change, 0 to delete\n"), "{shown}");
    let json = plans_to_json(&Caller::default(), &[&one, &two]);
    assert_eq!(json["counts"], json!({"create": 5, "update": 0, "delete": 0, "left_over": 0}));
    assert_eq!(json["stacks"][1]["stack"], "others");
    let markdown = render_markdown(&[&one, &two]);
    assert_eq!(markdown.matches("### Stack").count(), 2);
    assert!(markdown.ends_with("**Plan: 5 to create, 0 to change, 0 to delete**\n"), "{markdown}");
    // A stack with nothing to do does not make the other empty.
    assert_eq!(plans_to_json(&Caller::default(), &[&Plan::default(), &two])["empty"], false);
    assert_eq!(plans_to_json(&Caller::default(), &[&Plan::default()])["empty"], true);
}

#[test]
fn what_is_deleted_is_shown_field_by_field_and_nothing_reaches_the_terminal_raw() {
    let mut account = Account::default();
    let mut desired = small();
    desired.contacts.get_mut("duty").unwrap().description = text("red \u{1b}[31m alert");
    account.settle(&desired, Options::default());
    let plan = account.plan(&Desired::empty("ops"), Options::destroy(false));
    let shown = render_text(&plan, false);
    for line in [
        "- rule state-change (stack `ops` no longer wants it)",
        "    - silence: 5m",
        "    - target group on-call: level INFO",
        "    - contacts: duty",
        "    - email: duty@example.com",
        "    - description: red \\u{1b}[31m alert",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}

#[test]
fn colour_adds_nothing_but_colour() {
    let plan = Account::default().plan(&small(), Options::default());
    let (plain, colored) = (render_text(&plan, false), render_text(&plan, true));
    assert!(colored.contains("\u{1b}[32m+ contact duty"), "{colored}");
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((head, tail)) = rest.split_once("\u{1b}[") {
        stripped.push_str(head);
        rest = tail.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
    assert!(plain.lines().all(|line| line.trim_end() == line));
}

#[test]
fn json_has_what_the_text_has() {
    let mut account = Account::default();
    account.settle(&small(), Options::default());
    let mut desired = small();
    desired.contacts.get_mut("duty").unwrap().mail = None;
    let json = account.plan(&desired, Options::default()).to_json();
    assert_eq!(
        json["changes"],
        json!([{
            "kind": "contact", "name": "duty", "action": "update",
            "why": "differs in email", "renamed_from": null, "adopts": false,
            "fields": [{"field": "email", "before": "duty@example.com", "after": null}],
            "calls": ["PutContact"],
        }])
    );
    assert_eq!(json["counts"], json!({"create": 0, "update": 1, "delete": 0, "left_over": 0}));
    assert_eq!((&json["empty"], &json["owned"], &json["foreign"]), (&json!(false), &json!(3), &json!([])));
}

#[test]
fn no_view_shows_a_token() {
    let mut account = Account::default();
    let plan = account.settle(&small(), Options::default());
    let destroy = account.plan(&Desired::empty("ops"), Options::destroy(false));
    for plan in [plan, destroy] {
        let shown = format!("{}{}{plan:?}", render_text(&plan, true), plan.to_json());
        assert!(!shown.contains(TOKEN), "{shown}");
    }
    assert!(!format!("{:?} {:?}", small(), account.observe()).contains(TOKEN));
}
