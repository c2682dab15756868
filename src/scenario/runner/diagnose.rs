//! `on_failure`: what is looked up when a story failed.

use super::story::Story;
use crate::{
    api::cloudmonitor::{DescribeContactList, DescribeEventRuleList},
    clock::human_duration,
    emulator::{Entry, What},
    openapi::{ApiError, ErrorKind},
    report::Lookup,
    scenario::{diagnosis::Diagnosis, explain::between},
};

/// Entries that are shown of each; the latest ones of what grows.
const SHOWN: usize = 40;
/// Entries a page.
const PAGE: u32 = 100;

impl Story<'_> {
    /// Looks up what the scenario asks for, once: at the first failure, before time goes on.
    pub(super) async fn diagnose(&mut self) {
        if self.lookups.is_none() {
            self.lookups = Some(self.look_up().await);
        }
    }

    /// A lookup that is refused says so, and fails nothing.
    async fn look_up(&self) -> Vec<Lookup> {
        let mut out = Vec::new();
        for diagnosis in &self.scenario.on_failure {
            let lines = match diagnosis {
                Diagnosis::Rules => self.rules().await,
                Diagnosis::Contacts => self.contacts().await,
                Diagnosis::Events => self.event_lines().await,
                Diagnosis::AlertLog => self.alert_lines().await,
                Diagnosis::Journal => Ok(self.journal_lines()),
            };
            let lines = lines.unwrap_or_else(|error| match error.kind {
                ErrorKind::Interrupted => vec!["not looked up: the run was interrupted".to_owned()],
                _ => vec![format!("{} was refused: {error}", error.operation)],
            });
            let lines = if lines.is_empty() { vec!["there is nothing".to_owned()] } else { lines };
            let offset = between(self.timeline.origin(), self.now());
            out.push(Lookup { name: diagnosis.as_str().to_owned(), offset, lines });
        }
        out
    }

    async fn rules(&self) -> Result<Vec<String>, ApiError> {
        let mut lines = Vec::new();
        // Without `IsEnable` only rules that are switched on are listed.
        for is_enable in [true, false] {
            let call = DescribeEventRuleList {
                is_enable: Some(is_enable),
                page_size: Some(PAGE),
                ..Default::default()
            };
            for rule in self.cloud.client.call(&call).await?.event_rules.event_rule {
                let names = rule.event_pattern.name_list.name_list.join(", ");
                let product = rule.event_pattern.product.unwrap_or_default();
                lines.push(format!(
                    "{}: {}, {} of {product} [{names}]",
                    rule.name, rule.state, rule.event_type
                ));
            }
        }
        lines.truncate(SHOWN);
        Ok(lines)
    }

    async fn contacts(&self) -> Result<Vec<String>, ApiError> {
        let call = DescribeContactList { page_size: Some(PAGE), ..Default::default() };
        let answer = self.cloud.client.call(&call).await?;
        let mut lines = Vec::new();
        for contact in answer.contacts.contact.iter().take(SHOWN) {
            let states = &contact.channels_state;
            let channels = [
                ("robot", &states.ding_web_hook),
                ("mail", &states.mail),
                ("sms", &states.sms),
                ("aliim", &states.ali_im),
            ];
            let channels: Vec<String> = channels
                .iter()
                .filter_map(|(name, state)| state.as_ref().map(|state| format!("{name} {state}")))
                .collect();
            lines.push(format!(
                "{}: {}; in groups [{}]",
                contact.name,
                channels.join(", "),
                contact.contact_groups.contact_group.join(", ")
            ));
        }
        Ok(lines)
    }

    async fn event_lines(&self) -> Result<Vec<String>, ApiError> {
        let rows = self.events().await?;
        let line = |row: &crate::api::cloudmonitor::SystemEventRow| {
            let of = if row.instance_name.is_empty() { &row.resource_id } else { &row.instance_name };
            format!("{} {} ({}, {}) of {of}: {}", row.product, row.name, row.level, row.status, row.content)
        };
        Ok(latest(rows.iter().map(line).collect()))
    }

    async fn alert_lines(&self) -> Result<Vec<String>, ApiError> {
        let entries = self.alerts("").await?;
        let line = |entry: &crate::api::cloudmonitor::AlertLog| {
            format!(
                "rule {}: {} of {}, SendStatus {}, groups [{}]",
                entry.rule_name,
                entry.event_name,
                entry.instance_name,
                entry.send_status,
                entry.contact_groups.join(", ")
            )
        };
        Ok(latest(entries.iter().map(line).collect()))
    }

    fn journal_lines(&self) -> Vec<String> {
        self.cloud.journal(|journal| {
            let entries = journal.get(self.acts.journal..).unwrap_or_default();
            // Calls that only read say nothing of what happened; a lookup makes some itself.
            let tells = |entry: &&Entry| !matches!(entry.what, What::Call { writes: false, .. });
            let line = |entry: &Entry| {
                let offset = human_duration(between(self.timeline.origin(), entry.at));
                format!("+{offset} {} {}", entry.kind(), entry.to_json())
            };
            latest(entries.iter().filter(tells).map(line).collect())
        })
    }
}

/// The last lines, and how many are before them.
fn latest(lines: Vec<String>) -> Vec<String> {
    let Some(hidden) = lines.len().checked_sub(SHOWN).filter(|hidden| *hidden > 0) else { return lines };
    let shown = lines.into_iter().skip(hidden);
    std::iter::once(format!("… {hidden} before these")).chain(shown).collect()
}
