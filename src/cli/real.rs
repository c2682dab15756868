//! Whether what a spec says may go to where calls go: what is no secret must not be written over one.
//!
//! An emulator is what answers as one. Neither an address on this machine nor a foreign host is taken
//! for one by its name: a tunnel or a proxy at either may lead to a real account.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use serde_json::Value;

use super::{
    Context,
    exit::{Exit, Failure},
    interrupt,
};
use crate::{
    api::cloudmonitor::PutContact,
    clock::{Clock as _, Stopwatch, SystemClock},
    diagnostic::Diagnostic,
    openapi::{HttpRequest, HttpResponse, Operation as _, ReqwestTransport, Transport as _, TransportError},
    spec::{Unfit, UnfitKind},
};

/// What only an emulator has.
const COVERAGE: &str = "/_bellcheck/coverage";
/// Where DingTalk's own robots are.
pub(super) const DINGTALK: &str = "https://oapi.dingtalk.com";
/// Ends of the names of hosts of the service's own.
const OF_SERVICE: [&str; 4] = [".aliyuncs.com", ".alibabacloud.com", ".aliyun.com", ".dingtalk.com"];
/// Waits between questions to an address that does not answer.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long an address may be out of reach without `--retry-for`, as for other calls.
const PATIENCE: Duration = Duration::from_secs(15);

/// Judges specs for the addresses that calls go to.
pub(super) struct Real {
    unusual_tokens: bool,
    patience: Duration,
    known: RefCell<BTreeMap<String, bool>>,
}

impl Real {
    /// With the user's word for tokens that do not look like one, or without.
    pub(super) fn new(context: &Context, unusual_tokens: bool) -> Self {
        Self {
            unusual_tokens,
            patience: context.global.retry_for.unwrap_or(PATIENCE),
            known: RefCell::default(),
        }
    }

    /// Without asking twice.
    pub(super) fn hasty(self) -> Self {
        Self { patience: Duration::ZERO, ..self }
    }

    /// Insists that nothing is unfit for what answers at `base`.
    ///
    /// # Errors
    /// Exit code 2 with everything that is unfit, each under its line; 3 where nothing answers.
    pub(super) fn check<'b>(
        &self,
        unfit: impl Iterator<Item = &'b Unfit>,
        base: &str,
    ) -> Result<(), Failure> {
        let is_token = |kind| matches!(kind, UnfitKind::Token | UnfitKind::TestToken);
        let unfit = unfit.filter(|unfit| !(self.unusual_tokens && is_token(unfit.kind)));
        let mut findings = Vec::new();
        Diagnostic::add_new(&mut findings, unfit.map(|unfit| unfit.finding.clone()));
        if findings.is_empty() || self.is_emulator(base)? {
            return Ok(());
        }
        if !is_of_service(base) {
            let message = format!("what answers at {base} is no emulator: it counts as a real account");
            findings.push(
                Diagnostic::warning("cli::no-emulator", message)
                    .help("start one with `bellcheck emulator`, and give its address with --endpoint"),
            );
        }
        Err(Failure::invalid(findings))
    }

    /// Whether an emulator answers at `base`.
    ///
    /// # Errors
    /// Exit code 3 where nothing answers, as often as the user wants it tried.
    pub(super) fn is_emulator(&self, base: &str) -> Result<bool, Failure> {
        if is_of_service(base) {
            return Ok(false);
        }
        if let Some(known) = self.known.borrow().get(base) {
            return Ok(*known);
        }
        let answer = interrupt::reading(async { Ok(asked(base, self.patience).await) })?;
        let is_emulator = answer.map(|response| is_emulators(&response)).map_err(|error| {
            Failure::new(
                Exit::Refused,
                "cli::unreached",
                format!("nobody knows whether an emulator or an account is at {base}: {error}"),
                "check the network and the endpoint (`--endpoint`, BELLCHECK_ENDPOINT), or start the emulator first",
            )
        })?;
        self.known.borrow_mut().insert(base.to_owned(), is_emulator);
        Ok(is_emulator)
    }
}

fn is_of_service(base: &str) -> bool {
    let host = base.split_once("://").map_or(base, |(_, authority)| authority);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host).to_ascii_lowercase();
    OF_SERVICE.iter().any(|end| host.trim_end_matches('.').ends_with(end))
}

async fn asked(base: &str, patience: Duration) -> Result<HttpResponse, TransportError> {
    let transport = ReqwestTransport::new()?;
    let begun = Stopwatch::start();
    let mut wait = FIRST_WAIT;
    loop {
        let request = HttpRequest {
            method: "GET".to_owned(),
            path: COVERAGE.to_owned(),
            query: Vec::new(),
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            body: Vec::new(),
        };
        match transport.send(base, request).await {
            Err(_) if begun.elapsed() + wait <= patience => SystemClock.sleep(wait).await,
            other => return other,
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Whether an answer is that of an emulator: what it serves or, where its control API is not for
/// everybody, that.
fn is_emulators(response: &HttpResponse) -> bool {
    let body = serde_json::from_slice(&response.body).unwrap_or_default();
    match (response.status, body) {
        (200, Value::Array(served)) => {
            served.iter().any(|operation| operation["operation"] == PutContact::ACTION)
        }
        (401 | 403, Value::Object(refusal)) => {
            ["error", "remedy"].iter().all(|key| refusal.get(*key).is_some_and(Value::is_string))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_answers_as_an_emulator_is_one() {
        let answer = |status, body: &str| HttpResponse { status, headers: Vec::new(), body: body.into() };
        assert!(is_emulators(&answer(200, r#"[{"operation": "PutContact"}]"#)));
        assert!(is_emulators(&answer(403, r#"{"error": "no", "remedy": "give --token"}"#)));
        for (status, body) in
            [(200, "[]"), (200, "ok"), (404, "[{\"operation\": \"PutContact\"}]"), (403, "{}"), (200, "{}")]
        {
            assert!(!is_emulators(&answer(status, body)), "{status} {body}");
        }
    }

    #[test]
    fn the_services_own_hosts_are_never_asked() {
        assert!(is_of_service("https://metrics.cn-hangzhou.aliyuncs.com"));
        assert!(is_of_service("https://METRICS.cn-hangzhou.aliyuncs.com.:443"));
        for other in ["http://127.0.0.1:8899", "https://aliyuncs.com.example.org", "http://[::1]:80"] {
            assert!(!is_of_service(other), "{other}");
        }
    }
}
