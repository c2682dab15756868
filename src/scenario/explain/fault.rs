//! Robots that answer as a step `fault` says.

use super::Evidence;
use crate::{
    dingtalk::Reply,
    emulator::{FaultEffect, Strike, What},
};

/// A fault by the place that asked for it.
pub(in crate::scenario) fn fault(line: Option<usize>) -> String {
    match line {
        Some(line) => format!("the `fault` in line {line}"),
        None => "an injected fault".to_owned(),
    }
}

/// The fault that made a robot give this very answer of the journal.
pub(super) fn behind<'a>(evidence: &Evidence<'a>, reply: &Reply) -> Option<&'a Strike> {
    let delivery = evidence.entries.iter().find_map(|entry| match &entry.what {
        What::Delivery { reply: known, event_id, rule, contact, .. } if std::ptr::eq(known, reply) => {
            Some((event_id, rule, contact))
        }
        _ => None,
    })?;
    evidence.entries.iter().find_map(|entry| {
        let What::Fault(strike) = &entry.what else { return None };
        let origin = strike.origin.as_ref()?;
        // A contact has one robot, so this is its answer.
        let is_this = (&origin.event_id, &origin.rule, &origin.contact) == delivery
            && !matches!(strike.effect, FaultEffect::Delay(_));
        is_this.then_some(&**strike)
    })
}
