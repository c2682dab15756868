//! `bellcheck conform`

mod clean;

use std::path::{Path, PathBuf};

use super::{
    Context,
    args::{Asking, Conform, ConformForm},
    connect,
    exit::{Exit, Failure},
    interrupt, switches,
};
use crate::{
    cassette::{self, Cassette},
    clock::{Clock as _, SystemClock},
    conform::{self, Finding, Journal, Options, Settlement},
    emulator::Switches,
    files,
    openapi::{Client, Nonce as _, Product, RandomNonce},
};

pub(super) fn run(context: &Context, args: &Conform) -> Result<Exit, Failure> {
    if args.asking.clean {
        return clean::run(context, &args.asking.journal);
    }
    if args.asking.live {
        return ask(context, &args.asking, args.output);
    }
    let mut options = Options {
        now: SystemClock.now(),
        max_age: args.max_age,
        tolerance: args.tolerance,
        switches: Switches::default(),
    };
    switches::set(&mut options.switches, &args.switch_files, &args.switches)?;
    let cassettes = cassettes(&args.paths)?;
    if cassettes.iter().all(|cassette| cassette.exchanges.is_empty()) {
        let names: Vec<&str> = cassettes.iter().map(|cassette| cassette.name.as_str()).collect();
        return Err(Failure::new(
            Exit::Input,
            "conform::nothing",
            format!("there is no exchange in {}: nothing can be compared", names.join(", ")),
            "record again; whatever the cloud answers is an exchange, an error too",
        ));
    }
    let found = conform::replay(&cassettes, &options);
    context.console.out(&match args.output {
        ConformForm::Text => conform::render_text(&found, args.all, context.console.color),
        ConformForm::Json => format!("{:#}\n", conform::render_json(&found)),
    });
    Ok(if found.is_same() { Exit::Yes } else { Exit::No })
}

/// All cassettes that are named, and all in the folders that are.
fn cassettes(paths: &[PathBuf]) -> Result<Vec<Cassette>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        let files = if path.is_dir() { in_folder(path)? } else { vec![path.clone()] };
        for file in files {
            let read = cassette::read(&file);
            found.push(read.map_err(|error| {
                Failure::new(Exit::Input, "conform::cassette", error.message, error.remedy)
            })?);
        }
    }
    Ok(found)
}

fn in_folder(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let wrong = |what: String| {
        Failure::new(Exit::Input, "conform::cassette", what, "name a folder that `--record` wrote into")
    };
    let files = files::find(path, ".jsonl").map_err(|error| wrong(error.to_string()))?;
    if files.is_empty() {
        Err(wrong(format!("there is no cassette in {}", path.display())))
    } else {
        Ok(files)
    }
}

fn client(context: &Context) -> Result<Client, Failure> {
    connect::warn_of_region(context);
    let inputs = connect::inputs(context, None)?;
    let resolved = connect::resolve(context, &inputs)?;
    connect::client_of(context, &inputs, &resolved, None)
}

fn unwritable(cause: &str) -> Failure {
    Failure::new(
        Exit::Input,
        "conform::journal",
        format!("what is made cannot be written down: {cause}"),
        "name a folder that can be written to with --journal",
    )
}

/// Asks the account, and writes what was settled.
fn ask(context: &Context, args: &Asking, form: ConformForm) -> Result<Exit, Failure> {
    let (console, shown) = (&context.console, args.out.display());
    console.give_away(&args.out);
    if args.out.is_file() && !args.force {
        return Err(Failure::new(
            Exit::Input,
            "conform::exists",
            format!("{shown} is there already"),
            "name another file with --out, or overwrite it with --force",
        ));
    }
    let client = client(context)?;
    let base = client.base(Product::Cms);
    let run: String = RandomNonce.next().chars().take(10).collect();
    if args.writes && !args.yes {
        interrupt::somebody(console)?;
    }
    let (mut journal, mut earlier) = (None, Vec::new());
    if args.writes {
        let account = connect::account(&client)?;
        earlier = clean::of_account(console, &args.journal, &account)?.left;
        if !args.yes {
            let question = format!(
                "Make things named bellcheck-conform-{run}-… in account {account} at {base}, and delete them again? [y/N]"
            );
            if !interrupt::agreed(console, &question)? {
                console.talk("nothing was made");
                return Ok(Exit::No);
            }
        }
        let now = SystemClock.now();
        let begun = Journal::create(&args.journal, &run, &account, client.region(), now);
        journal = Some(begun.map_err(|error| unwritable(&error.to_string()))?);
    }
    let settlement = interrupt::writing(console, client.stop(), async {
        let mut left_behind = Vec::new();
        for left in earlier {
            left_behind.extend(left.delete(&client).await);
        }
        let mut settlement = conform::settle(&client, journal, &|made| console.talk(made)).await;
        settlement.left_behind.extend(left_behind);
        Ok(settlement)
    })?;
    console.out(&match form {
        ConformForm::Text => conform::render_settled_text(&settlement, console.color),
        ConformForm::Json => format!("{:#}\n", conform::render_settled_json(&settlement)),
    });
    if !settlement.left_behind.is_empty() {
        return Err(Failure::new(
            Exit::Partial,
            "conform::left-behind",
            format!("not deleted: {}", settlement.left_behind.join("; ")),
            "mend the cause, then `bellcheck conform --live --clean` deletes them; nobody else's are among them",
        ));
    }
    if let Some(cause) = settlement.broken {
        return Err(unwritable(&format!("{cause}; what was made is deleted")));
    }
    if settlement.is_interrupted {
        return Err(interrupt::interrupted("what was made is deleted, and no file was written"));
    }
    if let Some(error) = refused(&settlement) {
        return Err(error.into());
    }
    let text = conform::render_file(&settlement, SystemClock.now(), client.region(), &base);
    files::write_whole(&args.out, text.as_bytes()).map_err(|error| {
        Failure::new(
            Exit::Input,
            "conform::out",
            format!("cannot write the switches: {error}"),
            "check the path",
        )
    })?;
    console.talk(&format!("{shown} is written; `bellcheck emulator --switches {shown}` takes it"));
    Ok(Exit::Yes)
}

/// Why nothing at all could be asked.
fn refused(settlement: &Settlement) -> Option<crate::openapi::ApiError> {
    let asked = |finding: &Finding| !matches!(finding, Finding::OutOfReach(_) | Finding::NeedsWrites);
    let mut findings =
        settlement.switches.iter().map(|settled| &settled.finding).filter(|finding| asked(finding));
    let first = findings.next();
    match first {
        Some(Finding::Failed(error)) if findings.all(|finding| matches!(finding, Finding::Failed(_))) => {
            Some(error.clone())
        }
        _ => None,
    }
}
