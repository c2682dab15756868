//! Finishes what runs left behind that did not come to their end.

use std::path::{Path, PathBuf};

use super::ledger::{self, Found, Line, Touched};
use crate::{clock::Timestamp, journal::Unreadable, openapi::Client};

/// What became of one run's journal.
#[derive(Debug)]
pub enum Swept {
    /// Its run is still under way.
    UnderWay(PathBuf),
    /// It is of another account than the one that is signed in to.
    OtherAccount(PathBuf, String),
    /// All that it left is undone; how many instances.
    Restored(PathBuf, usize),
    /// Something is left: what, and why.
    Left(PathBuf, Vec<String>),
    /// It cannot be read.
    Unreadable(PathBuf, Unreadable),
}

/// The journals that are not settled, with what is left to undo in words. One that cannot be read is among
/// them.
#[must_use]
pub fn owing(journals: &[PathBuf]) -> Vec<(PathBuf, Vec<String>)> {
    let mut owing = Vec::new();
    for path in journals {
        let lines = match ledger::read(path) {
            Ok(lines) => ledger::debts(&lines)
                .into_iter()
                .map(|debt| {
                    let Touched { instance, name, was, .. } = &debt.touched;
                    let to = was.as_ref().map(|was| format!(", to be {was} again"));
                    format!("{name} ({instance}): {}{}", debt.acts.join(", "), to.unwrap_or_default())
                })
                .collect(),
            Err(error) => vec![error.to_string()],
        };
        if !lines.is_empty() {
            owing.push((path.clone(), lines));
        }
    }
    owing
}

/// Undoes what one journal says is to be undone; `None` when that is nothing. `by_force` also works on
/// the journal of a run that still lives.
pub async fn sweep(
    client: &Client,
    account: &str,
    journal: &Path,
    by_force: bool,
    tell: &mut (dyn FnMut(String) + Send),
) -> Option<Swept> {
    let path = journal.to_owned();
    let held = match ledger::hold(journal, by_force) {
        Ok(Found::Settled) => return None,
        Ok(Found::UnderWay(path)) => return Some(Swept::UnderWay(path)),
        Ok(Found::Open(held)) => held,
        Err(error) => return Some(Swept::Unreadable(path, error)),
    };
    if held.begin.account != account {
        return Some(Swept::OtherAccount(path, held.begin.account));
    }
    if let Err(left) = held.ledger.settle(client, &held.debts, tell).await {
        return Some(Swept::Left(path, left));
    }
    let at: Timestamp = client.clock().now();
    Some(match held.ledger.write(&Line::End { at }) {
        Ok(()) => Swept::Restored(path, held.debts.len()),
        Err(error) => Swept::Left(path, vec![error.to_string()]),
    })
}
