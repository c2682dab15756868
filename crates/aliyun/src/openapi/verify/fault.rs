//! Why a request cannot be verified at all, in the gateway's own codes.

use std::fmt;

/// A fault of the request's own statements about itself. All answer HTTP 400.
///
/// Codes and messages are the gateway's where public tables give them (`SignatureDoesNotMatch`,
/// `MissingTimestamp`, `InvalidTimeStamp.Format`, …). What the gateway says to a badly made V3
/// header is not public; those answer `IncompleteSignature`, which ECS documents, and say why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthFault {
    /// A common parameter is missing or empty; its RPC name, also for V3 headers.
    Missing(&'static str),
    /// A common parameter has a value that it cannot have.
    Invalid(&'static str),
    /// The instant is not written as `yyyy-MM-ddTHH:mm:ssZ`.
    TimestampFormat,
    /// A signature algorithm that is not one of the two.
    SignatureMethod,
    /// `Format` is neither `JSON` nor `XML`.
    Format,
    /// A parameter or protocol header is there twice; its name.
    Repeated(String),
    /// A header that must be signed is not; its name.
    Unsigned(String),
    /// The `Authorization` header is not made as it should be; why.
    Authorization(&'static str),
    /// The body does not have the hash that was signed.
    PayloadHash,
    /// The body cannot be read; why.
    Body(&'static str),
}

impl AuthFault {
    /// The gateway's `Code`.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Missing(name) => format!("Missing{name}"),
            Self::Invalid(name) => format!("Invalid{name}"),
            Self::TimestampFormat => "InvalidTimeStamp.Format".to_owned(),
            Self::SignatureMethod => "InvalidSignatureMethod".to_owned(),
            Self::Format => "InvalidParameter.Format".to_owned(),
            Self::Repeated(_) | Self::Body(_) => "InvalidParameter".to_owned(),
            Self::Unsigned(_) | Self::Authorization(_) => "IncompleteSignature".to_owned(),
            Self::PayloadHash => "SignatureDoesNotMatch".to_owned(),
        }
    }

    /// The gateway's `Message`. It names parameters and never quotes a value.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Missing(name) => format!("{name} is mandatory for this action."),
            Self::Invalid(name) => format!("Specified parameter {name} is not valid."),
            Self::TimestampFormat => "Specified time stamp or date value is not well formatted.".to_owned(),
            Self::SignatureMethod => "Specified signature method is not valid.".to_owned(),
            Self::Format => "Specified parameter format is not valid.".to_owned(),
            Self::Repeated(name) => format!("{name} was sent more than once."),
            Self::Unsigned(name) => format!("The header {name} must be signed."),
            Self::Authorization(reason) => format!("The Authorization header is not valid: {reason}."),
            Self::PayloadHash => "The body does not have the hash in x-acs-content-sha256.".to_owned(),
            Self::Body(reason) => format!("The body is not valid: {reason}."),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        400
    }
}

impl fmt::Display for AuthFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message())
    }
}

impl std::error::Error for AuthFault {}
