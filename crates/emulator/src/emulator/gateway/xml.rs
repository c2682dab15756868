//! Answers as XML, for callers who say `Format=XML`.

use serde_json::Value;

use super::Refusal;
use crate::openapi::{Claim, HttpResponse};

/// Whether the request wants XML. Without `Format` the answer is JSON, CloudMonitor's default.
pub(super) fn wanted(claim: &Claim) -> Result<bool, Refusal> {
    match claim.format.as_deref() {
        None | Some("") => Ok(false),
        Some(format) if format.eq_ignore_ascii_case("json") => Ok(false),
        Some(format) if format.eq_ignore_ascii_case("xml") => Ok(true),
        Some(_) => Err(Refusal::new(
            400,
            "InvalidParameter.Format",
            "Specified parameter format is not valid. (send Format=JSON or Format=XML)",
        )),
    }
}

/// The same answer as XML. The root is the operation's name with `Response`, or `Error`, as in the
/// vendor's page on return values; lists repeat their element.
pub(super) fn rendered(mut response: HttpResponse, action: &str) -> HttpResponse {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let root = if response.status < 400 { format!("{action}Response") } else { "Error".to_owned() };
    let mut text = "<?xml version='1.0' encoding='UTF-8'?>".to_owned();
    element(&mut text, &root, &body);
    for (name, value) in &mut response.headers {
        if name == "content-type" {
            *value = "text/xml;charset=utf-8".to_owned();
        }
    }
    response.body = text.into_bytes();
    response
}

fn element(text: &mut String, name: &str, value: &Value) {
    if let Value::Array(items) = value {
        for item in items {
            element(text, name, item);
        }
        return;
    }
    *text += &format!("<{name}>");
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| element(text, name, value)),
        Value::String(string) => escape(text, string),
        Value::Null => {}
        other => *text += &other.to_string(),
    }
    *text += &format!("</{name}>");
}

/// Characters that XML 1.0 cannot carry at all become U+FFFD.
fn escape(text: &mut String, string: &str) {
    for c in string.chars() {
        match c {
            '&' => *text += "&amp;",
            '<' => *text += "&lt;",
            '>' => *text += "&gt;",
            '\t' | '\n' | '\r' => *text += &format!("&#{};", u32::from(c)),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => text.push('\u{fffd}'),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn xml(status: u16, body: &Value) -> String {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let response = HttpResponse { status, headers, body: body.to_string().into_bytes() };
        let response = rendered(response, "DescribeThings");
        assert_eq!(response.header("content-type"), Some("text/xml;charset=utf-8"));
        String::from_utf8(response.body).unwrap()
    }

    #[test]
    fn lists_repeat_their_element_and_text_is_escaped() {
        let body = json!({"A": {"B": [{"C": 1}, {"C": true}]}, "D": [], "E": "<a&b>\n\u{1}", "F": null});
        assert_eq!(
            xml(200, &body),
            "<?xml version='1.0' encoding='UTF-8'?><DescribeThingsResponse><A><B><C>1</C></B><B><C>true</C></B></A>\
             <E>&lt;a&amp;b&gt;&#10;\u{fffd}</E><F></F></DescribeThingsResponse>"
        );
        assert!(xml(404, &json!({"Code": "X"})).ends_with("<Error><Code>X</Code></Error>"));
    }
}
