//! Start, stop, reboot and release.

use super::{
    Instance, State,
    fault::{dry_run, given, incorrect_status, invalid_parameter, not_found},
    lifecycle,
};
use crate::{
    api::ecs::{Accepted, DeleteInstance, RebootInstance, StartInstance, StopInstance},
    emulator::gateway::{Call, Refusal, Serve},
};

/// The instance that a call names, in the region that it may name.
pub(super) fn find<'a>(
    call: &'a mut Call<'_>,
    id: &str,
    region: &Option<String>,
) -> Result<&'a mut Instance, Refusal> {
    let instance = call.account().instances.get_mut(id).ok_or_else(not_found)?;
    match region {
        Some(region) if !region.is_empty() && *region != instance.region => Err(not_found()),
        _ => Ok(instance),
    }
}

/// Refuses any state but `wanted`, and a dry run that would have worked.
fn ready(instance: &Instance, wanted: State, only_checks: Option<bool>) -> Result<(), Refusal> {
    if instance.state != wanted {
        return Err(incorrect_status(instance.state));
    }
    if only_checks == Some(true) { Err(dry_run()) } else { Ok(()) }
}

/// Refuses a `StoppedMode` that is none.
pub(super) fn check_mode(mode: Option<&str>) -> Result<(), Refusal> {
    match mode {
        None | Some("" | "StopCharging" | "KeepCharging") => Ok(()),
        Some(mode) => {
            Err(invalid_parameter(format!("StoppedMode `{mode}` is neither StopCharging nor KeepCharging")))
        }
    }
}

/// Remembers how an instance is stopped.
pub(super) fn keep_mode(call: &mut Call<'_>, id: &str, mode: Option<&str>) {
    if let Some(instance) = call.account().instances.get_mut(id) {
        instance.hardware.stop_charging = mode == Some("StopCharging") && !instance.hardware.prepaid;
    }
}

impl Serve for StartInstance {
    fn serve(self, call: &mut Call<'_>) -> Result<Accepted, Refusal> {
        given(&self, "InstanceId", &self.instance_id)?;
        ready(find(call, &self.instance_id, &self.region_id)?, State::Stopped, self.dry_run)?;
        let account = call.account_id.clone();
        call.world.set_out(&account, &self.instance_id, &[State::Starting, State::Running], "StartInstance");
        Ok(Accepted::default())
    }
}

impl Serve for StopInstance {
    fn serve(self, call: &mut Call<'_>) -> Result<Accepted, Refusal> {
        given(&self, "InstanceId", &self.instance_id)?;
        let instance = find(call, &self.instance_id, &self.region_id)?;
        check_mode(self.stopped_mode.as_deref())?;
        if self.stopped_mode.as_deref() == Some("StopCharging") && instance.hardware.prepaid {
            return Err(Refusal::new(
                403,
                "InvalidInstanceId.NotSupport",
                "The specified instance does not support StopCharging. (it is paid in advance)",
            ));
        }
        ready(instance, State::Running, self.dry_run)?;
        let account = call.account_id.clone();
        keep_mode(call, &self.instance_id, self.stopped_mode.as_deref());
        call.world.set_out(&account, &self.instance_id, &[State::Stopping, State::Stopped], "StopInstance");
        Ok(Accepted::default())
    }
}

impl Serve for RebootInstance {
    fn serve(self, call: &mut Call<'_>) -> Result<Accepted, Refusal> {
        given(&self, "InstanceId", &self.instance_id)?;
        ready(find(call, &self.instance_id, &self.region_id)?, State::Running, self.dry_run)?;
        let account = call.account_id.clone();
        let states = lifecycle::reboot(call.switches().reboot);
        call.world.set_out(&account, &self.instance_id, states, "RebootInstance");
        call.world.avoid_maintenance(&account, &self.instance_id);
        Ok(Accepted::default())
    }
}

impl Serve for DeleteInstance {
    fn serve(self, call: &mut Call<'_>) -> Result<Accepted, Refusal> {
        given(&self, "InstanceId", &self.instance_id)?;
        let instance = find(call, &self.instance_id, &self.region_id)?;
        if instance.deletion_protection {
            return Err(Refusal::new(
                403,
                "InvalidOperation.DeletionProtection",
                "The operation is not allowed due to deletion protection.",
            ));
        }
        if instance.hardware.prepaid {
            return Err(Refusal::new(
                403,
                "ChargeTypeViolation",
                "The operation is not permitted due to billing method of the instance. (it is paid in advance)",
            ));
        }
        match instance.state {
            State::Stopped => {}
            State::Pending => {
                return Err(Refusal::new(
                    403,
                    "IncorrectInstanceStatus.Initializing",
                    "The specified instance status does not support this operation. (it is being created)",
                ));
            }
            _ if self.force == Some(true) => {}
            state => return Err(incorrect_status(state)),
        }
        if self.dry_run == Some(true) {
            return Err(dry_run());
        }
        let account = call.account_id.clone();
        call.world.release(&account, &self.instance_id, "DeleteInstance");
        Ok(Accepted::default())
    }
}
