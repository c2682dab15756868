//! Rules of metric alarms. They are declared by the control API and listed; no metric is watched here.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::page::page;
use crate::{
    api::cloudmonitor::{DescribeMetricRuleList, DescribeMetricRuleListResponse, MetricAlarm, MetricAlarms},
    emulator::{
        gateway::{Call, Refusal, Serve},
        world::World,
    },
};

/// Entries a page without PageSize; documented.
const PAGE_SIZE: u32 = 10;
/// Ids in one query; documented.
const MOST_IDS: usize = 20;
/// The states of the documents.
const STATES: [&str; 3] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

/// A rule that somebody has made elsewhere, such as in the console.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricRuleDraft {
    /// Its id; made from its name where it is left out.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The contact groups that it notifies, in the order in which they are listed.
    pub contact_groups: Vec<String>,
    /// The namespace of its metric; `acs_ecs_dashboard` where it is left out.
    pub namespace: Option<String>,
    /// Its metric; `CPUUtilization` where it is left out.
    pub metric: Option<String>,
    /// What it watches; nothing where it is left out.
    #[serde(default)]
    pub resources: Vec<Map<String, Value>>,
    /// The id of its application group.
    pub group_id: Option<u64>,
    /// Whether it is switched on; it is where this is left out.
    pub enabled: Option<bool>,
}

/// A rule, as it is listed.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::emulator) struct MetricRule {
    listed: MetricAlarm,
    resources: Vec<Map<String, Value>>,
}

impl World {
    /// Puts a rule of metric alarms into an account, in place of one with the same id; returns the id.
    pub fn declare_metric_rule(&mut self, account: &str, draft: MetricRuleDraft) -> String {
        let text = |given: Option<String>, default: &str| given.unwrap_or_else(|| default.to_owned());
        let id = draft.id.unwrap_or_else(|| format!("rule-{}", draft.name));
        let resources = Value::from(draft.resources.iter().cloned().map(Value::from).collect::<Vec<_>>());
        let mut listed = MetricAlarm {
            rule_id: id.clone(),
            rule_name: draft.name,
            namespace: text(draft.namespace, "acs_ecs_dashboard"),
            metric_name: text(draft.metric, "CPUUtilization"),
            contact_groups: draft.contact_groups.join(","),
            resources: if draft.resources.is_empty() { String::new() } else { resources.to_string() },
            dimensions: "[{}]".to_owned(),
            effective_interval: "00:00-23:59".to_owned(),
            period: "60".to_owned(),
            silence_time: Some(86_400),
            no_data_policy: "KEEP_LAST_STATE".to_owned(),
            enable_state: draft.enabled.unwrap_or(true),
            alert_state: STATES[0].to_owned(),
            source_type: "METRIC".to_owned(),
            group_id: draft.group_id.map(|id| id.to_string()).unwrap_or_default(),
            ..MetricAlarm::default()
        };
        let critical = &mut listed.escalations.critical;
        critical.statistics = "Average".to_owned();
        critical.comparison_operator = "GreaterThanOrEqualToThreshold".to_owned();
        critical.threshold = "90".to_owned();
        critical.times = Some(3);
        let rule = MetricRule { listed, resources: draft.resources };
        self.account(account).metric_rules.insert(id.clone(), rule);
        id
    }
}

impl Serve for DescribeMetricRuleList {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeMetricRuleListResponse, Refusal> {
        let ids: Vec<&str> = parts(self.rule_ids.as_deref()).collect();
        if ids.len() > MOST_IDS {
            return Err(invalid(format!("at most {MOST_IDS} RuleIds")));
        }
        if let Some(state) = set(&self.alert_state).filter(|state| !STATES.contains(state)) {
            return Err(invalid(format!("AlertState `{state}` is none of {}", STATES.join(", "))));
        }
        let dimensions: Map<String, Value> = match set(&self.dimensions) {
            None => Map::new(),
            Some(text) => serde_json::from_str(text)
                .map_err(|_| invalid("Dimensions is a JSON object, such as {\"instanceId\": \"i-…\"}"))?,
        };
        let is = |wanted: &Option<String>, value: &str| set(wanted).is_none_or(|wanted| wanted == value);
        let found = call.account().metric_rules.values().filter(|rule| {
            let MetricAlarm { rule_id, rule_name, metric_name, namespace, group_id, .. } = &rule.listed;
            (ids.is_empty() || ids.contains(&rule_id.as_str()))
                && set(&self.rule_name).is_none_or(|part| rule_name.contains(part))
                && is(&self.metric_name, metric_name)
                && is(&self.namespace, namespace)
                && is(&self.group_id, group_id)
                && is(&self.alert_state, &rule.listed.alert_state)
                && self.enable_state.is_none_or(|wanted| wanted == rule.listed.enable_state)
                && (dimensions.is_empty() || rule.watches(&dimensions))
        });
        let (alarm, total) =
            page(found.map(|rule| rule.listed.clone()), self.page, self.page_size, PAGE_SIZE)
                .map_err(|_| invalid("Page and PageSize begin at 1"))?;
        Ok(DescribeMetricRuleListResponse {
            code: Some(200),
            success: true,
            total: total.to_string(),
            alarms: MetricAlarms { alarm },
            ..DescribeMetricRuleListResponse::default()
        })
    }
}

impl MetricRule {
    /// Whether one of its resources has all of these dimensions.
    fn watches(&self, dimensions: &Map<String, Value>) -> bool {
        let has_all = |resource: &Map<String, Value>| {
            dimensions.iter().all(|(name, value)| resource.get(name) == Some(value))
        };
        self.resources.iter().any(has_all)
    }
}

/// A filter that is given; an empty text is none.
fn set(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn parts(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// This operation's own refusal; documented.
fn invalid(reason: impl AsRef<str>) -> Refusal {
    Refusal::new(400, "InvalidParameter", format!("Invalid parameter. ({})", reason.as_ref()))
}
