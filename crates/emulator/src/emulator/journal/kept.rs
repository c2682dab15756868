//! The entries that are kept.

use serde_json::Value;

use super::entry::{Entry, What};
use crate::{dingtalk::Message, emulator::Keep};

/// A journal: entries have numbers from 0 on, and the oldest may be gone.
#[derive(Debug, Default)]
pub(in crate::emulator) struct Journal {
    entries: Vec<Entry>,
    /// About, of the entries that are there.
    bytes: usize,
    dropped: usize,
}

impl Journal {
    /// The entries that are there.
    pub(in crate::emulator) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many entries there are.
    pub(in crate::emulator) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many of the oldest entries are gone, which is the number of the first that is there.
    pub(in crate::emulator) fn dropped(&self) -> usize {
        self.dropped
    }

    pub(in crate::emulator) fn push(&mut self, entry: Entry) {
        self.bytes += weight(&entry);
        self.entries.push(entry);
    }

    /// Puts an entry before those from `place` on.
    pub(in crate::emulator) fn insert(&mut self, place: usize, entry: Entry) {
        self.bytes += weight(&entry);
        self.entries.insert(place, entry);
    }

    /// Drops the oldest entries of a journal that is too long or too large, down to seven eighths, so
    /// that it is seldom done.
    pub(in crate::emulator) fn trim(&mut self, keep: &Keep) {
        if self.entries.len() <= keep.journal && self.bytes <= keep.journal_bytes {
            return;
        }
        let (most, largest) = (keep.journal / 8 * 7, keep.journal_bytes / 8 * 7);
        let (mut gone, mut bytes) = (0, self.bytes);
        while let Some(entry) = self.entries.get(gone)
            && (self.entries.len() - gone > most || bytes > largest)
        {
            bytes -= weight(entry);
            gone += 1;
        }
        self.entries.drain(..gone);
        self.bytes = bytes;
        self.dropped += gone;
    }
}

/// What an entry without any text takes, about.
const FRAME: usize = 400;

/// The bytes that an entry takes, about; the same whenever it is asked.
fn weight(entry: &Entry) -> usize {
    let text = match &entry.what {
        What::Call { operation, params, .. } => {
            operation.len() + params.iter().map(|(name, value)| name.len() + value.len() + 100).sum::<usize>()
        }
        What::Event { event } => 2 * size(&event.content),
        What::Delivery { message, .. } => 2 * message_size(message),
        What::Recorded { payload, to, .. } => 2 * size(payload) + to.len(),
        What::Webhook(call) => 2 * size(&call.payload) + call.url.len(),
        What::RobotCall { message, .. } => 2 * message.as_ref().map_or(0, message_size),
        _ => 0,
    };
    FRAME + text
}

fn message_size(message: &Message) -> usize {
    size(&message.to_json())
}

fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 32,
        Value::String(text) => 32 + text.len(),
        Value::Array(items) => 32 + items.iter().map(size).sum::<usize>(),
        Value::Object(fields) => {
            32 + fields.iter().map(|(name, value)| 64 + name.len() + size(value)).sum::<usize>()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn call(bytes: usize) -> Entry {
        let what = What::Call {
            operation: "o".repeat(bytes),
            writes: false,
            account: String::new(),
            params: Default::default(),
            status: 200,
            code: String::new(),
            request_id: String::new(),
        };
        Entry { at: Timestamp::UNIX_EPOCH, what }
    }

    #[test]
    fn the_oldest_go_first_and_are_counted() {
        let keep = Keep { journal: 80, journal_bytes: 100_000, messages: 1 };
        let mut journal = Journal::default();
        for number in 0..1000 {
            journal.push(call(number % 7));
            journal.trim(&keep);
            assert!(journal.len() <= 80);
            assert_eq!(journal.len() + journal.dropped(), number + 1);
        }
        assert_eq!(journal.bytes, journal.entries().iter().map(weight).sum::<usize>());
    }

    #[test]
    fn large_entries_leave_few() {
        let keep = Keep { journal: 80, journal_bytes: 100_000, messages: 1 };
        let mut journal = Journal::default();
        for _ in 0..100 {
            journal.push(call(30_000));
            journal.trim(&keep);
            assert!(journal.bytes <= 100_000);
        }
        assert!((1..=3).contains(&journal.len()), "{}", journal.len());
        // One that is larger than everything leaves nothing.
        journal.push(call(1_000_000));
        journal.trim(&keep);
        assert_eq!((journal.len(), journal.bytes, journal.dropped()), (0, 0, 101));
    }
}
