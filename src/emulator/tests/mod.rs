//! The emulated cloud from outside: signed requests in, answers, messages and journal out.

mod alert_log;
mod application_groups;
mod arrows;
mod contacts;
mod determinism;
mod faults;
mod foreign;
mod gateway;
mod instances;
mod robots;
mod rules;
mod served;
mod server;
mod shell;
mod silence;
mod simulated_events;
mod support;
mod system_event_queries;
mod targets;
mod test_events;
mod wire_forms;
