//! `bellcheck conform`

use std::path::{Path, PathBuf};

use super::{
    Context,
    args::{Conform, ConformForm},
    exit::{Exit, Failure},
    switches,
};
use crate::{
    cassette::{self, Cassette},
    clock::{Clock as _, SystemClock},
    conform::{self, Options},
    emulator::Switches,
    files,
};

pub(super) fn run(context: &Context, args: &Conform) -> Result<Exit, Failure> {
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
