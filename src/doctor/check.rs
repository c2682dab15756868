//! One thing that was looked at, and all of them.

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// A stable name of the kind, such as `permission`.
    pub name: &'static str,
    /// How it is.
    pub state: State,
    /// What was found, without secrets; cloud errors verbatim.
    pub message: String,
    /// What to do about it; empty where nothing is to be done.
    pub remedy: String,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Well,
    /// It works, but probably not as meant.
    Doubtful,
    /// It cannot be said.
    Unknown,
    /// It does not work.
    Wrong(Trouble),
}

/// What kind of trouble, which decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// Something is not as it must be (exit code 1).
    Wrong,
    /// Somebody did not answer (exit code 3).
    Unreached,
    /// What the user wrote or set is wrong (exit code 2).
    Input,
}

/// All that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examination {
    /// In the order in which it was looked at.
    pub checks: Vec<Check>,
}

impl Check {
    /// Something that is as it should be.
    pub fn well(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, state: State::Well, message: message.into(), remedy: String::new() }
    }

    /// Something that is not, or may not be.
    pub fn other(
        name: &'static str,
        state: State,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { name, state, message: message.into(), remedy: remedy.into() }
    }

    /// Something that does not work.
    pub fn wrong(name: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::other(name, State::Wrong(Trouble::Wrong), message, remedy)
    }
}

impl Examination {
    /// The gravest trouble; none when all is well or at most doubtful. Wrong input comes before a
    /// service that does not answer, and that before what is wrong.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        let of = |check: &Check| match check.state {
            State::Wrong(trouble) => Some(trouble),
            State::Well | State::Doubtful | State::Unknown => None,
        };
        self.checks.iter().filter_map(of).max()
    }
}
