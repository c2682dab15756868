//! Commands that look at specs and accounts.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `bellcheck validate`
#[derive(Debug, Args)]
pub(in crate::cli) struct Validate {
    /// Files, or folders whose YAML files are all checked
    #[arg(value_name = "FILE", default_value = ".")]
    pub(in crate::cli) paths: Vec<PathBuf>,
}

/// Which spec.
#[derive(Debug, Args)]
pub(in crate::cli) struct Specs {
    /// The spec, or a folder with a bellcheck.yaml
    #[arg(value_name = "SPEC")]
    pub(in crate::cli) path: PathBuf,
}

/// What may be done to the account.
#[derive(Debug, Args)]
pub(in crate::cli) struct Rights {
    /// Take over same-named objects that this stack does not own
    #[arg(long)]
    pub(in crate::cli) adopt: bool,
    /// Delete objects of this stack that the spec no longer has
    #[arg(long)]
    pub(in crate::cli) prune: bool,
    /// Go on when more than 30 % of ten or more owned objects would be updated or deleted
    #[arg(long)]
    pub(in crate::cli) force: bool,
}

/// `bellcheck plan`
#[derive(Debug, Args)]
pub(in crate::cli) struct Plan {
    #[command(flatten)]
    pub(in crate::cli) specs: Specs,
    /// Exit 1 when there is something to do
    #[arg(long)]
    pub(in crate::cli) check: bool,
    #[command(flatten)]
    pub(in crate::cli) rights: Rights,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = PlanForm::Text, value_name = "FORM")]
    pub(in crate::cli) output: PlanForm,
}

/// Forms of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PlanForm {
    /// For people
    Text,
    /// For programs
    Json,
}

/// `bellcheck apply`
#[derive(Debug, Args)]
pub(in crate::cli) struct Apply {
    #[command(flatten)]
    pub(in crate::cli) specs: Specs,
    #[command(flatten)]
    pub(in crate::cli) rights: Rights,
    /// Do not ask
    #[arg(long)]
    pub(in crate::cli) yes: bool,
}

/// `bellcheck destroy`
#[derive(Debug, Args)]
pub(in crate::cli) struct Destroy {
    #[command(flatten)]
    pub(in crate::cli) specs: Specs,
    /// Go on when ten or more objects would be deleted
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// Do not ask
    #[arg(long)]
    pub(in crate::cli) yes: bool,
}
