//! The emulated cloud.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::Variables;
use crate::{clock::parse_duration, secret::Secret};

/// `bellcheck emulator`
#[derive(Debug, Args)]
pub(in crate::cli) struct Emulator {
    /// The address to serve on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8899", value_name = "ADDRESS")]
    pub(in crate::cli) listen: std::net::SocketAddr,
    /// Write the port to this file when ready
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) port_file: Option<PathBuf>,
    /// Declare this spec's robots
    #[arg(long, value_name = "SPEC")]
    pub(in crate::cli) spec: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) variables: Variables,
    /// A key pair that is accepted, instead of testAk:testSk; may be given several times
    #[arg(long = "access-key", value_name = "ID:SECRET")]
    pub(in crate::cli) access_keys: Vec<String>,
    /// Real time, or time that moves only when told to
    #[arg(long, value_enum, default_value_t = ClockKind::Real)]
    pub(in crate::cli) clock: ClockKind,
    /// Let real time run this many times as fast, from --since on; 1 to 10000
    #[arg(long, value_name = "N", requires = "since")]
    pub(in crate::cli) speed: Option<u32>,
    /// When the fast clock agrees with the machine's
    #[arg(long, value_name = "RFC3339", requires = "speed")]
    pub(in crate::cli) since: Option<Timestamp>,
    /// Follow this file's leaps: each line says what the fast clock shows from which instant of the
    /// machine's clock on; made where it is not there
    #[arg(long, value_name = "FILE", requires = "speed")]
    pub(in crate::cli) leaps: Option<PathBuf>,
    /// When a virtual clock begins
    #[arg(long, value_name = "RFC3339", default_value = "2026-01-01T00:00:00+08:00")]
    pub(in crate::cli) start_time: Timestamp,
    /// Settle what public facts leave open; `--switch help` lists the names
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    pub(in crate::cli) switches: Vec<String>,
    /// Take switches from this YAML file of `NAME: value` lines, as `bellcheck conform --live` writes it;
    /// `--switch` comes after it
    #[arg(long = "switches", value_name = "FILE")]
    pub(in crate::cli) switch_files: Vec<PathBuf>,
    /// Let webhooks reach this host beside this machine itself, and let the emulator be called by this
    /// name; may be given several times
    #[arg(long = "allow-host", value_name = "HOST", value_parser = host)]
    pub(in crate::cli) allowed_hosts: Vec<String>,
    /// What callers of the control API must send as `Authorization: Bearer`; @FILE has it, which others
    /// cannot see then. Needed where other machines reach the emulator
    #[arg(long, value_name = "TOKEN|@FILE")]
    pub(in crate::cli) token: Option<Secret>,
    /// Post what goes to DingTalk's robots to this address in their place: http://HOST:PORT
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) dingtalk_at: Option<String>,
    /// Where robots take messages to come from, in place of the connection's own address: on one
    /// machine all come from the same
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) robot_peer: Option<std::net::IpAddr>,
    /// Replace the built-in template of CloudMonitor's message
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) template: Option<PathBuf>,
    /// Where ids are drawn from
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(in crate::cli) seed: u64,
    /// Keep the world in this file: it survives the process, and holds webhooks
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) state: Option<PathBuf>,
    /// Refuse more than 20 calls a second for each operation and account
    #[arg(long, value_enum, default_value_t = OnOff::Off, value_name = "on|off")]
    pub(in crate::cli) rate_limit: OnOff,
    /// How long each answer is held back, in real time, whatever the clock
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "0s")]
    pub(in crate::cli) latency: std::time::Duration,
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
pub(in crate::cli) enum OnOff {
    /// Yes
    On,
    /// No
    Off,
}

/// How an emulated cloud's time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ClockKind {
    /// As on the wall
    Real,
    /// By `POST /_bellcheck/advance`
    Virtual,
}
