//! `--record DIR`

use std::sync::Arc;

use super::{
    Context,
    args::Global,
    exit::{Exit, Failure},
};
use crate::{
    cassette::{Origin, RecordError, Recorder, Recording},
    clock::SystemClock,
    openapi::{Endpoints, Product},
};

/// The recording that was asked for.
pub(super) fn begin(global: &Global, command: &str) -> Option<Recording> {
    let folder = global.record.as_ref()?;
    Some(Recording::new(folder, command, Arc::new(SystemClock)))
}

/// The recorder of one client's exchanges, where they are recorded.
///
/// # Errors
/// Exit code 2 for a cassette that cannot be written.
pub(super) fn of_client(context: &Context, endpoints: &Endpoints) -> Result<Option<Arc<Recorder>>, Failure> {
    let Some(recording) = &context.recording else { return Ok(None) };
    let bases = Product::ALL
        .map(|product| (product.name().to_owned(), endpoints.base(product)))
        .into_iter()
        .collect();
    let origin = Origin { region: endpoints.region().to_owned(), bases };
    recording.cassette(&origin).map(Some).map_err(failure)
}

/// Names the cassettes. A command that did its work without being recorded as asked ends with exit
/// code 2.
pub(super) fn end(context: &Context, exit: Exit) -> Exit {
    let Some(recording) = &context.recording else { return exit };
    for file in recording.files() {
        context.console.talk(&format!("recorded in {}", file.display()));
    }
    let faults = recording.faults();
    let is_whole = faults.is_empty();
    for fault in faults {
        context.console.findings(&failure(fault).findings);
    }
    if is_whole || exit != Exit::Yes { exit } else { Exit::Input }
}

fn failure(error: RecordError) -> Failure {
    Failure::new(Exit::Input, "record::cassette", error.message, error.remedy)
}
