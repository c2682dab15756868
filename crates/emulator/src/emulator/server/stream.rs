//! `GET journal/stream`: the journal as server-sent events.

use std::{collections::VecDeque, convert::Infallible};

use axum::{
    extract::{Query, State},
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::watch;

use super::shell::Stopping;
use crate::emulator::{Emulator, handle::Growth};

/// Entries that are taken out of the world at once.
const BATCH: usize = 256;

#[derive(Deserialize)]
pub(super) struct StreamQuery {
    #[serde(default)]
    from: usize,
}

/// Every entry from number `?from=` on, those that are kept and those to come: one `data:` line of
/// JSON each, with its number as `id:`. After a reset it goes on with the first entry of the new
/// journal. It ends when the server stops.
pub(super) async fn journal_stream(
    State(emulator): State<Emulator>,
    State(Stopping(stopping)): State<Stopping>,
    Query(query): Query<StreamQuery>,
) -> impl IntoResponse {
    let growth = emulator.journal_growth();
    let resets = growth.borrow().resets;
    let reader = Reader { emulator, growth, stopping, resets, next: query.from, ready: VecDeque::new() };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok::<_, Infallible>(event), reader))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

struct Reader {
    emulator: Emulator,
    growth: watch::Receiver<Growth>,
    stopping: watch::Receiver<bool>,
    resets: u64,
    /// The number of the entry to take next.
    next: usize,
    ready: VecDeque<Event>,
}

impl Reader {
    /// The next entry; none when the server stops.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let growth = *self.growth.borrow_and_update();
            if growth.resets != self.resets {
                self.resets = growth.resets;
                self.next = 0;
            }
            if growth.entries > self.next {
                self.fill();
                continue;
            }
            tokio::select! {
                changed = self.growth.changed() => changed.ok()?,
                stopped = self.stopping.wait_for(|stopping| *stopping) => {
                    stopped.ok();
                    return None;
                }
            }
        }
    }

    fn fill(&mut self) {
        let from = self.next;
        let (first, entries): (usize, Vec<_>) = self.emulator.with(|world| {
            if self.growth.borrow().resets != self.resets {
                // The numbers are those of the journal before; the caller looks again.
                return (from, Vec::new());
            }
            let first = from.max(world.journal_dropped());
            let there = world.journal().iter().skip(first - world.journal_dropped());
            (first, there.take(BATCH).map(|entry| entry.to_json()).collect())
        });
        self.next = first;
        for entry in entries {
            self.ready.push_back(Event::default().id(self.next.to_string()).data(entry.to_string()));
            self.next += 1;
        }
    }
}
