//! Struct ⇄ flat parameters, both ways and without loss.
//!
//! Lists are 1-based (`Name.1`), objects dotted (`Channels.Mail`), lists of objects both
//! (`EventPattern.1.LevelList.2`). `None` and empty lists are left out; an empty string is kept.
//! Booleans are written `true`/`false` and read in either case, as the official Python SDK sends
//! `True`. Source: wire samples of three official SDKs (`fixtures/wire/`).

mod de;
mod fields;
mod ser;

use std::{collections::BTreeMap, fmt};

pub use de::from_params;
pub use fields::{Field, fields_of};
pub use ser::to_params;

/// Flat parameters by wire name, in byte order.
pub type Params = BTreeMap<String, String>;

/// Why parameters and a struct do not fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamError {
    /// A parameter that the operation does not have (its full wire name).
    Unknown(String),
    /// A mandatory parameter that was not sent.
    Missing(String),
    /// A parameter whose value is not of its type.
    Invalid {
        /// Full wire name.
        name: String,
        /// What was expected.
        reason: String,
    },
    /// A value that flat parameters cannot carry, such as a list with an empty object in it.
    Unrepresentable(String),
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "unknown parameter `{name}`"),
            Self::Missing(name) => write!(f, "parameter `{name}` is missing"),
            Self::Invalid { name, reason } => write!(f, "parameter `{name}` is not valid: {reason}"),
            Self::Unrepresentable(what) => write!(f, "cannot be sent as flat parameters: {what}"),
        }
    }
}

impl std::error::Error for ParamError {}

impl serde::ser::Error for ParamError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Unrepresentable(message.to_string())
    }
}

impl serde::de::Error for ParamError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Invalid { name: String::new(), reason: message.to_string() }
    }

    fn unknown_field(field: &str, _expected: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field.to_owned())
    }
}

impl ParamError {
    /// Puts the name of the enclosing parameter in front of the names inside.
    fn within(self, outer: &str) -> Self {
        let join = |inner: String| match (outer.is_empty(), inner.is_empty()) {
            (true, _) => inner,
            (_, true) => outer.to_owned(),
            _ => format!("{outer}.{inner}"),
        };
        match self {
            Self::Unknown(name) => Self::Unknown(join(name)),
            Self::Missing(name) => Self::Missing(join(name)),
            Self::Invalid { name, reason } => Self::Invalid { name: join(name), reason },
            Self::Unrepresentable(what) => Self::Unrepresentable(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Inner {
        product: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filter: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        level_list: Vec<String>,
    }

    #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Channels {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mail: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Outer {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        silence: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offset: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enabled: Option<bool>,
        #[serde(default)]
        channels: Channels,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pattern: Vec<Inner>,
    }

    fn params(pairs: &[(&str, &str)]) -> Params {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn names_are_one_based_and_dotted() {
        let outer = Outer {
            name: "r".to_owned(),
            enabled: Some(true),
            silence: Some(60),
            channels: Channels { mail: Some(String::new()) },
            pattern: vec![Inner {
                product: "ECS".to_owned(),
                filter: None,
                level_list: vec!["WARN".to_owned(), "INFO".to_owned()],
            }],
            ..Outer::default()
        };
        let expected = params(&[
            ("Channels.Mail", ""),
            ("Enabled", "true"),
            ("Name", "r"),
            ("Pattern.1.LevelList.1", "WARN"),
            ("Pattern.1.LevelList.2", "INFO"),
            ("Pattern.1.Product", "ECS"),
            ("Silence", "60"),
        ]);
        assert_eq!(to_params(&outer).unwrap(), expected);
        assert_eq!(from_params::<Outer>(&expected).unwrap(), outer);
    }

    #[test]
    fn faults_name_the_whole_parameter() {
        let fault = |pairs: &[(&str, &str)]| from_params::<Outer>(&params(pairs)).unwrap_err();
        assert_eq!(fault(&[]), ParamError::Missing("Name".to_owned()));
        assert_eq!(
            fault(&[("Name", "r"), ("Pattern.1.Levels", "x"), ("Pattern.1.Product", "E")]),
            ParamError::Unknown("Pattern.1.Levels".to_owned())
        );
        assert_eq!(
            fault(&[("Name", "r"), ("Pattern.1.Filter", "x")]),
            ParamError::Missing("Pattern.1.Product".to_owned())
        );
        for (name, value) in [
            ("Silence", "soon"),
            ("Silence", "-1"),
            ("Enabled", "yes"),
            ("Pattern", "x"),
            ("Pattern.x", "x"),
            ("Pattern.0.Product", "x"),
            ("Name.1", "r"),
            ("Pattern.2.Product", "x"),
        ] {
            match fault(&[("Name", "r"), (name, value)]) {
                ParamError::Invalid { name: at, .. } => {
                    assert!(name.starts_with(&at) || at.starts_with("Pattern"), "{name}: {at}")
                }
                other => panic!("{name}={value}: {other:?}"),
            }
        }
    }

    #[test]
    fn booleans_come_in_either_case() {
        for (text, value) in [("true", true), ("True", true), ("FALSE", false)] {
            let outer: Outer = from_params(&params(&[("Name", "r"), ("Enabled", text)])).unwrap();
            assert_eq!(outer.enabled, Some(value));
        }
    }

    #[test]
    fn what_cannot_be_carried_is_refused() {
        #[derive(Serialize)]
        struct Lists {
            lists: Vec<Vec<String>>,
        }
        assert!(to_params(&Lists { lists: vec![vec![]] }).is_err());
        assert!(to_params(&vec![Some(1), None]).is_err());
    }

    fn inner() -> impl Strategy<Value = Inner> {
        (".{0,6}", proptest::option::of(".{0,6}"), proptest::collection::vec(".{0,4}", 0..12))
            .prop_map(|(product, filter, level_list)| Inner { product, filter, level_list })
    }

    proptest! {
        #[test]
        fn nothing_is_lost(
            name in ".{0,8}", silence: Option<u64>, offset: Option<i64>, enabled: Option<bool>,
            mail in proptest::option::of(".{0,8}"), pattern in proptest::collection::vec(inner(), 0..12),
        ) {
            let outer = Outer { name, silence, offset, enabled, channels: Channels { mail }, pattern };
            let flat = to_params(&outer).unwrap();
            prop_assert_eq!(from_params::<Outer>(&flat).unwrap(), outer);
        }
    }
}
