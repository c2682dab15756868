//! Commands that run scenarios.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use super::{Secrets, Strictness, Variables};
use crate::{
    clock::parse_duration,
    partition::Partition,
    report::prometheus::Label,
    scenario::live::{Bind, parse_bind},
};

/// `bellcheck test`
#[derive(Debug, Args)]
pub(in crate::cli) struct Test {
    /// Scenario files, folders in which every YAML file with `steps:` is run, or patterns such as
    /// 'scenarios/**/smoke-*.yaml'
    #[arg(value_name = "PATH", default_value = "scenarios")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) variables: Variables,
    #[command(flatten)]
    pub(in crate::cli) secrets: Secrets,
    #[command(flatten)]
    pub(in crate::cli) strictness: Strictness,
    /// Where the scenarios run
    #[arg(long, value_enum, default_value_t = Backend::Emulator)]
    pub(in crate::cli) backend: Backend,
    /// Replace the built-in template of CloudMonitor's message
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) template: Option<PathBuf>,
    /// Where ids are drawn from
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(in crate::cli) seed: u64,
    /// Which scenarios are run.
    #[command(flatten)]
    pub(in crate::cli) choice: Choice,
    /// How they are run.
    #[command(flatten)]
    pub(in crate::cli) running: Running,
    /// What is written about it.
    #[command(flatten)]
    pub(in crate::cli) reports: Reports,
    /// What may be touched on the real cloud.
    #[command(flatten)]
    pub(in crate::cli) live: Live,
}

/// What may be touched on the real cloud.
#[derive(Debug, Args)]
#[command(next_help_heading = "Real cloud (--backend live)")]
pub(in crate::cli) struct Live {
    /// The instance that a name of the scenarios stands for; may be given several times
    #[arg(long = "bind", value_name = "NAME=INSTANCE", value_parser = parse_bind)]
    pub(in crate::cli) bind: Vec<(String, Bind)>,
    /// Instances, accounts, hours and the relay (`bellcheck schema binds`); binds.yaml, where it is there
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) binds: Option<PathBuf>,
    /// An account that may be touched, by its id; may be given several times
    #[arg(long = "allow-account", value_name = "ID")]
    pub(in crate::cli) allow_accounts: Vec<String>,
    /// Do it without asking
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    /// Where what is done is written down before it is done
    #[arg(long, value_name = "FOLDER", default_value = ".bellcheck/live")]
    pub(in crate::cli) journal: PathBuf,
    /// Start no process that undoes everything should this one die
    #[arg(long)]
    pub(in crate::cli) no_guard: bool,
}

/// `bellcheck sweep`
#[derive(Debug, Args)]
pub(in crate::cli) struct Sweep {
    /// Where runs wrote down what they did
    #[arg(long, value_name = "FOLDER", default_value = ".bellcheck/live")]
    pub(in crate::cli) journal: PathBuf,
    /// The file of the run: its accounts, and its clock where it rehearses; binds.yaml, where it is there
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) binds: Option<PathBuf>,
    /// An account that may be touched, by its id; may be given several times. Without any, here and in
    /// the file of the run, that of the journal, where it is that of the credentials
    #[arg(long = "allow-account", value_name = "ID")]
    pub(in crate::cli) allow_accounts: Vec<String>,
    /// Only show what is left to undo, and whether it may be
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Undo it without asking
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    /// Leave runs alone that wrote something last longer ago than this
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "7d")]
    pub(in crate::cli) max_age: Duration,
    /// Wait for the end of standard input, then undo; for the run that starts it
    #[arg(long, hide = true, value_name = "FILE")]
    pub(in crate::cli) guard: Option<PathBuf>,
    /// The guard is at it no longer than this
    #[arg(long, hide = true, value_name = "DURATION", value_parser = parse_duration, default_value = "2h5m")]
    pub(in crate::cli) guard_for: Duration,
}

/// Which scenarios are run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Choice")]
pub(in crate::cli) struct Choice {
    /// Only these: `tag(smoke) & !name(~silence) | failed()`; `name`, `tag` and `file` take a text with
    /// `*` and `?`, `~part`, `=whole` or `/regex/`
    #[arg(long, value_name = "EXPR")]
    pub(in crate::cli) filter: Option<String>,
    /// Only this part of them: `hash:2/8` is the second of eight
    #[arg(long, value_name = "PART")]
    pub(in crate::cli) partition: Option<Partition>,
    /// Only those that did not pass when they were run last
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(in crate::cli) rerun: Option<Rerun>,
    /// Show which scenarios would run, and run none
    #[arg(long, conflicts_with = "dry_run", conflicts_with_all = REPORTS)]
    pub(in crate::cli) list: bool,
    /// Show what each step would do, and do nothing
    #[arg(long, conflicts_with_all = REPORTS)]
    pub(in crate::cli) dry_run: bool,
    /// The form of --list and --dry-run
    #[arg(short, long, value_enum, default_value_t = ListForm::Text, value_name = "FORM")]
    pub(in crate::cli) output: ListForm,
}

/// How scenarios are run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(in crate::cli) struct Running {
    /// How many scenarios run at once; the number of processors by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) jobs: Option<u16>,
    /// Try a scenario that does not pass again, at most so many times, each with the next seed
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(in crate::cli) retries: u32,
    /// What a scenario that passes only then comes to
    #[arg(long, value_enum, default_value_t = FlakyChoice::Pass, value_name = "VERDICT")]
    pub(in crate::cli) flaky: FlakyChoice,
    /// End with the first scenario that does not pass; those behind it are not run
    #[arg(long)]
    pub(in crate::cli) fail_fast: bool,
    /// Tell of scenarios that take so long in real time
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "10s")]
    pub(in crate::cli) slow: Duration,
}

/// The options of reports. A run that is only looked at has nothing to report, and leaves alone what the
/// last one wrote.
const REPORTS: [&str; 7] = ["junit", "json", "html", "tap", "markdown", "metrics", "github"];

/// What is written about a run. FILE may be a link, a FIFO or a device; `-` is stdout.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reports (`-` is stdout)")]
pub(in crate::cli) struct Reports {
    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) junit: Option<PathBuf>,
    /// What a test case of the JUnit report is
    #[arg(long, value_enum, default_value_t = JunitCase::Scenario, value_name = "WHAT")]
    pub(in crate::cli) junit_granularity: JunitCase,
    /// Write what happened as JSON lines (`bellcheck schema report`)
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) json: Option<PathBuf>,
    /// Write a page with timelines, routes and messages, in one file
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) html: Option<PathBuf>,
    /// Write a TAP 14 report
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) tap: Option<PathBuf>,
    /// Write a Markdown report
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) markdown: Option<PathBuf>,
    /// Write metrics in Prometheus' text format, for a textfile collector; the last success of each
    /// scenario is taken from the file of before
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) metrics: Option<PathBuf>,
    /// Add a label to each of the metrics; may be given several times
    #[arg(long, value_name = "NAME=VALUE", requires = "metrics")]
    pub(in crate::cli) metrics_label: Vec<Label>,
    /// Print annotations for GitHub, and add a summary to the job's
    #[arg(long)]
    pub(in crate::cli) github: bool,
}

/// What a flaky scenario comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FlakyChoice {
    /// It passed, and is marked
    Pass,
    /// It failed
    Fail,
}

/// What is run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Rerun {
    /// What did not pass
    Failed,
}

/// What a test case of a JUnit report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum JunitCase {
    /// A scenario, in the suite of its file
    Scenario,
    /// A step, in the suite of its scenario
    Step,
}

/// Forms of a list of scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ListForm {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Where scenarios run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Backend {
    /// The embedded cloud, in virtual time
    Emulator,
    /// The real cloud
    Live,
}

impl Backend {
    /// A word for it, as in reports.
    pub(in crate::cli) const fn as_str(self) -> &'static str {
        match self {
            Self::Emulator => "emulator",
            Self::Live => "live",
        }
    }
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
