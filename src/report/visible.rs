//! What somebody else wrote, as it may be shown.

use std::fmt::Write as _;

/// A text without what moves a cursor, colours a terminal or turns the direction of writing: each
/// such character becomes visible (`⟨U+202E⟩`). Line ends and tabs stay.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            '\0'..='\x1f' | '\x7f'..='\u{9f}'
            // Marks, embeddings, overrides and isolates of the bidirectional algorithm.
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Line ends that not every reader takes for one.
            | '\u{2028}' | '\u{2029}'
            // What is not there and still in the way: a tag, a byte order mark, no character at all.
            | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}' => {
                let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_acts_on_a_reader_becomes_visible() {
        assert_eq!(
            visible("\u{1b}[31mred\u{7}\u{7f}\r\n\tx"),
            "⟨U+001B⟩[31mred⟨U+0007⟩⟨U+007F⟩⟨U+000D⟩\n\tx"
        );
        assert_eq!(visible("a\u{202e}b\u{2066}c\u{85}\u{ffff}"), "a⟨U+202E⟩b⟨U+2066⟩c⟨U+0085⟩⟨U+FFFF⟩");
        for plain in ["CloudMonitor: 状态变更", "עברית", "é 👩‍🚒 <&>"] {
            assert_eq!(visible(plain), plain);
        }
    }
}
