//! Several files that describe one stack, as one.

use std::collections::BTreeSet;

use super::{
    draft,
    yaml::{Context, Names, Spanned},
};
use crate::diagnostic::{Diagnostic, Span};

/// Adds what `from` describes to `into`. A name that both have is an error, and so are settings that
/// contradict each other; a setting that only one of them has counts for both.
pub(super) fn absorb(into: &mut draft::Spec, from: draft::Spec, context: &Context) {
    agree("region", &mut into.region, from.region, context);
    accounts(&mut into.accounts, from.accounts, context);
    agree("site", &mut into.site, from.site, context);
    agree("language", &mut into.language, from.language, context);
    names("robot", &mut into.robots, from.robots, context);
    names("contact", &mut into.contacts, from.contacts, context);
    names("group", &mut into.groups, from.groups, context);
    names("rule", &mut into.rules, from.rules, context);
    list(&mut into.include, from.include);
    list(&mut into.application_groups, from.application_groups);
}

fn list(into: &mut Option<Vec<Spanned<String>>>, from: Option<Vec<Spanned<String>>>) {
    if let Some(from) = from {
        into.get_or_insert_default().extend(from);
    }
}

fn agree<T: PartialEq>(
    key: &str,
    into: &mut Option<Spanned<T>>,
    from: Option<Spanned<T>>,
    context: &Context,
) {
    match (&*into, from) {
        (Some(first), Some(second)) if first.value != second.value => context.push(
            Diagnostic::error(
                "spec::stack-disagrees",
                format!("two files of one stack have different values of `{key}`"),
            )
            .at(context.source(), second.span, "another here")
            .at(context.source(), first.span, "one here")
            .help(format!("write the same `{key}` in both, or give one of them another `stack`")),
        ),
        (None, Some(second)) => *into = Some(second),
        _ => {}
    }
}

/// A list that only one of them has counts for both; two lists are the same, or contradict each other.
fn accounts(into: &mut Option<Vec<Spanned<String>>>, from: Option<Vec<Spanned<String>>>, context: &Context) {
    let set = |list: &[Spanned<String>]| -> BTreeSet<String> {
        list.iter().map(|account| account.value.clone()).collect()
    };
    match (&*into, from) {
        (Some(first), Some(second)) if set(first) != set(&second) => {
            let mut finding = Diagnostic::error(
                "spec::stack-disagrees",
                "two files of one stack have different values of `accounts`",
            );
            for (list, label) in [(&second, "another here"), (first, "one here")] {
                if let Some(account) = list.first() {
                    finding = finding.at(context.source(), account.span, label);
                }
            }
            context
                .push(finding.help("write the same `accounts` in both, or give one of them another `stack`"));
        }
        (None, Some(second)) => *into = Some(second),
        _ => {}
    }
}

fn names<T>(what: &str, into: &mut Option<Names<T>>, from: Option<Names<T>>, context: &Context) {
    let Some(from) = from else { return };
    let into = into.get_or_insert_default();
    let known: std::collections::HashMap<String, Span> =
        into.0.iter().map(|entry| (entry.name.value.clone(), entry.name.span)).collect();
    for entry in from.0 {
        match known.get(&entry.name.value) {
            Some(first) => context.push(
                Diagnostic::error(
                    "spec::written-twice",
                    format!("{what} `{}` is written in two files", context.written(entry.name.span)),
                )
                .at(context.source(), entry.name.span, "again here")
                .at(context.source(), *first, "first here")
                .help("keep one of them, or give one another name"),
            ),
            None => into.0.push(entry),
        }
    }
}
