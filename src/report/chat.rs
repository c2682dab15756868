//! A message as its group sees it: plain data for bubbles and for programs.

use crate::dingtalk::{Buttons, Mentions, Message};

/// A message that was handed to a robot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    /// DingTalk's `msgtype`.
    pub msgtype: String,
    /// The robot, by its name in the spec.
    pub robot: String,
    /// The contact through whom it came.
    pub contact: String,
    /// The rule that sent it.
    pub rule: String,
    /// The title, for types that have one.
    pub title: Option<String>,
    /// The running text: Markdown for the types `markdown` and `actionCard`.
    pub text: String,
    /// Buttons, and the links of a link or a feed card.
    pub buttons: Vec<ChatButton>,
    /// Whom it mentions: `@all`, `@13800000000`, `@user-id`.
    pub mentions: Vec<String>,
    /// The robot's answer, when it refused the message.
    pub refused: Option<String>,
}

/// What a click on a message leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatButton {
    /// What it says.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

impl ChatMessage {
    /// A message on its way through a contact to a robot.
    #[must_use]
    pub fn new(message: &Message, rule: &str, contact: &str, robot: &str) -> Self {
        let (buttons, mentions) = match message {
            Message::Text(text) => (Vec::new(), names(&text.at)),
            Message::Markdown(markdown) => (Vec::new(), names(&markdown.at)),
            Message::Link(link) => (vec![button(&link.title, &link.message_url)], Vec::new()),
            Message::ActionCard(card) => {
                let buttons = match &card.buttons {
                    Buttons::Single(one) => std::slice::from_ref(one),
                    Buttons::Several(buttons) => buttons,
                };
                (buttons.iter().map(|each| button(&each.title, &each.url)).collect(), Vec::new())
            }
            Message::FeedCard(card) => {
                (card.links.iter().map(|link| button(&link.title, &link.message_url)).collect(), Vec::new())
            }
        };
        Self {
            msgtype: message.msgtype().to_owned(),
            robot: robot.to_owned(),
            contact: contact.to_owned(),
            rule: rule.to_owned(),
            title: message.title().map(str::to_owned),
            // The titles of a feed card's links are its buttons.
            text: if matches!(message, Message::FeedCard(_)) { String::new() } else { message.body_text() },
            buttons,
            mentions,
            refused: None,
        }
    }

    /// Whether the text is in DingTalk's Markdown.
    #[must_use]
    pub fn is_markdown(&self) -> bool {
        matches!(self.msgtype.as_str(), "markdown" | "actionCard")
    }

    /// Changes every text of it.
    pub fn each_text(&mut self, change: &dyn Fn(&mut String)) {
        let names = [&mut self.robot, &mut self.contact, &mut self.rule, &mut self.text];
        let optional = self.title.iter_mut().chain(&mut self.refused);
        names.into_iter().chain(optional).chain(&mut self.mentions).for_each(change);
        for button in &mut self.buttons {
            change(&mut button.title);
            change(&mut button.url);
        }
    }
}

fn button(title: &str, url: &str) -> ChatButton {
    ChatButton { title: title.to_owned(), url: url.to_owned() }
}

fn names(at: &Mentions) -> Vec<String> {
    let people = at.mobiles.iter().chain(&at.user_ids).map(|name| format!("@{name}"));
    at.all.then(|| "@all".to_owned()).into_iter().chain(people).collect()
}
