//! ECS's refusals. Codes and statuses are those of the error tables of `AlibabaCloudDocs/ecs`; what
//! stands in parentheses in a message is the emulator's.

use super::State;
use crate::{emulator::gateway::Refusal, openapi::ParamError};

pub(super) fn not_found() -> Refusal {
    Refusal::new(404, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist.")
}

/// The instance is in a state in which the operation makes no sense.
pub(super) fn incorrect_status(state: State) -> Refusal {
    Refusal::new(
        403,
        "IncorrectInstanceStatus",
        format!(
            "The current status of the resource does not support this operation. (it is {})",
            state.as_str()
        ),
    )
}

/// A dry run that found nothing wrong answers with this error. Status and message are from clients'
/// logs of other ECS and VPC operations; the documents do not give them.
pub(super) fn dry_run() -> Refusal {
    Refusal::new(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.")
}

/// The same for operations on several instances, which have a code of their own.
pub(super) fn dry_run_of_batch() -> Refusal {
    Refusal { code: "DRYRUN.SUCCESS".to_owned(), ..dry_run() }
}

/// A parameter's value: 400 in the table of common errors.
pub(super) fn invalid_parameter(reason: impl AsRef<str>) -> Refusal {
    Refusal::new(
        400,
        "InvalidParameter",
        format!("The specified parameter is not valid. ({})", reason.as_ref()),
    )
}

/// The same in operations on system events, whose own tables say 403.
pub(super) fn invalid_event_parameter(reason: impl AsRef<str>) -> Refusal {
    Refusal { status: 403, ..invalid_parameter(reason) }
}

/// Too many instances in one call, in operations on system events.
pub(super) fn too_many_instances() -> Refusal {
    Refusal::new(403, "InstanceIdLimitExceeded", "The amount of InstanceId specified exceeds limit 100.")
}

/// Too many events in one call; one operation's table says 400, the others' 403.
pub(super) fn too_many_events(status: u16) -> Refusal {
    Refusal::new(status, "EventIdLimitExceeded", "The amount of EventId specified exceeds limit 100.")
}

/// A mandatory parameter is missing: 400 in the table of common errors, with other statuses in the
/// tables of some operations.
pub(super) fn missing(action: &str, name: &str) -> Refusal {
    let status = match action {
        "CreateSimulatedSystemEvents" | "CancelSimulatedSystemEvents" => 404,
        "DescribeInstancesFullStatus" | "DescribeInstanceHistoryEvents" => 403,
        "TagResources" => {
            return Refusal::new(
                404,
                format!("MissingParameter.{}", if name == "Tag" { "Tags" } else { name }),
                format!("The parameter - {name} should not be null"),
            );
        }
        _ => 400,
    };
    Refusal::new(
        status,
        "MissingParameter",
        format!(
            "The input parameter \"{name}\" that is mandatory for processing this request is not supplied."
        ),
    )
}

/// Parameters and operation do not fit together.
pub(in crate::emulator) fn of_params(action: &str, fault: ParamError) -> Refusal {
    match fault {
        ParamError::Missing(name) => missing(action, &name),
        ParamError::Invalid { name, reason } if action.contains("Event") || action.contains("FullStatus") => {
            invalid_event_parameter(format!("{name}: {reason}"))
        }
        ParamError::Invalid { name, reason } => invalid_parameter(format!("{name}: {reason}")),
        fault => Refusal::of_params(action, fault),
    }
}

/// A mandatory parameter, which must not be empty either.
pub(super) fn given<O: crate::openapi::Operation>(
    _operation: &O,
    name: &str,
    value: &str,
) -> Result<(), Refusal> {
    if value.is_empty() { Err(missing(O::ACTION, name)) } else { Ok(()) }
}

/// A list that must have something in it.
pub(super) fn some_given<O: crate::openapi::Operation, T>(
    _operation: &O,
    name: &str,
    values: &[T],
) -> Result<(), Refusal> {
    if values.is_empty() { Err(missing(O::ACTION, name)) } else { Ok(()) }
}
