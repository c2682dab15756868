//! `contains: Stopping`

use super::MessageView;

/// The text that a reader sees has this part, in this spelling.
#[derive(Debug, Clone)]
pub struct Contains {
    /// The part.
    pub part: String,
}

impl Contains {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        if view.text.contains(&self.part) {
            return Ok(());
        }
        // The commonest reason, and the hardest to see.
        let other_case = view.text.to_lowercase().contains(&self.part.to_lowercase());
        Err(format!(
            "does not contain `{}`{}",
            self.part,
            if other_case { ", only in another case" } else { "" }
        ))
    }

    pub(super) fn describe(&self) -> String {
        format!("contains `{}`", self.part)
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    #[test]
    fn a_part_is_found_in_its_own_case_only() {
        let matcher = Contains { part: "Stopping".to_owned() };
        assert_eq!(matcher.check(&markdown("is Stopping now")), Ok(()));
        assert_eq!(matcher.check(&markdown("Stopped")), Err("does not contain `Stopping`".to_owned()));
        assert_eq!(
            matcher.check(&markdown("stopping")),
            Err("does not contain `Stopping`, only in another case".to_owned())
        );
    }
}
