//! What the file of an earlier run still says.

use std::{collections::BTreeMap, fmt};

use super::{Identity, LAST_RUN, LAST_SUCCESS};

/// Instants of earlier runs, in seconds.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    instants: BTreeMap<(String, Identity), i64>,
    /// The scenarios, each with the folder of its project.
    scenarios: BTreeMap<Identity, String>,
}

/// A text that is no file of metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadMetrics {
    /// One-based.
    line: usize,
    what: &'static str,
}

impl fmt::Display for BadMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for BadMetrics {}

impl Earlier {
    /// Reads a file of metrics; those that are not needed are passed over.
    ///
    /// # Errors
    /// The first line that is none of such a file.
    pub fn read(text: &str) -> Result<Self, BadMetrics> {
        let mut earlier = Self::default();
        for (number, line) in (1..).zip(text.split('\n')) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            earlier.take(line).map_err(|what| BadMetrics { line: number, what })?;
        }
        Ok(earlier)
    }

    pub(super) fn get(&self, name: &str, identity: &Identity) -> Option<i64> {
        // Files of 0.1 had no stacks.
        let old = Identity { stack: String::new(), ..identity.clone() };
        let mut known = [identity.clone(), old].into_iter();
        known.find_map(|identity| self.instants.get(&(name.to_owned(), identity)).copied())
    }

    /// The scenarios that ran there, each with the folder of its project. A rehearsal that does not know yet
    /// that it is one calls itself live.
    pub(super) fn scenarios(&self, backend: &str) -> impl Iterator<Item = (&Identity, &str)> {
        let own = self.scenarios.iter().filter(move |(identity, _)| {
            identity.backend == backend || (backend == "live" && identity.backend == "rehearsal")
        });
        own.map(|(identity, project)| (identity, project.as_str()))
    }

    fn take(&mut self, line: &str) -> Result<(), &'static str> {
        let end = line.find(['{', ' ']).ok_or("a metric without a value")?;
        let (name, rest) = line.split_at(end);
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_:".contains(c)) {
            return Err("it does not begin with the name of a metric");
        }
        let (labels, rest) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest)?,
            None => (BTreeMap::new(), rest),
        };
        let value = rest.split_whitespace().next().ok_or("a metric without a value")?;
        let value: f64 = value.parse().map_err(|_| "a value that is no number")?;
        if ![LAST_RUN, LAST_SUCCESS].contains(&name) {
            return Ok(());
        }
        let label = |name: &str| labels.get(name).cloned().ok_or("a label is missing");
        let identity = Identity {
            scenario: label("scenario")?,
            file: label("file")?,
            stack: label("stack").unwrap_or_default(),
            backend: label("backend")?,
        };
        let second = whole(value).ok_or("an instant that cannot be")?;
        self.scenarios.insert(identity.clone(), label("project").unwrap_or_default());
        self.instants.insert((name.to_owned(), identity), second);
        Ok(())
    }
}

/// The labels up to the closing brace, and what comes behind it.
fn labels(text: &str) -> Result<(BTreeMap<String, String>, &str), &'static str> {
    const BROKEN: &str = "labels that do not end";
    let mut out = BTreeMap::new();
    let mut rest = text.trim_start();
    loop {
        if let Some(behind) = rest.strip_prefix('}') {
            return Ok((out, behind));
        }
        let (name, value) = rest.split_once('=').ok_or(BROKEN)?;
        let mut characters = value.trim_start().strip_prefix('"').ok_or(BROKEN)?.chars();
        let mut unescaped = String::new();
        loop {
            match characters.next().ok_or(BROKEN)? {
                '"' => break,
                '\\' => match characters.next().ok_or(BROKEN)? {
                    'n' => unescaped.push('\n'),
                    other => unescaped.push(other),
                },
                other => unescaped.push(other),
            }
        }
        out.insert(name.trim().to_owned(), unescaped);
        rest = characters.as_str().trim_start();
        if let Some(behind) = rest.strip_prefix(',') {
            rest = behind.trim_start();
        } else if !rest.starts_with('}') {
            return Err(BROKEN);
        }
    }
}

/// Seconds since 1970, up to the year 9999.
#[expect(clippy::cast_possible_truncation, reason = "it is in range")]
fn whole(value: f64) -> Option<i64> {
    (0.0..=253_402_300_799.0).contains(&value).then_some(value as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_write_is_read_too() {
        let text =
            "# HELP x y\n\nx 1\nx{a=\"b\",} 1.5e3 1700000000000\nx{ a = \"}\" , c=\"\" } NaN\nx +Inf\n";
        assert!(Earlier::read(text).unwrap().instants.is_empty());
        let text = format!("{LAST_RUN}{{backend=\"b\",other=\"o\",file=\"f\",scenario=\"s\"}} 1.7e9\n");
        let [scenario, file, stack, backend] = ["s", "f", "any", "b"].map(str::to_owned);
        let identity = Identity { scenario, file, stack, backend };
        assert_eq!(Earlier::read(&text).unwrap().get(LAST_RUN, &identity), Some(1_700_000_000));
    }

    #[test]
    fn a_broken_file_is_told_by_its_line() {
        let labels = "scenario=\"s\",file=\"f\",backend=\"b\"";
        for broken in [
            "x".to_owned(),
            "{a=\"b\"} 1".to_owned(),
            "<html> 1".to_owned(),
            "x{a=\"b\" 1".to_owned(),
            "x{a=\"b 1".to_owned(),
            "x{a=b} 1".to_owned(),
            "x{a=\"b\\".to_owned(),
            "x{a=\"b\"}".to_owned(),
            "x many".to_owned(),
            format!("{LAST_RUN} 1"),
            format!("{LAST_RUN}{{{labels}}} NaN"),
            format!("{LAST_RUN}{{{labels}}} -5"),
            format!("{LAST_RUN}{{{labels}}} 1e300"),
        ] {
            let fault = Earlier::read(&format!("x 1\n{broken}")).unwrap_err();
            assert_eq!(fault.line, 2, "{broken}: {fault}");
        }
    }
}
