//! What can be due.

use super::{
    ecs::{Journey, Status},
    journal::What,
    notifier::Delivery,
    world::World,
};
use crate::event::SystemEvent;

/// Something that happens by itself when its time has come.
#[derive(Debug)]
pub(super) enum Due {
    /// An instance enters its next state.
    Instance(Journey),
    /// A simulated event enters its next status.
    Simulated { account: String, event_id: String, to: Status },
    /// An event reaches CloudMonitor.
    Event { account: String, event: Box<SystemEvent> },
    /// A message reaches its channel.
    Delivery(Box<Delivery>),
    /// A robot's answer, which a fault held up, reaches CloudMonitor.
    Answer(Box<What>),
}

impl World {
    pub(super) fn happen(&mut self, due: Due) {
        match due {
            Due::Instance(journey) => self.travel(journey),
            Due::Simulated { account, event_id, to } => self.simulated_due(&account, &event_id, to),
            Due::Event { account, event } => self.arrive(&account, *event),
            Due::Delivery(delivery) => self.deliver(*delivery),
            Due::Answer(what) => self.note(*what),
        }
    }
}
