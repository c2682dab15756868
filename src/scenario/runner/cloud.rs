//! The cloud that a story happens in, as far as stories differ by it: how time passes, and where is
//! seen what happened.

use std::time::Duration;

use indexmap::IndexMap;

use super::{live::Live, rows::Since};

use crate::{
    clock::{Clock as _, Timestamp},
    emulator::{Emulator, Entry},
    openapi::{ApiError, Client, Stop},
    report::Evidence,
    scenario::{
        mailbox::{Letter, Mailbox},
        matcher::MessageView,
    },
    secret::Secret,
};

/// How long it is looked on where that takes no time.
const LOOK_ON: Duration = Duration::from_secs(3600);

/// A scenario's own cloud.
pub(super) struct Cloud {
    /// The client that speaks to it.
    pub(super) client: Client,
    /// Instance ids by the names that the scenario uses.
    pub(super) instances: IndexMap<String, String>,
    /// Robots' tokens by the names that the spec uses.
    pub(super) tokens: IndexMap<String, Secret>,
    /// The account that owns everything.
    pub(super) account: String,
    /// What it is.
    pub(super) place: Place,
}

/// Where a story happens.
pub(super) enum Place {
    /// In an emulated world of its own, on a virtual clock.
    Emulated(Emulator),
    /// In the real cloud.
    Live(Box<Live>),
}

impl Cloud {
    /// Its time.
    pub(super) fn now(&self) -> Timestamp {
        match &self.place {
            Place::Emulated(emulator) => emulator.now(),
            Place::Live(live) => live.now(),
        }
    }

    /// The emulator, for what only an emulator can do. A scenario that asks for it elsewhere is refused
    /// before it begins.
    pub(super) const fn emulator(&self) -> Option<&Emulator> {
        match &self.place {
            Place::Emulated(emulator) => Some(emulator),
            Place::Live(_) => None,
        }
    }

    /// The real cloud, where it is that.
    pub(super) const fn live(&self) -> Option<&Live> {
        match &self.place {
            Place::Emulated(_) => None,
            Place::Live(live) => Some(live),
        }
    }

    /// What happened, as far as it is known, oldest first.
    pub(super) fn journal<T>(&self, read: impl FnOnce(&[Entry]) -> T) -> T {
        match &self.place {
            Place::Emulated(emulator) => emulator.with(|world| read(world.journal())),
            Place::Live(live) => live.journal(read),
        }
    }

    /// How much is known.
    pub(super) fn journal_len(&self) -> usize {
        self.journal(<[Entry]>::len)
    }

    /// A step begins to wait.
    pub(super) fn attend(&self) {
        if let Some(live) = self.live() {
            live.attend();
        }
    }

    /// Lets time pass, to the next moment at which something may be there, at most to `end`.
    /// Where time passes by itself, `stop` ends the wait.
    pub(super) async fn pass(&self, end: Timestamp, stop: &Stop) {
        match &self.place {
            Place::Emulated(emulator) => emulator.with(|world| {
                let due = world.next_due();
                world.advance_to(due.filter(|due| *due <= end).unwrap_or(end));
            }),
            Place::Live(live) => live.pass(end, stop).await,
        }
    }

    /// Lets time pass until then.
    pub(super) async fn pass_to(&self, at: Timestamp, stop: &Stop) {
        match &self.place {
            Place::Emulated(emulator) => emulator.with(|world| world.advance_to(at)),
            Place::Live(live) => live.pass_to(at, stop).await,
        }
    }

    /// How long a step that has failed looks on, to tell "too late" from "not at all".
    pub(super) fn patience(&self) -> Duration {
        match &self.place {
            Place::Emulated(_) => LOOK_ON,
            Place::Live(live) => live.run.binds.look_on,
        }
    }

    /// Lets time pass to the next moment at which something may be there; false when nothing will come
    /// until `end`, or nobody waits for it any more.
    pub(super) async fn pass_on(&self, end: Timestamp, stop: &Stop) -> bool {
        let may_come = self.may_change(end) && !(self.live().is_some() && stop.is_pulled());
        if may_come {
            self.pass(end, stop).await;
        }
        may_come
    }

    /// Whether anything may change until `end`: an emulated world knows.
    pub(super) fn may_change(&self, end: Timestamp) -> bool {
        match &self.place {
            Place::Emulated(emulator) => {
                emulator.with(|world| world.next_due()).is_some_and(|due| due <= end)
            }
            Place::Live(live) => live.now() < end,
        }
    }

    /// Notes what must have happened where nobody tells, for an explanation.
    pub(super) fn conclude(&self) {
        if let Some(live) = self.live() {
            live.conclude();
        }
    }

    /// From when on rows are asked for in a story that began then.
    pub(super) fn since(&self, began: Timestamp) -> Since {
        match &self.place {
            Place::Emulated(_) => Since::at(began),
            Place::Live(live) => live.since(began),
        }
    }

    /// The state of an instance; none for one that is not there.
    pub(super) async fn instance_state(&self, id: &str) -> Result<Option<String>, ApiError> {
        match &self.place {
            Place::Emulated(emulator) => {
                Ok(emulator.with(|world| world.instance_state(id).map(str::to_owned)))
            }
            Place::Live(live) => live.instance_state(id).await,
        }
    }

    /// Puts what robots got since the last look into their mailboxes.
    pub(super) async fn collect(
        &self,
        mailboxes: &mut IndexMap<String, Mailbox>,
        began: Timestamp,
    ) -> Result<(), ApiError> {
        match &self.place {
            Place::Live(live) => live.collect(&self.client, mailboxes, began).await,
            Place::Emulated(emulator) => {
                for (robot, mailbox) in mailboxes {
                    let Some(token) = self.tokens.get(robot) else { continue };
                    let known = mailbox.letters().len();
                    emulator.with(|world| {
                        for received in world.messages(token.expose()).iter().skip(known) {
                            mailbox.receive(Letter {
                                at: received.at,
                                view: MessageView::of(&received.message),
                                message: received.message.clone(),
                                event_id: received.event_id.clone(),
                                rule: received.rule.clone(),
                                contact: received.contact.clone(),
                                evidence: Evidence::Captured,
                                taken_by: None,
                            });
                        }
                    });
                }
                Ok(())
            }
        }
    }
}
