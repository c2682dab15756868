//! From a spec's robots to clients of them.

use std::sync::Arc;

use super::{
    Context,
    exit::{Exit, Failure},
    real::{DINGTALK, Real},
};
use crate::{
    clock::SystemClock,
    openapi::{Endpoints, ReqwestTransport},
    robot::{Address, RobotClient},
    spec::{Robot, Spec},
};

/// The robot of that name.
///
/// # Errors
/// Exit code 2, with the names that there are.
pub(super) fn named<'a>(specs: &'a [Spec], name: &str) -> Result<&'a Robot, Failure> {
    specs.iter().find_map(|spec| spec.robots.get(name)).ok_or_else(|| {
        let known: Vec<&str> = specs.iter().flat_map(|spec| spec.robots.keys()).map(String::as_str).collect();
        let files: Vec<&str> = specs.iter().map(|spec| spec.source.name()).collect();
        Failure::new(
            Exit::Input,
            "cli::robot",
            format!("there is no robot `{name}` in {}", files.join(", ")),
            if known.is_empty() {
                "add it under `robots`".to_owned()
            } else {
                format!("under `robots` there are {}", known.join(", "))
            },
        )
    })
}

/// Insists that the address and the secret of a robot are none that only an emulator takes.
///
/// # Errors
/// As [`Real::check`].
pub(super) fn check(
    context: &Context,
    specs: &[Spec],
    robot: &Robot,
    unusual_tokens: bool,
) -> Result<(), Failure> {
    let unfit = specs.iter().flat_map(|spec| &spec.unfit);
    let unfit = unfit.filter(|unfit| unfit.robot.as_ref() == Some(&robot.name));
    // Without an endpoint it is DingTalk itself that gets the message.
    let base = context.global.endpoint.as_deref().unwrap_or(DINGTALK);
    match Real::new(context, unusual_tokens).hasty().check(unfit, base) {
        // Where nothing answers, nothing takes a message either, and that is what to say.
        Err(failure) if failure.exit == Exit::Refused => Ok(()),
        other => other,
    }
}

/// A client of the robot, at the address that options give.
///
/// # Errors
/// Exit code 2 for an address that cannot be used, 3 when HTTPS cannot be set up.
pub(super) fn client(context: &Context, robot: &Robot) -> Result<RobotClient, Failure> {
    let address = Address::of_webhook(&robot.webhook).map_err(|fault| {
        Failure::new(Exit::Input, "cli::robot", fault, "copy the robot's webhook whole into the spec")
    })?;
    let address = match context.global.endpoint.as_deref() {
        None => address,
        Some(endpoint) => {
            // The same rules as for the other commands.
            Endpoints::new("cn-hangzhou", Some(endpoint)).map_err(|error| {
                Failure::new(
                    Exit::Input,
                    "cli::endpoint",
                    error.to_string(),
                    "write a scheme, a host and a port, such as http://127.0.0.1:8899",
                )
            })?;
            address.at(endpoint)
        }
    };
    let transport = ReqwestTransport::new().map_err(|error| {
        Failure::new(Exit::Refused, "cli::transport", error.to_string(), "check the TLS set-up")
    })?;
    Ok(RobotClient::new(Arc::new(transport), Arc::new(SystemClock), address, robot.secret.clone()))
}
