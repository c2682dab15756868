//! Provisioning against the emulated cloud, over signed requests.

mod application_groups;
mod apply;
mod bad_days;
mod cloud;
mod counts;
mod foreign;
mod import;
mod metric_alarms;
mod property;
mod provider_faults;
mod provider_faults_calls;
mod rename;
mod repair;
mod stubborn;
