//! The only reader of the environment.

use std::collections::HashMap;

use crate::{openapi::CredentialsInput, secret::Secret};

/// The environment as it was when the program began.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment {
    variables: HashMap<String, Secret>,
}

impl Environment {
    /// Takes a copy of the process's environment; variables that are not UTF-8 are left out.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub(super) fn of_process() -> Self {
        let text = |value: std::ffi::OsString| value.into_string().ok();
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((text(name)?, Secret::new(text(value)?))))
            .collect();
        Self { variables }
    }

    /// A variable's value.
    #[must_use]
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(|value| value.expose().to_owned())
    }

    /// Whether this is a CI job (`CI=true` or `CI=1`): nothing is written but what was asked for.
    #[must_use]
    pub(super) fn is_ci(&self) -> bool {
        self.get("CI").is_some_and(|value| matches!(value.as_str(), "true" | "1"))
    }

    /// The columns of the terminal, as the shell tells them.
    #[must_use]
    pub(super) fn columns(&self) -> Option<usize> {
        self.get("COLUMNS")?.parse().ok()
    }

    /// The key pair of the standard variables (`ALIBABA_CLOUD_ACCESS_KEY_ID` and so on). An empty
    /// variable counts as none.
    #[must_use]
    pub(super) fn credentials(&self) -> CredentialsInput {
        let given = |name: &str| self.get(name).filter(|value| !value.is_empty());
        CredentialsInput {
            access_key_id: given("ALIBABA_CLOUD_ACCESS_KEY_ID"),
            access_key_secret: given("ALIBABA_CLOUD_ACCESS_KEY_SECRET").map(Secret::new),
            security_token: given("ALIBABA_CLOUD_SECURITY_TOKEN").map(Secret::new),
        }
    }
}
