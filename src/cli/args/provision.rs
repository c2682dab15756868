//! Commands that look at specs and accounts.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::secret::Secret;

/// `bellcheck validate`
#[derive(Debug, Args)]
pub(in crate::cli) struct Validate {
    /// Files, or folders whose YAML files are all checked
    #[arg(value_name = "FILE", default_value = ".")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) variables: Variables,
    #[command(flatten)]
    pub(in crate::cli) secrets: Secrets,
    #[command(flatten)]
    pub(in crate::cli) strictness: Strictness,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = FindingsForm::Text, value_name = "FORM")]
    pub(in crate::cli) output: FindingsForm,
    /// Print findings as annotations of a GitHub workflow, too
    #[arg(long)]
    pub(in crate::cli) github: bool,
}

/// Forms of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FindingsForm {
    /// For people
    Text,
    /// For programs: a list
    Json,
}

/// Which specs, and with which values.
#[derive(Debug, Args)]
pub(in crate::cli) struct Specs {
    /// Specs; a folder stands for the bellcheck.yaml in it or, without one, for all specs in it
    #[arg(value_name = "SPEC", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) variables: Variables,
    #[command(flatten)]
    pub(in crate::cli) strictness: Strictness,
}

/// What `${NAME}` in a spec or a scenario is filled with, before the environment.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct Variables {
    /// Fill `${NAME}` in specs and scenarios with this; other users of the machine can see it
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub(in crate::cli) vars: Vec<Secret>,
    /// Fill variables from this YAML file of `NAME: value` lines; of several, the last one counts
    #[arg(long = "var-file", value_name = "FILE")]
    pub(in crate::cli) var_files: Vec<PathBuf>,
}

impl Variables {
    /// Whether no value is given.
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.vars.is_empty() && self.var_files.is_empty()
    }
}

/// What is not to be tolerated.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct Strictness {
    /// Take warnings for errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(in crate::cli) deny: Option<Deny>,
    /// Take a token of a DingTalk robot that does not look like one
    #[arg(long)]
    pub(in crate::cli) allow_unusual_tokens: bool,
}

/// What becomes of secrets that have no value, where nothing is called.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(in crate::cli) struct Secrets {
    /// Take a secret whose variable is not set for a fault, too; without it a placeholder stands in
    #[arg(long)]
    pub(in crate::cli) require_vars: bool,
}

/// What may be denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Deny {
    /// Everything that is doubtful
    Warnings,
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

/// Which objects.
#[derive(Debug, Args)]
pub(in crate::cli) struct Picks {
    /// Only this object and what it depends on: NAME, or KIND/NAME with contact, group or rule; may be
    /// given several times
    #[arg(long = "target", value_name = "NAME")]
    pub(in crate::cli) targets: Vec<String>,
}

/// `bellcheck plan`
#[derive(Debug, Args)]
pub(in crate::cli) struct Plan {
    #[command(flatten)]
    pub(in crate::cli) specs: Specs,
    /// Exit 1 when there is something to do, or when the stack owns what the spec does not have
    #[arg(long)]
    pub(in crate::cli) check: bool,
    /// With --check: let the stack own what the spec does not have
    #[arg(long, requires = "check")]
    pub(in crate::cli) ignore_leftovers: bool,
    #[command(flatten)]
    pub(in crate::cli) rights: Rights,
    #[command(flatten)]
    pub(in crate::cli) picks: Picks,
    /// Also name what is seen and left alone; JSON always does
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(in crate::cli) show: Option<Shown>,
    /// Write the plan to a file, for `bellcheck apply FILE` to do exactly that
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = PlanForm::Text, value_name = "FORM")]
    pub(in crate::cli) output: PlanForm,
}

/// Forms of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PlanForm {
    /// For people
    Text,
    /// For programs; `bellcheck schema plan` describes it
    Json,
    /// For a merge request
    Markdown,
}

/// What a plan can show more of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Shown {
    /// Objects of others, by name
    Foreign,
}

/// `bellcheck apply`
#[derive(Debug, Args)]
pub(in crate::cli) struct Apply {
    #[command(flatten)]
    pub(in crate::cli) specs: Specs,
    #[command(flatten)]
    pub(in crate::cli) rights: Rights,
    #[command(flatten)]
    pub(in crate::cli) picks: Picks,
    /// Do not ask
    #[arg(long)]
    pub(in crate::cli) yes: bool,
}

/// `bellcheck import`
#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// The stack of the spec; objects with its mark, and objects without any mark, are imported
    #[arg(long, value_name = "NAME", default_value = "imported", required_if_eq("owned_only", "true"))]
    pub(in crate::cli) stack: String,
    /// Only objects with the stack's mark
    #[arg(long)]
    pub(in crate::cli) owned_only: bool,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: PathBuf,
    /// Overwrite the file
    #[arg(long)]
    pub(in crate::cli) force: bool,
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
