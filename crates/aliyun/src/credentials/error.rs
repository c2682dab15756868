//! What became of the search.

use std::fmt;

/// Who has to act, which decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// What the user wrote or set is wrong.
    Input,
    /// A service did not answer, or refused.
    Refused,
}

/// What is wrong with one source, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) blame: Blame,
    /// What happened, in one line.
    pub(super) message: String,
    /// What to do.
    pub(super) remedy: String,
}

impl Fault {
    pub(super) fn input(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { blame: Blame::Input, message: message.into(), remedy: remedy.into() }
    }

    pub(super) fn refused(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { blame: Blame::Refused, message: message.into(), remedy: remedy.into() }
    }
}

/// One source that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// What it is, such as `the environment` or `profile prod of /home/me/.aliyun/config.json`.
    pub source: String,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It gave the key pair.
    Chosen,
    /// It has nothing; why that is so.
    Absent(String),
    /// It is there and cannot be used, which ended the search; why that is so.
    Broken(String),
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.verdict {
            Verdict::Chosen => write!(f, "{}: gave the key pair", self.source),
            Verdict::Absent(why) | Verdict::Broken(why) => write!(f, "{}: {why}", self.source),
        }
    }
}

/// There is no key pair. Its texts hold no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The source that is broken; none when no source has anything.
    pub source: Option<String>,
    /// Who has to act.
    pub blame: Blame,
    /// What happened, in one line; it names the source.
    pub message: String,
    /// What to do; may have several lines.
    pub remedy: String,
    /// Every source that was looked at, in order.
    pub tried: Vec<Tried>,
}

impl Error {
    pub(super) fn broken(source: String, fault: Fault, mut tried: Vec<Tried>) -> Self {
        let message = format!("{source}: {}", fault.message);
        tried.push(Tried { source: source.clone(), verdict: Verdict::Broken(fault.message) });
        Self { source: Some(source), blame: fault.blame, message, remedy: fault.remedy, tried }
    }

    /// A variable that is wrong, whatever source it belongs to.
    pub(super) fn variable(fault: Fault) -> Self {
        let Fault { blame, message, remedy } = fault;
        Self { source: None, blame, message, remedy, tried: Vec::new() }
    }

    pub(super) fn absent(tried: Vec<Tried>, unread: impl Iterator<Item = String>) -> Self {
        let mut remedy = "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET (for `bellcheck emulator`: testAk and testSk), or name a profile with --profile; looked for in:".to_owned();
        for tried in &tried {
            remedy.push_str(&format!("\n- {tried}"));
        }
        // What was meant to be found may be under a name that is not read.
        unread.for_each(|unread| remedy.push_str(&format!("\n- {unread}")));
        Self {
            source: None,
            blame: Blame::Input,
            message: "no credentials were found".to_owned(),
            remedy,
            tried,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.remedy)
    }
}

impl std::error::Error for Error {}
