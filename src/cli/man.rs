//! `bellcheck man`

use std::path::Path;

use super::{
    Context,
    args::{Man, command},
    exit::{Exit, Failure},
};
use crate::{files, report::counted};

pub(super) fn run(context: &Context, args: &Man) -> Result<Exit, Failure> {
    let pages = pages()?;
    let Some(folder) = &args.out_dir else {
        let wanted =
            args.command.as_deref().map_or("bellcheck".to_owned(), |name| format!("bellcheck-{name}"));
        let Some((_, page)) = pages.iter().find(|(name, _)| *name == wanted) else {
            return Err(Failure::new(
                Exit::Input,
                "man::command",
                format!("there is no command `{}`", args.command.as_deref().unwrap_or_default()),
                "`bellcheck --help` lists the commands",
            ));
        };
        context.console.raw(page);
        return Ok(Exit::Yes);
    };
    for (name, page) in &pages {
        write(folder, name, page)?;
    }
    context.console.talk(&format!("{} written to {}", counted(pages.len(), "page"), folder.display()));
    Ok(Exit::Yes)
}

fn write(folder: &Path, name: &str, page: &str) -> Result<(), Failure> {
    files::write_whole(&folder.join(format!("{name}.1")), page.as_bytes()).map_err(|error| {
        Failure::new(Exit::Input, "man::out", format!("cannot write a page: {error}"), "check the folder")
    })
}

/// The page of the program, and one for each command.
fn pages() -> Result<Vec<(String, String)>, Failure> {
    let command = command();
    let of_commands = command.get_subcommands().filter(|one| one.get_name() != "help").map(|one| {
        let name = format!("bellcheck-{}", one.get_name());
        one.clone().display_name(name.clone()).bin_name(name)
    });
    let all: Vec<clap::Command> = std::iter::once(command.clone()).chain(of_commands).collect();
    all.into_iter()
        .map(|command| {
            let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(|error| {
                Failure::new(Exit::Refused, "man::internal", error.to_string(), "please report this")
            })?;
            Ok((name, String::from_utf8_lossy(&page).into_owned()))
        })
        .collect()
}
