//! Silence: a rule that has told does not tell again for a while.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    clock::Timestamp,
    emulator::{queue::later, switches::SilenceKey},
    event::SystemEvent,
};

/// One silence.
#[derive(Debug, Clone)]
struct Silence {
    since: Timestamp,
    by_event: String,
}

/// The silences of an account, by rule and key.
#[derive(Debug, Default)]
pub(in crate::emulator) struct Silences {
    by_rule: BTreeMap<String, BTreeMap<String, Silence>>,
}

impl Silences {
    /// Whether the rule is silent for this event: until when, and since which event. When it is not,
    /// its silence begins. It ends at the instant `until`, not after it. The window is the one that the
    /// rule has now: none (`SilenceTime` 0) is none, whatever was told before, and a shorter or longer
    /// one counts from the event that was told last.
    pub(super) fn check_or_begin(
        &mut self,
        rule: &str,
        event: &SystemEvent,
        key: SilenceKey,
        window: Duration,
        now: Timestamp,
    ) -> Option<(Timestamp, String)> {
        if window.is_zero() {
            return None;
        }
        let silences = self.by_rule.entry(rule.to_owned()).or_default();
        silences.retain(|_, silence| later(silence.since, window) > now);
        let key = key_of(event, key);
        if let Some(silence) = silences.get(&key) {
            return Some((later(silence.since, window), silence.by_event.clone()));
        }
        silences.insert(key, Silence { since: now, by_event: event.id.clone() });
        None
    }

    /// Forgets the silences of a rule that is gone.
    pub(in crate::emulator) fn forget(&mut self, rule: &str) {
        self.by_rule.remove(rule);
    }
}

fn key_of(event: &SystemEvent, key: SilenceKey) -> String {
    match key {
        SilenceKey::Rule => String::new(),
        SilenceKey::RuleResource => event.resource_id.clone(),
        SilenceKey::RuleEvent => event.name.clone(),
        SilenceKey::RuleResourceEvent => format!("{}\n{}", event.resource_id, event.name),
    }
}
