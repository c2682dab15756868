//! The stand-in for robots.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::Variables;
use crate::{clock::parse_duration, secret::Secret};

/// `bellcheck relay`
#[derive(Debug, Args)]
pub(in crate::cli) struct Relay {
    /// Stand in for this spec's robots, with their tokens and security settings
    #[arg(long, value_name = "SPEC")]
    pub(in crate::cli) spec: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) variables: Variables,
    /// The address to serve on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8898", value_name = "ADDRESS")]
    pub(in crate::cli) listen: std::net::SocketAddr,
    /// Write the port to this file when ready
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) port_file: Option<PathBuf>,
    /// Keep messages in this folder; it is for one relay at a time
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) spool: PathBuf,
    /// Send a robot's messages on to the real robot; @FILE has the URL, which others cannot see then
    #[arg(long = "forward", value_name = "NAME=URL|NAME=@FILE", value_parser = forward)]
    pub(in crate::cli) forwards: Vec<Forward>,
    /// Offer the kept messages at /relay/messages to those who know the token in this file
    #[arg(long, value_name = "@FILE", value_parser = at_file)]
    pub(in crate::cli) read_token: Option<PathBuf>,
    /// Serve TLS with this certificate and those that it needs (PEM); a renewed one is taken by itself
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(in crate::cli) tls_cert: Option<PathBuf>,
    /// The private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(in crate::cli) tls_key: Option<PathBuf>,
    /// How long the same bytes for the same robot are the same message, sent again; 0s for never
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "60s")]
    pub(in crate::cli) duplicates: Duration,
    /// How many messages stay in the spool; older ones go once they are delivered
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(in crate::cli) keep: usize,
    /// How long a sender waits for the real robot's answer, at most; CloudMonitor itself waits 5s
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "3s")]
    pub(in crate::cli) answer_within: Duration,
    /// Messages that a real robot is sent in a minute; `off` for no limit
    #[arg(long, value_name = "N|off", default_value = "20")]
    pub(in crate::cli) forward_rate: Rate,
}

/// `NAME=URL` or `NAME=@FILE`.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Forward {
    /// The robot.
    pub(in crate::cli) robot: String,
    /// The URL, or `@` and the file that it is in.
    pub(in crate::cli) to: Secret,
}

/// What is wrong is told without the value.
fn forward(text: &str) -> Result<Forward, String> {
    match text.split_once('=') {
        Some((robot, to)) if !robot.is_empty() && !to.is_empty() && !robot.contains("://") => {
            Ok(Forward { robot: robot.to_owned(), to: Secret::new(to) })
        }
        _ => Err("write NAME=URL or NAME=@FILE, with the robot's name in the spec".to_owned()),
    }
}

fn at_file(text: &str) -> Result<PathBuf, String> {
    match text.strip_prefix('@') {
        Some(path) if !path.is_empty() => Ok(path.into()),
        _ => Err("put the token into a file, which others cannot see, and write @FILE".to_owned()),
    }
}

/// Messages in a minute, or `off`.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Rate(pub(in crate::cli) Option<usize>);

impl std::str::FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<usize>() {
            Ok(rate) if rate > 0 => Ok(Self(Some(rate))),
            _ if text == "off" => Ok(Self(None)),
            _ => Err("write a number of messages above 0, or off".to_owned()),
        }
    }
}
