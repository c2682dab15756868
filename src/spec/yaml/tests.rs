//! The tree and the binder.

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{diagnostic::Span, secret::Secret};

mapping! {
    /// A mapping of all kinds of values.
    struct All {
        /// Text.
        required text: Spanned<String>,
        /// A keyword of Rust.
        optional hold as "for": Duration,
        optional number: u32,
        optional share: f64,
        optional truth: bool,
        optional secret: Secret,
        optional list: Vec<Spanned<String>>,
        optional named: Names<u64>,
        optional any: serde_json::Value,
        optional inner: Box<All>,
    }
    hints { "wait" => "it is `for`", }
    extensions true
}

fn bind(text: &str) -> Result<All, Vec<&'static str>> {
    bind_with(text, &|_| None)
}

fn bind_with(text: &str, environment: Environment<'_>) -> Result<All, Vec<&'static str>> {
    match parse::<All>("t.yaml", text, environment) {
        Ok((all, _)) => Ok(all),
        Err(found) => Err(found.into_iter().map(|finding| finding.code).collect()),
    }
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.offset..span.offset + span.len]
}

#[test]
fn every_kind_of_value_is_bound() {
    let text = "text: 值班\nfor: 1m30s\nnumber: 7\nshare: 0.5\ntruth: true\nsecret: s\nlist: [a, \"b\"]\nnamed: {x: 1, y: 2}\nany: {a: [1, ~, t, \"2\"]}\ninner: {text: 012}\nx-more: {}\n";
    let all = bind(text).unwrap();
    let found = all.text.unwrap();
    assert_eq!((found.value.as_str(), slice(text, found.span)), ("值班", "值班"));
    assert_eq!(all.hold, Some(Duration::from_secs(90)));
    assert_eq!((all.number, all.share, all.truth), (Some(7), Some(0.5), Some(true)));
    assert_eq!(all.secret, Some(Secret::new("s")));
    let list = all.list.unwrap();
    assert_eq!(list.iter().map(|item| item.value.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(slice(text, list[1].span), "\"b\"");
    let named = all.named.unwrap();
    assert_eq!(named.names().collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!(named.0[1].value, Some(2));
    assert_eq!(all.any, Some(json!({ "a": [1, null, "t", "2"] })));
    assert_eq!(all.inner.unwrap().text.unwrap().value, "012");
}

#[test]
fn what_is_not_of_its_type_is_refused() {
    for wrong in [
        "number: -1",
        "number: 1.5",
        "number: \"7\"",
        "number: 0x10",
        "share: many",
        "truth: yes",
        "truth: \"true\"",
        "truth: 1",
        "for: 5",
        "for: [1m]",
        "list: a",
        "list: {a: b}",
        "named: [a]",
        "named: {x: y}",
        "inner: text",
        "secret:",
        "secret: {a: b}",
    ] {
        assert_eq!(bind(&format!("text: t\n{wrong}\n")).unwrap_err(), ["yaml::wrong-type"], "{wrong}");
    }
    assert_eq!(bind("text: t\nsecret: \"\"\n").unwrap_err(), ["yaml::empty"]);
    assert_eq!(bind("number: 1").unwrap_err(), ["yaml::missing-key"]);
    let many = "wait: 1\nx-y: 1\ninner: {x-y: 1, tekst: 1}\ntruth: 2\n";
    let codes = [
        "yaml::missing-key",
        "yaml::unknown-key",
        "yaml::missing-key",
        "yaml::unknown-key",
        "yaml::wrong-type",
    ];
    assert_eq!(bind(many).unwrap_err(), codes, "all at once; x- keys are for all that allow them");
}

#[test]
fn empty_lists_and_mappings_may_be_left_empty() {
    let all = bind("text: t\nlist:\nnamed:\n").unwrap();
    assert_eq!(all.list, Some(vec![]));
    assert_eq!(all.named.unwrap().0, []);
}

#[test]
fn hints_say_where_a_key_belongs() {
    let found = parse::<All>("t.yaml", "text: t\nwait: 1\n", &|_| None).unwrap_err();
    assert_eq!(found[0].help.as_deref(), Some("it is `for`"));
}

#[test]
fn anchors_aliases_and_merges_keep_the_places_of_what_they_stand_for() {
    let text = "x-a: &a\n  number: 7\n  list: [&item one, two]\ntext: *item\ninner:\n  <<: *a\n  text: over\n  number: 8\n";
    let all = bind(text).unwrap();
    assert_eq!(slice(text, all.text.unwrap().span), "one");
    let inner = all.inner.unwrap();
    assert_eq!(inner.number, Some(8), "what is written beats what is merged");
    assert_eq!(slice(text, inner.list.unwrap()[1].span), "two");
}

#[test]
fn scalars_keep_their_spelling() {
    for (written, text, value) in [
        ("012", "012", json!("012")),
        ("1e3", "1e3", json!(1e3)),
        ("2014-05-26", "2014-05-26", json!("2014-05-26")),
        ("0x1F", "0x1F", json!("0x1F")),
        (".inf", ".inf", json!(".inf")),
        ("no", "no", json!("no")),
        ("True", "True", json!(true)),
        ("\"true\"", "true", json!("true")),
        ("!!str 12", "12", json!("12")),
        ("'it''s'", "it's", json!("it's")),
        ("\"a\\tb\"", "a\tb", json!("a\tb")),
        ("|\n  a\n  b\n", "a\nb\n", json!("a\nb\n")),
        (">-\n  a\n  b\n", "a b", json!("a b")),
        ("a\n  b", "a b", json!("a b")),
        ("i-1 # why", "i-1", json!("i-1")),
    ] {
        let document = read("t.yaml", &format!("k: {written}\n")).unwrap();
        let node = document.root.get("k").unwrap();
        assert_eq!((node.text(), node.to_json()), (Some(text), value), "{written}");
    }
}

#[test]
fn variables_are_filled_after_parsing() {
    let environment = |name: &str| match name {
        "A" => Some("1: [".to_owned()),
        "N" => Some("7".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    };
    for (written, filled) in [
        ("${A}", "1: ["),
        ("x${A}y${A}", "x1: [y1: ["),
        ("${NONE:-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${N:-d}", "7"),
        ("\"[${EMPTY}]\"", "[]"),
        ("${NONE:-}x", "x"),
        ("\"$${A} $A $ ${N}\"", "${A} $A $ 7"),
        ("\"$$${N}\"", "$${N}"),
        ("\"${NONE:-a b:c}\"", "a b:c"),
    ] {
        let all = bind_with(&format!("text: {written}\n"), &environment).unwrap();
        assert_eq!(all.text.unwrap().value, filled, "{written}");
    }
    let text = "text: ${N}\nnumber: ${N}\ntruth: ${T:-true}\nany: {a: \"${N}\"}\n";
    let all = bind_with(text, &environment).unwrap();
    assert_eq!((all.number, all.truth), (Some(7), Some(true)));
    assert_eq!(all.any, Some(json!({ "a": "7" })), "in JSON it stays a text");
    for broken in ["${NONE}", "${", "${1}", "${a b}", "${}", "${NONE:-${A}}", "\"${A\""] {
        assert_eq!(bind_with(&format!("text: {broken}\n"), &environment).unwrap_err().len(), 1, "{broken}");
    }
    assert!(bind_with("text: t\nx-a: ${NONE}\n", &environment).is_ok(), "not used");
    assert_eq!(
        bind_with("x-a: &a ${NONE}\ntext: *a\n", &environment).unwrap_err(),
        ["yaml::missing-variable"]
    );
}

#[test]
fn a_missing_variable_is_pointed_at_where_it_is_written() {
    let text = "text: \"值 ${HAVE} ${MISS}\"\n";
    let environment = |name: &str| (name == "HAVE").then(|| "a much longer text than its name".to_owned());
    let found = parse::<All>("t.yaml", text, &environment).unwrap_err();
    assert_eq!(slice(text, found[0].labels[0].0), "${MISS}");
}

#[test]
fn bombs_and_depth_are_bounded() {
    let mut bomb = String::from("x-0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 10].join(",");
        bomb.push_str(&format!("x-{level}: &a{level} [{below}]\n"));
    }
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    // Each half is allowed; an alias makes them one.
    let joined = format!("x-a: &a {}\nx-b: {}*a{}\n", nested(20), "[".repeat(20), "]".repeat(20));
    let large = format!("text: {}", "x".repeat(5 * 1024 * 1024));
    let quadratic =
        format!("x-a: &a {}\nx-b: [{}]\n", vec!["x"; 500].join("\n "), vec!["*a"; 60_000].join(","));
    for text in [bomb, nested(33), nested(100_000), joined, large, quadratic] {
        let found = read("t.yaml", &text).unwrap_err();
        assert_eq!(found[0].code, "yaml::too-large", "{}", &found[0].message);
    }
    assert!(read("t.yaml", &nested(30)).is_ok());
    assert!(read("t.yaml", &nested(30)).is_ok(), "the depth is counted anew");
}

#[test]
fn faults_are_those_of_the_whole_file() {
    let found = read("t.yaml", "a: 1\nb: {c: 1, c: 2, c: 3}\na: 2\n").unwrap_err();
    let places: Vec<_> = found.iter().map(|finding| finding.place().unwrap()).collect();
    assert_eq!(places, ["t.yaml:2", "t.yaml:2", "t.yaml:3"]);
}

#[test]
fn debug_of_a_tree_shows_no_text() {
    let document = read("t.yaml", "webhook: https://x/?access_token=Hunter2x\nsecret: Hunter2x\n").unwrap();
    let shown = format!("{:?} {:?}", document.root, document.source);
    assert!(shown.contains("webhook") && !shown.contains("Hunter2"), "{shown}");
}

#[test]
fn a_mapping_may_hold_itself_in_its_schema() {
    let schema = root_schema::<All>("all");
    assert_eq!(schema["$ref"], "#/$defs/All");
    let all = &schema["$defs"]["All"];
    assert_eq!(all["properties"]["inner"]["$ref"], "#/$defs/All");
    assert_eq!(all["required"], json!(["text"]));
    assert_eq!(all["description"], "A mapping of all kinds of values.");
    assert!(all["properties"].get("for").is_some() && all["properties"].get("hold").is_none());
}

fn spans_are_sound(node: &Node, text: &str) {
    let inside = |span: Span| text.get(span.offset..span.offset + span.len).is_some();
    assert!(inside(node.span) && inside(node.place), "{node:?}");
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| spans_are_sound(item, text)),
        Value::Map(entries) => entries.iter().for_each(|entry| {
            assert!(inside(entry.key.span));
            spans_are_sound(&entry.value, text);
        }),
        Value::Null | Value::Scalar(_) => {}
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_a_place(text in "([a-z]: |- |值|[\\[\\]{}:,&*!|>'\"%@#$~]|\\$\\{|\\}|\n|\n  |\r\n|\t|\\PC){0,60}") {
        match read("t.yaml", &text) {
            Ok(mut document) => {
                spans_are_sound(&document.root, &text);
                let context = Context::new(Arc::clone(&document.source));
                document.interpolate(&|_| Some("v".to_owned()), &context);
                let _ = All::bind(&document.root, &context);
                for finding in context.finish() {
                    prop_assert!(!finding.render(false, 80).is_empty());
                }
            }
            Err(found) => {
                prop_assert!(!found.is_empty());
                for finding in found {
                    let (span, _) = &finding.labels[0];
                    prop_assert!(text.get(span.offset..span.offset + span.len).is_some(), "{:?}", span);
                    prop_assert!(!finding.render(false, 80).is_empty());
                }
            }
        }
    }

    #[test]
    fn a_mask_is_as_long_as_what_it_covers(text in "((secret|webhook|url)?: ?|值|\\$\\{A:-|https?://|[/?&=@|>\"'} ]|[a-z]{1,20}|\n ?){0,30}") {
        let masked = mask::mask_lines(&text);
        prop_assert_eq!(masked.len(), text.len());
        if let Ok(document) = read("t.yaml", &text) {
            prop_assert_eq!(mask::mask_secrets(&text, &document.root, 0).len(), text.len());
        }
    }
}
