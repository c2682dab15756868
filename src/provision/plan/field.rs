//! Field by field comparison, in words that may be shown.

use std::collections::BTreeSet;

use super::change::FieldChange;
use crate::secret::{Secret, mask_url};

/// Collects the fields that differ. With `before` absent throughout, collects what is set.
#[derive(Debug, Default)]
pub(super) struct Fields(pub(super) Vec<FieldChange>);

impl Fields {
    /// Records a difference that was found elsewhere.
    pub(super) fn push(&mut self, field: impl Into<String>, before: Option<String>, after: Option<String>) {
        self.0.push(FieldChange { field: field.into(), before, after });
    }

    /// Compares two values; `None` stands for "not set".
    pub(super) fn value<T: PartialEq>(
        &mut self,
        field: &str,
        before: Option<T>,
        after: Option<T>,
        show: impl Fn(T) -> String,
    ) {
        if before != after {
            self.push(field, before.map(&show), after.map(&show));
        }
    }

    /// Compares two values, where an object that is not there counts as having `default`.
    pub(super) fn or_default<T: PartialEq>(
        &mut self,
        field: &str,
        before: Option<T>,
        default: &T,
        after: T,
        show: impl Fn(T) -> String,
    ) {
        if before.as_ref().unwrap_or(default) != &after {
            self.push(field, before.map(&show), Some(show(after)));
        }
    }

    /// Compares two texts, where an empty one is not set.
    pub(super) fn text(&mut self, field: &str, before: Option<&str>, after: &str) {
        let set = |text: &&str| !text.is_empty();
        self.value(field, before.filter(set), Some(after).filter(set), str::to_owned);
    }

    /// Compares two sets, where an empty one is not set.
    pub(super) fn set(&mut self, field: &str, before: Option<&BTreeSet<String>>, after: &BTreeSet<String>) {
        let set = |items: &&BTreeSet<String>| !items.is_empty();
        self.value(field, before.filter(set), Some(after).filter(set), |items| {
            items.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
        });
    }
}

/// A webhook as it may be shown. DingTalk's keeps its shape, without its token; of any other only
/// the host is shown, since a path can be as secret as a token.
pub(super) fn show_url(url: &Secret) -> String {
    let plain = url.expose();
    if plain.starts_with("https://oapi.dingtalk.com/robot/send?access_token=") {
        return mask_url(plain);
    }
    let (scheme, rest) = plain.split_once("://").unwrap_or(("", plain));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if scheme.is_empty() || host.len() == rest.len() {
        // Nothing but a host, or nothing that looks like a URL.
        return if scheme.is_empty() { format!("[{}]", url.fingerprint()) } else { plain.to_owned() };
    }
    format!("{scheme}://{host}/[{}]", url.fingerprint())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_webhook_that_may_be_secret_is_shown() {
        for (url, start) in [
            (
                "https://oapi.dingtalk.com/robot/send?access_token=s3cr3t",
                "https://oapi.dingtalk.com/robot/send?access_token=[sha256:",
            ),
            ("https://hooks.example.com/s3cr3t", "https://hooks.example.com/[sha256:"),
            ("https://u:s3cr3t@hooks.example.com/x", "https://hooks.example.com/[sha256:"),
            ("https://hooks.example.com?key=s3cr3t", "https://hooks.example.com/[sha256:"),
            ("https://u:s3cr3t@hooks.example.com", "https://hooks.example.com/[sha256:"),
            ("s3cr3t", "[sha256:"),
        ] {
            let shown = show_url(&Secret::new(url));
            assert!(shown.starts_with(start), "{shown}");
            assert!(!shown.contains("s3cr3t"), "{shown}");
        }
        assert_eq!(show_url(&Secret::new("http://127.0.0.1:9")), "http://127.0.0.1:9");
        assert_ne!(show_url(&Secret::new("http://h/a")), show_url(&Secret::new("http://h/b")));
    }
}
