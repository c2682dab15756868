//! Refusals: status, code and message, as the service's tables give them.

use std::time::Duration;

use crate::openapi::ParamError;

/// An answer that is not success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emulator) struct Refusal {
    /// The HTTP status.
    pub(in crate::emulator) status: u16,
    /// The `Code`.
    pub(in crate::emulator) code: String,
    /// The `Message`.
    pub(in crate::emulator) message: String,
    /// How long to wait, for `x-acs-retry-after`.
    pub(in crate::emulator) retry_after: Option<Duration>,
}

impl Refusal {
    pub(in crate::emulator) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), retry_after: None }
    }

    /// A mandatory parameter is missing: the gateway's `Missing{Name}`.
    pub(in crate::emulator) fn missing(name: &str) -> Self {
        Self::new(400, format!("Missing{name}"), format!("{name} is mandatory for this action."))
    }

    /// A parameter cannot be read: the gateway's `Invalid{Name}`. The reason is the emulator's.
    pub(in crate::emulator) fn invalid(name: &str, reason: &str) -> Self {
        Self::new(
            400,
            format!("Invalid{name}"),
            format!("Specified parameter {name} is not valid. ({reason})"),
        )
    }

    /// A parameter that the operation does not have. What the service says is not documented (it may
    /// well ignore it); the emulator refuses, because a misspelt parameter is a silent fault.
    pub(in crate::emulator) fn unknown_parameter(operation: &str, name: &str) -> Self {
        Self::new(
            400,
            "UnknownParameter",
            format!(
                "{operation} has no parameter `{name}` that the emulator knows; it refuses what it does not know."
            ),
        )
    }

    /// Parameters and operation do not fit together.
    pub(in crate::emulator) fn of_params(operation: &str, fault: ParamError) -> Self {
        match fault {
            ParamError::Unknown(name) => Self::unknown_parameter(operation, &name),
            ParamError::Missing(name) => Self::missing(&name),
            ParamError::Invalid { name, reason } => Self::invalid(&name, &reason),
            ParamError::Unrepresentable(what) => Self::invalid("Parameter", &what),
        }
    }

    /// The service failed.
    pub(in crate::emulator) fn internal() -> Self {
        Self::new(500, "InternalError", "The request processing has failed due to some unknown error.")
    }
}
