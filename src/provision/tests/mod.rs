//! The pure parts, from outside: plans over a small model of an account.

mod account;
mod apply;
mod guard;
mod plan;
mod property;
mod saved;
mod select;
mod spec;
mod view;
mod wanted;
