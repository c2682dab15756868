//! A world that many can hold: behind a lock, with a clock.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, watch};

use super::{
    World, WorldConfig, calls::CallSignals, faults::Passage, notifier::ROBOT_PATH, queue::later,
    state::Keeper,
};
use crate::{
    clock::{BoxFuture, Clock, FastClock, Timestamp},
    openapi::{HttpRequest, HttpResponse, Transport, TransportError},
};

/// An emulated cloud to share: cheap to clone, all clones are the same world.
///
/// It is a [`Transport`], so a client in the same process sends it the same signed requests as a
/// real cloud; and a [`Clock`]. With a virtual clock, sleeping moves the world; with a real one, the
/// world follows the clock it was given.
#[derive(Clone)]
pub struct Emulator {
    shared: Arc<Shared>,
}

struct Shared {
    world: Mutex<World>,
    config: WorldConfig,
    /// None for a virtual clock.
    clock: Option<Arc<dyn Clock>>,
    /// The same clock, where it is a fast one.
    fast: Option<FastClock>,
    /// Tells the one who waits for the next thing due that there may be an earlier one.
    changed: Notify,
    calls: CallSignals,
    growth: watch::Sender<Growth>,
    /// The state file, if there is one.
    keeper: Keeper,
}

/// How far a journal has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Growth {
    /// How often the world was begun again; each time the journal is empty.
    pub(super) resets: u64,
    /// Entries since then.
    pub(super) entries: usize,
}

impl Emulator {
    /// A world that moves only when it is told to.
    #[must_use]
    pub fn virtual_clock(config: WorldConfig) -> Self {
        Self::new(config, None, None)
    }

    /// A world that follows `clock`, from its present instant on (`config.start` is not used).
    #[must_use]
    pub fn real_clock(config: WorldConfig, clock: Arc<dyn Clock>) -> Self {
        Self::new(config, Some(clock), None)
    }

    /// As [`Emulator::real_clock`], with a clock that is faster than the machine's: everything that is
    /// timed in the world follows it.
    #[must_use]
    pub fn fast_clock(config: WorldConfig, clock: FastClock) -> Self {
        Self::new(config, Some(Arc::new(clock.clone())), Some(clock))
    }

    fn new(config: WorldConfig, clock: Option<Arc<dyn Clock>>, fast: Option<FastClock>) -> Self {
        let start = clock.as_ref().map_or(config.start, |clock| clock.now());
        let world = Mutex::new(begin(&config, start));
        let growth = watch::Sender::new(Growth::default());
        let (changed, calls, keeper) = (Notify::new(), CallSignals::default(), Keeper::default());
        Self { shared: Arc::new(Shared { world, config, clock, fast, changed, calls, growth, keeper }) }
    }

    /// What a real clock says, unless a state file lets time stand still; None for a virtual clock.
    fn time(&self) -> Option<Timestamp> {
        let clock = self.shared.clock.as_ref()?;
        Some(self.shared.keeper.instant().unwrap_or_else(|| clock.now()))
    }

    pub(super) fn keeper(&self) -> &Keeper {
        &self.shared.keeper
    }

    pub(super) fn config(&self) -> &WorldConfig {
        &self.shared.config
    }

    /// Tells the world where it is served (`127.0.0.1:8080`), and that its webhooks are called.
    pub(super) fn serve_at(&self, authorities: Vec<String>) {
        self.with(|world| {
            world.call_out();
            authorities.iter().for_each(|authority| world.serve_at(authority));
            self.shared.keeper.note_served(world.now(), authorities);
        });
    }

    /// Runs `act` on the world, at the present instant.
    pub fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        // A panic elsewhere does not make the world unusable.
        let mut world = self.shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(now) = self.time() {
            world.advance_to(now);
        }
        let result = act(&mut world);
        let is_calling = world.has_waiting_calls();
        world.forget();
        self.tell_growth(&world);
        drop(world);
        self.shared.changed.notify_one();
        self.shared.calls.tell(is_calling);
        result
    }

    /// Whether the clock is virtual.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        self.shared.clock.is_none()
    }

    /// The clock, where it is a fast one.
    pub(super) fn fast(&self) -> Option<&FastClock> {
        self.shared.fast.as_ref()
    }

    /// Begins again from the configuration: declared robots and the address stay, all else is gone.
    pub fn reset(&self) {
        let old = self.with(|world| {
            let start = self.time().unwrap_or(self.shared.config.start);
            let mut new = begin(&self.shared.config, start);
            world.robots().cloned().for_each(|robot| new.declare_robot(robot));
            new.own_authorities = std::mem::take(&mut world.own_authorities);
            new.webhooks = world.webhooks.renewed();
            self.shared.growth.send_modify(|growth| growth.resets += 1);
            std::mem::replace(world, new)
        });
        // A large world takes its time to go; nobody need wait for it.
        std::thread::Builder::new().spawn(move || drop(old)).ok();
    }

    /// Answers a request by its path: a robot's, or else an API call. An injected delay passes on
    /// this emulator's clock; none where an injected fault lets no answer through.
    ///
    /// With a state file, an answer comes when the call is in it for good.
    pub async fn answer(&self, request: &HttpRequest, peer: IpAddr) -> Option<HttpResponse> {
        if self.keeper().is_open() {
            return self.answer_kept(request, peer).await;
        }
        let (response, passage) = self.hear(request, peer);
        self.let_pass(response, passage).await
    }

    /// The effect of a request, and the answer on its way.
    pub(super) fn hear(&self, request: &HttpRequest, peer: IpAddr) -> (HttpResponse, Passage) {
        let (response, passage, ()) = self.hear_and(request, peer, |_| ());
        (response, passage)
    }

    /// As [`Emulator::hear`]; nobody sees the effect before `then` has seen the answer.
    pub(super) fn hear_and<T>(
        &self,
        request: &HttpRequest,
        peer: IpAddr,
        then: impl FnOnce(&HttpResponse) -> T,
    ) -> (HttpResponse, Passage, T) {
        self.with(|world| {
            let response = if request.path == ROBOT_PATH {
                world.robot_send(request, peer)
            } else {
                world.handle(request)
            };
            let passage = world.take_passage();
            let outcome = then(&response);
            (response, passage, outcome)
        })
    }

    /// The way of an answer to its caller.
    pub(super) async fn let_pass(&self, response: HttpResponse, passage: Passage) -> Option<HttpResponse> {
        if !passage.delay.is_zero() {
            self.sleep(passage.delay).await;
        }
        passage.dropped.is_none().then_some(response)
    }

    /// Tells how far the journal has come, now and at each change.
    pub(super) fn journal_growth(&self) -> watch::Receiver<Growth> {
        self.shared.growth.subscribe()
    }

    /// With a real clock: moves the world as things become due, for ever. With a virtual one there
    /// is nothing to do, and it ends.
    pub(super) async fn keep_going(&self) {
        let Some(clock) = &self.shared.clock else { return };
        loop {
            let (now, due) = self.peek();
            let wait = match due {
                Some(due) => Duration::try_from(due.duration_since(now)).unwrap_or_default(),
                None => IDLE,
            };
            tokio::select! {
                () = clock.sleep(wait) => self.follow(),
                () = self.shared.changed.notified() => {}
            }
        }
    }

    fn peek(&self) -> (Timestamp, Option<Timestamp>) {
        let world = self.shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.time().unwrap_or_else(|| world.now());
        (now, world.next_due())
    }

    /// How many messages a robot has, without moving the world.
    #[cfg(test)]
    pub(super) fn peek_messages(&self, token: &str) -> usize {
        self.shared.world.lock().unwrap_or_else(PoisonError::into_inner).messages(token).len()
    }

    fn follow(&self) {
        let mut world = self.shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(now) = self.time() {
            world.advance_to(now);
        }
        world.forget();
        self.tell_growth(&world);
        self.shared.calls.tell(world.has_waiting_calls());
    }

    /// How calls of webhooks are signalled.
    pub(super) fn call_signals(&self) -> &CallSignals {
        &self.shared.calls
    }

    fn tell_growth(&self, world: &World) {
        let entries = world.journal_dropped() + world.journal().len();
        self.shared.growth.send_if_modified(|growth| {
            let is_new = growth.entries != entries;
            growth.entries = entries;
            is_new
        });
    }
}

/// How long the driver of a real clock waits when nothing is due; a change wakes it earlier.
const IDLE: Duration = Duration::from_secs(60);

fn begin(config: &WorldConfig, start: Timestamp) -> World {
    World::new(WorldConfig { start, ..config.clone() })
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").field("virtual", &self.is_virtual()).finish_non_exhaustive()
    }
}

impl Transport for Emulator {
    fn send<'a>(
        &'a self,
        _base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            self.answer(&request, IpAddr::V4(Ipv4Addr::LOCALHOST)).await.ok_or_else(|| TransportError {
                message: "the connection ended without an answer (injected fault)".to_owned(),
                sent: true,
            })
        })
    }
}

impl Clock for Emulator {
    fn now(&self) -> Timestamp {
        self.with(|world| world.now())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        match &self.shared.clock {
            Some(clock) => clock.sleep(duration),
            None => Box::pin(async move {
                self.with(|world| world.advance_to(later(world.now(), duration)));
            }),
        }
    }
}
