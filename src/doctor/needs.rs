//! Which operations a purpose calls, and so which RAM actions it needs.
//!
//! An action is `product:Operation`, and CloudMonitor has no grants below "all resources". Source: the
//! authorization tables on the operations' pages.

use serde_json::{Value, json};

use crate::{
    api::cloudmonitor::{
        DeleteContact, DeleteContactGroup, DeleteEventRuleTargets, DeleteEventRules, DescribeAlertLogList,
        DescribeContactGroupList, DescribeContactList, DescribeEventRuleAttribute, DescribeEventRuleList,
        DescribeEventRuleTargetList, DescribeMetricRuleList, DescribeMonitorGroups,
        DescribeSystemEventAttribute, PutContact, PutContactGroup, PutEventRule, PutEventRuleTargets,
    },
    openapi::{Operation, Product},
    spec::Spec,
};

/// What somebody wants to do with a spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// `plan`.
    Plan,
    /// `apply`, without `--prune`.
    Apply,
    /// `apply --prune`.
    Prune,
    /// `destroy`.
    Destroy,
    /// Run scenarios on the real cloud.
    Test,
}

/// An operation that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// The product.
    pub product: Product,
    /// The operation.
    pub operation: &'static str,
    /// Whether it changes anything.
    pub writes: bool,
}

impl Need {
    /// The need of an operation.
    #[must_use]
    pub const fn of<O: Operation>() -> Self {
        Self { product: O::PRODUCT, operation: O::ACTION, writes: O::WRITES }
    }

    /// The RAM action, such as `cms:PutContact`.
    #[must_use]
    pub fn action(&self) -> String {
        format!("{}:{}", self.product.name().to_lowercase(), self.operation)
    }
}

/// What these specs call for a purpose, each operation once, in order. `acts` is what the scenarios of
/// the specs do to the cloud.
#[must_use]
pub fn needs(specs: &[Spec], purpose: Purpose, acts: &[Need]) -> Vec<Need> {
    let any = |has: fn(&Spec) -> bool| specs.iter().any(has);
    let mut found = vec![
        Need::of::<DescribeContactList>(),
        Need::of::<DescribeContactGroupList>(),
        Need::of::<DescribeEventRuleList>(),
        Need::of::<DescribeEventRuleTargetList>(),
    ];
    if purpose != Purpose::Destroy {
        // A rule's statuses and its application group's id are asked for only where there is one.
        if any(|spec| !spec.rules.is_empty()) {
            found.push(Need::of::<DescribeEventRuleAttribute>());
        }
        if any(|spec| spec.rules.values().any(|rule| rule.application_group.is_some())) {
            found.push(Need::of::<DescribeMonitorGroups>());
        }
    }
    if matches!(purpose, Purpose::Apply | Purpose::Prune) {
        if any(|spec| !spec.contacts.is_empty()) {
            found.push(Need::of::<PutContact>());
        }
        if any(|spec| !spec.groups.is_empty()) {
            found.push(Need::of::<PutContactGroup>());
        }
        if any(|spec| !spec.rules.is_empty()) {
            found.extend([Need::of::<PutEventRule>(), Need::of::<DeleteEventRuleTargets>()]);
        }
        if any(|spec| spec.rules.values().any(|rule| !rule.targets.is_empty())) {
            found.push(Need::of::<PutEventRuleTargets>());
        }
    }
    if matches!(purpose, Purpose::Prune | Purpose::Destroy) {
        found.extend([
            Need::of::<DeleteContact>(),
            Need::of::<DeleteContactGroup>(),
            Need::of::<DeleteEventRules>(),
            // A rule's targets go before it.
            Need::of::<DeleteEventRuleTargets>(),
            // Whether metric alarms use a group is looked at before it goes.
            Need::of::<DescribeMetricRuleList>(),
        ]);
    }
    if purpose == Purpose::Test {
        found.extend([Need::of::<DescribeSystemEventAttribute>(), Need::of::<DescribeAlertLogList>()]);
        found.extend(acts);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A RAM policy with exactly these actions.
#[must_use]
pub fn policy(needs: &[Need]) -> Value {
    let actions: Vec<String> = needs.iter().map(Need::action).collect();
    json!({
        "Version": "1",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    })
}
