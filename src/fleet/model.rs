//! A checked fleet.

use std::{path::PathBuf, sync::Arc};

use indexmap::IndexMap;

use crate::{
    diagnostic::{Diagnostic, Source, Span},
    partition::Partition,
    secret::Secret,
    spec::Spec,
};

/// Everything that one fleet file describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    /// The file, for diagnostics.
    pub source: Arc<Source>,
    /// Its name, for reports.
    pub name: String,
    /// The specs, as paths that can be opened from where the program runs.
    pub specs: Vec<PathBuf>,
    /// Accounts that are worked on at once.
    pub at_once: usize,
    /// The accounts in the order of the file.
    pub accounts: Vec<Account>,
}

/// An account of a fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name in the file.
    pub name: String,
    /// Where the file names it.
    pub span: Span,
    /// As whom it is worked on.
    pub identity: Identity,
    /// Its regions, each once.
    pub regions: Vec<String>,
    /// Values for the variables of the specs, the fleet's own among them. Any may be a token.
    pub vars: IndexMap<String, Var>,
}

/// What a fleet fills a variable of its specs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Var {
    /// The value.
    pub value: Secret,
    /// Whether it is the fleet file's own default for a variable that has no value.
    pub is_default: bool,
}

/// As whom an account is worked on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// A profile of the CLI's configuration file; else the standard chain.
    pub profile: Option<String>,
    /// A role to assume.
    pub role_arn: Option<String>,
    /// What the role's owner asks for besides its name.
    pub external_id: Option<Secret>,
    /// The name of the session; the credential chain's default where there is none.
    pub session_name: Option<String>,
}

impl Identity {
    /// The account that the role is of.
    #[must_use]
    pub fn role_account(&self) -> Option<&str> {
        self.role_arn.as_deref()?.strip_prefix("acs:ram::")?.split(':').next()
    }
}

/// An account in a region: what one apply is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    /// The account.
    pub account: &'a Account,
    /// The region.
    pub region: &'a str,
}

impl Member<'_> {
    /// `ACCOUNT/REGION`: its name in reports.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.account.name, self.region)
    }

    /// What the fleet fills a variable of a spec with; none for the environment to fill.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        match name {
            "BELLCHECK_ACCOUNT" => Some(self.account.name.clone()),
            "BELLCHECK_REGION" => Some(self.region.to_owned()),
            _ => self.account.vars.get(name).map(|var| var.value.expose().to_owned()),
        }
    }

    /// Whether the fleet fills a variable of a spec with a default.
    #[must_use]
    pub fn is_default(&self, name: &str) -> bool {
        self.account.vars.get(name).is_some_and(|var| var.is_default)
    }

    /// Whether a spec is for this region, and for the account as far as the file names that.
    ///
    /// # Errors
    /// The fault, with its remedy.
    pub fn fits(&self, spec: &Spec) -> Result<(), Diagnostic> {
        // A role says whose it is; of a profile only the service knows it.
        if let Some(account) = self.account.identity.role_account() {
            spec.permits(account)?;
        }
        if spec.named_region().is_none_or(|region| region == self.region) {
            return Ok(());
        }
        let (stack, region, key) = (&spec.stack, &spec.region, self.key());
        Err(Diagnostic::error(
            "fleet::region",
            format!("stack `{stack}` is for region {region}, and {key} is not"),
        )
        .help("remove `region` from the spec, or write `region: ${BELLCHECK_REGION:-cn-hangzhou}`: the fleet fills it"))
    }
}

impl Fleet {
    /// The members of a part, in the order of the file. The account alone decides the part, so that the
    /// regions of one account are never worked on by two machines at once.
    pub fn members(&self, part: Partition) -> impl Iterator<Item = Member<'_>> {
        self.accounts
            .iter()
            .filter(move |account| part.holds(&account.name))
            .flat_map(|account| account.regions.iter().map(move |region| Member { account, region }))
    }
}
