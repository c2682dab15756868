//! What somebody else wrote, as it may be shown; and our own colours, which nobody else can write.

use std::{
    fmt::Write as _,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    sync::LazyLock,
};

/// A text without what moves a cursor, colours a terminal, turns the direction of writing, ends a line
/// for some readers only, or hides: each such character becomes visible (`⟨U+202E⟩`). Line ends (also
/// those of Windows) and tabs stay, and so do the joiners of emoji and of scripts that need them.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    shown(text, |_, part| out.push_str(part));
    out
}

/// As [`visible`], for a text that is to stay on its line: line ends and tabs become visible too.
#[must_use]
pub fn visible_line(text: &str) -> String {
    let text = visible(text);
    if !text.contains(['\n', '\t']) {
        return text;
    }
    text.replace('\n', "⟨U+000A⟩").replace('\t', "⟨U+0009⟩")
}

/// JSON whose characters act on no reader: those that [`visible`] shows are escaped, and so the data
/// stays the same.
#[must_use]
pub fn inert_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, '\n' | '\t') || !(acts(c) || hides(c) && !matches!(c, '\u{200c}' | '\u{200d}')) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// The parts of a text as they may be shown, each with the offset at which it stood.
pub(super) fn shown(text: &str, mut part: impl FnMut(usize, &str)) {
    let mut kept = 0;
    let mut before = None;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let next = rest.peek().map(|(_, next)| *next);
        if stays(before, c, next) {
            before = Some(c);
            continue;
        }
        before = None;
        part(kept, &text[kept..at]);
        kept = at + c.len_utf8();
        if c == '\r' && next == Some('\n') {
            // The line end of Windows.
            continue;
        }
        part(at, &format!("⟨U+{:04X}⟩", u32::from(c)));
    }
    part(kept, &text[kept..]);
}

fn stays(before: Option<char>, c: char, next: Option<char>) -> bool {
    let is_text = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !acts(c) && !hides(c));
    match c {
        '\n' | '\t' => true,
        // Emoji and some scripts join with them; between other letters they only hide.
        '\u{200c}' | '\u{200d}' => {
            let is_selected = before.is_some_and(|c| matches!(c, '\u{fe00}'..='\u{fe0f}'));
            (is_text(before) || is_selected) && is_text(next)
        }
        // How the character before it looks: `1️⃣` has one behind a digit.
        '\u{fe00}'..='\u{fe0f}' => {
            is_text(before) || before.is_some_and(|c| c.is_ascii_digit() || matches!(c, '#' | '*'))
        }
        c => !acts(c) && !hides(c),
    }
}

/// Whether a character does something to a reader.
const fn acts(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        // Marks, embeddings, overrides and isolates of the bidirectional algorithm.
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Line ends that not every reader takes for one.
        | '\u{2028}' | '\u{2029}'
        // Shapes and notes that old terminals and some fonts act on.
        | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
        // Our own marks of colour.
        | '\u{fdd0}'..='\u{fdef}')
}

/// Whether a character is not there and still in the way.
const fn hides(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Stands for the escape character of our own colours. Nobody outside of the process knows it, and so
/// nothing that somebody else wrote becomes a colour.
static ESCAPE: LazyLock<String> =
    LazyLock::new(|| format!("\u{fdd0}{:016x}", RandomState::new().build_hasher().finish()));

/// Turns the escape sequences of a text that we have painted ourselves into our own marks. What others
/// wrote in it must be visible already.
#[must_use]
pub fn own_colors(painted: &str) -> String {
    painted.replace('\x1b', &ESCAPE)
}

/// Where to cut a text that has more than so many characters: not within one of our own colours.
#[must_use]
pub fn place_to_cut(text: &str, characters: usize) -> Option<usize> {
    let (cut, _) = text.char_indices().nth(characters)?;
    let color = text.match_indices(ESCAPE.as_str()).map(|(at, _)| at).take_while(|at| *at < cut).last();
    let is_within = |at: &usize| text[*at..].find('m').is_none_or(|end| at + end >= cut);
    Some(color.filter(is_within).unwrap_or(cut))
}

/// A text as a terminal or a file may get it: our own colours as they are, and all else [`visible`].
#[must_use]
pub fn for_terminal(text: &str) -> String {
    let mut parts = text.split(ESCAPE.as_str());
    let mut out = visible(parts.next().unwrap_or_default());
    for part in parts {
        let end = part.find('m').filter(|end| {
            part.starts_with('[') && part[1..*end].bytes().all(|byte| byte.is_ascii_digit() || byte == b';')
        });
        let (color, rest) = part.split_at(end.map_or(0, |end| end + 1));
        if !color.is_empty() {
            out.push('\x1b');
            out.push_str(color);
        }
        out.push_str(&visible(rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_reader_becomes_visible() {
        assert_eq!(
            visible("\u{1b}[31mred\u{7}\u{7f}\r\n\tx\ry"),
            "⟨U+001B⟩[31mred⟨U+0007⟩⟨U+007F⟩\n\tx⟨U+000D⟩y"
        );
        assert_eq!(visible("a\u{202e}b\u{2066}c\u{85}\u{ffff}"), "a⟨U+202E⟩b⟨U+2066⟩c⟨U+0085⟩⟨U+FFFF⟩");
        assert_eq!(visible("pass\u{200b}word a\u{200d}b\u{fe0f}"), "pass⟨U+200B⟩word a⟨U+200D⟩b⟨U+FE0F⟩");
        assert_eq!(visible("\u{200e}\u{061c}\u{2028}\u{2029}\u{b}\u{c}").matches("⟨U+").count(), 6);
        assert_eq!(visible_line("a\nb\u{1b}"), "a⟨U+000A⟩b⟨U+001B⟩");
        for plain in ["CloudMonitor: 状态变更", "עברית", "é 👩‍🚒 <&>", "1️⃣ ❤️‍🔥 ☁️", "می‌خواهم", "\u{fffd}"]
        {
            assert_eq!(visible(plain), plain);
        }
    }

    #[test]
    fn json_stays_the_same_data() {
        let text = "a\u{202e}b\u{7f}\u{85}\u{feff}\u{e0041}\u{fe0f} é 👩‍🚒\n";
        let json = serde_json::Value::from(text).to_string();
        let inert = inert_json(&json);
        assert_eq!(serde_json::from_str::<String>(&inert).unwrap(), text);
        assert_eq!(visible(&inert), inert, "{inert}");
    }

    #[test]
    fn only_our_own_colours_reach_a_terminal() {
        let painted = format!("{}\u{1b}[31m \u{fdd0}0[32mx", own_colors("\u{1b}[1;31mred\u{1b}[0m"));
        assert_eq!(for_terminal(&painted), "\u{1b}[1;31mred\u{1b}[0m⟨U+001B⟩[31m ⟨U+FDD0⟩0[32mx");
        let red = own_colors("ab\u{1b}[31mred");
        assert_eq!([1, 2, 3, 99].map(|most| place_to_cut(&red, most)), [Some(1), Some(2), Some(2), None]);
        assert_eq!(for_terminal(&own_colors("\u{1b}]0;title\u{7}")), "]0;title⟨U+0007⟩");
    }
}
