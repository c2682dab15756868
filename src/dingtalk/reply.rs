//! What a robot answers: always HTTP 200, the verdict is `errcode`.

use serde_json::{Value, json};

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

    /// GET instead of POST. Observed 2026-09.
    #[must_use]
    pub fn need_post() -> Self {
        Self::new(43002, "需要POST请求")
    }

    /// No `access_token`. Observed 2026-09.
    #[must_use]
    pub fn missing_token() -> Self {
        Self::new(40035, "缺少参数 access_token")
    }

    /// An unknown `access_token`. Observed 2024-10 to now.
    #[must_use]
    pub fn unknown_token() -> Self {
        Self::new(300_005, "token is not exist")
    }

    /// No body, or not JSON. Observed 2019 to now.
    #[must_use]
    pub fn missing_body() -> Self {
        Self::new(40035, "缺少参数 json")
    }

    /// An unknown `msgtype`. From the vendor's error table.
    #[must_use]
    pub fn unknown_msgtype() -> Self {
        Self::new(400_105, "不支持的消息类型")
    }

    /// A field that is missing or of a wrong type. Observed 2025-11.
    #[must_use]
    pub fn bad_field(msgtype: &str, field: &str) -> Self {
        Self::new(
            400_402,
            format!(
                "错误描述:参数 {msgtype} --》 {field} 缺失，或者参数格式不正确; 解决方案:请填充上对应参数;参考链接:请参考本接口对应文档查看参数获取方式，或者在https://open.dingtalk.com/document/  搜索对应文档;"
            ),
        )
    }

    /// No keyword of the robot is in the message. Observed 2023 to 2026-04.
    #[must_use]
    pub fn keyword_missing() -> Self {
        Self::new(
            310_000,
            "错误描述:关键词不匹配;解决方案:请联系群管理员查看此机器人的关键词，并在发送的信息中包含此关键词;",
        )
    }

    /// The signature is wrong or missing. The beginning was observed in 2026; its end is that of the
    /// older wording.
    #[must_use]
    pub fn sign_mismatch() -> Self {
        Self::new(
            310_000,
            "错误描述:机器人发送签名不匹配;解决方案:请确认签名和生成签名的时间戳必须都放在调用的网址中，请确认机器人的密钥加密和填写正确;",
        )
    }

    /// The signature is more than an hour old. The wording of 2024 in the labels of today: a guess.
    #[must_use]
    pub fn sign_expired() -> Self {
        Self::new(
            310_000,
            "错误描述:机器人发送签名过期;解决方案:签名生成时间和发送时间请保持在 timestampms 以内;",
        )
    }

    /// The sender's address is not allowed. Observed 2025-09.
    #[must_use]
    pub fn ip_not_allowed() -> Self {
        Self::new(
            310_000,
            "description:ip 不在白名单中;solution:请联系对应群的管理员，设置机器人安全ip地址段",
        )
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
