//! One test for each arrow that can break: a journal in, a finding out.

use std::{sync::Arc, time::Duration};

use super::*;
use crate::{
    clock::Timestamp,
    diagnostic::{Diagnostic, Source, Span},
    dingtalk::{Message, Refusal, Reply, Wording, token_of},
    emulator::{ContactVerdict, Entry, RobotRef, RuleVerdict, TargetVerdict, What},
    event::SystemEvent,
    scenario::{
        mailbox::{Letter, Taker, letter},
        matcher::{Contains, Matcher, MatcherKind, Place},
        model::{Count, Expect, Never},
    },
    secret::Secret,
    spec::{self, Spec, yaml::Spanned},
};

const SPEC: &str = include_str!("../../../examples/quickstart/bellcheck.yaml");

/// The variables of the examples.
fn tokens(name: &str) -> Option<String> {
    match name.strip_prefix("DING_")?.split_once('_')? {
        (robot, "TOKEN") => Some(format!("{}-test-token", robot.to_lowercase())),
        _ => Some("SECtest".to_owned()),
    }
}
/// The rule's level and name; a level that no named event has is a fault of the spec already.
const INFO: &str = "levels: [INFO]\n      names: [\"Instance:StateChange\"]\n";
const SCENARIO: &str = "name: A\nsteps:\n  - stop: web-1\n  - expect:\n      robot: ops\n      message:\n        - contains: Stopping\n";

/// A story whose parts a test changes.
struct Case {
    spec: Spec,
    source: Arc<Source>,
    entries: Vec<Entry>,
    letters: Vec<Letter>,
    acts: Vec<String>,
    expect: Expect,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_196_800 + second).unwrap()
}

fn span(part: &str) -> Span {
    Span { offset: SCENARIO.find(part).unwrap(), len: part.len() }
}

fn contains(part: &str) -> Matcher {
    Matcher {
        span: span("contains"),
        kind: MatcherKind::Contains(Contains { place: Place::Text, part: part.to_owned() }),
    }
}

fn event(id: &str, state: &str) -> SystemEvent {
    SystemEvent::state_change(id, state, at(0))
}

impl Case {
    /// The quickstart, with one change to its text.
    fn new(from: &str, to: &str) -> Self {
        let text = SPEC.replace(from, to);
        assert!(from.is_empty() || text != SPEC, "{from}");
        let spec = spec::load("bellcheck.yaml", &text, &tokens)
            .unwrap_or_else(|faults| panic!("{}", faults[0].render(false, 100)))
            .value;
        Self {
            spec,
            source: Source::new("a.yaml", SCENARIO),
            entries: Vec::new(),
            letters: Vec::new(),
            acts: vec!["stop web-1".to_owned()],
            expect: Expect {
                every: None,
                capture: Vec::new(),
                robot: Spanned::new("ops".to_owned(), span("ops")),
                within: Duration::from_secs(120),
                count: Count::AtLeast(1),
                message: vec![contains("Stopping")],
                snapshot: None,
            },
        }
    }

    fn entry(&mut self, what: What) -> &mut Self {
        self.entries.push(Entry { at: at(1), what });
        self
    }

    /// An event that both rules of the spec saw, judged by their own patterns.
    fn event(&mut self, id: &str, state: &str) -> &mut Self {
        let event = event(id, state);
        self.entry(What::Event { event: event.clone() });
        let rules: Vec<_> = self.spec.rules.values().cloned().collect();
        for rule in rules {
            let mismatches = rule.pattern.mismatches(&event);
            let verdict = match (mismatches.is_empty(), rule.enabled) {
                (false, _) => RuleVerdict::Mismatch(mismatches),
                (true, false) => RuleVerdict::Disabled,
                (true, true) if rule.targets.is_empty() => RuleVerdict::NoTargets,
                (true, true) => RuleVerdict::Matched,
            };
            self.rule(id, &rule.name, verdict);
        }
        self
    }

    fn rule(&mut self, id: &str, rule: &str, verdict: RuleVerdict) -> &mut Self {
        self.entry(What::Rule { event_id: id.to_owned(), rule: rule.to_owned(), verdict })
    }

    fn target(&mut self, group: &str, verdict: TargetVerdict) -> &mut Self {
        self.entry(What::Target {
            event_id: "e".to_owned(),
            rule: "ecs-state-change".to_owned(),
            target_id: "t".to_owned(),
            group: group.to_owned(),
            verdict,
        })
    }

    fn contact(&mut self, contact: &str, verdict: ContactVerdict) -> &mut Self {
        self.entry(What::Contact {
            event_id: "e".to_owned(),
            rule: "ecs-state-change".to_owned(),
            group: "ecs-on-call".to_owned(),
            contact: contact.to_owned(),
            verdict,
        })
    }

    fn delivery(&mut self, contact: &str, robot: Option<&str>, reply: Reply) -> &mut Self {
        let token = match robot {
            Some(name) => token_of(self.spec.robots[name].webhook.expose()).unwrap(),
            None => "elsewhere".to_owned(),
        };
        self.entry(What::Delivery {
            event_id: "e".to_owned(),
            rule: "ecs-state-change".to_owned(),
            group: "ecs-on-call".to_owned(),
            contact: contact.to_owned(),
            robot: RobotRef { token: Secret::new(token).fingerprint(), name: robot.map(str::to_owned) },
            reply,
            message: Message::markdown("An alarm", "Instance:StateChange Stopping"),
        })
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            source: &self.source,
            spec: &self.spec,
            entries: &self.entries,
            acts: &self.acts,
            letters: &self.letters,
            since: at(0),
            origin: at(0),
            started: at(0),
        }
    }

    fn finding(&self) -> Diagnostic {
        let found: Vec<usize> = Vec::new();
        expect(&self.evidence(), span("expect"), &self.expect, Shortfall { found: &found, late: None })
    }

    /// The drawn finding: code, arrow with cause in the label, and a part of the help.
    fn shows(&self, code: &str, label: &str, help: &str) {
        let finding = self.finding();
        let drawn = finding.render(false, 200);
        assert_eq!(finding.code, code, "{drawn}");
        assert!(finding.labels[0].1.contains(label), "{label}\n{drawn}");
        assert!(finding.help.as_deref().unwrap_or_default().contains(help), "{help}\n{drawn}");
        assert!(drawn.contains("a.yaml:4:5"), "{drawn}");
        for secret in ["ops-test-token", "managers-test-token"] {
            assert!(!drawn.contains(secret), "{drawn}");
        }
    }
}

#[test]
fn nothing_was_done() {
    let mut case = Case::new("", "");
    case.acts.clear();
    case.shows("scenario::no-message", "act ─► event: no step before this one", "stop: web-1");
}

#[test]
fn nothing_happened() {
    Case::new("", "").shows(
        "scenario::no-message",
        "act ─► event: no event came after `stop web-1`",
        "changed nothing",
    );
}

#[test]
fn the_rule_is_disabled() {
    let mut case = Case::new("  ecs-state-change:\n", "  ecs-state-change:\n    enabled: false\n");
    case.event("e", "Stopping");
    case.shows(
        "scenario::no-message",
        "event ─► rule: rule `ecs-state-change` is disabled",
        "remove `enabled: false` from rule `ecs-state-change` (bellcheck.yaml:",
    );
    // The other rule leads to the robot too, and is no distraction.
    let help = case.finding().help.unwrap();
    assert!(help.contains("also: rule `ecs-fault` did not match"), "{help}");
    assert!(help.contains("the event: ECS Instance:StateChange (INFO, Stopping) of web-1"), "{help}");
}

#[test]
fn the_level_does_not_match() {
    let mut case = Case::new(INFO, "levels: [CRITICAL]\n");
    case.event("e", "Stopping");
    case.shows(
        "scenario::no-message",
        "event ─► rule: rule `ecs-state-change` did not match: level INFO is not in [CRITICAL]",
        "change `levels` in `event_pattern` of rule `ecs-state-change`",
    );
}

#[test]
fn the_rule_is_silenced() {
    let mut case = Case::new("", "");
    case.entry(What::Event { event: event("e", "Stopping") });
    case.rule("e", "ecs-state-change", RuleVerdict::Silenced { until: at(86_402), by_event: "x".to_owned() });
    case.shows(
        "scenario::no-message",
        "event ─► rule: rule `ecs-state-change` matched and is silenced until +1d",
        "advance: 1d",
    );
}

#[test]
fn the_rule_leads_nowhere() {
    let mut case = Case::new("", "");
    case.entry(What::Event { event: event("e", "Stopping") });
    case.rule("e", "ecs-state-change", RuleVerdict::NoTargets);
    case.shows(
        "scenario::no-message",
        "rule ─► contact group: rule `ecs-state-change` matched and has no targets",
        "targets",
    );
}

#[test]
fn the_group_is_missing_or_empty() {
    let mut case = Case::new("", "");
    case.event("e", "Stopping").target("ecs-on-call", TargetVerdict::GroupMissing);
    case.shows(
        "scenario::no-message",
        "rule ─► contact group: rule `ecs-state-change` tells group `ecs-on-call`, which does not exist",
        "add group",
    );
    let mut case = Case::new("", "");
    case.event("e", "Stopping").target("ecs-on-call", TargetVerdict::GroupEmpty);
    case.shows(
        "scenario::no-message",
        "contact group ─► contact: group `ecs-on-call` has no contacts",
        "add contact `duty-engineer`, who rings `ops`, to `contacts` of group `ecs-on-call`",
    );
}

#[test]
fn the_contact_is_not_in_the_group() {
    let mut case = Case::new("contacts: [duty-engineer]\n", "contacts: [head-of-operations]\n");
    case.event("e", "Stopping")
        .target("ecs-on-call", TargetVerdict::Told { contacts: 1 })
        .contact("head-of-operations", ContactVerdict::Sent)
        .contact("head-of-operations", ContactVerdict::NotActivated { channel: "mail" })
        .delivery("head-of-operations", Some("managers"), Reply::ok());
    case.shows(
        "scenario::no-message",
        "contact group ─► contact: contact `duty-engineer`, who rings `ops`, is not in group `ecs-on-call`",
        "told instead: `head-of-operations` through `managers`",
    );
}

#[test]
fn the_contact_has_no_robot() {
    let mut case = Case::new("    robot: ops\n", "    email: duty@example.com\n");
    case.event("e", "Stopping")
        .target("ecs-on-call", TargetVerdict::Told { contacts: 1 })
        .contact("duty-engineer", ContactVerdict::NoRobot);
    case.shows(
        "scenario::no-message",
        "contact ─► robot: contact `duty-engineer` in group `ecs-on-call` has no robot, only email",
        "add `robot: ops` to contact `duty-engineer` (bellcheck.yaml:",
    );
}

#[test]
fn nobody_of_the_group_rings_the_robot() {
    let mut case = Case::new("    robot: ops\n", "    robot: managers\n");
    case.event("e", "Stopping")
        .target("ecs-on-call", TargetVerdict::Told { contacts: 1 })
        .contact("duty-engineer", ContactVerdict::Sent)
        .delivery("duty-engineer", Some("managers"), Reply::ok());
    case.shows(
        "scenario::no-message",
        "contact ─► robot: no contact in group `ecs-on-call` rings robot `ops`",
        "told instead: `duty-engineer` through `managers`",
    );
}

#[test]
fn the_token_is_unknown() {
    let mut case = Case::new(
        "    robot: ops\n",
        "    webhook: https://oapi.dingtalk.com/robot/send?access_token=elsewhere\n",
    );
    case.event("e", "Stopping")
        .target("ecs-on-call", TargetVerdict::Told { contacts: 1 })
        .contact("duty-engineer", ContactVerdict::Sent)
        .delivery("duty-engineer", None, Refusal::UnknownToken.reply(Wording::default()));
    case.shows(
        "scenario::no-message",
        "contact ─► robot: the webhook of contact `duty-engineer` has a token that no robot has: errcode 300005 token is not exist",
        "write `robot: ops` in contact `duty-engineer`",
    );
    assert!(!case.finding().render(false, 200).contains("elsewhere"));
}

#[test]
fn the_robot_refuses() {
    let mut case = Case::new("keywords: [CloudMonitor]          #", "keywords: [Nightwatch, Bell]      #");
    case.event("e", "Stopping")
        .target("ecs-on-call", TargetVerdict::Told { contacts: 1 })
        .contact("duty-engineer", ContactVerdict::Sent)
        .delivery("duty-engineer", Some("ops"), Refusal::KeywordMissing.reply(Wording::default()));
    case.shows(
        "scenario::no-message",
        "robot ─► message: robot `ops` refused the message to `duty-engineer`: none of its keywords [Nightwatch, Bell] is in it: errcode 310000",
        "the message's title: An alarm",
    );
    let mut case = Case::new("", "");
    case.event("e", "Stopping")
        .target("ecs-on-call", TargetVerdict::Told { contacts: 1 })
        .contact("duty-engineer", ContactVerdict::Sent)
        .delivery("duty-engineer", Some("ops"), Reply { errcode: 130_101, errmsg: "too fast".to_owned() });
    case.shows("scenario::no-message", "robot ─► message: robot `ops` refused", "20 messages a minute");
}

#[test]
fn the_message_is_another() {
    let mut case = Case::new("", "");
    case.event("e", "Stopped");
    case.letters.push(letter(32, "web-1 Stopped"));
    let finding = case.finding();
    case.shows(
        "scenario::wrong-message",
        "message ─► expectation: the nearest message, of +32s, does not fit",
        "✗ contains `Stopping`: it does not contain `Stopping`",
    );
    assert_eq!(finding.labels[1].1, "does not contain `Stopping`");
    assert!(finding.help.unwrap().contains("│ web-1 Stopped"));
}

#[test]
fn a_message_of_another_event_is_no_explanation_when_the_wanted_event_got_lost() {
    let mut case = Case::new(INFO, "levels: [CRITICAL]\n");
    case.event("e", "Stopping");
    case.letters.push(letter(32, "something else"));
    case.shows("scenario::no-message", "event ─► rule: rule `ecs-state-change` did not match", "levels");
}

#[test]
fn the_message_was_taken() {
    let mut case = Case::new("", "");
    case.event("e", "Stopping");
    case.letters.push(letter(3, "web-1 Stopping"));
    case.letters[0].taken_by = Some(Taker { line: 9, text: "expect ops within 2m".to_owned() });
    case.shows(
        "scenario::taken-message",
        "came at +3s and was taken by `expect ops within 2m` in line 9",
        "times: 2",
    );
}

#[test]
fn the_message_came_too_late() {
    let case = Case::new("", "");
    let late = letter(150, "web-1 Stopping");
    let shortfall = Shortfall { found: &[], late: Some(&late) };
    let finding = expect(&case.evidence(), span("expect"), &case.expect, shortfall);
    assert_eq!(finding.code, "scenario::late-message");
    assert_eq!(finding.message, "the message came to robot `ops` after 2m30s, not within 2m");
    assert!(finding.labels[0].1.ends_with("it came at +2m30s, 30s too late"), "{:?}", finding.labels);
    assert!(finding.help.unwrap().contains("`within: 3m`"));
}

#[test]
fn the_number_is_wrong() {
    let mut case = Case::new("", "");
    case.letters.extend([letter(3, "Stopping a"), letter(5, "Stopping b")]);
    for (count, message) in [
        (Count::Exactly(1), "exactly 1 message should have come to robot `ops` within 2m, and 2 came"),
        (Count::AtLeast(3), "at least 3 messages should have come to robot `ops` within 2m, and 2 came"),
    ] {
        case.expect.count = count;
        let shortfall = Shortfall { found: &[0, 1], late: None };
        let finding = expect(&case.evidence(), span("expect"), &case.expect, shortfall);
        assert_eq!((finding.code, finding.message.as_str()), ("scenario::wrong-count", message));
        assert!(finding.labels[0].1.contains("came at +3s, +5s"), "{:?}", finding.labels);
    }
}

#[test]
fn a_message_that_must_not_come_is_told_with_its_sender() {
    let mut case = Case::new("", "");
    case.letters.push(letter(3, "web-1 Stopping"));
    let watch = Never {
        robot: case.expect.robot.clone(),
        duration: Duration::from_secs(600),
        message: vec![contains("Stopping")],
    };
    let finding = never(&case.evidence(), span("expect"), &watch, &case.letters[0]);
    assert_eq!(finding.message, "a message came to robot `ops` that must not come for 10m");
    assert!(
        finding.labels[0]
            .1
            .contains("sent at +3s by rule `ecs-state-change` through contact `duty-engineer`"),
        "{:?}",
        finding.labels
    );
    assert_eq!(finding.labels[1].1, "it contains `Stopping`");
    assert!(finding.help.unwrap().contains("│ web-1 Stopping"));
    let mut evidence = case.evidence();
    evidence.started = at(10);
    let finding = never(&evidence, span("expect"), &watch, &case.letters[0]);
    assert_eq!(finding.message, "a message that must not come was already at robot `ops`");
}
