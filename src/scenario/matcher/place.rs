//! `in: title`: which part of a message a matcher looks at.

use std::borrow::Cow;

use serde_json::Value;

use super::MessageView;

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// What a reader sees.
    #[default]
    Text,
    /// The title.
    Title,
    /// The source of the formatted text, before it is shown.
    Markdown,
    /// The buttons, one in a line: what it says, a blank, where it leads.
    Buttons,
    /// Who is mentioned, one in a line: `@13900000000`, `@USER`, `@all`.
    Mentions,
    /// The whole body, as compact JSON.
    Body,
}

impl Place {
    /// Every place by its word in a scenario.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("text", Self::Text),
        ("title", Self::Title),
        ("markdown", Self::Markdown),
        ("buttons", Self::Buttons),
        ("mentions", Self::Mentions),
        ("body", Self::Body),
    ];

    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, place)| *place == self).map_or("", |(word, _)| word)
    }

    /// What is said behind a matcher: nothing for the text, which is where everybody looks.
    pub(super) fn suffix(self) -> String {
        if self == Self::Text { String::new() } else { format!(" in its {}", self.as_str()) }
    }
}

impl MessageView {
    /// What stands at a place.
    ///
    /// # Errors
    /// The message has no such part, in a fragment such as `has no title`.
    pub(in crate::scenario) fn at(&self, place: Place) -> Result<Cow<'_, str>, String> {
        let found = match place {
            Place::Text => Some(Cow::Borrowed(self.text.as_str())),
            Place::Title => text(self.field("title").or_else(|| self.body.get("subject"))),
            Place::Markdown => text(self.markdown()),
            Place::Buttons => self.buttons().map(Cow::Owned),
            Place::Mentions => self.mentions().map(Cow::Owned),
            Place::Body => Some(Cow::Owned(self.body.to_string())),
        };
        found.ok_or_else(|| match place {
            Place::Mentions => "mentions nobody".to_owned(),
            place => format!("has no {}", place.as_str()),
        })
    }

    /// The text of a markdown message or an action card; of a mail, its text.
    fn markdown(&self) -> Option<&Value> {
        match self.body.get("msgtype").and_then(Value::as_str) {
            Some(kind @ ("markdown" | "actionCard")) => self.body.get(kind)?.get("text"),
            Some(_) => None,
            None => self.body.get("text"),
        }
    }

    fn buttons(&self) -> Option<String> {
        let card = self.body.get("actionCard")?;
        let line = |card: &Value, title: &str, url: &str| {
            let url = card.get(url).and_then(Value::as_str).unwrap_or_default();
            Some(format!("{} {url}", card.get(title)?.as_str()?))
        };
        if let Some(single) = line(card, "singleTitle", "singleURL") {
            return Some(single);
        }
        let several = card.get("btns")?.as_array()?;
        let lines: Vec<String> =
            several.iter().filter_map(|button| line(button, "title", "actionURL")).collect();
        Some(lines.join("\n"))
    }

    fn mentions(&self) -> Option<String> {
        let at = self.body.get("at")?;
        let named =
            ["atMobiles", "atUserIds"].into_iter().filter_map(|key| at.get(key)?.as_array()).flatten();
        let mut lines: Vec<String> =
            named.filter_map(|name| name.as_str().map(|name| format!("@{name}"))).collect();
        if at.get("isAtAll").and_then(Value::as_bool) == Some(true) {
            lines.push("@all".to_owned());
        }
        if lines.is_empty() { None } else { Some(lines.join("\n")) }
    }
}

fn text(value: Option<&Value>) -> Option<Cow<'_, str>> {
    value?.as_str().map(Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::view::markdown;
    use super::*;

    #[test]
    fn each_place_is_found_or_missing() {
        let view = markdown("hello");
        let at = |place| view.at(place).map(Cow::into_owned);
        assert_eq!(at(Place::Text).as_deref(), Ok("hello"));
        assert_eq!(at(Place::Title).as_deref(), Ok("Alarm"));
        assert_eq!(at(Place::Markdown).as_deref(), Ok("hello"));
        assert_eq!(at(Place::Mentions).as_deref(), Ok("@1"));
        assert_eq!(at(Place::Buttons), Err("has no buttons".to_owned()));
        assert!(at(Place::Body).is_ok_and(|body| body.contains("\"isAtAll\":false")));
        let text = MessageView {
            text: "hi".to_owned(),
            body: json!({"msgtype": "text", "text": {"content": "hi"}, "at": {"isAtAll": true}}),
        };
        assert_eq!(text.at(Place::Title), Err("has no title".to_owned()));
        assert_eq!(text.at(Place::Markdown), Err("has no markdown".to_owned()));
        assert_eq!(text.at(Place::Mentions).as_deref(), Ok("@all"));
    }

    #[test]
    fn buttons_are_lines() {
        let card = |card: Value| MessageView {
            text: String::new(),
            body: json!({"msgtype": "actionCard", "actionCard": card}),
        };
        let single = card(json!({"title": "t", "singleTitle": "Open", "singleURL": "https://a"}));
        assert_eq!(single.at(Place::Buttons).as_deref(), Ok("Open https://a"));
        let several =
            card(json!({"btns": [{"title": "A", "actionURL": "1"}, {"title": "B", "actionURL": "2"}]}));
        assert_eq!(several.at(Place::Buttons).as_deref(), Ok("A 1\nB 2"));
        assert_eq!(several.at(Place::Mentions), Err("mentions nobody".to_owned()));
    }
}
