//! One way to say that something is wrong, where, why and what to do: used for YAML errors, for
//! faults that checks find, and for expectations that did not hold.

mod source;
mod visible;

use std::{fmt, sync::Arc};

use crate::secret::Redactor;

pub use source::Source;
pub use visible::{for_terminal, inert_json, own_colors, place_to_cut, visible, visible_line};

/// Lines beyond this are not drawn.
const LONG_LINE: usize = 4096;

/// A range of bytes in a [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub offset: usize,
    /// Number of bytes.
    pub len: usize,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It works, but probably not as meant.
    Warning,
    /// It cannot work, or did not.
    Error,
}

/// One finding: a message, the places that show it, and the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name, such as `spec::unknown-group`.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// The text that the labels point into.
    pub source: Option<Arc<Source>>,
    /// Places with a few words each; the first is the main one.
    pub labels: Vec<(Span, String)>,
    /// What to do about it; may have several lines.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without a place yet.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            source: None,
            labels: Vec::new(),
            help: None,
        }
    }

    /// A warning without a place yet.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Adds a place in `source` with a few words.
    #[must_use]
    pub fn at(mut self, source: &Arc<Source>, span: Span, label: impl Into<String>) -> Self {
        self.source = Some(Arc::clone(source));
        self.labels.push((span, label.into()));
        self
    }

    /// Sets the remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Changes every text of its own that a reader sees.
    pub fn each_text(&mut self, change: &dyn Fn(&mut String)) {
        change(&mut self.message);
        self.labels.iter_mut().for_each(|(_, label)| change(label));
        self.help.iter_mut().for_each(change);
    }

    /// `file:line` of the main label, where there is one.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let source = self.source.as_ref()?;
        let (span, _) = self.labels.first()?;
        Some(format!("{}:{}", source.name_at(span.offset), source.line(span.offset)))
    }

    /// Adds findings to others, but for those that a reader would take for one that is there: files that are
    /// read several times have their faults once.
    pub fn add_new(all: &mut Vec<Self>, found: impl IntoIterator<Item = Self>) {
        for finding in found {
            if !all.iter().any(|known| known.is_same(&finding)) {
                all.push(finding);
            }
        }
    }

    /// Whether a reader would take the other for the same finding: its words and places are the same,
    /// however many files were read beside it.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let words =
            |finding: &Self| (finding.severity, finding.code, finding.message.clone(), finding.help.clone());
        let places = |finding: &Self| -> Vec<(String, usize, usize)> {
            let source = finding.source.iter();
            let place = |source: &Arc<Source>, offset: usize| {
                // A folder that was typed as `.` names its files so, and a file beside them does not.
                let name = source.name_at(offset).trim_start_matches("./").to_owned();
                (name, source.line(offset), source.column(offset))
            };
            source
                .flat_map(|source| finding.labels.iter().map(move |(span, _)| place(source, span.offset)))
                .collect()
        };
        words(self) == words(other) && places(self) == places(other)
    }

    /// Draws the finding under its lines, for a reader. Without `color`, plain text with Unicode
    /// line art.
    #[must_use]
    pub fn render(&self, color: bool, width: usize) -> String {
        let theme =
            if color { miette::GraphicalTheme::unicode() } else { miette::GraphicalTheme::unicode_nocolor() };
        let handler = miette::GraphicalReportHandler::new_themed(theme)
            .with_width(width)
            .with_links(false)
            .with_context_lines(1)
            .with_wrap_lines(true)
            // Only at blanks: a path that is cut at a slash cannot be copied.
            .with_word_separator(textwrap::WordSeparator::AsciiSpace)
            .with_break_words(false);
        let mut out = String::new();
        let drawn =
            if self.can_be_drawn() { self.made_visible() } else { self.without_lines().made_visible() };
        if handler.render_report(&mut out, &drawn).is_err() {
            return format!("{}: {}\n", drawn.code, drawn.message);
        }
        // miette pads with trailing blanks, which snapshots and terminals both dislike.
        let out: String = out.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        if color { own_colors(&out) } else { out }
    }

    /// The findings without what `known` knows.
    #[must_use]
    pub fn redacted(findings: &[Self], known: &Redactor) -> Vec<Self> {
        if known.is_empty() {
            return findings.to_vec();
        }
        // Most findings point into one text, which may be long.
        let mut last: Option<(Arc<Source>, Arc<Source>)> = None;
        let mut covered = |source: &Arc<Source>| match &last {
            Some((of, covered)) if Arc::ptr_eq(of, source) => Arc::clone(covered),
            _ => {
                let covered = Arc::new(source.covered(known));
                last = Some((Arc::clone(source), Arc::clone(&covered)));
                covered
            }
        };
        let words = |text: &String| known.redact(text);
        let redacted = findings.iter().map(|finding| Self {
            message: words(&finding.message),
            source: finding.source.as_ref().map(&mut covered),
            labels: finding.labels.iter().map(|(span, label)| (*span, words(label))).collect(),
            help: finding.help.as_ref().map(words),
            ..finding.clone()
        });
        redacted.collect()
    }
}

impl Diagnostic {
    /// Whether all places are in lines that may be shown, and that a terminal shows well.
    fn can_be_drawn(&self) -> bool {
        let source = self.source.iter();
        source
            .flat_map(|source| self.labels.iter().map(move |(span, _)| source.can_draw(*span, LONG_LINE)))
            .all(|can| can)
    }

    /// The finding without anything that acts on a reader.
    fn made_visible(&self) -> Self {
        let mut spans: Vec<Span> = self.labels.iter().map(|(span, _)| *span).collect();
        let source = self
            .source
            .as_ref()
            .map(|source| source.made_visible(&mut spans).unwrap_or_else(|| Arc::clone(source)));
        let labels = self.labels.iter().zip(spans).map(|((_, label), span)| (span, visible(label)));
        Self {
            message: visible(&self.message),
            source,
            labels: labels.collect(),
            help: self.help.as_deref().map(visible),
            ..self.clone()
        }
    }

    /// The finding with its places in words only.
    fn without_lines(&self) -> Self {
        let places = self.source.iter().flat_map(|source| {
            self.labels.iter().map(|(span, words)| {
                let (name, line) = (source.name_at(span.offset), source.line(span.offset));
                format!("{name}:{line}:{} {words}", source.column(span.offset)).trim_end().to_owned()
            })
        });
        let message = places.fold(self.message.clone(), |message, place| format!("{message}\n[{place}]"));
        Self { message, source: None, labels: Vec::new(), ..self.clone() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.source.as_deref().map(|source| source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        if self.labels.is_empty() {
            return None;
        }
        Some(Box::new(self.labels.iter().map(|(span, text)| {
            let text = (!text.is_empty()).then(|| text.clone());
            miette::LabeledSpan::new(text, span.offset, span.len)
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_drawn_under_its_line_without_its_secret() {
        let text = "rules:\n  a:\n    webhook: https://d?access_token=verysecret\n";
        let source = Source::new("spec.yaml", text);
        let offset = text.find("webhook").unwrap();
        let finding = Diagnostic::error("spec::test", "no such robot")
            .at(&source, Span { offset, len: 7 }, "here")
            .help("write it");
        let drawn = finding.render(false, 100);
        assert!(drawn.contains("spec.yaml:3:5"), "{drawn}");
        assert!(drawn.contains("access_token=**********"), "{drawn}");
        assert!(drawn.contains("help: write it"), "{drawn}");
        assert!(!drawn.contains("verysecret"), "{drawn}");
        assert_eq!(finding.place().as_deref(), Some("spec.yaml:3"));
    }

    #[test]
    fn what_acts_on_a_reader_is_drawn_as_what_it_is() {
        let text = "a: 1\r\n# \u{1b}[2J\u{202e}é\r\nb: \u{7}x\r\n";
        let source = Source::new("s\u{1b}.yaml", text);
        let offset = text.find('x').unwrap();
        let finding = Diagnostic::error("spec::test", "no \u{85}x").at(
            &source,
            Span { offset, len: 1 },
            "here\u{200b}",
        );
        let drawn = finding.render(false, 100);
        assert_eq!(visible(&drawn), drawn);
        // The place is that of the file.
        assert!(drawn.contains("s⟨U+001B⟩.yaml:3:5]"), "{drawn}");
        assert!(drawn.contains("2 │ # ⟨U+001B⟩[2J⟨U+202E⟩é\n"), "{drawn}");
        assert!(drawn.contains("3 │ b: ⟨U+0007⟩x\n   ·            ┬\n"), "{drawn}");
        let colored = for_terminal(&finding.render(true, 100));
        assert!(colored.contains("\u{1b}[31m") && !colored.contains("\u{1b}[2J"), "{colored:?}");
    }

    #[test]
    fn lines_of_another_file_are_not_drawn() {
        let source = Source::unseen(0, "x.env", "A=b\nC=s3cr3t\n");
        let finding =
            Diagnostic::error("spec::test", "no spec").at(&source, Span { offset: 6, len: 3 }, "here");
        let drawn = finding.render(false, 100);
        assert!(drawn.contains("[x.env:2:3 here]") && !drawn.contains("s3cr3t"), "{drawn}");
    }

    #[test]
    fn one_finding_has_places_in_several_files() {
        let (one, two) = ("stack: a\nx: 1\n", "y: 2\nÄx: 1\n");
        let first = Source::new("one.yaml", one);
        let second = Source::masked(one.len() + 1, "two.yaml", two.to_owned());
        let both = Source::join([&first, &second]);
        let again = Span { offset: one.len() + 1 + two.find('x').unwrap(), len: 1 };
        let finding = Diagnostic::error("spec::test", "written twice").at(&both, again, "again here").at(
            &both,
            Span { offset: one.find('x').unwrap(), len: 1 },
            "first here",
        );
        let drawn = finding.render(false, 100);
        assert_eq!(finding.place().as_deref(), Some("two.yaml:2"));
        assert_eq!((both.column(again.offset), both.excerpt(again)), (2, "x"));
        assert!(drawn.contains("one.yaml:2:1") && drawn.contains("two.yaml:2:2"), "{drawn}");
        assert_eq!(drawn.matches("x: 1").count(), 2, "{drawn}");
    }
}
