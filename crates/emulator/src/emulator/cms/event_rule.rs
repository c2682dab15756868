//! Event-triggered alert rules, as they are written.

use indexmap::IndexMap;

use super::{
    Target,
    ack::{CODE, ack, illegal, rule_not_found},
};
use crate::{
    api::cloudmonitor::{
        Ack, DeleteEventRules, DisableEventRules, EnableEventRules, EventPattern, PutEventRule,
        PutEventRuleResponse, WrittenKeywordFilter,
    },
    emulator::{
        gateway::{Call, Refusal, Serve, required},
        switches::Omitted,
    },
    event::{Keywords, Pattern, Relation},
};

/// Names in one EnableEventRules or DisableEventRules; documented.
const MOST_NAMES: usize = 20;
/// Patterns of a rule, and values in each of their lists; documented.
const MOST_PATTERNS: usize = 50;

/// A rule.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct EventRule {
    pub(super) description: Option<String>,
    /// At least one.
    pub(in crate::emulator) patterns: Vec<Pattern>,
    /// `SYSTEM` or `CUSTOM`.
    pub(in crate::emulator) event_type: String,
    /// The application group that the rule is for.
    pub(in crate::emulator) group_id: Option<String>,
    /// Seconds; none when they were never sent.
    pub(in crate::emulator) silence: Option<u64>,
    pub(in crate::emulator) enabled: bool,
    /// By id, in the order of writing.
    pub(in crate::emulator) targets: IndexMap<String, Target>,
}

impl Serve for PutEventRule {
    fn serve(self, call: &mut Call<'_>) -> Result<PutEventRuleResponse, Refusal> {
        required("RuleName", &self.rule_name)?;
        check_words(&self)?;
        let patterns = patterns(self.event_pattern)?;
        let keep = call.switches().put_omitted_rule == Omitted::Keep;
        let account = call.account();
        let old = account.rules.get(&self.rule_name);
        let kept = old.filter(|_| keep);
        let patterns = match (patterns.is_empty(), kept) {
            (false, _) => patterns,
            (true, Some(old)) => old.patterns.clone(),
            (true, None) => return Err(Refusal::missing("EventPattern.1.Product")),
        };
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let rule = EventRule {
            description: match self.description {
                Some(text) => some(text),
                None => kept.and_then(|old| old.description.clone()),
            },
            patterns,
            event_type: self
                .event_type
                .or_else(|| kept.map(|old| old.event_type.clone()))
                .unwrap_or_else(|| "SYSTEM".to_owned()),
            group_id: match self.group_id {
                Some(text) => some(text),
                None => kept.and_then(|old| old.group_id.clone()),
            },
            silence: self.silence_time.or_else(|| kept.and_then(|old| old.silence)),
            enabled: match self.state {
                Some(state) => state == "ENABLED",
                None => kept.is_none_or(|old| old.enabled),
            },
            targets: old.map(|old| old.targets.clone()).unwrap_or_default(),
        };
        account.rules.insert(self.rule_name, rule);
        Ok(PutEventRuleResponse {
            code: CODE.to_owned(),
            data: "1".to_owned(),
            message: "success".to_owned(),
            success: true,
            ..PutEventRuleResponse::default()
        })
    }
}

fn check_words(rule: &PutEventRule) -> Result<(), Refusal> {
    let one_of = |name: &str, value: &Option<String>, words: [&str; 2]| match value {
        Some(value) if !words.contains(&value.as_str()) => {
            Err(illegal(format!("{name} `{value}` is neither {} nor {}", words[0], words[1])))
        }
        _ => Ok(()),
    };
    one_of("State", &rule.state, ["ENABLED", "DISABLED"])?;
    one_of("EventType", &rule.event_type, ["SYSTEM", "CUSTOM"])
}

/// The patterns; words that can never match are refused, since a rule that is silent for a spelling
/// is what this tool is against.
fn patterns(written: Vec<EventPattern>) -> Result<Vec<Pattern>, Refusal> {
    if written.len() > MOST_PATTERNS {
        return Err(illegal(format!("at most {MOST_PATTERNS} EventPattern")));
    }
    written.into_iter().enumerate().map(|(index, pattern)| read(index + 1, pattern)).collect()
}

fn read(number: usize, pattern: EventPattern) -> Result<Pattern, Refusal> {
    required(&format!("EventPattern.{number}.Product"), &pattern.product)?;
    let lists = [&pattern.event_type_list, &pattern.level_list, &pattern.name_list, &pattern.status_list];
    if lists.into_iter().any(|list| list.len() > MOST_PATTERNS) {
        return Err(illegal(format!("at most {MOST_PATTERNS} values in a list of EventPattern.{number}")));
    }
    let known = ["CRITICAL", "WARN", "INFO", "*"];
    if let Some(level) = pattern.level_list.iter().find(|level| !known.contains(&level.as_str())) {
        return Err(illegal(format!("level `{level}` is none of CRITICAL, WARN, INFO and *")));
    }
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    Ok(Pattern {
        product: pattern.product,
        event_types: pattern.event_type_list,
        levels: pattern.level_list,
        names: pattern.name_list,
        statuses: pattern.status_list,
        keyword: some(pattern.custom_filters),
        sql_filter: some(pattern.sql_filter),
        keywords: keywords(number, pattern.keyword_filter)?,
    })
}

/// `KeywordFilter`: without keywords there is none. Which relation holds when none is sent is not
/// documented, so it is refused.
fn keywords(number: usize, filter: Option<WrittenKeywordFilter>) -> Result<Option<Keywords>, Refusal> {
    let Some(filter) = filter else { return Ok(None) };
    let words: Vec<String> = filter.keywords.into_iter().filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Ok(None);
    }
    if words.len() > MOST_PATTERNS {
        return Err(illegal(format!("at most {MOST_PATTERNS} Keywords of EventPattern.{number}")));
    }
    let relation = filter.relation.unwrap_or_default();
    match Relation::parse(&relation) {
        Some(relation) => Ok(Some(Keywords { relation, words })),
        None => Err(illegal(format!(
            "Relation `{relation}` of EventPattern.{number}.KeywordFilter is neither OR nor NOT"
        ))),
    }
}

/// Switches rules on or off; all of them or none.
fn switch(call: &mut Call<'_>, names: &[String], enabled: bool) -> Result<Ack, Refusal> {
    if names.is_empty() {
        return Err(Refusal::missing("RuleNames"));
    }
    if names.len() > MOST_NAMES {
        return Err(illegal(format!("at most {MOST_NAMES} RuleNames")));
    }
    let rules = &mut call.account().rules;
    if let Some(unknown) = names.iter().find(|name| !rules.contains_key(*name)) {
        return Err(rule_not_found(unknown));
    }
    for name in names {
        if let Some(rule) = rules.get_mut(name) {
            rule.enabled = enabled;
        }
    }
    Ok(ack())
}

impl Serve for EnableEventRules {
    fn serve(self, call: &mut Call<'_>) -> Result<Ack, Refusal> {
        switch(call, &self.rule_names, true)
    }
}

impl Serve for DisableEventRules {
    fn serve(self, call: &mut Call<'_>) -> Result<Ack, Refusal> {
        switch(call, &self.rule_names, false)
    }
}

impl Serve for DeleteEventRules {
    fn serve(self, call: &mut Call<'_>) -> Result<Ack, Refusal> {
        if self.rule_names.is_empty() {
            return Err(Refusal::missing("RuleNames"));
        }
        let account = call.account();
        // No code for an unknown rule is documented: removing what is not there succeeds.
        for name in &self.rule_names {
            account.rules.remove(name);
            account.silences.forget(name);
        }
        Ok(ack())
    }
}
