//! The probes: one switch each.

mod callers;
mod contacts;
mod events;
mod rules;
mod site;

pub(super) use callers::Late;

use super::{Finding, bench::Bench};
use crate::{
    api::cloudmonitor::{ContactGroup, DescribeContactGroupList, DescribeContactGroupListResponse},
    openapi::ApiError,
};

/// A question that calls can answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Probe {
    pub(super) switch: &'static str,
    /// Whether it makes something.
    pub(super) writes: bool,
    pub(super) how: &'static str,
}

const fn read(switch: &'static str, how: &'static str) -> Probe {
    Probe { switch, writes: false, how }
}

const fn write(switch: &'static str, how: &'static str) -> Probe {
    Probe { switch, writes: true, how }
}

/// All of them; reads come first.
pub(super) const ALL: [Probe; 24] = [
    read("key_owner", "GetCallerIdentity tells it"),
    read("timestamp_window", "GetCallerIdentity, signed as if it were earlier, until it is refused"),
    read(
        "alert_log_system_events",
        "an alert of seven days in DescribeAlertLogList whose rule is an event rule",
    ),
    read(
        "history_order",
        "the times of the events of seven days, as DescribeSystemEventAttribute lists them",
    ),
    read("histogram_interval", "the bars of DescribeSystemEventHistogram over five minutes"),
    read(
        "rule_list_default",
        "a list without IsEnable beside the lists of enabled and of disabled rules; with writes, of a disabled rule",
    ),
    read(
        "group_page_size",
        "DescribeContactGroupList without PageSize, when there are more groups; with writes, more are made",
    ),
    write("put_omitted_contact", "a contact is written again without its Lang"),
    write("put_omitted_group", "a group is written again without its description"),
    write("put_omitted_rule", "a rule is written again without its description"),
    write("modify_omitted_application_group", "an application group is modified without its contact groups"),
    write("defaults_listed", "a rule without SilenceTime and a contact without Lang are listed"),
    write("default_silence", "a rule is made without SilenceTime and listed"),
    write("unknown_target_group", "a disabled rule gets a target that names a group which is not there"),
    write("unknown_contact", "a group is made of a contact that is not there"),
    write("default_language", "a contact is made without Lang and listed"),
    write("activation", "a contact is made with a mail address at example.com, which nobody owns"),
    write("pending_channel", "the same contact is listed before anybody opened the link"),
    write("application_group_name", "an application group is looked for by a part of its name"),
    write("duplicate_application_group", "an application group is made twice"),
    write("site", "a contact with AliIM alone, and Level 3 of a target of a disabled rule"),
    write("international_level", "the same"),
    write("unknown_role_account", "AssumeRole for a role of an account that nobody has"),
    write("batch_unknown", "StopInstances with SuccessFirst for an id that no instance has"),
];

/// Asks about one switch.
///
/// # Errors
/// That of the call that failed.
pub(super) async fn ask(switch: &str, bench: &Bench<'_>) -> Result<Finding, ApiError> {
    match switch {
        "key_owner" => callers::key_owner(bench).await,
        "timestamp_window" => callers::timestamp_window(bench).await,
        "unknown_role_account" => callers::unknown_role_account(bench).await,
        "alert_log_system_events" => events::alert_log_system_events(bench).await,
        "site" => site::site(bench).await,
        "international_level" => site::international_level(bench).await,
        "defaults_listed" => contacts::defaults_listed(bench).await,
        "history_order" => events::history_order(bench).await,
        "histogram_interval" => events::histogram_interval(bench).await,
        "rule_list_default" => rules::list_default(bench).await,
        "group_page_size" => contacts::group_page_size(bench).await,
        "put_omitted_contact" => contacts::put_omitted(bench).await,
        "put_omitted_group" => contacts::group_put_omitted(bench).await,
        "put_omitted_rule" => rules::put_omitted(bench).await,
        "modify_omitted_application_group" => events::modify_omitted(bench).await,
        "default_silence" => rules::default_silence(bench).await,
        "unknown_target_group" => rules::unknown_target_group(bench).await,
        "unknown_contact" => contacts::unknown_contact(bench).await,
        "default_language" => contacts::default_language(bench).await,
        "activation" => contacts::activation(bench).await,
        "pending_channel" => contacts::pending_channel(bench).await,
        "application_group_name" => events::application_group_name(bench).await,
        "duplicate_application_group" => events::duplicate_application_group(bench).await,
        "batch_unknown" => events::batch_unknown(bench).await,
        other => Ok(Finding::Open(format!("there is no probe for `{other}`"))),
    }
}

/// What a text that was not sent again came to, when the service shows `found` of it.
fn omitted(what: &str, sent: &str, found: Option<&str>) -> Finding {
    match found {
        Some(text) if text == sent => Finding::Settled("keep".to_owned()),
        None | Some("") => Finding::Settled("clear".to_owned()),
        Some(_) => Finding::Open(format!("{what} became another")),
    }
}

/// A refusal that settles nothing by itself.
fn refused(what: &str, error: &ApiError) -> Finding {
    Finding::Open(format!("{what} was refused: {} {}", error.code, error.message))
}

/// Pages that no account fills.
const MOST_PAGES: u32 = 1000;

/// Reads all contact groups.
///
/// # Errors
/// That of the call that failed.
pub(super) async fn groups(
    call: impl AsyncFn(DescribeContactGroupList) -> Result<DescribeContactGroupListResponse, ApiError>,
    mut see: impl FnMut(ContactGroup),
) -> Result<(), ApiError> {
    let mut seen = 0;
    for number in 1..=MOST_PAGES {
        let list = DescribeContactGroupList {
            page_number: Some(number),
            page_size: Some(100),
            ..Default::default()
        };
        let page = call(list).await?;
        let (found, total) = (page.contact_group_list.contact_group, page.total);
        seen += found.len() as u64;
        let is_last = found.is_empty() || total.is_some_and(|total| seen >= total);
        found.into_iter().for_each(&mut see);
        if is_last {
            break;
        }
    }
    Ok(())
}
