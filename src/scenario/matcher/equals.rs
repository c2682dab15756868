//! `equals: text` and `equals: { field: msgtype, value: markdown }`

use serde_json::Value;

use super::MessageView;

/// The whole text that a reader sees, or one field of the body, is exactly this.
#[derive(Debug, Clone)]
pub struct Equals {
    /// The field, as [`MessageView::field`] finds it; without one, the text.
    pub field: Option<String>,
    /// What it must be.
    pub value: Value,
}

impl Equals {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        let Some(field) = &self.field else {
            let wanted = scalar(&self.value);
            // A YAML block ends in a line break that no reader sees.
            return if view.text.trim_end() == wanted.trim_end() {
                Ok(())
            } else {
                Err("the text is another".to_owned())
            };
        };
        match view.field(field) {
            None => Err(format!("has no field `{field}`")),
            Some(found) if *found == self.value || is_same_scalar(found, &self.value) => Ok(()),
            Some(found) => Err(format!("`{field}` is `{}`, not `{}`", scalar(found), scalar(&self.value))),
        }
    }

    pub(super) fn describe(&self) -> String {
        match &self.field {
            Some(field) => format!("`{field}` equals `{}`", scalar(&self.value)),
            None => "equals the text".to_owned(),
        }
    }
}

fn is_same_scalar(one: &Value, other: &Value) -> bool {
    !one.is_object()
        && !one.is_array()
        && !other.is_object()
        && !other.is_array()
        && scalar(one) == scalar(other)
}

fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    fn field(field: &str, value: impl Into<Value>) -> Equals {
        Equals { field: Some(field.to_owned()), value: value.into() }
    }

    #[test]
    fn the_whole_text_must_be_equal() {
        let matcher = Equals { field: None, value: "a\nb\n".into() };
        assert_eq!(matcher.check(&markdown("a\nb")), Ok(()));
        assert!(matcher.check(&markdown("a\nb c")).is_err());
        assert!(matcher.check(&markdown(" a\nb")).is_err());
    }

    #[test]
    fn a_field_must_be_equal() {
        let view = markdown("x");
        assert_eq!(field("msgtype", "markdown").check(&view), Ok(()));
        assert_eq!(field("at.isAtAll", false).check(&view), Ok(()));
        assert_eq!(field("at.isAtAll", "false").check(&view), Ok(()));
        assert_eq!(
            field("msgtype", "text").check(&view),
            Err("`msgtype` is `markdown`, not `text`".to_owned())
        );
        assert_eq!(field("nope", "text").check(&view), Err("has no field `nope`".to_owned()));
        assert!(field("at", "false").check(&view).is_err());
    }
}
