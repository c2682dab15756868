//! Which channels of a contact a target uses, by its level and the site.

use crate::{
    channel::{Channel, NotifyLevel, Site, Unused},
    emulator::{journal::ContactVerdict, switches::SiteKind},
};

/// The level by which a target tells; 4 where it has none. The international site has level 4 only.
pub(super) fn level(written: Option<&str>, site: SiteKind) -> u8 {
    match (written, site) {
        (Some("2"), SiteKind::China) => 2,
        (Some("3"), SiteKind::China) => 3,
        _ => 4,
    }
}

/// Why a channel that a contact has is not used; none when it is.
pub(super) fn unused(channel: &'static str, level: u8, site: SiteKind) -> Option<ContactVerdict> {
    let known = Channel::ALL.into_iter().find(|known| known.as_str() == channel)?;
    let site = match site {
        SiteKind::China => Site::China,
        SiteKind::International => Site::International,
    };
    let by_level = match level {
        2 => NotifyLevel::Critical,
        3 => NotifyLevel::Warn,
        _ => NotifyLevel::Info,
    };
    known.unused(by_level, site).map(|why| match why {
        Unused::NotAtSite => ContactVerdict::NotAtSite { channel },
        Unused::LevelExcludes => ContactVerdict::LevelExcludes { channel, level },
    })
}
