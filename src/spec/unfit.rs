//! Addresses and secrets that are none, as far as a real account or robot goes.

use super::{Spec, yaml::Filled};
use crate::diagnostic::{Diagnostic, Span};

/// An address or a secret in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPlace {
    /// Whose it is, in words.
    pub what: String,
    /// The robot, where it is a robot's own.
    pub robot: Option<String>,
    /// Where it is written.
    pub span: Span,
    /// The variables in it.
    pub filled: Vec<Filled>,
}

/// An address or a secret that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// What it is instead.
    pub kind: UnfitKind,
    /// The robot, where it is a robot's own.
    pub robot: Option<String>,
    /// It in words, as an error under its line.
    pub finding: Diagnostic,
}

/// What is written where an address or a secret belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnfitKind {
    /// The default of a variable that has no value.
    Default,
    /// A placeholder of ours for a variable that has no value.
    StandIn,
    /// A placeholder that somebody wrote, such as `<token>` or `$TOKEN`.
    Text,
    /// A token that was meant as one and cannot be one.
    Token,
    /// A word, as people write it where only an emulator reads it.
    TestToken,
}

impl UnfitKind {
    /// Whether it is wrong wherever it is written, and not only on a real account.
    #[must_use]
    pub const fn is_mistake(self) -> bool {
        matches!(self, Self::Default | Self::Text | Self::Token)
    }
}

impl Spec {
    /// What must not leave this machine since it came from a default that somebody else, such as a fleet,
    /// has for a variable.
    #[must_use]
    pub fn passed_on(&self, is_default: &dyn Fn(&str) -> bool) -> Vec<Unfit> {
        let found = self.secrets.iter().filter_map(|place| {
            let name = &place.filled.iter().find(|filled| is_default(&filled.name))?.name;
            let what = &place.what;
            let message = format!("{what}: what the fleet fills `{name}` with is a default, and no secret");
            let finding = Diagnostic::error("spec::default-secret", message)
                .at(&self.source, place.span, "filled in here")
                .help(format!(
                    "set the variable that the fleet fills `{name}` with, and take its default out of the file"
                ));
            Some(Unfit { kind: UnfitKind::Default, robot: place.robot.clone(), finding })
        });
        found.collect()
    }
}
