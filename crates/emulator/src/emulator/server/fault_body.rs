//! The body of `PUT faults`.

use serde::Deserialize;

use crate::{
    clock::parse_duration,
    emulator::{Dropped, FaultDraft, FaultRule},
    secret::Secret,
    server::ShellError,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultsBody {
    /// Begins the sequence of draws anew.
    pub(super) seed: Option<u64>,
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    operation: Option<String>,
    robot: Option<String>,
    error: Option<String>,
    status: Option<u32>,
    errcode: Option<i64>,
    drop: Option<When>,
    delay: Option<String>,
    share: Option<f64>,
    times: Option<u64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    Before,
    After,
}

impl From<When> for Dropped {
    fn from(when: When) -> Self {
        match when {
            When::Before => Self::Before,
            When::After => Self::After,
        }
    }
}

const SHAPE: &str = r#"write {"operation": NAME or "*", "error": CODE or "status": 500}, or {"robot": TOKEN, "errcode": N}, or for either "drop": "before" or "after", or "delay": "2s", with "share" and "times" as wished"#;

impl FaultsBody {
    pub(super) fn rules(self) -> Result<Vec<FaultRule>, ShellError> {
        self.rules.into_iter().map(Rule::read).collect()
    }
}

impl Rule {
    fn read(self) -> Result<FaultRule, ShellError> {
        let wrong = |error: String| ShellError::bad_request(error, SHAPE);
        let draft = FaultDraft {
            operation: self.operation,
            robot: self.robot.map(Secret::new),
            error: self.error,
            status: self.status,
            errcode: self.errcode,
            drop: self.drop.map(Dropped::from),
            delay: self.delay.as_deref().map(parse_duration).transpose().map_err(wrong)?,
            share: self.share,
            times: self.times,
        };
        draft.rule().map_err(|bad| wrong(bad.what))
    }
}
