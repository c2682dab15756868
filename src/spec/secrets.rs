//! The secrets of a spec, for those who show texts that may repeat them.

use super::{Spec, Target, Unfit, UnfitKind};
use crate::{
    dingtalk::ROBOT_HOST,
    secret::{Redactor, Secret},
};

impl Spec {
    /// Lets a redactor learn every secret of the spec: robots' tokens and signing secrets, what is secret
    /// in the addresses of webhooks, and in the parameters of calls that rules make.
    pub fn teach(&self, redactor: &mut Redactor) {
        // What stands in a secret's place and is none is shown, so that it can be put right.
        let is_text = |name: &String| {
            let is_its = |unfit: &&Unfit| unfit.robot.as_ref() == Some(name);
            self.unfit.iter().filter(is_its).any(|unfit| unfit.kind == UnfitKind::Text)
        };
        let (texts, robots): (Vec<_>, Vec<_>) = self.robots.iter().partition(|(name, _)| is_text(name));
        // The host of all robots is no secret where it is all that was written.
        let is_host = |webhook: &Secret| webhook.expose() == ROBOT_HOST;
        for (_, robot) in robots {
            if !is_host(&robot.webhook) {
                redactor.add_address(robot.webhook.expose());
            }
            if let Some(secret) = &robot.secret {
                redactor.add(secret);
            }
        }
        let is_shown = |webhook: &&Secret| texts.iter().any(|(_, robot)| robot.webhook == **webhook);
        for webhook in self.contacts.values().filter_map(|contact| contact.webhook.as_ref()) {
            if !is_shown(&webhook) && !is_host(webhook) {
                redactor.add_address(webhook.expose());
            }
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
