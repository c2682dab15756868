//! Matchers.

use serde_json::{Value, json};

use super::build::{
    either, list, mapping, number, one_key, optional, reference, required, some, text, told, word,
};
use crate::scenario::matcher::Place;

/// One matcher: a mapping with one key.
pub(super) fn matcher() -> Value {
    one_key(matchers())
}

/// Every matcher by its name.
fn matchers() -> Vec<(&'static str, Value)> {
    let several = || some(reference("matcher"));
    let field = mapping(vec![
        required(
            "field",
            told(text(), "`msgtype`, `title`, `text`, or a dotted path from the root of the body."),
        ),
        required("value", json!({})),
    ]);
    vec![
        ("contains", told(placed(), "The text that a reader sees has this part, in this spelling.")),
        ("matches", told(placed(), "This regular expression matches somewhere in the text.")),
        ("starts_with", told(placed(), "The text begins with this.")),
        (
            "equals",
            told(either(vec![placed(), field]), "The text, or one field of the body, is exactly this."),
        ),
        ("absent", told(placed(), "The text does not have this part.")),
        ("count", told(count(), "A text, or what matches an expression, stands there so often.")),
        ("before", told(order(), "Of two texts, the first stands before the second.")),
        ("after", told(order(), "Of two texts, the first stands after the second.")),
        (
            "json_path",
            told(json_path(), "A value of the body fits; beside the path, any matcher of the value."),
        ),
        ("approx", told(approx(), "A number, duration or time is near this one.")),
        ("not", told(reference("matcher"), "This matcher does not hold.")),
        ("any", told(several(), "At least one of these holds.")),
        ("all", told(several(), "Each of these holds.")),
    ]
}

/// `in`
fn place() -> Value {
    told(word(&Place::WORDS.map(|(word, _)| word)), "Where to look. Default: the text that a reader sees.")
}

/// A text, or a text and where to look for it.
fn placed() -> Value {
    either(vec![text(), mapping(vec![optional("in", place()), required("text", text())])])
}

fn count() -> Value {
    mapping(vec![
        optional("in", place()),
        optional("of", told(text(), "The text that is counted.")),
        optional("matches", told(text(), "Or the regular expression whose matches are counted.")),
        optional("equals", number(0)),
        optional("at_least", number(0)),
        optional("at_most", number(0)),
    ])
}

fn order() -> Value {
    let two = || {
        let mut two = list(text());
        two["minItems"] = json!(2);
        two["maxItems"] = json!(2);
        two
    };
    either(vec![two(), mapping(vec![optional("in", place()), required("texts", two())])])
}

fn json_path() -> Value {
    let mut keys = vec![
        required("path", told(text(), "A JSONPath (RFC 9535) into the body.")),
        optional("equals", told(json!({}), "The value is exactly this.")),
    ];
    // A matcher within refers to its definition as a whole: its name is enough of a hint here.
    let others = ["contains", "matches", "starts_with", "absent", "count", "before", "after", "approx"];
    keys.extend(others.map(|name| optional(name, told(json!({}), "As the matcher of that name."))));
    keys.extend(["json_path", "not", "any", "all"].map(|name| optional(name, json!({}))));
    mapping(keys)
}

/// Where a value is taken from: one of these keys.
pub(super) fn taken() -> Vec<(&'static str, bool, Value)> {
    vec![
        optional(
            "matches",
            told(text(), "The first group of this expression, or all of it without a group."),
        ),
        optional("in", place()),
        optional("json_path", told(text(), "The first value that this JSONPath finds.")),
        optional("field", told(text(), "A field, as in `equals`.")),
    ]
}

fn approx() -> Value {
    let mut keys = taken();
    keys.push(required("value", told(text(), "A number, a duration or a time (RFC 3339).")));
    keys.push(required("tolerance", told(text(), "A number, or a duration for durations and times.")));
    mapping(keys)
}
