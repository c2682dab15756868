//! No YAML file is passed over in silence: what `test` and `validate` meet is one of ours, or a finding.

use std::{fs, os::unix::fs::symlink};

use serde_json::Value;

use crate::support::{Cloud, Desk, Run};

const SOUND: &str = "name: Sound\nspec: ../bellcheck.yaml\ninstances: { web-1: {} }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 1m }\n";

/// The findings of `validate -o json`: severity, code, file and line.
fn findings(run: &Run) -> Vec<(String, String, String, u64)> {
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let list = found.as_array().unwrap().iter();
    list.map(|one| {
        (
            text(one, "severity"),
            text(one, "code"),
            text(one, "file"),
            one["line"].as_u64().unwrap_or_default(),
        )
    })
    .collect()
}

#[test]
fn a_misspelt_scenario_is_a_finding_and_the_folder_does_not_pass() {
    let desk = Desk::new();
    for (name, text, line, says) in [
        ("a.yaml", SOUND.replace("steps:", "step:"), 4, "did you mean `steps`?"),
        ("a.yaml", SOUND.replace("steps:", "Steps:"), 4, "did you mean `steps`?"),
        ("a.yml", SOUND.replace("steps:", "\"stpes\":"), 4, "did you mean `steps`?"),
        ("a.YAML", SOUND.replace("steps:", "step:"), 4, "did you mean `steps`?"),
        (".a.yaml", SOUND.replace("steps:", "step:"), 4, "did you mean `steps`?"),
        ("a.yaml", format!("---\n{}", SOUND.replace("steps:", "step:")), 5, "did you mean `steps`?"),
        ("a.yaml", format!("\u{feff}{}", SOUND.replace("steps:", "step:")), 4, "did you mean `steps`?"),
        (
            "a.yaml",
            format!("kind: Pod\n---\n{}", SOUND.replace("steps:", "step:")),
            6,
            "did you mean `steps`?",
        ),
        ("a.yaml", SOUND.replace("steps:", "story:"), 2, "a scenario needs `steps`"),
        ("a.yaml", "{name: x, spec: ../bellcheck.yaml, step: [{stop: web-1}]}\n".to_owned(), 1, "`steps`?"),
        ("a.yaml", format!("scenarios:\n  - {}", SOUND.replace('\n', "\n    ")), 5, "a file of its own"),
        ("a.yaml", "- stop: web-1\n- expect: { robot: ops }\n".to_owned(), 2, "belong under `steps`"),
        ("a.yaml", String::new(), 1, "this file is empty"),
        ("a.yaml", SOUND.replace("steps:", "step: ]"), 4, "not readable as YAML"),
    ] {
        let path = format!("quickstart/scenarios/{name}");
        desk.write(&path, &text);
        let run =
            desk.run(&["test", "quickstart/scenarios"]).exits(2).says(&format!("{name}:{line}")).says(says);
        assert!(run.stdout.is_empty(), "nothing is run: {}", run.stdout);
        for pattern in ["quickstart/scenarios/*", "quickstart/**/*.y*ml", "quickstart"] {
            let is_met = !pattern.ends_with("ml") || name.ends_with("ml");
            desk.run(&["test", pattern]).exits(if is_met { 2 } else { 0 });
        }
        // As a shell would give it.
        desk.run(&["test", &path, "quickstart/scenarios/stop-instance.yaml"]).exits(2).says(says);
        let run = desk.run(&["validate", "quickstart", "-o", "json"]).exits(1);
        let errors: Vec<_> = findings(&run).into_iter().filter(|found| found.0 == "error").collect();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!((errors[0].2.as_str(), errors[0].3), (path.as_str(), line));
        desk.run(&["validate", "quickstart"]).exits(1).says("faulty").says(&path);
        fs::remove_file(desk.path(&path)).unwrap();
    }
    desk.run(&["test", "quickstart/scenarios"]).exits(0);
}

#[test]
fn a_misspelt_spec_or_fleet_is_a_finding() {
    let desk = Desk::new();
    let spec = desk.read("quickstart/bellcheck.yaml");
    for (name, text, says) in [
        ("specs/b.yaml", spec.replace("stack:", "Stack:"), "did you mean `stack`?"),
        ("specs/b.yaml", spec.replace("stack:", "stak:"), "did you mean `stack`?"),
        ("specs/b.yaml", spec.replace("stack: ", "# stack: "), "a spec needs `stack`"),
        ("specs/f.yaml", "fleets: all\nspecs: [a.yaml]\naccounts: {}\n".to_owned(), "did you mean `fleet`?"),
    ] {
        desk.write("specs/a.yaml", &spec.replace("stack: ", "stack: other-"));
        desk.write(name, &text);
        desk.run(&["validate", "specs"]).exits(1).says(name).says(says);
        // Nothing is applied that leaves a spec out.
        desk.run(&["plan", "specs"]).exits(2).says(name).says(says);
        fs::remove_dir_all(desk.path("specs")).unwrap();
    }
}

#[test]
fn what_cannot_be_read_as_a_text_is_a_finding_too() {
    let desk = Desk::new();
    let at = "quickstart/scenarios/odd.yaml";
    fs::write(desk.path(at), b"name: caf\xe9\nsteps: []\n").unwrap();
    desk.run(&["test", "quickstart/scenarios"]).exits(2).says("odd.yaml").says("not UTF-8");
    desk.run(&["validate", "quickstart"]).exits(1).says("odd.yaml").says("save it as UTF-8");
    fs::write(desk.path(at), format!("# {}\n", "x".repeat(5_000_000))).unwrap();
    desk.run(&["test", "quickstart/scenarios"]).exits(2).says("odd.yaml").says("too large");
    fs::write(desk.path(at), format!("# bellcheck: ignore\n# {}\n", "x".repeat(5_000_000))).unwrap();
    desk.run(&["test", "quickstart/scenarios"]).exits(0).says("ignored by its first line");
    fs::remove_file(desk.path(at)).unwrap();
    symlink("nowhere.yaml", desk.path(at)).unwrap();
    desk.run(&["test", "quickstart/scenarios"]).exits(2).says("odd.yaml").says("leads nowhere");
    desk.run(&["validate", "quickstart"]).exits(1).says("odd.yaml").says("leads nowhere");
    fs::remove_file(desk.path(at)).unwrap();
    let made = desk.foreign("mkfifo").arg(desk.path(at)).status().unwrap();
    assert!(made.success());
    desk.run(&["test", "quickstart/scenarios"]).exits(2).says("odd.yaml").says("it is a named pipe (FIFO)");
}

#[test]
fn other_programs_files_are_doubted_and_named() {
    let desk = Desk::new();
    desk.write("quickstart/docker-compose.yaml", "services:\n  web:\n    environment: { TOKEN: c4n4ry }\n");
    desk.write(
        "quickstart/k8s/pod.yml",
        "apiVersion: v1\nkind: Pod\nspec: {}\n---\napiVersion: v1\nkind: Pod\nspec: {}\n",
    );
    desk.write("quickstart/chart/x.yaml", "{{ if .Values.x }}\nspec: {{ .Values.c4n4ry }}\n{{ end }}\n");
    desk.write("quickstart/cloudbuild.yaml", "steps:\n  - name: gcr.io/a\n    args: [b]\n");
    desk.write("quickstart/.pre-commit-config.yaml", "repos: []\n");
    desk.write("quickstart/.github/workflows/a.yml", "name: CI\nsteps: []\n");
    desk.write("quickstart/node_modules/a/b.yml", "steps: []\n");
    let run = desk
        .run(&["validate", "quickstart"])
        .exits(0)
        .says("neither a spec nor a scenario")
        .says("docker-compose.yaml:1")
        .says("pod.yml:1")
        .says("x.yaml:1")
        .says("cloudbuild.yaml:1")
        .says("`# bellcheck: ignore`")
        .says("hidden: quickstart/.pre-commit-config.yaml")
        .says("folder passed over: quickstart/.github, quickstart/node_modules")
        .hides("c4n4ry");
    assert!(run.stderr.contains("4 warnings"), "{}", run.stderr);
    desk.run(&["test", "quickstart"]).exits(0).says("docker-compose.yaml:1").says("2 passed");
    desk.run(&["test", "quickstart", "--deny", "warnings"]).exits(2);
    desk.run(&["validate", "quickstart", "--deny", "warnings"]).exits(1);
    // The way out is one line in each.
    for name in ["docker-compose.yaml", "k8s/pod.yml", "chart/x.yaml", "cloudbuild.yaml"] {
        let name = format!("quickstart/{name}");
        let text = desk.read(&name);
        desk.write(&name, &format!("# bellcheck: ignore\n{text}"));
    }
    desk.run(&["validate", "quickstart", "--deny", "warnings"])
        .exits(0)
        .says("ignored by its first line: quickstart/chart/x.yaml, quickstart/cloudbuild.yaml");
}

#[test]
fn our_other_files_are_known_by_who_names_them_or_by_their_keys() {
    let desk = Desk::new();
    desk.replace("quickstart/bellcheck.yaml", "stack:", "include: [scenarios/more/part.yaml]\nstack:");
    desk.write("quickstart/scenarios/more/part.yaml", "include: [deeper.yaml]\n");
    desk.write("quickstart/scenarios/more/deeper.yaml", "x-nothing: 1\n");
    desk.write("quickstart/scenarios/lists.yaml", "include: [more/lists.yaml]\n");
    desk.write("quickstart/scenarios/more/lists.yaml", "step_lists: { a: [{ stop: web-1 }] }\n");
    desk.write("quickstart/scenarios/a.yaml", &SOUND.replace("steps:\n", "include: [lists.yaml]\nsteps:\n"));
    desk.write("quickstart/scenarios/binds.yaml", "instances: { web-1: i-bp1 }\nallow_accounts: [\"1\"]\n");
    desk.write("quickstart/scenarios/values.yaml", "MAIL: a@example.com\n");
    desk.write("quickstart/scenarios/named.yaml", "mail: a@example.com\n");
    desk.write("quickstart/scenarios/switches.yaml", "stopping: 30s\n");
    let given = ["--var-file", "quickstart/scenarios/named.yaml"];
    let run = desk.run(&[&["test", "quickstart/scenarios"][..], &given].concat()).exits(0);
    let line = run.stderr.lines().find(|line| line.starts_with("looked at")).unwrap().to_owned();
    assert!(line.starts_with("looked at 11 files: 3 with scenarios; left out: "), "{line}");
    for part in ["binds: ", "variables: ", "switches: ", "named by another file or an option: "] {
        assert!(line.contains(part), "{line}");
    }
    run.hides("neither a spec").hides("files::");
    desk.run(&["validate", "quickstart"])
        .exits(0)
        .says("scenarios/named.yaml:1")
        .says("unknown: quickstart/scenarios/named.yaml;");
    // A part that no spec includes is checked by nobody.
    desk.write("quickstart/scenarios/loose.yaml", "robots: {}\ncontacts: {}\n");
    desk.run(&["test", "quickstart/scenarios"]).exits(0).says("loose.yaml").says("no file here includes it");
}

#[test]
fn a_name_that_is_not_that_of_a_yaml_file_is_no_way_to_be_forgotten() {
    let desk = Desk::new();
    for name in ["stop", "stop.yam", "stop.txt", "stop.json"] {
        desk.write(&format!("quickstart/scenarios/{name}"), SOUND);
        desk.run(&["test", "quickstart/scenarios"])
            .exits(0)
            .says(&format!("quickstart/scenarios/{name}"))
            .says("its name does not end in `.yaml`");
        desk.run(&["test", "quickstart/scenarios", "--deny", "warnings"]).exits(2);
        fs::remove_file(desk.path(&format!("quickstart/scenarios/{name}"))).unwrap();
    }
    // On purpose.
    desk.write("quickstart/scenarios/stop.yaml.off", SOUND);
    desk.write("quickstart/scenarios/README.md", &format!("# Scenarios\n\n```yaml\n{SOUND}```\n"));
    desk.run(&["test", "quickstart/scenarios", "--deny", "warnings"])
        .exits(0)
        .says("put aside by the name: quickstart/scenarios/stop.yaml.off")
        .hides("README");
    // A file that is typed is run, whatever its name.
    desk.write("stop.txt", &SOUND.replace("../", "quickstart/"));
    desk.run(&["test", "stop.txt"]).exits(0).says("1 passed");
}

#[test]
fn a_linked_folder_is_looked_into() {
    let desk = Desk::new();
    desk.write("shared/bellcheck.yaml", &desk.read("quickstart/bellcheck.yaml"));
    desk.write("shared/scenarios/a.yaml", SOUND);
    symlink("../../shared", desk.path("quickstart/scenarios/linked")).unwrap();
    symlink("..", desk.path("quickstart/scenarios/up")).unwrap();
    desk.run(&["test", "quickstart/scenarios"])
        .exits(0)
        .says("3 passed")
        .says("folder passed over: quickstart/scenarios/up");
    symlink("quickstart/scenarios", desk.path("link")).unwrap();
    desk.run(&["test", "link"]).exits(0).says("3 passed");
}

#[test]
fn test_says_what_it_looked_at_and_what_it_chose() {
    let desk = Desk::new();
    desk.run(&["test", "quickstart"])
        .exits(0)
        .says("looked at 3 files: 2 with scenarios; left out: spec: quickstart/bellcheck.yaml");
    let file = "quickstart/scenarios/stop-instance.yaml";
    desk.run(&["test", file]).exits(0).says("looked at 1 file: 1 with scenarios");
    desk.run(&["test", "quickstart", "--filter", "name(~Stopping)"])
        .exits(0)
        .says("chosen: 1 of 2 scenarios");
    desk.run(&["test", "quickstart", "--filter", "name(nothing)"])
        .exits(2)
        .says("looked at 3 files")
        .says("chosen: 0 of 2 scenarios");
    let parts = ["1/2", "2/2"].map(|part| desk.run(&["test", file, "--partition", part]).exits(0));
    let empty = parts.iter().find(|run| run.stderr.contains("0 of 1 scenario")).unwrap();
    assert!(empty.stderr.contains("nothing is to be run here"), "{}", empty.stderr);
    // A folder without scenarios beside one with some.
    fs::create_dir(desk.path("none")).unwrap();
    desk.run(&["test", "quickstart", "none"]).exits(0).says("no scenario is in none");
    desk.run(&["test", "quickstart", "none/*.yaml"]).exits(2).says("no file fits this pattern");
    desk.run(&["test", "none"]).exits(2).says("no scenario was found");
    // What the record does not know is said.
    desk.write(file, &desk.read(file).replace("robot: ops", "robot: managers"));
    desk.run(&["test", file]).exits(1);
    desk.run(&["test", "quickstart", "--rerun", "failed", "--list"])
        .exits(0)
        .says("chosen: 1 of 2 scenarios")
        .says("1 scenario not in the record of the last run");
}

#[test]
fn a_file_of_another_kind_is_named_in_one_sentence() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--spec", "quickstart"]);
    let scenario = "quickstart/scenarios/stop-instance.yaml";
    cloud.run(&desk, &["plan", "quickstart", "--out", "saved.json"]).exits(0);
    let view = cloud.run(&desk, &["plan", "quickstart", "-o", "json"]).exits(0);
    desk.write("view.json", &view.stdout);
    desk.write("fleet.yaml", "fleet: all\nspecs: [quickstart]\naccounts:\n  shop: {}\n");
    let spec = "quickstart/bellcheck.yaml";
    for (args, code, kind, help) in [
        (vec!["test", spec], 2, "is a spec;", "`bellcheck plan quickstart/bellcheck.yaml` reads it"),
        (vec!["test", "saved.json"], 2, "is a saved plan;", "`bellcheck apply saved.json`"),
        (vec!["test", "fleet.yaml"], 2, "is a fleet;", "`bellcheck fleet plan fleet.yaml`"),
        (vec!["plan", "saved.json"], 2, "is a saved plan;", "`bellcheck apply saved.json`"),
        (
            vec!["plan", scenario],
            2,
            "is a scenario;",
            "`bellcheck test quickstart/scenarios/stop-instance.yaml`",
        ),
        (vec!["apply", "view.json", "--yes"], 2, "is JSON for a program", "`bellcheck plan --out FILE`"),
        (vec!["explain", scenario, "--all"], 2, "is a scenario;", "`bellcheck test"),
        (
            vec!["send", "--spec", scenario, "--robot", "ops", "--text", "x"],
            2,
            "is a scenario;",
            "`bellcheck test",
        ),
        (vec!["fleet", "plan", spec], 2, "is a spec;", "`bellcheck plan"),
        (vec!["validate", "saved.json"], 1, "is a saved plan;", "`bellcheck apply"),
        (vec!["validate", "view.json"], 1, "is JSON for a program", "`bellcheck plan --out FILE`"),
    ] {
        let run = cloud.run(&desk, &args).exits(code).says(kind).says(help);
        let run = run.hides("is missing").hides("unknown key");
        assert_eq!(run.all().matches(" × ").count(), 1, "{args:?}: {}", run.all());
    }
    // A spec may be JSON.
    desk.write("spec.json", r#"{"stack": "json", "region": "cn-hangzhou", "robots": {}}"#);
    cloud.run(&desk, &["validate", "spec.json"]).hides("JSON for a program");
}

#[test]
fn a_fault_of_a_spec_is_there_once_whatever_reads_it() {
    let desk = Desk::new();
    desk.replace("quickstart/bellcheck.yaml", "levels: [INFO]", "levels: [INFOO]");
    let mut command = desk.command();
    let run =
        Run::of(command.current_dir(desk.path("quickstart")).arg("validate").output().unwrap()).exits(1);
    assert_eq!(run.all().matches("`INFOO`").count(), 1, "{}", run.all());
}
