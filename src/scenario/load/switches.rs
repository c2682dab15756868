//! `emulator: { stopping: 30s }`

use crate::{
    emulator::{Switches, switches::UnknownName},
    spec::yaml::{Binder, Context, Node, Spanned, Value},
};

/// Whether an event that is in no catalogue may be sent with these switches.
pub(super) fn takes_unknown_events(switches: &[(Spanned<String>, Spanned<String>)]) -> bool {
    let mut table = Switches::default();
    for (name, value) in switches {
        // What cannot be set was reported.
        table.set(&name.value, &value.value).ok();
    }
    table.unknown_event == UnknownName::Accept
}

pub(super) fn switches(node: &Node, context: &Context) -> Vec<(Spanned<String>, Spanned<String>)> {
    if Binder::open(node, context).is_none() {
        return Vec::new();
    }
    let Value::Map(entries) = &node.value else { return Vec::new() };
    let mut table = Switches::default();
    let mut out = Vec::new();
    for entry in entries {
        let name = &entry.key;
        let value = Spanned::new(entry.value.text().unwrap_or_default().to_owned(), entry.value.span);
        match table.set(&name.value, &value.value) {
            Ok(()) => out.push((name.clone(), value)),
            Err(fault) => context.error(
                "scenario::bad-switch",
                fault,
                name.span,
                "`bellcheck emulator --help` lists the switches",
            ),
        }
    }
    out
}
