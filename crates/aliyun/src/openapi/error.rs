//! One error for everything that can go wrong with a call.

use std::{fmt, time::Duration};

use super::Product;
use crate::clock::human_duration;

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// No answer: DNS, connection, TLS, timeout. User action: check network and endpoint.
    Transport,
    /// There is no key pair to sign with: its source fails, and the last one has expired. User
    /// action: mend the source, which the message names.
    Credentials,
    /// The account or its key may not: unknown or disabled key, wrong signature, no permission.
    /// User action: check the credentials and the RAM policy.
    Denied,
    /// Too many calls. User action: none, it heals by waiting.
    Throttled,
    /// The thing that the call names does not exist.
    NotFound,
    /// The service does not accept the parameters. User action: mend the spec.
    Rejected,
    /// The service failed. User action: try again later.
    Service,
    /// The answer is not what the operation promises. User action: report it.
    Protocol,
    /// The call was not made, since the run was told to stop. User action: run it again.
    Interrupted,
}

/// A call that did not succeed, as the cloud said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The operation's wire name.
    pub operation: &'static str,
    /// What kind of failure.
    pub kind: ErrorKind,
    /// The HTTP status, where an answer came.
    pub status: Option<u16>,
    /// The service's `Code`, as it came; empty where no answer came.
    pub code: String,
    /// The service's `Message`, as it came, or what the transport said; without secrets.
    pub message: String,
    /// The service's `RequestId`, as it came.
    pub request_id: Option<String>,
    /// How long the service asks to wait (`x-acs-retry-after`, milliseconds).
    pub retry_after_ms: Option<u64>,
    /// How it came to that; in a box, since errors travel by value.
    pub course: Box<Course>,
}

/// How it came to a failure, as far as this side knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// The product that was called, where a call was made.
    pub product: Option<Product>,
    /// What the call was for, such as "rule `x`", where its caller says so.
    pub about: Option<String>,
    /// How often the call was made, the first time included.
    pub attempts: u32,
    /// From the beginning of the first attempt to the end of the last one.
    pub over: Duration,
}

impl ApiError {
    /// A failure on this side of the wire: no answer came, or one that is not to be believed.
    pub fn local(operation: &'static str, kind: ErrorKind, message: String) -> Self {
        Self {
            operation,
            kind,
            status: None,
            code: String::new(),
            message,
            request_id: None,
            retry_after_ms: None,
            course: Box::default(),
        }
    }

    /// The same error, which names what the call was for.
    #[must_use]
    pub fn about(mut self, what: String) -> Self {
        self.course.about = Some(what);
        self
    }

    /// Whether the service says that the token of a temporary key pair has expired, so that another
    /// pair may do. Sources: the public list of common errors (`InvalidSecurityToken.Expired`);
    /// `SecurityTokenExpired` is what other products of the cloud say.
    #[must_use]
    pub fn is_expired_token(&self) -> bool {
        matches!(self.code.as_str(), "InvalidSecurityToken.Expired" | "SecurityTokenExpired")
    }

    /// Whether the service says that the account has as many of something as it may.
    #[must_use]
    pub fn is_quota(&self) -> bool {
        is_quota(&self.code)
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn retryable(&self) -> bool {
        matches!(self.kind, ErrorKind::Transport | ErrorKind::Throttled | ErrorKind::Service)
    }

    /// Sorts a refusal by its code and status. Codes: CloudMonitor and ECS error tables and the
    /// gateway's common codes (`docs/architecture.md` names the sources).
    #[must_use]
    pub fn classify(status: u16, code: &str) -> ErrorKind {
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| code.starts_with(prefix));
        // Failures that come with HTTP 200 may carry a status as their code.
        let status = code.parse().unwrap_or(status);
        let is_flow_control = code.contains("Throttling");
        if is_quota(code) && !is_flow_control {
            // Some come with HTTP 429, and waiting does not help.
            ErrorKind::Rejected
        } else if is_flow_control || code == "ServiceUnavailable" || status == 429 {
            ErrorKind::Throttled
        } else if status >= 500 || starts(&["InternalError", "InternetServerError"]) {
            ErrorKind::Service
        } else if starts(&[
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "SignatureNonceUsed",
            "InvalidTimeStamp",
            "IllegalTimestamp",
            "IncompleteSignature",
            "InvalidSecurityToken",
            "MissingSecurityToken",
            "InvalidAuthorization",
            "Forbidden",
            "AccessForbidden",
            "AccessDenied",
            "NoPermission",
        ]) || matches!(status, 401 | 403) && (code.is_empty() || code == status.to_string())
        {
            ErrorKind::Denied
        } else if starts(&[
            "ContactNotExists",
            "ContactGroup.NotExists",
            "ContactGroupNotExists",
            "ResourceNotFound",
        ]) || code.ends_with(".NotFound")
            && !code.starts_with("InvalidApi")
            && !code.starts_with("InvalidProduct")
            || code == "404"
        {
            ErrorKind::NotFound
        } else {
            ErrorKind::Rejected
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.operation)?;
        let Course { about, attempts, over, .. } = &*self.course;
        if let Some(about) = about {
            write!(f, " for {about}")?;
        }
        if *attempts > 1 {
            write!(f, " {attempts} times in {}", human_duration(rounded(*over)))?;
        }
        if self.code.is_empty() {
            write!(f, ": {}", self.message)?;
        } else {
            write!(f, ": {}: {}", self.code, self.message)?;
        }
        match (self.status, &self.request_id) {
            (Some(status), Some(id)) => write!(f, " (HTTP {status}, RequestId {id})"),
            (Some(status), None) => write!(f, " (HTTP {status})"),
            (None, _) => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}

/// Whether a code says that the account has as many of something as it may.
pub(super) fn is_quota(code: &str) -> bool {
    ["Quota", "LimitExceed", "OverLimit"].iter().any(|part| code.contains(part))
}

/// To the second, from one second on: nobody needs "1m3s" to be "1m3s207ms", nor "12s450ms".
fn rounded(duration: Duration) -> Duration {
    match duration.as_secs() {
        0 => Duration::from_millis(u64::from(duration.subsec_millis())),
        seconds => Duration::from_secs(seconds),
    }
}
