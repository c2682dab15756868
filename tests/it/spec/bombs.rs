//! Files made to harm: each ends with a finding, within a bound of memory.

use std::process::{Command, Stdio};

use crate::support::Desk;

/// Memory that a run may map, in KiB: a fraction of what a bomb would take. It includes the program.
const BOUND: &str = "524288";

/// Runs `validate` on a text; asserts that it ends by itself, within the bound, with something to read.
#[track_caller]
fn defused(name: &str, text: &str) -> String {
    let desk = Desk::new();
    desk.write("bomb.yaml", text);
    let child = Command::new("sh")
        .args([
            "-c",
            "ulimit -v \"$1\" && exec \"$0\" validate bomb.yaml",
            env!("CARGO_BIN_EXE_bellcheck"),
            BOUND,
        ])
        .env_clear()
        .current_dir(desk.path(""))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr).into_owned();
    let head: String = said.chars().take(2000).collect();
    assert_eq!(child.status.code(), Some(1), "{name}: {head}");
    assert!(said.contains("help: ") && !said.contains("panicked"), "{name}: {head}");
    assert!(said.len() < 2_000_000, "{name} says {} bytes", said.len());
    said
}

const HEAD: &str = "stack: demo\nregion: cn-hangzhou\n";

#[test]
fn anchors_that_multiply() {
    let level = |name: char, item: &str| format!("x-{name}: &{name} [{}]\n", [item; 10].join(", "));
    let mut lists = HEAD.to_owned() + &level('a', "bell");
    for (from, to) in ('a'..='h').zip('b'..='i') {
        lists += &level(to, &format!("*{from}"));
    }
    assert!(defused("lists", &(lists + "contacts: *i\n")).contains("yaml::too-large"));

    let mut maps = format!("{HEAD}x-a: &a {{ k: v }}\n");
    for (from, to) in ('a'..='y').zip('b'..='z') {
        let items: Vec<String> = (0..8).map(|n| format!("k{n}: *{from}")).collect();
        maps += &format!("x-{to}: &{to} {{ {} }}\n", items.join(", "));
    }
    assert!(defused("maps", &(maps + "contacts: *z\n")).contains("yaml::too-large"));

    let merged: String = (0..400).map(|n| format!("    m{n}: {{ <<: *big }}\n")).collect();
    let keys: String = (0..400).map(|n| format!("k{n}: v, ")).collect();
    defused("merges", &format!("{HEAD}x-big: &big {{ {keys} }}\ncontacts:\n{merged}"));
}

#[test]
fn what_is_nested_without_end() {
    for (name, open) in [("lists", "["), ("maps", "{a: "), ("items", "- "), ("keys", "? ")] {
        let text = format!("{HEAD}contacts: {}\n", open.repeat(100_000));
        defused(name, &text);
        defused(name, &open.repeat(200_000));
    }
    let blocks: String = (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    defused("blocks", &format!("{HEAD}contacts:\n{blocks}"));
}

#[test]
fn texts_and_keys_without_end() {
    let long = "k".repeat(1_500_000);
    defused("a key", &format!("{HEAD}{long}: 1\n"));
    defused("a quoted key", &format!("{HEAD}\"{long}\": 1\n"));
    defused("a name", &format!("{HEAD}contacts:\n  {long}: {{ robot: ops }}\n"));
    defused("a value", &format!("{HEAD}site: {long}\n"));
    defused("a block", &format!("{HEAD}site: |\n  {long}\n"));
    defused("an anchor", &format!("{HEAD}site: &{long} china\nlanguage: *{long}x\n"));
    defused("a tag", &format!("{HEAD}site: !{long} chine\n"));
    defused("a comment", &format!("{HEAD}sites: 1 # {long}\n"));
    defused(
        "an event",
        &format!("{HEAD}rules:\n  r: {{ event_pattern: {{ product: ECS, names: [{long}] }} }}\nsites: 1\n"),
    );
}

#[test]
fn more_of_everything_than_anybody_writes() {
    defused("documents", &format!("{HEAD}{}", "---\na: 1\n".repeat(100_000)));
    defused("empty documents", &"---\n".repeat(300_000));
    defused("keys", &(0..100_000).map(|n| format!("k{n}: 1\n")).collect::<String>());
    defused("unknown keys", &(0..20_000).map(|n| format!("k{n}: 1\n")).collect::<String>());
    defused("the same key", &format!("{HEAD}{}", "a: 1\n".repeat(20_000)));
    defused("lines", &format!("{HEAD}site: {}\n", "\n".repeat(1_000_000)));
    defused("blanks", &format!("{HEAD}site:{}\n\tx", " ".repeat(1_500_000)));
    let contacts: String = (0..20_000).map(|n| format!("  c{n}: {{}}\n")).collect();
    let said = defused("contacts", &format!("{HEAD}contacts:\n{contacts}"));
    assert!(said.contains("19500 more findings are not shown"), "{}", &said[said.len() - 500..]);
}

#[test]
fn variables_and_secrets_without_end() {
    for piece in [
        "${A}",
        "${A:-b}",
        "${",
        "$${",
        "${${",
        "${A:-${",
        "secret:",
        "secret:${",
        "token: ${A:-",
        "://a?b=c&",
    ] {
        let many = piece.repeat(300_000 / piece.len());
        defused(piece, &format!("{HEAD}site: \"{many}\"\nsecret: \"{many}\"\nwebhook: \"{many}\"\n"));
        defused(piece, &format!("{HEAD}site: [\"{many}\"\n"));
    }
}
