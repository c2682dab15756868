//! What the variables of a file are filled with, and what stands in for those that nobody has set.

use std::{cell::RefCell, collections::BTreeSet};

use sha2::{Digest as _, Sha256};

use super::Environment;
use crate::dingtalk::ROBOT_HOST;

/// Where the values of variables come from.
#[derive(Clone, Copy)]
pub struct Supply<'a> {
    lookup: Environment<'a>,
    own: Option<&'a dyn Fn(&str) -> bool>,
    stand_ins: Option<&'a StandIns>,
}

impl<'a> Supply<'a> {
    /// Values that `lookup` has; a variable without one is a fault.
    #[must_use]
    pub const fn of(lookup: Environment<'a>) -> Self {
        Self { lookup, own: None, stand_ins: None }
    }

    /// With placeholders for secrets that have no value, for commands that call nothing.
    #[must_use]
    pub const fn with_stand_ins(self, stand_ins: &'a StandIns) -> Self {
        Self { stand_ins: Some(stand_ins), ..self }
    }

    /// As this one, but looked up by `lookup`, which takes the names that `own` knows out of the file
    /// itself: what somebody wrote there is meant as it is.
    #[must_use]
    pub const fn through(self, lookup: Environment<'a>, own: &'a dyn Fn(&str) -> bool) -> Self {
        Self { lookup, own: Some(own), stand_ins: self.stand_ins }
    }

    /// A variable's value.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
    }

    pub(super) fn is_own(&self, name: &str) -> bool {
        self.own.is_some_and(|own| own(name))
    }

    pub(super) const fn stand_ins(&self) -> Option<&'a StandIns> {
        self.stand_ins
    }
}

/// A variable in a value, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Its name.
    pub name: String,
    /// Where what stands there came from.
    pub origin: Origin,
}

/// Where what stands in the place of a variable came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It has a value.
    Value,
    /// It has none, and the file says what to take then.
    Default,
    /// It has none, and nothing is called: see [`StandIns`].
    StandIn,
}

/// What a value is in a file, as far as that decides what can stand in for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Place {
    /// No secret: nothing stands in.
    #[default]
    Open,
    /// A text for readers, who do not mind blanks.
    Prose,
    /// The address of one of `robots`.
    Robot,
    /// Another address.
    Address,
    /// The signing secret of a robot.
    Secret,
    /// A parameter of an OpenAPI call.
    Parameter,
    /// What a fleet fills specs with: left out, so that the spec's own place decides.
    Passed,
}

impl Place {
    /// Whether what is written there is a secret.
    pub(super) const fn is_secret(self) -> bool {
        !matches!(self, Self::Open | Self::Prose)
    }

    /// The place of what stands behind `key`, in a mapping of this place.
    pub(super) fn below(self, key: &str, is_robot: bool) -> Self {
        match (self, key) {
            (Self::Parameter, _) | (_, "parameters") => Self::Parameter,
            (Self::Passed, _) | (_, "vars") => Self::Passed,
            (_, "webhook") if is_robot => Self::Robot,
            (_, "webhook" | "webhooks") | (Self::Address, "url") => Self::Address,
            (_, "secret") => Self::Secret,
            (_, "description") => Self::Prose,
            _ => Self::Open,
        }
    }
}

/// Placeholders for secrets that have no value. `validate` and `test` need none: they call nothing. The
/// same variable has the same placeholder everywhere, and no two variables share one, so that robots stay
/// as distinct as they are.
#[derive(Debug, Default)]
pub struct StandIns(RefCell<BTreeSet<String>>);

impl StandIns {
    /// What stands in for a variable; none where a value is no secret. `before` and `behind` are what
    /// is written around it.
    pub(super) fn of(&self, name: &str, place: Place, before: &str, behind: &str) -> Option<String> {
        let digest = Sha256::digest(format!("a placeholder of bellcheck's for {name}").as_bytes());
        let code: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = match place {
            Place::Open | Place::Prose | Place::Passed => return None,
            Place::Secret if before.is_empty() && behind.is_empty() => format!("SEC{code}"),
            Place::Robot | Place::Address if before.is_empty() => {
                let host = if place == Place::Robot { ROBOT_HOST } else { "placeholder.invalid" };
                match behind.as_bytes().first() {
                    None if place == Place::Robot => {
                        format!("https://{host}/robot/send?access_token={code}")
                    }
                    None => format!("https://{host}/{code}"),
                    Some(b':') => "https".to_owned(),
                    Some(b'/') => format!("https://{host}"),
                    Some(b'?') => format!("https://{host}/robot/send"),
                    Some(_) => format!("https://{host}/robot/send?access_token="),
                }
            }
            Place::Robot | Place::Address | Place::Secret | Place::Parameter => code,
        };
        self.note(name);
        Some(text)
    }

    /// Remembers a variable that has no value.
    pub(super) fn note(&self, name: &str) {
        self.0.borrow_mut().insert(name.to_owned());
    }

    /// One sentence about the variables that something stood in for; none where all had values.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        let names = self.0.borrow();
        let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let (are, s) =
            if listed.len() == 1 { ("is", "a placeholder stands") } else { ("are", "placeholders stand") };
        (!listed.is_empty()).then(|| {
            format!(
                "{} {are} not set, or empty: {s} in, since nothing is called here; --require-vars takes that for a fault",
                listed.join(", ")
            )
        })
    }
}

/// What is wrong with the ends of a value, in words: `ends in a line end`. None for one without blanks
/// at its ends.
pub fn blank_end(value: &str) -> Option<&'static str> {
    let is_line_end = |c: char| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let is_unseen = |c: char| c.is_control() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}');
    match (value.chars().next()?, value.chars().next_back()?) {
        (_, last) if is_line_end(last) => Some("ends in a line end"),
        (first, _) if is_line_end(first) => Some("begins with a line end"),
        (_, last) if last.is_whitespace() => Some("ends in a blank"),
        (first, _) if first.is_whitespace() => Some("begins with a blank"),
        (_, last) if is_unseen(last) => Some("ends in a character that cannot be seen"),
        (first, _) if is_unseen(first) => Some("begins with a character that cannot be seen"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_variables_never_have_the_same_placeholder() {
        let stand_ins = StandIns::default();
        let of = |name, place, before, behind| stand_ins.of(name, place, before, behind).unwrap();
        let address = "https://oapi.dingtalk.com/robot/send?access_token=";
        assert_ne!(of("A", Place::Robot, address, ""), of("B", Place::Robot, address, ""));
        assert_eq!(of("A", Place::Robot, address, ""), of("A", Place::Parameter, "", ""));
        assert_eq!(of("A", Place::Robot, "", ""), format!("{address}{}", of("A", Place::Robot, address, "")));
        assert_eq!(of("A", Place::Robot, "", "/robot/send"), "https://oapi.dingtalk.com");
        assert_eq!(of("A", Place::Robot, "", "://h"), "https");
        assert!(of("A", Place::Secret, "", "").starts_with("SEC"));
        assert_eq!(stand_ins.of("C", Place::Open, "", ""), None);
        let said = stand_ins.sentence().unwrap();
        assert!(said.starts_with("`A`, `B` are not set, or empty: placeholders stand in"), "{said}");
    }

    #[test]
    fn ends_are_named() {
        for (value, words) in [
            ("a\n", "ends in a line end"),
            ("a\r\n", "ends in a line end"),
            ("\na", "begins with a line end"),
            ("a ", "ends in a blank"),
            ("\ta", "begins with a blank"),
            ("a\u{3000}", "ends in a blank"),
            ("\u{feff}a", "begins with a character that cannot be seen"),
            ("\n", "ends in a line end"),
        ] {
            assert_eq!(blank_end(value), Some(words), "{value:?}");
        }
        assert_eq!(blank_end("a b"), None);
        assert_eq!(blank_end(""), None);
    }
}
