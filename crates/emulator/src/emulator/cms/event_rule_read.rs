//! Event-triggered alert rules, as they are read.

use super::{EventRule, ack::CODE, page::page};
use crate::{
    api::cloudmonitor::{
        DescribeEventRuleAttribute, DescribeEventRuleAttributeResponse, DescribeEventRuleList,
        DescribeEventRuleListResponse, DetailedKeywords, EventNames, EventRule as ReadRule, EventRuleList,
        EventTypeNames, KeywordFilterObj, LevelNames, ListedKeywordFilter, ListedKeywords, ListedPattern,
        StatusNames,
    },
    emulator::{
        gateway::{Call, Refusal, Serve, required},
        switches::{OnOff, RuleListDefault, Switches},
    },
    event::Keywords,
};

/// Entries a page without PageSize; documented.
const PAGE_SIZE: u32 = 10;

impl EventRule {
    /// What both reads have in common. Reads return one pattern, the first.
    fn read(&self, name: &str) -> ReadRule {
        ReadRule {
            name: name.to_owned(),
            description: self.description.clone(),
            event_type: self.event_type.clone(),
            group_id: self.group_id.clone(),
            silence_time: None,
            state: if self.enabled { "ENABLED" } else { "DISABLED" }.to_owned(),
            event_pattern: self.flat_pattern(),
        }
    }

    /// The flat pattern without statuses. All three wrappers are there even when empty: a widely
    /// used client breaks when one is missing.
    fn flat_pattern(&self) -> ListedPattern {
        let Some(pattern) = self.patterns.first() else {
            return ListedPattern::default();
        };
        ListedPattern {
            product: Some(pattern.product.clone()),
            event_type_list: EventTypeNames { event_type_list: pattern.event_types.clone() },
            level_list: LevelNames { level_list: pattern.levels.clone() },
            name_list: EventNames { name_list: pattern.names.clone() },
            status_list: None,
            custom_filters: pattern.keyword.clone(),
            sql_filter: pattern.sql_filter.clone(),
            keyword_filter: None,
            keyword_filter_obj: None,
            event_pattern: Vec::new(),
        }
    }

    fn keywords(&self) -> Option<&Keywords> {
        self.patterns.first()?.keywords.as_ref()
    }

    /// As the list returns it: with the silence, and the pattern in both shapes.
    fn listed(&self, name: &str, switches: &Switches) -> ReadRule {
        let mut rule = self.read(name);
        let default = (switches.defaults_listed == OnOff::On).then_some(switches.default_silence.as_secs());
        rule.silence_time = self.silence.or(default);
        if let Some(keywords) = self.keywords() {
            rule.event_pattern.keyword_filter = Some(ListedKeywordFilter {
                relation: keywords.relation.as_str().to_owned(),
                keywords: ListedKeywords { keywords: keywords.words.clone() },
            });
        }
        rule.event_pattern.event_pattern = vec![rule.event_pattern.clone()];
        rule
    }

    /// As DescribeEventRuleAttribute returns it: with the statuses, without the silence.
    fn detailed(&self, name: &str) -> ReadRule {
        let mut rule = self.read(name);
        let statuses = self.patterns.first().map(|pattern| pattern.statuses.clone()).unwrap_or_default();
        if let Some(keywords) = self.keywords() {
            rule.event_pattern.keyword_filter_obj = Some(KeywordFilterObj {
                relation: keywords.relation.as_str().to_owned(),
                keywords: DetailedKeywords { keyword: keywords.words.clone() },
            });
        }
        rule.event_pattern.status_list = Some(StatusNames { status_list: statuses });
        rule
    }
}

impl Serve for DescribeEventRuleList {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeEventRuleListResponse, Refusal> {
        let switches = call.switches().clone();
        let enabled = self.is_enable.or(match switches.rule_list_default {
            RuleListDefault::Enabled => Some(true),
            RuleListDefault::All => None,
        });
        let prefix = self.name_prefix.unwrap_or_default();
        let group = self.group_id.filter(|group| !group.is_empty());
        let found = call
            .account()
            .rules
            .iter()
            .filter(|(name, rule)| {
                name.starts_with(&prefix)
                    && enabled.is_none_or(|enabled| rule.enabled == enabled)
                    && (group.is_none() || rule.group_id == group)
            })
            .map(|(name, rule)| rule.listed(name, &switches));
        let (event_rule, total) = page(found, self.page_number, self.page_size, PAGE_SIZE)?;
        Ok(DescribeEventRuleListResponse {
            code: CODE.to_owned(),
            success: true,
            total: Some(total),
            event_rules: EventRuleList { event_rule },
            ..DescribeEventRuleListResponse::default()
        })
    }
}

impl Serve for DescribeEventRuleAttribute {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeEventRuleAttributeResponse, Refusal> {
        required("RuleName", &self.rule_name)?;
        let account = call.account();
        // The message is documented, its code is that of the neighbouring operations.
        let rule = account
            .rules
            .get(&self.rule_name)
            .ok_or_else(|| Refusal::new(404, "ResourceNotFound", "The alert does not exist."))?;
        Ok(DescribeEventRuleAttributeResponse {
            code: CODE.to_owned(),
            success: true,
            result: rule.detailed(&self.rule_name),
            ..DescribeEventRuleAttributeResponse::default()
        })
    }
}
