//! What the gateway says to a wrong signature.

use super::Refusal;
use crate::{
    openapi::{Claim, SignatureMismatch, SignatureScheme, mask_params},
    secret::Redactor,
};

const HINT: &str = "check the access key secret, and that nothing on the way changes host or parameters";

/// For V3 a hint. For V1 what the server signed, as the service tells it: the older Python SDK takes
/// the text after the first colon, compares it with its own, and breaks when there is no colon.
///
/// What was signed holds every parameter; it is left out when one of them is a secret.
pub(super) fn signature_mismatch(claim: &Claim, fault: &SignatureMismatch, known: &Redactor) -> Refusal {
    let told = match claim.scheme {
        SignatureScheme::V3 => format!(" ({HINT})"),
        _ if claim.security_token.is_none() && mask_params(&claim.params, known) == claim.params => {
            format!(" server string to sign is:{}", fault.string_to_sign)
        }
        _ => format!(" server string to sign is:(left out, it holds a secret; {HINT})"),
    };
    Refusal::new(
        400,
        "SignatureDoesNotMatch",
        format!("Specified signature is not matched with our calculation.{told}"),
    )
}
