//! A message as text that is pleasant to diff.

use serde_json::Value;

use super::normalise::Normaliser;
use crate::{dingtalk::Message, files::plain_lines, scenario::matcher::MessageView};

/// The message, normalised: one line for each short field, then its running text as it stands.
/// Nothing of the body is left out, unless `fields` names what is wanted. Lines end in LF, whatever they
/// end in in the message: a file cannot keep another line end for sure.
///
/// # Errors
/// A path of the normaliser could take too long in this message.
pub fn body(
    message: &Message,
    fields: Option<&[String]>,
    normaliser: &mut Normaliser,
) -> Result<String, String> {
    let mut json = message.to_json();
    with_plain_lines(&mut json);
    normaliser.normalise_body(&mut json)?;
    let text = match fields {
        // A field is taken from the body, never from what a reader sees.
        Some(fields) => chosen(&MessageView { text: String::new(), body: json }, fields),
        None => whole(&json, message.msgtype()),
    };
    Ok(normaliser.normalise(&text))
}

fn with_plain_lines(value: &mut Value) {
    match value {
        Value::String(text) => *text = plain_lines(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(with_plain_lines),
        Value::Object(fields) => fields.values_mut().for_each(with_plain_lines),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn whole(json: &Value, msgtype: &str) -> String {
    let mut head = format!("msgtype: {msgtype}\n");
    let mut text = String::new();
    for (name, value) in json[msgtype].as_object().into_iter().flatten() {
        match value {
            Value::String(value) if name == "text" || name == "content" => text = format!("\n{value}\n"),
            Value::Array(items) => items.iter().for_each(|item| head.push_str(&format!("{name}: {item}\n"))),
            value => head.push_str(&line(name, value)),
        }
    }
    if let Some(at) = json.get("at") {
        head.push_str(&format!("at: {at}\n"));
    }
    format!("{head}{text}")
}

/// The chosen fields in their order, short ones first; one that the message does not have is told.
fn chosen(view: &MessageView, fields: &[String]) -> String {
    let (mut head, mut text) = (String::new(), String::new());
    for name in fields {
        match view.field(name) {
            Some(Value::String(value)) if value.contains('\n') => text.push_str(&format!("\n{value}\n")),
            Some(value) => head.push_str(&line(name, value)),
            None => head.push_str(&format!("{name}: (none)\n")),
        }
    }
    format!("{head}{text}")
}

fn line(name: &str, value: &Value) -> String {
    match value {
        Value::String(value) if !value.contains('\n') => format!("{name}: {value}\n"),
        other => format!("{name}: {other}\n"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(value: &Value, fields: Option<&[&str]>) -> String {
        let fields: Option<Vec<String>> =
            fields.map(|fields| fields.iter().map(|&field| field.to_owned()).collect());
        body(&Message::from_json(value).unwrap(), fields.as_deref(), &mut Normaliser::default()).unwrap()
    }

    #[test]
    fn nothing_is_left_out() {
        assert_eq!(
            text(
                &json!({"msgtype": "markdown", "markdown": {"title": "t", "text": "# a\nb"}, "at": {"isAtAll": true}}),
                None
            ),
            "msgtype: markdown\ntitle: t\nat: {\"atMobiles\":[],\"atUserIds\":[],\"isAtAll\":true}\n\n# a\nb\n"
        );
        assert_eq!(
            text(
                &json!({"msgtype": "actionCard", "actionCard": {"title": "t", "text": "x", "btns": [{"title": "a", "actionURL": "http://a"}]}}),
                None
            ),
            "msgtype: actionCard\ntitle: t\nbtnOrientation: 0\nbtns: {\"title\":\"a\",\"actionURL\":\"http://a\"}\n\nx\n"
        );
    }

    #[test]
    fn lines_end_in_lf_in_every_field() {
        let message = json!({"msgtype": "markdown", "markdown": {"title": "t\r\nu\rv", "text": "a\r\nb\r"}});
        assert_eq!(text(&message, Some(&["title", "text"])), "\nt\nu\rv\n\na\nb\r\n");
    }

    #[test]
    fn only_chosen_fields_are_kept_when_asked() {
        let message = json!({"msgtype": "markdown", "markdown": {"title": "t", "text": "# a\nb"}, "at": {"isAtAll": true}});
        assert_eq!(
            text(&message, Some(&["text", "title", "at.isAtAll", "none"])),
            "title: t\nat.isAtAll: true\nnone: (none)\n\n# a\nb\n"
        );
    }
}
