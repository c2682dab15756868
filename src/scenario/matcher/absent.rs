//! `absent: Deleted`

use super::MessageView;

/// The text that a reader sees does not have this part.
#[derive(Debug, Clone)]
pub struct Absent {
    /// The part.
    pub part: String,
}

impl Absent {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        if view.text.contains(&self.part) { Err(format!("contains `{}`", self.part)) } else { Ok(()) }
    }

    pub(super) fn describe(&self) -> String {
        format!("does not contain `{}`", self.part)
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    #[test]
    fn a_part_must_not_be_there() {
        let matcher = Absent { part: "Deleted".to_owned() };
        assert_eq!(matcher.check(&markdown("Stopped")), Ok(()));
        assert_eq!(matcher.check(&markdown("was Deleted")), Err("contains `Deleted`".to_owned()));
    }
}
