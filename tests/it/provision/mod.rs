//! Provisioning against the emulated cloud, over signed requests.

mod application_groups;
mod apply;
mod bad_days;
mod cloud;
mod counts;
mod foreign;
mod property;
mod provider_faults_calls;
mod repair;
mod stubborn;
