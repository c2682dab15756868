//! Whether a rule tells of an event.

use super::{
    candidate::{Candidate, Fact},
    route::RuleVerdict,
};
use crate::spec::{EventType, Rule};

/// The verdict, in the order in which the event centre of the emulated cloud looks.
pub(super) fn verdict(rule: &Rule, candidate: &Candidate) -> RuleVerdict {
    let event = &candidate.event;
    let custom = event.is_custom();
    if (rule.event_type == EventType::Custom) != custom {
        return if custom { RuleVerdict::SystemEvents } else { RuleVerdict::CustomEvents };
    }
    let mut mismatches =
        if custom { rule.pattern.mismatches_of_custom(event) } else { rule.pattern.mismatches(event) };
    mismatches.retain(|mismatch| !candidate.unknown.iter().any(|fact| fact.is_asked_by(mismatch.field())));
    if !mismatches.is_empty() {
        return RuleVerdict::Mismatch(mismatches);
    }
    let mut open: Vec<Fact> = Vec::new();
    if let Some(group) = &rule.application_group {
        if !candidate.knows(Fact::ApplicationGroup) {
            open.push(Fact::ApplicationGroup);
        } else if !candidate.application_groups.contains(group) {
            return RuleVerdict::OtherGroup(group.clone());
        }
    }
    if !rule.enabled {
        return RuleVerdict::Disabled;
    }
    if rule.targets.is_empty() {
        return RuleVerdict::NoTargets;
    }
    open.extend(candidate.unknown.iter().filter(|fact| fact.matters_to(&rule.pattern)));
    if open.is_empty() { RuleVerdict::Matched } else { RuleVerdict::Depends(open) }
}
