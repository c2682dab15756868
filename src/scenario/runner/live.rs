//! A story on the real cloud: its time passes by itself, and what happened is what the cloud, and a relay
//! where there is one, tell when they are asked.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use indexmap::IndexMap;

use super::{
    believe::{Beliefs, Undelivered, has_result},
    relayed::Relayed,
    rows::{self, Since},
};
use crate::{
    api::cloudmonitor::{AlertLog, SystemEventRow},
    clock::Timestamp,
    emulator::{Entry, RuleVerdict, What},
    openapi::{ApiError, Client, Stop},
    report::counted,
    scenario::{
        Scenario,
        explain::between,
        live::{LiveRun, Prepared, instance},
        mailbox::{Letter, Mailbox},
    },
};

/// The state of an instance that is not there any more.
const DELETED: &str = "Deleted";
/// The first wait between two looks.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// What part a wait is of the time since something was new: a tenth until it is a minute, and again when a
/// minute is less than a sixtieth, after an hour.
const PART: u32 = 10;
const MINUTE: Duration = Duration::from_secs(60);
const LATER_PART: u32 = 60;
/// How much of a wait a rehearsal does not leap over: where the cloud is looked at before and after, and
/// where it has to answer what was done before.
const BETWEEN_LOOKS: Duration = Duration::from_secs(3);
const AFTER_ACTS: Duration = Duration::from_secs(60);
/// The clocks of the two sides may differ by so much.
const SKEW: Duration = Duration::from_secs(60);

/// For how long an entry of the alert log that says nothing of its result is looked at again, before what
/// it does say is all there is. Nothing says how soon a result is there.
const FOR_RESULT: Duration = Duration::from_secs(10);

/// The real cloud, as a story sees it.
pub(super) struct Live {
    pub(super) run: Arc<LiveRun>,
    /// The instances that the scenario names: id, region and the state that they began with.
    pub(super) touched: IndexMap<String, Instance>,
    seen: Mutex<Seen>,
}

/// An instance that a scenario names.
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) region: String,
    pub(super) was: String,
    /// How it was stopped, where it was.
    pub(super) stopped_mode: Option<String>,
}

/// What was seen so far.
struct Seen {
    journal: Vec<Entry>,
    beliefs: Beliefs,
    /// Ids of events and of entries of the alert log that were there before the story.
    before: HashSet<String>,
    /// Those that came since.
    known: HashSet<String>,
    states: IndexMap<String, String>,
    letters: IndexMap<String, Vec<Letter>>,
    relayed: Option<Relayed>,
    /// When something new was seen or done, or a step began to wait, last.
    news: Timestamp,
    /// Entries of the alert log that say nothing of their result, and when each was seen first.
    without_result: HashMap<String, Timestamp>,
}

impl Live {
    /// Takes note of what is there before the story begins.
    pub(super) async fn open(
        run: &Arc<LiveRun>,
        scenario: &Scenario,
        prepared: Prepared,
    ) -> Result<Self, String> {
        let relayed = match &run.binds.relay {
            Some(source) => Some(Relayed::open(source, &scenario.spec, run.binds.rehearsal.clone()).await?),
            None => None,
        };
        let mut before = HashSet::new();
        let since = Since::before(run.client.clock().now(), SKEW);
        let told = |error: ApiError| error.to_string();
        for row in rows::events(&run.client, since).await.map_err(told)? {
            before.extend(row.id);
        }
        match rows::alerts(&run.client, since, "").await {
            Ok(entries) => before.extend(entries.into_iter().map(|entry| entry.log_id)),
            Err(error) if relayed.is_none() => return Err(told(error)),
            // The relay is the better witness.
            Err(_) => {}
        }
        let states =
            prepared.instances.values().map(|found| (found.instance_id.clone(), found.status.clone()));
        let seen = Seen {
            journal: Vec::new(),
            beliefs: Beliefs::new(Arc::clone(&scenario.spec)),
            before,
            known: HashSet::new(),
            states: states.collect(),
            letters: IndexMap::new(),
            relayed,
            news: run.client.clock().now(),
            without_result: HashMap::new(),
        };
        let touched = prepared.instances.into_iter().map(|(name, found)| {
            let region = found.region_id;
            let stopped_mode = Some(found.stopped_mode).filter(|mode| mode.ends_with("Charging"));
            (name, Instance { id: found.instance_id, region, was: found.status, stopped_mode })
        });
        Ok(Self { run: Arc::clone(run), touched: touched.collect(), seen: Mutex::new(seen) })
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.run.client.clock().now()
    }

    pub(super) fn journal<T>(&self, read: impl FnOnce(&[Entry]) -> T) -> T {
        read(&self.seen().journal)
    }

    /// Waits until the next look, which comes the later the longer nothing was new.
    pub(super) async fn pass(&self, end: Timestamp, stop: &Stop) {
        let wait = {
            let since = between(self.seen().news, self.now());
            (since / PART).clamp(FIRST_WAIT, MINUTE.max(since / LATER_PART))
        };
        self.sleep(wait.min(between(self.now(), end)), BETWEEN_LOOKS, stop).await;
    }

    pub(super) async fn pass_to(&self, at: Timestamp, stop: &Stop) {
        self.sleep(between(self.now(), at), AFTER_ACTS, stop).await;
    }

    async fn sleep(&self, duration: Duration, first: Duration, stop: &Stop) {
        tokio::select! {
            () = self.run.client.clock().pass(duration, first) => {}
            () = stop.pulled() => {}
        }
    }

    /// Something may be there soon: an act was done, or a step begins to wait.
    pub(super) fn attend(&self) {
        let now = self.now();
        self.seen().news = now;
    }

    pub(super) async fn instance_state(&self, id: &str) -> Result<Option<String>, ApiError> {
        let Some(touched) = self.touched.values().find(|touched| touched.id == id) else { return Ok(None) };
        let found = instance(&self.run.client, &touched.region, id).await?;
        Ok(found.map(|found| found.status))
    }

    /// Looks at everything once, and puts what is new into the mailboxes.
    pub(super) async fn collect(
        &self,
        client: &Client,
        mailboxes: &mut IndexMap<String, Mailbox>,
        began: Timestamp,
    ) -> Result<(), ApiError> {
        let known = self.seen().journal.len();
        self.look_at_instances(client).await?;
        let since = Since::before(began, SKEW);
        self.note_events(rows::events(client, since).await?);
        let has_relay = self.seen().relayed.is_some();
        match rows::alerts(client, since, "").await {
            Ok(entries) => self.note_alerts(entries),
            Err(error) if !has_relay => return Err(error),
            Err(_) => {}
        }
        self.look_at_relay(mailboxes.keys()).await?;
        if self.seen().journal.len() > known {
            self.attend();
        }
        let seen = self.seen();
        for (robot, mailbox) in mailboxes {
            let letters = seen.letters.get(robot).map(Vec::as_slice).unwrap_or_default();
            for letter in letters.iter().skip(mailbox.letters().len()) {
                mailbox.receive(letter.clone());
            }
        }
        Ok(())
    }

    async fn look_at_instances(&self, client: &Client) -> Result<(), ApiError> {
        for (name, touched) in &self.touched {
            let found = instance(client, &touched.region, &touched.id).await?;
            let state = found.map_or_else(|| DELETED.to_owned(), |found| found.status);
            let at = self.now();
            let mut seen = self.seen();
            let before = seen.states.insert(touched.id.clone(), state.clone());
            if before.as_ref() != Some(&state) {
                seen.note(Entry {
                    at,
                    what: What::Instance {
                        instance_id: touched.id.clone(),
                        name: name.clone(),
                        from: before,
                        to: state,
                        cause: String::new(),
                    },
                });
            }
        }
        Ok(())
    }

    fn note_events(&self, found: Vec<SystemEventRow>) {
        let account = &self.run.account;
        let mut seen = self.seen();
        for row in found {
            let Some(id) = row.id.clone().filter(|id| seen.is_news(id)) else { continue };
            let entries = seen.beliefs.event(rows::system_event(id, row, account));
            entries.into_iter().for_each(|entry| seen.note(entry));
        }
    }

    fn note_alerts(&self, found: Vec<AlertLog>) {
        let now = self.now();
        let mut seen = self.seen();
        for entry in found {
            if seen.is_under_way(&entry, now) || !seen.is_news(&entry.log_id) {
                continue;
            }
            let (entries, told) = seen.beliefs.alert(&entry);
            entries.into_iter().for_each(|entry| seen.note(entry));
            for (robot, letter) in told {
                // What a relay captures is seen there.
                if !seen.captures(&robot) {
                    seen.letters.entry(robot).or_default().push(letter);
                }
            }
        }
    }

    async fn look_at_relay(&self, robots: impl Iterator<Item = &String>) -> Result<(), ApiError> {
        // Nobody else looks meanwhile: a story is one task.
        let Some(mut relayed) = self.seen().relayed.take() else { return Ok(()) };
        let (mut found, mut refused) = (Vec::new(), None);
        for robot in robots {
            match relayed.new_messages(robot).await {
                Ok(new) => found.extend(new),
                Err(error) => refused = Some(error),
            }
        }
        let mut seen = self.seen();
        seen.relayed = Some(relayed);
        for captured in found {
            let robot = captured.robot.name.clone().unwrap_or_default();
            let (entry, letter) = seen.beliefs.captured(captured);
            seen.note(entry);
            if let Some(letter) = letter {
                seen.letters.entry(robot).or_default().push(letter);
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// What the spec says happened where nothing else says anything; for explanations.
    pub(super) fn conclude(&self) {
        let mut seen = self.seen();
        let entries = seen.beliefs.conclude();
        entries.into_iter().for_each(|entry| seen.note(entry));
    }

    /// Messages that are only known by their event: those to this robot that nothing better tells of.
    pub(super) fn only_seen(&self, robot: &str) -> Vec<Letter> {
        let mut seen = self.seen();
        let letters = seen.beliefs.only_seen(robot);
        seen.letters.entry(robot.to_owned()).or_default().extend(letters.clone());
        letters
    }

    /// An instance that was there, and is not any more.
    pub(super) fn gone(&self) -> Option<String> {
        let seen = self.seen();
        let is_gone = |touched: &Instance| seen.states.get(&touched.id).is_some_and(|state| state == DELETED);
        self.touched.iter().find(|(_, touched)| is_gone(touched)).map(|(name, _)| name.clone())
    }

    /// Whether a relay captures what this robot is sent.
    pub(super) fn captures(&self, robot: &str) -> bool {
        self.seen().captures(robot)
    }

    /// The first message to this robot that the alert log says did not arrive, where no relay captures them.
    pub(super) fn undelivered(&self, robot: &str) -> Option<Undelivered> {
        let seen = self.seen();
        seen.beliefs.undelivered(robot).filter(|_| !seen.captures(robot)).cloned()
    }

    /// What is known since a point of the journal, for somebody who waited in vain for a message of `robot`.
    pub(super) fn known(&self, robot: &str, since: usize) -> String {
        let seen = self.seen();
        let new = seen.journal.get(since..).unwrap_or_default();
        let count = |is_it: &dyn Fn(&What) -> bool| new.iter().filter(|entry| is_it(&entry.what)).count();
        let events = count(&|what| matches!(what, What::Event { .. }));
        let told = count(&|what| matches!(what, What::Rule { verdict: RuleVerdict::Matched, .. }));
        let captured = count(&|what| match what {
            What::Delivery { robot: of, .. } => of.name.as_deref() == Some(robot),
            _ => false,
        });
        let relay = match &seen.relayed {
            Some(relayed) if relayed.captures(robot) => {
                format!("the relay got {} for `{robot}`", counted(captured, "message"))
            }
            Some(_) => format!("the relay does not know `{robot}`"),
            None => "no relay captures messages".to_owned(),
        };
        format!(
            "known since the acts: CloudMonitor lists {}, rules told of them {}, {relay}",
            counted(events, "event"),
            counted(told, "time")
        )
    }

    /// The rows that steps look for themselves: those that were not there before the story.
    pub(super) fn since(&self, began: Timestamp) -> Since {
        Since::before(began, SKEW)
    }

    /// Whether something was there before the story.
    pub(super) fn is_old(&self, id: &str) -> bool {
        self.seen().before.contains(id)
    }
}

impl Seen {
    /// Whether an id is seen for the first time, and is not of before the story.
    fn is_news(&mut self, id: &str) -> bool {
        !self.before.contains(id) && self.known.insert(id.to_owned())
    }

    fn captures(&self, robot: &str) -> bool {
        self.relayed.as_ref().is_some_and(|relayed| relayed.captures(robot))
    }

    /// Whether an entry of the alert log may still get its result.
    fn is_under_way(&mut self, entry: &AlertLog, now: Timestamp) -> bool {
        if has_result(entry) {
            return false;
        }
        let seen = *self.without_result.entry(entry.log_id.clone()).or_insert(now);
        between(seen.min(rows::instant(entry.alert_time.parse().ok())), now) < FOR_RESULT
    }

    fn note(&mut self, entry: Entry) {
        self.journal.push(entry);
    }
}
