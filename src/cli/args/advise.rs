//! Commands that look, tell and advise.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Secrets, Specs, Variables};
use crate::{clock::Timestamp, event::Level};

/// `bellcheck explain`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["event", "all"]))]
pub(in crate::cli) struct Explain {
    #[command(flatten)]
    pub(in crate::cli) specs: Specs,
    #[command(flatten)]
    pub(in crate::cli) secrets: Secrets,
    /// The event, by its name (`bellcheck events` lists them)
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) event: Option<String>,
    /// It is one that an application reports itself (PutCustomEvent)
    #[arg(long, conflicts_with_all = ["all", "products"])]
    pub(in crate::cli) custom: bool,
    /// The event's product; with --all, one more product, and may be given several times
    #[arg(long = "product", value_name = "PRODUCT")]
    pub(in crate::cli) products: Vec<String>,
    /// Its level, instead of the catalogue's: CRITICAL, WARN or INFO
    #[arg(long, value_name = "LEVEL", conflicts_with = "all")]
    pub(in crate::cli) level: Option<Level>,
    /// Its type, instead of the catalogue's
    #[arg(long = "type", value_name = "TYPE", conflicts_with = "all")]
    pub(in crate::cli) event_type: Option<String>,
    /// Its status, instead of the catalogue's
    #[arg(long, value_name = "STATUS", conflicts_with = "all")]
    pub(in crate::cli) status: Option<String>,
    /// Something that it holds; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, conflicts_with = "all")]
    pub(in crate::cli) content: Vec<(String, String)>,
    /// An application group that its resource is in; may be given several times
    #[arg(long = "application-group", value_name = "NAME", conflicts_with = "all")]
    pub(in crate::cli) application_groups: Vec<String>,
    /// When it happens; now by default
    #[arg(long, value_name = "RFC3339", conflicts_with = "all")]
    pub(in crate::cli) at: Option<Timestamp>,
    /// All known events of the products that the spec names, and which of them reach nobody
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// With --all: those of every product
    #[arg(long, requires = "all", conflicts_with = "products")]
    pub(in crate::cli) all_products: bool,
    /// With --all: exit 1 when a CRITICAL or WARN event reaches nobody
    #[arg(long, requires = "all")]
    pub(in crate::cli) check: bool,
    /// Replace the built-in template of CloudMonitor's message
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) template: Option<PathBuf>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = TableForm::Text, value_name = "FORM")]
    pub(in crate::cli) output: TableForm,
}

/// Forms of a route or a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TableForm {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a merge request; only with --all
    Markdown,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE, such as state=Stopping".to_owned()),
    }
}

/// `bellcheck init`
#[derive(Debug, Args)]
pub(in crate::cli) struct Init {
    /// The folder; made when there is none
    #[arg(value_name = "DIR", default_value = ".")]
    pub(in crate::cli) folder: PathBuf,
    /// Which CI to write a workflow for
    #[arg(long, value_enum, default_value_t = Ci::Github)]
    pub(in crate::cli) ci: Ci,
}

/// CI systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Ci {
    /// .github/workflows/bellcheck.yml
    Github,
    /// .gitlab-ci.yml
    Gitlab,
    /// No workflow
    None,
}

/// `bellcheck completions`
#[derive(Debug, Args)]
pub(in crate::cli) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(in crate::cli) shell: clap_complete::Shell,
}

/// `bellcheck doctor`
#[derive(Debug, Args)]
pub(in crate::cli) struct Doctor {
    /// Specs, or folders with a bellcheck.yaml; without any, that of this folder, if there is one
    #[arg(value_name = "SPEC")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) variables: Variables,
    /// What the key shall be able to do
    #[arg(long = "for", value_enum, default_value_t = DoctorPurpose::Apply, value_name = "PURPOSE")]
    pub(in crate::cli) purpose: DoctorPurpose,
    /// Print a RAM policy with exactly the actions for that, and call nothing
    #[arg(long, conflicts_with_all = ["send_test", "output"])]
    pub(in crate::cli) ram_policy: bool,
    /// Send each robot a message that says that it is a test
    #[arg(long)]
    pub(in crate::cli) send_test: bool,
    /// Send only to this robot; may be given several times
    #[arg(long = "robot", value_name = "NAME", requires = "send_test")]
    pub(in crate::cli) robots: Vec<String>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = DoctorForm::Text, value_name = "FORM")]
    pub(in crate::cli) output: DoctorForm,
}

/// What a key shall be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DoctorPurpose {
    /// See what apply would do
    Plan,
    /// Apply, without deleting objects
    Apply,
    /// Apply with --prune
    Prune,
    /// Destroy
    Destroy,
    /// Run the scenarios beside the spec on the real cloud
    Test,
}

/// Forms of an examination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DoctorForm {
    /// For people
    Text,
    /// For programs
    Json,
}
