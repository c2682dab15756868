//! Exit codes, and the failures that lead to them.

use std::process::ExitCode;

use crate::{diagnostic::Diagnostic, openapi::ApiError};

/// How the program ends. The numbers are part of its interface; an interrupt ends it by the signal,
/// which shells show as 130.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// 0: yes.
    Yes,
    /// 1: the answer is no (a scenario failed, `plan --check` found changes, `validate` found faults).
    No,
    /// 2: the input is wrong (usage, a file that is unreadable or invalid).
    Input,
    /// 3: the cloud or the network refused.
    Refused,
    /// 4: partly applied.
    Partial,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Yes => 0,
            Exit::No => 1,
            Exit::Input => 2,
            Exit::Refused => 3,
            Exit::Partial => 4,
        })
    }
}

/// Why a command could not do its work, with its exit code.
#[derive(Debug)]
pub(super) struct Failure {
    /// The exit code.
    pub(super) exit: Exit,
    /// What to tell, in order.
    pub(super) findings: Vec<Diagnostic>,
}

impl Failure {
    /// One sentence and its remedy.
    pub(super) fn new(
        exit: Exit,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { exit, findings: vec![Diagnostic::error(code, message).help(help)] }
    }

    /// Faults in a file.
    #[must_use]
    pub(super) const fn invalid(findings: Vec<Diagnostic>) -> Self {
        Self { exit: Exit::Input, findings }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        use crate::openapi::ErrorKind;
        let help = match error.kind {
            ErrorKind::Transport => "check the network and the endpoint (`--endpoint`, BELLCHECK_ENDPOINT)",
            ErrorKind::Credentials => {
                "mend the source of the credentials, or name another one; docs/credentials.md lists them"
            }
            ErrorKind::Denied => "check the access key, the clock of this machine and the RAM policy",
            ErrorKind::Throttled => "the account calls this operation too often; try again in a minute",
            ErrorKind::NotFound => "it was there a moment ago; run the command again",
            ErrorKind::Rejected => "the service does not take these values; mend the spec",
            ErrorKind::Service => "the service failed; try again later",
            ErrorKind::Protocol => "the answer is not what the operation promises; check the endpoint",
        };
        Self::new(Exit::Refused, "cloud::call", error.to_string(), help)
    }
}
