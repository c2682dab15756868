//! Whom and what time the service believes.

use std::{sync::Arc, time::Duration};

use super::{Finding, refused};
use crate::{
    api::sts::{AssumeRole, GetCallerIdentity},
    clock::{BoxFuture, Clock, Timestamp, human_duration},
    conform::live::bench::{Answer, Bench},
    openapi::ApiError,
};

pub(super) async fn key_owner(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let caller = bench.call(&GetCallerIdentity::default()).await?;
    Ok(match caller.identity_type.as_str() {
        "Account" => Finding::Settled("account".to_owned()),
        "RAMUser" => Finding::Settled("ram-user".to_owned()),
        other => Finding::Open(format!("the caller is a {other}, with a temporary key")),
    })
}

/// No account has a number that begins like this.
const NOBODYS_ROLE: &str = "acs:ram::9999999999999999:role/bellcheck-conform-nobody";

pub(super) async fn unknown_role_account(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let call = AssumeRole {
        role_arn: NOBODYS_ROLE.to_owned(),
        role_session_name: "bellcheck-conform".to_owned(),
        duration_seconds: Some(900),
        ..AssumeRole::default()
    };
    Ok(match bench.ask(&call).await {
        Ok(Answer::Taken(_)) => Finding::Settled("accept".to_owned()),
        Ok(Answer::Refused(error)) if error.code.starts_with("EntityNotExist") => {
            Finding::Settled("refuse".to_owned())
        }
        // The account itself may not, whoever has the role.
        Ok(Answer::Refused(error)) => refused("the call", &error),
        Err(error) if error.code.starts_with("NoPermission") => refused("the call", &error),
        Err(error) => return Err(error),
    })
}

const MINUTE: Duration = Duration::from_secs(60);

/// A day: what takes a request that old looks at no time.
const LONGEST: u32 = 24 * 60;

/// Halves the time until it knows the minute.
pub(super) async fn timestamp_window(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    if is_taken(bench, LONGEST).await? {
        return Ok(Finding::Settled("off".to_owned()));
    }
    let (mut taken, mut late) = (0, LONGEST);
    while late - taken > 1 {
        let middle = taken.midpoint(late);
        if is_taken(bench, middle).await? {
            taken = middle;
        } else {
            late = middle;
        }
    }
    Ok(if taken == 0 {
        Finding::Open("a request of a minute and a half before is refused".to_owned())
    } else {
        Finding::Settled(human_duration(MINUTE * late))
    })
}

/// Whether a request is taken that was signed half a minute more than so many minutes ago; or, for one
/// that is refused for its time, not.
async fn is_taken(bench: &Bench<'_>, minutes: u32) -> Result<bool, ApiError> {
    let age = MINUTE * minutes + MINUTE / 2;
    match bench.call_as_of(age, &GetCallerIdentity::default()).await {
        Ok(_) => Ok(true),
        Err(error) if error.code.to_ascii_lowercase().contains("timestamp") => Ok(false),
        Err(error) => Err(error),
    }
}

/// A clock that is late.
#[derive(Debug)]
pub(in crate::conform::live) struct Late {
    pub(in crate::conform::live) clock: Arc<dyn Clock>,
    pub(in crate::conform::live) by: Duration,
}

impl Clock for Late {
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        now.checked_sub(self.by).unwrap_or(now)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.clock.sleep(duration)
    }
}
