//! The emulated cloud: a pure world (state and time) behind an in-process handle and an HTTP shell.
//!
//! `World::handle` answers signed requests, `World::advance_to` lets time pass; both are
//! deterministic. What public facts leave open is a named switch ([`Switches::table`]).
//!
//! From an act to a message: `ecs` changes an instance and emits a system event, `notifier` judges
//! every rule, asks the silence, tells groups and contacts, and hands each message to a robot
//! (`robot`) or records it. Each of these arrows leaves an entry in the journal.

mod account;
mod calls;
mod cms;
mod config;
mod coverage;
mod due;
mod ecs;
mod fault_draft;
mod faults;
mod gateway;
mod handle;
mod ids;
mod journal;
mod keys;
mod notifier;
mod queue;
mod robot;
mod server;
mod state;
mod sts;
pub mod switches;
#[cfg(test)]
mod tests;
mod world;

pub use cms::{EventDraft, MetricRuleDraft};
pub use config::{AccessKey, Keep, WorldConfig};
pub use coverage::{OperationCoverage, ParameterCoverage, coverage, coverage_markdown};
pub use ecs::NewInstance;
pub use fault_draft::{BadFault, FaultDraft};
pub use faults::{Dropped, FaultEffect, FaultRule, FaultTarget};
pub use gateway::{OperationInfo, operations};
pub use handle::Emulator;
pub use journal::{
    CallOutcome, ContactVerdict, Entry, RobotRef, RuleVerdict, Strike, TargetVerdict, WebhookCall,
    WebhookVerdict, What,
};
pub use notifier::{Sink, StandIn, Template, TemplateError, WebhookResult};
pub use robot::{Origin, Received, RobotConfig};
pub use server::{ServeOptions, serve, serve_with};
pub use state::{Continued, StateError};
pub use switches::{SwitchInfo, Switches};
pub use world::World;
