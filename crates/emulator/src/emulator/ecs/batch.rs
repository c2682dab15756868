//! Start and stop of several instances at once.

use std::collections::BTreeSet;

use super::{
    State,
    change::{check_mode, keep_mode},
    fault::{dry_run_of_batch, given, incorrect_status, invalid_parameter, not_found, some_given},
};
use crate::{
    api::ecs::{
        InstanceBatchResponse, InstanceResponse, InstanceResponseList, StartInstances, StopInstances,
    },
    emulator::{
        gateway::{Call, Refusal, Serve},
        switches::UnknownInBatch,
    },
    openapi::Operation,
};

/// Instances in one call; documented.
const MOST: usize = 100;

/// What is asked of several instances.
struct Batch<'a> {
    region: &'a str,
    ids: &'a [String],
    mode: Option<&'a str>,
    only_checks: bool,
    /// The state that they must be in.
    from: State,
    /// The states that they go through.
    through: &'static [State],
    cause: &'static str,
}

impl Batch<'_> {
    /// The state of one instance, if it is there and ready.
    fn check(&self, call: &mut Call<'_>, id: &str) -> Result<(), (Option<State>, Refusal)> {
        match call.account().instances.get(id) {
            Some(found) if found.region == self.region && found.state == self.from => Ok(()),
            Some(found) if found.region == self.region => {
                Err((Some(found.state), incorrect_status(found.state)))
            }
            _ => Err((None, not_found())),
        }
    }

    /// All or none with `AllTogether`, each by itself with `SuccessFirst`.
    fn carry_out(
        &self,
        call: &mut Call<'_>,
        prepare: impl Fn(&mut Call<'_>, &str),
    ) -> Result<InstanceBatchResponse, Refusal> {
        if self.ids.len() > MOST {
            return Err(invalid_parameter(format!("InstanceId: at most {MOST}")));
        }
        let distinct: BTreeSet<&String> = self.ids.iter().collect();
        if distinct.len() != self.ids.len() {
            return Err(invalid_parameter("InstanceId: one of them is there twice"));
        }
        let together = match self.mode {
            None | Some("" | "AllTogether") => true,
            Some("SuccessFirst") => false,
            Some(other) => {
                return Err(invalid_parameter(format!(
                    "BatchOptimization `{other}` is neither AllTogether nor SuccessFirst"
                )));
            }
        };
        // Documented: with SuccessFirst a dry run answers this whatever the instances are.
        if self.only_checks && !together {
            return Err(dry_run_of_batch());
        }
        let must_know = together || call.switches().batch_unknown == UnknownInBatch::Refuse;
        for id in self.ids {
            match self.check(call, id) {
                Err((None, refusal)) if must_know => return Err(refusal),
                Err((_, refusal)) if together => return Err(refusal),
                _ => {}
            }
        }
        if self.only_checks {
            return Err(dry_run_of_batch());
        }
        let account = call.account_id.clone();
        let mut outcomes = Vec::with_capacity(self.ids.len());
        for id in self.ids {
            let mut outcome = InstanceResponse { instance_id: id.clone(), ..InstanceResponse::default() };
            match self.check(call, id) {
                Ok(()) => {
                    prepare(call, id);
                    call.world.set_out(&account, id, self.through, self.cause);
                    outcome.code = "200".to_owned();
                    outcome.message = "success".to_owned();
                    outcome.previous_status = self.from.as_str().to_owned();
                    outcome.current_status =
                        self.through.first().map_or("", |state| state.as_str()).to_owned();
                }
                Err((state, refusal)) => {
                    let state = state.map_or("", State::as_str).to_owned();
                    outcome.code = refusal.code;
                    outcome.message = refusal.message;
                    outcome.previous_status.clone_from(&state);
                    outcome.current_status = state;
                }
            }
            outcomes.push(outcome);
        }
        Ok(InstanceBatchResponse {
            instance_responses: InstanceResponseList { instance_response: outcomes },
            ..InstanceBatchResponse::default()
        })
    }
}

impl Serve for StartInstances {
    fn serve(self, call: &mut Call<'_>) -> Result<InstanceBatchResponse, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        some_given(&self, "InstanceId", &self.instance_id)?;
        let batch = Batch {
            region: &self.region_id,
            ids: &self.instance_id,
            mode: self.batch_optimization.as_deref(),
            only_checks: self.dry_run == Some(true),
            from: State::Stopped,
            through: &[State::Starting, State::Running],
            cause: Self::ACTION,
        };
        batch.carry_out(call, |_, _| {})
    }
}

impl Serve for StopInstances {
    fn serve(self, call: &mut Call<'_>) -> Result<InstanceBatchResponse, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        some_given(&self, "InstanceId", &self.instance_id)?;
        check_mode(self.stopped_mode.as_deref())?;
        let batch = Batch {
            region: &self.region_id,
            ids: &self.instance_id,
            mode: self.batch_optimization.as_deref(),
            only_checks: self.dry_run == Some(true),
            from: State::Running,
            through: &[State::Stopping, State::Stopped],
            cause: Self::ACTION,
        };
        // Documented: what does not support StopCharging is stopped without it.
        batch.carry_out(call, |call, id| keep_mode(call, id, self.stopped_mode.as_deref()))
    }
}
