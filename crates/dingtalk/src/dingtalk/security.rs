//! A robot's security settings: keywords, signing, allowed addresses. All that are set must hold.

use std::{fmt, net::IpAddr, net::Ipv4Addr, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::Value;
use sha2::Sha256;

use super::{message::Message, refusal::Refusal};
use crate::secret::Secret;

/// How far a timestamp may be from the robot's clock, either way. The page says one hour; whether
/// the boundary itself counts is not documented, and here it does.
const SIGN_WINDOW_MS: i64 = 3_600_000;

/// A robot has at most this many keywords.
/// Source: help.dingtalk.io, customize-robot-security-settings.
pub const KEYWORD_LIMIT: usize = 10;

/// Where keywords are looked for. Undocumented for all but plain text, so it is a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeywordScope {
    /// In the running text only: the strict reading.
    #[default]
    Text,
    /// In the title too.
    TitleAndText,
    /// In every text of the message: buttons and addresses too.
    Everywhere,
}

impl KeywordScope {
    /// What of a message is searched.
    #[must_use]
    pub fn searched(self, message: &Message) -> String {
        match self {
            Self::Text => message.body_text(),
            Self::TitleAndText => {
                format!("{}\n{}", message.title().unwrap_or_default(), message.body_text())
            }
            Self::Everywhere => {
                let mut texts = Vec::new();
                collect_texts(&message.to_json(), &mut texts);
                texts.join("\n")
            }
        }
    }
}

fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| collect_texts(field, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Who sends, and how it is signed: what [`Security`] looks at beside the message.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// `timestamp` of the query.
    pub timestamp: Option<&'a str>,
    /// `sign` of the query, decoded.
    pub sign: Option<&'a str>,
    /// The address that the request comes from.
    pub peer: IpAddr,
    /// The robot's clock.
    pub now: Timestamp,
}

/// The settings of one robot.
#[derive(Debug, Clone, Default)]
pub struct Security {
    /// At most ten; one of them must be in the message, in the same case. Empty: not set.
    pub keywords: Vec<String>,
    /// The signing secret (`SEC…`).
    pub secret: Option<Secret>,
    /// Addresses that may send. Empty: not set.
    pub allowed_ips: Vec<IpRange>,
    /// Where keywords are looked for.
    pub keyword_scope: KeywordScope,
}

impl Security {
    /// Whether the signature holds, where one is wanted. A missing timestamp and a missing signature
    /// are a mismatch like a wrong one; a needless signature is not looked at.
    ///
    /// # Errors
    /// [`Refusal::SignMismatch`] or [`Refusal::SignExpired`].
    pub fn check_signature(&self, sender: &Sender<'_>) -> Result<(), Refusal> {
        let Some(secret) = &self.secret else { return Ok(()) };
        let (Some(timestamp), Some(signature)) = (sender.timestamp, sender.sign) else {
            return Err(Refusal::SignMismatch);
        };
        let sent: i64 = timestamp.parse().map_err(|_| Refusal::SignExpired)?;
        if sender.now.as_millisecond().saturating_sub(sent).saturating_abs() > SIGN_WINDOW_MS {
            return Err(Refusal::SignExpired);
        }
        let decoded = STANDARD.decode(signature).map_err(|_| Refusal::SignMismatch)?;
        let mac = mac(secret, sent).ok_or(Refusal::SignMismatch)?;
        mac.verify_slice(&decoded).map_err(|_| Refusal::SignMismatch)
    }

    /// Whether the sender's address is allowed, where that is limited.
    ///
    /// # Errors
    /// [`Refusal::IpNotAllowed`].
    pub fn check_address(&self, sender: &Sender<'_>) -> Result<(), Refusal> {
        let allowed =
            self.allowed_ips.is_empty() || self.allowed_ips.iter().any(|range| range.contains(sender.peer));
        if allowed { Ok(()) } else { Err(Refusal::IpNotAllowed(sender.peer)) }
    }

    /// Whether a keyword is in the message, where there are any.
    ///
    /// # Errors
    /// [`Refusal::KeywordMissing`].
    pub fn check_keywords(&self, message: &Message) -> Result<(), Refusal> {
        let text = self.keyword_scope.searched(message);
        if self.keywords.is_empty() || self.keywords.iter().any(|keyword| text.contains(keyword.as_str())) {
            Ok(())
        } else {
            Err(Refusal::KeywordMissing)
        }
    }
}

fn mac(secret: &Secret, timestamp_ms: i64) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    mac.update(format!("{timestamp_ms}\n{}", secret.expose()).as_bytes());
    Some(mac)
}

/// The signature of a request, in base64: HMAC-SHA256 of `timestamp\nsecret`, keyed with the secret.
/// In the query it is percent-encoded beside `timestamp` (milliseconds).
#[must_use]
pub fn sign(secret: &Secret, timestamp_ms: i64) -> String {
    mac(secret, timestamp_ms).map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default()
}

/// An IPv4 address or a range of them; robots do not know IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IpRange {
    network: u32,
    bits: u8,
}

impl IpRange {
    /// Whether the address is in the range; an IPv6 address is only when it stands for an IPv4 one.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = match address {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(address) => address.to_ipv4_mapped(),
        };
        address.is_some_and(|address| u32::from(address) & mask(self.bits) == self.network)
    }
}

fn mask(bits: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0)
}

impl FromStr for IpRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an IPv4 address or range; write `192.0.2.7` or `10.0.0.0/8`");
        let (address, bits) = text.split_once('/').unwrap_or((text, "32"));
        let address: Ipv4Addr = address.parse().map_err(|_| wrong())?;
        let bits: u8 = bits.parse().map_err(|_| wrong())?;
        if bits > 32 {
            return Err(wrong());
        }
        Ok(Self { network: u32::from(address) & mask(bits), bits })
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.network), self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_577_262_236_757;

    fn now() -> Timestamp {
        Timestamp::from_millisecond(NOW).unwrap()
    }

    fn peer() -> IpAddr {
        "127.0.0.1".parse().unwrap()
    }

    #[test]
    fn the_signature_is_the_known_one() {
        // Recomputed with Python's hmac module.
        assert_eq!(sign(&Secret::new("this is secret"), NOW), "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=");
    }

    fn sender<'a>(timestamp: Option<&'a str>, sign: Option<&'a str>) -> Sender<'a> {
        Sender { timestamp, sign, peer: peer(), now: now() }
    }

    #[test]
    fn keywords_are_any_of_and_case_sensitive() {
        let robot =
            Security { keywords: vec!["CloudMonitor".into(), "云监控".into()], ..Security::default() };
        assert_eq!(robot.check_keywords(&Message::text("a 云监控 b")), Ok(()));
        for text in ["cloudmonitor", "Cloud Monitor", "x"] {
            assert_eq!(robot.check_keywords(&Message::text(text)), Err(Refusal::KeywordMissing), "{text}");
        }
        let titled = Message::markdown("CloudMonitor", "x");
        assert_eq!(robot.check_keywords(&titled), Err(Refusal::KeywordMissing));
        let lenient = Security { keyword_scope: KeywordScope::TitleAndText, ..robot.clone() };
        assert_eq!(lenient.check_keywords(&titled), Ok(()));
        let link = Message::from_json(&serde_json::json!({"msgtype": "link", "link": {
            "title": "t", "text": "x", "messageUrl": "http://CloudMonitor/"}}))
        .unwrap();
        assert_eq!(lenient.check_keywords(&link), Err(Refusal::KeywordMissing));
        let everywhere = Security { keyword_scope: KeywordScope::Everywhere, ..robot };
        assert_eq!(everywhere.check_keywords(&link), Ok(()));
    }

    #[test]
    fn signatures_hold_for_an_hour_either_way() {
        let secret = Secret::new("SECx");
        let robot = Security { secret: Some(secret.clone()), ..Security::default() };
        let at = |timestamp: i64, signature: &str| {
            robot.check_signature(&sender(Some(&timestamp.to_string()), Some(signature)))
        };
        for offset in [0, -3_600_000, 3_600_000] {
            assert_eq!(at(NOW + offset, &sign(&secret, NOW + offset)), Ok(()), "{offset}");
        }
        for offset in [-3_600_001, 3_600_001] {
            let signature = sign(&secret, NOW + offset);
            assert_eq!(at(NOW + offset, &signature), Err(Refusal::SignExpired), "{offset}");
        }
        assert_eq!(at(NOW, &sign(&secret, NOW + 1)), Err(Refusal::SignMismatch));
        assert_eq!(at(NOW, "not base64"), Err(Refusal::SignMismatch));
        let check = |timestamp, signature| robot.check_signature(&sender(timestamp, signature));
        assert_eq!(check(None, Some("x")), Err(Refusal::SignMismatch));
        assert_eq!(check(None, None), Err(Refusal::SignMismatch));
        assert_eq!(check(Some("soon"), Some("x")), Err(Refusal::SignExpired));
        assert_eq!(Security::default().check_signature(&sender(Some("soon"), Some("x"))), Ok(()));
    }

    #[test]
    fn addresses_and_ranges() {
        let allowed_ips = vec!["10.0.0.0/8".parse().unwrap(), "192.0.2.7".parse().unwrap()];
        let robot = Security { allowed_ips, ..Security::default() };
        let from = |peer: IpAddr| robot.check_address(&Sender { peer, ..sender(None, None) });
        for peer in ["10.255.0.1", "192.0.2.7", "::ffff:10.0.0.1"] {
            assert_eq!(from(peer.parse().unwrap()), Ok(()), "{peer}");
        }
        for peer in ["11.0.0.1", "192.0.2.8", "::1"] {
            let peer: IpAddr = peer.parse().unwrap();
            assert_eq!(from(peer), Err(Refusal::IpNotAllowed(peer)));
        }
        assert!("0.0.0.0/0".parse::<IpRange>().unwrap().contains(peer()));
        for text in ["::1", "10.0.0.0/33", "10.0.0", "10.0.0.0/", "x"] {
            assert!(text.parse::<IpRange>().is_err(), "{text}");
        }
    }
}
