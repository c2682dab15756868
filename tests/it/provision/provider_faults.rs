//! Faults that another provisioning tool is known for, each as a test in which this one does right.
//! The numbers are those under which the faults were reproduced; faults of calls, retries and errors
//! have their tests beside those.

use bellcheck::{
    api::cloudmonitor::{
        Channels, ContactParameter, DescribeContactGroupList, DescribeContactList,
        DescribeEventRuleTargetList, DisableEventRules, EventPattern, PutContact, PutContactGroup,
        PutEventRule, PutEventRuleTargets,
    },
    provision::{Caller, ConflictReason, Desired, plans_to_json, render_markdown, render_text},
};

use super::cloud::{Cloud, PLAIN, PRUNE, SMALL, wanted};

fn text(value: &str) -> String {
    value.to_owned()
}

/// 3: a change of a group's description alone was sent without its members, which a service that
/// replaces the whole object takes for an empty group.
#[tokio::test]
async fn fault_3_a_new_description_keeps_the_members() {
    for omitted in ["clear", "keep"] {
        let cloud = Cloud::with(&[("put_omitted_group", omitted)]);
        let text = SMALL.replace("    contacts: [duty]\n", "    contacts: [duty]\n    subscribed: true\n");
        cloud.settle(&text).await;
        cloud.settle(&text.replace("Look after ECS", "Look after all")).await;
        let group = cloud.call(DescribeContactGroupList::default()).await.contact_group_list;
        assert_eq!(group.contact_group[0].contacts.contact, ["duty"]);
        assert!(group.contact_group[0].enable_subscribed);
    }
}

/// 4: a target that was taken out of the configuration stayed in the account for ever, and each plan
/// wanted to change it again.
#[tokio::test]
async fn fault_4_a_target_that_is_not_wanted_goes() {
    let cloud = Cloud::new();
    let hook = "      - webhook: { url: \"http://127.0.0.1:9/hook\" }\n";
    cloud.settle(&format!("{SMALL}{hook}")).await;
    cloud.settle(SMALL).await;
    let call = DescribeEventRuleTargetList { rule_name: text("state-change"), region_id: None };
    assert!(cloud.call(call).await.webhook_parameters.items.is_empty());
    assert!(cloud.plan(&wanted(SMALL), PLAIN).await.is_empty());
}

/// 5: a change of a contact's mail address alone was sent without its language, which was then reset.
#[tokio::test]
async fn fault_5_a_new_address_keeps_the_language() {
    let cloud = Cloud::with(&[("put_omitted_contact", "clear")]);
    let english = SMALL.replace("    description: On duty\n", "    description: On duty\n    language: en\n");
    cloud.settle(&english).await;
    cloud.settle(&english.replace("duty@example.com", "night@example.com")).await;
    let contacts = cloud.call(DescribeContactList::default()).await.contacts.contact;
    assert_eq!(contacts[0].lang.as_deref(), Some("en"));
}

/// 6, first part: a rule was looked for by the beginning of its name on the first page of ten, and
/// was "not found" behind others that begin alike.
#[tokio::test]
async fn fault_6_a_rule_behind_ten_others_that_begin_alike_is_found() {
    let cloud = Cloud::new();
    for number in 0..12 {
        cloud
            .call(PutEventRule {
                rule_name: format!("state-change-{number:02}"),
                event_pattern: vec![EventPattern { product: text("ECS"), ..EventPattern::default() }],
                ..PutEventRule::default()
            })
            .await;
    }
    let renamed = SMALL.replace("  state-change:\n", "  state-change-99:\n");
    cloud.settle(&renamed).await;
    let mark = cloud.mark();
    cloud.settle(&renamed).await;
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
}

/// 6, second part: a rule that is switched off is not in the list by default, so it was created,
/// "not found", and planned again for ever.
#[tokio::test]
async fn fault_6_a_rule_that_is_switched_off_is_found() {
    for listed in ["enabled", "all"] {
        let cloud = Cloud::with(&[("rule_list_default", listed)]);
        let off = SMALL.replace("    event_pattern:", "    enabled: false\n    event_pattern:");
        cloud.settle(&off).await;
        assert!(cloud.plan(&wanted(&off), PLAIN).await.is_empty());
        // One that somebody switched off is switched on again, not created a second time.
        cloud.settle(SMALL).await;
        cloud.call(DisableEventRules { rule_names: vec![text("state-change")], region_id: None }).await;
        let plan = cloud.plan(&wanted(SMALL), PLAIN).await;
        assert_eq!((plan.counts().create, plan.counts().update), (0, 1));
    }
}

/// 7: the first contact that the service returned was taken for the wanted one, whatever its name.
#[tokio::test]
async fn fault_7_a_contact_with_almost_the_same_name_is_another() {
    let cloud = Cloud::new();
    for name in ["DUTY", "dut", "duty-1", "on-duty"] {
        cloud
            .call(PutContact {
                contact_name: text(name),
                describe: text("On duty [bellcheck:ops]"),
                lang: None,
                channels: Channels { mail: Some(text("other@example.com")), ..Channels::default() },
            })
            .await;
    }
    let plan = cloud.plan(&wanted(SMALL), PLAIN).await;
    assert!(plan.changes.iter().any(|change| change.name == "duty" && change.action.as_str() == "create"));
    cloud.settle(SMALL).await;
    let contacts = cloud.call(DescribeContactList::default()).await.contacts.contact;
    let others = contacts.iter().filter(|contact| contact.name != "duty");
    assert!(others.clone().all(|contact| contact.channels.mail.as_deref() == Some("other@example.com")));
    assert_eq!(others.count(), 4);
}

/// 8: a mail address that nobody has confirmed yet is not returned, which was a difference in every
/// plan until the person followed the link.
#[tokio::test]
async fn fault_8_an_address_that_waits_for_activation_is_no_difference() {
    let cloud = Cloud::with(&[("pending_channel", "hidden")]);
    cloud.settle(SMALL).await;
    let plan = cloud.plan(&wanted(SMALL), PLAIN).await;
    assert!(plan.is_empty());
    let shown = render_text(&plan, false);
    assert!(shown.contains("contact duty: email waits for its owner's activation"), "{shown}");
}

/// 9: lists were compared in order, so that a service with an order of its own was a difference.
#[tokio::test]
async fn fault_9_the_order_of_lists_is_no_difference() {
    let cloud = Cloud::new();
    let text_of = |levels: &str, names: &str, contacts: &str| {
        SMALL
            .replace("levels: [INFO, WARN]", &format!("levels: {levels}"))
            .replace("names: [\"Instance:StateChange\"]", &format!("names: {names}"))
            .replace("contacts: [duty]", &format!("contacts: {contacts}"))
            .replace("groups:\n", "  night:\n    email: night@example.com\ngroups:\n")
    };
    let a = "\"Instance:StateChange\"";
    let b = "\"Instance:PerformanceModeChange\"";
    cloud.settle(&text_of("[INFO, WARN]", &format!("[{a}, {b}]"), "[duty, night]")).await;
    let other = text_of("[WARN, INFO]", &format!("[{b}, {a}]"), "[night, duty]");
    let plan = cloud.plan(&wanted(&other), PLAIN).await;
    assert!(plan.is_empty(), "{plan:#?}");
}

/// 12: the parameters of an OpenAPI target were never sent, and read back from a key that is not
/// there.
#[tokio::test]
async fn fault_12_the_parameters_of_an_openapi_target_are_kept_and_compared() {
    let cloud = Cloud::new();
    let with = |id: &str| {
        format!(
            "{SMALL}      - openapi: {{ product: Ecs, version: \"2014-05-26\", action: StartInstance, role: r, parameters: {{ InstanceId: {id} }} }}\n"
        )
    };
    cloud.settle(&with("i-1")).await;
    let call = || DescribeEventRuleTargetList { rule_name: text("state-change"), region_id: None };
    let stored = cloud.call(call()).await.open_api_parameters.items;
    assert_eq!(stored[0].json_params.as_deref(), Some(r#"{"InstanceId":"i-1"}"#));
    assert!(!cloud.plan(&wanted(&with("i-2")), PLAIN).await.is_empty());
    cloud.settle(&with("i-2")).await;
    let stored = cloud.call(call()).await.open_api_parameters.items;
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].json_params.as_deref(), Some(r#"{"InstanceId":"i-2"}"#));
}

/// Reading groups was quadratic: each group was looked for from the first page on.
#[tokio::test]
async fn the_calls_of_a_plan_grow_with_the_rules_and_not_with_their_square() {
    let spec = |count: usize| {
        let mut text = text("stack: ops\nregion: cn-hangzhou\ncontacts:\n");
        (0..count).for_each(|n| text.push_str(&format!("  contact-{n}:\n    email: a@example.com\n")));
        text.push_str("groups:\n");
        (0..count).for_each(|n| text.push_str(&format!("  group-{n}:\n    contacts: [contact-{n}]\n")));
        text.push_str("rules:\n");
        (0..count).for_each(|n| {
            text.push_str(&format!(
                "  rule-{n}:\n    event_pattern: {{ product: ECS, levels: [INFO] }}\n    targets: [{{ group: group-{n} }}]\n"
            ));
        });
        text
    };
    for count in [20, 200] {
        let cloud = Cloud::new();
        cloud.settle(&spec(count)).await;
        let mark = cloud.mark();
        assert!(cloud.plan(&wanted(&spec(count)), PRUNE).await.is_empty());
        let pages = count.div_ceil(100);
        // Contacts, groups and enabled rules in pages of a hundred, one page of no disabled rules;
        // targets, and at most the statuses, of each rule.
        let calls = cloud.operations(mark, false).len();
        assert!(calls <= 3 * pages + 1 + 2 * count, "{calls} calls for {count}");
    }
}

/// Creating an object overwrote one of the same name that was there already, silently.
#[tokio::test]
async fn an_object_of_the_same_name_is_not_overwritten() {
    let cloud = Cloud::new();
    let group = PutContactGroup {
        contact_group_name: text("on-call"),
        describe: Some(text("somebody else's")),
        contact_names: Vec::new(),
        enable_subscribed: Some(true),
    };
    cloud.call(group).await;
    let before = cloud.call(DescribeContactGroupList::default()).await.contact_group_list;
    let mark = cloud.mark();
    let report = cloud.converge(&wanted(SMALL), PLAIN).await;
    assert_eq!(report.plan.conflicts[0].reason, ConflictReason::Foreign { owner: None });
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
    assert_eq!(cloud.call(DescribeContactGroupList::default()).await.contact_group_list, before);
}

/// A rename deleted the old object first, without a look at what still refers to it.
#[tokio::test]
async fn a_rename_looks_at_what_refers_to_the_old_name() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    let rule = PutEventRule {
        rule_name: text("by-hand"),
        event_pattern: vec![EventPattern { product: text("ECS"), ..EventPattern::default() }],
        ..PutEventRule::default()
    };
    cloud.call(rule).await;
    let target = ContactParameter {
        id: Some(text("1")),
        contact_group_name: Some(text("on-call")),
        level: Some(text("4")),
    };
    let targets = PutEventRuleTargets {
        rule_name: text("by-hand"),
        contact_parameters: vec![target],
        ..PutEventRuleTargets::default()
    };
    cloud.call(targets).await;
    let renamed = SMALL.replace("  on-call:\n", "  night:\n").replace("- group: on-call", "- group: night");
    let mark = cloud.mark();
    let report = cloud.converge(&wanted(&renamed), PRUNE).await;
    assert_eq!(report.plan.conflicts[0].reason, ConflictReason::InUse { by: vec![text("by-hand")] });
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
}

/// Tokens stood in plans, in clear.
#[tokio::test]
async fn a_plan_shows_no_token_in_any_form() {
    let cloud = Cloud::new();
    let hook = "      - webhook: { url: \"http://127.0.0.1:9/s3cr3t-path\" }\n";
    let with_hook = format!("{SMALL}{hook}");
    let creation = cloud.plan(&wanted(&with_hook), PLAIN).await;
    cloud.settle(&with_hook).await;
    let other = with_hook.replace("t0k3n-of-duty", "an0ther-token").replace("s3cr3t-path", "an0ther-path");
    let change = cloud.plan(&wanted(&other), PLAIN).await;
    let removal = cloud.plan(&Desired::empty("ops"), PRUNE).await;
    for plan in [&creation, &change, &removal] {
        assert!(!plan.changes.is_empty());
        let shown = [
            render_text(plan, true),
            render_markdown(&[plan]),
            plans_to_json(&Caller::default(), &[plan]).to_string(),
        ];
        for secret in ["t0k3n-of-duty", "an0ther-token", "s3cr3t-path", "an0ther-path"] {
            assert!(!shown.iter().any(|shown| shown.contains(secret)), "{secret}: {shown:?}");
        }
    }
}
