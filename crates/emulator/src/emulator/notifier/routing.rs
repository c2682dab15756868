//! The event centre: which rules an event meets, and what each one makes of it.

use std::time::Duration;

use crate::{
    emulator::{
        cms::EventRule,
        journal::{RuleVerdict, What},
        switches::SilenceScope,
        world::World,
    },
    event::{Pattern, SystemEvent},
};

impl World {
    /// An event reaches CloudMonitor: every rule of the account is considered, by name.
    pub(in crate::emulator) fn arrive(&mut self, account: &str, event: SystemEvent) {
        self.note(What::Event { event: event.clone() });
        let names: Vec<String> = self.account(account).rules.keys().cloned().collect();
        for rule in names {
            let verdict = self.judge(account, &rule, &event);
            let is_silenced = matches!(verdict, RuleVerdict::Silenced { .. });
            let is_told = verdict == RuleVerdict::Matched
                || is_silenced && self.switches.silence_scope == SilenceScope::Contacts;
            self.note(What::Rule { event_id: event.id.clone(), rule: rule.clone(), verdict });
            if is_told {
                self.tell(account, &rule, &event, is_silenced);
            }
        }
    }

    fn judge(&mut self, account: &str, name: &str, event: &SystemEvent) -> RuleVerdict {
        let key = self.switches.silence_key;
        let default_silence = self.switches.default_silence;
        let now = self.now();
        let account = self.account(account);
        let Some(rule) = account.rules.get(name) else {
            return RuleVerdict::Disabled;
        };
        if let Some(verdict) = unfit(rule, event) {
            return verdict;
        }
        let window = rule.silence.map_or(default_silence, Duration::from_secs);
        match account.silences.check_or_begin(name, event, key, window, now) {
            Some((until, by_event)) => RuleVerdict::Silenced { until, by_event },
            None => RuleVerdict::Matched,
        }
    }
}

/// Why a rule does not tell of an event, silence apart.
fn unfit(rule: &EventRule, event: &SystemEvent) -> Option<RuleVerdict> {
    let custom = event.is_custom();
    if (rule.event_type == "CUSTOM") != custom {
        return Some(if custom { RuleVerdict::SystemEvents } else { RuleVerdict::CustomEvents });
    }
    let mismatches = |pattern: &Pattern| {
        if custom { pattern.mismatches_of_custom(event) } else { pattern.mismatches(event) }
    };
    let nearest = rule.patterns.iter().map(mismatches).min_by_key(Vec::len);
    match nearest {
        Some(mismatches) if mismatches.is_empty() => {}
        mismatches => return Some(RuleVerdict::Mismatch(mismatches.unwrap_or_default())),
    }
    if let Some(group) = &rule.group_id
        && !event.group_id.split(',').any(|of_event| of_event.trim() == group)
    {
        return Some(RuleVerdict::OtherGroup { rule: group.clone(), event: event.group_id.clone() });
    }
    if !rule.enabled {
        return Some(RuleVerdict::Disabled);
    }
    rule.targets.is_empty().then_some(RuleVerdict::NoTargets)
}
