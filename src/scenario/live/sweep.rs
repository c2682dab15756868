//! Finishes what runs left behind that did not come to their end.
//!
//! A journal is a file, and files come from anywhere. So a sweep believes one only as far as a run would go:
//! the account is the caller's and may be touched, the instance is there and carries the tag, and each
//! is looked at again right before it is changed.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    ledger::{self, Debt, Found, Held, Line, Release, Settled},
    refuse::lacking,
    restore::{instance, open_events},
};
use crate::{
    api::ecs::Instance,
    clock::{Timestamp, human_duration},
    journal::Unreadable,
    openapi::{ApiError, Client},
};

/// The clocks of the machine that ran and of the one that sweeps may differ by so much.
const SKEW: Duration = Duration::from_secs(300);

/// What a sweep may touch.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The account of the caller.
    pub account: String,
    /// The accounts that may be touched; any, when empty.
    pub allow_accounts: Vec<String>,
    /// How long ago a run may have written something last; none for any time, the future included.
    pub max_age: Option<Duration>,
}

/// A journal that is not settled.
#[derive(Debug)]
pub enum Owing {
    /// Its run, or another sweep, is still at it; what is to be undone so far, in words.
    UnderWay(PathBuf, Vec<String>),
    /// It cannot be read, or somebody else may have written it.
    Unreadable(PathBuf, Unreadable),
    /// Something is to be undone.
    Open(Box<OpenJournal>),
}

/// A journal of which something is to be undone, held so that nobody else works on it.
#[derive(Debug)]
pub struct OpenJournal {
    held: Held,
}

impl OpenJournal {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.held.ledger.path()
    }

    /// The account that it is of.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.held.begin.account
    }

    /// How long before `now` its run wrote something last; none where that is yet to come.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> Option<Duration> {
        let age = now.duration_since(self.held.last);
        if age.unsigned_abs() <= SKEW { Some(age.unsigned_abs()) } else { Duration::try_from(age).ok() }
    }

    /// What it says is to be undone, in words.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        self.held.debts.iter().map(in_words).collect()
    }
}

fn in_words(debt: &Debt) -> String {
    let touched = &debt.touched;
    let to = touched.was.as_ref().map(|was| format!(", to be {was} again")).unwrap_or_default();
    format!("{} ({}): {}{to}", touched.name, touched.instance, debt.acts.join(", "))
}

/// The journals that are not settled, oldest first.
#[must_use]
pub fn owing(journals: &[PathBuf], by_force: bool) -> Vec<Owing> {
    let mut owing = Vec::new();
    for path in journals {
        match ledger::hold(path, by_force) {
            Ok(Found::Settled) => {}
            Ok(Found::UnderWay(path)) => {
                // What cannot be read yet is read by whoever is at it.
                let debts = ledger::debts(&ledger::read(&path).unwrap_or_default());
                owing.push(Owing::UnderWay(path, debts.iter().map(in_words).collect()));
            }
            Ok(Found::Open(held)) => owing.push(Owing::Open(Box::new(OpenJournal { held: *held }))),
            Err(error) => owing.push(Owing::Unreadable(path.clone(), error)),
        }
    }
    owing
}

/// What is to be done about one journal.
#[derive(Debug)]
pub struct Plan {
    journal: OpenJournal,
    /// Why nothing of it is done.
    pub refused: Option<String>,
    /// What is found at its instances, in the order of its debts.
    pub items: Vec<Item>,
}

/// What is to be done about one instance.
#[derive(Debug)]
pub struct Item {
    debt: Debt,
    /// What would be done, or why the instance is left alone.
    pub outlook: Result<String, String>,
}

impl Item {
    /// What the journal says, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        in_words(&self.debt)
    }
}

impl Plan {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.journal.path()
    }

    /// The journal.
    #[must_use]
    pub const fn journal(&self) -> &OpenJournal {
        &self.journal
    }

    /// Whether anything would be done.
    #[must_use]
    pub fn does_something(&self) -> bool {
        self.items.iter().any(|item| item.outlook.is_ok())
    }

    /// Whether something is left alone.
    #[must_use]
    pub fn leaves_something(&self) -> bool {
        self.refused.is_some() || self.items.iter().any(|item| item.outlook.is_err())
    }
}

/// Looks what is to be done, and whether it may be. `others` are the journals beside these, where runs may
/// be under way that have the same instances.
///
/// # Errors
/// Those of calls that only read.
pub async fn look(
    client: &Client,
    limits: &Limits,
    journals: Vec<OpenJournal>,
    others: &[PathBuf],
) -> Result<Vec<Plan>, ApiError> {
    let busy = busy(others, &journals);
    let was = |journal: &OpenJournal, debt: &Debt| {
        let other = journals.iter().filter(|other| other.path() != journal.path());
        other
            .flat_map(|other| other.held.debts.iter().map(move |debt| (other.path().to_owned(), debt)))
            .find(|(_, known)| {
                known.touched.instance == debt.touched.instance && known.touched.was != debt.touched.was
            })
            .map(|(path, _)| path)
    };
    let mut found = Vec::new();
    for journal in &journals {
        let refused = refused(journal, limits, client.clock().now());
        let mut items = Vec::new();
        for debt in journal.held.debts.iter().filter(|_| refused.is_none()) {
            let id = &debt.touched.instance;
            let outlook = if let Some((_, path)) = busy.iter().find(|(instance, _)| instance == id) {
                Err(format!("a run that is under way has it ({})", path.display()))
            } else if let Some(path) = was(journal, debt) {
                Err(format!(
                    "{} says otherwise how it was before; move the file away that is wrong",
                    path.display()
                ))
            } else {
                outlook(client, debt).await?
            };
            items.push(Item { debt: debt.clone(), outlook });
        }
        found.push((refused, items));
    }
    let plans = journals.into_iter().zip(found);
    Ok(plans.map(|(journal, (refused, items))| Plan { journal, refused, items }).collect())
}

/// The instances of runs that are under way, with their journals.
fn busy(others: &[PathBuf], open: &[OpenJournal]) -> Vec<(String, PathBuf)> {
    let mut busy = Vec::new();
    for path in others.iter().filter(|path| !open.iter().any(|journal| journal.path() == path.as_path())) {
        let Ok(Found::UnderWay(_)) = ledger::hold(path, false) else { continue };
        let lines = ledger::read(path).unwrap_or_default();
        let on = lines.into_iter().filter_map(|line| match line {
            Line::Act(act) => act.on,
            _ => None,
        });
        busy.extend(on.map(|touched| (touched.instance, path.clone())));
    }
    busy
}

/// Why a whole journal is left alone.
fn refused(journal: &OpenJournal, limits: &Limits, now: Timestamp) -> Option<String> {
    let (of, account) = (journal.account(), &limits.account);
    if of != account {
        return Some(format!(
            "it is of account {of}, and these credentials are of {account}; sweep it with `--profile`"
        ));
    }
    if !limits.allow_accounts.is_empty() && !limits.allow_accounts.contains(account) {
        return Some(format!(
            "account {account} may not be touched: only {} may; if this is the right account, give `--allow-account {account}`",
            limits.allow_accounts.join(", ")
        ));
    }
    let max_age = limits.max_age?;
    match journal.age(now) {
        None => Some(format!(
            "it says that its run went on until {}, and it is {now} now; check the clock of this machine, or undo it by hand and move the file away",
            journal.held.last
        )),
        Some(age) if age > max_age => Some(format!(
            "its run wrote something last {} ago, and what is so since then may be wanted; `--max-age {}` undoes it all the same",
            roughly(age),
            roughly(age + Duration::from_secs(3600))
        )),
        Some(_) => None,
    }
}

/// A time in whole seconds, minutes or hours, by its length.
#[must_use]
pub fn roughly(age: Duration) -> String {
    let unit = match age.as_secs() {
        0..120 => 1,
        120..7200 => 60,
        7200..172_800 => 3600,
        _ => 86400,
    };
    human_duration(Duration::from_secs(age.as_secs().div_ceil(unit) * unit))
}

/// What would be done at an instance, or why it is left alone.
async fn outlook(client: &Client, debt: &Debt) -> Result<Result<String, String>, ApiError> {
    let touched = &debt.touched;
    // The region of a journal is one that can be called.
    let Ok(client) = client.clone().in_region(&touched.region) else {
        return Ok(Err(format!("`{}` is no region", touched.region)));
    };
    let Some(found) = instance(&client, &touched.region, &touched.instance).await? else {
        return Ok(if debt.release == Release::No {
            Err(format!("there is no such instance in region {} any more", touched.region))
        } else {
            Ok("it is not there any more, as the run wanted: that is noted".to_owned())
        });
    };
    if let Err(why) = may(&found, debt) {
        return Ok(Err(why));
    }
    let Some(was) = &touched.was else {
        return Ok(Err(format!(
            "it was to be released and is still there, {}, and the journal does not say how it was before: bring it back by hand",
            found.status
        )));
    };
    let mut acts = Vec::new();
    let open = if debt.simulated.is_empty() { Vec::new() } else { open_events(&client, debt).await? };
    if !open.is_empty() {
        acts.push(format!("cancel {}", open.join(", ")));
    }
    acts.push(match (found.status.as_str(), was.as_str()) {
        (now, was) if now == was => "see that it stays so".to_owned(),
        (_, "Running") => "start it".to_owned(),
        _ => match &touched.stopped_mode {
            Some(mode) => format!("stop it ({mode})"),
            None => "stop it".to_owned(),
        },
    });
    Ok(Ok(format!(
        "it is {}, named {} in {}: {}",
        found.status,
        found.instance_name,
        touched.region,
        acts.join(", ")
    )))
}

/// Whether a run might touch this instance.
fn may(found: &Instance, debt: &Debt) -> Result<(), String> {
    if let Some(why) = lacking(found, debt.release != Release::No) {
        return Err(format!("{why}, so that no run may touch it (it is named {})", found.instance_name));
    }
    if found.region_id != debt.touched.region {
        return Err(format!(
            "it is in region {}, and the journal says {}",
            found.region_id, debt.touched.region
        ));
    }
    Ok(())
}

/// Does what a plan says.
pub async fn carry_out(client: &Client, plan: Plan, say: &mut (dyn FnMut(String) + Send)) -> Settled {
    let ledger = &plan.journal.held.ledger;
    let is_whole = !plan.leaves_something();
    let debts: Vec<Debt> =
        plan.items.iter().filter(|item| item.outlook.is_ok()).map(|item| item.debt.clone()).collect();
    let mut settled = ledger.settle(client, &debts, &may, say).await;
    if is_whole
        && settled.failed.is_empty()
        && let Err(error) = ledger.write(&Line::End { at: client.clock().now() })
    {
        settled.may_heal = true;
        settled.failed.push(error.to_string());
    }
    settled
}
