use std::{fs, path::Path};

use super::*;

fn of(text: &str) -> FileKind {
    FileKind::of("a.yaml", text)
}

fn met(folder: &Path, path: &str) -> Vec<String> {
    let looked = discover(&[folder.join(path)], &[]).unwrap();
    let short = |path: &Path| path.strip_prefix(folder).unwrap().display().to_string();
    looked.files.iter().map(|met| short(&met.path)).collect()
}

#[test]
fn files_are_known_by_their_keys() {
    for text in [
        "# who\nname: x\nsteps: []\n",
        "\u{feff}steps: []\n",
        "---\nname: x\nsteps: [{ stop: a }]\n...\n",
        "{name: x, spec: b.yaml, steps: [{stop: a}]}\n",
        "{\"steps\": [{\"stop\": \"a\"}]}\n",
        "\"steps\": []\n",
        "  name: x\n  spec: b.yaml\n  steps: []\n",
        "x-base: &base { steps: [] }\n<<: *base\n",
        // Not readable, and meant all the same.
        "name: x\nsteps:\n\t- stop: a\n",
        "name: x\nname: y\nsteps: []\n",
        "steps: [\n",
        "name: x\nsteps: []\n---\nname: y\nsteps: []\n",
        "kind: Pod\n---\nname: y\nsteps: []\n",
    ] {
        assert_eq!(of(text), FileKind::Scenario, "{text}");
    }
    assert_eq!(of("'stack': x\n"), FileKind::Spec);
    assert_eq!(of("fleet: x\nspecs: []\n"), FileKind::Fleet);
    assert_eq!(of("step_lists: { a: [] }\ninclude: [b.yaml]\n"), FileKind::Lists);
    assert_eq!(of("x-who: 1\nrobots: {}\ncontacts: {}\n"), FileKind::Part);
    assert_eq!(of("instances: { web-1: i-bp1 }\nallow_accounts: [\"1\"]\n"), FileKind::Binds);
    assert_eq!(of("OPS_TOKEN: secret\nPORT: 8080\n"), FileKind::Variables);
    assert_eq!(of("stopping: 30s\n"), FileKind::Switches);
    assert_eq!(of("# bellcheck: ignore, it is Cloud Build's\nsteps: []\n"), FileKind::Ignored);
    assert_ne!(of("# bellcheck: ignored\nsteps: []\n"), FileKind::Ignored);
}

#[test]
fn what_is_meant_is_never_taken_for_a_stranger() {
    for (text, like, line) in [
        ("name: x\nspec: b.yaml\nstep:\n  - stop: a\n", Like::Scenario, 3),
        ("Steps:\n  - stop: a\n", Like::Scenario, 1),
        ("STEPS: []\n", Like::Scenario, 1),
        ("name: x\nstpes:\n  - stop: a\n", Like::Scenario, 2),
        ("{name: x, spec: b.yaml, step: [{stop: a}]}\n", Like::Scenario, 1),
        ("---\n\"step\": [{stop: a}]\n", Like::Scenario, 2),
        ("\u{feff}step: [{stop: a}]\n", Like::Scenario, 1),
        ("name: x\nspec: b.yaml\nstory:\n  - stop: a\n", Like::Scenario, 2),
        ("name: x\nsepc: ../bellcheck.yaml\n", Like::Scenario, 2),
        ("name: x\nfinally: []\n", Like::Scenario, 2),
        ("scenarios:\n  - name: x\n    spec: b.yaml\n    steps: [{ stop: a }]\n", Like::Scenario, 4),
        ("scenario:\n  name: x\n  spec: b.yaml\n  steps: []\n", Like::Scenario, 4),
        ("- name: x\n  spec: b.yaml\n  steps: []\n", Like::Scenario, 3),
        ("- stop: a\n- expect: { robot: ops }\n", Like::Scenario, 2),
        ("step-lists: { a: [] }\n", Like::Scenario, 1),
        ("stak: x\nregion: cn-hangzhou\nrobots: {}\n", Like::Spec, 1),
        ("Stack: x\n", Like::Spec, 1),
        ("region: cn-hangzhou\nrobots: {}\nrules: {}\n", Like::Spec, 2),
        ("specs: [a.yaml]\naccounts: {}\n", Like::Fleet, 2),
        ("flet: x\nspecs: [a.yaml]\naccounts: {}\n", Like::Fleet, 1),
        ("name: x\nstep:\n\t- stop: a\n", Like::Scenario, 3),
        ("kind: Pod\n---\nstep: [{ stop: a }]\n", Like::Scenario, 3),
        ("", Like::Anything, 1),
        (" \n\n", Like::Anything, 1),
    ] {
        match of(text) {
            FileKind::Mistaken(found, finding) => {
                let span = finding.labels[0].0;
                assert_eq!(
                    (found, finding.source.as_ref().unwrap().line(span.offset)),
                    (like, line),
                    "{text}"
                );
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn what_others_have_in_a_repository_is_theirs() {
    for text in [
        "services:\n  web: { image: nginx }\nversion: '3'\n",
        "name: shop\nservices: {}\ninclude: [other.yaml]\n",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: x }\nspec: { containers: [] }\n",
        "apiVersion: v1\nkind: Pod\nspec: {}\n---\napiVersion: v1\nkind: Service\nspec: {}\n",
        "apiVersion: rbac/v1\nkind: Role\nrules: [{ verbs: [get] }]\n",
        "name: CI\non: [push]\njobs:\n  a:\n    runs-on: x\n    steps: [{ uses: a/b@v1 }, { name: y, run: z }]\n",
        "steps:\n  - name: gcr.io/a\n    args: [b]\nimages: [c]\n",
        "trigger: [main]\npool: { vmImage: x }\nsteps:\n  - script: echo\n  - task: y\n",
        "stages: [build, test]\nvariables: { A: b }\ninclude: [x.yml]\nbuild: { script: [a] }\n",
        "repos:\n  - repo: https://example.com\n    hooks: [{ id: x }]\n",
        "{{- if .Values.enabled }}\napiVersion: v1\nspec:\n  a: {{ .Values.b }}\n{{- end }}\n",
        "groups:\n  - name: a\n    rules: [{ alert: x, expr: y }]\n",
        "openapi: 3.1.0\ninfo: { title: x }\ntags: []\nwebhooks: {}\npaths: {}\n",
        "- hosts: all\n  tasks: [{ name: x, apt: y }]\n",
        "- a\n- b\n",
        "site_name: x\nnav: []\n",
        "just a text\n",
        "# only comments\n",
        "{}\n# a comment\n",
    ] {
        assert!(matches!(of(text), FileKind::Unknown(_)), "{text}: {:?}", of(text));
    }
}

#[test]
fn a_finding_shows_no_value_of_a_file() {
    for text in [
        "token: c4n4ry\nother: c4n4ry\n",
        "name: c4n4ry\nstep: c4n4ry\nspec: c4n4ry.yaml\n",
        "a: [c4n4ry\nb: c4n4ry\n",
    ] {
        let (FileKind::Mistaken(_, finding) | FileKind::Unknown(finding)) = of(text) else {
            panic!("{text}")
        };
        assert!(!finding.render(false, 100).contains("c4n4ry"), "{}", finding.render(false, 100));
    }
}

#[test]
fn a_pattern_stands_for_the_files_that_fit() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.yaml", "b/a.yaml", "b/c/a.yml", "b/c/ab.YAML", "b/note.txt"] {
        files::write_whole(&folder.path().join(name), b"steps: []\n").unwrap();
    }
    let found = |pattern: &str| met(folder.path(), pattern);
    assert_eq!(found("*.yaml"), ["a.yaml"]);
    assert_eq!(found("**/a*.?aml"), ["a.yaml", "b/a.yaml"]);
    assert_eq!(found("b/**/a.y?l"), ["b/c/a.yml"]);
    assert_eq!(found("*/a.yaml"), ["b/a.yaml"]);
    assert_eq!(found("."), ["a.yaml", "b/a.yaml", "b/c/a.yml", "b/c/ab.YAML"]);
    for nothing in ["none.yaml", "b/*.md"] {
        assert!(discover(&[folder.path().join(nothing)], &[]).is_err(), "{nothing}");
    }
}

#[test]
fn links_are_followed_and_no_folder_is_met_twice() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["real/a.yaml", "elsewhere/b.yaml", "real/.hidden/c.yaml", "real/built/d.yaml"] {
        files::write_whole(&at(name), b"steps: []\n").unwrap();
    }
    fs::write(at("real/built/CACHEDIR.TAG"), "").unwrap();
    for (target, link) in
        [("../elsewhere", "real/there"), ("..", "real/up"), (".", "real/self"), ("a.yaml", "real/z.yaml")]
    {
        std::os::unix::fs::symlink(target, at(link)).unwrap();
    }
    assert_eq!(met(folder.path(), "real"), ["real/a.yaml", "real/there/b.yaml", "real/z.yaml"]);
    std::os::unix::fs::symlink("real", at("link")).unwrap();
    assert_eq!(met(folder.path(), "link"), ["link/a.yaml", "link/there/b.yaml", "link/z.yaml"]);
    let passed = discover(&[at("real")], &[]).unwrap().passed;
    assert_eq!(passed, [at("real/.hidden"), at("real/built"), at("real/self"), at("real/up")]);
}
