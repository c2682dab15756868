//! A message as text that is pleasant to diff.

use serde_json::Value;

use super::normalise::Normaliser;
use crate::dingtalk::Message;

/// The message, normalised: one line for each short field, then its running text as it stands.
/// Nothing of the body is left out.
#[must_use]
pub fn body(message: &Message, normaliser: &mut Normaliser) -> String {
    let json = message.to_json();
    let msgtype = message.msgtype();
    let mut head = format!("msgtype: {msgtype}\n");
    let mut text = String::new();
    for (name, value) in json[msgtype].as_object().into_iter().flatten() {
        match value {
            Value::String(value) if name == "text" || name == "content" => text = format!("\n{value}\n"),
            Value::String(value) if !value.contains('\n') => head.push_str(&format!("{name}: {value}\n")),
            Value::Array(items) => {
                for item in items {
                    head.push_str(&format!("{name}: {item}\n"));
                }
            }
            other => head.push_str(&format!("{name}: {other}\n")),
        }
    }
    if let Some(at) = json.get("at") {
        head.push_str(&format!("at: {at}\n"));
    }
    normaliser.normalise(&format!("{head}{text}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_is_left_out() {
        let text =
            |value: serde_json::Value| body(&Message::from_json(&value).unwrap(), &mut Normaliser::default());
        assert_eq!(
            text(
                json!({"msgtype": "markdown", "markdown": {"title": "t", "text": "# a\nb"}, "at": {"isAtAll": true}})
            ),
            "msgtype: markdown\ntitle: t\nat: {\"atMobiles\":[],\"atUserIds\":[],\"isAtAll\":true}\n\n# a\nb\n"
        );
        assert_eq!(
            text(
                json!({"msgtype": "actionCard", "actionCard": {"title": "t", "text": "x", "btns": [{"title": "a", "actionURL": "http://a"}]}})
            ),
            "msgtype: actionCard\ntitle: t\nbtnOrientation: 0\nbtns: {\"title\":\"a\",\"actionURL\":\"http://a\"}\n\nx\n"
        );
    }
}
