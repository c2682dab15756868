//! Bodies → messages, refused as the robot refuses them.

use serde_json::Value;

use super::{
    body::read_body,
    message::{ActionCard, Button, Buttons, FeedCard, FeedLink, Link, Markdown, Mentions, Message, Text},
    refusal::Refusal,
};

/// What public sources do not settle about the reading of bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own, with a name")]
pub struct BodyRules {
    /// A required text may be empty.
    pub empty_texts: bool,
    /// Wrong types in `at` are passed over instead of refused.
    pub loose_at: bool,
    /// An empty list of buttons is refused instead of taken for none.
    pub strict_buttons: bool,
    /// Raw line ends and tabs in texts are refused, as JSON says.
    pub strict_json: bool,
}

/// What a request's body holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The message.
    pub message: Message,
    /// `msgUuid`: a second body with the same one is not delivered again. Source: a client's note
    /// on the vendor's page; how long it holds is not public.
    pub msg_uuid: Option<String>,
}

impl Posted {
    /// Reads the body of a request to a robot.
    ///
    /// # Errors
    /// What the robot refuses: [`Refusal::MissingBody`], [`Refusal::UnknownMsgtype`] or
    /// [`Refusal::BadField`].
    pub fn read(body: &[u8], rules: BodyRules) -> Result<Self, Refusal> {
        let read = if rules.strict_json { serde_json::from_slice(body).ok() } else { read_body(body) };
        let Some(body) = read.filter(Value::is_object) else { return Err(Refusal::MissingBody) };
        let message = Message::read(&body, rules)?;
        let msg_uuid = body.get("msgUuid").and_then(Value::as_str).filter(|uuid| !uuid.is_empty());
        Ok(Self { message, msg_uuid: msg_uuid.map(str::to_owned) })
    }
}

impl Message {
    /// Reads a body that is JSON already, strictly.
    ///
    /// # Errors
    /// As [`Posted::read`].
    pub fn from_json(body: &Value) -> Result<Self, Refusal> {
        Self::read(body, BodyRules::default())
    }

    fn read(body: &Value, rules: BodyRules) -> Result<Self, Refusal> {
        // What a body without `msgtype` gets is not documented; an unknown type is the nearest.
        let msgtype = body.get("msgtype").and_then(Value::as_str).ok_or(Refusal::UnknownMsgtype)?;
        let fields = Fields { msgtype, content: body.get(msgtype).unwrap_or(&Value::Null), rules };
        let message = match msgtype {
            "text" => Self::Text(Text { content: fields.required("content")?, at: Mentions::default() }),
            "link" => Self::Link(Link {
                title: fields.required("title")?,
                text: fields.required("text")?,
                message_url: fields.required("messageUrl")?,
                pic_url: fields.optional("picUrl")?,
            }),
            "markdown" => Self::Markdown(Markdown {
                title: fields.required("title")?,
                text: fields.required("text")?,
                at: Mentions::default(),
            }),
            "actionCard" => Self::ActionCard(action_card(&fields)?),
            "feedCard" => Self::FeedCard(feed_card(&fields)?),
            _ => return Err(Refusal::UnknownMsgtype),
        };
        let mentioned = mentions(body, rules)?;
        // Whether the other three types mention anybody is not public; here they do not.
        Ok(match message {
            Self::Text(text) => Self::Text(Text { at: mentioned, ..text }),
            Self::Markdown(markdown) => Self::Markdown(Markdown { at: mentioned, ..markdown }),
            other => other,
        })
    }
}

/// The object under the `msgtype`'s own name.
#[derive(Clone, Copy)]
struct Fields<'a> {
    msgtype: &'a str,
    content: &'a Value,
    rules: BodyRules,
}

impl Fields<'_> {
    fn fault(&self, field: &str) -> Refusal {
        Refusal::bad_field(self.msgtype, field)
    }

    fn required(&self, field: &str) -> Result<String, Refusal> {
        match self.content.get(field) {
            Some(Value::String(text)) if self.rules.empty_texts || !text.is_empty() => Ok(text.clone()),
            _ => Err(self.fault(field)),
        }
    }

    fn optional(&self, field: &str) -> Result<String, Refusal> {
        match self.content.get(field) {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err(self.fault(field)),
        }
    }

    fn list(&self, field: &str) -> Result<Vec<Fields<'_>>, Refusal> {
        match self.content.get(field) {
            Some(Value::Array(items)) if !items.is_empty() => {
                Ok(items.iter().map(|content| Fields { content, ..*self }).collect())
            }
            _ => Err(self.fault(field)),
        }
    }
}

/// Whether a card has a list of buttons. One that is null is none: clients in Go write an empty list so,
/// and their cards arrive. One that is empty is none as well beside a single button, unless that is to be
/// refused.
pub(super) fn has_buttons(card: &Value, strict: bool) -> bool {
    match card.get("btns") {
        None | Some(Value::Null) => false,
        Some(Value::Array(buttons)) if buttons.is_empty() => strict || card.get("singleTitle").is_none(),
        Some(_) => true,
    }
}

fn action_card(fields: &Fields<'_>) -> Result<ActionCard, Refusal> {
    let buttons = if has_buttons(fields.content, fields.rules.strict_buttons) {
        let buttons = fields.list("btns")?;
        let buttons: Result<Vec<Button>, Refusal> = buttons
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

fn feed_card(fields: &Fields<'_>) -> Result<FeedCard, Refusal> {
    let links: Result<Vec<FeedLink>, Refusal> = fields
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

/// Numbers and ids are strings, `isAtAll` is a boolean: clients cast them, since a robot wants them so
/// (DingtalkChatbot; is96.com article 1217148). What it does with other types is not public.
fn mentions(body: &Value, rules: BodyRules) -> Result<Mentions, Refusal> {
    let at = match body.get("at") {
        None | Some(Value::Null) => return Ok(Mentions::default()),
        Some(at) if at.is_object() || rules.loose_at => at,
        Some(_) => return Err(Refusal::bad_field("at", "at")),
    };
    let list = |field: &str| -> Result<Vec<String>, Refusal> {
        let items = match at.get(field) {
            None | Some(Value::Null) => &[][..],
            Some(Value::Array(items)) if rules.loose_at || items.iter().all(Value::is_string) => items,
            Some(_) if rules.loose_at => &[][..],
            Some(_) => return Err(Refusal::bad_field("at", field)),
        };
        Ok(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
    };
    let all = match at.get("isAtAll") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(all)) => *all,
        Some(_) if rules.loose_at => false,
        Some(_) => return Err(Refusal::bad_field("at", "isAtAll")),
    };
    Ok(Mentions { mobiles: list("atMobiles")?, user_ids: list("atUserIds")?, all })
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
            Refusal::bad_field("markdown", "title")
        );
        assert_eq!(refused(json!({"msgtype": "text"})), Refusal::bad_field("text", "content"));
        assert_eq!(
            refused(json!({"msgtype": "text", "text": {"content": 5}})),
            Refusal::bad_field("text", "content")
        );
        assert_eq!(
            refused(
                json!({"msgtype": "link", "link": {"title": "t", "text": "x", "messageURL": "http://m"}})
            ),
            Refusal::bad_field("link", "messageUrl")
        );
        assert_eq!(
            refused(
                json!({"msgtype": "feedCard", "feedCard": {"links": [{"title": "t", "messageUrl": "m", "picURL": "p"}]}})
            ),
            Refusal::bad_field("feedCard", "messageURL")
        );
        for body in
            [json!({"msgtype": "video"}), json!({"msgtype": 5}), json!({}), json!({"msgtype": "Text"})]
        {
            assert_eq!(refused(body), Refusal::UnknownMsgtype);
        }
        for body in ["", "x", "[]", "\"text\"", "{"] {
            let read = Posted::read(body.as_bytes(), BodyRules::default());
            assert_eq!(read.unwrap_err(), Refusal::MissingBody, "{body}");
        }
    }

    #[test]
    fn a_list_of_buttons_that_has_none_is_no_list() {
        let card = |buttons: Value| {
            json!({"msgtype": "actionCard", "actionCard": {"title": "t", "text": "x",
                "singleTitle": "go", "singleURL": "http://s", "btns": buttons}})
        };
        let read = |card: &Value, strict_buttons: bool| {
            let rules = BodyRules { strict_buttons, ..BodyRules::default() };
            Posted::read(card.to_string().as_bytes(), rules).map(|posted| posted.message)
        };
        let single = read(&card(json!([{"title": "a", "actionURL": "http://a"}])), false).unwrap();
        assert_eq!(single.to_json()["actionCard"]["btns"][0]["title"], "a");
        for buttons in [json!(null), json!([])] {
            let message = read(&card(buttons.clone()), false).unwrap();
            assert_eq!(message.to_json()["actionCard"]["singleTitle"], "go", "{buttons}");
        }
        assert!(read(&card(json!(null)), true).is_ok());
        for (buttons, strict) in [(json!([]), true), (json!("x"), false), (json!([{}]), false)] {
            assert!(read(&card(buttons.clone()), strict).is_err(), "{buttons}");
        }
        let empty = json!({"msgtype": "actionCard", "actionCard": {"title": "t", "text": "x", "btns": []}});
        assert_eq!(read(&empty, false), Err(Refusal::bad_field("actionCard", "btns")));
        // Without a button of any kind it is no card.
        let bare = json!({"msgtype": "actionCard", "actionCard": {"title": "t", "text": "x", "btns": null}});
        assert_eq!(read(&bare, false), Err(Refusal::bad_field("actionCard", "singleTitle")));
    }

    #[test]
    fn what_is_open_can_be_read_loosely() {
        let read = |body: &Value, rules: BodyRules| Posted::read(body.to_string().as_bytes(), rules);
        let empty = json!({"msgtype": "text", "text": {"content": ""}});
        assert_eq!(read(&empty, BodyRules::default()), Err(Refusal::bad_field("text", "content")));
        assert!(read(&empty, BodyRules { empty_texts: true, ..BodyRules::default() }).is_ok());
        for (at, field) in [
            (json!({"atMobiles": [138]}), "atMobiles"),
            (json!({"atMobiles": "138"}), "atMobiles"),
            (json!({"atUserIds": [null]}), "atUserIds"),
            (json!({"isAtAll": "true"}), "isAtAll"),
            (json!({"isAtAll": 1}), "isAtAll"),
            (json!([]), "at"),
        ] {
            let body = json!({"msgtype": "text", "text": {"content": "x"}, "at": at});
            assert_eq!(read(&body, BodyRules::default()), Err(Refusal::bad_field("at", field)), "{body}");
            let loose = read(&body, BodyRules { loose_at: true, ..BodyRules::default() }).unwrap();
            assert_eq!(loose.message, Message::text("x"), "{body}");
        }
        let none = json!({"msgtype": "text", "text": {"content": "x"}, "at": null, "msgUuid": "u-1"});
        assert_eq!(read(&none, BodyRules::default()).unwrap().msg_uuid.as_deref(), Some("u-1"));
    }
}
