//! Sizes that the gateway accepts.
//!
//! The list of operations of CloudMonitor's documents gives header and query 128 KB, body 512 KB and
//! answer 2,048 KB. Which code the service answers with is not documented: the codes are the
//! emulator's. So are the bounds of parameters, which no operation comes near.

use super::Refusal;
use crate::openapi::{HttpRequest, Params};

/// Bytes of headers and query together.
const LARGEST_HEAD: usize = 128 * 1024;
/// Bytes of a body.
pub(in crate::emulator) const LARGEST_BODY: usize = 512 * 1024;
/// Bytes of an answer.
const LARGEST_ANSWER: usize = 2048 * 1024;
const MOST_PARAMETERS: usize = 5000;
const LONGEST_NAME: usize = 256;

/// Refuses a request that is too large.
pub(super) fn request(request: &HttpRequest) -> Result<(), Refusal> {
    let bytes = |pairs: &[(String, String)]| -> usize {
        pairs.iter().map(|(name, value)| name.len() + value.len() + 2).sum()
    };
    if bytes(&request.headers) + bytes(&request.query) > LARGEST_HEAD {
        return Err(Refusal::new(
            413,
            "RequestTooLarge",
            "Headers and query together are larger than 128 KB. (send less in one request, or parameters in a form body)",
        ));
    }
    if request.body.len() > LARGEST_BODY {
        return Err(Refusal::new(
            413,
            "RequestTooLarge",
            "The body is larger than 512 KB. (send less in one request)",
        ));
    }
    Ok(())
}

/// Refuses parameters that are too many, or too long in name.
pub(super) fn parameters(params: &Params) -> Result<(), Refusal> {
    if params.len() > MOST_PARAMETERS {
        return Err(Refusal::new(
            400,
            "TooManyParameters",
            format!(
                "{} parameters are too many. (the emulator takes {MOST_PARAMETERS} in one request)",
                params.len()
            ),
        ));
    }
    if params.keys().any(|name| name.len() > LONGEST_NAME) {
        return Err(Refusal::new(
            400,
            "UnknownParameter",
            format!("A parameter's name is longer than {LONGEST_NAME} bytes; no operation has such a one."),
        ));
    }
    Ok(())
}

/// Refuses an answer that is too large; what a call changed stays changed.
pub(super) fn answer(body: &serde_json::Value) -> Result<(), Refusal> {
    let mut counted = Counter(0);
    // Counting cannot fail.
    serde_json::to_writer(&mut counted, body).ok();
    if counted.0 > LARGEST_ANSWER {
        return Err(Refusal::new(
            400,
            "ResponseTooLarge",
            "The answer would be larger than 2,048 KB. (ask for a smaller page, or filter)",
        ));
    }
    Ok(())
}

struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_be_as_large_as_the_documents_say() {
        let of = |bytes: usize| serde_json::Value::String("x".repeat(bytes - 2));
        assert_eq!(answer(&of(LARGEST_ANSWER)), Ok(()));
        assert_eq!(answer(&of(LARGEST_ANSWER + 1)).unwrap_err().code, "ResponseTooLarge");
    }
}
