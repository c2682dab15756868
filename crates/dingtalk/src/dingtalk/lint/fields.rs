//! Which fields each type of message must have, as a table.

use serde_json::Value;

use super::Finding;
use crate::dingtalk::{parse::has_buttons, refusal::Refusal};

/// The types, and the texts that each one must have. Spelling counts: `messageUrl` in a link,
/// `messageURL` in a feed card.
const TYPES: [(&str, &[&str]); 5] = [
    ("text", &["content"]),
    ("link", &["title", "text", "messageUrl"]),
    ("markdown", &["title", "text"]),
    ("actionCard", &["title", "text"]),
    ("feedCard", &[]),
];

pub(super) fn check(body: &Value, findings: &mut Vec<Finding>) {
    let msgtype = body.get("msgtype").and_then(Value::as_str);
    let Some((msgtype, texts)) = TYPES.into_iter().find(|(name, _)| Some(*name) == msgtype) else {
        let message = match msgtype {
            Some(msgtype) => format!("robots do not know the msgtype `{msgtype}`"),
            None => "the body has no `msgtype`".to_owned(),
        };
        findings.push(Finding::refused(
            Refusal::UnknownMsgtype,
            message,
            "use text, link, markdown, actionCard or feedCard, spelled so",
        ));
        return;
    };
    let content = body.get(msgtype).unwrap_or(&Value::Null);
    let mut look = Look { msgtype, findings };
    look.texts(content, msgtype, texts);
    match msgtype {
        "link" if content.get("picUrl").is_some_and(|url| !url.is_null() && !url.is_string()) => {
            look.fault(content, msgtype, "picUrl", "is not a text");
        }
        "actionCard" if has_buttons(content, false) => {
            look.each(content, "btns", &["title", "actionURL"]);
        }
        "actionCard" => look.texts(content, msgtype, &["singleTitle", "singleURL"]),
        "feedCard" => look.each(content, "links", &["title", "messageURL", "picURL"]),
        _ => {}
    }
    let has_none = |list: &Value| list.as_array().is_some_and(Vec::is_empty);
    if msgtype == "actionCard" && content.get("btns").is_some_and(has_none) {
        look.findings.push(Finding::doubtful(
            "`actionCard.btns` is an empty list, and what a robot does with one is not documented",
            "leave it out",
        ));
    }
    look.at(body.get("at").unwrap_or(&Value::Null));
}

struct Look<'a> {
    msgtype: &'static str,
    findings: &'a mut Vec<Finding>,
}

impl Look<'_> {
    fn texts(&mut self, object: &Value, place: &str, names: &[&str]) {
        for name in names {
            let fault = match object.get(name) {
                Some(Value::String(text)) if !text.is_empty() => continue,
                Some(Value::String(_)) => "is empty",
                None | Some(Value::Null) => "is missing",
                Some(_) => "is not a text",
            };
            self.fault(object, place, name, fault);
        }
    }

    fn each(&mut self, content: &Value, list: &str, names: &[&str]) {
        match content.get(list) {
            Some(Value::Array(items)) if !items.is_empty() => {
                for (number, item) in items.iter().enumerate() {
                    self.texts(item, &format!("{}.{list}[{number}]", self.msgtype), names);
                }
            }
            None => self.fault(content, self.msgtype, list, "is missing"),
            Some(_) => self.fault(content, self.msgtype, list, "is not a list with entries"),
        }
    }

    fn fault(&mut self, object: &Value, place: &str, name: &str, fault: &str) {
        let spelled = object.as_object().and_then(|fields| {
            fields.keys().find(|key| key.as_str() != name && key.eq_ignore_ascii_case(name))
        });
        let remedy = match spelled {
            Some(key) => format!("`{key}` is there: spell it `{name}`"),
            None => format!("a {} needs it", self.msgtype),
        };
        self.findings.push(Finding::refused(
            Refusal::bad_field(self.msgtype, name),
            format!("`{place}.{name}` {fault}"),
            remedy,
        ));
    }

    fn at(&mut self, at: &Value) {
        let mut wrong = |field: &str, message: &str, remedy: &str| {
            self.findings.push(Finding::refused(Refusal::bad_field("at", field), message, remedy));
        };
        let Value::Object(fields) = at else {
            if !at.is_null() {
                wrong("at", "`at` is not an object", r#"write {"atMobiles": ["138…"], "isAtAll": false}"#);
            }
            return;
        };
        for name in ["atMobiles", "atUserIds"] {
            let strings =
                |list: &Value| list.as_array().is_some_and(|list| list.iter().all(Value::is_string));
            if fields.get(name).is_some_and(|list| !list.is_null() && !strings(list)) {
                wrong(name, &format!("`at.{name}` is not a list of texts"), "put each entry in quotes");
            }
        }
        if fields.get("isAtAll").is_some_and(|all| !all.is_null() && !all.is_boolean()) {
            wrong("isAtAll", "`at.isAtAll` is neither true nor false", "write true or false, without quotes");
        }
    }
}
