//! Kinds of values that a cassette does not hold, and what stands for them.

use crate::secret::is_secret_name;

/// A kind of value that is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The webhook of a DingTalk robot.
    Robot,
    /// Another address with a scheme: a path can be as secret as a token.
    Url,
    /// A mail address.
    Mail,
    /// A telephone number.
    Phone,
    /// A name in a messenger.
    Messenger,
    /// A key, a token, a password.
    Secret,
    /// An access key id.
    Key,
    /// The number of an account.
    Account,
    /// Parameters of a call that a rule makes, as JSON: they may hold anything.
    Json,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::Robot,
        Self::Url,
        Self::Mail,
        Self::Phone,
        Self::Messenger,
        Self::Secret,
        Self::Key,
        Self::Account,
        Self::Json,
    ];

    /// The word in its placeholders.
    const fn word(self) -> &'static str {
        match self {
            Self::Robot => "robot",
            Self::Url => "url",
            Self::Mail => "mail",
            Self::Phone => "phone",
            Self::Messenger => "messenger",
            Self::Secret => "secret",
            Self::Key => "key",
            Self::Account => "account",
            Self::Json => "json",
        }
    }

    /// The placeholder of the value that is the `number`th of its kind.
    #[must_use]
    pub fn placeholder(self, number: u32) -> String {
        format!("{{{}-{number}}}", self.word())
    }

    /// Kind and number of a placeholder.
    #[must_use]
    pub fn of_placeholder(text: &str) -> Option<(Self, u32)> {
        let (word, number) = text.strip_prefix('{')?.strip_suffix('}')?.rsplit_once('-')?;
        let kind = Self::ALL.into_iter().find(|kind| kind.word() == word)?;
        Some((kind, number.parse().ok()?))
    }

    /// A value that the service would take, for a request that is made again. It leads nowhere:
    /// nobody has these addresses.
    #[must_use]
    pub fn stand_in(self, number: u32) -> String {
        match self {
            Self::Robot => {
                format!("https://oapi.dingtalk.com/robot/send?access_token={number:064x}")
            }
            Self::Url => format!("https://url-{number}.example.com/hook"),
            Self::Mail => format!("mail-{number}@example.com"),
            Self::Phone => format!("{:011}", 13_800_000_000_u64 + u64::from(number)),
            Self::Messenger => format!("messenger-{number}"),
            Self::Secret => format!("stand-in-secret-{number}"),
            Self::Key => format!("stand-in-key-{number}"),
            Self::Account => format!("{:016}", 9_000_000_000_000_000_u64 + u64::from(number)),
            Self::Json => format!("{{\"StandIn\":\"{number}\"}}"),
        }
    }

    /// What the value of a parameter or a field is, by its name; none for one that may be shown.
    pub(super) fn of_field(name: &str, value: &str) -> Option<Self> {
        // The state of a channel has the name of the channel.
        if value.is_empty() || matches!(value, "OK" | "PENDING") {
            return None;
        }
        let lower = name.to_ascii_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
        if has(&["jsonparams"]) {
            Some(Self::Json)
        } else if has(&["accesskeyid"]) {
            Some(Self::Key)
        } else if is_secret_name(name) {
            Some(Self::Secret)
        } else if is_url(value) {
            Some(Self::of_url(value))
        } else if has(&["webhook", "url"]) {
            Some(Self::Url)
        } else if has(&["mail"]) {
            Some(Self::Mail)
        } else if has(&["sms", "phone", "oncall", "mobile"]) {
            Some(Self::Phone)
        } else if has(&["aliim", "aliiww", "contactdinglist"]) {
            Some(Self::Messenger)
        } else if lower == "chanelvalue" {
            let is_number = value.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' '));
            Some(match (value.contains('@'), is_number) {
                (true, _) => Self::Mail,
                (_, true) => Self::Phone,
                _ => Self::Messenger,
            })
        } else {
            None
        }
    }

    /// Whether a field is the gateway's link to its own page about an error: the code, the product and the
    /// request's id, which the answer has besides. Source: the answers of errors since 2022.
    pub(super) fn is_advice(name: &str, value: &str) -> bool {
        let rest = value.strip_prefix("https://").filter(|_| name == "Recommend");
        rest.and_then(|rest| rest.split_once("/troubleshoot?")).is_some_and(|(host, query)| {
            let is_own =
                |pair: &str| ["q=", "product=", "requestId="].iter().any(|own| pair.starts_with(own));
            ["aliyun.com", "alibabacloud.com"]
                .iter()
                .any(|own| host.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
                && query.split('&').all(is_own)
        })
    }

    /// What a URL is.
    pub(super) fn of_url(url: &str) -> Self {
        if url.starts_with("https://oapi.dingtalk.com/robot/send?") { Self::Robot } else { Self::Url }
    }
}

/// Whether a value is an address with a scheme, and not a text with one in it.
fn is_url(value: &str) -> bool {
    let is_scheme = |scheme: &str| !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric());
    let is_one = !value.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '{' | '['));
    is_one && value.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_read_as_they_are_written() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_placeholder(&kind.placeholder(12)), Some((kind, 12)));
            assert_ne!(kind.stand_in(1), kind.stand_in(2));
        }
        for text in ["robot-1", "{robot}", "{robot-x}", "{nothing-1}", ""] {
            assert_eq!(Kind::of_placeholder(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_says_what_its_value_is() {
        for (name, value, kind) in [
            ("DingWebHook", "https://oapi.dingtalk.com/robot/send?access_token=a", Some(Kind::Robot)),
            ("DingWebHook", "https://h.example.com/a", Some(Kind::Url)),
            ("DingWebHook", "OK", None),
            ("Message", "https://h.example.com/a", Some(Kind::Url)),
            ("Message", "no answer from https://h.example.com/a", None),
            ("Mail", "a@b.c", Some(Kind::Mail)),
            ("Mail", "PENDING", None),
            ("SMS", "139", Some(Kind::Phone)),
            ("ContactALIIWWList", "wang", Some(Kind::Messenger)),
            ("ChanelValue", "a@b.c", Some(Kind::Mail)),
            ("ChanelValue", "+86 139", Some(Kind::Phone)),
            ("ChanelValue", "wang", Some(Kind::Messenger)),
            ("OIDCToken", "ey", Some(Kind::Secret)),
            ("AccessKeyId", "LTAI", Some(Kind::Key)),
            ("AccessKeySecret", "s", Some(Kind::Secret)),
            ("JsonParams", "{}", Some(Kind::Json)),
            ("NextToken", "1", None),
            ("ClientToken", "1", None),
            ("ContactName", "alice", None),
            ("Describe", "", None),
        ] {
            assert_eq!(Kind::of_field(name, value), kind, "{name}={value}");
        }
    }
}
