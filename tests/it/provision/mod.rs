//! Provisioning against the emulated cloud, over signed requests.

mod application_groups;
mod apply;
mod cloud;
mod foreign;
mod property;
mod repair;
mod stubborn;
