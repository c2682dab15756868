//! Whether a drafted file is a sound spec that changes nothing.

use std::collections::BTreeMap;

use super::{ImportOptions, LeftOut, chosen::Chosen, draft::Draft, names::Variables};
use crate::{
    diagnostic::{Diagnostic, Severity},
    provision::{
        from_spec::desired,
        model::ObjectKind,
        observed::Observed,
        plan::{Change, Options, plan},
    },
    spec,
};

/// What became of a draft.
pub(super) enum Verdict {
    /// It holds; these objects would still be changed, in fields that the account leaves open.
    Sound(Vec<LeftOut>),
    /// These objects have to go, each for its reason.
    Drop(Vec<(ObjectKind, String, String)>),
}

/// Loads the draft and plans it.
///
/// # Errors
/// Faults that belong to no object: a bad name for a stack, say.
pub(super) fn prove(
    observed: &Observed,
    draft: &Draft,
    variables: &Variables,
    chosen: &Chosen,
    options: &ImportOptions,
) -> Result<Verdict, Vec<Diagnostic>> {
    let loaded = spec::load(&options.file, &draft.text, &|name| variables.value(name));
    let spec = match loaded {
        Ok(loaded) => loaded.value,
        Err(found) => return blame(found, draft),
    };
    let mut wanted = match desired(&spec) {
        Ok(wanted) => wanted,
        Err(found) => return blame(found, draft),
    };
    let ids: BTreeMap<&String, &String> =
        chosen.application_groups.iter().map(|(id, name)| (name, id)).collect();
    for (name, rule) in &spec.rules {
        let id = rule.application_group.as_ref().and_then(|group| ids.get(group));
        if let (Some(id), Some(rule)) = (id, wanted.rules.get_mut(name)) {
            rule.rule.application_group_id = Some((*id).clone());
        }
    }
    let plan = plan(observed, &wanted, &Options { adopt: true, ..Options::default() });
    let mut faults = Vec::new();
    let mut changes = Vec::new();
    for change in &plan.changes {
        let (open, differs): (Vec<&str>, Vec<&str>) = change
            .fields
            .iter()
            .map(|field| field.field.as_str())
            .filter(|field| *field != "owner")
            .filter(|field| !is_without(change, field, observed, chosen))
            .partition(|field| is_open(change, field, observed));
        let (kind, name) = (change.kind, change.name.clone());
        if !differs.is_empty() {
            faults.push((kind, name, format!("a spec cannot say its {}", differs.join(", "))));
            continue;
        }
        let owned = chosen.is_owned(kind, &name);
        if let Some(why) = without(change, observed, chosen) {
            changes.push(LeftOut { kind, name: name.clone(), why, owned });
        }
        if !open.is_empty() {
            let why = format!("has no {} that is shown; apply would write the spec's", open.join(", "));
            changes.push(LeftOut { kind, name, why, owned });
        }
    }
    Ok(if faults.is_empty() { Verdict::Sound(changes) } else { Verdict::Drop(faults) })
}

/// Whether a field differs since something that no spec can say is not in the file.
fn is_without(change: &Change, field: &str, observed: &Observed, chosen: &Chosen) -> bool {
    let is_part = match change.kind {
        ObjectKind::Group => field == "contacts",
        ObjectKind::Rule => field.starts_with("target "),
        ObjectKind::Contact => false,
    };
    is_part && without(change, observed, chosen).is_some()
}

/// What of an object is not in the file, in words; none where all of it is.
fn without(change: &Change, observed: &Observed, chosen: &Chosen) -> Option<String> {
    let (what, missing) = match change.kind {
        ObjectKind::Group => ("contact", chosen.missing_members(observed.groups.get(&change.name)?)),
        ObjectKind::Rule => ("group", chosen.missing_groups(observed.rules.get(&change.name)?)),
        ObjectKind::Contact => return None,
    };
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let s = if names.len() == 1 { "" } else { "s" };
    (!names.is_empty()).then(|| {
        format!("is in the file without {what}{s} {}, and apply would take that out of it", names.join(", "))
    })
}

/// Whether the account has no value for the field that could be written into a spec: a language or
/// an event type that was never set, a channel that is not shown before it is activated.
fn is_open(change: &Change, field: &str, observed: &Observed) -> bool {
    let description = match change.kind {
        ObjectKind::Contact => observed.contacts.get(&change.name).map(|seen| &seen.contact.description),
        ObjectKind::Group => observed.groups.get(&change.name).map(|seen| &seen.group.description),
        ObjectKind::Rule => observed.rules.get(&change.name).map(|seen| &seen.rule.description),
    };
    // Blanks are no description.
    if field == "description" && description.is_some_and(|text| text.trim().is_empty()) {
        return true;
    }
    match change.kind {
        ObjectKind::Contact => observed.contacts.get(&change.name).is_some_and(|seen| {
            field == "language" && seen.contact.language.is_empty()
                || seen.pending.iter().any(|channel| channel.key() == field)
        }),
        ObjectKind::Rule => {
            field == "event_type"
                && observed.rules.get(&change.name).is_some_and(|seen| seen.rule.event_type.is_empty())
        }
        ObjectKind::Group => false,
    }
}

/// The objects under whose lines the errors are.
fn blame(found: Vec<Diagnostic>, draft: &Draft) -> Result<Verdict, Vec<Diagnostic>> {
    let errors = found.iter().filter(|finding| finding.severity == Severity::Error);
    let line_of = |finding: &&Diagnostic| {
        let place = finding.source.as_ref().zip(finding.labels.first());
        place.map(|(source, (span, _))| source.line(span.offset))
    };
    let mut errors: Vec<(Option<usize>, &Diagnostic)> =
        errors.map(|finding| (line_of(&finding), finding)).collect();
    errors.sort_by_key(|(line, _)| line.is_some_and(|line| draft.is_of_robots(line)));
    let mut faults = Vec::new();
    for (line, finding) in errors {
        let objects = line.map_or(&[][..], |line| draft.objects_at(line));
        if objects.is_empty() {
            return Err(found);
        }
        let why = format!("no spec takes it: {}", finding.message);
        faults.extend(objects.iter().map(|(kind, name)| (*kind, name.clone(), why.clone())));
    }
    if faults.is_empty() { Err(found) } else { Ok(Verdict::Drop(faults)) }
}
