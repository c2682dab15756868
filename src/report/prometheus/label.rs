//! Labels that whoever runs a job adds to its metrics.

use std::{fmt, str::FromStr};

/// A label of every metric of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// Why a text is no label that can be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLabel(String);

impl fmt::Display for BadLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadLabel {}

/// The labels that the metrics have by themselves. The folder of the project may be called otherwise.
const OWN: [&str; 5] = ["scenario", "file", "stack", "backend", "verdict"];
/// What Prometheus itself makes of histograms and summaries.
const RESERVED: [&str; 2] = ["le", "quantile"];

impl FromStr for Label {
    type Err = BadLabel;

    fn from_str(text: &str) -> Result<Self, BadLabel> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| BadLabel("write NAME=VALUE, such as team=storage".to_owned()))?;
        let mut characters = name.chars();
        let begins = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if !begins || !characters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(BadLabel(format!(
                "`{name}` is no name of a label: it is made of letters, digits and `_`, and begins with no digit"
            )));
        }
        if name.starts_with("__") || RESERVED.contains(&name) {
            return Err(BadLabel(format!("the label `{name}` is Prometheus' own")));
        }
        if OWN.contains(&name) {
            return Err(BadLabel(format!("the metrics have a label `{name}` already; take another name")));
        }
        if value.is_empty() {
            return Err(BadLabel(format!("the label `{name}` says nothing; write {name}=VALUE")));
        }
        Ok(Self { name: name.to_owned(), value: value.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_a_name_of_its_own_and_any_value() {
        let label: Label = "team=a=\"b\" é".parse().unwrap();
        assert_eq!((label.name.as_str(), label.value.as_str()), ("team", "a=\"b\" é"));
        for (text, why) in [
            ("team", "write NAME=VALUE"),
            ("=x", "is no name of a label"),
            ("1a=x", "is no name of a label"),
            ("té=x", "is no name of a label"),
            ("a-b=x", "is no name of a label"),
            ("__a=x", "Prometheus' own"),
            ("le=x", "Prometheus' own"),
            ("scenario=x", "have a label `scenario` already"),
            ("verdict=x", "have a label `verdict` already"),
            ("team=", "says nothing"),
        ] {
            let fault = text.parse::<Label>().unwrap_err().to_string();
            assert!(fault.contains(why), "{text}: {fault}");
        }
    }
}
