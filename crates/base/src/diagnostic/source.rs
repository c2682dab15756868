//! Texts that findings point into, kept as they may be shown.

use std::sync::Arc;

use super::{
    Span,
    visible::{shown, visible_line},
};
use crate::secret::{Redactor, asterisks, mask_source};

/// A text that diagnostics point into, with the name that the user knows it by; or several of them,
/// one behind the other, so that an offset says which text it is in.
///
/// The texts are kept masked; byte offsets are those of the originals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// At least one, by rising `base`.
    texts: Vec<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    name: String,
    /// The offset of its first byte.
    base: usize,
    masked: Arc<str>,
    /// The same with all that acts on a reader made visible, where there is any.
    visible: Option<Arc<Visible>>,
    /// Whether its lines are drawn: not those of a file that is something else than it should be.
    is_drawn: bool,
    /// Where it stands for an original with other offsets: those of the original's parts, and its own.
    original: Option<Original>,
}

/// A text in which all that acts on a reader is visible.
#[derive(Debug, PartialEq, Eq)]
struct Visible {
    text: Arc<str>,
    /// Offsets of parts in the original, and in this text, both rising.
    places: Vec<(usize, usize)>,
}

/// What a text stands for that was made visible: places are those of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Original {
    source: Arc<Source>,
    /// The offset of the original's first byte.
    base: usize,
    visible: Option<Arc<Visible>>,
}

impl Text {
    fn new(base: usize, name: String, masked: String) -> Self {
        let visible = Visible::of(&masked).map(Arc::new);
        Self { name, base, masked: masked.into(), visible, is_drawn: true, original: None }
    }

    /// The offset behind its last byte, which still counts as its own: files end there.
    fn end(&self) -> usize {
        self.base + self.masked.len()
    }

    /// What is before `offset`.
    fn before(&self, offset: usize) -> &[u8] {
        &self.masked.as_bytes()[..offset.clamp(self.base, self.end()) - self.base]
    }

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
    /// Keeps `text`, masked line by line, under `name` (a path as the user typed it).
    #[must_use]
    pub fn new(name: impl Into<String>, text: &str) -> Arc<Self> {
        Self::masked(0, name, mask_source(text))
    }

    /// Keeps a text that is masked already, byte for byte as long as the original; offsets begin at
    /// `base`.
    #[must_use]
    pub fn masked(base: usize, name: impl Into<String>, masked: String) -> Arc<Self> {
        Self::of(Text::new(base, name.into(), masked))
    }

    /// Keeps only the places of a text: none of its lines is shown.
    #[must_use]
    pub fn unseen(base: usize, name: impl Into<String>, text: &str) -> Arc<Self> {
        Self::of(Text { is_drawn: false, ..Text::new(base, name.into(), asterisks(text)) })
    }

    fn of(text: Text) -> Arc<Self> {
        Arc::new(Self { texts: vec![text] })
    }

    /// Several sources as one; each must begin behind the one before it.
    #[must_use]
    pub fn join<'a>(sources: impl IntoIterator<Item = &'a Arc<Self>>) -> Arc<Self> {
        Arc::new(Self {
            texts: sources.into_iter().flat_map(|source| source.texts.iter().cloned()).collect(),
        })
    }

    /// The source with asterisks over every secret that `known` knows.
    #[must_use]
    pub fn covered(&self, known: &Redactor) -> Self {
        let cover = |text: &Text| {
            let covered = Text::new(text.base, text.name.clone(), known.cover(&text.masked));
            Text { is_drawn: text.is_drawn, ..covered }
        };
        Self { texts: self.texts.iter().map(cover).collect() }
    }

    /// Whether the lines of the first text may be drawn.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.texts.first().is_none_or(|text| text.is_drawn)
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
        if let Some((text, original)) =
            self.text(offset).and_then(|text| Some((text, text.original.as_ref()?)))
        {
            return original.source.column(original.offset(offset - text.base.min(offset)));
        }
        let before = self.text(offset).map_or(&[][..], |text| text.before(offset));
        let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        String::from_utf8_lossy(line).chars().count() + 1
    }

    fn text(&self, offset: usize) -> Option<&Text> {
        self.texts.iter().rev().find(|text| text.base <= offset).or(self.texts.first())
    }

    /// Whether the lines around a span are to be drawn: not those of a text that is not to be seen, and
    /// none that is longer than `longest`.
    pub(super) fn can_draw(&self, span: Span, longest: usize) -> bool {
        self.text(span.offset).is_none_or(|text| text.is_drawn && text.longest_line(span) <= longest)
    }

    /// The source with all that acts on a reader made visible, and where spans are in it. None where there
    /// is nothing of that kind.
    pub(super) fn made_visible(self: &Arc<Self>, spans: &mut [Span]) -> Option<Arc<Self>> {
        let is_plain = |text: &Text| text.visible.is_none() && visible_line(&text.name) == text.name;
        if self.texts.iter().all(is_plain) {
            return None;
        }
        let mut base = 0;
        let mut moved = spans.to_vec();
        let mut texts = Vec::with_capacity(self.texts.len());
        for (number, text) in self.texts.iter().enumerate() {
            let original =
                Original { source: Arc::clone(self), base: text.base, visible: text.visible.clone() };
            for (span, to) in spans.iter().zip(&mut moved) {
                if self.texts.iter().rposition(|text| text.base <= span.offset).unwrap_or(0) == number {
                    let within = span.offset.saturating_sub(text.base);
                    let start = original.moved(within);
                    let end = original.moved(within + span.len);
                    *to = Span { offset: base + start, len: end.saturating_sub(start) };
                }
            }
            let masked = text.visible.as_ref().map_or(&text.masked, |visible| &visible.text);
            let end = base + masked.len() + 1;
            texts.push(Text {
                name: visible_line(&text.name),
                base,
                masked: Arc::clone(masked),
                visible: None,
                is_drawn: text.is_drawn,
                original: Some(original),
            });
            base = end;
        }
        spans.copy_from_slice(&moved);
        Some(Arc::new(Self { texts }))
    }
}

impl Visible {
    fn of(text: &str) -> Option<Self> {
        let (mut out, mut places) = (String::new(), Vec::new());
        shown(text, |at, part| {
            places.push((at, out.len()));
            out.push_str(part);
        });
        (places.len() > 1).then(|| Self { text: out.into(), places })
    }
}

impl Original {
    /// Where an offset of the original is in the text that is shown.
    fn moved(&self, offset: usize) -> usize {
        let Some(visible) = &self.visible else { return offset };
        let places = &visible.places;
        let at = places.partition_point(|(from, _)| *from <= offset).saturating_sub(1);
        places.get(at).map_or(offset, |(from, to)| {
            let end = places.get(at + 1).map_or(visible.text.len(), |(_, next)| *next);
            (to + (offset - from)).min(end)
        })
    }

    /// The offset in the source that is stood for.
    fn offset(&self, shown: usize) -> usize {
        let places = self.visible.as_ref().map_or(&[][..], |visible| &visible.places);
        let at = places.partition_point(|(_, to)| *to <= shown).saturating_sub(1);
        self.base
            + places.get(at).map_or(shown, |(from, to)| {
                let end = places.get(at + 1).map_or(usize::MAX, |(next, _)| *next);
                (from + (shown - to)).min(end)
            })
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
