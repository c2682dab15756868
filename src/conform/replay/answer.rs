//! What an answer says before its fields are looked at.

use serde_json::Value;

use crate::cassette::Exchange;

/// What to do with an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Make it again and compare.
    Compare,
    /// Make it again for its effect: the answer was lost on its way.
    Effect(&'static str),
    /// Leave it out.
    PassOver(&'static str),
}

/// Codes that say something of the caller, not of the service.
const OF_THE_CALLER: [&str; 7] = [
    "Forbidden",
    "NoPermission",
    "InvalidAccessKeyId",
    "InvalidSecurityToken",
    "SignatureDoesNotMatch",
    "SignatureNonceUsed",
    "InvalidTimeStamp",
];

/// What an exchange is good for.
pub(super) fn usefulness(exchange: &Exchange) -> Use {
    if exchange.operation.starts_with("AssumeRole") {
        return Use::PassOver("that gives keys");
    }
    let Some(status) = exchange.status else {
        let sent = exchange.lost.as_ref().is_some_and(|lost| lost.sent);
        return if sent { Use::Effect("without an answer") } else { Use::PassOver("that was not sent") };
    };
    let Some(body) = &exchange.body else { return Use::PassOver("whose answer is no JSON") };
    let code = text(body, "Code");
    if exchange.headers.contains_key("x-acs-retry-after") || code.starts_with("Throttling") || status == 429 {
        return Use::PassOver("that was throttled");
    }
    if status >= 500 {
        return Use::PassOver("in which the service failed");
    }
    if status >= 400 && OF_THE_CALLER.iter().any(|start| code.starts_with(start)) {
        return Use::PassOver("that the caller was not allowed to make");
    }
    Use::Compare
}

/// How the other side refused; none where it took the call.
pub(super) fn refusal(status: u16, body: &Value) -> Option<String> {
    let failed = match body.get("Success") {
        Some(Value::Bool(success)) => !success,
        Some(Value::String(success)) => success.eq_ignore_ascii_case("false"),
        _ => false,
    };
    (status >= 300 || failed).then(|| format!("{status} {}", text(body, "Code")))
}

fn text(body: &Value, field: &str) -> String {
    match body.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(value @ Value::Number(_)) => value.to_string(),
        _ => String::new(),
    }
}
