//! The five message types, with the spelling of their fields on the wire.

use serde_json::{Map, Value, json};

/// Whom a message mentions. A name shows only where the text holds `@` and the number or id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mentions {
    /// Mobile numbers.
    pub mobiles: Vec<String>,
    /// User ids.
    pub user_ids: Vec<String>,
    /// Everybody in the group.
    pub all: bool,
}

/// `text`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub content: String,
    /// Whom it mentions.
    pub at: Mentions,
}

/// `link`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The title.
    pub title: String,
    /// The text.
    pub text: String,
    /// Where a click leads (`messageUrl`).
    pub message_url: String,
    /// A picture (`picUrl`); empty for none.
    pub pic_url: String,
}

/// `markdown`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markdown {
    /// Shown in the list of conversations, not in the message itself.
    pub title: String,
    /// The text, in DingTalk's subset of Markdown.
    pub text: String,
    /// Whom it mentions.
    pub at: Mentions,
}

/// `actionCard`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionCard {
    /// Shown in the list of conversations.
    pub title: String,
    /// The text, in Markdown.
    pub text: String,
    /// The buttons.
    pub buttons: Buttons,
    /// `btnOrientation` 1: side by side.
    pub horizontal: bool,
}

/// The buttons of an [`ActionCard`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Buttons {
    /// `singleTitle` and `singleURL`.
    Single(Button),
    /// `btns`.
    Several(Vec<Button>),
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub title: String,
    /// Where it leads (`actionURL`).
    pub url: String,
}

/// `feedCard`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedCard {
    /// The entries.
    pub links: Vec<FeedLink>,
}

/// An entry of a [`FeedCard`]; its URLs are spelled `messageURL` and `picURL`, other than in a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    /// The title.
    pub title: String,
    /// Where a click leads.
    pub message_url: String,
    /// A picture.
    pub pic_url: String,
}

/// A message to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Plain text.
    Text(Text),
    /// A title, a text and a link.
    Link(Link),
    /// Markdown.
    Markdown(Markdown),
    /// A card with buttons.
    ActionCard(ActionCard),
    /// A card with several links.
    FeedCard(FeedCard),
}

impl Message {
    /// Plain text without mentions.
    #[must_use]
    pub fn text(content: impl Into<String>) -> Self {
        Self::Text(Text { content: content.into(), at: Mentions::default() })
    }

    /// Markdown without mentions.
    #[must_use]
    pub fn markdown(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Markdown(Markdown { title: title.into(), text: text.into(), at: Mentions::default() })
    }

    /// The `msgtype`.
    #[must_use]
    pub const fn msgtype(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Link(_) => "link",
            Self::Markdown(_) => "markdown",
            Self::ActionCard(_) => "actionCard",
            Self::FeedCard(_) => "feedCard",
        }
    }

    /// The title, for types that have one.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Text(_) | Self::FeedCard(_) => None,
            Self::Link(link) => Some(&link.title),
            Self::Markdown(markdown) => Some(&markdown.title),
            Self::ActionCard(card) => Some(&card.title),
        }
    }

    /// The running text, without title and buttons; of a feed card, the titles of its links.
    #[must_use]
    pub fn body_text(&self) -> String {
        match self {
            Self::Text(text) => text.content.clone(),
            Self::Link(link) => link.text.clone(),
            Self::Markdown(markdown) => markdown.text.clone(),
            Self::ActionCard(card) => card.text.clone(),
            Self::FeedCard(card) => {
                card.links.iter().map(|link| link.title.as_str()).collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// All that a reader can see: title, text, buttons.
    #[must_use]
    pub fn reader_text(&self) -> String {
        let mut lines: Vec<String> = self.title().map(str::to_owned).into_iter().collect();
        lines.push(self.body_text());
        if let Self::ActionCard(card) = self {
            let buttons = match &card.buttons {
                Buttons::Single(button) => std::slice::from_ref(button),
                Buttons::Several(buttons) => buttons,
            };
            lines.extend(buttons.iter().map(|button| format!("[{}]", button.title)));
        }
        lines.join("\n")
    }

    /// The body as it is sent.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut body = Map::new();
        body.insert("msgtype".to_owned(), json!(self.msgtype()));
        let (content, at) = match self {
            Self::Text(text) => (json!({"content": text.content}), Some(&text.at)),
            Self::Link(link) => (
                json!({
                    "title": link.title, "text": link.text,
                    "messageUrl": link.message_url, "picUrl": link.pic_url,
                }),
                None,
            ),
            Self::Markdown(markdown) => {
                (json!({"title": markdown.title, "text": markdown.text}), Some(&markdown.at))
            }
            Self::ActionCard(card) => (card.to_json(), None),
            Self::FeedCard(card) => {
                let links: Vec<Value> = card
                    .links
                    .iter()
                    .map(|link| json!({"title": link.title, "messageURL": link.message_url, "picURL": link.pic_url}))
                    .collect();
                (json!({"links": links}), None)
            }
        };
        body.insert(self.msgtype().to_owned(), content);
        if let Some(at) = at.filter(|at| **at != Mentions::default()) {
            let at = json!({"atMobiles": at.mobiles, "atUserIds": at.user_ids, "isAtAll": at.all});
            body.insert("at".to_owned(), at);
        }
        Value::Object(body)
    }
}

impl ActionCard {
    fn to_json(&self) -> Value {
        let mut card = json!({
            "title": self.title, "text": self.text,
            "btnOrientation": if self.horizontal { "1" } else { "0" },
        });
        match &self.buttons {
            Buttons::Single(button) => {
                card["singleTitle"] = json!(button.title);
                card["singleURL"] = json!(button.url);
            }
            Buttons::Several(buttons) => {
                card["btns"] = buttons
                    .iter()
                    .map(|button| json!({"title": button.title, "actionURL": button.url}))
                    .collect();
            }
        }
        card
    }
}
