//! Colour, where the reader has any.

use owo_colors::{OwoColorize as _, Style};

use crate::diagnostic::{own_colors, visible};

/// Whether text is painted.
#[derive(Debug, Clone, Copy)]
pub struct Paint(pub bool);

impl Paint {
    /// The text in that style, or as it is. What others wrote in it becomes visible, so that no colour but
    /// ours is in it.
    #[must_use]
    pub fn with(self, text: &str, style: Style) -> String {
        if self.0 && !text.is_empty() {
            own_colors(&visible(text).style(style).to_string())
        } else {
            text.to_owned()
        }
    }
}
