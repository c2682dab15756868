//! The emulated cloud from outside: signed requests in, answers, messages and journal out.

mod arrows;
mod contacts;
mod deliveries;
mod determinism;
mod ecs_batch;
mod ecs_events;
mod ecs_reads;
mod ecs_support;
mod faults;
mod foreign;
mod gateway;
mod instances;
mod limits;
mod robots;
mod rules;
mod served;
mod server;
mod shell;
mod silence;
mod simulated_events;
mod support;
mod targets;
mod test_events;
mod webhooks;
