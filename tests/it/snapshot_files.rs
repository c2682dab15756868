//! Snapshots where files are not as they should be: folders that cannot be written, line ends and blanks
//! that something changed on the way, and one file for several scenarios.

use std::fs;

use crate::support::{Desk, Run};

const SCENARIO: &str = "quickstart/scenarios/stop-instance.yaml";
const STOPPING: &str = "quickstart/fixtures/stop-instance.stopping.snap";
const STOPPED: &str = "quickstart/fixtures/stop-instance.stopped.snap";
const RULES: &str = "quickstart/bellcheck.yaml";

/// A scenario that compares its first message with a snapshot.
fn scenario(head: &str, snapshot: &str) -> String {
    format!(
        "name: Stop rings\nspec: ../bellcheck.yaml\n{head}instances: {{ web-1: {{ state: Running }} }}\nsteps:\n  \
         - stop: web-1\n  - expect: {{ robot: ops, within: 2m, snapshot: {snapshot} }}\n"
    )
}

/// A template whose message has this text below `CloudMonitor`.
fn test_with(desk: &Desk, text: &str) -> Run {
    desk.write("message.jinja", &format!("CloudMonitor {{{{ event }}}}\nCloudMonitor\n{text}\nend"));
    desk.write("quickstart/scenarios/stop-instance.yaml", &scenario("", "a"));
    desk.run(&["test", SCENARIO, "--template", "message.jinja"])
}

#[test]
fn a_difference_is_shown_where_no_proposal_can_be_written() {
    let desk = Desk::new();
    desk.replace(STOPPING, "- Level: INFO", "- Level: WARN");
    // A folder in the place of the proposal cannot be replaced by anybody.
    desk.write(&format!("{STOPPING}.new/in-the-way"), "");
    desk.run(&["test", SCENARIO, "--junit", "report.xml"])
        .exits(1)
        .says("the message is not the snapshot `stop-instance.stopping`")
        .says("-- Level: WARN")
        .says("+- Level: INFO")
        .says("note: the message could not be proposed for a review")
        .hides("waits for a look");
    let report = desk.read("report.xml");
    assert!(report.contains("+- Level: INFO") && report.contains("failures=\"1\""), "{report}");
}

#[test]
fn a_message_is_shown_where_its_first_proposal_cannot_be_written() {
    let desk = Desk::new();
    fs::remove_dir_all(desk.path("quickstart/fixtures")).unwrap();
    desk.write("quickstart/fixtures", "a file where a folder should be");
    desk.run(&["test", SCENARIO])
        .exits(1)
        .says("there is no snapshot `stop-instance.stopping` yet")
        .says("note: the message could not be proposed for a review")
        .says("+- Level: INFO");
    // A run that must not write says the same as ever.
    desk.run_with(&[("CI", "true")], &["test", SCENARIO]).exits(1).says("nothing is written in this mode");
}

#[cfg(unix)]
#[test]
fn a_proposal_that_is_out_of_date_and_stays_changes_no_verdict() {
    let desk = Desk::new();
    desk.write(&format!("{STOPPING}.new/in-the-way"), "");
    desk.run(&["test", SCENARIO]).exits(0).says("stop-instance.stopping.snap.new could not be removed");
}

#[test]
fn how_many_run_at_once_changes_neither_verdict_nor_proposal() {
    for (force, wanted) in
        [("[true, false]", "force=true, round=1"), ("[false, true]", "force=false, round=1")]
    {
        let desk = Desk::new();
        let matrix = format!("matrix: {{ force: {force}, round: [1, 2, 3, 4, 5, 6, 7, 8] }}\n");
        let text =
            scenario(&matrix, "one").replace("stop: web-1", "stop: { instance: web-1, force: \"${force}\" }");
        desk.write("quickstart/scenarios/many.yaml", &text);
        let run = |jobs: &str| {
            fs::remove_file(desk.path("quickstart/fixtures/one.snap.new")).ok();
            let run = desk.run(&["test", "quickstart/scenarios/many.yaml", "--jobs", jobs]).exits(1);
            (run.stdout, desk.read("quickstart/fixtures/one.snap.new"))
        };
        let alone = run("1");
        assert!(alone.0.contains("16 scenarios: 16 failed"), "{}", alone.0);
        assert!(alone.1.contains(wanted), "{}", alone.1);
        for _ in 0..3 {
            assert_eq!(run("16"), alone);
        }
        desk.run(&["review", "--accept"]).exits(0);
        desk.run(&["test", "quickstart/scenarios/many.yaml", "--jobs", "16"])
            .exits(0)
            .hides("shared-snapshot");
    }
}

#[test]
fn of_several_messages_for_one_snapshot_the_first_scenario_proposes_its_own() {
    let desk = Desk::new();
    let text = scenario("matrix: { host: [b, a, c] }\n", "one")
        .replace("web-1: { state", "web-1: { name: \"host-${host}\", state");
    desk.write("quickstart/scenarios/many.yaml", &text);
    for jobs in ["1", "8"] {
        let run = desk.run(&["test", "quickstart/scenarios/many.yaml", "--jobs", jobs]).exits(1);
        let proposal = desk.read("quickstart/fixtures/one.snap.new");
        assert!(proposal.contains("host-b") && proposal.contains("[host=b]"), "{proposal}");
        run.says("`Stop rings [host=b]` proposes another message under this name")
            .says("several cases of this scenario are compared with the snapshot `one`");
    }
    desk.run(&["review", "--accept"]).exits(0);
    let after =
        |jobs: &str| desk.run(&["test", "quickstart/scenarios/many.yaml", "--jobs", jobs]).exits(1).stdout;
    assert_eq!(after("1"), after("8"));
    assert!(desk.read("quickstart/fixtures/one.snap.new").contains("host-a"), "the first that differs");
}

#[test]
fn one_snapshot_for_two_scenarios_is_doubted_under_both_lines() {
    let desk = Desk::new();
    desk.write("quickstart/scenarios/one.yaml", &scenario("", "both"));
    desk.write("quickstart/scenarios/two.yaml", &scenario("tags: [x]\n", "both"));
    desk.write("quickstart/scenarios/three.yaml", &scenario("", "own"));
    let run = desk
        .run(&["validate", "quickstart"])
        .exits(0)
        .says("two scenarios are compared with the snapshot `both`")
        .says("one.yaml:6")
        .says("two.yaml:7")
        .says("of quickstart/scenarios/two.yaml:7 is compared with it, too");
    assert_eq!(run.all().matches("scenario::lint-shared-snapshot").count(), 2, "{}", run.all());
    desk.run(&["validate", "quickstart", "--deny", "warnings"]).exits(1);
    desk.run(&["test", "quickstart/scenarios", "--deny", "warnings"]).exits(2).says("2 warnings denied");
    // A spec in another folder has fixtures of its own.
    desk.write("other/bellcheck.yaml", &desk.read(RULES));
    fs::rename(desk.path("quickstart/scenarios/two.yaml"), desk.path("quickstart/two")).unwrap();
    desk.write("other/scenarios/two.yaml", &desk.read("quickstart/two"));
    desk.run(&["test", "quickstart/scenarios", "other", "--list"]).exits(0).hides("shared-snapshot");
}

/// What an editor or a checkout on another system does to a file.
const CHANGES: [Change; 5] = [
    ("CRLF", |text| text.replace('\n', "\r\n")),
    ("a byte order mark", |text| format!("\u{feff}{text}")),
    ("no last line end", |text| text.trim_end().to_owned()),
    ("one more line end", |text| text + "\n"),
    ("all of it", |text| format!("\u{feff}{}", text.trim_end().replace('\n', "\r\n"))),
];

type Change = (&'static str, fn(String) -> String);

#[test]
fn what_a_checkout_does_to_a_snapshot_is_no_difference() {
    for (name, change) in CHANGES {
        let desk = Desk::new();
        for file in [STOPPING, STOPPED] {
            desk.write(file, &change(desk.read(file)));
        }
        let run = desk.run(&["test", SCENARIO]);
        assert_eq!(run.code, 0, "{name}: {}", run.all());
        // And it hides no difference.
        desk.replace(STOPPING, "- Level: INFO", "- Level: WARN");
        desk.run(&["test", SCENARIO]).exits(1).says("-- Level: WARN").hides("U+000D");
    }
}

#[test]
fn an_accepted_message_equals_its_snapshot_whatever_its_lines_end_in() {
    for text in [
        "one\r\ntwo",
        "one\r\r\ntwo",
        "one\rtwo\r",
        "one\u{85}two",
        "one\u{2028}two",
        "a\u{0}\u{1b}b",
        "\u{feff}x",
    ] {
        let desk = Desk::new();
        test_with(&desk, text).exits(1);
        desk.run(&["review", "--accept"]).exits(0);
        test_with(&desk, text).exits(0);
    }
    let desk = Desk::new();
    test_with(&desk, "one\r\ntwo").exits(1);
    desk.run(&["review", "--accept"]).exits(0);
    // The same template from another system; and what is none of its line ends.
    test_with(&desk, "one\ntwo").exits(0).hides("another template");
    for other in ["one\rtwo", "one\u{85}two", "one\u{2028}two", "one\n\ntwo", "one two"] {
        test_with(&desk, other).exits(1);
    }
}

#[test]
fn fields_and_json_within_a_snapshot_hold_with_every_line_end() {
    let desk = Desk::new();
    let take = |text: &str| {
        desk.write("message.jinja", &format!("CloudMonitor {{{{ event }}}}\n{text}"));
        desk.write(SCENARIO, &scenario("", "{ name: a, fields: [text, markdown, msgtype] }"));
        desk.run(&["test", SCENARIO, "--template", "message.jinja"])
    };
    take("CloudMonitor\r\none\rtwo\r\nend").exits(1);
    desk.run(&["review", "--accept"]).exits(0);
    take("CloudMonitor\r\none\rtwo\r\nend").exits(0);
    take("CloudMonitor\none\rtwo\nend").exits(0);
    take("CloudMonitor\none\ntwo\nend").exits(1);
}

#[test]
fn blanks_that_make_the_difference_are_seen_in_every_output() {
    for (old, new, marked) in [
        ("one  ", "one", "-one⟨U+0020⟩⟨U+0020⟩"),
        ("one\ttwo", "one two", "-one⟨U+0009⟩two"),
        ("one\u{a0}two", "one two", "-one⟨U+00A0⟩two"),
        ("one\u{200b}two", "onetwo", "-one⟨U+200B⟩two"),
        ("one  two", "one two", "-one ⟨U+0020⟩two"),
    ] {
        let desk = Desk::new();
        test_with(&desk, old).exits(1);
        desk.run(&["review", "--accept"]).exits(0);
        desk.write("message.jinja", &format!("CloudMonitor {{{{ event }}}}\nCloudMonitor\n{new}\nend"));
        let args = ["--junit", "r.xml", "--html", "r.html", "--markdown", "r.md", "--json", "r.json"];
        desk.run(&[&["test", SCENARIO, "--template", "message.jinja"][..], &args].concat())
            .exits(1)
            .says(marked);
        for report in ["r.xml", "r.html", "r.md", "r.json"] {
            let text = desk.read(report);
            assert!(text.contains(marked), "{report} lacks {marked}");
        }
        desk.run(&["review", "--diff"]).exits(1).says(marked);
        // Lines that are the same stay as they are.
        desk.run(&["review", "--diff"]).hides("end⟨").hides("CloudMonitor⟨");
    }
}
