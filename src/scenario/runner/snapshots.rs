//! `snapshot:` of an `expect`.

use super::story::Story;
use crate::{
    diagnostic::Diagnostic,
    provision::{desired, of_rule},
    report::{MomentKind, Verdict},
    scenario::{
        Expected, Step,
        mailbox::Letter,
        snapshot::{Header, Request, SnapshotVerdict, body, check},
    },
    secret::fingerprint,
};

impl Story<'_> {
    /// Compares a message with its snapshot. The story goes on in any case: the message came, so a
    /// run finds all snapshots that differ.
    pub(super) fn check_snapshot(&mut self, step: &Step, expected: &Expected, letter: &Letter) -> Verdict {
        let name = &expected.name;
        let request = Request {
            directory: &self.scenario.fixtures,
            name: &name.value,
            body: self.redactor.redact(&body(
                &letter.message,
                expected.fields.as_deref(),
                &mut self.normaliser,
            )),
            header: Header {
                scenario: self.scenario.name.value.clone(),
                step: step.kind.to_string(),
                backend: self.settings.backend.as_str().to_owned(),
                provenance: self.settings.backend.provenance(),
                date: self.settings.date.clone(),
                tool: self.settings.tool.clone(),
                rule: letter.rule.as_ref().map(|name| self.rule_with_digest(name)),
                template: Some(fingerprint(self.settings.template.clone().unwrap_or_default().source())),
            },
            mode: self.settings.write,
        };
        let (code, message, label, help, pending) = match check(request) {
            Ok(SnapshotVerdict::Match) => return Verdict::Passed,
            Ok(SnapshotVerdict::Mismatch { path, diff, causes, pending }) => (
                "scenario::snapshot-differs",
                format!("the message is not the snapshot `{}`", name.value),
                "differs".to_owned(),
                format!(
                    "{}{}\n{} (-) and the message (+):\n{diff}",
                    settle(pending.is_some()),
                    causes.iter().map(|cause| format!("\n{cause}")).collect::<String>(),
                    path.display()
                ),
                pending,
            ),
            Ok(SnapshotVerdict::Missing { path, pending }) => (
                "scenario::snapshot-missing",
                format!("there is no snapshot `{}` yet", name.value),
                format!("{} does not exist", path.display()),
                settle(pending.is_some()).to_owned(),
                pending,
            ),
            Err(error) => {
                self.say(MomentKind::Broken, format!("snapshot {} cannot be compared", name.value));
                self.findings.push(
                    Diagnostic::error(
                        "scenario::snapshot-unusable",
                        format!("the snapshot `{}` cannot be compared", name.value),
                    )
                    .at(&self.scenario.source, name.span, error.to_string()),
                );
                return Verdict::Errored;
            }
        };
        self.say(MomentKind::Broken, message.clone());
        if pending.is_some() {
            self.pending_snapshots.push(name.value.clone());
        }
        self.findings
            .push(Diagnostic::error(code, message).at(&self.scenario.source, name.span, label).help(help));
        Verdict::Failed
    }

    /// A rule's name, with a digest of what the spec says of it.
    fn rule_with_digest(&self, name: &str) -> String {
        let desired = desired(&self.spec).ok();
        let rule = desired.as_ref().and_then(|desired| desired.rules.get(name));
        rule.map_or_else(|| name.to_owned(), |rule| format!("{name} {}", fingerprint(&of_rule(rule))))
    }
}

const fn settle(is_proposed: bool) -> &'static str {
    if is_proposed {
        "look at the message with `bellcheck review`, and accept it if it is right"
    } else {
        "nothing is written in this mode: run it where snapshots may be proposed, then `bellcheck review`"
    }
}
