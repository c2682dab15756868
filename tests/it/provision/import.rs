//! From an account to a spec that plans to nothing.

use std::collections::BTreeMap;

use bellcheck::{
    api::cloudmonitor::{
        Channels, ContactParameter, CreateMonitorGroup, EventPattern, OpenApiParameter, PutContact,
        PutContactGroup, PutEventRule, PutEventRuleTargets, WebhookParameter, WrittenKeywordFilter,
    },
    openapi::Operation as _,
    provision::{Desired, ImportOptions, Imported, LeftOut, Plan, desired, import, import_lines, resolve},
    spec,
};
use proptest::prelude::*;

use super::{
    cloud::{ADOPT, Cloud, PLAIN, SMALL},
    property,
};

const REFERENCE: &str = include_str!("../../../examples/reference/bellcheck.yaml");

fn text(value: &str) -> String {
    value.to_owned()
}

async fn imported(cloud: &Cloud, stack: &str, owned_only: bool) -> Imported {
    let options = ImportOptions {
        stack: text(stack),
        region: text("cn-hangzhou"),
        owned_only,
        file: text("imported.yaml"),
    };
    import(&cloud.client, &options).await.unwrap()
}

/// What the file wants once its variables are set.
async fn wanted(cloud: &Cloud, imported: &Imported) -> Desired {
    let variables: BTreeMap<&str, &str> =
        imported.secrets.iter().map(|secret| (secret.variable.as_str(), secret.value.expose())).collect();
    let value = |name: &str| variables.get(name).map(|value| text(value));
    let loaded = spec::load("imported.yaml", &imported.text, &value);
    let spec = loaded.unwrap_or_else(|faults| panic!("{faults:#?}\n{}", imported.text)).value;
    let mut wanted = desired(&spec).unwrap();
    resolve(&cloud.client, &spec, &mut wanted).await.unwrap();
    wanted
}

fn fields(plan: &Plan) -> Vec<&str> {
    plan.changes.iter().flat_map(|change| &change.fields).map(|field| field.field.as_str()).collect()
}

fn reasons(imported: &Imported) -> Vec<String> {
    imported.left_out.iter().map(|LeftOut { kind, name, why, .. }| format!("{kind} {name}: {why}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_a_spec_made_is_imported_and_plans_to_nothing(text in property::spec()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let cloud = Cloud::new();
            cloud.settle(&text).await;
            let imported = imported(&cloud, "ops", true).await;
            assert!(imported.left_out.is_empty() && imported.changes.is_empty(), "{imported:#?}");
            let plan = cloud.plan(&wanted(&cloud, &imported).await, PLAIN).await;
            assert!(plan.is_empty() && plan.would_prune.is_empty(), "{plan:#?}\n{}", imported.text);
            for secret in &imported.secrets {
                assert!(!imported.text.contains(secret.value.expose()), "{}", imported.text);
            }
        });
    }
}

#[tokio::test]
async fn every_key_of_a_spec_comes_back() {
    let cloud = Cloud::new();
    let group = CreateMonitorGroup { group_name: text("shop"), ..CreateMonitorGroup::default() };
    cloud.call(group).await;
    let spec = spec::load("reference.yaml", REFERENCE, &crate::support::tokens).unwrap().value;
    let mut reference = desired(&spec).unwrap();
    resolve(&cloud.client, &spec, &mut reference).await.unwrap();
    assert!(cloud.converge(&reference, PLAIN).await.converged());

    let imported = imported(&cloud, "reference", false).await;
    assert_eq!((imported.left_out.len(), imported.changes.len()), (0, 0), "{imported:#?}");
    assert!(imported.text.contains("application_groups: [shop]"), "{}", imported.text);
    let again = wanted(&cloud, &imported).await;
    assert_eq!(again, reference);
    let names: Vec<&str> = imported.secrets.iter().map(|secret| secret.variable.as_str()).collect();
    assert_eq!(names, ["DING_DUTY_TOKEN", "HOOK_AUDIT_HOOK_URL", "HOOK_STATE_CHANGE_URL"]);
    let lines = import_lines(&imported).join("\n");
    assert!(lines.contains("the access_token of robot duty, which tells contact duty"), "{lines}");
    for secret in &imported.secrets {
        assert!(lines.contains(&secret.value.fingerprint()));
        assert!(!lines.contains(secret.value.expose()) && !imported.text.contains(secret.value.expose()));
    }
}

fn contact(name: &str, webhook: &str) -> PutContact {
    PutContact {
        contact_name: text(name),
        describe: text("made by hand: ${X} # \"y\" \\ 云"),
        lang: Some(text("zh-cn")),
        channels: Channels { ding_web_hook: Some(text(webhook)), ..Channels::default() },
    }
}

fn group(name: &str, contacts: &[&str]) -> PutContactGroup {
    PutContactGroup {
        contact_group_name: text(name),
        describe: Some(text("by hand")),
        contact_names: contacts.iter().map(|name| text(name)).collect(),
        enable_subscribed: Some(false),
    }
}

fn rule(name: &str) -> PutEventRule {
    PutEventRule {
        rule_name: text(name),
        event_pattern: vec![EventPattern {
            product: text("ECS"),
            level_list: vec![text("INFO")],
            ..EventPattern::default()
        }],
        event_type: Some(text("SYSTEM")),
        silence_time: Some(90_061),
        state: Some(text("DISABLED")),
        ..PutEventRule::default()
    }
}

fn tells(rule: &str, id: &str, group: &str) -> PutEventRuleTargets {
    PutEventRuleTargets {
        rule_name: text(rule),
        contact_parameters: vec![ContactParameter {
            id: Some(text(id)),
            contact_group_name: Some(text(group)),
            level: Some(text("3")),
        }],
        ..PutEventRuleTargets::default()
    }
}

const ROBOT: &str = "https://oapi.dingtalk.com/robot/send?access_token=";

/// A console's objects, with names and ids that no spec would choose.
async fn by_hand(cloud: &Cloud) {
    cloud.call(contact("值班 1", &format!("{ROBOT}aaaa"))).await;
    cloud.call(contact("yes", &format!("{ROBOT}bbbb"))).await;
    cloud.call(contact("y.e.s: #", "https://hooks.example.com/c4n4ry")).await;
    cloud.call(group("值班组", &["值班 1", "yes"])).await;
    cloud.call(group("null", &["y.e.s: #"])).await;
    cloud.call(rule("a rule: of - mine")).await;
    cloud.call(tells("a rule: of - mine", "1", "值班组")).await;
    cloud.call(tells("a rule: of - mine", "x", "null")).await;
}

#[tokio::test]
async fn unmarked_objects_get_the_mark_and_nothing_else() {
    let cloud = Cloud::new();
    by_hand(&cloud).await;
    let imported = imported(&cloud, "taken", false).await;
    assert_eq!(reasons(&imported), Vec::<String>::new());
    let desired = wanted(&cloud, &imported).await;
    assert_eq!(cloud.plan(&desired, PLAIN).await.conflicts.len(), 6);
    let plan = cloud.plan(&desired, ADOPT).await;
    assert_eq!(fields(&plan), ["owner"; 6], "{plan:#?}");
    let report = cloud.converge(&desired, ADOPT).await;
    assert!(report.converged(), "{report:#?}");
    assert!(cloud.plan(&desired, PLAIN).await.is_empty());
    // And from now on it is an import of marked objects.
    let again = self::imported(&cloud, "taken", true).await;
    assert!(cloud.plan(&wanted(&cloud, &again).await, PLAIN).await.is_empty());
}

#[tokio::test]
async fn variables_have_stable_names_of_their_own() {
    let cloud = Cloud::new();
    by_hand(&cloud).await;
    let names = |imported: &Imported| -> Vec<String> {
        imported.secrets.iter().map(|secret| secret.variable.clone()).collect()
    };
    let first = names(&imported(&cloud, "taken", false).await);
    assert!(first[0].starts_with("DING_1_TOKEN"), "{first:?}");
    assert!(first.contains(&text("DING_YES_TOKEN")) && first.contains(&text("HOOK_Y_E_S_URL")), "{first:?}");
    // Another contact of the same robot has its variable; one with another robot has another.
    cloud.call(contact("zz", &format!("{ROBOT}bbbb"))).await;
    let second = imported(&cloud, "taken", false).await;
    assert_eq!(names(&second), first);
    assert_eq!(second.robots, 2);
}

#[tokio::test]
async fn what_a_spec_cannot_say_is_left_out_with_its_reason() {
    let cloud = Cloud::with(&[("unknown_target_group", "accept")]);
    by_hand(&cloud).await;
    cloud.settle(SMALL).await;
    // Names beyond the limits, checks instead of webhooks, keyword filters, groups of others.
    cloud.call(contact(&"x".repeat(41), &format!("{ROBOT}cccc"))).await;
    cloud.call(group("with-long-name", &[&"x".repeat(41)])).await;
    cloud.call(rule("tells-long-name")).await;
    cloud.call(tells("tells-long-name", "1", "with-long-name")).await;
    cloud.call(rule("pings")).await;
    let ping = WebhookParameter {
        id: Some(text("p")),
        method: Some(text("GET")),
        protocol: Some(text("ping")),
        url: Some(text("127.0.0.1")),
    };
    cloud
        .call(PutEventRuleTargets {
            rule_name: text("pings"),
            webhook_parameters: vec![ping],
            ..PutEventRuleTargets::default()
        })
        .await;
    let mut filtered = rule("filtered");
    filtered.event_pattern[0].keyword_filter =
        Some(WrittenKeywordFilter { relation: Some(text("NOT")), keywords: vec![text("Stopping")] });
    cloud.call(filtered).await;
    cloud.call(group("of-both", &["duty", "yes"])).await;
    cloud.call(rule("twice")).await;
    cloud.call(tells("twice", "1", "null")).await;
    cloud.call(tells("twice", "2", "null")).await;
    // No check knows of this one before the file is planned: a spec has no parameters or some.
    cloud.call(rule("calls")).await;
    let call = OpenApiParameter {
        id: Some(text("c")),
        region: Some(text("cn-hangzhou")),
        product: Some(text("Ecs")),
        version: Some(text("2014-05-26")),
        action: Some(text("RebootInstance")),
        role: Some(text("r")),
        arn: None,
        json_params: Some(text("{ }")),
    };
    cloud
        .call(PutEventRuleTargets {
            rule_name: text("calls"),
            open_api_parameters: vec![call],
            ..PutEventRuleTargets::default()
        })
        .await;

    let imported = imported(&cloud, "taken", false).await;
    let reasons = reasons(&imported);
    for expected in [
        "contact duty: stack `ops` owns it".to_owned(),
        format!("contact {}: no spec takes it: ", "x".repeat(41)),
        "group of-both: its contact `duty` is not in the file".to_owned(),
        format!("group with-long-name: its contact `{}` is not in the file", "x".repeat(41)),
        "rule filtered: it has the keyword filter NOT [Stopping]".to_owned(),
        "rule pings: its target p is a ping check".to_owned(),
        "rule tells-long-name: it tells group `with-long-name`".to_owned(),
        "rule twice: ".to_owned(),
        "rule calls: a spec cannot say its target openapi cn-hangzhou/Ecs.RebootInstance".to_owned(),
    ] {
        assert!(reasons.iter().any(|reason| reason.starts_with(&expected)), "{expected}\n{reasons:#?}");
    }
    let plan = cloud.plan(&wanted(&cloud, &imported).await, ADOPT).await;
    assert!(fields(&plan).iter().all(|field| *field == "owner"), "{plan:#?}");
    let lines = import_lines(&imported).join("\n");
    assert!(!lines.contains("--prune"), "nothing of this stack was left out: {lines}");
}

#[tokio::test]
async fn only_owned_objects_are_taken_when_asked_and_losses_among_them_are_warned_of() {
    let cloud = Cloud::new();
    by_hand(&cloud).await;
    cloud.settle(SMALL).await;
    let owned = imported(&cloud, "ops", true).await;
    assert_eq!((owned.contacts, owned.groups, owned.rules), (1, 1, 1));
    assert!(cloud.plan(&wanted(&cloud, &owned).await, PLAIN).await.is_empty());
    // Somebody put a contact of nobody's into the stack's group.
    let mut mixed = group("on-call", &["duty", "yes"]);
    mixed.describe = Some(text("Look after ECS [bellcheck:ops]"));
    cloud.call(mixed).await;
    let owned = imported(&cloud, "ops", true).await;
    let lines = import_lines(&owned).join("\n");
    assert!(
        lines.contains("left out: group on-call: its contact `yes` is not in the file; it carries the stack's mark, so `--prune` would delete it"),
        "{lines}"
    );
    assert!(owned.left_out.iter().all(|left| left.owned));
}

#[tokio::test]
async fn an_address_that_is_not_shown_yet_is_told_and_not_lost_in_silence() {
    let cloud = Cloud::with(&[("pending_channel", "hidden")]);
    let mut put = contact("pending", &format!("{ROBOT}dddd"));
    put.channels.mail = Some(text("p@example.com"));
    cloud.call(put).await;
    let imported = imported(&cloud, "taken", false).await;
    assert_eq!(imported.contacts, 1);
    assert!(imported.text.contains("# email: not shown before its owner activates it"), "{}", imported.text);
    assert_eq!(imported.changes.len(), 1, "{imported:#?}");
    // Adopting it would clear the address, and the plan says so.
    let plan = cloud.plan(&wanted(&cloud, &imported).await, ADOPT).await;
    assert_eq!(fields(&plan), ["owner", "email"]);
}

#[tokio::test]
async fn an_empty_account_and_a_bad_stack() {
    let cloud = Cloud::new();
    assert!(imported(&cloud, "ops", false).await.is_empty());
    by_hand(&cloud).await;
    let options = ImportOptions {
        stack: text("Not A Stack"),
        region: text("cn-hangzhou"),
        owned_only: false,
        file: text("x.yaml"),
    };
    let bellcheck::provision::ImportError::Faults(faults) =
        import(&cloud.client, &options).await.unwrap_err()
    else {
        panic!()
    };
    assert_eq!(faults[0].code, "spec::bad-stack");
    assert!(PutContact::WRITES && cloud.writes(0).len() == 8, "an import writes nothing");
}

#[tokio::test]
async fn a_contact_that_no_spec_can_say_takes_nobody_with_it() {
    let cloud = Cloud::new();
    for name in [" lead", "normal", "zoe"] {
        cloud.call(contact(name, &format!("{ROBOT}shared1"))).await;
    }
    cloud.call(group("oncall", &["normal", "zoe"])).await;
    cloud.call(group("with-lead", &[" lead", "zoe"])).await;
    cloud.call(group(" blank", &["zoe"])).await;
    cloud.call(rule("r1")).await;
    cloud.call(tells("r1", "1", "oncall")).await;
    cloud.call(rule("r2")).await;
    cloud.call(tells("r2", "1", "with-lead")).await;
    cloud.call(tells("r2", "2", " blank")).await;
    let imported = imported(&cloud, "taken", false).await;
    assert_eq!(
        (imported.contacts, imported.groups, imported.rules, imported.robots),
        (2, 2, 2, 1),
        "{imported:#?}"
    );
    assert!(
        imported.text.contains("  normal:\n    webhook: "),
        "the robot has the name of one that stays: {}",
        imported.text
    );
    let left: Vec<String> =
        imported.left_out.iter().map(|left| format!("{} {}", left.kind, left.name)).collect();
    assert_eq!(left, ["contact  lead", "group  blank"]);
    assert!(imported.left_out[0].why.contains("not a name for a contact"), "{}", imported.left_out[0].why);
    let lines = import_lines(&imported).join("\n");
    for line in [
        "would change: group with-lead: is in the file without contact ` lead`, and apply would take that out of it",
        "would change: rule r2: is in the file without group ` blank`, and apply would take that out of it",
    ] {
        assert!(lines.contains(line), "{line}\n{lines}");
    }
    // What is whole changes in nothing but its owner.
    let plan = cloud.plan(&wanted(&cloud, &imported).await, ADOPT).await;
    let changed: Vec<&str> = plan
        .changes
        .iter()
        .filter(|change| change.fields.iter().any(|field| field.field != "owner"))
        .map(|change| change.name.as_str())
        .collect();
    assert_eq!(changed, ["with-lead", "r2"], "{plan:#?}");
}

#[tokio::test]
async fn blanks_are_no_description() {
    let cloud = Cloud::new();
    let mut put = contact("duty", &format!("{ROBOT}aaaa"));
    put.describe = text(" ");
    cloud.call(put).await;
    let mut made = group("oncall", &["duty"]);
    made.describe = Some(text("\n "));
    cloud.call(made).await;
    let imported = imported(&cloud, "taken", false).await;
    assert_eq!((imported.contacts, imported.groups), (1, 1), "{imported:#?}");
    assert!(!imported.text.contains("description"), "{}", imported.text);
    assert_eq!(imported.left_out, []);
    let desired = wanted(&cloud, &imported).await;
    assert!(cloud.converge(&desired, ADOPT).await.converged());
}

#[tokio::test]
async fn parameters_that_are_secret_by_their_names_become_variables() {
    let cloud = Cloud::new();
    cloud.call(rule("calls")).await;
    let secrets = ["apiKey", "pwd", "db_passwd", "auth", "Authorization", "signature", "sig", "ak", "sk"];
    let mut parameters: serde_json::Map<String, serde_json::Value> =
        secrets.iter().map(|name| (text(name), format!("c4n4ry-{name}").into())).collect();
    parameters.insert(text("InstanceId"), "i-1".into());
    let call = OpenApiParameter {
        id: Some(text("c")),
        region: Some(text("cn-hangzhou")),
        product: Some(text("Ecs")),
        version: Some(text("2014-05-26")),
        action: Some(text("RebootInstance")),
        role: Some(text("r")),
        arn: None,
        json_params: Some(serde_json::Value::from(parameters).to_string()),
    };
    cloud
        .call(PutEventRuleTargets {
            rule_name: text("calls"),
            open_api_parameters: vec![call],
            ..PutEventRuleTargets::default()
        })
        .await;
    let imported = imported(&cloud, "taken", false).await;
    assert!(!imported.text.contains("c4n4ry") && imported.text.contains("i-1"), "{}", imported.text);
    assert_eq!(imported.secrets.len(), secrets.len(), "{:#?}", imported.secrets);
}
