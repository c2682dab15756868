//! A plan in a file: what was planned, for whom, and digests of all that it rests on.
//!
//! The file holds no secret and no call: applying it loads the specs and looks at the account again,
//! and goes on only where that leads to the same plan.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{desired::Desired, digest, look::Look, plan::Options, target_id::canonical};
use crate::diagnostic::Diagnostic;

/// The version of the format that this bellcheck writes, and the only one that it reads.
const VERSION: u64 = 1;
/// The key that makes a file a saved plan.
const KEY: &str = "bellcheck_plan";

/// What a plan file says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    /// The version of bellcheck that planned.
    pub tool: String,
    /// The specs, as they were named on the command line.
    pub specs: Vec<String>,
    /// The variables that `--var` gave, by name.
    pub variables: Vec<String>,
    /// The variable files, as they were named on the command line.
    pub variable_files: Vec<String>,
    /// What the plan may do.
    pub options: SavedOptions,
    /// What `--target` named.
    pub targets: Vec<String>,
    /// Where the calls went.
    pub endpoint: String,
    /// The account, where the service told.
    pub account: Option<String>,
    /// The plan of each stack.
    pub stacks: Vec<SavedStack>,
}

/// [`Options`], in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedOptions {
    /// See [`Options::adopt`].
    pub adopt: bool,
    /// See [`Options::prune`].
    pub prune: bool,
    /// See [`Options::force`].
    pub force: bool,
}

/// One stack's plan, in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedStack {
    /// The plan as `-o json` shows it.
    pub plan: Value,
    /// Digests of what is wanted, by `kind/name`.
    pub wanted: BTreeMap<String, String>,
    /// Digests of what was observed, by `kind/name`.
    pub observed: BTreeMap<String, String>,
    /// The digest of all calls with all their parameters.
    pub calls: String,
}

impl From<Options> for SavedOptions {
    fn from(Options { adopt, prune, force }: Options) -> Self {
        Self { adopt, prune, force }
    }
}

impl From<SavedOptions> for Options {
    fn from(SavedOptions { adopt, prune, force }: SavedOptions) -> Self {
        Self { adopt, prune, force }
    }
}

impl SavedStack {
    /// What a look at the account led to.
    #[must_use]
    pub fn new(desired: &Desired, look: &Look) -> Self {
        Self {
            plan: look.plan.to_json(),
            wanted: digest::of_desired(desired),
            observed: digest::of_observed(desired, &look.observed),
            calls: digest::of_calls(&look.plan),
        }
    }

    fn name(&self) -> String {
        let text = |key: &str| self.plan[key].as_str().unwrap_or_default().to_owned();
        format!("stack `{}` in {}", text("stack"), text("region"))
    }
}

impl SavedPlan {
    /// The file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let contents = serde_json::to_value(self).unwrap_or_default();
        let digest = digest::of_text(&canonical(&contents));
        format!("{:#}\n", json!({KEY: VERSION, "digest": digest, "contents": contents}))
    }

    /// Whether a text is meant to be a saved plan: a spec never begins like one.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        let head = text.trim_start();
        head.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with(&format!("\"{KEY}\"")))
    }

    /// Reads a file's text; `name` is its path.
    ///
    /// # Errors
    /// A file that is damaged, was changed by hand, or is of another version.
    pub fn parse(name: &str, text: &str) -> Result<Self, Diagnostic> {
        let again = "make the plan again with `bellcheck plan --out FILE`";
        let damaged = |why: String| {
            Diagnostic::error("plan::damaged", format!("{name} is not a whole plan: {why}")).help(again)
        };
        let file: Value = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
        match file[KEY].as_u64() {
            Some(VERSION) => {}
            Some(other) => {
                return Err(Diagnostic::error(
                    "plan::version",
                    format!("{name} is a plan of format {other}; this bellcheck reads format {VERSION}"),
                )
                .help("apply it with the bellcheck that made it, or make it again with this one"));
            }
            None => return Err(damaged(format!("`{KEY}` is not a version"))),
        }
        let contents = &file["contents"];
        if file["digest"].as_str() != Some(&digest::of_text(&canonical(contents))) {
            return Err(Diagnostic::error(
                "plan::changed",
                format!("{name} was changed after it was made: its digest does not fit"),
            )
            .help(again));
        }
        serde_json::from_value(contents.clone()).map_err(|error| damaged(error.to_string()))
    }

    /// What of this plan is not so any more, line by line; empty where `now` is the same plan.
    #[must_use]
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let [account, other] =
            [&self.account, &now.account].map(|id| id.as_deref().unwrap_or("one that is not known"));
        if self.account.is_none() || account != other {
            found.push(format!("the plan is for account {account}, and the credentials are for {other}"));
        }
        if self.endpoint != now.endpoint {
            found.push(format!("the plan is for {}, and calls go to {} now", self.endpoint, now.endpoint));
        }
        let names = |stacks: &[SavedStack]| stacks.iter().map(SavedStack::name).collect::<Vec<_>>();
        let (then, today) = (names(&self.stacks), names(&now.stacks));
        if then != today {
            found.push(format!(
                "the plan is for {}, and the specs are for {}",
                then.join(", "),
                today.join(", ")
            ));
            return found;
        }
        for (saved, today) in self.stacks.iter().zip(&now.stacks) {
            let before = found.len();
            let stack = saved.name();
            for (what, one, other) in [
                ("the spec has changed", &saved.wanted, &today.wanted),
                ("the account has changed", &saved.observed, &today.observed),
            ] {
                let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
                let differ = keys.into_iter().filter(|key| one.get(*key) != other.get(*key));
                found.extend(differ.map(|object| {
                    let how = match (one.contains_key(object), other.contains_key(object)) {
                        (true, false) => " is gone",
                        (false, true) => " is new",
                        _ => "",
                    };
                    format!("{what}: {}{how} ({stack})", object.replacen('/', " ", 1))
                }));
            }
            let same_plan = saved.calls == today.calls && acted_on(&saved.plan) == acted_on(&today.plan);
            if before == found.len() && !same_plan {
                found.push(if self.tool == now.tool {
                    format!("objects of others lead to another plan now ({stack})")
                } else {
                    format!("bellcheck {} plans otherwise than {} did ({stack})", now.tool, self.tool)
                });
            }
        }
        found
    }
}

/// The parts of a shown plan that are acted on; objects of others that are left alone may come and go.
fn acted_on(plan: &Value) -> [&Value; 3] {
    [&plan["changes"], &plan["conflicts"], &plan["would_prune"]]
}
