//! One report out of the reports of all parts.

use std::{collections::BTreeSet, fmt};

use super::outcome::FleetReport;

/// Why reports do not make a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeError {
    /// There is none.
    Nothing,
    /// They are of different runs: the two values that differ, and what they are.
    Different {
        /// Which property.
        what: &'static str,
        /// Its value in the first report.
        first: String,
        /// Its value in another.
        other: String,
    },
    /// A part is there twice.
    Twice(u32),
    /// A member is in two parts.
    MemberTwice(String),
    /// Parts have no report: their runs failed before they could write one, or never began.
    Missing {
        /// The parts, from 1 on.
        parts: Vec<u32>,
        /// Of how many.
        of: u32,
    },
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("there is no report to merge"),
            Self::Different { what, first, other } => {
                write!(
                    f,
                    "these are not reports of one run: the {what} is `{first}` in one and `{other}` in another"
                )
            }
            Self::Twice(part) => write!(f, "part {part} is there twice"),
            Self::MemberTwice(member) => write!(f, "{member} is in two parts"),
            Self::Missing { parts, of } => {
                let list: Vec<String> = parts.iter().map(ToString::to_string).collect();
                let s = if parts.len() == 1 { " has" } else { "s have" };
                write!(f, "part{s} no report: {} of {of}", list.join(", "))
            }
        }
    }
}

impl std::error::Error for MergeError {}

/// Merges the reports of the parts of one run; entries are sorted by account, region and stack, so
/// that the same parts give the same report in whatever order they come.
///
/// # Errors
/// [`MergeError`]; a part without a report is one, unless `allow_missing`.
pub fn merge(reports: Vec<FleetReport>, allow_missing: bool) -> Result<FleetReport, MergeError> {
    let mut reports = reports.into_iter();
    let mut whole = reports.next().ok_or(MergeError::Nothing)?;
    let mut seen = BTreeSet::from([whole.part]);
    for report in reports {
        for (what, first, other) in [
            ("fleet", &whole.fleet, &report.fleet),
            ("command", &whole.verb, &report.verb),
            ("number of parts", &whole.parts.to_string(), &report.parts.to_string()),
        ] {
            if first != other {
                return Err(MergeError::Different { what, first: first.clone(), other: other.clone() });
            }
        }
        if !seen.insert(report.part) {
            return Err(MergeError::Twice(report.part));
        }
        whole.entries.extend(report.entries);
    }
    let parts: Vec<u32> = (1..=whole.parts).filter(|part| !seen.contains(part)).collect();
    if !parts.is_empty() && !allow_missing {
        return Err(MergeError::Missing { parts, of: whole.parts });
    }
    let key = |entry: &super::FleetEntry| (entry.account.clone(), entry.region.clone(), entry.stack.clone());
    whole.entries.sort_by_key(key);
    if let Some(pair) = whole.entries.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
        let (account, region, stack) = key(&pair[0]);
        return Err(MergeError::MemberTwice(format!("{account}/{region} ({stack})")));
    }
    (whole.part, whole.parts) = (1, 1);
    Ok(whole)
}
