//! Provisioning against the emulated cloud, over signed requests.

mod application_groups;
mod apply;
mod cloud;
mod foreign;
mod import;
mod property;
mod provider_faults;
mod rename;
mod repair;
mod stubborn;
