//! `snapshot:` of an `expect`.

use std::path::Path;

use super::story::Story;
use crate::{
    diagnostic::Diagnostic,
    provision::{desired, of_rule},
    report::{MomentKind, ScenarioOutcome, Verdict, visible},
    scenario::{
        Expected, Step,
        mailbox::Letter,
        snapshot::{
            Comparison, Header, Request, Settled, SnapshotVerdict, WriteMode, body, check, difference, settle,
        },
    },
    secret::fingerprint,
};

impl Story<'_> {
    /// Compares a message with its snapshot. The story goes on in any case: the message came, so a
    /// run finds all snapshots that differ.
    pub(super) fn check_snapshot(&mut self, step: &Step, expected: &Expected, letter: &Letter) -> Verdict {
        let name = &expected.name;
        let text = match body(&letter.message, expected.fields.as_deref(), &mut self.normaliser) {
            Ok(text) => self.redactor.redact(&text),
            Err(why) => return self.cannot_compare(expected, why),
        };
        let request = Request {
            directory: &self.scenario.fixtures,
            name: &name.value,
            body: text,
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
        };
        let comparison = match check(request) {
            Ok(comparison) => comparison,
            Err(error) => return self.cannot_compare(expected, error.to_string()),
        };
        let path = comparison.path.display();
        let found = match &comparison.verdict {
            SnapshotVerdict::Match => None,
            SnapshotVerdict::Mismatch { diff, causes, .. } => {
                let mut help = causes.clone();
                help.push(format!("{path} (-) and the message (+):\n{diff}"));
                Some(
                    Diagnostic::error(
                        "scenario::snapshot-differs",
                        format!("the message is not the snapshot `{}`", name.value),
                    )
                    .at(&self.scenario.source, name.span, "differs")
                    .help(help.join("\n")),
                )
            }
            SnapshotVerdict::Missing { .. } => Some(
                Diagnostic::error(
                    "scenario::snapshot-missing",
                    format!("there is no snapshot `{}` yet", name.value),
                )
                .at(&self.scenario.source, name.span, format!("{path} does not exist")),
            ),
        };
        let finding = found.as_ref().map(|_| self.findings.len());
        self.compared.push(Compared { name: name.value.clone(), comparison, finding });
        let Some(found) = found else { return Verdict::Passed };
        self.say(MomentKind::Broken, found.message.clone());
        self.findings.push(found);
        Verdict::Failed
    }

    fn cannot_compare(&mut self, expected: &Expected, why: String) -> Verdict {
        let Expected { name, .. } = expected;
        self.say(MomentKind::Broken, format!("snapshot {} cannot be compared", name.value));
        let message = format!("the snapshot `{}` cannot be compared", name.value);
        self.findings.push(Diagnostic::error("scenario::snapshot-unusable", message).at(
            &self.scenario.source,
            name.span,
            why,
        ));
        Verdict::Errored
    }

    /// A rule's name, with a digest of what the spec says of it.
    fn rule_with_digest(&self, name: &str) -> String {
        let desired = desired(&self.spec).ok();
        let rule = desired.as_ref().and_then(|desired| desired.rules.get(name));
        rule.map_or_else(|| name.to_owned(), |rule| format!("{name} {}", fingerprint(&of_rule(rule))))
    }
}

/// A comparison of a scenario.
#[derive(Debug)]
pub(super) struct Compared {
    /// The snapshot's name.
    name: String,
    comparison: Comparison,
    /// The place of what is wrong with it among the scenario's findings.
    finding: Option<usize>,
}

/// Writes down what the scenarios of a run propose, given in their order, and puts into their findings
/// what is to be done; `stale` hears of proposals that are out of date and stay.
pub(super) fn settle_all(
    outcomes: &mut [(ScenarioOutcome, Vec<Compared>)],
    mode: WriteMode,
    stale: impl Fn(&Path, &str),
) {
    let mut all = Vec::new();
    let mut owners = Vec::new();
    for (scenario, (outcome, compared)) in outcomes.iter_mut().enumerate() {
        for Compared { name, comparison, finding } in std::mem::take(compared) {
            all.push(comparison);
            owners.push((scenario, outcome.name.clone(), name, finding));
        }
    }
    let settlement = settle(&all, mode);
    for ((one, settled), (scenario, _, name, finding)) in all.iter().zip(&settlement.each).zip(&owners) {
        // A message that has no snapshot to differ from, and that no review will show.
        let unseen = match &one.verdict {
            SnapshotVerdict::Missing { new } => Some(&new.body),
            _ => None,
        };
        let Some((outcome, _)) = outcomes.get_mut(*scenario) else { continue };
        if matches!(settled, Settled::Proposed | Settled::Other(_)) {
            outcome.pending_snapshots.push(visible(name));
        }
        let Some(finding) = finding.and_then(|place| outcome.findings.get_mut(place)) else { continue };
        let first = visible(&match settled {
            Settled::Nothing => continue,
            Settled::Proposed => REVIEW.to_owned(),
            Settled::Other(place) => {
                let other = owners.get(*place).map_or("", |(_, name, ..)| name);
                format!("`{other}` proposes another message under this name: give each its own snapshot")
            }
            Settled::NotAsked => {
                "nothing is written in this mode: run it where snapshots may be proposed, then `bellcheck review`"
                    .to_owned()
            }
            Settled::Failed(why) => match unseen {
                Some(text) => format!("{NOT_WRITTEN}: {why}\nthe message (+):\n{}", difference("", text)),
                None => format!("{NOT_WRITTEN}: {why}"),
            },
        });
        finding.help = Some(match finding.help.take() {
            Some(help) => format!("{first}\n{help}"),
            None => first,
        });
    }
    settlement.stale.iter().for_each(|(path, why)| stale(path, why));
}

const NOT_WRITTEN: &str = "note: the message could not be proposed for a review";
const REVIEW: &str = "look at the message with `bellcheck review`, and accept it if it is right";
