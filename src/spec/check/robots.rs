//! DingTalk robots and their security settings.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{at_most, check_address, once, real::is_robot};
use crate::{
    diagnostic::{Diagnostic, Span},
    dingtalk::{IpRange, KEYWORD_LIMIT, ROBOT_HOST, token_of},
    secret::Secret,
    spec::{
        draft,
        model::Robot,
        yaml::{Context, Names, Spanned},
    },
};

pub(super) fn robots(draft: &Names<draft::Robot>, context: &Context) -> IndexMap<String, Robot> {
    let mut robots = IndexMap::new();
    let mut tokens: HashMap<String, Span> = HashMap::new();
    for entry in &draft.0 {
        let Some(robot) = &entry.value else { continue };
        let keywords = robot.keywords.as_deref().unwrap_or_default();
        at_most(KEYWORD_LIMIT, keywords.len(), "keywords", entry.name.span, context);
        once("keyword", keywords, context);
        let allowed_ips = robot.allowed_ips.as_deref().unwrap_or_default();
        for range in allowed_ips {
            if range.value.parse::<IpRange>().is_err() {
                context.error(
                    "spec::bad-ip",
                    format!("`{}` is not an IPv4 address or range", context.written(range.span)),
                    range.span,
                    "write `192.0.2.7` or `10.0.0.0/8`; robots know no IPv6",
                );
            }
        }
        let Some(webhook) = &robot.webhook else { continue };
        check_webhook(webhook, context);
        if let Some(token) = token_of(webhook.value.expose()) {
            if let Some(first) = tokens.get(&token) {
                context.push(
                    Diagnostic::warning("spec::same-robot", "two robots have the same token")
                        .at(context.source(), entry.name.span, "the other")
                        .at(context.source(), *first, "one")
                        .help("use one robot for both, or correct the token"),
                );
            } else {
                tokens.insert(token, entry.name.span);
            }
        }
        let texts = |list: &[Spanned<String>]| list.iter().map(|item| item.value.clone()).collect();
        robots.insert(
            entry.name.value.clone(),
            Robot {
                name: entry.name.value.clone(),
                span: entry.name.span,
                webhook: webhook.value.clone(),
                keywords: texts(keywords),
                secret: robot.secret.as_ref().map(|secret| secret.value.clone()),
                allowed_ips: texts(allowed_ips),
            },
        );
    }
    robots
}

/// Checks the address of a robot, or of a contact that may be one.
pub(super) fn check_webhook(webhook: &Spanned<Secret>, context: &Context) {
    let url = webhook.value.expose();
    if !check_address(url, webhook.span, context) {
        return;
    }
    if !is_robot(url) {
        return;
    }
    if token_of(url).is_none() {
        context.error(
            "spec::no-token",
            "this address of a DingTalk robot has no `access_token`",
            webhook.span,
            format!("copy it whole: `https://{ROBOT_HOST}/robot/send?access_token=…`"),
        );
    }
    let query = url.split_once('?').map_or("", |(_, query)| query);
    if query.split('&').any(|pair| pair.starts_with("sign=") || pair.starts_with("timestamp=")) {
        context.warning(
            "spec::signed-address",
            "this address is signed already, and a signature holds for one hour",
            webhook.span,
            "write the address without `timestamp` and `sign`",
        );
    }
}
