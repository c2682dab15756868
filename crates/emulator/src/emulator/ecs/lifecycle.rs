//! How instances go from state to state, and what they tell of it.

use std::{collections::VecDeque, time::Duration};

use super::{Instance, NewInstance, State, instance::Hardware};
use crate::{
    emulator::{
        due::Due,
        ids::IdKind,
        journal::What,
        switches::{CreationEvent, RebootSequence, Switches},
        world::World,
    },
    event::{Level, SystemEvent},
};

const DEFAULT_REGION: &str = "cn-hangzhou";
const DEFAULT_TYPE: &str = "ecs.g7.large";
const STATE_CHANGE: &str = "Instance:StateChange";

/// States yet to come.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct Journey {
    account: String,
    instance_id: String,
    states: VecDeque<State>,
    cause: &'static str,
}

/// How long an instance stays in a state that is passing.
fn lasts(state: State, switches: &Switches) -> Duration {
    match state {
        State::Pending => switches.pending,
        State::Starting => switches.starting,
        State::Stopping => switches.stopping,
        State::Running | State::Stopped => Duration::ZERO,
    }
}

/// The states of a reboot.
pub(super) fn reboot(sequence: RebootSequence) -> &'static [State] {
    match sequence {
        RebootSequence::Stopping => &[State::Stopping, State::Starting, State::Running],
        RebootSequence::Stopped => &[State::Stopping, State::Stopped, State::Starting, State::Running],
        RebootSequence::Starting => &[State::Starting, State::Running],
    }
}

impl World {
    /// Adds an instance that was always there: it emits no event. Returns its id.
    pub fn add_instance(&mut self, new: NewInstance) -> String {
        let account = self.default_account();
        self.add_instance_to(&account, new)
    }

    /// As [`World::add_instance`], in an account.
    pub(in crate::emulator) fn add_instance_to(&mut self, account: &str, new: NewInstance) -> String {
        let state = State::parse(&new.state).unwrap_or(State::Running);
        let id = self.create_instance(account, new, state, "declared");
        let rest: &[State] = match state {
            State::Pending => &[State::Starting, State::Running],
            State::Starting => &[State::Running],
            State::Stopping => &[State::Stopped],
            State::Running | State::Stopped => &[],
        };
        self.travel_on(account, &id, state, rest.iter().copied().collect(), "declared");
        id
    }

    /// The state of an instance, in whichever account it is; none when it does not exist (any more).
    #[must_use]
    pub fn instance_state(&self, id: &str) -> Option<&str> {
        self.accounts
            .values()
            .find_map(|account| account.instances.get(id))
            .map(|instance| instance.state.as_str())
    }

    pub(super) fn create_instance(
        &mut self,
        account: &str,
        new: NewInstance,
        state: State,
        cause: &'static str,
    ) -> String {
        let id = self.ids.resource(IdKind::Instance, "i-bp1");
        let or = |text: String, default: &str| if text.is_empty() { default.to_owned() } else { text };
        let created = self.now();
        let instances = &mut self.account(account).instances;
        let number = instances.len() + 1;
        let instance = Instance {
            // An instance without a name goes by its id.
            name: or(new.name, &id),
            id: id.clone(),
            region: or(new.region, DEFAULT_REGION),
            instance_type: or(new.instance_type, DEFAULT_TYPE),
            state,
            private_ip: format!("172.16.{}.{}", number / 250 % 250, number % 250 + 1),
            tags: new.tags,
            created,
            deletion_protection: false,
            hardware: Hardware::default(),
        };
        let name = instance.name.clone();
        instances.insert(id.clone(), instance);
        self.note(What::Instance {
            instance_id: id.clone(),
            name,
            from: None,
            to: state.as_str().to_owned(),
            cause: cause.to_owned(),
        });
        id
    }

    /// Sends an instance through `states`, the first one at once. It must be at rest: operations
    /// refuse instances on a journey, so that no instance is ever on two.
    pub(super) fn set_out(&mut self, account: &str, id: &str, states: &[State], cause: &'static str) {
        if let Some((first, rest)) = states.split_first() {
            self.enter(account, id, *first, rest.iter().copied().collect(), cause);
        }
    }

    /// The next state of a journey is due. An instance that was released on the way is not there.
    pub(in crate::emulator) fn travel(&mut self, mut journey: Journey) {
        if let Some(state) = journey.states.pop_front() {
            self.enter(&journey.account, &journey.instance_id, state, journey.states, journey.cause);
        }
    }

    fn enter(&mut self, account: &str, id: &str, state: State, rest: VecDeque<State>, cause: &'static str) {
        let Some(instance) = self.account(account).instances.get_mut(id) else {
            return;
        };
        let from = instance.state;
        instance.state = state;
        let name = instance.name.clone();
        self.note(What::Instance {
            instance_id: id.to_owned(),
            name,
            from: Some(from.as_str().to_owned()),
            to: state.as_str().to_owned(),
            cause: cause.to_owned(),
        });
        if from == State::Pending && self.switches.creation_event == CreationEvent::Created {
            self.emit_state_change(account, id, "Created");
        }
        self.emit_state_change(account, id, state.as_str());
        self.travel_on(account, id, state, rest, cause);
    }

    pub(super) fn travel_on(
        &mut self,
        account: &str,
        id: &str,
        state: State,
        rest: VecDeque<State>,
        cause: &'static str,
    ) {
        if rest.is_empty() {
            return;
        }
        let journey =
            Journey { account: account.to_owned(), instance_id: id.to_owned(), states: rest, cause };
        let delay = lasts(state, &self.switches);
        self.put_due(delay, Due::Instance(journey));
    }

    /// Releases an instance: it disappears, and says so.
    pub(super) fn release(&mut self, account: &str, id: &str, cause: &str) {
        let Some(instance) = self.account(account).instances.get(id).cloned() else {
            return;
        };
        self.note(What::Instance {
            instance_id: id.to_owned(),
            name: instance.name,
            from: Some(instance.state.as_str().to_owned()),
            to: "Deleted".to_owned(),
            cause: cause.to_owned(),
        });
        self.emit_state_change(account, id, "Deleted");
        let held = self.account(account);
        held.instances.shift_remove(id);
        // Nothing is left that they could happen to.
        held.simulated_events.retain(|_, event| event.instance_id != id);
    }

    /// Emits the system event of a state change: INFO, StatusNotification, Normal.
    pub(super) fn emit_state_change(&mut self, account: &str, id: &str, state: &str) {
        let event_id = self.ids.uuid(IdKind::Event);
        let event_time = self.now();
        let Some(instance) = self.account(account).instances.get(id) else {
            return;
        };
        let event = SystemEvent {
            id: event_id,
            product: "ECS".to_owned(),
            name: STATE_CHANGE.to_owned(),
            level: Level::Info,
            status: "Normal".to_owned(),
            event_type: "StatusNotification".to_owned(),
            region_id: instance.region.clone(),
            resource_id: instance.arn(account),
            instance_name: instance.name.clone(),
            user_id: account.to_owned(),
            group_id: String::new(),
            event_time,
            content: instance.change_content(state),
        };
        self.emit(account, event);
    }
}
