//! The table of switches.

use std::{net::Ipv4Addr, time::Duration};

use super::choice::{
    Activation, CreationEvent, DuplicateTargets, Executing, FullStatusEvents, HistoryOrder, KeyOwner,
    Language, MessageType, NameMatch, Omitted, OnOff, PendingChannel, RebootSequence, RobotCheckOrder,
    RobotKeywordScope, RuleListDefault, SilenceKey, SiteKind, UnknownInBatch, UnknownName,
    UnknownTargetGroup,
};
use super::delivery::{
    FunctionBody, InternationalLevel, Retries, SilenceScope, WebhookContent, WebhookGet, WebhookRetryOn,
    WebhookTraceId,
};
use super::robot::{
    RobotAtTypes, RobotDuplicateParameters, RobotEmptyButtons, RobotEmptyTexts, RobotMuteCalls,
    RobotNeedlessSign, RobotRateCounts, RobotRateWindow, RobotRawLineEnds,
};
use super::value::Value;
use crate::dingtalk::Wording;

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchInfo {
    /// The name, as in `--switch NAME=VALUE` and under `emulator:` in a scenario.
    pub name: &'static str,
    /// The value when nobody sets it.
    pub default: String,
    /// What may be set.
    pub values: String,
    /// What it decides.
    pub meaning: &'static str,
    /// Why it is open, or where the default comes from.
    pub source: &'static str,
}

macro_rules! switches {
    ($( $name:ident: $type:ty = $default:expr, $meaning:literal, $source:literal; )*) => {
        /// The values of all switches; [`Switches::table`] tells what each one means.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Switches {
            $( #[doc = $meaning] pub $name: $type, )*
        }

        impl Default for Switches {
            fn default() -> Self {
                Self { $( $name: $default, )* }
            }
        }

        impl Switches {
            /// Sets a switch by name.
            ///
            /// # Errors
            /// For an unknown name the nearest ones, for a wrong value what may be written.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
                match name {
                    $( stringify!($name) => {
                        self.$name = <$type as Value>::read(value)
                            .map_err(|fault| format!("switch `{name}`: {fault}"))?;
                    } )*
                    _ => return Err(unknown(name)),
                }
                Ok(())
            }

            /// The value of a switch, written as [`Switches::set`] takes it.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<String> {
                match name {
                    $( stringify!($name) => Some(self.$name.write()), )*
                    _ => None,
                }
            }

            /// All switches, with defaults, meanings and sources.
            #[must_use]
            pub fn table() -> Vec<SwitchInfo> {
                let defaults = Self::default();
                vec![$( SwitchInfo {
                    name: stringify!($name),
                    default: defaults.$name.write(),
                    values: <$type as Value>::allowed(),
                    meaning: $meaning,
                    source: $source,
                }, )*]
            }
        }
    };
}

switches! {
    event_latency: Duration = Duration::from_secs(1),
        "how long an event takes from the resource to CloudMonitor",
        "no public figure; a guess";
    delivery: Duration = Duration::from_secs(2),
        "how long a message takes from the rule to the channel",
        "no public figure; a guess";
    pending: Duration = Duration::from_secs(5),
        "how long a new instance is Pending",
        "the instance state table says seconds";
    starting: Duration = Duration::from_secs(30),
        "how long an instance is Starting",
        "no public figure; a guess";
    stopping: Duration = Duration::from_secs(30),
        "how long an instance is Stopping",
        "no public figure; a guess";
    reboot: RebootSequence = RebootSequence::Stopping,
        "the states of a rebooting instance",
        "the event page uses Stopping for reboots, RebootInstance speaks of Starting; the sequence is open";
    creation_event: CreationEvent = CreationEvent::Created,
        "the first state change that a new instance tells",
        "the event page of 2021 lists Created, an older one Pending";
    maintenance_executing: Executing = Executing::Skip,
        "whether a simulated maintenance is Executing for the time of a start before it is Executed",
        "CreateSimulatedSystemEvents documents Scheduled, then Executed; the catalogue has Executing too";
    simulated_events_limit: u32 = 1000,
        "how many simulated events of one account and region may be open at once",
        "CreateSimulatedSystemEvents refuses more with SimulatedEventLimitExceeded; the number is undocumented";
    full_status_events: FullStatusEvents = FullStatusEvents::Open,
        "which simulated events DescribeInstancesFullStatus tells when no time is asked for",
        "its page of 2018 says scheduled ones; its sample shows a simulated failure, and those are never scheduled";
    batch_unknown: UnknownInBatch = UnknownInBatch::Item,
        "what StartInstances and StopInstances with SuccessFirst do with an unknown instance",
        "undocumented; the answer has a code and a message for each instance";
    key_owner: KeyOwner = KeyOwner::RamUser,
        "whom the declared access keys belong to, as GetCallerIdentity tells it",
        "documented: AssumeRole refuses the account itself (NoPermission), and takes RAM users and roles";
    max_session_duration: Duration = Duration::from_secs(3600),
        "how long a temporary key may last at most, from 900 seconds on",
        "CreateRole's MaxSessionDuration is 3600 seconds by default and 43200 at most; the emulator has no roles to ask";
    unknown_role_account: UnknownName = UnknownName::Refuse,
        "what AssumeRole does with a role of an account that the emulator does not have",
        "refused with EntityNotExist.Role; any role of its own accounts is there, since nothing can make one";
    silence_key: SilenceKey = SilenceKey::RuleResourceEvent,
        "what a rule's silence is kept for",
        "undocumented for system events";
    default_silence: Duration = Duration::from_secs(86_400),
        "the silence of a rule whose SilenceTime was never sent",
        "DescribeEventRuleAttribute states a default of 86400 seconds";
    put_omitted_contact: Omitted = Omitted::Clear,
        "what PutContact does to a field that is not sent",
        "undocumented, and no evidence either way; a guess";
    put_omitted_group: Omitted = Omitted::Keep,
        "what PutContactGroup does to a field that is not sent",
        "undocumented; the acceptance tests of Terraform's provider write one field alone, and want no change to be left after it";
    put_omitted_rule: Omitted = Omitted::Clear,
        "what PutEventRule does to a field that is not sent",
        "undocumented, and no evidence either way; a guess";
    modify_omitted_application_group: Omitted = Omitted::Keep,
        "what ModifyMonitorGroup does to a field that is not sent",
        "undocumented; kept, since the operation is called Modify, and both fields are optional";
    rule_list_default: RuleListDefault = RuleListDefault::All,
        "which rules DescribeEventRuleList returns without IsEnable",
        "the page says enabled ones; the acceptance tests of Terraform's provider find a disabled rule without it";
    group_page_size: u32 = 10,
        "entries a page in DescribeContactGroupList without PageSize",
        "undocumented; the page's example is 10";
    unknown_contact: UnknownName = UnknownName::Refuse,
        "what PutContactGroup does with the name of an unknown contact",
        "undocumented; refused with InvalidParameterValue";
    unknown_target_group: UnknownTargetGroup = UnknownTargetGroup::Accept,
        "what PutEventRuleTargets does with the name of an unknown contact group",
        "undocumented; Terraform's own test stores a name that cannot exist";
    unknown_event: UnknownName = UnknownName::Refuse,
        "what SendDryRunSystemEvent does with an event that is not in the catalogue",
        "undocumented; refused so that a misspelt name is seen";
    activation: Activation = Activation::Pending,
        "when the mail and SMS channels of a contact begin to work",
        "documented: when the link that was sent is opened, within 24 hours";
    pending_channel: PendingChannel = PendingChannel::Shown,
        "whether DescribeContactList shows the value of a channel that is not activated",
        "the API page says so, Terraform's documentation says the contrary";
    default_language: Language = Language::ZhCn,
        "the language of messages to a contact without Lang",
        "documented: by the region of the account";
    defaults_listed: OnOff = OnOff::Off,
        "whether lists show the Lang of a contact and the SilenceTime of a rule that were never sent",
        "undocumented; the samples always have both; the acceptance tests of Terraform's provider send neither, and want no change to be left after it";
    site: SiteKind = SiteKind::China,
        "which channels and notification levels exist",
        "the international site has mail and DingTalk, level 4 only";
    international_level: InternationalLevel = InternationalLevel::Refuse,
        "what a contact group target with Level 2 or 3 meets on the international site",
        "PutEventRuleTargets: the international site supports Level 4 only; what happens otherwise is undocumented";
    silence_scope: SilenceScope = SilenceScope::All,
        "which targets of a silenced rule are not told",
        "undocumented for system events; the alert log speaks of a silence of channels";
    webhook_timeout: Duration = Duration::from_secs(5),
        "how long a webhook may take to answer",
        "documented for callbacks of event rules: 5 seconds";
    webhook_retry_spacing: Duration = Duration::from_secs(1),
        "how long after a failed call of a webhook the next of its three retries follows",
        "three retries are documented for callbacks of event rules, their spacing is not; a guess";
    webhook_retry_on: WebhookRetryOn = WebhookRetryOn::Failure,
        "which outcomes of a webhook call are tried again",
        "undocumented; success is taken to be a 2xx";
    robot_retries: Retries = Retries::default(),
        "how often a message to a robot behind --dingtalk-at is tried again when no robot answers it",
        "unknown: three retries are documented for callbacks of event rules only; they follow each other as webhook_retry_spacing says";
    webhook_get: WebhookGet = WebhookGet::Form,
        "how a webhook target with Method GET carries the event",
        "undocumented for event rules; both ways are documented for the newer push channel";
    webhook_content: WebhookContent = WebhookContent::Object,
        "what `content` is in the body that webhooks get",
        "the callback page's table says String, its sample has an object";
    function_body: FunctionBody = FunctionBody::Seen2023,
        "what a function gets: the raw event as documented, or with the further fields that were seen",
        "the page on notifications has the raw event for all; a user's sample of 2023 of what a function got has more fields";
    webhook_trace_id: WebhookTraceId = WebhookTraceId::Absent,
        "whether the body that webhooks get has a `traceId`",
        "the callback page's table has it, its sample has not";
    duplicate_targets: DuplicateTargets = DuplicateTargets::Merge,
        "messages to one channel that several targets or contacts of one rule lead to",
        "undocumented";
    message_type: MessageType = MessageType::Markdown,
        "the type of messages to DingTalk robots",
        "no public capture of such a message; a guess";
    notifier_ip: Ipv4Addr = Ipv4Addr::new(121, 41, 9, 246),
        "the address that CloudMonitor's messages come from, for robots with allowed addresses",
        "published for URL callbacks; for robots undocumented";
    robot_check_order: RobotCheckOrder = RobotCheckOrder::SignIpKeyword,
        "which of a robot's security settings is checked first",
        "undocumented; all that are set must hold";
    robot_keyword_scope: RobotKeywordScope = RobotKeywordScope::Robot,
        "where robots look for their keywords",
        "undocumented for all but plain text; robots are declared with text";
    alert_log_system_events: OnOff = OnOff::On,
        "whether DescribeAlertLogList has what event rules told",
        "undocumented: its page speaks of threshold alerts, and METRIC is the only documented SourceType";
    alert_log_robot_errcode: OnOff = OnOff::Off,
        "whether the alert log tells that a robot refused a message by its errcode, which comes with HTTP 200",
        "undocumented: SendDetail.ResultCode is `success` or an error code, and of its documented channels none is a robot";
    test_events_listed: OnOff = OnOff::On,
        "whether the system event queries list events of SendDryRunSystemEvent",
        "undocumented";
    custom_events: OnOff = OnOff::On,
        "whether events of PutCustomEvent reach rules whose EventType is CUSTOM",
        "undocumented; custom events also have rules of their own (PutCustomEventRule), which the emulator has not";
    history_order: HistoryOrder = HistoryOrder::Newest,
        "the order of DescribeSystemEventAttribute and DescribeAlertLogList",
        "undocumented";
    histogram_interval: Duration = Duration::from_secs(30),
        "the least width of a bar of DescribeSystemEventHistogram; it doubles until 1000 bars suffice",
        "undocumented; the samples show 30 s and 10 s";
    application_group_name: NameMatch = NameMatch::Exact,
        "what GroupName of DescribeMonitorGroups fits",
        "undocumented; Keyword, which is beside it, searches";
    duplicate_application_group: UnknownName = UnknownName::Refuse,
        "what CreateMonitorGroup does with a name that is taken",
        "undocumented; refused with ParameterInvalid, since a rule names its group";
    robot_wording: Wording = Wording::Chinese,
        "the words of robots' refusals, by the year in which they began",
        "captures in public issues; the last two are in use side by side, and what selects one is unknown";
    robot_rate: u32 = 20,
        "messages that a robot takes in a minute",
        "the vendor's page, and its refusal `exceed 20 times per minute`";
    robot_rate_window: RobotRateWindow = RobotRateWindow::Sliding,
        "the minute in which a robot counts",
        "undocumented";
    robot_rate_counts: RobotRateCounts = RobotRateCounts::Accepted,
        "whether calls that are refused count as well",
        "undocumented";
    robot_mute: Option<Duration> = Some(Duration::from_secs(600)),
        "how long a robot refuses everything after one message too many; off: until its minute has room",
        "the vendor's page says ten minutes; a client retries after 30 seconds";
    robot_mute_calls: RobotMuteCalls = RobotMuteCalls::Ignore,
        "whether calls during the mute lengthen it",
        "undocumented";
    robot_uuid_window: Option<Duration> = Some(Duration::from_secs(3600)),
        "how long a `msgUuid` keeps a message from being delivered again; off: it is not looked at",
        "a client's note on the vendor's page names the field; how long it holds is a guess";
    robot_empty_texts: RobotEmptyTexts = RobotEmptyTexts::Refuse,
        "what a required text meets that is there and empty",
        "undocumented";
    robot_empty_buttons: RobotEmptyButtons = RobotEmptyButtons::Ignore,
        "what an empty list of buttons beside singleTitle meets: it is no list, or it is a wrong one",
        "undocumented; the client dingdingrobot sends one beside singleTitle. A list that is null is always none";
    robot_raw_line_ends: RobotRawLineEnds = RobotRawLineEnds::Accept,
        "what a body meets that has raw line ends or tabs in its texts, which JSON forbids",
        "undocumented; the maintainer of a client says that DingTalk takes such bodies";
    robot_at_types: RobotAtTypes = RobotAtTypes::Refuse,
        "what wrong types in `at` meet: numbers for mobiles, a text for isAtAll",
        "clients cast them; what the service does is undocumented";
    robot_duplicate_parameters: RobotDuplicateParameters = RobotDuplicateParameters::First,
        "which one counts of several `timestamp` or `sign` parameters in an address",
        "a client reports that the old ones of an address that was signed before are taken";
    robot_needless_sign: RobotNeedlessSign = RobotNeedlessSign::Ignore,
        "what a signature meets at a robot without a secret",
        "undocumented; clients take it for harmless";
    timestamp_window: Option<Duration> = Some(Duration::from_secs(900)),
        "how far a request's timestamp may be from the world's clock",
        "the gateway's table says 15 minutes; off serves foreign clients of a virtual clock";
}

/// Switches that are parted into several, and what they are parted into.
const PARTED: [(&str, &str); 1] = [(
    "put_omitted",
    "write put_omitted_contact, put_omitted_group or put_omitted_rule: each operation has its own",
)];

fn unknown(name: &str) -> String {
    if let Some((_, hint)) = PARTED.iter().find(|(parted, _)| *parted == name) {
        return format!("there is no switch `{name}` any more; {hint}");
    }
    let table = Switches::table();
    let mut near: Vec<(f64, &str)> = table
        .iter()
        .map(|row| (strsim::jaro_winkler(row.name, name), row.name))
        .filter(|(score, _)| *score > 0.75)
        .collect();
    near.sort_by(|one, two| two.0.total_cmp(&one.0).then(one.1.cmp(two.1)));
    let near: Vec<String> = near.into_iter().take(3).map(|(_, name)| format!("`{name}`")).collect();
    if near.is_empty() {
        let all: Vec<&str> = table.iter().map(|row| row.name).collect();
        format!("there is no switch `{name}`; there are {}", all.join(", "))
    } else {
        format!("there is no switch `{name}`; did you mean {}?", near.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_is_documented_and_takes_its_own_default() {
        let mut switches = Switches::default();
        for row in Switches::table() {
            assert!(!row.meaning.is_empty() && !row.source.is_empty(), "{}", row.name);
            switches.set(row.name, &row.default).unwrap();
            assert_eq!(switches.get(row.name), Some(row.default.clone()), "{}", row.name);
            let fault = switches.set(row.name, "no such value").unwrap_err();
            assert!(fault.contains(row.name) && fault.contains("no such value"), "{fault}");
        }
        assert_eq!(switches, Switches::default());
    }

    #[test]
    fn a_switch_changes_what_it_names() {
        let mut switches = Switches::default();
        switches.set("stopping", "45s").unwrap();
        switches.set("silence_key", "rule").unwrap();
        switches.set("timestamp_window", "off").unwrap();
        assert_eq!(switches.stopping, Duration::from_secs(45));
        assert_eq!(switches.silence_key, SilenceKey::Rule);
        assert_eq!(switches.timestamp_window, None);
    }

    #[test]
    fn an_unknown_switch_is_answered_with_the_nearest() {
        let mut switches = Switches::default();
        let fault = switches.set("stoping", "1s").unwrap_err();
        assert!(fault.contains("did you mean `stopping`"), "{fault}");
        let fault = switches.set("zzz", "1s").unwrap_err();
        assert!(fault.contains("there are event_latency"), "{fault}");
        let fault = switches.set("put_omitted", "keep").unwrap_err();
        assert!(fault.contains("put_omitted_group"), "{fault}");
        assert_eq!(switches, Switches::default());
    }
}
