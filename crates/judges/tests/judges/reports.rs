//! Reports, read by readers that others wrote.

use serde_json::{Value, json};

use crate::{
    hostile_run::{desk, run},
    install::{self, Runtime, home},
    outside::{root, source},
};

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
        .arg(root().join("schemas/report.schema.json"))
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
            "message_latency_line_8",
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
