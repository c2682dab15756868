//! From the texts of files to checked specs.

use std::collections::{BTreeMap, HashMap};

use super::{
    check, draft, ends,
    include::Files,
    merge::absorb,
    model::Spec,
    yaml::{Bind as _, Context, Environment, Supply},
};
use crate::diagnostic::{Diagnostic, Severity, Source, Span};

/// A value that was read from a file, and what is doubtful about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded<T> {
    /// The value.
    pub value: T,
    /// Findings that do not stop anything, in the order of the file's lines.
    pub warnings: Vec<Diagnostic>,
}

/// What several files came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// One spec for each stack, by the stacks' names; only sound when there is no error.
    pub specs: Vec<Spec>,
    /// Everything that was found, in the order of the files and their lines.
    pub findings: Vec<Diagnostic>,
    /// Every file that was named or included.
    pub files: Vec<CheckedFile>,
}

/// A file that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedFile {
    /// The path, as it is shown.
    pub name: String,
    /// Whether another file includes it.
    pub included: bool,
    /// Whether an error is in it or in a file that it includes.
    pub faulty: bool,
}

/// Reads a spec. `name` is the path as the user typed it, which files that it includes are relative
/// to; `environment` fills `${VAR}`.
///
/// # Errors
/// Everything that is wrong with the file, in the order of its lines; warnings come among them.
pub fn load(name: &str, text: &str, environment: Environment<'_>) -> Result<Loaded<Spec>, Vec<Diagnostic>> {
    load_from(name, text, Supply::of(environment))
}

/// As [`load`], where more is known of the values.
///
/// # Errors
/// As [`load`].
pub fn load_from(name: &str, text: &str, supply: Supply<'_>) -> Result<Loaded<Spec>, Vec<Diagnostic>> {
    let loaded = load_all_from(&[(name, text)], supply)?;
    let warnings = loaded.warnings;
    match loaded.value.into_iter().next() {
        Some(value) => Ok(Loaded { value, warnings }),
        None => Err(warnings),
    }
}

/// Reads specs from files, each `(name, text)` as for [`load`]: files of one stack become one spec.
///
/// # Errors
/// As [`load`], for all files.
pub fn load_all(
    files: &[(&str, &str)],
    environment: Environment<'_>,
) -> Result<Loaded<Vec<Spec>>, Vec<Diagnostic>> {
    load_all_from(files, Supply::of(environment))
}

/// As [`load_all`], where more is known of the values.
///
/// # Errors
/// As [`load`], for all files.
pub fn load_all_from(
    files: &[(&str, &str)],
    supply: Supply<'_>,
) -> Result<Loaded<Vec<Spec>>, Vec<Diagnostic>> {
    let checked = check_all_from(files, supply);
    if checked.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(checked.findings);
    }
    Ok(Loaded { value: checked.specs, warnings: checked.findings })
}

/// Checks files, each `(name, text)` as for [`load`].
#[must_use]
pub fn check_all(named: &[(&str, &str)], environment: Environment<'_>) -> Checked {
    check_all_from(named, Supply::of(environment))
}

/// As [`check_all`], where more is known of the values.
#[must_use]
pub fn check_all_from(named: &[(&str, &str)], supply: Supply<'_>) -> Checked {
    let mut files = Files::default();
    for (name, text) in named {
        files.open(name, text);
    }
    let context = Context::new(Source::join(files.opened.iter().map(|opened| &opened.document.source)));
    std::mem::take(&mut files.found).into_iter().for_each(|finding| context.push(finding));
    let specs = stacks(&mut files, supply, &context)
        .into_iter()
        .filter_map(|stack| {
            context.set_partial(stack.partial);
            check::spec(stack.draft, &context)
        })
        .collect::<Vec<_>>();
    apart(&specs, &context);
    let findings = context.finish();
    let files = checked_files(&files, &findings);
    Checked { specs, findings, files }
}

/// What all files of one stack say.
struct Stack {
    draft: draft::Spec,
    /// Something that belongs to it could not be read.
    partial: bool,
    /// Its files.
    members: Vec<usize>,
}

/// The stacks by name; a file without one stands for itself.
fn stacks(files: &mut Files, supply: Supply<'_>, context: &Context) -> Vec<Stack> {
    let mut tops: Vec<Stack> = Vec::new();
    // A file that cannot be read may belong to any of them.
    let any_lost = files.unreadable.iter().any(|file| file.by.is_none());
    for index in 0..files.opened.len() {
        let opened = &mut files.opened[index];
        opened.document.interpolate_from(supply, context);
        ends::check(&mut opened.document.root, context);
        let root = &opened.document.root;
        let top = opened.top;
        if opened.included.is_none() {
            let draft = draft::Spec::bind(root, context).unwrap_or_default();
            let partial = any_lost || files.incomplete.contains(&top);
            tops.push(Stack { draft, partial, members: vec![index] });
        } else if let (Some(part), Some(stack)) = (draft::Part::bind(root, context), tops.last_mut()) {
            absorb(&mut stack.draft, part.into(), context);
            stack.members.push(index);
        }
    }
    let mut by_name: BTreeMap<String, Stack> = BTreeMap::new();
    let mut nameless = Vec::new();
    for stack in tops {
        let Some(name) = stack.draft.stack.as_ref().map(|name| name.value.clone()) else {
            nameless.push(stack);
            continue;
        };
        match by_name.get_mut(&name) {
            None => {
                by_name.insert(name, stack);
            }
            Some(first) => {
                if included_by_both(files, &first.members, &stack.members, context) {
                    continue;
                }
                first.partial |= stack.partial;
                first.members.extend(stack.members);
                absorb(&mut first.draft, stack.draft, context);
            }
        }
    }
    by_name.into_values().chain(nameless).collect()
}

/// Reports files that two files of one stack include: each name in them would be there twice.
fn included_by_both(files: &Files, one: &[usize], other: &[usize], context: &Context) -> bool {
    let mut found = false;
    for again in other {
        let opened = &files.opened[*again];
        let first = one.iter().find(|first| files.opened[**first].identity == opened.identity);
        if let (Some(first), Some((by, span))) = (first, opened.included) {
            context.push(files.twice(by, span, *first));
            found = true;
        }
    }
    found
}

/// In one region, names are the identity of contacts, groups and rules: two stacks that have the same
/// one would take it from each other with every apply.
fn apart(specs: &[Spec], context: &Context) {
    let mut seen: HashMap<(&str, &str, &str), (Span, &str)> = HashMap::new();
    for spec in specs {
        let contacts = spec.contacts.values().map(|contact| ("contact", &contact.name, contact.span));
        let groups = spec.groups.values().map(|group| ("group", &group.name, group.span));
        let rules = spec.rules.values().map(|rule| ("rule", &rule.name, rule.span));
        for (what, name, span) in contacts.chain(groups).chain(rules) {
            let Some((first, stack)) = seen.insert((&spec.region, what, name), (span, &spec.stack)) else {
                continue;
            };
            context.push(
                Diagnostic::error(
                    "spec::two-stacks",
                    format!(
                        "stacks `{stack}` and `{}` both have {what} `{name}` in {}",
                        spec.stack, spec.region
                    ),
                )
                .at(context.source(), span, format!("of `{}`", spec.stack))
                .at(context.source(), first, format!("of `{stack}`"))
                .help("give one of them another name, or put both files into one stack"),
            );
        }
    }
}

fn checked_files(files: &Files, findings: &[Diagnostic]) -> Vec<CheckedFile> {
    let mut faulty = vec![false; files.opened.len()];
    let mut mark = |mut at: Option<usize>| {
        while let Some(index) = at {
            faulty[index] = true;
            at = files.opened[index].included.map(|(by, _)| by);
        }
    };
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    for span in errors.filter_map(|finding| finding.labels.first()).map(|(span, _)| span) {
        mark(files.holding(span.offset));
    }
    files.unreadable.iter().for_each(|file| mark(file.by));
    let opened = files.opened.iter().zip(faulty).map(|(opened, faulty)| CheckedFile {
        name: opened.document.source.name().to_owned(),
        included: opened.included.is_some(),
        faulty,
    });
    let unreadable = files.unreadable.iter().map(|file| CheckedFile {
        name: file.name.clone(),
        included: file.by.is_some(),
        faulty: true,
    });
    opened.chain(unreadable).collect()
}
