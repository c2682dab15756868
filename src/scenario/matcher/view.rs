//! A message as the matchers see it.

use serde_json::Value;

use crate::dingtalk::Message;

/// A message in the two forms that matchers ask about.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageView {
    /// What a reader of the group sees.
    pub text: String,
    /// The body as it was sent.
    pub body: Value,
}

impl MessageView {
    /// The view of a message.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        Self { text: message.reader_text(), body: message.to_json() }
    }

    /// A field: `msgtype`, `title`, `text`, or a dotted path from the root of the body such as
    /// `markdown.title` or `feedCard.links.0.title`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        let inner = || self.body.get(self.body.get("msgtype")?.as_str()?);
        match name {
            "title" => inner()?.get("title"),
            "text" => inner().and_then(|inner| inner.get("text").or_else(|| inner.get("content"))),
            path => path.split('.').try_fold(&self.body, |value, part| match value {
                Value::Array(items) => items.get(part.parse::<usize>().ok()?),
                value => value.get(part),
            }),
        }
    }
}

#[cfg(test)]
pub(super) fn markdown(text: &str) -> MessageView {
    MessageView {
        text: text.to_owned(),
        body: serde_json::json!({"msgtype": "markdown", "markdown": {"title": "Alarm", "text": text}, "at": {"isAtAll": false, "atMobiles": ["1"]}}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_short_name_and_by_path() {
        let view = markdown("hello");
        for (name, value) in [
            ("msgtype", Some("markdown")),
            ("title", Some("Alarm")),
            ("text", Some("hello")),
            ("markdown.title", Some("Alarm")),
            ("at.atMobiles.0", Some("1")),
            ("at.atMobiles.1", None),
            ("at.atMobiles.x", None),
            ("title.x", None),
            ("", None),
        ] {
            assert_eq!(view.field(name).and_then(Value::as_str), value, "{name}");
        }
        let text = MessageView {
            text: "hi".to_owned(),
            body: serde_json::json!({"msgtype": "text", "text": {"content": "hi"}}),
        };
        assert_eq!(text.field("text").and_then(Value::as_str), Some("hi"));
        assert_eq!(text.field("title"), None);
    }
}
