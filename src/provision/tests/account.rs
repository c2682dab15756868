//! A model of an account: it takes the calls of a plan and is read like the service's answers.

use std::collections::BTreeMap;

use crate::{
    api::cloudmonitor::{
        Contact, ContactGroup, ContactNames, ContactParameter, DescribeEventRuleTargetListResponse,
        EventNames, EventRule, EventTypeNames, LevelNames, ListedPattern, PutContact, PutContactGroup,
        PutEventRule, PutEventRuleTargets, ReadChannels, StatusNames,
    },
    provision::{Call, Desired, Observed, Options, Plan, Stage, observe, plan},
};

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Account {
    pub(super) contacts: BTreeMap<String, Contact>,
    pub(super) groups: BTreeMap<String, ContactGroup>,
    pub(super) rules: BTreeMap<String, EventRule>,
    pub(super) targets: BTreeMap<String, DescribeEventRuleTargetListResponse>,
}

impl Account {
    pub(super) fn observe(&self) -> Observed {
        let contacts = self.contacts.values().cloned().map(observe::contacts::read).collect();
        let groups = self.groups.values().cloned().map(observe::groups::read).collect();
        let mut rules: BTreeMap<_, _> =
            self.rules.values().cloned().map(|rule| observe::rules::read(rule, true)).collect();
        for (name, seen) in &mut rules {
            seen.targets = self.targets.get(name).cloned().map(observe::targets::read).unwrap_or_default();
        }
        Observed { contacts, groups, rules, ..Observed::default() }
    }

    pub(super) fn plan(&self, desired: &Desired, options: Options) -> Plan {
        plan(&self.observe(), desired, &options)
    }

    /// Plans, carries the plan out and returns it.
    pub(super) fn settle(&mut self, desired: &Desired, options: Options) -> Plan {
        let plan = self.plan(desired, options);
        for call in calls(&plan) {
            self.take(call);
        }
        plan
    }

    pub(super) fn take(&mut self, call: &Call) {
        match call {
            Call::PutContact(call) => self.put_contact(call),
            Call::PutContactGroup(call) => self.put_group(call),
            Call::PutEventRule(call) => self.put_rule(call),
            Call::PutEventRuleTargets(call) => self.put_targets(call),
            Call::DeleteEventRuleTargets(call) => {
                assert!((1..=20).contains(&call.ids.len()), "{:?}", call.ids);
                let targets = self.targets.entry(call.rule_name.clone()).or_default();
                let stays = |id: &Option<String>| !id.as_ref().is_some_and(|id| call.ids.contains(id));
                targets.contact_parameters.items.retain(|item| stays(&item.id));
                targets.webhook_parameters.items.retain(|item| stays(&item.id));
                targets.mns_parameters.items.retain(|item| stays(&item.id));
                targets.sls_parameters.items.retain(|item| stays(&item.id));
                targets.fc_parameters.items.retain(|item| stays(&item.id));
                targets.open_api_parameters.items.retain(|item| stays(&item.id));
            }
            Call::DeleteEventRules(call) => {
                for name in &call.rule_names {
                    assert!(self.rules.remove(name).is_some(), "no rule {name}");
                }
            }
            Call::DeleteContactGroup(call) => {
                let told = self.targets.values().any(|targets| tells(targets, &call.contact_group_name));
                assert!(!told, "{} is still told", call.contact_group_name);
                assert!(self.groups.remove(&call.contact_group_name).is_some());
            }
            Call::DeleteContact(call) => {
                assert!(self.contacts.remove(&call.contact_name).is_some());
                for group in self.groups.values() {
                    assert!(!group.contacts.contact.contains(&call.contact_name), "{group:?}");
                }
            }
        }
    }

    fn put_contact(&mut self, call: &PutContact) {
        let channels = ReadChannels {
            ding_web_hook: call.channels.ding_web_hook.clone(),
            mail: call.channels.mail.clone(),
            sms: call.channels.sms.clone(),
            ali_im: call.channels.ali_im.clone(),
        };
        let contact = Contact {
            name: call.contact_name.clone(),
            desc: call.describe.clone(),
            lang: call.lang.clone(),
            channels,
            ..Contact::default()
        };
        self.contacts.insert(call.contact_name.clone(), contact);
    }

    fn put_group(&mut self, call: &PutContactGroup) {
        for contact in &call.contact_names {
            assert!(self.contacts.contains_key(contact), "group before its contact {contact}");
        }
        let group = ContactGroup {
            name: call.contact_group_name.clone(),
            describe: call.describe.clone().unwrap_or_default(),
            // The service keeps no order that anyone promised.
            contacts: ContactNames { contact: call.contact_names.iter().rev().cloned().collect() },
            enable_subscribed: call.enable_subscribed.unwrap_or_default(),
            ..ContactGroup::default()
        };
        self.groups.insert(call.contact_group_name.clone(), group);
    }

    fn put_rule(&mut self, call: &PutEventRule) {
        let pattern = &call.event_pattern[0];
        let reversed = |items: &[String]| items.iter().rev().cloned().collect();
        let rule = EventRule {
            name: call.rule_name.clone(),
            description: call.description.clone(),
            event_type: call.event_type.clone().unwrap_or_default(),
            group_id: call.group_id.clone(),
            silence_time: call.silence_time,
            state: call.state.clone().unwrap_or_default(),
            event_pattern: ListedPattern {
                product: Some(pattern.product.clone()),
                event_type_list: EventTypeNames { event_type_list: reversed(&pattern.event_type_list) },
                level_list: LevelNames { level_list: reversed(&pattern.level_list) },
                name_list: EventNames { name_list: reversed(&pattern.name_list) },
                status_list: Some(StatusNames { status_list: reversed(&pattern.status_list) }),
                custom_filters: pattern.custom_filters.clone(),
                sql_filter: pattern.sql_filter.clone(),
                keyword_filter: None,
                keyword_filter_obj: None,
                event_pattern: Vec::new(),
            },
        };
        self.rules.insert(call.rule_name.clone(), rule);
    }

    fn put_targets(&mut self, call: &PutEventRuleTargets) {
        assert!(self.rules.contains_key(&call.rule_name), "targets before their rule");
        for target in &call.contact_parameters {
            let group = target.contact_group_name.as_deref().unwrap_or_default();
            assert!(self.groups.contains_key(group), "target before its group {group}");
        }
        let targets = self.targets.entry(call.rule_name.clone()).or_default();
        upsert(&mut targets.contact_parameters.items, &call.contact_parameters, |item| &item.id);
        upsert(&mut targets.webhook_parameters.items, &call.webhook_parameters, |item| &item.id);
        upsert(&mut targets.mns_parameters.items, &call.mns_parameters, |item| &item.id);
        upsert(&mut targets.sls_parameters.items, &call.sls_parameters, |item| &item.id);
        upsert(&mut targets.fc_parameters.items, &call.fc_parameters, |item| &item.id);
        upsert(&mut targets.open_api_parameters.items, &call.open_api_parameters, |item| &item.id);
        assert!(targets.contact_parameters.items.len() <= 5, "too many targets of a kind");
    }

    /// A target that somebody added by hand.
    pub(super) fn tell_by_hand(&mut self, rule: &str, id: &str, group: &str) {
        self.targets.entry(rule.to_owned()).or_default().contact_parameters.items.push(ContactParameter {
            id: Some(id.to_owned()),
            contact_group_name: Some(group.to_owned()),
            level: Some("4".to_owned()),
        });
    }
}

/// A plan's calls in the order in which they are made.
pub(super) fn calls(plan: &Plan) -> Vec<&Call> {
    Stage::ALL.into_iter().flat_map(|stage| plan.stage(stage)).map(|(_, write)| &write.call).collect()
}

/// The names of a plan's operations in the order in which they are called.
pub(super) fn operations(plan: &Plan) -> Vec<&'static str> {
    calls(plan).into_iter().map(Call::operation).collect()
}

fn tells(targets: &DescribeEventRuleTargetListResponse, group: &str) -> bool {
    targets.contact_parameters.items.iter().any(|item| item.contact_group_name.as_deref() == Some(group))
}

fn upsert<T: Clone>(there: &mut Vec<T>, put: &[T], id: impl Fn(&T) -> &Option<String>) {
    there.retain(|item| !put.iter().any(|new| id(new) == id(item)));
    there.extend(put.iter().rev().cloned());
}
