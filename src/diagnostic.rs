//! One way to say that something is wrong, where, why and what to do: used for YAML errors, for
//! faults that checks find, and for expectations that did not hold.

use std::{fmt, sync::Arc};

use crate::secret::mask_source;

/// A text that diagnostics point into, with the name that the user knows it by; or several of them,
/// one behind the other, so that an offset says which text it is in.
///
/// The texts are kept masked (`secret::mask_source`); byte offsets are those of the originals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// At least one, by rising `base`.
    texts: Vec<Text>,
}

/// Lines beyond this are not drawn.
const LONG_LINE: usize = 4096;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    name: String,
    /// The offset of its first byte.
    base: usize,
    masked: String,
}

impl Text {
    /// The offset behind its last byte, which still counts as its own: files end there.
    const fn end(&self) -> usize {
        self.base + self.masked.len()
    }

    /// What is before `offset`.
    fn before(&self, offset: usize) -> &[u8] {
        &self.masked.as_bytes()[..offset.clamp(self.base, self.end()) - self.base]
    }
}

impl Text {
    /// Bytes of the longest line from the one before a span to the one behind it.
    fn longest_line(&self, span: Span) -> usize {
        let start = span.offset.clamp(self.base, self.end()) - self.base;
        let end = (start + span.len).min(self.masked.len());
        let bytes = self.masked.as_bytes();
        let above = bytes[..start].iter().rev().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1);
        let below = bytes[end..].iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1);
        let from = above.map_or(0, |(back, _)| start - back);
        let to = below.map_or(bytes.len(), |(ahead, _)| end + ahead);
        bytes[from..to].split(|byte| *byte == b'\n').map(<[u8]>::len).max().unwrap_or_default()
    }
}

impl Source {
    /// Keeps `text`, masked, under `name` (a path as the user typed it).
    #[must_use]
    pub fn new(name: impl Into<String>, text: &str) -> Arc<Self> {
        Self::at(0, name, text)
    }

    /// As [`Source::new`], for one of several texts: offsets begin at `base`.
    #[must_use]
    pub fn at(base: usize, name: impl Into<String>, text: &str) -> Arc<Self> {
        Arc::new(Self { texts: vec![Text { name: name.into(), base, masked: mask_source(text) }] })
    }

    /// Several sources as one; each must begin behind the one before it.
    #[must_use]
    pub fn join<'a>(sources: impl IntoIterator<Item = &'a Arc<Self>>) -> Arc<Self> {
        Arc::new(Self {
            texts: sources.into_iter().flat_map(|source| source.texts.iter().cloned()).collect(),
        })
    }

    /// The name of the first text.
    #[must_use]
    pub fn name(&self) -> &str {
        self.texts.first().map_or("", |text| &text.name)
    }

    /// The name of the text that an offset is in.
    #[must_use]
    pub fn name_at(&self, offset: usize) -> &str {
        self.text(offset).map_or("", |text| &text.name)
    }

    /// What is written at `span`, masked; nothing when the span is not in the text.
    #[must_use]
    pub fn excerpt(&self, span: Span) -> &str {
        self.text(span.offset)
            .and_then(|text| {
                let start = span.offset.checked_sub(text.base)?;
                text.masked.get(start..start.saturating_add(span.len))
            })
            .unwrap_or_default()
    }

    /// One-based line of a byte offset, in its text.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        let before = self.text(offset).map_or(&[][..], |text| text.before(offset));
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// One-based column of a byte offset, in characters.
    #[must_use]
    pub fn column(&self, offset: usize) -> usize {
        let before = self.text(offset).map_or(&[][..], |text| text.before(offset));
        let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        String::from_utf8_lossy(line).chars().count() + 1
    }

    fn text(&self, offset: usize) -> Option<&Text> {
        self.texts.iter().rev().find(|text| text.base <= offset).or(self.texts.first())
    }
}

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
                (source.name_at(offset).to_owned(), source.line(offset), source.column(offset))
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
        let undrawn;
        let drawn = if self.has_long_lines() {
            undrawn = self.without_lines();
            &undrawn
        } else {
            self
        };
        if handler.render_report(&mut out, drawn).is_err() {
            return format!("{}: {}\n", self.code, self.message);
        }
        // miette pads with trailing blanks, which snapshots and terminals both dislike.
        out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

impl Diagnostic {
    /// Whether a place is in a line that no terminal shows well.
    fn has_long_lines(&self) -> bool {
        let lines = self.source.iter().flat_map(|source| {
            let texts = self.labels.iter().map(|(span, _)| (source.text(span.offset), *span));
            texts.filter_map(|(text, span)| Some(text?.longest_line(span)))
        });
        lines.max().is_some_and(|bytes| bytes > LONG_LINE)
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

impl miette::SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &miette::SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, miette::MietteError> {
        let outside = miette::MietteError::OutOfBounds;
        let Some(text) = self.text(span.offset()) else { return Err(outside) };
        let Some(offset) = span.offset().checked_sub(text.base) else { return Err(outside) };
        // A span over two texts is refused, and so the places of one finding are drawn text by text.
        let local = miette::SourceSpan::from((offset, span.len()));
        let contents = text.masked.read_span(&local, context_lines_before, context_lines_after)?;
        let start = contents.span().offset() + text.base;
        let drawn = miette::SourceSpan::from((start, contents.span().len()));
        Ok(Box::new(miette::MietteSpanContents::new_named(
            text.name.clone(),
            contents.data(),
            drawn,
            contents.line(),
            // Editors count characters, miette bytes.
            self.column(start) - 1,
            contents.line_count(),
        )))
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
    fn one_finding_has_places_in_several_files() {
        let (one, two) = ("stack: a\nx: 1\n", "y: 2\nÄx: 1\n");
        let first = Source::new("one.yaml", one);
        let second = Source::at(one.len() + 1, "two.yaml", two);
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
