//! What can be typed. Parsing touches nothing; `cli` resolves it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::clock::parse_duration;

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
    #[arg(long, global = true, value_name = "URL", env = "BELLCHECK_ENDPOINT")]
    pub(super) endpoint: Option<String>,
    /// The region of the endpoints, instead of the spec's
    #[arg(long, global = true, value_name = "REGION")]
    pub(super) region: Option<String>,
    /// The access key, instead of ALIBABA_CLOUD_ACCESS_KEY_ID
    #[arg(long, global = true, value_name = "ID")]
    pub(super) access_key_id: Option<String>,
    /// Its secret, instead of ALIBABA_CLOUD_ACCESS_KEY_SECRET; other users of the machine can see it
    #[arg(long, global = true, value_name = "SECRET", hide_env_values = true)]
    pub(super) access_key_secret: Option<String>,
    /// An STS token that belongs to the key, instead of ALIBABA_CLOUD_SECURITY_TOKEN
    #[arg(long, global = true, value_name = "TOKEN")]
    pub(super) security_token: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check specs and scenarios offline: all mistakes at once, each under its line
    Validate(Validate),
    /// Show what apply would do
    Plan(Plan),
    /// Make the account match a spec, then look again
    Apply(Apply),
    /// Remove what the spec's stack owns, and nothing else
    Destroy(Destroy),
    /// Run scenarios
    Test(Test),
    /// Settle pending snapshots
    Review(Review),
    /// Serve the embedded cloud: OpenAPI, robots, control API
    Emulator(Emulator),
    /// Send a message to a robot of the spec, and believe only its errcode
    Send(Send),
    /// List the known system events
    Events(Events),
    /// Print the JSON Schema of a kind of file
    Schema(Schema),
}

/// `bellcheck validate`
#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Files, or folders whose YAML files are all checked
    #[arg(value_name = "FILE", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
}

/// What may be done to the account.
#[derive(Debug, Args)]
pub(super) struct Rights {
    /// Take over same-named objects that this stack does not own
    #[arg(long)]
    pub(super) adopt: bool,
    /// Delete objects of this stack that the spec no longer has
    #[arg(long)]
    pub(super) prune: bool,
    /// Go on when more than 30 % of ten or more owned objects would be updated or deleted
    #[arg(long)]
    pub(super) force: bool,
}

/// `bellcheck plan`
#[derive(Debug, Args)]
pub(super) struct Plan {
    /// The spec, or a folder with a bellcheck.yaml
    #[arg(value_name = "SPEC")]
    pub(super) spec: PathBuf,
    /// Exit 1 when there is something to do
    #[arg(long)]
    pub(super) check: bool,
    #[command(flatten)]
    pub(super) rights: Rights,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t = PlanForm::Text, value_name = "FORM")]
    pub(super) output: PlanForm,
}

/// Forms of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanForm {
    /// For people
    Text,
    /// For programs
    Json,
}

/// `bellcheck apply`
#[derive(Debug, Args)]
pub(super) struct Apply {
    /// The spec, or a folder with a bellcheck.yaml
    #[arg(value_name = "SPEC")]
    pub(super) spec: PathBuf,
    #[command(flatten)]
    pub(super) rights: Rights,
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
}

/// `bellcheck destroy`
#[derive(Debug, Args)]
pub(super) struct Destroy {
    /// The spec, or a folder with a bellcheck.yaml
    #[arg(value_name = "SPEC")]
    pub(super) spec: PathBuf,
    /// Go on when ten or more objects would be deleted
    #[arg(long)]
    pub(super) force: bool,
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
}

/// `bellcheck test`
#[derive(Debug, Args)]
pub(super) struct Test {
    /// Scenario files, or folders in which every YAML file with `steps:` is run
    #[arg(value_name = "PATH", default_value = "scenarios")]
    pub(super) paths: Vec<PathBuf>,
    /// Where the scenarios run
    #[arg(long, value_enum, default_value_t = Backend::Emulator)]
    pub(super) backend: Backend,
    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Replace the built-in template of CloudMonitor's message
    #[arg(long, value_name = "FILE")]
    pub(super) template: Option<PathBuf>,
    /// Where ids are drawn from
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(super) seed: u64,
    /// How many scenarios run at once; the number of processors by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) jobs: Option<u16>,
}

/// Where scenarios run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Backend {
    /// The embedded cloud, in virtual time
    Emulator,
    /// The real cloud
    Live,
}

/// `bellcheck review`
#[derive(Debug, Args)]
pub(super) struct Review {
    /// Where to look for `.snap.new` files
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    /// Only snapshots of this name; may be given several times
    #[arg(long = "snapshot", value_name = "NAME")]
    pub(super) snapshots: Vec<String>,
    /// Take the new messages
    #[arg(long, conflicts_with = "reject")]
    pub(super) accept: bool,
    /// Throw the new messages away
    #[arg(long)]
    pub(super) reject: bool,
}

/// `bellcheck emulator`
#[derive(Debug, Args)]
pub(super) struct Emulator {
    /// The address to serve on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8899", value_name = "ADDRESS")]
    pub(super) listen: std::net::SocketAddr,
    /// Write the port to this file when ready
    #[arg(long, value_name = "FILE")]
    pub(super) port_file: Option<PathBuf>,
    /// Declare this spec's robots
    #[arg(long, value_name = "SPEC")]
    pub(super) spec: Option<PathBuf>,
    /// A key pair that is accepted, instead of testAk:testSk; may be given several times
    #[arg(long = "access-key", value_name = "ID:SECRET")]
    pub(super) access_keys: Vec<String>,
    /// Real time, or time that moves only when told to
    #[arg(long, value_enum, default_value_t = ClockKind::Real)]
    pub(super) clock: ClockKind,
    /// When a virtual clock begins
    #[arg(long, value_name = "RFC3339", default_value = "2026-01-01T00:00:00+08:00")]
    pub(super) start_time: Timestamp,
    /// Settle what public facts leave open; `--switch help` lists the names
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    pub(super) switches: Vec<String>,
    /// Let webhooks reach this host beside this machine itself; may be given several times
    #[arg(long = "allow-host", value_name = "HOST", value_parser = host)]
    pub(super) allowed_hosts: Vec<String>,
    /// Replace the built-in template of CloudMonitor's message
    #[arg(long, value_name = "FILE")]
    pub(super) template: Option<PathBuf>,
    /// Where ids are drawn from
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(super) seed: u64,
    /// Keep the world in this file: it survives the process, and holds webhooks
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
    /// Refuse more than 20 calls a second for each operation and account
    #[arg(long, value_enum, default_value_t = OnOff::Off, value_name = "on|off")]
    pub(super) rate_limit: OnOff,
    /// How long each answer is held back, in real time, whatever the clock
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "0s")]
    pub(super) latency: std::time::Duration,
}

/// A host name or address, without a scheme and a port.
fn host(text: &str) -> Result<String, String> {
    let host = text.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    let is_name = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    if is_address || is_name {
        Ok(host)
    } else {
        Err("write a host's name or address, without a scheme and a port: hooks.example.com".to_owned())
    }
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnOff {
    /// Yes
    On,
    /// No
    Off,
}

/// How an emulated cloud's time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ClockKind {
    /// As on the wall
    Real,
    /// By `POST /_bellcheck/advance`
    Virtual,
}

/// `bellcheck send`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("content").required(true).args(["text", "markdown", "message"]))]
pub(super) struct Send {
    /// The spec that has the robot, or a folder with a bellcheck.yaml
    #[arg(long, value_name = "SPEC", default_value = "bellcheck.yaml")]
    pub(super) spec: PathBuf,
    /// The robot, by its name in the spec
    #[arg(long, value_name = "NAME")]
    pub(super) robot: String,
    /// Send this text
    #[arg(long, value_name = "TEXT")]
    pub(super) text: Option<String>,
    /// Send the Markdown in this file
    #[arg(long, value_name = "FILE", requires = "title")]
    pub(super) markdown: Option<PathBuf>,
    /// The title of the Markdown, as lists of conversations show it
    #[arg(long, value_name = "TITLE", requires = "markdown", conflicts_with_all = ["text", "message"])]
    pub(super) title: Option<String>,
    /// Send the body in this JSON file; a `msgUuid` is added
    #[arg(long, value_name = "FILE", conflicts_with_all = ["at_mobiles", "at_all"])]
    pub(super) message: Option<PathBuf>,
    /// Mention whoever has this number; the text must have @NUMBER; may be given several times
    #[arg(long = "at-mobile", value_name = "NUMBER")]
    pub(super) at_mobiles: Vec<String>,
    /// Mention everybody
    #[arg(long)]
    pub(super) at_all: bool,
    /// Show the body and what the robot would refuse, and send nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// `bellcheck events`
#[derive(Debug, Args)]
pub(super) struct Events {
    /// Only those with this in their product, name or meaning
    #[arg(value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(super) text: String,
}

/// `bellcheck schema`
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// The kind of file
    #[arg(value_enum)]
    pub(super) kind: FileKind,
}

/// Kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FileKind {
    /// Who must be told about what
    Spec,
    /// What must happen when
    Scenario,
}
