//! What the coverage says is true, and the document says the same.

use std::{collections::BTreeSet, fs, path::Path};

use super::foreign::read;
use crate::{
    emulator::{
        coverage,
        coverage::{evidence, foreign, refused},
        coverage_markdown, operations,
    },
    files,
};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// `EventPattern.1.LevelList.2` as `EventPattern.N.LevelList.N`.
fn numbered(name: &str) -> String {
    let parts = name.split('.').map(|part| if part.parse::<u32>().is_ok() { "N" } else { part });
    parts.collect::<Vec<_>>().join(".")
}

/// `SQLFilter` and `ContactGroupName` as the fields of a struct: `sql_filter`, `contact_group_name`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (index, c) in letters.iter().enumerate() {
        let after_small = index > 0 && !letters[index - 1].is_uppercase();
        let before_small = letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && index > 0 && (after_small || before_small) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[test]
fn every_operation_and_every_parameter_is_there() {
    let covered = coverage();
    assert_eq!(covered.iter().map(|one| one.operation).collect::<Vec<_>>(), operations());
    let names = |action: &str| -> Vec<String> {
        let one = covered.iter().find(|one| one.operation.action == action).unwrap();
        one.parameters.iter().map(|parameter| parameter.name.clone()).collect()
    };
    assert_eq!(names("DeleteEventRuleTargets"), ["RuleName", "Ids.N", "RegionId"]);
    let rule = names("PutEventRule");
    for name in ["EventPattern.N.SQLFilter", "EventPattern.N.KeywordFilter.Keywords.N", "SilenceTime"] {
        assert!(rule.contains(&name.to_owned()), "{name} in {rule:?}");
    }
    assert_eq!(names("PutContact").len(), 7);
}

#[test]
fn captured_requests_carry_what_they_are_said_to() {
    let mut carried: BTreeSet<(String, String)> = BTreeSet::new();
    for path in files::find(&root().join("fixtures/wire"), ".txt").unwrap() {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let operation = stem.split_once('-').unwrap().1;
        let claim = crate::openapi::identify(&read(stem)).unwrap();
        carried.extend(claim.params.keys().map(|name| (operation.to_owned(), numbered(name))));
        carried.extend(claim.region_id.map(|_| (operation.to_owned(), "RegionId".to_owned())));
    }
    let said: BTreeSet<(String, String)> = evidence::CAPTURED
        .iter()
        .flat_map(|(operation, names)| names.iter().map(|name| ((*operation).to_owned(), (*name).to_owned())))
        .collect();
    assert_eq!(said, carried);
}

#[test]
fn evidence_is_about_operations_and_parameters_that_are_there() {
    let covered = coverage();
    let known = |action: &str| covered.iter().find(|one| one.operation.action == action);
    let has = |action: &str, name: &str| {
        known(action).is_some_and(|one| one.parameters.iter().any(|parameter| parameter.name == name))
    };
    for action in evidence::SAMPLES {
        assert!(known(action).is_some(), "{action}");
    }
    for sent in foreign() {
        let (client, action) = (sent.client, sent.action);
        assert!(known(action).is_some(), "{client}: {action}");
        for name in sent.parameters() {
            assert!(has(action, name), "{client}: {action} {name}");
        }
    }
    for (action, name) in evidence::UNTESTED {
        assert!(has(action, name), "{action} {name}");
    }
    for (action, name, _) in refused::REFUSED {
        assert!(*action == "*" || has(action, name), "{action} {name}");
    }
}

#[test]
fn own_tests_name_what_they_are_said_to_test() {
    let tests: Vec<String> = [root().join("crates/emulator/src/emulator/tests"), root().join("tests/it")]
        .iter()
        .flat_map(|folder| files::find(folder, ".rs").unwrap())
        .filter(|path| !path.ends_with("tests/coverage.rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let mut faults = Vec::new();
    for (action, file) in evidence::OWN_TESTS {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(text.contains(action), "{file} does not name {action}");
        let covered = coverage().into_iter().find(|one| one.operation.action == *action).unwrap();
        for parameter in covered.parameters {
            // The region is tested once for all.
            if parameter.name == "RegionId" || evidence::UNTESTED.contains(&(*action, &parameter.name)) {
                continue;
            }
            let last = parameter.name.trim_end_matches(".N").rsplit('.').next().unwrap();
            let (field, wire) = (snake(last), format!("{last}\""));
            let named = |text: &&String| {
                text.contains(*action)
                    && (text.contains(&field) || text.contains(&wire) || text.contains(&format!("{last}.")))
            };
            if !tests.iter().any(|text| named(&text)) {
                faults.push(format!("(\"{action}\", \"{}\"),", parameter.name));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "no test sends these; test them or list them in UNTESTED:\n{}",
        faults.join("\n")
    );
}

#[test]
fn the_document_is_current() {
    let path = root().join("docs/emulator.md");
    let text = fs::read_to_string(&path).unwrap();
    let generated = coverage_markdown();
    let (begin, end) = (generated.lines().next().unwrap(), generated.trim_end().lines().last().unwrap());
    let start = text.find(begin).expect("the document has the section's first line");
    let stop = text.find(end).expect("the document has the section's last line") + end.len();
    if text[start..stop].trim_end() != generated.trim_end() {
        // The next run finds it current; version control shows what changed.
        let updated = format!("{}{}{}", &text[..start], generated.trim_end(), &text[stop..]);
        fs::write(&path, updated).unwrap();
        panic!("docs/emulator.md was not current and has been written anew: look at it and commit it");
    }
}
