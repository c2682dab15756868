//! The outcome as data. The JSON of a report is this, field by field.

use serde::{Deserialize, Serialize};

/// The form of the JSON; a reader refuses one that it does not know.
const FORM: u32 = 1;

/// A run over a fleet, or over one part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetReport {
    /// The form of this report; 1.
    pub form: u32,
    /// The program and its version.
    pub tool: String,
    /// The fleet's name.
    pub fleet: String,
    /// `plan`, `apply` or `destroy`.
    pub verb: String,
    /// Which part this is, from 1 on, and of how many; 1 of 1 where the run was whole.
    pub part: u32,
    /// Of how many parts.
    pub parts: u32,
    /// A line for each account, region and stack.
    pub entries: Vec<FleetEntry>,
}

/// One stack in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetEntry {
    /// The account's name in the fleet.
    pub account: String,
    /// The account's id, where the service said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Where the credentials come from, in words; empty where there are none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub credentials: String,
    /// Where the calls went, if that is not the service's own address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The region.
    pub region: String,
    /// The stack.
    pub stack: String,
    /// What it came to.
    pub verdict: FleetVerdict,
    /// How much there was to do, and how much was done.
    pub work: Work,
    /// What is to be done, or what went wrong, a line each; without secrets.
    pub said: Vec<String>,
}

/// Objects to change, and calls made for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// Objects to create.
    pub create: usize,
    /// Objects to change.
    pub update: usize,
    /// Objects to delete.
    pub delete: usize,
    /// Calls that took effect.
    pub done: usize,
    /// Calls that failed.
    pub failed: usize,
    /// Calls that were not made, since they depend on what failed.
    pub not_tried: usize,
    /// Objects that the stack owns, the spec does not have, and nobody asked to delete. Reports of earlier
    /// versions do not count them.
    #[serde(default, skip_serializing_if = "is_none")]
    pub left_over: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}

/// What a member came to, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FleetVerdict {
    /// Nothing was to be done.
    Settled,
    /// All was done, and a second look found nothing left.
    Changed,
    /// There is something to do, and it was not done: a plan.
    Differs,
    /// Something is in the way that only the user can settle; nothing was done.
    Guarded,
    /// It was not begun, since the run was interrupted.
    NotTried,
    /// It was done in part.
    Partial,
    /// Nothing was done: the cloud or the network refused.
    Failed,
}

impl FleetVerdict {
    /// All of them, from good to bad.
    pub const ALL: [Self; 7] = [
        Self::Settled,
        Self::Changed,
        Self::Differs,
        Self::Guarded,
        Self::NotTried,
        Self::Partial,
        Self::Failed,
    ];

    /// In a word or two.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Changed => "changed",
            Self::Differs => "differs",
            Self::Guarded => "guarded",
            Self::NotTried => "not tried",
            Self::Partial => "partly done",
            Self::Failed => "failed",
        }
    }

    /// The sign that stands before its line.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Settled | Self::Changed => "✓",
            Self::Differs => "~",
            Self::Guarded | Self::NotTried => "!",
            Self::Partial | Self::Failed => "✗",
        }
    }
}

/// Entries by verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetSum(Vec<(FleetVerdict, usize)>);

impl FleetSum {
    /// How many came to `verdict`.
    #[must_use]
    pub fn of(&self, verdict: FleetVerdict) -> usize {
        self.0.iter().find(|(other, _)| *other == verdict).map_or(0, |(_, count)| *count)
    }
}

impl std::fmt::Display for FleetSum {
    /// `3 settled, 1 failed`: those that there are.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> =
            self.0.iter().map(|(verdict, count)| format!("{count} {}", verdict.as_str())).collect();
        f.write_str(&if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") })
    }
}

impl FleetEntry {
    /// As whom, and where: `account 1000000000000001, credentials from the flags`.
    #[must_use]
    pub fn caller(&self) -> Option<String> {
        if self.account_id.is_none() && self.credentials.is_empty() {
            return None;
        }
        let account = self.account_id.as_deref().unwrap_or("not known");
        let endpoint = self.endpoint.as_ref().map(|at| format!(", endpoint {at}")).unwrap_or_default();
        Some(format!("account {account}, credentials from {}{endpoint}", self.credentials))
    }
}

impl FleetReport {
    /// The accounts in the order of their first entries, each with as whom it is worked on.
    #[must_use]
    pub fn callers(&self) -> Vec<(&str, String)> {
        let mut found: Vec<(&str, String)> = Vec::new();
        for entry in &self.entries {
            let Some(caller) = entry.caller() else { continue };
            let known = |(name, known): &(&str, String)| *name == entry.account && *known == caller;
            if !found.iter().any(known) {
                found.push((&entry.account, caller));
            }
        }
        found
    }

    /// A report of a run.
    #[must_use]
    pub fn new(
        fleet: &str,
        verb: &str,
        tool: &str,
        (part, parts): (u32, u32),
        entries: Vec<FleetEntry>,
    ) -> Self {
        Self {
            form: FORM,
            tool: tool.to_owned(),
            fleet: fleet.to_owned(),
            verb: verb.to_owned(),
            part,
            parts,
            entries,
        }
    }

    /// Whether any stack owns what its spec does not have.
    #[must_use]
    pub fn has_leftovers(&self) -> bool {
        self.entries.iter().any(|entry| entry.work.left_over > 0)
    }

    /// How many entries came to what.
    #[must_use]
    pub fn sum(&self) -> FleetSum {
        let of = |verdict| self.entries.iter().filter(|entry| entry.verdict == verdict).count();
        FleetSum(
            FleetVerdict::ALL
                .map(|verdict| (verdict, of(verdict)))
                .into_iter()
                .filter(|(_, n)| *n > 0)
                .collect(),
        )
    }

    /// The report as JSON, for programs and for [`super::merge`].
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Reads a report that [`FleetReport::to_json`] wrote.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(text: &str) -> Result<FleetReport, String> {
    let report: FleetReport =
        serde_json::from_str(text).map_err(|error| format!("not a fleet's report: {error}"))?;
    if report.form != FORM {
        return Err(format!("a report of form {}, and this version reads form {FORM}", report.form));
    }
    Ok(report)
}
