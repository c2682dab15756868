//! Many accounts at once.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::provision::Rights;
use crate::partition::Partition;

/// `bellcheck fleet`
#[derive(Debug, Args)]
pub(in crate::cli) struct Fleet {
    /// What to do with each account
    #[command(subcommand)]
    pub(in crate::cli) verb: FleetVerb,
}

/// What can be done with a fleet.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum FleetVerb {
    /// Show what apply would do in each account and region
    Plan(FleetPlan),
    /// Make each account and region match its specs, then look again
    Apply(FleetApply),
    /// Remove what the specs' stacks own in each account and region, and nothing else
    Destroy(FleetDestroy),
}

/// Which fleet, and which part of it.
#[derive(Debug, Args)]
pub(in crate::cli) struct FleetMembers {
    /// The fleet file
    #[arg(value_name = "FLEET")]
    pub(in crate::cli) file: PathBuf,
    /// Only this account; may be given several times
    #[arg(long = "account", value_name = "NAME")]
    pub(in crate::cli) accounts: Vec<String>,
    /// Only this part of the accounts: 3/8 is the third of eight; index:2/8 is the same, counted from 0
    #[arg(long, value_name = "N/M", default_value = "1/1", hide_default_value = true)]
    pub(in crate::cli) partition: Partition,
    /// Take a token of a DingTalk robot that does not look like one
    #[arg(long)]
    pub(in crate::cli) allow_unusual_tokens: bool,
    /// Write the report as JSON; `bellcheck report merge` makes one out of those of all parts
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Option<PathBuf>,
    /// Write the report as Markdown
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) markdown: Option<PathBuf>,
}

/// `bellcheck fleet plan`
#[derive(Debug, Args)]
pub(in crate::cli) struct FleetPlan {
    #[command(flatten)]
    pub(in crate::cli) members: FleetMembers,
    #[command(flatten)]
    pub(in crate::cli) rights: Rights,
    /// Exit 1 when there is something to do anywhere, or when a stack owns what its spec does not have
    #[arg(long)]
    pub(in crate::cli) check: bool,
    /// With --check: let stacks own what their specs do not have
    #[arg(long, requires = "check")]
    pub(in crate::cli) ignore_leftovers: bool,
}

/// `bellcheck fleet apply`
#[derive(Debug, Args)]
pub(in crate::cli) struct FleetApply {
    #[command(flatten)]
    pub(in crate::cli) members: FleetMembers,
    #[command(flatten)]
    pub(in crate::cli) rights: Rights,
    /// Do not ask
    #[arg(long)]
    pub(in crate::cli) yes: bool,
}

/// `bellcheck fleet destroy`
#[derive(Debug, Args)]
pub(in crate::cli) struct FleetDestroy {
    #[command(flatten)]
    pub(in crate::cli) members: FleetMembers,
    /// Go on when ten or more objects of a stack would be deleted
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// Do not ask
    #[arg(long)]
    pub(in crate::cli) yes: bool,
}

/// `bellcheck report`
#[derive(Debug, Args)]
pub(in crate::cli) struct Report {
    /// What to do with reports
    #[command(subcommand)]
    pub(in crate::cli) verb: ReportVerb,
}

/// What can be done with reports.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ReportVerb {
    /// Make one report out of those of all parts of a fleet; exits as one run over all would have
    Merge(Merge),
}

/// `bellcheck report merge`
#[derive(Debug, Args)]
pub(in crate::cli) struct Merge {
    /// Reports that `bellcheck fleet … --report FILE` wrote
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<PathBuf>,
    /// Write the whole report as JSON
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Write the whole report as Markdown
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) markdown: Option<PathBuf>,
    /// Go on when parts have no report
    #[arg(long)]
    pub(in crate::cli) allow_missing: bool,
    /// Exit 1 when a plan found something to do, or a stack that owns what its spec does not have
    #[arg(long)]
    pub(in crate::cli) check: bool,
    /// With --check: let stacks own what their specs do not have
    #[arg(long, requires = "check")]
    pub(in crate::cli) ignore_leftovers: bool,
}
