//! Matchers.

use serde_json::{Value, json};

use super::build::{either, list, mapping, one_key, optional, reference, required, text, told};

/// One matcher: a mapping with one key.
pub(super) fn matcher() -> Value {
    let several = || {
        let mut list = list(reference("matcher"));
        list["minItems"] = json!(1);
        list
    };
    let field = mapping(vec![
        required(
            "field",
            told(text(), "`msgtype`, `title`, `text`, or a dotted path from the root of the body."),
        ),
        required("value", json!({})),
    ]);
    let path = mapping(vec![
        required("path", told(text(), "A JSONPath into the body.")),
        optional("equals", json!({})),
    ]);
    one_key(vec![
        ("contains", told(text(), "The text that a reader sees has this part, in this spelling.")),
        ("matches", told(text(), "This regular expression matches somewhere in the text.")),
        ("starts_with", told(text(), "The text begins with this.")),
        ("equals", told(either(vec![text(), field]), "The text, or one field of the body, is exactly this.")),
        ("absent", told(text(), "The text does not have this part.")),
        ("not", told(reference("matcher"), "This matcher does not hold.")),
        ("any", told(several(), "At least one of these holds.")),
        ("all", told(several(), "Each of these holds.")),
        ("json_path", told(path, "A value of the body; understood, not available in this version.")),
    ])
}
