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
    FunctionBody, InternationalLevel, Retries, SilenceScope, WebhookContent, WebhookGet, WebhookRetryOn,
    WebhookTraceId,
};
pub use robot::{
    RobotAtTypes, RobotDuplicateParameters, RobotEmptyButtons, RobotEmptyTexts, RobotMuteCalls,
    RobotNeedlessSign, RobotRateCounts, RobotRateWindow, RobotRawLineEnds,
};
pub use table::{SwitchInfo, Switches};
