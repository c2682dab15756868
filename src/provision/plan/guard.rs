//! What keeps a plan from being applied without a second thought.

use std::fmt;

use super::{
    change::{Action, Conflict},
    types::{Options, Plan},
};

/// Owned objects from which on the share of changes is watched.
const GUARDED_FROM: usize = 10;
/// The share of updates, or of deletions, in percent, above which `--force` is needed.
const MOST_PERCENT: usize = 30;

/// Why a plan is not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guarded {
    /// Something is in the way that only the user can settle.
    Conflicts(Vec<Conflict>),
    /// Unusually much would change at once: more than 30 % of ten or more owned objects.
    TooMuch {
        /// What would happen to them.
        action: Action,
        /// To how many.
        count: usize,
        /// Of how many.
        owned: usize,
        /// The stack.
        stack: String,
    },
}

impl Plan {
    /// Whether the plan may be applied.
    ///
    /// # Errors
    /// What stands against it; conflicts stand against all of it, so that nothing is done by halves.
    pub fn guard(&self, options: &Options) -> Result<(), Guarded> {
        if !self.conflicts.is_empty() {
            return Err(Guarded::Conflicts(self.conflicts.clone()));
        }
        if options.force || self.owned < GUARDED_FROM {
            return Ok(());
        }
        for action in [Action::Delete, Action::Update] {
            let count =
                self.changes.iter().filter(|change| change.action == action && !change.adopts).count();
            if count * 100 > self.owned * MOST_PERCENT {
                return Err(Guarded::TooMuch { action, count, owned: self.owned, stack: self.stack.clone() });
            }
        }
        Ok(())
    }
}

impl fmt::Display for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflicts(conflicts) => {
                for (at, conflict) in conflicts.iter().enumerate() {
                    let gap = if at == 0 { "" } else { "\n" };
                    write!(f, "{gap}{conflict}; {}", conflict.help())?;
                }
                Ok(())
            }
            Self::TooMuch { action, count, owned, stack } => {
                let percent = count * 100 / owned;
                write!(
                    f,
                    "this would {action} {count} of the {owned} objects that stack `{stack}` owns ({percent} %); \
                     more than {MOST_PERCENT} % needs `--force`"
                )
            }
        }
    }
}

impl std::error::Error for Guarded {}
