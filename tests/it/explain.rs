//! `bellcheck explain` as a user sees it.

use serde_json::Value;

use crate::support::Desk;

const EVENT: &str = "Instance:StateChange";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_route_of_an_event_is_told_with_the_reasons_of_the_rules_that_do_not_match() {
    let desk = Desk::new();
    desk.run(&["explain", "quickstart", "--event", EVENT])
        .exits(0)
        .says("ECS Instance:StateChange (INFO, StatusNotification, Normal)")
        .says("✓ rule ecs-state-change")
        .says("group ecs-on-call at level INFO duty-engineer ✓ robot ops")
        .says("✗ rule ecs-fault level INFO is not in [CRITICAL, WARN]")
        .says("told: duty-engineer")
        .hides("test-token");
    // Two products have this event, and the spec has rules for one of them.
    let run = desk.run(&[
        "explain",
        "quickstart",
        "--event",
        "Instance:SystemFailure.Reboot:Executing",
        "-o",
        "json",
    ]);
    let run = run.exits(0).says("taken for an event of ECS");
    let route = &json(&run.stdout)["routes"][0];
    assert_eq!(route["event"]["level"], "CRITICAL");
    assert_eq!(route["rules"][0]["verdict"], "mismatch");
    assert_eq!(route["rules"][0]["fields"], serde_json::json!(["event_types", "levels", "names"]));
    let contacts = route["rules"][1]["targets"][0]["contacts"].as_array().unwrap();
    assert_eq!(contacts.len(), 2);
    assert_eq!(contacts[1]["channels"][1]["channel"], "mail");
    assert_eq!(route["rules"][1]["silence_seconds"], 86_400);
}

#[test]
fn an_event_that_nobody_is_told_of_exits_1_and_says_why() {
    let desk = Desk::new();
    let nobody = |words: &str| {
        desk.run(&["explain", "quickstart", "--event", EVENT]).exits(1).says("nobody is told").says(words);
    };
    let spec = "quickstart/bellcheck.yaml";
    let original = desk.read(spec);
    for (from, to, words) in [
        ("    contacts: [duty-engineer]\n", "    contacts: []\n", "it has no contacts"),
        (
            "      levels: [INFO]\n      names: [\"Instance:StateChange\"]\n",
            "      levels: [WARN]\n",
            "level INFO is not in [WARN]",
        ),
        (
            "names: [\"Instance:StateChange\"]",
            "names: [\"Disk:StateChange\"]",
            "is not in [Disk:StateChange]",
        ),
        (
            "  ecs-state-change:\n",
            "  ecs-state-change:\n    enabled: false\n",
            "it would match, and it is switched off",
        ),
        (
            "    keywords: [CloudMonitor] ",
            "    keywords: [Nightwatch] ",
            "none of the robot's keywords [Nightwatch] is in the text (bellcheck's own wording",
        ),
        (
            "    keywords: [CloudMonitor] ",
            "    secret: SECcanary ",
            "the robot wants signed messages, and CloudMonitor cannot sign",
        ),
        ("      levels: [INFO]", "      keyword: web-1", "give `--content NAME=VALUE`"),
    ] {
        desk.replace(spec, from, to);
        nobody(words);
        desk.write(spec, &original);
    }
    desk.replace(spec, "      levels: [INFO]", "      keyword: web-1");
    desk.run(&["explain", "quickstart", "--event", EVENT, "--content", "instanceName=web-1"]).exits(0);
    desk.write(spec, &original);
    // An address list is no refusal: where CloudMonitor posts from is not known.
    desk.replace(spec, "    keywords: [CloudMonitor] ", "    allowed_ips: [10.0.0.0/8] ");
    desk.run(&["explain", "quickstart", "--event", EVENT])
        .exits(0)
        .says("from which address CloudMonitor posts to robots is not public");
}

#[test]
fn levels_and_sites_choose_the_channels() {
    let desk = Desk::new();
    let spec = "quickstart/bellcheck.yaml";
    desk.replace(spec, "    language: en ", "    phone: \"13900000000\"\n    language: en ");
    let run = |words: &str| {
        desk.run(&["explain", "quickstart", "--event", EVENT]).exits(0).says(words).hides("13900000000");
    };
    run("SMS, once its owner has activated it: not at level INFO");
    desk.replace(spec, "        level: INFO ", "        level: WARN ");
    run("✓ SMS, once its owner has activated it · phone call: not at level WARN");
    desk.replace(spec, "        level: WARN ", "        level: CRITICAL ");
    run("✓ phone call");
}

#[test]
fn application_groups_and_custom_events_are_taken_into_account() {
    let desk = Desk::new();
    let spec = "quickstart/bellcheck.yaml";
    desk.replace(spec, "rules:\n", "application_groups: [shop]\nrules:\n");
    desk.replace(spec, "  ecs-state-change:\n", "  ecs-state-change:\n    application_group: shop\n");
    let args = ["explain", "quickstart", "--event", EVENT];
    desk.run(&args).exits(1).says("it is for resources in application group `shop`");
    desk.run(&[&args[..], &["--application-group", "shop"]].concat()).exits(0);
    desk.run(&["explain", "quickstart", "--event", "deployed", "--custom"])
        .exits(1)
        .says("it is for system events, and this is a custom event");
}

#[test]
fn what_is_not_known_is_asked_for_and_what_is_misspelt_is_recognised() {
    let desk = Desk::new();
    desk.run(&["explain", "quickstart", "--event", "Instance:StateChagne"])
        .exits(2)
        .says("no event `Instance:StateChagne` is known")
        .says("did you mean `Instance:StateChange`");
    desk.run(&["explain", "quickstart", "--event", EVENT, "--product", "EC2"])
        .exits(2)
        .says("no events of a product `EC2` are known")
        .says("`ECS`");
    desk.run(&["explain", "quickstart", "--event", EVENT, "--level", "HIGH"]).exits(2);
    desk.run(&["explain", "quickstart", "--event", EVENT, "--content", "x"])
        .exits(2)
        .says("write NAME=VALUE");
    desk.run(&["explain", "quickstart"]).exits(2);
    desk.run(&["explain", "quickstart", "--event", EVENT, "--all"]).exits(2);
    desk.run(&["explain", "quickstart", "--event", EVENT, "-o", "markdown"]).exits(2);
    // Known by name only: the rule asks for a level.
    desk.run(&["explain", "quickstart", "--event", "Instance:AutoReactivateCompleted"]).exits(1).says("(?, ");
    desk.replace("quickstart/bellcheck.yaml", "      names: [\"Instance:StateChange\"]\n", "");
    desk.replace("quickstart/bellcheck.yaml", "      event_types: [StatusNotification]\n", "");
    let args = ["explain", "quickstart", "--event", "Instance:AutoReactivateCompleted"];
    desk.run(&args)
        .exits(2)
        .says("depends on the event's level")
        .says("give --level: CRITICAL, WARN or INFO");
    desk.run(&[&args[..], &["--level", "INFO"]].concat()).exits(0);
    desk.run(&[&args[..], &["--level", "WARN"]].concat()).exits(1);
    // What the question says otherwise than the catalogue is told.
    desk.run(&["explain", "quickstart", "--event", EVENT, "--level", "WARN"])
        .exits(1)
        .says("the catalogue knows `Instance:StateChange` with level INFO only");
}

#[test]
fn the_table_has_every_event_and_the_gaps() {
    let desk = Desk::new();
    let run = desk.run_with(&[("COLUMNS", "80")], &["explain", "quickstart", "--all"]).exits(0);
    let run = run.says("INFO Instance:StateChange duty-engineer").says("reach nobody:");
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    let table = |more: &[&str]| {
        let args = [&["explain", "quickstart", "--all", "-o", "json"], more].concat();
        json(&desk.run(&args).exits(0).stdout)
    };
    let ecs = table(&[]);
    let events = ecs["events"].as_array().unwrap();
    assert!(events.iter().all(|event| event["product"] == "ECS"));
    let gaps = ecs["gaps"].as_array().unwrap();
    assert!(!gaps.is_empty() && gaps.iter().all(|gap| gap["level"] != "INFO"));
    let told = events.iter().find(|event| event["name"] == EVENT).unwrap();
    assert_eq!(told["told"][0]["who"], "duty-engineer");
    assert_eq!(told["told"][0]["by"][0], "ops");
    let more = table(&["--product", "RDS"])["events"].as_array().unwrap().len();
    let all = table(&["--all-products"])["events"].as_array().unwrap().len();
    assert!(events.len() < more && more < all && all >= 387, "{} {more} {all}", events.len());
    desk.run(&["explain", "quickstart", "--all", "--check"]).exits(1);
    desk.run(&["explain", "quickstart", "--all", "-o", "markdown"])
        .exits(0)
        .says("| ECS | `Instance:StateChange` | INFO | duty-engineer | ecs-state-change |")
        .says("| **nobody** |");
    // A rule for the bad ones closes the gap.
    desk.replace(
        "quickstart/bellcheck.yaml",
        "rules:\n",
        "rules:\n  bad:\n    event_pattern: { product: ECS, levels: [CRITICAL, WARN] }\n    targets: [ { group: escalation } ]\n",
    );
    desk.run(&["explain", "quickstart", "--all", "--check"])
        .exits(0)
        .says("every CRITICAL and WARN event reaches somebody");
}

#[test]
fn a_template_of_ones_own_decides_what_keywords_make_of_the_message() {
    let desk = Desk::new();
    desk.write("own.jinja", "title\nNightwatch {{ event }}");
    let args = ["explain", "quickstart", "--event", EVENT, "--template", "own.jinja"];
    desk.run(&args).exits(1).says("none of the robot's keywords [CloudMonitor]");
    desk.write("broken.jinja", "title\n{{ nothing }}");
    desk.run(&["explain", "quickstart", "--event", EVENT, "--template", "broken.jinja"]).exits(2);
}
