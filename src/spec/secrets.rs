//! The secrets of a spec, for those who show texts that may repeat them.

use super::{Spec, Target};
use crate::secret::Redactor;

impl Spec {
    /// Lets a redactor learn every secret of the spec: robots' tokens and signing secrets, what is secret
    /// in the addresses of webhooks, and in the parameters of calls that rules make.
    pub fn teach(&self, redactor: &mut Redactor) {
        for robot in self.robots.values() {
            redactor.add_address(robot.webhook.expose());
            if let Some(secret) = &robot.secret {
                redactor.add(secret);
            }
        }
        for webhook in self.contacts.values().filter_map(|contact| contact.webhook.as_ref()) {
            redactor.add_address(webhook.expose());
        }
        for target in self.rules.values().flat_map(|rule| &rule.targets) {
            match target {
                Target::Webhook { url, .. } => redactor.add_address(url.expose()),
                Target::OpenApi { parameters, .. } => redactor.add_parameters(parameters),
                _ => {}
            }
        }
    }
}
