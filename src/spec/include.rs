//! Which files belong together: a spec's file, those that it includes, and those that they include.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::yaml::{Bind as _, Context, Document, Shown, Spanned, read_at};
use crate::{
    diagnostic::{Diagnostic, Source, Span},
    files,
};

/// Files that a spec may have; people write far fewer.
const MAX_FILES: usize = 1000;
/// Keys that a spec or a part of one has at the top.
const KEYS: [&str; 10] = [
    "stack",
    "region",
    "site",
    "language",
    "include",
    "robots",
    "contacts",
    "groups",
    "application_groups",
    "rules",
];
/// How deep files may include each other.
const MAX_DEPTH: usize = 16;

/// One file that was read.
pub(super) struct Opened {
    pub(super) document: Document,
    /// The file that was named by the user, by its index; its own for that file itself.
    pub(super) top: usize,
    /// Where another file names this one, by that file's index.
    pub(super) included: Option<(usize, Span)>,
    /// What is the same for all paths of the file.
    pub(super) identity: PathBuf,
}

/// All files of a run, one behind the other, so that each offset says its file.
#[derive(Default)]
pub(super) struct Files {
    pub(super) opened: Vec<Opened>,
    /// What is wrong with files that could not be read.
    pub(super) found: Vec<Diagnostic>,
    /// Files of `opened` that were named by the user and miss something that they include.
    pub(super) incomplete: Vec<usize>,
    /// Files that are not readable as YAML.
    pub(super) unreadable: Vec<Unreadable>,
    end: usize,
}

/// A file that is not readable as YAML.
pub(super) struct Unreadable {
    pub(super) name: String,
    /// The file that includes it, by its index.
    pub(super) by: Option<usize>,
}

impl Files {
    /// Reads a file that the user named, and all that it includes.
    pub(super) fn open(&mut self, name: &str, text: &str) {
        self.add(name, text, self.opened.len(), None);
    }

    fn add(&mut self, name: &str, text: &str, top: usize, included: Option<(usize, Span)>) {
        let document = match read_at(self.end, name, text, Shown::Of(&KEYS)) {
            Ok(document) => document,
            Err(found) => {
                self.end += text.len() + 1;
                self.found.extend(found);
                let by = included.map(|(by, _)| by);
                self.incomplete.extend(by.map(|_| top));
                self.unreadable.push(Unreadable { name: name.to_owned(), by });
                return;
            }
        };
        self.end = document.end();
        let index = self.opened.len();
        let includes = includes(&document);
        self.opened.push(Opened { document, top, included, identity: files::identity(Path::new(name)) });
        for include in includes {
            self.include(index, &include);
        }
    }

    /// Reads a file that the file `from` names.
    fn include(&mut self, from: usize, path: &Spanned<String>) {
        let by = &self.opened[from];
        let top = by.top;
        let full = files::beside(by.document.source.name().as_ref(), &path.value);
        let identity = files::identity(&full);
        let finding = if path.value.contains("${") {
            Diagnostic::error("spec::include-variable", "the path of a file has no variables")
                .at(&by.document.source, path.span, "")
                .help("write the path itself; values that differ go into `--var-file FILE`")
        } else if let Some(circle) = self.circle(from, &identity) {
            Diagnostic::error("spec::include-circle", "these files include each other")
                .at(&by.document.source, path.span, format!("leads back to `{circle}`"))
                .help("remove one of the lines; a part that both need goes into a file of its own")
        } else if let Some(first) = self.earlier(top, &identity) {
            self.twice(from, path.span, first)
        } else if self.depth(from) >= MAX_DEPTH || self.opened.len() >= MAX_FILES {
            Diagnostic::error("spec::include-depth", "too many files")
                .at(&by.document.source, path.span, "")
                .help(format!("a spec has at most {MAX_FILES} files, {MAX_DEPTH} levels deep"))
        } else {
            match files::read_text(&full) {
                Ok(text) => {
                    self.add(&full.display().to_string(), &text, top, Some((from, path.span)));
                    return;
                }
                Err(error) => Diagnostic::error(
                    "spec::no-include",
                    format!("the file `{}` cannot be read: {error}", full.display()),
                )
                .at(&by.document.source, path.span, "included here")
                .help("write its path relative to this file"),
            }
        };
        self.found.push(finding);
        self.incomplete.push(top);
    }

    /// The file's name, when `from` is included by it, directly or not, or is it.
    fn circle(&self, from: usize, identity: &Path) -> Option<&str> {
        let mut at = Some(from);
        while let Some(index) = at {
            let opened = &self.opened[index];
            if opened.identity == identity {
                return Some(opened.document.source.name());
            }
            at = opened.included.map(|(by, _)| by);
        }
        None
    }

    fn depth(&self, from: usize) -> usize {
        std::iter::successors(Some(from), |index| self.opened[*index].included.map(|(by, _)| by)).count()
    }

    /// The file of the same user-named file that is this one already.
    fn earlier(&self, top: usize, identity: &Path) -> Option<usize> {
        self.opened.iter().position(|opened| opened.top == top && opened.identity == identity)
    }

    /// The file that an offset is in.
    pub(super) fn holding(&self, offset: usize) -> Option<usize> {
        self.opened.iter().position(|opened| opened.document.holds(offset))
    }

    /// A file that is included a second time, by `from` at `span`.
    pub(super) fn twice(&self, from: usize, span: Span, first: usize) -> Diagnostic {
        let (by, first) = (&self.opened[from], &self.opened[first]);
        let name = first.document.source.name();
        let mut finding = Diagnostic::error("spec::included-twice", format!("`{name}` is included twice"));
        let mut sources = vec![&by.document.source];
        if let Some((earlier, _)) = first.included
            && earlier != from
        {
            sources.insert(if earlier < from { 0 } else { 1 }, &self.opened[earlier].document.source);
        }
        let both = Source::join(sources);
        finding = finding.at(&both, span, "again here");
        if let Some((_, place)) = first.included {
            finding = finding.at(&both, place, "first here");
        }
        finding.help("remove one of the lines")
    }
}

/// The paths under `include`; what is not a path is reported when the file itself is bound.
fn includes(document: &Document) -> Vec<Spanned<String>> {
    let context = Context::new(Arc::clone(&document.source));
    document.root.get("include").and_then(|node| Vec::bind(node, &context)).unwrap_or_default()
}
