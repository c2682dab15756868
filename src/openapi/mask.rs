//! Parameters as logs and journals may hold them.

use super::Params;
use crate::secret::{MASK, Redactor, mask_url};

/// Parts of parameter names whose values are secrets.
const SECRET_NAMES: [&str; 5] = ["secret", "token", "password", "signature", "accesskey"];

/// The parameters without secrets: values under secret names, tokens in URLs, and whatever `known`
/// knows. `ClientToken` and `NextToken` are no secrets.
#[must_use]
pub fn mask_params(params: &Params, known: &Redactor) -> Params {
    let masked = params.iter().map(|(name, value)| {
        let value = if is_secret(name) && !value.is_empty() {
            MASK.to_owned()
        } else {
            known.redact(&mask_url(value))
        };
        (name.clone(), value)
    });
    masked.collect()
}

fn is_secret(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let lower = last.to_lowercase();
    last != "ClientToken" && last != "NextToken" && SECRET_NAMES.iter().any(|secret| lower.contains(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_the_rest_is_kept() {
        let mut known = Redactor::default();
        known.add(&"robot-token-1".into());
        let params: Params = [
            ("Channels.DingWebHook", "https://oapi.dingtalk.com/robot/send?access_token=abc"),
            ("ClientToken", "once"),
            ("Describe", "the token is robot-token-1"),
            ("SecurityToken", "sts"),
            ("WebhookParameters.1.Url", "http://h/?a=b&sign=abc"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        let masked = mask_params(&params, &known);
        let shown = serde_json::to_string(&masked).unwrap();
        assert!(
            !shown.contains("=abc") && !shown.contains("sts") && !shown.contains("robot-token"),
            "{shown}"
        );
        assert_eq!(masked["ClientToken"], "once");
        assert!(masked["WebhookParameters.1.Url"].starts_with("http://h/?a=b&sign=[sha256:"));
    }
}
