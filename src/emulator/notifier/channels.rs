//! Which channels of a contact a target uses, by its level and the site.

use crate::emulator::{journal::ContactVerdict, switches::SiteKind};

/// The level of a target without one.
const DEFAULT_LEVEL: u8 = 4;

/// The level by which a target tells. The international site has level 4 only.
pub(super) fn level(written: Option<&str>, site: SiteKind) -> u8 {
    match (written, site) {
        (Some("2"), SiteKind::China) => 2,
        (Some("3"), SiteKind::China) => 3,
        _ => DEFAULT_LEVEL,
    }
}

/// Why a channel that a contact has is not used; none when it is. Level 4 is mail and DingTalk, 3 adds
/// SMS, 2 adds phone. TradeManager has no level of its own. Source: PutEventRuleTargets, PutContact.
pub(super) fn unused(channel: &'static str, level: u8, site: SiteKind) -> Option<ContactVerdict> {
    let in_china_only = matches!(channel, "sms" | "phone" | "aliim");
    if in_china_only && site == SiteKind::International {
        return Some(ContactVerdict::NotAtSite { channel });
    }
    let lowest = match channel {
        "phone" => 2,
        "sms" => 3,
        _ => DEFAULT_LEVEL,
    };
    (level > lowest).then_some(ContactVerdict::LevelExcludes { channel, level })
}
