//! What a robot answers: always HTTP 200, the verdict is `errcode`.

use serde_json::{Value, json};

/// The most bytes that a whole request body may have; one more is refused.
/// Source: the refusal itself, prometheus-webhook-dingtalk issue 30 and pull request 222.
pub const BODY_LIMIT: usize = 20_000;

/// `status` of the block that a gateway answers instead of a robot; it comes without an `errcode`.
pub const GATEWAY_BLOCK: i64 = 1111;

/// A robot's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// 0 for an accepted message.
    pub errcode: i64,
    /// The service's words.
    pub errmsg: String,
}

impl Reply {
    fn new(errcode: i64, errmsg: impl Into<String>) -> Self {
        Self { errcode, errmsg: errmsg.into() }
    }

    /// The message is accepted.
    #[must_use]
    pub fn ok() -> Self {
        Self::new(0, "ok")
    }

    /// Whether the message is accepted.
    #[must_use]
    pub fn accepted(&self) -> bool {
        self.errcode == 0
    }

    /// The body as the service sends it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"errcode": self.errcode, "errmsg": self.errmsg})
    }

    /// Reads an answer. `errcode` may be a number or a string (the vendor's page shows both).
    ///
    /// # Errors
    /// The body's beginning, when there is no `errcode` in it: a gateway's block has none, and must
    /// not be taken for success.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        let beginning = || String::from_utf8_lossy(body).chars().take(200).collect::<String>();
        let value: Value = serde_json::from_slice(body).map_err(|_| beginning())?;
        let errcode = match value.get("errcode") {
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        let errcode = errcode.ok_or_else(beginning)?;
        let errmsg = value.get("errmsg").and_then(Value::as_str).unwrap_or_default();
        Ok(Self::new(errcode, errmsg))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_errcode_zero_and_nothing_else() {
        assert!(Reply::parse(br#"{"errcode":0,"errmsg":"ok"}"#).unwrap().accepted());
        assert!(Reply::parse(br#"{"errmsg":"ok","errcode":"0"}"#).unwrap().accepted());
        assert!(!Reply::parse(br#"{"errcode":310000,"errmsg":"x"}"#).unwrap().accepted());
        for body in ["", "ok", "{}", r#"{"status":1111,"wait":5,"punish":"deny"}"#, r#"{"errcode":null}"#] {
            assert!(Reply::parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
