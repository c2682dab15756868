//! A robot's security settings: keywords, signing, allowed addresses. All that are set must hold.

use std::{fmt, net::IpAddr, net::Ipv4Addr, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;

use super::{message::Message, reply::Reply};
use crate::secret::Secret;

/// How far a timestamp may be from the robot's clock, either way. The page says one hour; whether
/// the boundary itself counts is not documented, and here it does.
const SIGN_WINDOW_MS: i64 = 3_600_000;

/// Where keywords are looked for. Undocumented for all but plain text, so it is a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeywordScope {
    /// In the running text only: the strict reading.
    #[default]
    Text,
    /// In the title too.
    TitleAndText,
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
    /// Whether the robot takes the message. Which check comes first is not documented; here it is
    /// signature, address, keyword.
    ///
    /// # Errors
    /// The robot's refusal, 310000 in each case.
    pub fn check(
        &self,
        message: &Message,
        timestamp: Option<&str>,
        signature: Option<&str>,
        peer: IpAddr,
        now: Timestamp,
    ) -> Result<(), Reply> {
        if let Some(secret) = &self.secret {
            check_signature(secret, timestamp, signature, now)?;
        }
        if !self.allowed_ips.is_empty() && !self.allowed_ips.iter().any(|range| range.contains(peer)) {
            return Err(Reply::ip_not_allowed());
        }
        let text = match self.keyword_scope {
            KeywordScope::Text => message.body_text(),
            KeywordScope::TitleAndText => {
                format!("{}\n{}", message.title().unwrap_or_default(), message.body_text())
            }
        };
        if !self.keywords.is_empty() && !self.keywords.iter().any(|keyword| text.contains(keyword.as_str())) {
            return Err(Reply::keyword_missing());
        }
        Ok(())
    }
}

/// A missing timestamp and a missing signature get the same words as a wrong signature.
fn check_signature(
    secret: &Secret,
    timestamp: Option<&str>,
    signature: Option<&str>,
    now: Timestamp,
) -> Result<(), Reply> {
    let (Some(timestamp), Some(signature)) = (timestamp, signature) else {
        return Err(Reply::sign_mismatch());
    };
    let sent: i64 = timestamp.parse().map_err(|_| Reply::sign_expired())?;
    if now.as_millisecond().saturating_sub(sent).saturating_abs() > SIGN_WINDOW_MS {
        return Err(Reply::sign_expired());
    }
    let decoded = STANDARD.decode(signature).map_err(|_| Reply::sign_mismatch())?;
    let mac = mac(secret, sent).ok_or_else(Reply::sign_mismatch)?;
    mac.verify_slice(&decoded).map_err(|_| Reply::sign_mismatch())
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

    #[test]
    fn keywords_are_any_of_and_case_sensitive() {
        let robot =
            Security { keywords: vec!["CloudMonitor".into(), "云监控".into()], ..Security::default() };
        let check = |robot: &Security, message: Message| robot.check(&message, None, None, peer(), now());
        assert_eq!(check(&robot, Message::text("a 云监控 b")), Ok(()));
        for text in ["cloudmonitor", "Cloud Monitor", "x"] {
            assert_eq!(check(&robot, Message::text(text)), Err(Reply::keyword_missing()), "{text}");
        }
        let titled = Message::markdown("CloudMonitor", "x");
        assert_eq!(check(&robot, titled.clone()), Err(Reply::keyword_missing()));
        let lenient = Security { keyword_scope: KeywordScope::TitleAndText, ..robot };
        assert_eq!(check(&lenient, titled), Ok(()));
    }

    #[test]
    fn signatures_hold_for_an_hour_either_way() {
        let secret = Secret::new("SECx");
        let robot = Security { secret: Some(secret.clone()), ..Security::default() };
        let at = |timestamp: i64, signature: &str| {
            robot.check(&Message::text("x"), Some(&timestamp.to_string()), Some(signature), peer(), now())
        };
        for offset in [0, -3_600_000, 3_600_000] {
            assert_eq!(at(NOW + offset, &sign(&secret, NOW + offset)), Ok(()), "{offset}");
        }
        for offset in [-3_600_001, 3_600_001] {
            assert_eq!(
                at(NOW + offset, &sign(&secret, NOW + offset)),
                Err(Reply::sign_expired()),
                "{offset}"
            );
        }
        assert_eq!(at(NOW, &sign(&secret, NOW + 1)), Err(Reply::sign_mismatch()));
        assert_eq!(at(NOW, "not base64"), Err(Reply::sign_mismatch()));
        let message = Message::text("x");
        assert_eq!(robot.check(&message, None, Some("x"), peer(), now()), Err(Reply::sign_mismatch()));
        assert_eq!(robot.check(&message, None, None, peer(), now()), Err(Reply::sign_mismatch()));
        assert_eq!(robot.check(&message, Some("soon"), Some("x"), peer(), now()), Err(Reply::sign_expired()));
    }

    #[test]
    fn addresses_and_ranges() {
        let allowed_ips = vec!["10.0.0.0/8".parse().unwrap(), "192.0.2.7".parse().unwrap()];
        let robot = Security { allowed_ips, ..Security::default() };
        let from = |peer: &str| robot.check(&Message::text("x"), None, None, peer.parse().unwrap(), now());
        for peer in ["10.255.0.1", "192.0.2.7", "::ffff:10.0.0.1"] {
            assert_eq!(from(peer), Ok(()), "{peer}");
        }
        for peer in ["11.0.0.1", "192.0.2.8", "::1"] {
            assert_eq!(from(peer), Err(Reply::ip_not_allowed()), "{peer}");
        }
        assert!("0.0.0.0/0".parse::<IpRange>().unwrap().contains(peer()));
        for text in ["::1", "10.0.0.0/33", "10.0.0", "10.0.0.0/", "x"] {
            assert!(text.parse::<IpRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn all_settings_must_hold_together() {
        let secret = Secret::new("SECx");
        let robot =
            Security { secret: Some(secret.clone()), keywords: vec!["k".into()], ..Security::default() };
        let stamp = NOW.to_string();
        let signature = sign(&secret, NOW);
        let check = |text: &str, signature: &str| {
            robot.check(&Message::text(text), Some(&stamp), Some(signature), peer(), now())
        };
        assert_eq!(check("k", &signature), Ok(()));
        assert_eq!(check("x", &signature), Err(Reply::keyword_missing()));
        assert_eq!(check("k", "eA=="), Err(Reply::sign_mismatch()));
    }
}
