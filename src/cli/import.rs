//! `bellcheck import`

use super::{
    Context,
    args::Import,
    connect,
    exit::{Exit, Failure},
    interrupt,
    progress::Looking,
};
use crate::{
    files,
    provision::{self, ImportError, ImportOptions, Imported, LeftOut},
    report::counted,
};

pub(super) fn run(context: &Context, args: &Import) -> Result<Exit, Failure> {
    let shown = args.out.display();
    context.console.give_away(&args.out);
    // What is no regular file is written into, and loses nothing.
    if args.out.is_file() && !args.force {
        return Err(Failure::new(
            Exit::Input,
            "import::exists",
            format!("{shown} is there already"),
            "name another file, or overwrite it with --force",
        ));
    }
    connect::warn_of_region(context);
    let inputs = connect::inputs(context, None)?;
    let resolved = connect::resolve(context, &inputs)?;
    let client = connect::client_of(context, &inputs, &resolved, None)?;
    let caller = connect::caller(context, &client, &resolved, &[])?;
    context.console.talk(&format!("{}, region {}", caller.line(), client.region()));
    let options = ImportOptions {
        stack: args.stack.clone(),
        region: client.region().to_owned(),
        owned_only: args.owned_only,
        file: shown.to_string(),
    };
    let looking = Looking::new(&context.console);
    let imported = interrupt::reading(async {
        provision::import(&looking.client(&client), &options).await.map_err(|error| match error {
            ImportError::Api(error) => error.into(),
            ImportError::Faults(faults) => Failure::invalid(faults),
        })
    })?;
    drop(looking);
    for line in provision::import_lines(&imported) {
        context.console.out(&format!("{line}\n"));
    }
    if imported.is_empty() {
        context.console.talk("there is nothing to import, and no file was written");
        return Ok(Exit::No);
    }
    files::write_whole(&args.out, imported.text.as_bytes()).map_err(|error| {
        Failure::new(Exit::Input, "import::out", format!("cannot write the spec: {error}"), "check the path")
    })?;
    context.console.talk(&format!(
        "{shown} has {}, {}, {} and {}; {}",
        counted(imported.contacts, "contact"),
        counted(imported.groups, "group"),
        counted(imported.rules, "rule"),
        counted(imported.robots, "robot"),
        advice(&imported, args)
    ));
    Ok(Exit::Yes)
}

/// What to do next.
fn advice(imported: &Imported, args: &Import) -> String {
    let set = match imported.secrets.len() {
        0 => String::new(),
        1 => "set the variable above, then ".to_owned(),
        many => format!("set the {many} variables above, then "),
    };
    let owned = imported.left_out.iter().filter(|left: &&LeftOut| left.owned).count();
    let warning = match owned {
        0 => String::new(),
        _ => format!(
            ". {} of stack `{}` could not be written: `apply --prune` would delete them",
            counted(owned, "object"),
            args.stack
        ),
    };
    format!("{set}look with `bellcheck plan {} --adopt`{warning}", args.out.display())
}
