//! CloudMonitor's plain success, and its refusals by family.

use crate::{api::cloudmonitor::Ack, emulator::gateway::Refusal};

pub(super) const CODE: &str = "200";

/// Success and nothing else.
pub(super) fn ack() -> Ack {
    Ack { code: CODE.to_owned(), message: "success".to_owned(), success: true, ..Ack::default() }
}

/// Contacts, groups and rules: 400 `InvalidParameterValue`, documented with a free message.
pub(super) fn illegal(message: impl AsRef<str>) -> Refusal {
    Refusal::new(400, "InvalidParameterValue", format!("Illegal parameters. ({})", message.as_ref()))
}

/// System events, alert log and application groups: 400 `ParameterInvalid`.
pub(super) fn parameter_invalid(reason: impl AsRef<str>) -> Refusal {
    Refusal::new(400, "ParameterInvalid", format!("Parameter invalid. ({})", reason.as_ref()))
}

/// The same family's refusal of what is not there.
pub(super) fn resource_not_found(what: impl AsRef<str>) -> Refusal {
    Refusal::new(404, "ResourceNotFound", format!("The specified resource is not found. ({})", what.as_ref()))
}

/// An unknown rule. Its code is not documented for rules; this one is of the neighbouring
/// operations, and the message is the sample message of DisableEventRules.
pub(super) fn rule_not_found(name: &str) -> Refusal {
    resource_not_found(format!("rule `{name}`"))
}
