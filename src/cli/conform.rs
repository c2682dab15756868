//! `bellcheck conform`

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
    conform::{self, Finding, Options, Settlement},
    emulator::Switches,
    files,
    openapi::{Nonce as _, Product, RandomNonce},
};

pub(super) fn run(context: &Context, args: &Conform) -> Result<Exit, Failure> {
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
    let found = conform::replay(&cassettes(&args.paths)?, &options);
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

/// Asks the account, and writes what was settled.
fn ask(context: &Context, args: &Asking, form: ConformForm) -> Result<Exit, Failure> {
    let (console, shown) = (&context.console, args.out.display());
    if args.out.exists() && !args.force {
        return Err(Failure::new(
            Exit::Input,
            "conform::exists",
            format!("{shown} is there already"),
            "name another file with --out, or overwrite it with --force",
        ));
    }
    let inputs = connect::inputs(context, None)?;
    let resolved = connect::resolve(context, &inputs)?;
    let client = connect::client_of(context, &inputs, &resolved, None)?;
    let base = client.base(Product::Cms);
    let run: String = RandomNonce.next().chars().take(10).collect();
    if args.writes && !args.yes {
        let question =
            format!("Make things named bellcheck-conform-{run}-… at {base}, and delete them again? [y/N]");
        if !interrupt::agreed(console, &question)? {
            console.talk("nothing was made");
            return Ok(Exit::No);
        }
    }
    let settlement = interrupt::writing(console, client.stop(), async {
        Ok(conform::settle(&client, &run, args.writes, &|made| console.talk(made)).await)
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
            "delete them by hand: they are named above, and nobody else's are",
        ));
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
