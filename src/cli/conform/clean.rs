//! What earlier runs of `bellcheck conform --live --writes` left behind.

use std::path::Path;

use super::{
    super::{
        Context, connect,
        console::Console,
        exit::{Exit, Failure},
        interrupt,
    },
    client,
};
use crate::{
    conform::{self, Earlier, LeftBehind},
    report::counted,
};

/// What the records in a folder tell.
pub(super) struct Records {
    /// What can be deleted with these credentials.
    pub(super) left: Vec<LeftBehind>,
    /// What becomes of the others.
    exit: Exit,
}

/// Deletes what the records of this account tell, and nothing else.
pub(super) fn run(context: &Context, folder: &Path) -> Result<Exit, Failure> {
    let console = &context.console;
    if read(folder)?.is_empty() {
        console.out("nothing is left behind\n");
        return Ok(Exit::Yes);
    }
    let client = client(context)?;
    let records = of_account(console, folder, &connect::account(&client)?)?;
    let mut failed = Vec::new();
    for left in records.left {
        let (path, count) = (left.path().display().to_string(), left.in_words().len());
        let still = interrupt::writing(console, client.stop(), async { Ok(left.delete(&client).await) })?;
        if still.is_empty() {
            console.out(&format!("{path}: {} deleted, or never made\n", counted(count, "thing")));
        }
        failed.extend(still);
    }
    if failed.is_empty() {
        return Ok(records.exit);
    }
    Err(Failure::new(
        Exit::Partial,
        "conform::left-behind",
        format!("not deleted: {}", failed.join("; ")),
        "mend the cause and run it again",
    ))
}

/// Tells what earlier runs left, and picks what is of this account.
pub(super) fn of_account(console: &Console, folder: &Path, account: &str) -> Result<Records, Failure> {
    let mut records = Records { left: Vec::new(), exit: Exit::Yes };
    for found in read(folder)? {
        match found {
            Earlier::UnderWay(path) => {
                console.talk(&format!("{}: its run is under way; left alone", path.display()));
            }
            Earlier::Unreadable(_, why) => {
                records.exit = Exit::Input;
                console.talk(&format!(
                    "{why}; look for its things by hand (bellcheck-conform-…), then move the file away"
                ));
            }
            Earlier::Left(left) if left.begin().account != account => {
                if records.exit == Exit::Yes {
                    records.exit = Exit::No;
                }
                console.talk(&format!(
                    "{}: it is of account {}, and these credentials are of {account}; left alone: clean it with `--profile`",
                    left.path().display(),
                    left.begin().account
                ));
            }
            Earlier::Left(left) => {
                let (words, begin) = (left.in_words(), left.begin());
                console.talk(&format!(
                    "a run of {} in {} did not come to its end; {} of it may be there, and will be deleted:",
                    begin.at,
                    begin.region,
                    counted(words.len(), "thing")
                ));
                words.iter().for_each(|thing| console.talk(&format!("  {thing}")));
                records.left.push(left);
            }
        }
    }
    Ok(records)
}

fn read(folder: &Path) -> Result<Vec<Earlier>, Failure> {
    conform::earlier(folder).map_err(|error| {
        Failure::new(
            Exit::Input,
            "conform::journal",
            format!("cannot read what earlier runs made: {error}"),
            "name the folder with --journal",
        )
    })
}
