//! Patterns whose lists exclude each other: events that a rule names and never gets.

use super::pattern::Lists;
use crate::{
    diagnostic::Diagnostic,
    event::Entry,
    spec::yaml::{Context, Spanned},
};

/// A field of events that a pattern has a list for.
struct Field<'a> {
    /// In a sentence.
    what: &'static str,
    /// The key in the file.
    key: &'static str,
    wanted: &'a [Spanned<String>],
    values: fn(&Entry) -> Vec<&str>,
}

impl<'a> Field<'a> {
    fn all(lists: &'a Lists) -> [Self; 3] {
        [
            Self {
                what: "level",
                key: "levels",
                wanted: &lists.levels,
                values: |entry| entry.levels().collect(),
            },
            Self {
                what: "type",
                key: "event_types",
                wanted: &lists.event_types,
                values: |entry| entry.event_types().collect(),
            },
            Self {
                what: "status",
                key: "statuses",
                wanted: &lists.statuses,
                values: |entry| entry.statuses().collect(),
            },
        ]
    }

    /// Whether an event may have what is asked for. One without a documented value may have any.
    fn fits(&self, entry: &Entry) -> bool {
        let has = (self.values)(entry);
        self.wanted.is_empty() || has.is_empty() || self.wanted.iter().any(|want| is_one_of(want, &has))
    }

    fn told(&self, entry: &Entry) -> String {
        format!("`{}` has {} {}", entry.name, self.what, (self.values)(entry).join(" or "))
    }
}

fn is_one_of(want: &Spanned<String>, has: &[&str]) -> bool {
    want.value == "*" || has.iter().any(|has| has.eq_ignore_ascii_case(&want.value))
}

/// For a rule that names its events, all of which are known.
pub(super) fn named_events(lists: &Lists, known: &[&Entry], context: &Context) {
    let fields = Field::all(lists);
    let reachable = |entry: &&&Entry| fields.iter().all(|field| field.fits(entry));
    if !known.iter().any(|entry| reachable(&entry)) {
        nothing(lists, &fields, known, context);
        return;
    }
    let names = lists.names.iter().filter(|name| name.value != "*");
    for (name, entry) in names.zip(known).filter(|(_, entry)| !reachable(entry)) {
        // Each field may have a value of its own that fits, and none of them be the reason alone.
        for field in fields.iter().filter(|field| !field.fits(entry)) {
            let mut finding = Diagnostic::warning(
                "spec::never-matched",
                format!(
                    "this rule never gets `{}`: the event never has such a {}",
                    context.written(name.span),
                    field.what
                ),
            )
            .at(context.source(), name.span, "named here");
            if let Some(first) = field.wanted.first() {
                finding = finding.at(context.source(), first.span, "asked for here");
            }
            let value = (field.values)(entry).join("` or `");
            context.push(finding.help(format!("add `{value}` to `{}`, or remove the name", field.key)));
        }
    }
    // A level too many is a habit and does no harm; a type or a status is a mistake about the event.
    for field in fields.iter().filter(|field| field.key != "levels") {
        let has: Vec<Vec<&str>> = known.iter().map(|entry| (field.values)(entry)).collect();
        if has.iter().any(Vec::is_empty) {
            continue;
        }
        let all: Vec<&str> = has.concat();
        for value in field.wanted.iter().filter(|value| !is_one_of(value, &all)) {
            let told: Vec<String> = known.iter().take(3).map(|entry| field.told(entry)).collect();
            context.warning(
                "spec::never-comes",
                format!("no named event ever has the {} `{}`", field.what, context.written(value.span)),
                value.span,
                format!("remove it: {}", told.join("; ")),
            );
        }
    }
}

/// None of the named events has what the other lists ask for.
fn nothing(lists: &Lists, fields: &[Field<'_>], known: &[&Entry], context: &Context) {
    let mut explained = false;
    for field in fields.iter().filter(|field| !known.iter().any(|entry| field.fits(entry))) {
        explained = true;
        let told: Vec<String> = known.iter().take(3).map(|entry| field.told(entry)).collect();
        let (Some(first), Some(last)) = (field.wanted.first(), field.wanted.last()) else { continue };
        let mut finding = Diagnostic::error(
            "spec::matches-nothing",
            format!("this rule matches nothing: no named event has such a {}", field.what),
        )
        .at(context.source(), first.span, "asked for here");
        if field.wanted.len() > 1 {
            finding = finding.at(context.source(), last.span, "");
        }
        if let Some(name) = lists.names.first() {
            finding = finding.at(context.source(), name.span, "named here");
        }
        context.push(finding.help(told.join("; ")));
    }
    if !explained && let Some(name) = lists.names.first() {
        context.error(
            "spec::matches-nothing",
            "this rule matches nothing: no named event has the level, type and status that are asked for at once",
            name.span,
            "split the rule, one for each combination",
        );
    }
}

/// For a rule that takes all events of a product. The catalogue is of public documents and may lack
/// some, so this is a doubt.
pub(super) fn any_event(product: &Spanned<String>, lists: &Lists, known: &[&Entry], context: &Context) {
    let fields = Field::all(lists);
    if known.iter().any(|entry| fields.iter().all(|field| field.fits(entry))) {
        return;
    }
    let shown = context.written(product.span);
    let alone = fields.iter().find(|field| !known.iter().any(|entry| field.fits(entry)));
    let (what, at, help) = match alone {
        Some(field) => {
            let mut values: Vec<&str> = known.iter().flat_map(|entry| (field.values)(entry)).collect();
            values.sort_unstable();
            values.dedup();
            let help = format!("its known events have {} {}", field.what, values.join(", "));
            (format!("such a {}", field.what), field.wanted.first(), help)
        }
        None => {
            let help = "`bellcheck events` lists the known ones; split the rule, one for each combination";
            let first = fields.iter().find_map(|field| field.wanted.first());
            ("all that is asked for at once".to_owned(), first, help.to_owned())
        }
    };
    context.warning(
        "spec::matches-nothing",
        format!("this rule matches nothing that is known: no event of `{shown}` has {what}"),
        at.map_or(product.span, |at| at.span),
        help,
    );
}
