//! `equals: text` and `equals: { field: msgtype, value: markdown }`

use serde_json::Value;

use super::{MessageView, Place};

/// A place of the message, one field of its body, or a value of it is exactly this.
#[derive(Debug, Clone)]
pub struct Equals {
    /// What is compared.
    pub what: Compared,
    /// What it must be.
    pub value: Value,
}

/// What [`Equals`] compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// A place.
    Place(Place),
    /// A field, as [`MessageView::field`] finds it.
    Field(String),
    /// The whole body: for a value that `json_path` found.
    Whole,
}

impl Equals {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        let field = match &self.what {
            Compared::Place(place) => {
                // A YAML block ends in a line break that no reader sees.
                return if view.at(*place)?.trim_end() == scalar(&self.value).trim_end() {
                    Ok(())
                } else {
                    Err(format!("the {} is another", place.as_str()))
                };
            }
            Compared::Whole => {
                return if self.is(&view.body) {
                    Ok(())
                } else {
                    Err(format!("is `{}`, not `{}`", scalar(&view.body), scalar(&self.value)))
                };
            }
            Compared::Field(field) => field,
        };
        match view.field(field) {
            None => Err(format!("has no field `{field}`")),
            Some(found) if self.is(found) => Ok(()),
            Some(found) => Err(format!("`{field}` is `{}`, not `{}`", scalar(found), scalar(&self.value))),
        }
    }

    fn is(&self, found: &Value) -> bool {
        *found == self.value || is_same_scalar(found, &self.value)
    }

    pub(super) fn describe(&self) -> String {
        match &self.what {
            Compared::Field(field) => format!("`{field}` equals `{}`", scalar(&self.value)),
            Compared::Whole => format!("equals `{}`", scalar(&self.value)),
            Compared::Place(place) => format!("equals the {}", place.as_str()),
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

/// A value as a person writes it: texts without quotes.
pub(super) fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    fn field(field: &str, value: impl Into<Value>) -> Equals {
        Equals { what: Compared::Field(field.to_owned()), value: value.into() }
    }

    #[test]
    fn the_whole_text_must_be_equal() {
        let matcher = Equals { what: Compared::Place(Place::Text), value: "a\nb\n".into() };
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
