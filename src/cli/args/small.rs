//! The small ones.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Variables;
use crate::event::Level;

/// `bellcheck send`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("content").required(true).args(["text", "markdown", "message"]))]
pub(in crate::cli) struct Send {
    /// The spec that has the robot, or a folder with a bellcheck.yaml
    #[arg(long, value_name = "SPEC", default_value = "bellcheck.yaml")]
    pub(in crate::cli) spec: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) variables: Variables,
    /// Take a token of a DingTalk robot that does not look like one
    #[arg(long)]
    pub(in crate::cli) allow_unusual_tokens: bool,
    /// The robot, by its name in the spec
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) robot: String,
    /// Send this text
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) text: Option<String>,
    /// Send the Markdown in this file
    #[arg(long, value_name = "FILE", requires = "title")]
    pub(in crate::cli) markdown: Option<PathBuf>,
    /// The title of the Markdown, as lists of conversations show it
    #[arg(long, value_name = "TITLE", requires = "markdown", conflicts_with_all = ["text", "message"])]
    pub(in crate::cli) title: Option<String>,
    /// Send the body in this JSON file; a `msgUuid` is added
    #[arg(long, value_name = "FILE", conflicts_with_all = ["at_mobiles", "at_all"])]
    pub(in crate::cli) message: Option<PathBuf>,
    /// Mention whoever has this number; the text must have @NUMBER; may be given several times
    #[arg(long = "at-mobile", value_name = "NUMBER")]
    pub(in crate::cli) at_mobiles: Vec<String>,
    /// Mention everybody
    #[arg(long)]
    pub(in crate::cli) at_all: bool,
    /// Send also what the robot is expected to refuse: it decides
    #[arg(long, conflicts_with = "dry_run")]
    pub(in crate::cli) force: bool,
    /// Show the body and what the robot would refuse, and send nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

/// `bellcheck events`
#[derive(Debug, Args)]
pub(in crate::cli) struct Events {
    /// Only those with this in their product, name or meaning
    #[arg(value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(in crate::cli) text: String,
    /// Only those of this product
    #[arg(long, value_name = "PRODUCT")]
    pub(in crate::cli) product: Option<String>,
    /// Only those of this level: CRITICAL, WARN or INFO
    #[arg(long, value_name = "LEVEL")]
    pub(in crate::cli) level: Option<Level>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = EventsForm::Text, value_name = "FORM")]
    pub(in crate::cli) output: EventsForm,
}

/// Forms of the list of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum EventsForm {
    /// For people
    Text,
    /// For programs: all that the catalogue knows
    Json,
}

/// `bellcheck schema`
#[derive(Debug, Args)]
pub(in crate::cli) struct Schema {
    /// The kind of file
    #[arg(value_enum)]
    pub(in crate::cli) kind: FileKind,
}

/// Kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FileKind {
    /// Who must be told about what
    Spec,
    /// A part of a spec, named under its `include`
    Include,
    /// What must happen when
    Scenario,
    /// What `bellcheck plan -o json` prints
    Plan,
    /// Which accounts and regions
    Fleet,
    /// A line of what `bellcheck test --json` writes
    Report,
    /// What scenarios may touch on the real cloud
    Binds,
}

/// `bellcheck man`
#[derive(Debug, Args)]
pub(in crate::cli) struct Man {
    /// The command; without it the page of the program
    #[arg(value_name = "COMMAND", conflicts_with = "out_dir")]
    pub(in crate::cli) command: Option<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out_dir: Option<PathBuf>,
}
