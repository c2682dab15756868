//! What the last run came to, kept for `failed()` and `--rerun failed`.

use std::{collections::BTreeMap, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    files,
    report::{RunOutcome, Verdict},
    scenario::Scenario,
};

/// The form of the file.
const VERSION: u32 = 2;

/// The last verdict of each scenario, by its file below the project's folder and its name. A scenario that a run did not choose keeps what
/// it came to before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastRun {
    verdicts: BTreeMap<(String, String), bool>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    version: u32,
    scenarios: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    file: String,
    name: String,
    passed: bool,
}

impl LastRun {
    /// Reads the record; `None` when there is none.
    ///
    /// # Errors
    /// Those of the file system, and what is no such record.
    pub fn read(path: &Path) -> Result<Option<Self>, String> {
        let text = match files::read_text(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let record: Record = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        if record.version != VERSION {
            return Err(format!(
                "it is of version {}, and this program reads version {VERSION}",
                record.version
            ));
        }
        let verdicts = record.scenarios.into_iter().map(|line| ((line.file, line.name), line.passed));
        Ok(Some(Self { verdicts: verdicts.collect() }))
    }

    /// Writes the record whole, and beside it what keeps it out of a repository.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let scenarios = self.verdicts.iter().map(|((file, name), passed)| Line {
            file: file.clone(),
            name: name.clone(),
            passed: *passed,
        });
        let record = Record { version: VERSION, scenarios: scenarios.collect() };
        let text = serde_json::to_string_pretty(&record).map_err(io::Error::other)?;
        let ignore = path.with_file_name(".gitignore");
        if !ignore.exists() {
            files::write_whole(&ignore, b"*\n")?;
        }
        files::write_whole(path, format!("{text}\n").as_bytes())
    }

    /// Whether the scenario did not pass when it was run last.
    #[must_use]
    pub fn failed(&self, scenario: &Scenario) -> bool {
        self.verdicts.get(&key(scenario)) == Some(&false)
    }

    /// Whether it says anything about the scenario.
    #[must_use]
    pub fn knows(&self, scenario: &Scenario) -> bool {
        self.verdicts.contains_key(&key(scenario))
    }

    /// Whether any scenario did not pass.
    #[must_use]
    pub fn any_failed(&self) -> bool {
        self.verdicts.values().any(|passed| !passed)
    }

    /// Takes over what a run of these scenarios came to.
    pub fn learn(&mut self, scenarios: &[Scenario], run: &RunOutcome) {
        for (scenario, outcome) in scenarios.iter().zip(&run.scenarios) {
            if outcome.verdict != Verdict::NotRun {
                let passed = outcome.verdict == Verdict::Passed;
                self.verdicts.insert(key(scenario), passed);
            }
        }
    }
}

fn key(scenario: &Scenario) -> (String, String) {
    (scenario.identity.file(), scenario.name.value.clone())
}
