//! Which channels of a contact a target uses, by its level and the site.

/// The site that an account belongs to; it decides which levels and channels exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Site {
    /// aliyun.com: phone, SMS, mail, DingTalk, TradeManager.
    #[default]
    China,
    /// alibabacloud.com: mail and DingTalk.
    International,
}

/// Which channels tell a contact group (`ContactParameters.N.Level`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NotifyLevel {
    /// Phone, SMS, mail and DingTalk.
    Critical,
    /// SMS, mail and DingTalk.
    Warn,
    /// Mail and DingTalk; all that the international site has.
    #[default]
    Info,
}

impl NotifyLevel {
    /// The service's number for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Critical => "2",
            Self::Warn => "3",
            Self::Info => "4",
        }
    }

    /// As the file spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "CRITICAL",
            Self::Warn => "WARN",
            Self::Info => "INFO",
        }
    }
}

/// A way to reach a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Its webhook: mostly a DingTalk robot.
    Webhook,
    /// Its mail address.
    Mail,
    /// Short messages to its phone.
    Sms,
    /// Calls to its phone.
    Phone,
    /// TradeManager.
    AliIm,
}

/// Why a channel that a contact has is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unused {
    /// The international site does not have it.
    NotAtSite,
    /// The target's level does not include it.
    LevelExcludes,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Webhook, Self::Mail, Self::Sms, Self::Phone, Self::AliIm];

    /// A word for it, as in the emulator's journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Phone => "phone",
            Self::AliIm => "aliim",
        }
    }

    /// Why a target of this level does not use the channel; none when it does. INFO is mail and
    /// DingTalk, WARN adds SMS, CRITICAL adds phone; TradeManager has no level of its own. The
    /// international site has mail and DingTalk. Source: PutEventRuleTargets, PutContact.
    #[must_use]
    pub fn unused(self, level: NotifyLevel, site: Site) -> Option<Unused> {
        let in_china_only = matches!(self, Self::Sms | Self::Phone | Self::AliIm);
        if in_china_only && site == Site::International {
            return Some(Unused::NotAtSite);
        }
        let fits = match self {
            Self::Phone => level == NotifyLevel::Critical,
            Self::Sms => level != NotifyLevel::Info,
            Self::Webhook | Self::Mail | Self::AliIm => true,
        };
        (!fits).then_some(Unused::LevelExcludes)
    }
}
