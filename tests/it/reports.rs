//! The reports of a run, judged by readers that others wrote, and with a hostile message in them.

use std::fs;

use serde_json::{Value, json};

use crate::{
    foreign::install::{self, Runtime, home, source},
    support::{Desk, Run},
};

/// A message that means no good, as a template: each event is told so.
fn hostile() -> String {
    // With the rest, close to the 20,000 bytes that a robot takes.
    let word = "W".repeat(18_700);
    format!(
        "CloudMonitor {{{{ state }}}} <script>pwned = 1</script> \u{1b}[31mred \u{202e}desrever\u{202c} | `x`\n### CloudMonitor {{{{ state }}}} </p></script><script>pwned = 2</script>\n[click](javascript:pwned=3) ![i](https://example.com/pixel.png) **<img src=x onerror=pwned=4>**\n::error::injected\n```\n- a | b | <b onclick=pwned=5>\n]]> --> # TODO not ok 1\n{word}\n\u{9b}2J\u{7}\u{2028}end {{{{ instance_name }}}}\n"
    )
}

fn scenario(name: &str, message: &str) -> String {
    format!(
        "name: {name}\ntags: [smoke]\nspec: ../bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\nsteps:\n  - stop: web-1\n  - expect: {{ robot: ops, within: 1m, message: [{message}] }}\n"
    )
}

/// A run of every kind: passed, failed by a word and by a snapshot, errored, and all told by a hostile message.
fn desk() -> Desk {
    let desk = Desk::new();
    fs::copy(desk.path("quickstart/bellcheck.yaml"), desk.path("bellcheck.yaml")).unwrap();
    desk.write("evil.jinja", &hostile());
    desk.write("s/a.yaml", &scenario("\"Passes <b> \\e[1m \\u202e | # x\"", "{ contains: Stopped }"));
    desk.write(
        "s/b.yaml",
        &scenario("Fails", "{ contains: Exploded }")
            .replace("steps:", "on_failure: [rules, journal]\nsteps:"),
    );
    desk.write(
        "s/c.yaml",
        &scenario("Errs", "{ contains: Stopped }").replace("state: Running", "state: Stopped"),
    );
    desk.write(
        "s/d.yaml",
        &scenario("Differs", "{ contains: Stopped }").replace("within: 1m,", "within: 1m, snapshot: one,"),
    );
    desk
}

const REPORTS: [&str; 10] =
    ["--junit", "o.xml", "--json", "o.jsonl", "--tap", "o.tap", "--markdown", "o.md", "--html", "o.html"];

fn run(desk: &Desk) -> Run {
    // First the snapshot of another message, so that there is a difference.
    desk.run(&["test", "s/d.yaml"]).exits(1);
    desk.run(&["review", "--accept"]).exits(0);
    desk.run(&[&["test", "s", "--template", "evil.jinja", "--retries", "2"], &REPORTS[..]].concat()).exits(1);
    desk.run(&[
        "test",
        "s",
        "--template",
        "evil.jinja",
        "--junit",
        "steps.xml",
        "--junit-granularity",
        "step",
    ])
    .exits(1)
}

#[test]
fn a_hostile_message_harms_no_report_and_no_terminal() {
    let desk = desk();
    let shown = run(&desk);
    assert!(shown.stdout.contains("⟨U+001B⟩[31mred ⟨U+202E⟩desrever⟨U+202C⟩"), "{}", shown.stdout);
    let mut texts = vec![("terminal".to_owned(), shown.all())];
    for file in REPORTS.iter().skip(1).step_by(2).chain(&["steps.xml"]) {
        texts.push(((*file).to_owned(), desk.read(file)));
    }
    for (name, text) in &texts {
        assert_eq!(acting(text), None, "{name}");
        // The message is there all the same.
        assert!(text.contains("desrever"), "{name}");
    }
    // No line of the log is as long as the word.
    assert!(shown.stdout.lines().all(|line| line.chars().count() < 1100), "{}", shown.stdout);
    let page = desk.read("o.html");
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (1, 1));
    // In Markdown all of it stands in fences or is escaped.
    let markdown = desk.read("o.md");
    let mut fence: Option<&str> = None;
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some(&line[..ticks]),
            None => assert!(!line.contains("<script") && !line.contains("<b"), "{line}"),
        }
    }
    assert_eq!(fence, None);
    // TAP has no test point that the program did not make.
    let points = desk
        .read("o.tap")
        .lines()
        .filter(|line| line.starts_with("not ok ") || line.starts_with("ok "))
        .count();
    assert_eq!(points, 4);
}

/// The first character that would act on a reader.
fn acting(text: &str) -> Option<char> {
    text.chars().find(|c| {
        (c.is_control() && *c != '\n' && *c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}')
    })
}

#[test]
fn a_hostile_message_in_a_snapshot_is_exact_in_the_file_and_visible_at_its_review() {
    let desk = desk();
    run(&desk);
    let proposed = desk.read("fixtures/one.snap.new");
    for part in [
        "\u{1b}[31mred",
        "\u{202e}desrever\u{202c}",
        "\u{9b}2J\u{7}\u{2028}end web-1",
        "<script>pwned = 2</script>",
    ] {
        assert!(proposed.contains(part), "{part:?}\n{proposed}");
    }
    assert!(proposed.contains(&"W".repeat(18_700)));
    for args in [&["review", "--diff"][..], &["review", "--accept"]] {
        let shown = desk.run(args);
        assert_eq!(acting(&shown.all()), None, "{args:?}");
        assert!(shown.stdout.contains("⟨U+001B⟩[31mred ⟨U+202E⟩desrever⟨U+202C⟩"), "{}", shown.stdout);
    }
    // What was accepted is the message, byte for byte.
    assert!(desk.read("fixtures/one.snap").contains("\u{9b}2J\u{7}\u{2028}end web-1"));
    desk.run(&["test", "s/d.yaml", "--template", "evil.jinja"]).exits(0);
}

#[test]
fn junit_and_json_lines_are_what_others_read() {
    let (Some(python), Some(schemas)) = (Runtime::Python.ready(), install::schemas()) else { return };
    let desk = desk();
    run(&desk);
    let output = desk
        .foreign(python.program)
        .env(python.path.0, python.path.1)
        .env("PYTHONUTF8", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(source().join("python/reports.py"))
        .arg(schemas)
        .arg(source().parent().unwrap().parent().unwrap().join("schemas/report.schema.json"))
        .args(["o.jsonl", "o.tap", "o.xml", "steps.xml"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let (scenarios, steps) = (&found["junit"][0], &found["junit"][1]);
    let counts = |of: &Value| {
        ["suites", "passed", "failure", "error", "skipped", "flaky", "rerun"]
            .map(|key| of[key].as_u64().unwrap())
    };
    assert_eq!(counts(scenarios), [4, 1, 2, 1, 0, 0, 6], "{found}");
    // Eight steps; the one after an act that was refused was not run.
    assert_eq!(counts(steps), [4, 4, 2, 1, 1, 0, 0], "{found}");
    assert_eq!(
        scenarios["properties"],
        json!([
            "backend",
            "line",
            "message_latency_line_9",
            "pending_snapshots",
            "seed",
            "seed_of_last_attempt",
            "tags",
            "virtual_begin",
            "virtual_time"
        ])
    );
    // What one reader takes for one mapping says of each scenario what it is.
    assert_eq!(scenarios["named"]["s/a.yaml: tags"], "smoke", "{found}");
    assert_eq!(scenarios["named"]["s/a.yaml: virtual_begin"], "2025-12-31T16:00:00");
    // The machine's clock, and not that of a world that begins in 2026.
    for stamp in scenarios["stamps"].as_array().unwrap() {
        assert!(stamp.as_str().unwrap() > "2026-11", "{stamp}");
    }
    assert!(scenarios["time"].as_f64().unwrap() < 60.0, "{scenarios}");
    // Three attempts are one list, with all that each came to.
    let attempts: Vec<&Value> = found["yaml"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|block| block["earlier_attempts"].is_array())
        .collect();
    assert_eq!(attempts.len(), 3, "{found}");
    for block in attempts {
        let earlier = block["earlier_attempts"].as_array().unwrap();
        assert!(
            earlier.len() == 2 && earlier.iter().all(|one| one["findings"][0]["code"].is_string()),
            "{block}"
        );
    }
    assert_eq!(
        (
            &found["events"]["run_started"],
            &found["events"]["scenario_finished"],
            &found["events"]["attempt"],
            &found["events"]["step"]
        ),
        (&json!(1), &json!(4), &json!(6), &json!(8)),
        "{found}"
    );
}

#[test]
fn tap_is_what_others_read() {
    let Some(node) = Runtime::Node.ready() else { return };
    let desk = desk();
    run(&desk);
    let output = desk
        .foreign(node.program)
        .env(node.path.0, node.path.1)
        .arg(source().join("node/tap.js"))
        .arg("o.tap")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["counts"], json!({"count": 4, "pass": 1, "fail": 3, "skip": 0}), "{found}");
    assert_eq!(
        (&found["subtests"], &found["extra"], &found["bailout"]),
        (&json!(4), &json!([]), &Value::Null)
    );
    assert_eq!(found["points"][0]["name"], "s/a.yaml: Passes <b> ⟨U+001B⟩[1m ⟨U+202E⟩ | # x");
    assert_eq!((&found["points"][0]["skip"], &found["points"][0]["todo"]), (&Value::Null, &Value::Null));
    assert_eq!(found["points"][1]["diag"]["verdict"], "failed");
    assert_eq!(found["points"][1]["diag"]["tags"], json!(["smoke"]));
    assert_eq!(found["points"][1]["diag"]["earlier_attempts"].as_array().unwrap().len(), 2);
}

#[test]
fn the_page_works_in_a_browser() {
    let (Some(python), Some(browser)) = (Runtime::Python.ready(), install::browser()) else { return };
    let desk = desk();
    run(&desk);
    let messages =
        desk.read("o.jsonl").lines().filter(|line| line.contains("\"message\":{\"msgtype\"")).count();
    let expected = json!({"scenarios": 4, "bubbles": messages, "filter": "differs smoke", "shown": 1});
    let mut command = desk.foreign(python.program);
    if let Some(libraries) = &browser.libraries {
        let native = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map(|name| libraries.join(name));
        let paths = native.iter().flat_map(|native| [native.clone(), native.join("pulseaudio")]);
        command.env("LD_LIBRARY_PATH", std::env::join_paths(paths).unwrap());
    }
    let output = command
        .env(python.path.0, python.path.1)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("HOME", desk.path(""))
        .arg(source().join("python/browser.py"))
        .arg(&browser.program)
        .arg("o.html")
        .arg(home().join("pictures"))
        .arg(expected.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(messages >= 6 && said.lines().filter(|line| line.ends_with(" ok")).count() >= 40, "{said}");
}
