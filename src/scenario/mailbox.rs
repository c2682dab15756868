//! A robot's messages and who took them.

use super::matcher::{Matcher, MessageView, all_match};
use crate::{clock::Timestamp, dingtalk::Message, report::Evidence};

/// A message that a robot accepted.
#[derive(Debug, Clone)]
pub struct Letter {
    /// When.
    pub at: Timestamp,
    /// The message.
    pub message: Message,
    /// The message as matchers see it.
    pub view: MessageView,
    /// The event that it tells of.
    pub event_id: Option<String>,
    /// The rule that sent it.
    pub rule: Option<String>,
    /// The contact through whom it came.
    pub contact: Option<String>,
    /// By what it is known; only of a captured one there is a message to look at.
    pub evidence: Evidence,
    /// The step that took it.
    pub taken_by: Option<Taker>,
}

/// A step that took a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taker {
    /// The step's line.
    pub line: usize,
    /// The step in a few words.
    pub text: String,
}

/// All messages of one robot, oldest first. A message is taken once.
#[derive(Debug, Clone, Default)]
pub struct Mailbox {
    letters: Vec<Letter>,
}

impl Mailbox {
    /// Adds a message that just came.
    pub fn receive(&mut self, letter: Letter) {
        self.letters.push(letter);
    }

    /// All messages, taken or not.
    #[must_use]
    pub fn letters(&self) -> &[Letter] {
        &self.letters
    }

    /// Places of the messages that no step took and that match, oldest first. What a message says that was
    /// not captured is not known: it may be any.
    #[must_use]
    pub fn waiting(&self, matchers: &[Matcher]) -> Vec<usize> {
        let fits = |letter: &Letter| {
            let may_match = letter.evidence != Evidence::Captured || all_match(matchers, &letter.view);
            letter.taken_by.is_none() && may_match
        };
        (0..self.letters.len()).filter(|place| fits(&self.letters[*place])).collect()
    }

    /// Marks messages as taken.
    pub fn take(&mut self, places: &[usize], taker: &Taker) {
        for place in places {
            if let Some(letter) = self.letters.get_mut(*place) {
                letter.taken_by = Some(taker.clone());
            }
        }
    }
}

#[cfg(test)]
pub(in crate::scenario) fn letter(second: i64, text: &str) -> Letter {
    let message = Message::markdown("TITLE", text);
    Letter {
        at: Timestamp::from_second(1_767_196_800 + second).unwrap(),
        view: MessageView::of(&message),
        message,
        event_id: None,
        rule: Some("ecs-state-change".to_owned()),
        contact: Some("duty-engineer".to_owned()),
        evidence: Evidence::Captured,
        taken_by: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::matcher::{Contains, MatcherKind, Place};
    use super::*;
    use crate::diagnostic::Span;

    /// The title of [`letter`] has neither `a` nor `b`.
    fn contains(part: &str) -> Vec<Matcher> {
        vec![Matcher {
            span: Span::default(),
            kind: MatcherKind::Contains(Contains { place: Place::Text, part: part.to_owned() }),
        }]
    }

    fn taker(line: usize) -> Taker {
        Taker { line, text: "expect ops".to_owned() }
    }

    #[test]
    fn a_message_is_taken_once_and_order_is_kept() {
        let mut mailbox = Mailbox::default();
        for (second, text) in [(1, "Stopping a"), (2, "Stopped a"), (3, "Stopping b")] {
            mailbox.receive(letter(second, text));
        }
        assert_eq!(mailbox.waiting(&contains("Stopping")), [0, 2]);
        mailbox.take(&[0], &taker(5));
        assert_eq!(mailbox.waiting(&contains("Stopping")), [2]);
        assert_eq!(
            mailbox.waiting(&contains("Stopped")),
            [1],
            "a later match does not pass over an earlier one"
        );
        assert_eq!(mailbox.waiting(&[]), [1, 2]);
        assert_eq!(mailbox.letters()[0].taken_by, Some(taker(5)));
        assert!(mailbox.waiting(&contains("nothing")).is_empty());
    }

    proptest::proptest! {
        /// Whatever comes and whoever takes: no message is taken twice, none is passed over, and
        /// what waits is what fits and nobody took.
        #[test]
        fn taking_is_exact(texts in proptest::collection::vec("[ab]{0,3}", 0..12), takes in proptest::collection::vec("[ab]", 0..12)) {
            let mut mailbox = Mailbox::default();
            for (second, text) in texts.iter().enumerate() {
                mailbox.receive(letter(i64::try_from(second).unwrap(), text));
            }
            let mut taken: Vec<usize> = Vec::new();
            for (line, part) in takes.iter().enumerate() {
                let waiting = mailbox.waiting(&contains(part));
                let fits = |place: &usize| texts[*place].contains(part.as_str()) && !taken.contains(place);
                proptest::prop_assert_eq!(&waiting, &(0..texts.len()).filter(fits).collect::<Vec<_>>());
                if let Some(first) = waiting.first() {
                    mailbox.take(&[*first], &taker(line));
                    taken.push(*first);
                }
            }
            let marked = mailbox.letters().iter().filter(|letter| letter.taken_by.is_some()).count();
            proptest::prop_assert_eq!(marked, taken.len());
        }
    }
}
