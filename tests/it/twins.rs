//! `scenarios/` proves the tool as a user's own files would: all of them pass, and each has a twin with
//! a line changed that must fail. What a user is told then is kept whole, in snapshots. The claims of
//! what the scenarios cover are read from the schema, so that a new word without a scenario fails.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;

use crate::support::{Desk, Run};

/// A scenario that is changed so that it must fail.
struct Twin {
    /// Its name; that of its snapshot.
    name: &'static str,
    /// The scenario within `scenarios/`.
    file: &'static str,
    /// The file that is changed, what is taken out, and what stands there instead.
    changes: &'static [(&'static str, &'static str, &'static str)],
    /// 1 where the answer is no, 3 where the cloud refuses.
    exit: i32,
}

const fn twin(
    name: &'static str,
    file: &'static str,
    changes: &'static [(&'static str, &'static str, &'static str)],
) -> Twin {
    Twin { name, file, changes, exit: 1 }
}

const TWINS: &[Twin] = &[
    twin(
        "rule_that_was_switched_on",
        "disabled-rule.yaml",
        &[("bellcheck.yaml", "    enabled: false\n", "")],
    ),
    twin("nothing_canceled", "maintenance.yaml", &[("maintenance.yaml", "  - cancel: planned\n", "")]),
    twin(
        "state_without_the_keyword",
        "reboot.yaml",
        &[("reboot.yaml", "contains: Stopping", "contains: Starting")],
    ),
    twin("filter_too_wide", "release.yaml", &[("bellcheck.yaml", "Deleted and web-1", "Deleted")]),
    twin("robot_down_for_good", "robot-down.yaml", &[("robot-down.yaml", ", times: 1", "")]),
    twin("silence_too_long", "silence.yaml", &[("bellcheck.yaml", "silence: 1h", "silence: 2h")]),
    twin(
        "silence_of_one_event_alone",
        "silence-of-the-whole-rule.yaml",
        &[("silence-of-the-whole-rule.yaml", "silence_key: rule\n", "silence_key: rule+event\n")],
    ),
    twin("api_too_quick", "slow-api.yaml", &[("slow-api.yaml", "delay: 20s", "delay: 1s")]),
    twin(
        "keyword_of_another_state",
        "stop-by-keyword.yaml",
        &[("bellcheck.yaml", "\"state\":\"Stopping\"", "\"state\":\"Stopped\"")],
    ),
    twin(
        "robot_with_more_room",
        "too-many-messages.yaml",
        &[("too-many-messages.yaml", "robot_rate: 2", "robot_rate: 3")],
    ),
    // Each arrow.
    twin(
        "level_too_low",
        "arrows/level.yaml",
        &[(
            "arrows/level.yaml",
            "Instance_Failure_Start, level: CRITICAL",
            "Instance_Failure_Start, level: WARN",
        )],
    ),
    twin("level_added", "arrows/level.yaml", &[("arrows/bellcheck.yaml", "[CRITICAL]", "[CRITICAL, WARN]")]),
    twin(
        "name_not_among_them",
        "arrows/name.yaml",
        &[("arrows/name.yaml", "name: CertKeyExpired_3 ", "name: CertKeyExpired_7 ")],
    ),
    twin(
        "status_not_among_them",
        "arrows/status.yaml",
        &[("arrows/status.yaml", "status: Failed", "status: Normal")],
    ),
    twin(
        "keyword_not_in_the_event",
        "arrows/keyword.yaml",
        &[("arrows/keyword.yaml", "bucket: photos }", "bucket: videos }")],
    ),
    twin(
        "instance_in_no_application_group",
        "arrows/application-group.yaml",
        &[(
            "arrows/application-group.yaml",
            "never: { robot: ops, for: 1h",
            "expect: { robot: ops, within: 1h",
        )],
    ),
    twin(
        "no_application_group_asked_for",
        "arrows/application-group.yaml",
        &[("arrows/bellcheck.yaml", "    application_group: shop\n", "")],
    ),
    twin(
        "group_is_empty",
        "arrows/empty-group.yaml",
        &[("arrows/empty-group.yaml", "never: { robot: ops, for: 1h", "expect: { robot: ops, within: 1h")],
    ),
    twin(
        "alert_that_nobody_got",
        "arrows/empty-group.yaml",
        &[("arrows/empty-group.yaml", "status: nobody, ", "")],
    ),
    twin(
        "contact_has_mail_alone",
        "arrows/contact-without-robot.yaml",
        &[(
            "arrows/contact-without-robot.yaml",
            "never: { robot: ops, for: 1h",
            "expect: { robot: ops, within: 1h",
        )],
    ),
    twin(
        "rule_still_off",
        "arrows/switching-a-rule-on.yaml",
        &[("arrows/switching-a-rule-on.yaml", "  - apply: bellcheck-switched-on.yaml\n", "")],
    ),
    // Robots.
    twin(
        "one_message_too_many",
        "robots/twenty-a-minute.yaml",
        &[("robots/twenty-a-minute.yaml", "times: 20 }", "times: 21 }")],
    ),
    twin(
        "message_without_keyword",
        "robots/keyword.yaml",
        &[("robots/keyword.yaml", "never: { robot: picky, for", "expect: { robot: picky, within")],
    ),
    twin(
        "message_without_signature",
        "robots/signature.yaml",
        &[("robots/signature.yaml", "never: { robot: signed, for", "expect: { robot: signed, within")],
    ),
    twin(
        "sender_not_allowed",
        "robots/addresses.yaml",
        &[("robots/addresses.yaml", "never: { robot: fenced, for", "expect: { robot: fenced, within")],
    ),
    twin(
        "robot_still_off",
        "robots/switched-off.yaml",
        &[("robots/switched-off.yaml", "  - fault: []\n", "")],
    ),
    twin(
        "robot_unreachable_for_good",
        "robots/unreachable.yaml",
        &[("robots/unreachable.yaml", ", times: 1", "")],
    ),
    twin(
        "message_too_long",
        "robots/too-long.yaml",
        &[("robots/too-long.yaml", "log: \"${b3200}\"", "log: \"${b32000}\"")],
    ),
    twin(
        "no_plain_text",
        "robots/plain-text.yaml",
        &[("robots/plain-text.yaml", "message_type: text", "message_type: markdown")],
    ),
    // Channels and sites.
    twin(
        "level_without_sms",
        "channels/levels.yaml",
        &[("channels/bellcheck.yaml", "level: WARN", "level: INFO")],
    ),
    twin(
        "mail_not_activated",
        "channels/activation.yaml",
        &[("channels/activation.yaml", "  - activate: { contact: duty, channel: mail }\n", "")],
    ),
    twin(
        "sms_not_activated",
        "channels/one-channel-at-a-time.yaml",
        &[("channels/one-channel-at-a-time.yaml", "  - activate: { contact: duty, channel: sms }\n", "")],
    ),
    twin(
        "no_sms_abroad",
        "abroad/no-phone.yaml",
        &[("abroad/no-phone.yaml", "contact: duty, within", "contact: duty, channel: sms, within")],
    ),
    Twin {
        name: "level_refused_abroad",
        file: "abroad/no-phone.yaml",
        changes: &[("abroad/no-phone.yaml", "  international_level: as-4\n", "")],
        exit: 3,
    },
    twin(
        "rule_without_targets",
        "abroad/mail-and-robot.yaml",
        &[("abroad/bellcheck.yaml", "    targets: [{ group: ecs }]\n  databases", "  databases")],
    ),
    // Targets that are no people.
    twin(
        "webhook_that_heals_sooner",
        "targets/webhook-retried.yaml",
        &[("targets/webhook-retried.yaml", "[500, timeout, 200]", "[500, 200]")],
    ),
    twin(
        "a_fourth_retry",
        "targets/webhook-given-up.yaml",
        &[("targets/webhook-given-up.yaml", "times: 4", "times: 5")],
    ),
    twin(
        "webhook_down_for_good",
        "targets/webhook-down.yaml",
        &[("targets/webhook-down.yaml", "[unreachable, unreachable, 200]", "unreachable")],
    ),
    twin(
        "pager_in_no_group",
        "targets/pager.yaml",
        &[("targets/bellcheck.yaml", "contacts: [pager]", "contacts: [duty]")],
    ),
    twin(
        "no_function_target",
        "targets/machines.yaml",
        &[(
            "targets/bellcheck.yaml",
            "      - fc: { region: cn-hangzhou, service: ops, function: on-event }\n",
            "",
        )],
    ),
    twin(
        "a_function_without_the_fields_that_were_seen",
        "targets/function.yaml",
        &[("targets/function.yaml", "steps:\n", "emulator: { function_body: documented }\nsteps:\n")],
    ),
    // Simulated events and states.
    twin(
        "maintenance_without_executing",
        "lifecycle/maintenance-with-executing.yaml",
        &[(
            "lifecycle/maintenance-with-executing.yaml",
            "maintenance_executing: show",
            "maintenance_executing: skip",
        )],
    ),
    twin(
        "another_simulated_event",
        "lifecycle/failure.yaml",
        &[("lifecycle/failure.yaml", "event: SystemFailure.Reboot", "event: SystemMaintenance.Reboot")],
    ),
    twin(
        "planned_event_not_canceled",
        "lifecycle/canceled.yaml",
        &[("lifecycle/canceled.yaml", "  - cancel: planned\n", "")],
    ),
    twin(
        "planned_event_not_avoided",
        "lifecycle/avoided.yaml",
        &[("lifecycle/avoided.yaml", "  - reboot: db-1\n", "")],
    ),
    twin(
        "one_state_less",
        "lifecycle/from-start-to-release.yaml",
        &[("lifecycle/from-start-to-release.yaml", "times: 3", "times: 2")],
    ),
    // Products.
    twin(
        "product_with_a_narrower_rule",
        "products/databases.yaml",
        &[(
            "products/bellcheck.yaml",
            "product: PolarDB, levels: [CRITICAL, WARN]",
            "product: PolarDB, levels: [CRITICAL]",
        )],
    ),
    twin(
        "one_certificate_event_less",
        "products/certificates.yaml",
        &[(
            "products/bellcheck.yaml",
            "product: SLB",
            "product: SLB, names: [CertKeyExpired_1, CertKeyExpired_7]",
        )],
    ),
    twin(
        "success_is_told",
        "products/scaling.yaml",
        &[("products/bellcheck.yaml", "product: ESS, levels: [CRITICAL, WARN]", "product: ESS")],
    ),
    twin(
        "contact_in_another_group",
        "products/scaling.yaml",
        &[("products/bellcheck.yaml", "platform: { contacts: [platform]", "platform: { contacts: [dba]")],
    ),
    twin(
        "silence_too_short",
        "products/agent-stopped.yaml",
        &[("products/bellcheck.yaml", "silence: 30m", "silence: 20m")],
    ),
    Twin {
        name: "unknown_event_refused",
        file: "products/kubernetes.yaml",
        changes: &[("products/kubernetes.yaml", "unknown_event: accept", "unknown_event: refuse")],
        exit: 2,
    },
    // Stories.
    twin(
        "message_in_another_language",
        "story/the-whole-message.yaml",
        &[("story/bellcheck.yaml", "language: en", "language: zh-cn")],
    ),
    twin(
        "another_captured_text",
        "story/carried-over.yaml",
        &[("story/carried-over.yaml", "contains: \"after:", "contains: \"before:")],
    ),
    twin(
        "shared_step_that_fails",
        "story/shared-steps.yaml",
        &[("story/lists.yaml", "contains: Stopping", "contains: Exploded")],
    ),
    twin(
        "one_message_less_than_wanted",
        "story/typed-variables.yaml",
        &[("story/typed-variables.yaml", "value: 2", "value: 3")],
    ),
    twin("not_soon_enough", "story/soon-enough.yaml", &[("story/soon-enough.yaml", "p50: 5s", "p50: 2s")]),
    twin(
        "a_month_of_shorter_silence",
        "story/a-month-of-silence.yaml",
        &[("story/bellcheck.yaml", "silence: 1d", "silence: 12h")],
    ),
    Twin {
        name: "act_refused",
        file: "story/changes-refused.yaml",
        changes: &[(
            "story/changes-refused.yaml",
            "operation: PutContactGroup, drop: before",
            "operation: \"*\", error: ServiceUnavailable",
        )],
        exit: 3,
    },
    twin(
        "event_of_another_level",
        "story/looked-up.yaml",
        &[("story/looked-up.yaml", "level: INFO", "level: CRITICAL")],
    ),
    twin(
        "message_left_over",
        "story/nothing-left-over.yaml",
        &[(
            "story/nothing-left-over.yaml",
            "  - expect: { robot: ops, within: 1m, message: [{ contains: Stopped }] }\n",
            "",
        )],
    ),
    // The cookbook.
    twin(
        "another_hour",
        "cookbook/at-a-given-time.yaml",
        &[("cookbook/at-a-given-time.yaml", "until: \"03:00\"", "until: \"02:00\"")],
    ),
    twin(
        "warnings_are_told_too",
        "cookbook/batch-of-events.yaml",
        &[(
            "cookbook/bellcheck.yaml",
            "product: RDS\n      levels: [CRITICAL]",
            "product: RDS\n      levels: [CRITICAL, WARN]",
        )],
    ),
    twin(
        "not_silenced_any_more",
        "cookbook/why-was-i-not-paged.yaml",
        &[("cookbook/bellcheck.yaml", "silence: 1h", "silence: 10m")],
    ),
    twin(
        "managers_left_out",
        "cookbook/receivers.yaml",
        &[("cookbook/bellcheck.yaml", "contacts: [duty, head]", "contacts: [duty]")],
    ),
    twin(
        "message_looks_otherwise",
        "cookbook/preview.yaml",
        &[("cookbook/bellcheck.yaml", "language: en", "language: zh-cn")],
    ),
    twin(
        "drill_that_does_not_say_so",
        "cookbook/weekly-drill.yaml",
        &[("cookbook/weekly-drill.yaml", "drill: \"[TEST] This", "drill: \"This")],
    ),
    twin(
        "no_inhibition",
        "cookbook/inhibition.yaml",
        &[("cookbook/inhibition.yaml", "times: 2", "times: 1")],
    ),
    twin(
        "flapping_is_silenced_longer",
        "cookbook/flapping.yaml",
        &[("cookbook/bellcheck.yaml", "silence: 1h", "silence: 2h")],
    ),
    twin(
        "managers_still_told",
        "cookbook/routing-change.yaml",
        &[("cookbook/routing-change.yaml", "  - apply: bellcheck-after.yaml\n", "")],
    ),
];

/// Lines of a timeline that a snapshot keeps at each end.
const KEPT: usize = 25;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of `scenarios/`.
fn desk() -> Desk {
    let desk = Desk::new();
    for file in bellcheck::files::find(&root().join("scenarios"), "").unwrap() {
        let name = file.strip_prefix(root()).unwrap().to_str().unwrap();
        if !name.ends_with(".snap.new") {
            desk.write(name, &fs::read_to_string(&file).unwrap());
        }
    }
    desk
}

/// The scenario files by their path within `scenarios/`, as values.
fn files() -> BTreeMap<String, Value> {
    let folder = root().join("scenarios");
    let all = bellcheck::files::find(&folder, ".yaml").unwrap().into_iter().map(|file| {
        let name = file.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
        let value: Value = serde_saphyr::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        (name, value)
    });
    all.filter(|(_, value)| value.get("spec").is_some() || value.get("step_lists").is_some()).collect()
}

/// The files that are scenarios, and not lists of steps for them.
fn scenarios() -> BTreeMap<String, Value> {
    files().into_iter().filter(|(_, value)| value.get("steps").is_some()).collect()
}

/// What a user is told of the scenarios that did not pass, ids left out, long timelines shortened.
fn told(run: &Run) -> String {
    let id = regex::Regex::new("i-[0-9a-z]{20}|[0-9A-F]{8}-[0-9A-F-]{27}").unwrap();
    // What is refused before it runs is no outcome: it is said on stderr.
    let said = if run.stdout.is_empty() { &run.stderr } else { &run.stdout };
    let text = id.replace_all(said, "<ID>").into_owned();
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.lines() {
        if line.starts_with(['✓', '✗', '!']) || line.contains(" scenario: ") || line.contains(" scenarios: ")
        {
            blocks.push(Vec::new());
        }
        blocks.last_mut().unwrap().push(line);
    }
    let mut out = String::new();
    for block in blocks.iter().filter(|block| block.first().is_some_and(|line| !line.starts_with('✓'))) {
        let findings = block.iter().position(|line| line.starts_with("    × ")).unwrap_or(block.len());
        let (timeline, rest) = block.split_at(findings);
        for (place, line) in timeline.iter().enumerate() {
            if place < KEPT || place + KEPT >= timeline.len() {
                out.push_str(&format!("{line}\n"));
            } else if place == KEPT {
                out.push_str(&format!("… {} lines\n", timeline.len() - 2 * KEPT));
            }
        }
        rest.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    }
    out
}

#[test]
fn all_scenarios_pass() {
    assert!(scenarios().len() >= 40, "{}", scenarios().len());
    let desk = desk();
    let run = desk.run(&["test", "scenarios"]).exits(0);
    let count = run.stdout.lines().find(|line| line.contains(" scenarios: ")).unwrap();
    let (all, passed) = count.split_once(" scenarios: ").unwrap();
    assert_eq!(passed, format!("{all} passed"));
}

#[test]
fn each_twin_fails_and_is_told_why() {
    for twin in TWINS {
        let desk = desk();
        for (file, from, to) in twin.changes {
            let file = format!("scenarios/{file}");
            assert!(desk.read(&file).contains(from), "{}: `{from}` is not in {file}", twin.name);
            // A change of a text that stands in several places is meant for all of them.
            let text = desk.read(&file).replace(from, to);
            desk.write(&file, &text);
        }
        let run = desk.run(&["test", &format!("scenarios/{}", twin.file)]);
        assert_eq!(run.code, twin.exit, "{}:\n{}", twin.name, run.all());
        insta::with_settings!({ description => format!("{}: {:?}", twin.file, twin.changes), omit_expression => true }, {
            insta::assert_snapshot!(twin.name, told(&run));
        });
    }
}

#[test]
fn each_scenario_has_a_twin() {
    let with: BTreeSet<&str> = TWINS.iter().map(|twin| twin.file).collect();
    let without: Vec<String> = scenarios().into_keys().filter(|file| !with.contains(file.as_str())).collect();
    assert!(without.is_empty(), "no twin in tests/it/twins.rs: {without:?}");
    let names: BTreeSet<&str> = TWINS.iter().map(|twin| twin.name).collect();
    assert_eq!(names.len(), TWINS.len(), "two twins have one name");
}

/// The words of the scenarios: keys of files, steps, matchers and the places that matchers look at.
#[derive(Default)]
struct Words {
    keys: BTreeSet<String>,
    steps: BTreeSet<String>,
    matchers: BTreeSet<String>,
    places: BTreeSet<String>,
}

impl Words {
    fn of(files: &BTreeMap<String, Value>) -> Self {
        let mut words = Self::default();
        for file in files.values() {
            words.keys.extend(file.as_object().unwrap().keys().cloned());
            for list in ["steps", "finally"] {
                words.steps(&file[list]);
            }
            file["step_lists"].as_object().into_iter().flatten().for_each(|(_, list)| words.steps(list));
        }
        words
    }

    fn steps(&mut self, list: &Value) {
        for (name, step) in list.as_array().into_iter().flatten().filter_map(Value::as_object).flatten() {
            self.steps.insert(name.clone());
            self.steps(&step["steps"]);
            self.matchers(&step["message"]);
            self.matchers(&step["body"]);
        }
    }

    fn matchers(&mut self, list: &Value) {
        for (name, matcher) in list.as_array().into_iter().flatten().filter_map(Value::as_object).flatten() {
            self.matchers.insert(name.clone());
            self.places.extend(matcher["in"].as_str().map(str::to_owned));
            self.matchers(matcher);
            self.matchers(&Value::Array(vec![matcher.clone()]));
        }
    }
}

#[test]
fn each_word_of_the_schema_is_in_a_scenario() {
    let schema: Value =
        serde_json::from_str(&Desk::new().run(&["schema", "scenario"]).exits(0).stdout).unwrap();
    let words = Words::of(&files());
    let keys = |value: &Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
    let missing = |wanted: &BTreeSet<String>, used: &BTreeSet<String>| -> Vec<String> {
        assert!(wanted.len() > 5, "the schema has changed its shape: {wanted:?}");
        wanted.difference(used).cloned().collect()
    };
    let none: [String; 0] = [];
    assert_eq!(missing(&keys(&schema["properties"]), &words.keys), none, "keys of a file");
    assert_eq!(missing(&keys(&schema["$defs"]["step"]["properties"]), &words.steps), none, "steps");
    let matchers = &schema["$defs"]["matcher"]["properties"];
    assert_eq!(missing(&keys(matchers), &words.matchers), none, "matchers");
    let places = &matchers["contains"]["anyOf"][1]["properties"]["in"]["anyOf"][0]["enum"];
    let places = places.as_array().unwrap().iter().map(|place| place.as_str().unwrap().to_owned()).collect();
    assert_eq!(missing(&places, &words.places), none, "places of `in`");
}

#[test]
fn the_cookbook_shows_its_scenarios_as_they_are() {
    let page = fs::read_to_string(root().join("docs/cookbook.md")).unwrap();
    let shown = scenarios().into_keys().filter(|name| name.starts_with("cookbook/")).inspect(|name| {
        let text = fs::read_to_string(root().join("scenarios").join(name)).unwrap();
        let block = format!("`scenarios/{name}`:\n\n```yaml\n{text}```\n");
        assert!(page.contains(&block), "docs/cookbook.md does not show scenarios/{name} as it is");
    });
    assert_eq!(shown.count(), page.matches("```yaml").count(), "a block of the page is no file");
}
