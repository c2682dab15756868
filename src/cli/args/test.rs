//! Commands that run scenarios.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Variables;

/// `bellcheck test`
#[derive(Debug, Args)]
pub(in crate::cli) struct Test {
    /// Scenario files, or folders in which every YAML file with `steps:` is run
    #[arg(value_name = "PATH", default_value = "scenarios")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) variables: Variables,
    /// Where the scenarios run
    #[arg(long, value_enum, default_value_t = Backend::Emulator)]
    pub(in crate::cli) backend: Backend,
    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) junit: Option<PathBuf>,
    /// Replace the built-in template of CloudMonitor's message
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) template: Option<PathBuf>,
    /// Where ids are drawn from
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(in crate::cli) seed: u64,
    /// How many scenarios run at once; the number of processors by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) jobs: Option<u16>,
}

/// Where scenarios run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Backend {
    /// The embedded cloud, in virtual time
    Emulator,
    /// The real cloud
    Live,
}

/// `bellcheck review`
#[derive(Debug, Args)]
pub(in crate::cli) struct Review {
    /// Where to look for `.snap.new` files; with --unreferenced, for scenarios and snapshots
    #[arg(value_name = "PATH", default_value = ".")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Only snapshots of this name, in which `*` stands for any characters; may be given several times
    #[arg(long = "snapshot", value_name = "NAME")]
    pub(in crate::cli) snapshots: Vec<String>,
    /// Take the new messages
    #[arg(long, group = "verdict")]
    pub(in crate::cli) accept: bool,
    /// Throw the new messages away
    #[arg(long, group = "verdict")]
    pub(in crate::cli) reject: bool,
    /// Show what differs, and ask nothing
    #[arg(long, group = "verdict")]
    pub(in crate::cli) diff: bool,
    /// Show the files, one a line, and ask nothing
    #[arg(long, group = "verdict")]
    pub(in crate::cli) list: bool,
    /// List the snapshots that no scenario compares a message with
    #[arg(long, group = "verdict")]
    pub(in crate::cli) unreferenced: bool,
    /// Delete them
    #[arg(long, requires = "unreferenced")]
    pub(in crate::cli) delete: bool,
    #[command(flatten)]
    pub(in crate::cli) variables: Variables,
}
