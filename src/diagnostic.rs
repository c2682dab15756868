//! One way to say that something is wrong, where, why and what to do: used for YAML errors, for
//! faults that checks find, and for expectations that did not hold.

use std::{fmt, sync::Arc};

use crate::secret::mask_source;

/// A text that diagnostics point into, with the name that the user knows it by.
///
/// The text is kept masked (`secret::mask_source`); byte offsets are those of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: String,
    masked: String,
}

impl Source {
    /// Keeps `text`, masked, under `name` (a path as the user typed it).
    #[must_use]
    pub fn new(name: impl Into<String>, text: &str) -> Arc<Self> {
        Arc::new(Self { name: name.into(), masked: mask_source(text) })
    }

    /// The name given to [`Source::new`].
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is written at `span`, masked; nothing when the span is not in the text.
    #[must_use]
    pub fn excerpt(&self, span: Span) -> &str {
        self.masked.get(span.offset..span.offset.saturating_add(span.len)).unwrap_or_default()
    }

    /// One-based line of a byte offset.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        let end = offset.min(self.masked.len());
        self.masked.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count() + 1
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

    /// `file:line` of the main label, where there is one.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let source = self.source.as_ref()?;
        let (span, _) = self.labels.first()?;
        Some(format!("{}:{}", source.name(), source.line(span.offset)))
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
        if handler.render_report(&mut out, self).is_err() {
            return format!("{}: {}\n", self.code, self.message);
        }
        // miette pads with trailing blanks, which snapshots and terminals both dislike.
        out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
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
        let contents = self.masked.read_span(span, context_lines_before, context_lines_after)?;
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            contents.line(),
            contents.column(),
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
}
