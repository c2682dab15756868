//! What an entry of CloudMonitor's alert log says of a robot: whether it got the message.
//!
//! `SendStatus` 0 only says that CloudMonitor notified. `SendDetail.ResultCode` is `success` or an error
//! code, and `SendResultList` has the addresses that were reached. Both are newer than the log: an entry
//! may lack them. Source: DescribeAlertLogList.

use std::iter;

use crate::{api::cloudmonitor::AlertLog, dingtalk::token_of, secret::show_address};

const SUCCESS: &str = "success";
/// The channel of robots, and that of alerts that were put together with others: of them the list does
/// not say who was reached.
const ROBOTS: &str = "DING";
const MERGED: &str = "Merged";
/// What stands for hidden characters in an address.
const HIDDEN: char = '*';

/// Whether a robot got a message, by the alert log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Delivered {
    /// It did, or nothing says otherwise.
    Yes,
    /// It did not: the code of the whole notification, where that says why.
    No(Option<String>),
}

/// Whether an entry tells of a result at all. One that does not may still be under way.
pub(in crate::scenario::runner) fn has_result(alert: &AlertLog) -> bool {
    let detail = &alert.send_detail;
    !detail.result_code.is_empty()
        || !detail.channel_result_list.is_empty()
        || !alert.send_result_list.is_empty()
}

/// Whether the robot with this webhook got the message that an entry tells of.
pub(super) fn to_robot(alert: &AlertLog, webhook: &str) -> Delivered {
    let code = alert.send_detail.result_code.as_str();
    if !code.is_empty() && code != SUCCESS {
        return Delivered::No(Some(code.to_owned()));
    }
    let reached = &alert.send_result_list;
    // A list that names nobody says nothing; nor does one of alerts that were put together.
    if reached.is_empty() || reached.iter().any(|result| result.key == MERGED) {
        return Delivered::Yes;
    }
    let is_it = |shown: &String| names(shown, webhook);
    let was_tried = alert.dingding_webhook_list.iter().any(is_it);
    let robots = reached.iter().filter(|result| result.key == ROBOTS);
    if was_tried && !robots.flat_map(|result| &result.value).any(is_it) {
        return Delivered::No(None);
    }
    Delivered::Yes
}

/// Whether an address of the log is this webhook. The log hides some of it; how much is not documented.
fn names(shown: &str, webhook: &str) -> bool {
    if shown == webhook || shown == show_address(webhook) {
        return true;
    }
    let (Some(shown), Some(token)) = (token_of(shown), token_of(webhook)) else { return false };
    let (start, end) = (shown.split(HIDDEN).next(), shown.rsplit(HIDDEN).next());
    let parts = iter::zip(start, end).next();
    parts.is_some_and(|(start, end)| {
        shown.contains(HIDDEN)
            && !(start.is_empty() && end.is_empty())
            && token.len() >= start.len() + end.len()
            && token.starts_with(start)
            && token.ends_with(end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::cloudmonitor::AlertSendResult;

    const OPS: &str = "https://oapi.dingtalk.com/robot/send?access_token=7d49515e8ebf21106a80a9cc4bb3d247";
    const BOSS: &str = "https://oapi.dingtalk.com/robot/send?access_token=aa11515e8ebf21106a80a9cc4bb3dfff";
    const OPS_HIDDEN: &str = "https://oapi.dingtalk.com/robot/send?access_token=7d49****";
    const BOSS_HIDDEN: &str = "https://oapi.dingtalk.com/robot/send?access_token=aa11****";

    fn entry(code: &str, tried: &[&str], reached: &[(&str, &[&str])]) -> AlertLog {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let result =
            |(key, value): &(&str, &[&str])| AlertSendResult { key: (*key).to_owned(), value: texts(value) };
        let mut alert = AlertLog { dingding_webhook_list: texts(tried), ..AlertLog::default() };
        alert.send_result_list = reached.iter().map(result).collect();
        alert.send_detail.result_code = code.to_owned();
        alert
    }

    #[test]
    fn an_entry_without_results_says_nothing_against_a_delivery() {
        let old = entry("", &[OPS_HIDDEN], &[]);
        assert!(!has_result(&old));
        assert_eq!(to_robot(&old, OPS), Delivered::Yes);
        let merged = entry("success", &[OPS_HIDDEN], &[("Merged", &[])]);
        assert!(has_result(&merged));
        assert_eq!(to_robot(&merged, OPS), Delivered::Yes);
    }

    #[test]
    fn an_error_code_is_the_answer_for_every_robot() {
        let refused = entry("400106", &[OPS_HIDDEN], &[]);
        assert_eq!(to_robot(&refused, OPS), Delivered::No(Some("400106".to_owned())));
    }

    #[test]
    fn a_robot_that_was_tried_and_not_reached_is_told_from_one_that_was() {
        let one = entry("success", &[OPS_HIDDEN, BOSS_HIDDEN], &[("DING", &[BOSS_HIDDEN])]);
        assert_eq!(to_robot(&one, OPS), Delivered::No(None));
        assert_eq!(to_robot(&one, BOSS), Delivered::Yes);
        let mail_only = entry("success", &[OPS_HIDDEN], &[("MAIL", &["a@example.com"])]);
        assert_eq!(to_robot(&mail_only, OPS), Delivered::No(None));
        // What hides all of the token may be any robot.
        let hidden = OPS_HIDDEN.replace("7d49", "");
        let unknown = entry("success", &[&hidden], &[("MAIL", &["a@example.com"])]);
        assert_eq!(to_robot(&unknown, OPS), Delivered::Yes);
    }
}
