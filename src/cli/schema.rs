//! `bellcheck schema`

use super::{
    Context,
    args::{FileKind, Schema},
    exit::{Exit, Failure},
};
use crate::{fleet, provision, report, scenario, spec};

pub(super) fn run(context: &Context, args: &Schema) -> Result<Exit, Failure> {
    let schema = match args.kind {
        FileKind::Spec => spec::json_schema(),
        FileKind::Include => spec::include_schema(),
        FileKind::Scenario => scenario::json_schema(),
        FileKind::Plan => provision::plan_schema(),
        FileKind::Fleet => fleet::json_schema(),
        FileKind::Report => report::jsonl::json_schema(),
        FileKind::Binds => scenario::live::json_schema(),
    };
    context.console.raw(&format!("{schema:#}\n"));
    Ok(Exit::Yes)
}
