//! Switches of the emulator, as they are typed and as files have them.

use std::path::PathBuf;

use super::{
    exit::{Exit, Failure},
    input,
};
use crate::{conform, emulator::Switches};

/// Sets what files and options say; options come last.
///
/// # Errors
/// Exit code 2 for what is no switch or no value of one.
pub(super) fn set(switches: &mut Switches, files: &[PathBuf], options: &[String]) -> Result<(), Failure> {
    for path in files {
        let text = input::text(path)?;
        conform::read_switches(switches, &path.display().to_string(), &text).map_err(Failure::invalid)?;
    }
    let wrong = |what: String, help: &str| Failure::new(Exit::Input, "emulator::option", what, help);
    for option in options {
        let (name, value) = option.split_once('=').ok_or_else(|| {
            wrong(format!("`--switch {option}` has no `=`"), "write NAME=VALUE; `--switch help` lists them")
        })?;
        switches
            .set(name, value)
            .map_err(|fault| wrong(fault, "`bellcheck emulator --switch help` lists all switches"))?;
    }
    Ok(())
}
