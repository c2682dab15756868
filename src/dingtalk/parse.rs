//! Bodies → messages, refused as the robot refuses them.

use serde_json::Value;

use super::message::{
    ActionCard, Button, Buttons, FeedCard, FeedLink, Link, Markdown, Mentions, Message, Text,
};
use super::reply::Reply;

impl Message {
    /// Reads the body of a request to a robot.
    ///
    /// # Errors
    /// The robot's answer: 40035 for what is not JSON, 400105 for an unknown `msgtype`, 400402 for a
    /// field that is missing or of a wrong type.
    pub fn from_body(body: &[u8]) -> Result<Self, Reply> {
        match serde_json::from_slice::<Value>(body) {
            Ok(value) if value.is_object() => Self::from_json(&value),
            _ => Err(Reply::missing_body()),
        }
    }

    /// Reads a body that is JSON already.
    ///
    /// # Errors
    /// As [`Message::from_body`].
    pub fn from_json(body: &Value) -> Result<Self, Reply> {
        // What a body without `msgtype` gets is not documented; an unknown type is the nearest.
        let msgtype = body.get("msgtype").and_then(Value::as_str).ok_or_else(Reply::unknown_msgtype)?;
        let fields = Fields { msgtype, content: body.get(msgtype).unwrap_or(&Value::Null) };
        Ok(match msgtype {
            "text" => Self::Text(Text { content: fields.required("content")?, at: mentions(body) }),
            "link" => Self::Link(Link {
                title: fields.required("title")?,
                text: fields.required("text")?,
                message_url: fields.required("messageUrl")?,
                pic_url: fields.optional("picUrl")?,
            }),
            "markdown" => Self::Markdown(Markdown {
                title: fields.required("title")?,
                text: fields.required("text")?,
                at: mentions(body),
            }),
            "actionCard" => Self::ActionCard(action_card(&fields)?),
            "feedCard" => Self::FeedCard(feed_card(&fields)?),
            _ => return Err(Reply::unknown_msgtype()),
        })
    }
}

/// The object under the `msgtype`'s own name.
struct Fields<'a> {
    msgtype: &'a str,
    content: &'a Value,
}

impl Fields<'_> {
    fn fault(&self, field: &str) -> Reply {
        Reply::bad_field(self.msgtype, field)
    }

    fn required(&self, field: &str) -> Result<String, Reply> {
        match self.content.get(field) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
            _ => Err(self.fault(field)),
        }
    }

    fn optional(&self, field: &str) -> Result<String, Reply> {
        match self.content.get(field) {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err(self.fault(field)),
        }
    }

    fn list(&self, field: &str) -> Result<Vec<Fields<'_>>, Reply> {
        match self.content.get(field) {
            Some(Value::Array(items)) if !items.is_empty() => {
                Ok(items.iter().map(|content| Fields { msgtype: self.msgtype, content }).collect())
            }
            _ => Err(self.fault(field)),
        }
    }
}

fn action_card(fields: &Fields<'_>) -> Result<ActionCard, Reply> {
    let buttons = if fields.content.get("btns").is_some() {
        let buttons = fields.list("btns")?;
        let buttons: Result<Vec<Button>, Reply> = buttons
            .iter()
            .map(|button| Ok(Button { title: button.required("title")?, url: button.required("actionURL")? }))
            .collect();
        Buttons::Several(buttons?)
    } else {
        Buttons::Single(Button { title: fields.required("singleTitle")?, url: fields.required("singleURL")? })
    };
    // Seen as a string and as a number.
    let horizontal = match fields.content.get("btnOrientation") {
        Some(Value::String(text)) => text == "1",
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        _ => false,
    };
    Ok(ActionCard { title: fields.required("title")?, text: fields.required("text")?, buttons, horizontal })
}

fn feed_card(fields: &Fields<'_>) -> Result<FeedCard, Reply> {
    let links: Result<Vec<FeedLink>, Reply> = fields
        .list("links")?
        .iter()
        .map(|link| {
            Ok(FeedLink {
                title: link.required("title")?,
                message_url: link.required("messageURL")?,
                pic_url: link.required("picURL")?,
            })
        })
        .collect();
    Ok(FeedCard { links: links? })
}

fn mentions(body: &Value) -> Mentions {
    let at = body.get("at").unwrap_or(&Value::Null);
    let list = |field: &str| -> Vec<String> {
        let items = at.get(field).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    Mentions {
        mobiles: list("atMobiles"),
        user_ids: list("atUserIds"),
        all: at.get("isAtAll").and_then(Value::as_bool).unwrap_or(false),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_five_types_survive_the_wire() {
        let bodies = [
            json!({"msgtype": "text", "text": {"content": "hi @138"}, "at": {"atMobiles": ["138"], "atUserIds": [], "isAtAll": false}}),
            json!({"msgtype": "link", "link": {"title": "t", "text": "x", "messageUrl": "http://m", "picUrl": ""}}),
            json!({"msgtype": "markdown", "markdown": {"title": "t", "text": "# x"}}),
            json!({"msgtype": "actionCard", "actionCard": {"title": "t", "text": "x", "btnOrientation": "0", "singleTitle": "go", "singleURL": "http://s"}}),
            json!({"msgtype": "actionCard", "actionCard": {"title": "t", "text": "x", "btnOrientation": "1", "btns": [{"title": "a", "actionURL": "http://a"}]}}),
            json!({"msgtype": "feedCard", "feedCard": {"links": [{"title": "t", "messageURL": "http://m", "picURL": "http://p"}]}}),
        ];
        for body in bodies {
            assert_eq!(Message::from_json(&body).unwrap().to_json(), body);
        }
    }

    #[test]
    fn refusals_name_the_field() {
        let refused = |body: Value| Message::from_json(&body).unwrap_err();
        assert_eq!(
            refused(json!({"msgtype": "markdown", "markdown": {"text": "x"}})),
            Reply::bad_field("markdown", "title")
        );
        assert_eq!(refused(json!({"msgtype": "text"})), Reply::bad_field("text", "content"));
        assert_eq!(
            refused(json!({"msgtype": "text", "text": {"content": 5}})),
            Reply::bad_field("text", "content")
        );
        assert_eq!(
            refused(
                json!({"msgtype": "link", "link": {"title": "t", "text": "x", "messageURL": "http://m"}})
            ),
            Reply::bad_field("link", "messageUrl")
        );
        assert_eq!(
            refused(
                json!({"msgtype": "feedCard", "feedCard": {"links": [{"title": "t", "messageUrl": "m", "picURL": "p"}]}})
            ),
            Reply::bad_field("feedCard", "messageURL")
        );
        assert_eq!(refused(json!({"msgtype": "video"})).errcode, 400_105);
        for body in ["", "x", "[]", "\"text\"", "{"] {
            assert_eq!(Message::from_body(body.as_bytes()).unwrap_err(), Reply::missing_body(), "{body}");
        }
    }
}
