//! Parameters as the journal may hold them.

use crate::{
    openapi::Params,
    secret::{MASK, Redactor, mask_url},
};

/// Parts of parameter names whose values are secrets.
const SECRET_NAMES: [&str; 5] = ["secret", "token", "password", "signature", "accesskey"];

/// The parameters without secrets: values under secret names, tokens in URLs, and secrets that the
/// world knows. `ClientToken` and `NextToken` are no secrets.
pub(in crate::emulator) fn mask_params(params: &Params, known: &Redactor) -> Params {
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

/// An address of a person as it may be shown: enough to tell it from others.
pub(in crate::emulator) fn mask_address(address: &str) -> String {
    if let Some((name, host)) = address.rsplit_once('@') {
        return format!("{}***@{host}", head(name, 1));
    }
    let characters = address.chars().count();
    let is_number = address.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' '));
    if is_number && characters > 7 {
        let tail: String = address.chars().skip(characters - 4).collect();
        return format!("{}****{tail}", head(address, 3));
    }
    format!("{}***", head(address, 1))
}

fn head(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
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

    #[test]
    fn addresses_are_shown_in_part() {
        for (address, shown) in [
            ("alice@example.com", "a***@example.com"),
            ("@example.com", "***@example.com"),
            ("13900001234", "139****1234"),
            ("86-13900001234", "86-****1234"),
            ("1390000", "1***"),
            ("旺旺", "旺***"),
            ("", "***"),
        ] {
            assert_eq!(mask_address(address), shown);
        }
    }
}
