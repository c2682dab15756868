//! The house rules that a compiler does not hold: floors, file sizes, serde attributes, and that the
//! documents say what the code is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Rooms by floor; a room imports only from lower floors.
const FLOORS: [(&str, u8); 27] = [
    ("clock", 1),
    ("secret", 1),
    ("files", 1),
    ("journal", 1),
    ("diagnostic", 1),
    ("partition", 1),
    ("nearest", 1),
    ("event", 2),
    ("channel", 2),
    ("openapi", 2),
    ("dingtalk", 2),
    ("server", 2),
    ("spec", 3),
    ("api", 3),
    ("report", 3),
    ("robot", 3),
    ("cassette", 3),
    ("provision", 4),
    ("emulator", 4),
    ("relay", 4),
    ("routing", 4),
    ("credentials", 4),
    ("scenario", 5),
    ("doctor", 5),
    ("fleet", 5),
    ("conform", 5),
    ("cli", 6),
];

/// Floor 1 is a stack of small rooms; these pairs are its only stairs.
const STAIRS: [(&str, &str); 1] = [("diagnostic", "secret")];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The folders of sources: that of the main crate, and those of the crates below it.
fn folders() -> Vec<PathBuf> {
    let crates = fs::read_dir(root().join("crates")).unwrap();
    let folders = crates.map(|found| found.unwrap().path().join("src"));
    std::iter::once(root().join("src")).chain(folders).collect()
}

fn sources() -> BTreeMap<PathBuf, String> {
    let files = folders().into_iter().flat_map(|folder| bellcheck::files::find(&folder, ".rs").unwrap());
    files.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn room(path: &Path) -> String {
    let inside = folders().into_iter().find_map(|folder| path.strip_prefix(folder).ok().map(PathBuf::from));
    let inside = inside.unwrap();
    inside.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The rooms that a file names, by `crate::room` or in a `use crate::{…}` tree.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(tree) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            let mut head = true;
            for c in tree.chars() {
                if depth == 0 && head && (c.is_alphanumeric() || c == '_') {
                    word.push(c);
                } else if !word.is_empty() {
                    found.insert(std::mem::take(&mut word));
                    head = false;
                }
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => head = true,
                    _ => {}
                }
            }
            found.extend((!word.is_empty()).then_some(word));
        } else {
            found.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

/// Test modules may look further than their room.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

#[test]
fn a_room_imports_only_from_lower_floors() {
    let floor = |room: &str| FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor);
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let own = room(&path);
        if own == "lib"
            || own == "main"
            || path.ends_with("tests.rs")
            || path.components().any(|part| part.as_os_str() == "tests")
        {
            continue;
        }
        let own_floor = floor(&own).unwrap_or_else(|| panic!("{own} has no floor"));
        for other in imports(without_tests(&text)) {
            let Some(other_floor) = floor(&other).filter(|_| other != own) else { continue };
            if other_floor >= own_floor && !STAIRS.contains(&(own.as_str(), other.as_str())) {
                faults.push(format!(
                    "{}: {own} (floor {own_floor}) imports {other} (floor {other_floor})",
                    path.display()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_import_reader_reads_imports() {
    let text = "use crate::{clock::{Clock, scenario}, event, spec::Spec};\nuse crate::cli::x;\nlet a = crate::secret::mask();";
    let found: Vec<String> = imports(text).into_iter().collect();
    assert_eq!(found, ["cli", "clock", "event", "secret", "spec"]);
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = sources()
        .iter()
        .map(|(path, text)| (path, without_tests(text).lines().count()))
        .filter(|(path, lines)| *lines > 500 && !path.ends_with("tests.rs"))
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn no_serde_attribute_that_loses_places() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let banned = code.contains("#[serde(")
                && (code.contains("flatten") || code.contains("untagged") || code.contains("tag ="));
            if banned || code.contains("#[allow(") {
                faults.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn yaml_and_the_environment_have_one_door_each() {
    for (path, text) in sources() {
        let shown = path.display().to_string();
        let text = without_tests(&text);
        assert!(
            !text.contains("serde_saphyr") || shown.contains("/spec/yaml"),
            "{shown} reads YAML by itself"
        );
        assert!(
            !text.contains("std::env::var") || shown.contains("/cli/environment"),
            "{shown} reads the environment"
        );
    }
}

/// The code blocks of a Markdown file, each with its language line.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (&mut open, line.starts_with("```")) {
            (None, true) => open = Some(format!("{line}\n")),
            (Some(_), true) => blocks.extend(open.take()),
            (Some(block), false) => block.push_str(&format!("{line}\n")),
            (None, false) => {}
        }
    }
    blocks
}

#[test]
fn both_readmes_show_the_same_code() {
    let read = |name: &str| blocks(&fs::read_to_string(root().join(name)).unwrap());
    let (english, chinese) = (read("README.md"), read("README.zh-CN.md"));
    assert!(english.len() >= 4, "the README shows its commands and their output");
    assert_eq!(english, chinese);
}

#[test]
fn the_architecture_names_every_room() {
    let text = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    for (room, _) in FLOORS {
        assert!(text.contains(&format!("`{room}")), "docs/architecture.md does not name `{room}`");
    }
}

#[test]
fn the_examples_are_those_of_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("cargo run --release -- test examples/quickstart"));
    assert!(readme.contains("cargo test"));
}

#[test]
fn the_ways_through_the_house_lead_by_files_that_are_there() {
    let text = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let (_, ways) = text.split_once("## Three ways through the house").unwrap();
    let ways = ways.split("\n## ").next().unwrap();
    let (mut folder, mut count) = (String::new(), 0);
    let named =
        ways.split('`').skip(1).step_by(2).filter(|name| name.ends_with(".rs") || name.ends_with('/'));
    for name in named {
        // A file alone is beside the one before it.
        let path = if name.contains('/') { name.to_owned() } else { format!("{folder}/{name}") };
        let is_there = folders().iter().any(|sources| sources.join(&path).exists());
        assert!(is_there, "docs/architecture.md leads by {path}");
        folder = path.trim_end_matches('/').to_owned();
        if path.ends_with(".rs") {
            folder.truncate(folder.rfind('/').unwrap());
        }
        count += 1;
    }
    assert!(count > 40, "{count}");
}
