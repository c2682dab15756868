//! `before: [Stopping, Stopped]` and `after: [Stopped, Stopping]`

use super::{MessageView, Place};

/// Of two texts, the one stands before the other: both are there, and each counts where it first
/// stands.
#[derive(Debug, Clone)]
pub struct Order {
    /// Where to look.
    pub place: Place,
    /// The two texts as they are written in the scenario.
    pub texts: [String; 2],
    /// Whether the first of them must come second.
    pub reversed: bool,
}

impl Order {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        let text = view.at(self.place)?;
        let [one, other] = &self.texts;
        let find = |part: &String| {
            text.find(part.as_str())
                .ok_or_else(|| format!("does not contain `{part}`{}", self.place.suffix()))
        };
        let (at, other_at) = (find(one)?, find(other)?);
        let holds = if self.reversed { at > other_at } else { at < other_at };
        if holds {
            Ok(())
        } else {
            Err(format!("has `{one}` {} `{other}`{}", word(!self.reversed), self.place.suffix()))
        }
    }

    pub(super) fn describe(&self) -> String {
        let [one, other] = &self.texts;
        format!("has `{one}` {} `{other}`{}", word(self.reversed), self.place.suffix())
    }
}

const fn word(reversed: bool) -> &'static str {
    if reversed { "after" } else { "before" }
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    fn order(reversed: bool, place: Place) -> Order {
        Order { place, texts: ["one".to_owned(), "two".to_owned()], reversed }
    }

    #[test]
    fn the_first_place_of_each_counts() {
        let before = order(false, Place::Text);
        assert_eq!(before.check(&markdown("one two one")), Ok(()));
        assert_eq!(before.check(&markdown("two one two")), Err("has `one` after `two`".to_owned()));
        assert_eq!(before.check(&markdown("one")), Err("does not contain `two`".to_owned()));
        let after = order(true, Place::Text);
        assert_eq!(after.check(&markdown("two one")), Ok(()));
        assert_eq!(after.check(&markdown("one two")), Err("has `one` before `two`".to_owned()));
        assert_eq!(after.describe(), "has `one` after `two`");
        assert_eq!(
            order(false, Place::Title).check(&markdown("one two")),
            Err("does not contain `one` in its title".to_owned())
        );
    }
}
