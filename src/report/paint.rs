//! Colour, where the reader has any.

use owo_colors::{OwoColorize as _, Style};

/// Whether text is painted.
#[derive(Debug, Clone, Copy)]
pub struct Paint(pub bool);

impl Paint {
    /// The text in that style, or as it is.
    #[must_use]
    pub fn with(self, text: &str, style: Style) -> String {
        if self.0 && !text.is_empty() { text.style(style).to_string() } else { text.to_owned() }
    }
}
