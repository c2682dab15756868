//! Switches: what public facts leave open, by name and with a documented default.

mod choice;
mod delivery;
mod robot;
mod table;
mod value;

pub use choice::{
    Activation, CreationEvent, DuplicateTargets, Executing, FullStatusEvents, HistoryOrder, KeyOwner,
    Language, MessageType, NameMatch, Omitted, OnOff, PendingChannel, RebootSequence, RobotCheckOrder,
    RobotKeywordScope, RuleListDefault, SilenceKey, SiteKind, UnknownInBatch, UnknownName,
    UnknownTargetGroup,
};
pub use delivery::{
    InternationalLevel, Retries, SilenceScope, WebhookContent, WebhookGet, WebhookRetryOn, WebhookTraceId,
};
pub use robot::{
    RobotAtTypes, RobotDuplicateParameters, RobotEmptyTexts, RobotMuteCalls, RobotNeedlessSign,
    RobotRateCounts, RobotRateWindow,
};
pub use table::{SwitchInfo, Switches};
