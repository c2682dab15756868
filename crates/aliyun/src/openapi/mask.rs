//! Parameters as logs and journals may hold them.

use super::Params;
use crate::secret::{MASK, Redactor, fingerprint, is_secret_name, show_addresses, show_parameters};

/// The parameter that holds those of another call, as JSON.
pub(super) const JSON_PARAMETERS: &str = "JsonParams";

/// The parameters without secrets: values under secret names, addresses but for their hosts, values of
/// a target's own parameters, and whatever `known` knows.
#[must_use]
pub fn mask_params(params: &Params, known: &Redactor) -> Params {
    let masked = params.iter().map(|(name, value)| {
        let value = if value.is_empty() {
            String::new()
        } else if name.rsplit('.').next() == Some(JSON_PARAMETERS) {
            serde_json::from_str(value).map_or_else(
                |_| format!("[{}]", fingerprint(value)),
                |json| show_parameters(&json).to_string(),
            )
        } else if is_secret_name(name) {
            MASK.to_owned()
        } else {
            known.redact(&show_addresses(value))
        };
        (name.clone(), value)
    });
    masked.collect()
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
            ("Describe", "the token is robot-token-1, see https://u:abc@docs/abc."),
            ("SecurityToken", "sts"),
            ("WebhookParameters.1.Url", "http://h/hook/abc?a=b&sign=abc"),
            ("OpenApiParameters.1.JsonParams", r#"{"Password":"abc","Deep":[{"x":"abc"}]}"#),
            ("OpenApiParameters.2.JsonParams", "abc is no JSON"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        let masked = mask_params(&params, &known);
        let shown = serde_json::to_string(&masked).unwrap();
        assert!(
            !shown.contains("abc") && !shown.contains("sts") && !shown.contains("robot-token"),
            "{shown}"
        );
        assert_eq!(masked["ClientToken"], "once");
        assert!(masked["WebhookParameters.1.Url"].starts_with("http://h/[sha256:"), "{shown}");
        assert!(masked["OpenApiParameters.1.JsonParams"].starts_with(r#"{"Password":"[sha256:"#), "{shown}");
        assert!(
            masked["Describe"].starts_with("the token is [secret], see https://docs/[sha256:"),
            "{shown}"
        );
    }
}
