//! `json_path: { path: "$.at.isAtAll", equals: false }`

use super::{Matcher, MessageView, equals::scalar};
use crate::scenario::query::Query;

/// A value of the body, found by a JSONPath (RFC 9535), fits; of several values one is enough.
#[derive(Debug, Clone)]
pub struct JsonPath {
    /// The path.
    pub path: Query,
    /// What the value must be like; without any, it must be there.
    pub matchers: Vec<Matcher>,
}

impl JsonPath {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        let mut first = None;
        for value in self.path.find(&view.body)? {
            let found = MessageView::of_value(value);
            match self.matchers.iter().try_for_each(|matcher| matcher.check(&found)) {
                Ok(()) => return Ok(()),
                Err(why) => {
                    first.get_or_insert(why);
                }
            }
        }
        Err(match first {
            Some(why) => format!("`{}` {why}", self.path),
            None => format!("has nothing at `{}`", self.path),
        })
    }

    pub(super) fn describe(&self) -> String {
        let what: Vec<String> = self.matchers.iter().map(Matcher::describe).collect();
        if what.is_empty() {
            return format!("has something at `{}`", self.path);
        }
        format!("`{}` {}", self.path, what.join(" and "))
    }
}

impl MessageView {
    /// The view of a single value: its text as a person writes it.
    pub(super) fn of_value(value: &serde_json::Value) -> Self {
        Self { text: scalar(value), body: value.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Compared, Contains, Equals, MatcherKind, Place, view::markdown};
    use super::*;
    use crate::diagnostic::Span;

    fn at(path: &str, kinds: Vec<MatcherKind>) -> JsonPath {
        let matchers = kinds.into_iter().map(|kind| Matcher { span: Span::default(), kind }).collect();
        JsonPath { path: Query::parse(path).unwrap(), matchers }
    }

    fn equals(value: impl Into<serde_json::Value>) -> MatcherKind {
        MatcherKind::Equals(Equals { what: Compared::Whole, value: value.into() })
    }

    #[test]
    fn a_value_is_found_and_judged() {
        let view = markdown("hello");
        assert_eq!(at("$.at.isAtAll", vec![equals(false)]).check(&view), Ok(()));
        assert_eq!(
            at("$.at.isAtAll", vec![equals(true)]).check(&view),
            Err("`$.at.isAtAll` is `false`, not `true`".to_owned())
        );
        assert_eq!(
            at("$.at.none", vec![equals(1)]).check(&view),
            Err("has nothing at `$.at.none`".to_owned())
        );
        assert_eq!(at("$.msgtype", vec![]).check(&view), Ok(()));
        let contains = MatcherKind::Contains(Contains { place: Place::Text, part: "ell".to_owned() });
        let text = at("$.markdown.*", vec![contains]);
        assert_eq!(text.check(&view), Ok(()), "one of several values is enough");
        assert_eq!(text.describe(), "`$.markdown.*` contains `ell`");
    }
}
