//! From an account to a spec that plans to nothing.
//!
//! What the file says is tried before it is handed out: the text is loaded as any spec is, planned
//! against what was observed, and whatever the spec cannot say is taken out again and listed, together
//! with what refers to it.

mod chosen;
mod draft;
mod names;
mod prove;
mod render;
mod scalar;

use std::collections::BTreeMap;

pub use self::render::import_lines;
use self::{chosen::Chosen, draft::Draft, names::Variables, prove::Verdict};
use super::{application_groups, model::ObjectKind, observe::observe_all, observed::Observed};
use crate::{
    diagnostic::Diagnostic,
    openapi::{ApiError, Client},
    secret::Secret,
};

/// What to import, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// The stack of the spec. Objects with its mark and objects without any mark are taken.
    pub stack: String,
    /// The region of the spec.
    pub region: String,
    /// Only objects with the stack's mark.
    pub owned_only: bool,
    /// What the file will be called, for its faults.
    pub file: String,
}

/// A spec of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The file's text, without any secret.
    pub text: String,
    /// Contacts in it.
    pub contacts: usize,
    /// Groups in it.
    pub groups: usize,
    /// Rules in it.
    pub rules: usize,
    /// Robots in it, one for each token.
    pub robots: usize,
    /// What became a variable.
    pub secrets: Vec<MovedSecret>,
    /// What is not in it, and why.
    pub left_out: Vec<LeftOut>,
    /// What is in it and would still be changed, since the account has no value that can be written.
    pub changes: Vec<LeftOut>,
}

impl Imported {
    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.contacts + self.groups + self.rules == 0
    }
}

/// A secret that the file names by a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedSecret {
    /// The variable.
    pub variable: String,
    /// What it belongs to, in words.
    pub belongs_to: String,
    /// The secret, which a plan shows by the same fingerprint.
    pub value: Secret,
}

/// An object and a remark about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// Why, in words.
    pub why: String,
    /// Whether it carries the stack's mark, so that `--prune` would delete what the file leaves out.
    pub owned: bool,
}

/// Why there is no spec.
#[derive(Debug)]
pub enum ImportError {
    /// A call failed.
    Api(ApiError),
    /// The stack or the region cannot be written into a spec.
    Faults(Vec<Diagnostic>),
}

/// Reads the account and writes a spec of it. Costs the paged lists, two calls for each rule that is
/// taken, and the list of application groups where a rule is limited to one.
///
/// # Errors
/// [`ImportError`].
pub async fn import(client: &Client, options: &ImportOptions) -> Result<Imported, ImportError> {
    let is_taken = |owner: &Option<String>| chosen::is_taken(owner, options);
    let observed = observe_all(client, |seen| is_taken(&seen.owner)).await.map_err(ImportError::Api)?;
    let limited = observed.rules.values().any(|seen| seen.rule.application_group_id.is_some());
    let groups = if limited {
        application_groups::groups(client).await.map_err(ImportError::Api)?
    } else {
        BTreeMap::new()
    };
    import_from(&observed, &groups, options).map_err(ImportError::Faults)
}

/// Writes a spec of what was observed; `application_groups` are their ids by name.
///
/// # Errors
/// The stack or the region cannot be written into a spec.
pub fn import_from(
    observed: &Observed,
    application_groups: &BTreeMap<String, Vec<String>>,
    options: &ImportOptions,
) -> Result<Imported, Vec<Diagnostic>> {
    let mut chosen = Chosen::new(observed, application_groups, options);
    loop {
        chosen.drop_what_refers_to_nothing(observed);
        let variables = Variables::new(observed, &chosen);
        let draft = Draft::new(observed, &chosen, &variables, options);
        match prove::prove(observed, &draft, &variables, &chosen, options)? {
            Verdict::Drop(faults) => chosen.drop_unsayable(faults),
            Verdict::Sound(changes) => {
                return Ok(Imported {
                    contacts: chosen.contacts.len(),
                    groups: chosen.groups.len(),
                    rules: chosen.rules.len(),
                    robots: variables.robots.len(),
                    text: draft.text,
                    secrets: variables.into_moved(),
                    left_out: chosen.into_left_out(),
                    changes,
                });
            }
        }
    }
}
