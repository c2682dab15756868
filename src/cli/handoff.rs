//! What a run hands to its guard, through a pipe: other users of the machine see a process's arguments,
//! and its environment is inherited whatever flags said.

use std::{ffi::OsString, time::Duration};

use clap::Parser as _;
use serde::{Deserialize, Serialize};

use super::{
    Context,
    args::{Cli, Command, Test},
};
use crate::{
    openapi::{Credentials, EndpointOptions},
    secret::Secret,
};

/// What the guard answers once it has everything.
pub(super) const READY: &[u8] = b"ready\n";
/// What a run says that came to its end.
pub(super) const DONE: &[u8] = b"done\n";
/// Bytes that it may have.
pub(super) const MAX: u64 = 4 * 1024 * 1024;

/// The run's arguments and its key pair. It has secrets, and does not print.
#[derive(Serialize, Deserialize)]
struct Form {
    arguments: Vec<String>,
    region: Option<String>,
    source: String,
    endpoints: EndpointOptions,
    access_key_id: String,
    access_key_secret: String,
    security_token: Option<String>,
    patience_ms: u64,
}

/// With what the guard does its work.
pub(super) struct Handoff {
    /// The run's arguments.
    pub(super) arguments: Vec<OsString>,
    /// The region that it called first.
    pub(super) region: Option<String>,
    /// Its source of credentials.
    pub(super) source: String,
    /// Where its calls go.
    pub(super) endpoints: EndpointOptions,
    /// The key pair that it had of it.
    pub(super) pair: Credentials,
    /// How long it may take.
    pub(super) patience: Duration,
}

impl Handoff {
    /// As one line.
    ///
    /// # Errors
    /// Arguments that cannot be written down.
    pub(super) fn line(self) -> Result<Secret, String> {
        let argument = |argument: OsString| {
            argument.into_string().map_err(|argument| {
                format!("the argument `{}` is not UTF-8", argument.to_string_lossy().escape_debug())
            })
        };
        let form = Form {
            arguments: self.arguments.into_iter().map(argument).collect::<Result<_, _>>()?,
            region: self.region,
            source: self.source,
            endpoints: self.endpoints,
            access_key_id: self.pair.access_key_id,
            access_key_secret: self.pair.access_key_secret.expose().to_owned(),
            security_token: self.pair.security_token.map(|token| token.expose().to_owned()),
            patience_ms: u64::try_from(self.patience.as_millis()).unwrap_or(u64::MAX),
        };
        let line = serde_json::to_string(&form).map_err(|error| error.to_string())?;
        Ok(Secret::new(format!("{line}\n")))
    }

    /// Reads the line.
    ///
    /// # Errors
    /// Why it is none, without what is in it.
    pub(super) fn read(line: &str) -> Result<Self, String> {
        let form: Form = serde_json::from_str(line)
            .map_err(|error| format!("what the run handed over cannot be read: column {}", error.column()))?;
        Ok(Self {
            arguments: form.arguments.into_iter().map(OsString::from).collect(),
            region: form.region,
            source: form.source,
            endpoints: form.endpoints,
            pair: Credentials {
                access_key_id: form.access_key_id,
                access_key_secret: Secret::new(form.access_key_secret),
                security_token: form.security_token.map(Secret::new),
            },
            patience: Duration::from_millis(form.patience_ms),
        })
    }

    /// The run's own context and options, as they follow from the same arguments and the same environment.
    ///
    /// # Errors
    /// What is wrong with the arguments.
    pub(super) fn context(&self, own: &Context) -> Result<(Context, Test), String> {
        let cli = Cli::try_parse_from(&self.arguments)
            .map_err(|_| "the arguments of the run cannot be read".to_owned())?;
        let Command::Test(test) = cli.command else {
            return Err("the arguments are not those of a run".to_owned());
        };
        let context = Context {
            console: own.console.clone(),
            environment: own.environment.clone(),
            global: cli.global,
            recording: None,
            arguments: self.arguments.clone(),
        };
        Ok((context, test))
    }
}
