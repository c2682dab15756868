//! What the coverage claims for a foreign client is what that client sent: the journals of the emulators
//! that it called are the evidence.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::Value;

use crate::outside::in_ci;
use crate::{raw::fixtures, support::Cloud};

/// Operations with the parameters that were sent to them.
type Sent = BTreeMap<String, BTreeSet<String>>;

/// A refusal that is a dry run's success.
const DRY_RUNS: [&str; 2] = ["DryRunOperation", "DRYRUN.SUCCESS"];

/// Asserts both ways: nothing is claimed that was not sent, and nothing sent that is not claimed.
///
/// A file of claims that is not right is written anew, for a look at the difference.
#[track_caller]
pub(crate) fn assert_claimed(client: &str, clouds: &[Cloud]) {
    let coverage = clouds[0].control("GET", "/_bellcheck/coverage", &Value::Null);
    let known = parameters(&coverage, |_| true);
    let claimed = parameters(&coverage, |verified| verified.iter().any(|by| by == client));
    let sent = sent(clouds, &known);
    let missing = difference(&sent, &claimed);
    let unfounded = difference(&claimed, &sent);
    if missing.is_empty() && unfounded.is_empty() {
        return;
    }
    let name = format!("{}.txt", client.to_lowercase().replace(' ', "-"));
    let path =
        fixtures("").parent().unwrap().join("crates/emulator/src/emulator/coverage/foreign").join(name);
    if !in_ci() {
        fs::write(&path, written(&sent)).unwrap();
    }
    panic!(
        "the coverage is not what {client} sent.\nsent and not claimed:\n  {}\nclaimed and not sent:\n  {}\n{} holds the claims; it has been written anew (not with CI=true): look at it and commit it",
        missing.join("\n  "),
        unfounded.join("\n  "),
        path.display(),
    );
}

/// Operations and parameters of which the coverage says something in particular.
fn parameters(coverage: &Value, is_wanted: impl Fn(&[Value]) -> bool) -> Sent {
    let mut found = Sent::new();
    for operation in coverage.as_array().unwrap() {
        let of_it = operation["parameters"].as_array().unwrap().iter();
        let wanted: BTreeSet<String> = of_it
            .filter(|parameter| is_wanted(parameter["verified"].as_array().unwrap()))
            .map(|parameter| text(&parameter["name"]))
            .collect();
        if !wanted.is_empty() || is_wanted(operation["verified"].as_array().unwrap()) {
            found.insert(text(&operation["operation"]), wanted);
        }
    }
    found
}

/// What was sent and answered with a success; a dry run's success is an error. Common parameters that
/// are none of the operation's own do not count.
fn sent(clouds: &[Cloud], known: &Sent) -> Sent {
    let mut sent = Sent::new();
    for cloud in clouds {
        let entries_from = |number: usize| {
            let path = format!("/_bellcheck/journal?from={number}");
            cloud.control("GET", &path, &Value::Null).as_array().unwrap().clone()
        };
        let entries = entries_from(0);
        // A journal that has lost its beginning gives as many entries without the first.
        assert_eq!(entries_from(1).len() + 1, entries.len(), "the journal is not whole");
        let dry = |entry: &Value| DRY_RUNS.iter().any(|code| entry["code"] == *code);
        let calls = entries.iter().filter(|entry| entry["kind"] == "call");
        for call in calls.filter(|call| call["status"] == 200 || dry(call)) {
            let operation = text(&call["operation"]);
            let own = &known[&operation];
            let names = call["parameters"].as_object().unwrap().keys().map(|name| numbered(name));
            sent.entry(operation).or_default().extend(names.filter(|name| own.contains(name)));
        }
    }
    sent
}

fn difference(one: &Sent, other: &Sent) -> Vec<String> {
    let none = BTreeSet::new();
    let mut found = Vec::new();
    for (operation, names) in one {
        found.extend((!other.contains_key(operation)).then(|| operation.clone()));
        let others = other.get(operation).unwrap_or(&none);
        found.extend(names.difference(others).map(|name| format!("{operation} {name}")));
    }
    found
}

fn written(sent: &Sent) -> String {
    let mut text =
        "# Written by the tests of this client from what it sent; see ../evidence.rs.\n".to_owned();
    for (operation, names) in sent {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        text += format!("{operation}: {}", names.join(" ")).trim_end();
        text.push('\n');
    }
    text
}

/// `EventPattern.1.LevelList.2` as `EventPattern.N.LevelList.N`.
fn numbered(name: &str) -> String {
    let parts = name.split('.').map(|part| if part.parse::<u32>().is_ok() { "N" } else { part });
    parts.collect::<Vec<_>>().join(".")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
