//! The specs that a scenario names.

use std::{
    cell::RefCell,
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    diagnostic::{Diagnostic, Severity},
    files,
    spec::{
        self, Spec,
        yaml::{Context, Spanned, Supply},
    },
};

/// A spec that was read.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    pub(super) spec: Arc<Spec>,
    /// Its path, as the scenario leads to it.
    pub(super) path: PathBuf,
    /// `fixtures/` beside it.
    pub(super) fixtures: PathBuf,
}

/// Specs by path, each read once, and what was found in them.
#[derive(Debug, Default)]
pub(super) struct Specs {
    read: RefCell<HashMap<PathBuf, Result<Opened, Fault>>>,
    found: RefCell<Vec<Diagnostic>>,
}

#[derive(Debug, Clone)]
struct Fault {
    code: &'static str,
    message: String,
    help: &'static str,
}

impl Specs {
    /// What was found in the specs.
    pub(super) fn findings(self) -> Vec<Diagnostic> {
        self.found.into_inner()
    }

    fn read(&self, path: &Path, supply: Supply<'_>) -> Result<Opened, Fault> {
        let shown = path.display().to_string();
        let text = files::read_text(path).map_err(|error| Fault {
            code: "scenario::no-spec",
            message: format!("the spec `{shown}` cannot be read: {error}"),
            help: "write the spec's path relative to this file",
        })?;
        match spec::load_from(&shown, &text, supply) {
            Ok(loaded) => {
                self.found.borrow_mut().extend(loaded.warnings);
                let fixtures = path.parent().unwrap_or(Path::new("")).join("fixtures");
                Ok(Opened { spec: Arc::new(loaded.value), path: path.to_owned(), fixtures })
            }
            Err(faults) => {
                let errors = faults.iter().filter(|fault| fault.severity == Severity::Error).count();
                self.found.borrow_mut().extend(faults);
                Err(Fault {
                    code: "scenario::faulty-spec",
                    message: format!("the spec `{shown}` has {}", crate::report::counted(errors, "fault")),
                    help: "mend the spec first: each fault is shown under its line",
                })
            }
        }
    }
}

/// Loads a spec, relative to the file that names it; what is wrong with it is told under its own
/// lines.
pub(super) fn open_spec(
    path: &Spanned<String>,
    context: &Context,
    supply: Supply<'_>,
    specs: &Specs,
) -> Option<Opened> {
    let full = files::beside(context.source().name_at(path.span.offset).as_ref(), &path.value);
    let known = specs.read.borrow().get(&full).cloned();
    let opened = known.unwrap_or_else(|| {
        let opened = specs.read(&full, supply);
        specs.read.borrow_mut().insert(full, opened.clone());
        opened
    });
    match opened {
        Ok(opened) => Some(opened),
        Err(Fault { code, message, help }) => {
            context.error(code, message, path.span, help);
            None
        }
    }
}
