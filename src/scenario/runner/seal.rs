//! The last look at what leaves the room: outcomes and snapshots.

use crate::{
    dingtalk::token_of,
    report::ScenarioOutcome,
    secret::{Redactor, Secret},
    spec::{Spec, Target},
};

/// Knows every secret of a spec.
pub(super) fn redactor(spec: &Spec) -> Redactor {
    let mut redactor = Redactor::default();
    learn(&mut redactor, spec);
    redactor
}

/// Adds every secret of a spec.
pub(super) fn learn(redactor: &mut Redactor, spec: &Spec) {
    let webhooks = spec.robots.values().map(|robot| &robot.webhook);
    let own = spec.contacts.values().filter_map(|contact| contact.webhook.as_ref());
    let targets = spec.rules.values().flat_map(|rule| &rule.targets).filter_map(|target| match target {
        Target::Webhook { url, .. } => Some(url),
        _ => None,
    });
    for webhook in webhooks.chain(own.chain(targets).filter(|url| !is_plain(url.expose()))) {
        redactor.add(webhook);
        if let Some(token) = token_of(webhook.expose()) {
            redactor.add(&Secret::new(token));
        }
    }
    for secret in spec.robots.values().filter_map(|robot| robot.secret.as_ref()) {
        redactor.add(secret);
    }
}

/// Whether a URL is one of this machine with nothing in it that could be a secret, so that a report may
/// name it.
fn is_plain(url: &str) -> bool {
    let rest = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .into_iter()
        .find_map(|here| url.strip_prefix(here))
        .unwrap_or("?");
    (rest.is_empty() || rest.starts_with([':', '/'])) && !rest.contains(['?', '@', '#'])
}

/// Removes secrets from the outcome's texts. None should be there, since journal and sources are
/// masked already; a message may still quote one.
pub(super) fn seal(outcome: &mut ScenarioOutcome, redactor: &Redactor) {
    outcome.each_text(&|text| *text = redactor.redact(text));
}
