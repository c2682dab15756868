//! What `${NAME}` in a spec is filled with: flags, over files, over the environment.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::yaml::{Context, Environment, Shown, Value, is_name, nearest, read_at};
use crate::{
    diagnostic::{Diagnostic, Severity, Source, Span},
    secret::{Redactor, Secret},
};

/// Values by name. Any of them may be a secret: no finding shows one.
#[derive(Default)]
pub struct Variables {
    given: BTreeMap<String, Given>,
    asked: RefCell<BTreeSet<String>>,
}

struct Given {
    value: Secret,
    /// Where a file gives it; none for a flag.
    place: Option<(Arc<Source>, Span)>,
}

impl Variables {
    /// Takes the values of a file, a mapping of names and texts; they replace those of earlier files.
    ///
    /// # Errors
    /// Everything that is wrong with the file, in the order of its lines.
    pub fn add_file(&mut self, name: &str, text: &str) -> Result<(), Vec<Diagnostic>> {
        let document = read_at(0, name, text, Shown::KeysOnly)?;
        let context = Context::new(Arc::clone(&document.source));
        let entries = match document.root.value {
            Value::Map(entries) => entries,
            Value::Null => Vec::new(),
            Value::Scalar(_) | Value::List(_) => {
                let help = "write `NAME: value` lines";
                context.error("vars::bad-file", "this is not a mapping of names", document.root.span, help);
                Vec::new()
            }
        };
        for entry in entries {
            let key = &entry.key;
            if !is_name(&key.value) {
                context.error(
                    "vars::bad-name",
                    "this cannot be the name of a variable",
                    key.span,
                    "write letters, digits and `_`, and no digit first",
                );
                continue;
            }
            match entry.value.text() {
                Some(text) if text.contains("${") => context.error(
                    "vars::nested",
                    format!("the value of `{}` has a variable in it", key.value),
                    key.span,
                    "write the value itself: variables are filled in specs only",
                ),
                Some(text) => {
                    let place = Some((Arc::clone(&document.source), key.span));
                    self.given.insert(key.value.clone(), Given { value: Secret::new(text), place });
                }
                None => context.error(
                    "vars::bad-value",
                    format!("`{}` has {} instead of a text", key.value, entry.value.kind()),
                    key.span,
                    "write one text behind the colon; an empty one as `\"\"`",
                ),
            }
        }
        let found = context.finish();
        if found.iter().any(|finding| finding.severity == Severity::Error) { Err(found) } else { Ok(()) }
    }

    /// Takes `NAME=VALUE`; it replaces what files say, and what earlier flags say.
    ///
    /// # Errors
    /// Why it is none. The message does not show it.
    pub fn add_flag(&mut self, pair: &Secret) -> Result<(), Diagnostic> {
        match pair.expose().split_once('=') {
            Some((name, value)) if is_name(name) => {
                self.given.insert(name.to_owned(), Given { value: Secret::new(value), place: None });
                Ok(())
            }
            _ => Err(Diagnostic::error("vars::bad-flag", "`--var` needs a name and a value")
                .help("write `--var NAME=VALUE`; a name has letters, digits and `_`, and no digit first")),
        }
    }

    /// The value of a variable, here or in `environment`.
    #[must_use]
    pub fn get(&self, name: &str, environment: Environment<'_>) -> Option<String> {
        self.asked.borrow_mut().insert(name.to_owned());
        match self.given.get(name) {
            Some(given) => Some(given.value.expose().to_owned()),
            None => environment(name),
        }
    }

    /// Lets a redactor learn what is secret in the values, by their names.
    pub fn teach(&self, redactor: &mut Redactor) {
        self.given.iter().for_each(|(name, given)| redactor.add_variable(name, given.value.expose()));
    }

    /// A warning for each value that nothing asked for so far.
    #[must_use]
    pub fn unused(&self) -> Vec<Diagnostic> {
        let asked = self.asked.borrow();
        let unused = self.given.iter().filter(|(name, _)| !asked.contains(*name));
        let warning = |(name, given): (&String, &Given)| {
            let finding = Diagnostic::warning("vars::unused", format!("no spec has the variable `{name}`"));
            let near = nearest(name, asked.iter().map(String::as_str));
            let help = match near.first() {
                Some(near) => format!("did you mean `{near}`?"),
                None => "remove it, or write it into a spec as `${…}`".to_owned(),
            };
            let finding = match &given.place {
                Some((source, span)) => finding.at(source, *span, ""),
                None => finding,
            };
            finding.help(help)
        };
        unused.map(warning).collect()
    }
}
