//! Comparing the emulator with the cloud.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use crate::clock::parse_duration;

/// `bellcheck conform`
#[derive(Debug, Args)]
pub(in crate::cli) struct Conform {
    /// Cassettes, or folders of them, as `--record DIR` writes them
    #[arg(value_name = "CASSETTE", required_unless_present = "live", conflicts_with = "live")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) asking: Asking,
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

/// Asking an account instead.
#[derive(Debug, Args)]
#[command(next_help_heading = "Asking an account")]
pub(in crate::cli) struct Asking {
    /// Ask the account what public documents leave open, and write the answers as switches of the emulator
    #[arg(long)]
    pub(in crate::cli) live: bool,
    /// Also make things, named bellcheck-conform-…, and delete them again
    #[arg(long, requires = "live")]
    pub(in crate::cli) writes: bool,
    /// Only delete what earlier runs made and left behind, as the records of this account tell
    #[arg(long, requires = "live", conflicts_with_all = ["writes", "out", "force", "output"])]
    pub(in crate::cli) clean: bool,
    /// Where what is made is written down before it is made
    #[arg(long, value_name = "FOLDER", requires = "live", default_value = ".bellcheck/conform")]
    pub(in crate::cli) journal: PathBuf,
    /// Do not ask before things are made
    #[arg(long, requires = "writes")]
    pub(in crate::cli) yes: bool,
    /// The file to write
    #[arg(long, value_name = "FILE", requires = "live", default_value = "switches.yaml")]
    pub(in crate::cli) out: PathBuf,
    /// Overwrite the file
    #[arg(long, requires = "live")]
    pub(in crate::cli) force: bool,
}

/// Forms of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ConformForm {
    /// For people
    Text,
    /// For programs
    Json,
}
