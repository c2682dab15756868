//! The only reader of the environment.

use std::{collections::BTreeMap, path::PathBuf};

use crate::secret::{Redactor, Secret};

/// The program that runs, to start another one of it.
///
/// # Errors
/// Those of the operating system.
pub(super) fn this_program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// The environment as it was when the program began.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment {
    variables: BTreeMap<String, Secret>,
    /// A variable of the official tools whose value is no text.
    unreadable: Option<String>,
}

impl Environment {
    /// Takes a copy of the process's environment; variables that are not UTF-8 are left out.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub(super) fn of_process() -> Self {
        let mut environment = Self::default();
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => {
                    environment.variables.insert(name, Secret::new(value));
                }
                Err(_) if name.starts_with("ALI") => environment.unreadable = Some(name),
                Err(_) => {}
            }
        }
        environment
    }

    /// A variable of the official tools whose value is not UTF-8.
    #[must_use]
    pub(super) fn unreadable(&self) -> Option<&str> {
        self.unreadable.as_deref()
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

    /// What is secret in the environment.
    #[must_use]
    pub(super) fn secrets(&self) -> Redactor {
        let mut known = Redactor::default();
        // A place that is there is no secret, whatever its variable is called (`PWD`, `SSH_AUTH_SOCK`): to cover it
        // would cover each path below it.
        let is_place = |value: &str| value.starts_with('/') && std::path::Path::new(value).exists();
        let variables = self.variables.iter().filter(|(_, value)| !is_place(value.expose()));
        variables.for_each(|(name, value)| known.add_variable(name, value.expose()));
        known
    }

    /// All variables, for what looks them up by itself.
    #[must_use]
    pub(super) fn variables(&self) -> BTreeMap<String, Secret> {
        self.variables.clone()
    }

    /// The first of these variables that is set and not empty.
    #[must_use]
    pub(super) fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.get(name).filter(|value| !value.is_empty()))
    }

    /// The user's home folder.
    #[must_use]
    pub(super) fn home(&self) -> Option<PathBuf> {
        self.first(&["HOME", "USERPROFILE"]).map(PathBuf::from)
    }
}
