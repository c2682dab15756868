//! What can be typed. Parsing touches nothing; `cli` resolves it.

mod advise;
mod conform;
mod emulator;
mod fleet;
mod help;
mod provision;
mod relay;
mod small;
mod test;

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use self::{
    advise::{Ci, Completions, Doctor, DoctorForm, DoctorPurpose, Explain, Init, TableForm},
    conform::{Asking, Conform, ConformForm},
    emulator::{ClockKind, Emulator, OnOff},
    fleet::{Fleet, FleetMembers, FleetVerb, Merge, Report, ReportVerb},
    help::{command, command_alone},
    provision::{
        Apply, Destroy, FindingsForm, Import, Plan, PlanForm, Rights, Secrets, Specs, Strictness, Validate,
        Variables,
    },
    relay::{Forward, Relay},
    small::{Events, EventsForm, FileKind, Man, Schema, Send},
    test::{Backend, Choice, FlakyChoice, JunitCase, ListForm, Live, Review, Sweep, Test},
};

use crate::{clock::parse_duration, openapi::Retry};

/// Makes CloudMonitor tell the right people, and proves that the bell rings.
#[derive(Debug, Parser)]
#[command(name = "bellcheck", version, about, long_about = None, max_term_width = 100)]
pub(super) struct Cli {
    /// Where calls go, and as whom.
    #[command(flatten)]
    pub(super) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options of every command that calls the cloud.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Send every product's calls to this address (such as a `bellcheck emulator`)
    #[arg(long, global = true, value_name = "URL", env = "BELLCHECK_ENDPOINT", hide_env_values = true)]
    pub(super) endpoint: Option<String>,
    /// The region of the endpoints, instead of that of the spec, the profile or the environment
    #[arg(long, global = true, value_name = "REGION")]
    pub(super) region: Option<String>,
    /// Call the addresses inside a VPC (or ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED=true)
    #[arg(long, global = true)]
    pub(super) vpc: bool,
    /// Act as this profile of ~/.aliyun/config.json or ~/.alibabacloud/credentials
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// The access key, instead of ALIBABA_CLOUD_ACCESS_KEY_ID
    #[arg(long, global = true, value_name = "ID")]
    pub(super) access_key_id: Option<String>,
    /// Its secret, instead of ALIBABA_CLOUD_ACCESS_KEY_SECRET; other users of the machine can see it
    #[arg(long, global = true, value_name = "SECRET", hide_env_values = true)]
    pub(super) access_key_secret: Option<String>,
    /// An STS token that belongs to the key, instead of ALIBABA_CLOUD_SECURITY_TOKEN
    #[arg(long, global = true, value_name = "TOKEN")]
    pub(super) security_token: Option<String>,
    /// Where the metadata service of instances is; for tests
    #[arg(
        long,
        global = true,
        hide = true,
        value_name = "URL",
        env = "BELLCHECK_METADATA_ENDPOINT",
        hide_env_values = true
    )]
    pub(super) metadata_endpoint: Option<String>,
    /// How long a call that may still succeed is made again, at most; 0s makes each call once. Without it
    /// 60s, and 15s where the service cannot be reached
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration, env = "BELLCHECK_RETRY_FOR")]
    pub(super) retry_for: Option<Duration>,
    /// Write what is asked of the cloud and what it answers, without secrets, as cassettes into this
    /// folder (`bellcheck conform` reads them)
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) record: Option<PathBuf>,
    /// What calls tell about themselves on stderr; `trace` shows their parameters without secrets
    #[arg(long, global = true, value_name = "LEVEL", value_enum, default_value_t = LogLevel::Warn, env = "BELLCHECK_LOG")]
    pub(super) log_level: LogLevel,
}

impl Global {
    /// How long calls are made again.
    pub(super) fn retry(&self) -> Retry {
        self.retry_for.map_or_else(Retry::default, Retry::within)
    }
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogLevel {
    /// Nothing
    Off,
    /// What ends a command is always told; nothing beyond it
    Error,
    /// Attempts that failed and are made again
    Warn,
    /// Each call
    Info,
    /// Each attempt, and waits
    Debug,
    /// Each attempt's parameters
    Trace,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check specs and scenarios offline: all mistakes at once, each under its line
    Validate(Validate),
    /// Show what apply would do
    Plan(Plan),
    /// Make the account match a spec, or do exactly what a plan file says, then look again
    Apply(Apply),
    /// Remove what the spec's stack owns, and nothing else
    Destroy(Destroy),
    /// Write a spec from what the account holds
    Import(Import),
    /// Apply specs to many accounts and regions
    Fleet(Fleet),
    /// Run scenarios
    Test(Test),
    /// Undo what runs on the real cloud left behind that did not come to their end
    Sweep(Sweep),
    /// Compare the emulator with what cassettes recorded of the cloud, or ask an account what is open
    Conform(Conform),
    /// Settle pending snapshots
    Review(Review),
    /// Serve the embedded cloud: OpenAPI, robots, control API
    Emulator(Emulator),
    /// Stand in for robots: keep what CloudMonitor posts to them, and forward it to the real ones
    Relay(Relay),
    /// Send a message to a robot of the spec, and believe only its errcode
    Send(Send),
    /// Show whom an event reaches by a spec, and why not others, without a cloud
    Explain(Explain),
    /// Check specs, credentials, clock, permissions and robots, and change nothing
    Doctor(Doctor),
    /// Write a starter: a spec, a scenario, its snapshots and a CI workflow, which pass as they are
    Init(Init),
    /// Merge reports
    Report(Report),
    /// List the known system events
    Events(Events),
    /// Print the JSON Schema of a kind of file
    Schema(Schema),
    /// Print the completions of a shell
    Completions(Completions),
    /// Print a manual page, or write all of them
    Man(Man),
}
