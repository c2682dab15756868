//! Comparing the emulator with the cloud.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use crate::clock::parse_duration;

/// `bellcheck conform`
#[derive(Debug, Args)]
pub(in crate::cli) struct Conform {
    /// Cassettes, or folders of them, as `--record DIR` writes them
    #[arg(value_name = "CASSETTE", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Evidence that is older is called old
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "90d")]
    pub(in crate::cli) max_age: Duration,
    /// Differences of time up to this are none
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "2s")]
    pub(in crate::cli) tolerance: Duration,
    /// Set a switch of the emulator that is compared; `bellcheck emulator --switch help` lists them
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    pub(in crate::cli) switches: Vec<String>,
    /// Take its switches from this file; `--switch` comes after it
    #[arg(long = "switches", value_name = "FILE")]
    pub(in crate::cli) switch_files: Vec<PathBuf>,
    /// Also name fields that are the same, and those that were never observed; JSON always does
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = ConformForm::Text, value_name = "FORM")]
    pub(in crate::cli) output: ConformForm,
}

/// Forms of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ConformForm {
    /// For people
    Text,
    /// For programs
    Json,
}
