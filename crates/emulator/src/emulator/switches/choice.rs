//! Switches that choose among words.

use super::value::Value;

/// Defines a choice: an enum whose variants have a word each.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $word:literal, )* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )*
        }

        impl $name {
            /// The word that stands for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }
        }

        impl Value for $name {
            fn read(text: &str) -> Result<Self, String> {
                match text {
                    $( $word => Ok(Self::$variant), )*
                    _ => Err(format!("`{text}` is not one of {}", Self::allowed())),
                }
            }

            fn write(&self) -> String {
                self.as_str().to_owned()
            }

            fn allowed() -> String {
                [$( $word ),*].join(", ")
            }
        }
    };
}

pub(super) use choice;

choice! {
    /// Whether something is so.
    OnOff {
        /// It is.
        On = "on",
        /// It is not.
        Off = "off",
    }
}

choice! {
    /// The order of a history.
    HistoryOrder {
        /// Newest first.
        Newest = "newest",
        /// Oldest first.
        Oldest = "oldest",
    }
}

choice! {
    /// What a name that is looked for fits.
    NameMatch {
        /// The whole name.
        Exact = "exact",
        /// Any name that holds it.
        Contains = "contains",
    }
}

choice! {
    /// What a silence is kept for.
    SilenceKey {
        /// The rule.
        Rule = "rule",
        /// The rule and the resource.
        RuleResource = "rule+resource",
        /// The rule and the event's name.
        RuleEvent = "rule+event",
        /// The rule, the resource and the event's name.
        RuleResourceEvent = "rule+resource+event",
    }
}

choice! {
    /// The states that a rebooting instance goes through.
    RebootSequence {
        /// Stopping, Starting, Running.
        Stopping = "stopping+starting+running",
        /// Stopping, Stopped, Starting, Running.
        Stopped = "stopping+stopped+starting+running",
        /// Starting, Running.
        Starting = "starting+running",
    }
}

choice! {
    /// The first event of a new instance.
    CreationEvent {
        /// `Created`, when creation is complete.
        Created = "created",
        /// `Pending`, when creation begins.
        Pending = "pending",
    }
}

choice! {
    /// Whom the declared access keys belong to.
    KeyOwner {
        /// A RAM user of the account.
        RamUser = "ram-user",
        /// The account itself.
        Account = "account",
    }
}

choice! {
    /// What an unknown instance among several meets that are each acted on by itself.
    UnknownInBatch {
        /// It is told beside the others.
        Item = "item",
        /// The whole call is refused.
        Refuse = "refuse",
    }
}

choice! {
    /// Which simulated events DescribeInstancesFullStatus tells when no time is asked for.
    FullStatusEvents {
        /// Those that have not ended.
        Open = "open",
        /// Those that have not begun.
        Scheduled = "scheduled",
    }
}

choice! {
    /// Which rules a list without `IsEnable` holds.
    RuleListDefault {
        /// Enabled ones.
        Enabled = "enabled",
        /// All.
        All = "all",
    }
}

choice! {
    /// What an optional field that a Put* or Modify* does not carry means for an object that exists.
    Omitted {
        /// It is cleared.
        Clear = "clear",
        /// It is kept.
        Keep = "keep",
    }
}

choice! {
    /// What a target that names an unknown contact group meets.
    UnknownTargetGroup {
        /// It is stored.
        Accept = "accept",
        /// It is listed in `FailedContactParameters`.
        Fail = "fail",
    }
}

choice! {
    /// What an unknown name meets.
    UnknownName {
        /// It is refused.
        Refuse = "refuse",
        /// It is taken as it is.
        Accept = "accept",
    }
}

choice! {
    /// Whether `Channels` shows a channel that is not activated.
    PendingChannel {
        /// It does.
        Shown = "shown",
        /// It does not.
        Hidden = "hidden",
    }
}

choice! {
    /// When mail and SMS channels begin to work.
    Activation {
        /// When somebody opens the link.
        Pending = "pending",
        /// At once.
        Immediate = "immediate",
    }
}

choice! {
    /// The type of CloudMonitor's messages to robots.
    MessageType {
        /// `markdown`
        Markdown = "markdown",
        /// `text`
        Text = "text",
    }
}

choice! {
    /// The language of a contact without `Lang`.
    Language {
        /// Simplified Chinese.
        ZhCn = "zh-cn",
        /// English.
        En = "en",
    }
}

choice! {
    /// The site of the accounts.
    SiteKind {
        /// aliyun.com
        China = "china",
        /// alibabacloud.com
        International = "international",
    }
}

choice! {
    /// What several ways of one rule to the same channel come to.
    DuplicateTargets {
        /// One message.
        Merge = "merge",
        /// One message each.
        Keep = "keep",
    }
}

choice! {
    /// Whether a planned maintenance passes through Executing.
    Executing {
        /// It does not: Scheduled, Executed.
        Skip = "skip",
        /// It does: Scheduled, Executing, Executed.
        Show = "show",
    }
}

choice! {
    /// Which of a robot's settings is checked first.
    RobotCheckOrder {
        /// Signature, address, keyword.
        SignIpKeyword = "sign+ip+keyword",
        /// Keyword, signature, address.
        KeywordSignIp = "keyword+sign+ip",
        /// Address, signature, keyword.
        IpSignKeyword = "ip+sign+keyword",
    }
}

choice! {
    /// Where robots look for their keywords.
    RobotKeywordScope {
        /// As each robot was declared.
        Robot = "robot",
        /// In the running text.
        Text = "text",
        /// In the title too.
        TitleAndText = "title+text",
        /// In all texts of the message.
        Everywhere = "everywhere",
    }
}
