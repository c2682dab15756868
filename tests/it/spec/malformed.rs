//! Malformed specs: each is answered with the line and the remedy, and none with a panic.

use crate::{
    outside::malformed,
    support::{Desk, Run},
};

fn assert_answered(name: &str, run: &Run) {
    let shown = run.all();
    assert_eq!(run.code, 1, "{name}: {shown}");
    assert!(!shown.contains("panicked"), "{name}: {shown}");
    assert!(shown.contains(&format!("[{name}.yaml:")), "{name} is drawn under its line: {shown}");
    // Each finding says what to do.
    assert_eq!(shown.matches("help: ").count(), shown.matches(" × ").count() + shown.matches(" ⚠ ").count());
}

#[test]
fn each_malformed_spec_is_told_its_line_and_its_remedy() {
    let all = malformed();
    assert!(all.len() >= 40, "{}", all.len());
    let desk = Desk::new();
    for (name, text) in &all {
        desk.write(&format!("{name}.yaml"), text);
    }
    for (name, _) in &all {
        let run = desk.run(&["validate", "--require-vars", &format!("{name}.yaml")]);
        assert_answered(name, &run);
        insta::assert_snapshot!(name.as_str(), run.all());
    }
}

#[test]
fn no_malformed_spec_gets_as_far_as_a_call() {
    let desk = Desk::new();
    for (name, text) in malformed() {
        desk.write("spec.yaml", &text.replace("include-of-itself", "spec"));
        // Nothing listens there: a call would end with exit code 3.
        desk.run(&["plan", "spec.yaml", "--endpoint", "http://127.0.0.1:9"]).exits(2).says("spec.yaml:");
        assert!(desk.files().len() < 20, "{name}");
    }
}

#[test]
fn the_findings_of_all_files_come_as_one_list() {
    let desk = Desk::new();
    desk.replace("quickstart/bellcheck.yaml", "    robot: ops", "    robbot: ops");
    desk.replace("quickstart/scenarios/stop-instance.yaml", "within: 2m", "withn: 2m");
    let run = desk.run(&["validate", "quickstart", "-o", "json"]).exits(1);
    let findings: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let unknown: Vec<String> = findings
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["code"] == "yaml::unknown-key")
        .map(|finding| {
            assert_eq!(finding["severity"], "error");
            format!("{}:{}:{} {}", finding["file"], finding["line"], finding["column"], finding["help"])
        })
        .collect();
    assert_eq!(
        unknown,
        [
            "\"quickstart/bellcheck.yaml\":18:5 \"did you mean `robot`?\"",
            "\"quickstart/scenarios/stop-instance.yaml\":9:7 \"did you mean `within`?\"",
        ]
    );
    let run = desk.run(&["validate", "quickstart", "--github"]).exits(1);
    run.says("::error title=yaml%3A%3Aunknown-key,file=quickstart/bellcheck.yaml,line=18,col=5::unknown key");
    let sound = Desk::new().run(&["validate", "quickstart", "-o", "json"]).exits(0);
    assert_eq!(sound.stdout, "[]\n");
}
