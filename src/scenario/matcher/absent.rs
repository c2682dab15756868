//! `absent: Deleted`

use super::{MessageView, Place};

/// A place of the message does not have this part; a message without that place does not, either.
#[derive(Debug, Clone)]
pub struct Absent {
    /// Where to look.
    pub place: Place,
    /// The part.
    pub part: String,
}

impl Absent {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        match view.at(self.place) {
            Ok(text) if text.contains(&self.part) => {
                Err(format!("contains `{}`{}", self.part, self.place.suffix()))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn describe(&self) -> String {
        format!("does not contain `{}`{}", self.part, self.place.suffix())
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    #[test]
    fn a_part_must_not_be_there() {
        let deleted = |place| Absent { place, part: "Deleted".to_owned() };
        assert_eq!(deleted(Place::Text).check(&markdown("Stopped")), Ok(()));
        let view = markdown("was Deleted");
        assert_eq!(deleted(Place::Text).check(&view), Err("contains `Deleted`".to_owned()));
        assert_eq!(deleted(Place::Body).check(&view), Err("contains `Deleted` in its body".to_owned()));
        assert_eq!(deleted(Place::Title).check(&view), Ok(()));
        assert_eq!(deleted(Place::Buttons).check(&view), Ok(()), "no buttons, so none that says so");
    }
}
