//! What the search for credentials may look at. It reads files; all else is given to it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    error::Fault,
    pair::PairInput,
    variables::{self, Names},
};
use crate::{
    clock::Clock,
    openapi::{EndpointOptions, Nonce, Retry, Transport},
    secret::{Redactor, Secret},
};

/// Where instances ask for their role's keys.
pub const METADATA: &str = "http://100.100.100.200";

/// Everything that [`super::chain`] needs.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// `--access-key-id`, `--access-key-secret`, `--security-token`.
    pub flags: PairInput,
    /// `--profile`; it comes before the environment.
    pub profile: Option<String>,
    /// The environment of the process.
    pub variables: BTreeMap<String, Secret>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The region that is called, as far as it is known before a profile is read; STS is asked there
    /// inside a VPC.
    pub region: Option<String>,
    /// Where calls go, besides their region.
    pub endpoints: EndpointOptions,
    /// What a program that gives keys may ask.
    pub ask: Ask,
    /// Scheme, host and port of the metadata service: [`METADATA`], another in tests.
    pub metadata: String,
    /// Carries calls of STS, credentials URIs and CloudSSO.
    pub transport: Arc<dyn Transport>,
    /// Carries calls of the metadata service: never through a proxy.
    pub direct: Arc<dyn Transport>,
    /// How long STS is asked again while it is away.
    pub retry: Retry,
    /// Times requests, their patience and the keys' expiry.
    pub clock: Arc<dyn Clock>,
    /// For requests that are signed.
    pub nonce: Arc<dyn Nonce>,
}

/// Whom a program that gives keys may ask for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Nobody: it gets no input.
    Nobody,
    /// Whoever writes the process's input. Where `says`, what it says goes to the process's stderr as
    /// it comes: somebody sits at a terminal.
    Input {
        /// Whether stderr is a terminal.
        says: bool,
    },
}

/// What the value of a variable such as `ALIBABA_CLOUD_ECS_METADATA_DISABLED` says; nothing is no,
/// and none is neither.
#[must_use]
pub(super) fn yes_or_no(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "" | "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

impl Inputs {
    /// A variable that is set and not empty.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        variables::given(&self.variables, name)
    }

    /// What the variables of these names say, and the first name that says it.
    pub(super) fn agreed(&self, names: Names) -> Result<Option<(&'static str, &str)>, Fault> {
        variables::agreed(&self.variables, names)
    }

    /// The name of a session that neither a profile nor a section gives.
    pub(super) fn session(&self) -> Result<Option<&str>, Fault> {
        Ok(self.agreed(variables::SESSION_NAME)?.map(|(_, name)| name))
    }

    /// A variable that says yes or no.
    pub(super) fn switch(&self, name: &str) -> Result<bool, Fault> {
        yes_or_no(self.variable(name).unwrap_or_default()).ok_or_else(|| {
            Fault::input(
                format!("`{name}` says neither yes nor no"),
                format!("set `{name}` to `true` or `false`"),
            )
        })
    }

    /// A file in the user's home folder.
    pub(super) fn at_home(&self, file: &str) -> Option<PathBuf> {
        self.home.as_deref().map(|home: &Path| home.join(file))
    }

    /// The values of variables that are secret by their names, and of addresses, to be kept out of what other
    /// programs print.
    pub(super) fn masks(&self) -> Redactor {
        let mut redactor = Redactor::default();
        for (name, value) in &self.variables {
            redactor.add_variable(name, value.expose());
        }
        redactor
    }
}
