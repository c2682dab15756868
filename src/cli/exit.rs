//! Exit codes, and the failures that lead to them.

use std::process::ExitCode;

use crate::{
    diagnostic::Diagnostic,
    openapi::{ApiError, ErrorKind},
};

/// How the program ends. The numbers are part of its interface. A command that does not wait for
/// interrupts is ended by the signal, which shells show as 130 too.
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
    /// 130: interrupted.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Yes => 0,
            Exit::No => 1,
            Exit::Input => 2,
            Exit::Refused => 3,
            Exit::Partial => 4,
            Exit::Interrupted => 130,
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

    /// What it tells and its remedy in one line, for a report in which it is one of many.
    #[must_use]
    pub(super) fn in_words(&self) -> String {
        let words = self.findings.iter().map(|finding| match &finding.help {
            Some(help) => format!("{}; {}", finding.message, help.replace('\n', " ")),
            None => finding.message.clone(),
        });
        words.collect::<Vec<_>>().join("; ")
    }

    /// Faults in a file.
    #[must_use]
    pub(super) const fn invalid(findings: Vec<Diagnostic>) -> Self {
        Self { exit: Exit::Input, findings }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let exit = match error.kind {
            ErrorKind::Interrupted => Exit::Interrupted,
            _ => Exit::Refused,
        };
        Self::new(exit, "cloud::call", error.to_string(), error.remedy())
    }
}
