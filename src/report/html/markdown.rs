//! DingTalk's subset of Markdown as HTML that holds nothing but text, and links that a reader follows
//! on purpose. Whatever is not of the subset is shown as it is written.

/// Marks within marks, and no deeper.
const MAX_DEPTH: usize = 4;

/// The text as HTML.
pub(super) fn to_html(text: &str) -> String {
    let mut out = String::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        let (block, rest) = Block::of(line);
        if block != open {
            close(&mut out, open);
            out.push_str(block.map_or("", Block::start));
            open = block;
        }
        match block {
            None => {}
            Some(Block::Heading(level)) => {
                // The page has headings of its own; a message's must not stand among them.
                out.push_str(&format!("<p class=\"h h{level}\" dir=\"auto\">{}</p>", inline(rest, 0)));
            }
            Some(Block::Bullets | Block::Numbers) => {
                out.push_str(&format!("<li dir=\"auto\">{}</li>", inline(rest, 0)));
            }
            Some(Block::Quote | Block::Plain) => {
                out.push_str(&format!("<p dir=\"auto\">{}</p>", inline(rest, 0)));
            }
        }
    }
    close(&mut out, open);
    out
}

/// Plain text as HTML, with its lines.
pub(super) fn plain(text: &str) -> String {
    text.lines().map(|line| format!("<p dir=\"auto\">{}</p>", escape(line))).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Heading(usize),
    Quote,
    Bullets,
    Numbers,
    Plain,
}

impl Block {
    /// The block that a line belongs to, and what stands in it; a blank line is in none.
    fn of(line: &str) -> (Option<Self>, &str) {
        let line = line.trim();
        if line.is_empty() {
            return (None, line);
        }
        let hashes = line.len() - line.trim_start_matches('#').len();
        if (1..=6).contains(&hashes)
            && let Some(rest) = line[hashes..].strip_prefix(' ')
        {
            return (Some(Self::Heading(hashes)), rest);
        }
        if let Some(rest) = line.strip_prefix('>') {
            return (Some(Self::Quote), rest.trim_start());
        }
        if let Some(rest) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
            return (Some(Self::Bullets), rest);
        }
        let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if (1..=4).contains(&digits)
            && let Some(rest) = line[digits..].strip_prefix(". ")
        {
            return (Some(Self::Numbers), rest);
        }
        (Some(Self::Plain), line)
    }

    const fn start(self) -> &'static str {
        match self {
            Self::Quote => "<blockquote>",
            Self::Bullets => "<ul>",
            Self::Numbers => "<ol>",
            Self::Heading(_) | Self::Plain => "",
        }
    }
}

fn close(out: &mut String, open: Option<Block>) {
    out.push_str(match open {
        Some(Block::Quote) => "</blockquote>",
        Some(Block::Bullets) => "</ul>",
        Some(Block::Numbers) => "</ol>",
        _ => "",
    });
}

fn inline(text: &str, depth: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '*', '[', '!', '`']) {
        let (before, here) = rest.split_at(at);
        out.push_str(&escape(before));
        match mark(here, depth) {
            Some((html, length)) => {
                out.push_str(&html);
                rest = &here[length..];
            }
            None => {
                // All marks are ASCII.
                out.push_str(&escape(&here[..1]));
                rest = &here[1..];
            }
        }
    }
    out.push_str(&escape(rest));
    out
}

/// The mark that a text begins with as HTML, and its length.
fn mark(text: &str, depth: usize) -> Option<(String, usize)> {
    if let Some(next) = text.strip_prefix('\\') {
        let c = next.chars().next().filter(char::is_ascii_punctuation)?;
        return Some((escape(&c.to_string()), 2));
    }
    if depth >= MAX_DEPTH {
        return None;
    }
    if let Some((inner, length)) = between(text, "`", "`") {
        return Some((format!("<code>{}</code>", escape(inner)), length));
    }
    if let Some((inner, length)) = between(text, "**", "**") {
        return Some((format!("<strong>{}</strong>", inline(inner, depth + 1)), length));
    }
    if let Some((inner, length)) = between(text, "*", "*") {
        return Some((format!("<em>{}</em>", inline(inner, depth + 1)), length));
    }
    let (is_picture, link) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (words, first) = between(link, "[", "]").or_else(|| link.starts_with("[]").then_some(("", 2)))?;
    let (address, second) = between(&link[first..], "(", ")")?;
    let length = usize::from(is_picture) + first + second;
    if is_picture {
        // A page that asks nobody for anything cannot show it.
        let html = format!(
            "<span class=\"picture\">[picture] <bdi>{}</bdi> {}</span>",
            escape(words),
            escape(address)
        );
        return Some((html, length));
    }
    Some((self::link(address, &inline(words, depth + 1)), length))
}

/// What stands between two signs at the beginning, and the length with them; nothing for nothing.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<(&'a str, usize)> {
    let inner = text.strip_prefix(open)?;
    let end = inner.find(close).filter(|end| *end > 0)?;
    Some((&inner[..end], open.len() + end + close.len()))
}

/// A link, where a click can do nothing but open a page; otherwise its words and its address.
pub(super) fn link(address: &str, words: &str) -> String {
    let address = address.trim();
    let lower = address.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        format!(
            "<a href=\"{0}\" title=\"{0}\" rel=\"noopener noreferrer nofollow\" target=\"_blank\"><bdi>{words}</bdi></a>",
            escape(address)
        )
    } else {
        format!("<span class=\"unlinked\"><bdi>{words}</bdi> ({})</span>", escape(address))
    }
}

/// Text as HTML, within elements and within quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subset_is_drawn() {
        assert_eq!(
            to_html("### A **b** *c*\n> q\n\n- one\n- [t](https://e.com/?a=1&b)\n1. x\nplain `c<`\\*"),
            "<p class=\"h h3\" dir=\"auto\">A <strong>b</strong> <em>c</em></p><blockquote><p dir=\"auto\">q</p></blockquote><ul><li dir=\"auto\">one</li><li dir=\"auto\"><a href=\"https://e.com/?a=1&amp;b\" title=\"https://e.com/?a=1&amp;b\" rel=\"noopener noreferrer nofollow\" target=\"_blank\"><bdi>t</bdi></a></li></ul><ol><li dir=\"auto\">x</li></ol><p dir=\"auto\">plain <code>c&lt;</code>*</p>"
        );
    }

    #[test]
    fn nothing_but_text_and_plain_links_comes_out() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,<script>)",
            "![x](https://e.com/pixel.png)",
            "[\"><script>](https://e.com/\"onmouseover=\"x)",
            "**<b onclick=x>**",
        ] {
            let html = to_html(text);
            assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b "), "{html}");
            assert!(!html.contains("src=") || html.contains("&lt;img src="), "{html}");
            assert!(
                !html.to_lowercase().contains("href=\"javascript") && !html.contains("href=\"data"),
                "{html}"
            );
            assert!(!html.contains("\"onmouseover"), "{html}");
        }
    }

    proptest::proptest! {
        /// Marks of any kind, in any order: every `<` of the text is escaped, and elements are closed.
        #[test]
        fn elements_are_closed_whatever_is_written(text in "[a<>&\"'*`!\\[\\]() \\\\#\n-]{0,60}") {
            let html = to_html(&text);
            for name in ["strong", "em", "code", "a", "bdi", "p", "ul", "blockquote", "span"] {
                let opened = html.matches(&format!("<{name}>")).count() + html.matches(&format!("<{name} ")).count();
                proptest::prop_assert_eq!(opened, html.matches(&format!("</{name}>")).count(), "{}", html);
            }
        }
    }
}
