//! What the account and its service say.

use std::{sync::Arc, time::Duration};

use super::{
    account,
    check::{Check, State, Trouble},
    clock_skew::clock_skew,
    needs::Need,
    probe::{is_forbidden, permissions, probe},
    watch::{Notes, Watch},
};
use crate::{
    api::{
        cloudmonitor::DescribeContactList,
        sts::{GetCallerIdentity, GetCallerIdentityResponse},
    },
    openapi::{ApiError, Client, ErrorKind, Product, Retry},
    spec::Spec,
};

/// A hiccup is waited for; who examines wants to hear of more than that.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is examined.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The specs; none is possible.
    pub specs: &'a [Spec],
    /// What their purpose calls.
    pub needs: &'a [Need],
}

/// Asks the service, by reads only.
pub async fn examine(client: &Client, subject: &Subject<'_>) -> Vec<Check> {
    let notes = Notes::default();
    let clock = Arc::clone(client.clock());
    let client = &client
        .clone()
        .with_retry(Retry::within(PATIENCE))
        .through(|inner| Arc::new(Watch::new(inner, clock, notes.clone())));
    let list = DescribeContactList { page_size: Some(1), ..Default::default() };
    let first = client.call(&list).await.map(drop);
    let identity = client.call(&GetCallerIdentity::default()).await;
    let mut checks = vec![
        endpoint(client, Product::Cms, first.as_ref().err()),
        endpoint(client, Product::Sts, identity.as_ref().err()),
        clock_skew(&notes.samples()),
        who(&identity),
    ];
    if let Ok(who) = &identity {
        let refused = subject.specs.iter().filter_map(|spec| spec.permits(&who.account_id).err());
        checks.extend(refused.map(|fault| {
            let remedy = fault.help.clone().unwrap_or_default();
            Check::other("account", State::Wrong(Trouble::Input), fault.message, remedy)
        }));
    }
    let is_key_refused = |error: &ApiError| error.kind == ErrorKind::Denied && !is_forbidden(error);
    match &first {
        Err(error) if error.kind == ErrorKind::Transport => {
            checks.push(left_out("CloudMonitor does not answer"));
        }
        Err(error) if is_key_refused(error) => {
            if identity.is_ok() {
                checks.push(refused_key(error));
            }
            checks.push(left_out("the key itself is refused"));
        }
        _ => ask(client, subject, first, &mut checks).await,
    }
    checks
}

async fn ask(client: &Client, subject: &Subject<'_>, first: Result<(), ApiError>, checks: &mut Vec<Check>) {
    let mut rules = subject.specs.iter().flat_map(|spec| spec.rules.keys());
    let rule = rules.next().map_or("bellcheck-doctor", String::as_str);
    let mut probed = Vec::new();
    let mut unprobed = Vec::new();
    let mut first = Some(first);
    for need in subject.needs {
        let outcome = match first.take_if(|_| *need == Need::of::<DescribeContactList>()) {
            Some(outcome) => Some(outcome),
            None if need.writes => None,
            None => probe(client, *need, rule).await,
        };
        match outcome {
            Some(outcome) => probed.push((*need, outcome)),
            None => unprobed.push(*need),
        }
    }
    let is_whole = probed.iter().all(|(_, outcome)| outcome.is_ok() || !is_list(outcome));
    checks.extend(permissions(&probed, &unprobed));
    if is_whole {
        checks.extend(account::account(client, subject.specs).await);
    } else {
        checks.push(left_out("a read that it needs is refused"));
    }
}

/// Whether a probe failed in a way that the account cannot be read.
fn is_list(outcome: &Result<(), ApiError>) -> bool {
    outcome.as_ref().is_err_and(|error| !matches!(error.kind, ErrorKind::NotFound | ErrorKind::Rejected))
}

fn left_out(why: &str) -> Check {
    Check::other("account", State::Unknown, format!("what the account holds was not read: {why}"), "")
}

/// Whether the address of a product answers, in whatever words.
fn endpoint(client: &Client, product: Product, error: Option<&ApiError>) -> Check {
    const NAME: &str = "endpoint";
    let (name, base) = (product.name(), client.base(product));
    match error {
        Some(error) if error.kind == ErrorKind::Transport => Check::other(
            NAME,
            State::Wrong(Trouble::Unreached),
            format!("{name} does not answer: {error}"),
            "check the network, the region and the endpoint (`--endpoint`, BELLCHECK_ENDPOINT)",
        ),
        Some(error) if error.kind == ErrorKind::Protocol => Check::other(
            NAME,
            State::Wrong(Trouble::Unreached),
            format!("what answers at {base} is not {name}: {error}"),
            "check the endpoint and any proxy on the way",
        ),
        _ => Check::well(NAME, format!("{name} answers at {base}")),
    }
}

fn refused_key(error: &ApiError) -> Check {
    Check::wrong("identity", format!("the key is refused: {error}"), error.remedy())
}

/// Who the caller is.
fn who(identity: &Result<GetCallerIdentityResponse, ApiError>) -> Check {
    const NAME: &str = "identity";
    match identity {
        Ok(who) if who.identity_type.eq_ignore_ascii_case("Account") => Check::other(
            NAME,
            State::Doubtful,
            format!("account {}: {}, the account itself", who.account_id, who.arn),
            "use a key of a RAM user or role: the account's own key may do everything",
        ),
        Ok(who) => Check::well(NAME, format!("account {}: {}", who.account_id, who.arn)),
        Err(error) if error.kind == ErrorKind::Denied && !is_forbidden(error) => refused_key(error),
        Err(error) => {
            Check::other(NAME, State::Unknown, format!("who the key belongs to is not known: {error}"), "")
        }
    }
}
