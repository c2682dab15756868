//! `bellcheck init`

mod starter;

use super::{
    Context,
    args::Init,
    exit::{Exit, Failure},
};
use crate::files;

pub(super) fn run(context: &Context, args: &Init) -> Result<Exit, Failure> {
    let failure = |code, what: String, help: &str| Failure::new(Exit::Input, code, what, help);
    let starter = starter::files(args.ci);
    let in_the_way: Vec<String> = starter
        .iter()
        .map(|file| args.folder.join(file.path))
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| path.display().to_string())
        .collect();
    if !in_the_way.is_empty() {
        return Err(failure(
            "init::in-the-way",
            format!("nothing was written: there is {} already", in_the_way.join(", ")),
            "choose an empty folder (`bellcheck init DIR`), or `--ci none` when only the workflow is in the way; nothing is ever overwritten",
        ));
    }
    for file in &starter {
        let path = args.folder.join(file.path);
        files::write_whole(&path, file.text.as_bytes()).map_err(|error| {
            failure("init::write", error.to_string(), "choose a folder that can be written")
        })?;
        context.console.out(&format!("wrote {}\n", path.display()));
    }
    let here = args.folder.as_os_str() == "." || args.folder.as_os_str().is_empty();
    let go = if here { String::new() } else { format!("  cd {}\n", args.folder.display()) };
    context.console.talk(&format!(
        "\nnext:\n{go}  bellcheck validate        # the files are sound\n  bellcheck test            # and the bell rings, on the embedded cloud\n\
         then write your own robots and contacts into bellcheck.yaml, and\n  bellcheck doctor bellcheck.yaml   # what is missing for your account\n  bellcheck plan bellcheck.yaml     # what apply would do there"
    ));
    Ok(Exit::Yes)
}
