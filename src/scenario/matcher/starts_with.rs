//! `starts_with: "["`

use super::MessageView;

/// The text that a reader sees begins with this part.
#[derive(Debug, Clone)]
pub struct StartsWith {
    /// The part.
    pub part: String,
}

impl StartsWith {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        if view.text.starts_with(&self.part) {
            return Ok(());
        }
        let begin: String = view.text.lines().next().unwrap_or_default().chars().take(40).collect();
        Err(format!("starts with `{begin}`, not with `{}`", self.part))
    }

    pub(super) fn describe(&self) -> String {
        format!("starts with `{}`", self.part)
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    #[test]
    fn only_the_beginning_counts() {
        let matcher = StartsWith { part: "[".to_owned() };
        assert_eq!(matcher.check(&markdown("[x]")), Ok(()));
        assert_eq!(matcher.check(&markdown("x [")), Err("starts with `x [`, not with `[`".to_owned()));
    }
}
