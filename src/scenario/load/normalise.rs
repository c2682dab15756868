//! `normalise: { region: true, order: "ORD-[0-9]+", mobile: { json_path: "$.at.atMobiles[*]" } }`

use std::collections::HashMap;

use crate::{
    scenario::{
        matcher::Matches,
        query::Query,
        snapshot::{Finder, Rules, named},
    },
    spec::yaml::{Bind as _, Binder, Context, Entry, Node, Value, did_you_mean},
};

pub(super) fn normalise(node: &Node, context: &Context) -> Option<Rules> {
    Binder::open(node, context)?;
    let entries: &[Entry] = match &node.value {
        Value::Map(entries) => entries,
        _ => &[],
    };
    let (mut switched, mut own) = (HashMap::new(), Vec::new());
    for entry in entries {
        let name = entry.key.value.clone();
        if named().iter().any(|(known, _)| *known == name) {
            if let Some(on) = bool::bind(&entry.value, context) {
                switched.insert(name, on);
            }
        } else if let Some(finder) = finder(entry, context) {
            own.push((name, finder));
        }
    }
    // Each own expression was compiled by itself; together they may still be too large.
    Rules::new(&switched, own)
        .map_err(|fault| {
            let help = "write fewer or simpler expressions";
            context.error("scenario::bad-regex", fault.to_string(), node.place, help);
        })
        .ok()
}

fn finder(entry: &Entry, context: &Context) -> Option<Finder> {
    let name = &entry.key;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.value.is_empty() || !name.value.chars().all(fits) {
        let message = format!("`{}` cannot name a kind of value", context.written(name.span));
        context.error(
            "scenario::bad-normaliser",
            message,
            name.span,
            "use lower-case letters, digits and `_`: it becomes `[name-01]`",
        );
        return None;
    }
    if let Some(text) = entry.value.text() {
        if matches!(text, "true" | "false") {
            let known = named().into_iter().map(|(name, _)| name);
            context.error(
                "scenario::unknown-normaliser",
                format!("there is no normaliser `{}` to switch on or off", context.written(name.span)),
                name.span,
                did_you_mean("normalisers", &name.value, known).unwrap_or_default(),
            );
            return None;
        }
        return regex(text, &entry.value, context);
    }
    let mut binder = Binder::open(&entry.value, context)?;
    let path = binder.required::<Node>("json_path");
    binder.close();
    let path = path?;
    match Query::parse(path.text().unwrap_or_default()) {
        Ok(parsed) => Some(Finder::Path(parsed)),
        Err(fault) => {
            context.error(
                "scenario::bad-json-path",
                format!("the JSONPath is not valid: {fault}"),
                path.span,
                "write it as in RFC 9535: `$.at.atMobiles[*]`",
            );
            None
        }
    }
}

fn regex(text: &str, node: &Node, context: &Context) -> Option<Finder> {
    let error = |message: String, help: &str| {
        context.error("scenario::bad-regex", message, node.span, help);
        None
    };
    match Matches::new(text).map(|matches| matches.pattern) {
        Ok(pattern) if pattern.is_match("") => error(
            "the regular expression fits nothing at all, everywhere".to_owned(),
            "let it need a character",
        ),
        Ok(_) => Some(Finder::Regex(text.to_owned())),
        Err(fault) => error(format!("the regular expression is not valid: {fault}"), "mend it"),
    }
}
