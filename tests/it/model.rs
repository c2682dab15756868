//! Random calls, and a model of the service that is nothing but plain maps: after each sequence both
//! hold the same, and on the way both answered the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bellcheck::{
    api::cloudmonitor::{
        Channels, ContactParameter, DeleteContact, DeleteContactGroup, DeleteEventRuleTargets,
        DeleteEventRules, DescribeContactGroupList, DescribeContactList, DescribeEventRuleList,
        DescribeEventRuleTargetList, DisableEventRules, EnableEventRules, EventPattern, PutContact,
        PutContactGroup, PutEventRule, PutEventRuleTargets, WebhookParameter,
    },
    emulator::{Emulator, WorldConfig},
    openapi::{Client, Credentials, Endpoints, Operation, SequenceNonce, SignatureScheme},
};
use proptest::{collection::vec, option, prelude::*, sample::subsequence};

/// What is called. Names are few, so that calls meet each other's objects; 0 stands for no name.
#[derive(Debug, Clone)]
enum Act {
    PutContact {
        name: u8,
        describe: u8,
        lang: Option<&'static str>,
        webhook: Option<u8>,
        mail: Option<u8>,
    },
    DeleteContact(u8),
    PutGroup {
        name: u8,
        describe: Option<u8>,
        contacts: Vec<u8>,
    },
    DeleteGroup(u8),
    PutRule {
        name: u8,
        product: u8,
        levels: Vec<&'static str>,
        silence: Option<u64>,
        state: Option<&'static str>,
    },
    Switch {
        rules: Vec<u8>,
        on: bool,
    },
    DeleteRules(Vec<u8>),
    PutTargets {
        rule: u8,
        contacts: Vec<(u8, u8, &'static str)>,
        webhooks: Vec<(u8, u8)>,
    },
    DeleteTargets {
        rule: u8,
        ids: Vec<u8>,
    },
    ListContacts {
        page: Option<u32>,
        size: Option<u32>,
    },
    ListGroups {
        page: Option<u32>,
        size: Option<u32>,
    },
    ListRules {
        prefix: Option<u8>,
        enabled: Option<bool>,
        page: Option<u32>,
        size: Option<u32>,
    },
    ListTargets(u8),
}

/// The name that a number stands for.
fn n(number: u8) -> String {
    if number == 0 { String::new() } else { format!("n{number:02}") }
}

fn names(numbers: &[u8]) -> Vec<String> {
    numbers.iter().map(|number| n(*number)).collect()
}

fn act() -> impl Strategy<Value = Act> {
    // Mostly names that may exist, rarely none.
    let name = || prop_oneof![1 => Just(0_u8), 30 => 1..14_u8];
    let known = || 1..14_u8;
    let page = || option::of(0..4_u32);
    let size = || option::of(0..7_u32);
    let level = prop_oneof![8 => Just("4"), 4 => Just("2"), 4 => Just("3"), 1 => Just("1")];
    let target = (prop_oneof![1 => Just(0_u8), 20 => 1..6_u8], name(), level);
    let lang = prop_oneof![5 => Just("en"), 5 => Just("zh-cn"), 1 => Just("tlh")];
    let state = prop_oneof![5 => Just("ENABLED"), 5 => Just("DISABLED"), 1 => Just("ON")];
    let levels = subsequence(vec!["CRITICAL", "WARN", "INFO", "*", "LOUD"], 0..3);
    prop_oneof![
        6 => (name(), prop_oneof![1 => Just(0_u8), 20 => 1..4_u8], option::of(lang), option::of(1..4_u8), option::of(1..4_u8))
            .prop_map(|(name, describe, lang, webhook, mail)| Act::PutContact { name, describe, lang, webhook, mail }),
        2 => name().prop_map(Act::DeleteContact),
        4 => (name(), option::of(1..4_u8), vec(known(), 0..4))
            .prop_map(|(name, describe, contacts)| Act::PutGroup { name, describe, contacts }),
        1 => name().prop_map(Act::DeleteGroup),
        5 => (name(), prop_oneof![1 => Just(0_u8), 20 => 1..4_u8], levels, option::of(0..3_u64), option::of(state))
            .prop_map(|(name, product, levels, silence, state)| Act::PutRule { name, product, levels, silence, state }),
        3 => (vec(known(), 0..3), any::<bool>()).prop_map(|(rules, on)| Act::Switch { rules, on }),
        1 => vec(known(), 0..3).prop_map(Act::DeleteRules),
        5 => (name(), vec(target, 0..3), vec((1..8_u8, 0..4_u8), 0..3))
            .prop_map(|(rule, contacts, webhooks)| Act::PutTargets { rule, contacts, webhooks }),
        1 => (name(), vec(1..8_u8, 0..3)).prop_map(|(rule, ids)| Act::DeleteTargets { rule, ids }),
        1 => (page(), size()).prop_map(|(page, size)| Act::ListContacts { page, size }),
        1 => (page(), size()).prop_map(|(page, size)| Act::ListGroups { page, size }),
        2 => (option::of(0..14_u8), option::of(any::<bool>()), page(), size())
            .prop_map(|(prefix, enabled, page, size)| Act::ListRules { prefix, enabled, page, size }),
        1 => name().prop_map(Act::ListTargets),
    ]
}

// The model. What it says is from the documents of the operations, and where they are silent from the
// defaults of the switches: names are identities, a write replaces all but a rule's targets and a group's
// fields that it does not send, a contact that goes leaves its groups, a group that goes stays named in
// targets, and lists show what was sent, of disabled rules as well unless they are not asked for.

#[derive(Debug, Default, Clone, PartialEq)]
struct Model {
    contacts: BTreeMap<String, Person>,
    groups: BTreeMap<String, (String, BTreeSet<String>)>,
    rules: BTreeMap<String, Rule>,
}

#[derive(Debug, Clone, PartialEq)]
struct Person {
    describe: String,
    lang: Option<String>,
    webhook: Option<String>,
    mail: Option<String>,
    groups: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    product: String,
    levels: Vec<String>,
    silence: Option<u64>,
    on: bool,
    /// Group and level, or a URL, by id.
    targets: BTreeMap<String, Target>,
}

#[derive(Debug, Clone, PartialEq)]
enum Target {
    Group(String, String),
    Url(String),
}

/// What an answer shows: nothing but success, or a page of something and the total.
#[derive(Debug, Clone, PartialEq)]
enum Seen {
    Done,
    Contacts(Vec<(String, Person)>, u64),
    Groups(Vec<(String, String, BTreeSet<String>)>, u64),
    Rules(Vec<(String, Rule)>, u64),
    Targets(BTreeMap<String, Target>),
}

type Outcome = Result<Seen, String>;

fn no<T>(code: &str) -> Result<T, String> {
    Err(code.to_owned())
}

const ILLEGAL: &str = "InvalidParameterValue";

fn cut<T>(all: Vec<T>, page: Option<u32>, size: Option<u32>, usual: u32) -> Result<(Vec<T>, u64), String> {
    let (page, size) = (page.unwrap_or(1) as usize, size.unwrap_or(usual) as usize);
    if page == 0 || size == 0 {
        return no(ILLEGAL);
    }
    let total = all.len() as u64;
    let pages: Vec<Vec<T>> = {
        let mut pages = Vec::new();
        let mut rest = all.into_iter().peekable();
        while rest.peek().is_some() {
            pages.push(rest.by_ref().take(size).collect());
        }
        pages
    };
    Ok((pages.into_iter().nth(page - 1).unwrap_or_default(), total))
}

fn webhook(number: u8) -> String {
    format!("https://oapi.dingtalk.com/robot/send?access_token=t{number}")
}

fn mail(number: u8) -> String {
    format!("m{number}@example.com")
}

fn url(number: u8) -> String {
    format!("http://127.0.0.1:9/{number}")
}

impl Model {
    fn act(&mut self, act: &Act) -> Outcome {
        match act {
            // An empty list is not sent at all, and the gateway sees that first.
            Act::DeleteTargets { ids, .. } if ids.is_empty() => return no("MissingIds"),
            Act::PutContact { name, .. } | Act::DeleteContact(name) if *name == 0 => {
                return no("MissingContactName");
            }
            Act::PutGroup { name, .. } | Act::DeleteGroup(name) if *name == 0 => {
                return no("MissingContactGroupName");
            }
            Act::PutRule { name: rule, .. }
            | Act::PutTargets { rule, .. }
            | Act::DeleteTargets { rule, .. }
            | Act::ListTargets(rule)
                if *rule == 0 =>
            {
                return no("MissingRuleName");
            }
            _ => {}
        }
        match act {
            Act::PutContact { describe: 0, .. } => return no("MissingDescribe"),
            Act::PutContact { lang: Some("tlh"), .. } | Act::PutContact { webhook: None, mail: None, .. } => {
                return no(ILLEGAL);
            }
            Act::PutContact { name, describe, lang, webhook: hook, mail: to } => {
                let groups = self.groups.iter().filter(|(_, (_, of))| of.contains(&n(*name)));
                let person = Person {
                    describe: n(*describe),
                    lang: lang.map(str::to_owned),
                    webhook: hook.map(webhook),
                    mail: to.map(mail),
                    groups: groups.map(|(group, _)| group.clone()).collect(),
                };
                self.contacts.insert(n(*name), person);
            }
            Act::DeleteContact(name) => {
                if self.contacts.remove(&n(*name)).is_none() {
                    return no("ContactNotExists");
                }
                for (_, of) in self.groups.values_mut() {
                    of.remove(&n(*name));
                }
            }
            Act::PutGroup { name, describe, contacts } => {
                if contacts.iter().any(|contact| !self.contacts.contains_key(&n(*contact))) {
                    return no(ILLEGAL);
                }
                // What is not sent is kept: no list is no names on the wire.
                let (old, members) = self.groups.remove(&n(*name)).unwrap_or_default();
                let of: BTreeSet<String> =
                    if contacts.is_empty() { members } else { names(contacts).into_iter().collect() };
                for (contact, person) in &mut self.contacts {
                    person.groups.remove(&n(*name));
                    if of.contains(contact) {
                        person.groups.insert(n(*name));
                    }
                }
                self.groups.insert(n(*name), (describe.map_or(old, n), of));
            }
            Act::DeleteGroup(name) => {
                if self.groups.remove(&n(*name)).is_none() {
                    return no("ContactNotExists");
                }
                for person in self.contacts.values_mut() {
                    person.groups.remove(&n(*name));
                }
            }
            Act::PutRule { state: Some("ON"), .. } => return no(ILLEGAL),
            Act::PutRule { product: 0, .. } => return no("MissingEventPattern.1.Product"),
            Act::PutRule { levels, .. } if levels.contains(&"LOUD") => return no(ILLEGAL),
            Act::PutRule { name, product, levels, silence, state } => {
                let rule = Rule {
                    product: n(*product),
                    levels: levels.iter().map(|level| (*level).to_owned()).collect(),
                    silence: *silence,
                    on: *state != Some("DISABLED"),
                    targets: self.rules.remove(&n(*name)).map(|old| old.targets).unwrap_or_default(),
                };
                self.rules.insert(n(*name), rule);
            }
            Act::Switch { rules, .. } | Act::DeleteRules(rules) if rules.is_empty() => {
                return no("MissingRuleNames");
            }
            Act::Switch { rules, on } => {
                if rules.iter().any(|rule| !self.rules.contains_key(&n(*rule))) {
                    return no("ResourceNotFound");
                }
                for (name, rule) in &mut self.rules {
                    rule.on = if names(rules).contains(name) { *on } else { rule.on };
                }
            }
            Act::DeleteRules(rules) => self.rules.retain(|name, _| !names(rules).contains(name)),
            Act::PutTargets { rule, contacts, webhooks } => {
                return self.put_targets(&n(*rule), contacts, webhooks);
            }
            Act::DeleteTargets { rule, ids } => {
                if let Some(rule) = self.rules.get_mut(&n(*rule)) {
                    rule.targets.retain(|id, _| !names(ids).contains(id));
                }
            }
            _ => return self.look(act),
        }
        Ok(Seen::Done)
    }

    fn put_targets(&mut self, rule: &str, contacts: &[(u8, u8, &str)], webhooks: &[(u8, u8)]) -> Outcome {
        let mut new = BTreeMap::new();
        // The id is looked at first, over all targets; then what they say; then the rule.
        for (id, target) in contacts
            .iter()
            .enumerate()
            .map(|(place, (id, group, level))| {
                (
                    *id,
                    (
                        format!("ContactParameters.{}", place + 1),
                        Target::Group(n(*group), (*level).to_owned()),
                    ),
                )
            })
            .chain(webhooks.iter().enumerate().map(|(place, (id, to))| {
                let to = if *to == 0 { String::new() } else { url(*to) };
                (*id, (format!("WebhookParameters.{}", place + 1), Target::Url(to)))
            }))
        {
            if id == 0 {
                return no(&format!("Missing{}.Id", target.0));
            }
            if new.insert(n(id), target.1).is_some() {
                return no(ILLEGAL);
            }
        }
        let wrong = |target: &Target| match target {
            Target::Group(group, level) => group.is_empty() || level == "1",
            Target::Url(url) => url.is_empty(),
        };
        if new.is_empty() || new.values().any(wrong) {
            return no(ILLEGAL);
        }
        match self.rules.get_mut(rule) {
            Some(rule) => rule.targets.extend(new),
            None => return no("ResourceNotFound"),
        }
        Ok(Seen::Done)
    }

    fn look(&self, act: &Act) -> Outcome {
        match act {
            Act::ListContacts { page, size } => {
                let all = self.contacts.clone().into_iter().collect();
                cut(all, *page, *size, 100).map(|(page, total)| Seen::Contacts(page, total))
            }
            Act::ListGroups { page, size } => {
                let all =
                    self.groups.clone().into_iter().map(|(name, (text, of))| (name, text, of)).collect();
                cut(all, *page, *size, 10).map(|(page, total)| Seen::Groups(page, total))
            }
            Act::ListRules { prefix, enabled, page, size } => {
                let prefix = prefix.map(n).unwrap_or_default();
                let all = self.rules.clone().into_iter();
                let all = all
                    .filter(|(name, rule)| {
                        name.starts_with(&prefix) && enabled.is_none_or(|enabled| rule.on == enabled)
                    })
                    .map(|(name, rule)| (name, Rule { targets: BTreeMap::new(), ..rule }))
                    .collect();
                cut(all, *page, *size, 10).map(|(page, total)| Seen::Rules(page, total))
            }
            Act::ListTargets(rule) => match self.rules.get(&n(*rule)) {
                Some(rule) => Ok(Seen::Targets(rule.targets.clone())),
                None => no("ResourceNotFound"),
            },
            _ => Ok(Seen::Done),
        }
    }
}

/// The emulator behind a client.
struct Service {
    client: Client,
    runtime: tokio::runtime::Runtime,
}

impl Service {
    fn new(scheme: SignatureScheme) -> Self {
        let emulator = Arc::new(Emulator::virtual_clock(WorldConfig::default()));
        let credentials = Credentials {
            access_key_id: "testAk".to_owned(),
            access_key_secret: "testSk".into(),
            security_token: None,
        };
        let endpoints = Endpoints::new("cn-hangzhou", None).unwrap();
        let nonce = Arc::new(SequenceNonce::new("model"));
        let client = Client::new(emulator.clone(), endpoints, credentials, emulator, nonce);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Self { client: client.plain().with_scheme(scheme), runtime }
    }

    fn call<O: Operation>(&self, operation: &O) -> Result<O::Response, String> {
        self.runtime.block_on(self.client.call(operation)).map_err(|error| error.code)
    }

    fn act(&self, act: &Act) -> Outcome {
        match act {
            Act::PutContact { name, describe, lang, webhook: hook, mail: to } => self.done(&PutContact {
                contact_name: n(*name),
                describe: n(*describe),
                lang: lang.map(str::to_owned),
                channels: Channels {
                    ding_web_hook: hook.map(webhook),
                    mail: to.map(mail),
                    ..Channels::default()
                },
            }),
            Act::DeleteContact(name) => self.done(&DeleteContact { contact_name: n(*name) }),
            Act::PutGroup { name, describe, contacts } => self.done(&PutContactGroup {
                contact_group_name: n(*name),
                describe: describe.map(n),
                contact_names: names(contacts),
                ..PutContactGroup::default()
            }),
            Act::DeleteGroup(name) => self.done(&DeleteContactGroup { contact_group_name: n(*name) }),
            Act::PutRule { name, product, levels, silence, state } => self.done(&PutEventRule {
                rule_name: n(*name),
                event_pattern: vec![EventPattern {
                    product: n(*product),
                    level_list: levels.iter().map(|level| (*level).to_owned()).collect(),
                    ..EventPattern::default()
                }],
                silence_time: *silence,
                state: state.map(str::to_owned),
                ..PutEventRule::default()
            }),
            Act::Switch { rules, on: true } => {
                self.done(&EnableEventRules { rule_names: names(rules), region_id: None })
            }
            Act::Switch { rules, on: false } => {
                self.done(&DisableEventRules { rule_names: names(rules), region_id: None })
            }
            Act::DeleteRules(rules) => self.done(&DeleteEventRules { rule_names: names(rules) }),
            Act::PutTargets { rule, contacts, webhooks } => {
                let contact = |(id, group, level): &(u8, u8, &str)| ContactParameter {
                    id: Some(n(*id)),
                    contact_group_name: Some(n(*group)),
                    level: Some((*level).to_owned()),
                };
                let hook = |(id, to): &(u8, u8)| WebhookParameter {
                    id: Some(n(*id)),
                    url: Some(if *to == 0 { String::new() } else { url(*to) }),
                    method: Some("POST".to_owned()),
                    ..WebhookParameter::default()
                };
                self.done(&PutEventRuleTargets {
                    rule_name: n(*rule),
                    contact_parameters: contacts.iter().map(contact).collect(),
                    webhook_parameters: webhooks.iter().map(hook).collect(),
                    ..PutEventRuleTargets::default()
                })
            }
            Act::DeleteTargets { rule, ids } => {
                self.done(&DeleteEventRuleTargets { rule_name: n(*rule), ids: names(ids), region_id: None })
            }
            _ => self.look(act),
        }
    }

    fn done<O: Operation>(&self, operation: &O) -> Outcome {
        self.call(operation).map(|_| Seen::Done)
    }

    fn look(&self, act: &Act) -> Outcome {
        match act {
            Act::ListContacts { page, size } => {
                let list = DescribeContactList {
                    page_number: *page,
                    page_size: *size,
                    ..DescribeContactList::default()
                };
                let answer = self.call(&list)?;
                let read = |contact: bellcheck::api::cloudmonitor::Contact| {
                    let person = Person {
                        describe: contact.desc,
                        lang: contact.lang,
                        webhook: contact.channels.ding_web_hook,
                        mail: contact.channels.mail,
                        groups: contact.contact_groups.contact_group.into_iter().collect(),
                    };
                    (contact.name, person)
                };
                let page = answer.contacts.contact.into_iter().map(read).collect();
                Ok(Seen::Contacts(page, answer.total.unwrap()))
            }
            Act::ListGroups { page, size } => {
                let list = DescribeContactGroupList { page_number: *page, page_size: *size, region_id: None };
                let answer = self.call(&list)?;
                let groups = answer.contact_group_list.contact_group.into_iter();
                let page = groups
                    .map(|group| (group.name, group.describe, group.contacts.contact.into_iter().collect()))
                    .collect();
                Ok(Seen::Groups(page, answer.total.unwrap()))
            }
            Act::ListRules { prefix, enabled, page, size } => {
                let answer = self.call(&DescribeEventRuleList {
                    name_prefix: prefix.map(n),
                    is_enable: *enabled,
                    page_number: *page,
                    page_size: *size,
                    ..DescribeEventRuleList::default()
                })?;
                let read = |rule: bellcheck::api::cloudmonitor::EventRule| {
                    let pattern = rule.event_pattern.flat();
                    let read = Rule {
                        product: pattern.product.clone().unwrap(),
                        levels: pattern.level_list.level_list.clone(),
                        silence: rule.silence_time,
                        on: rule.state == "ENABLED",
                        targets: BTreeMap::new(),
                    };
                    (rule.name, read)
                };
                let page = answer.event_rules.event_rule.into_iter().map(read).collect();
                Ok(Seen::Rules(page, answer.total.unwrap()))
            }
            Act::ListTargets(rule) => {
                let list = DescribeEventRuleTargetList { rule_name: n(*rule), region_id: None };
                let answer = self.call(&list)?;
                let groups = answer.contact_parameters.items.into_iter().map(|target| {
                    let group = Target::Group(target.contact_group_name.unwrap(), target.level.unwrap());
                    (target.id.unwrap(), group)
                });
                let urls = answer.webhook_parameters.items.into_iter();
                let urls = urls.map(|target| (target.id.unwrap(), Target::Url(target.url.unwrap())));
                Ok(Seen::Targets(groups.chain(urls).collect()))
            }
            _ => Ok(Seen::Done),
        }
    }

    /// Everything that the service holds, read page by page.
    fn read(&self) -> Model {
        let mut model = Model::default();
        for page in 1.. {
            let (page, size) = (Some(page), Some(5));
            let looks = [
                Act::ListContacts { page, size },
                Act::ListGroups { page, size },
                Act::ListRules { prefix: None, enabled: Some(true), page, size },
                Act::ListRules { prefix: None, enabled: Some(false), page, size },
            ];
            let mut read = 0;
            for look in &looks {
                match self.look(look).unwrap() {
                    Seen::Contacts(page, _) => {
                        read += page.len();
                        model.contacts.extend(page);
                    }
                    Seen::Groups(page, _) => {
                        read += page.len();
                        model.groups.extend(page.into_iter().map(|(name, text, of)| (name, (text, of))));
                    }
                    Seen::Rules(page, _) => {
                        read += page.len();
                        model.rules.extend(page);
                    }
                    Seen::Done | Seen::Targets(_) => {}
                }
            }
            if read == 0 {
                break;
            }
        }
        for (name, rule) in &mut model.rules {
            let number = name.trim_start_matches('n').parse().unwrap();
            if let Seen::Targets(targets) = self.look(&Act::ListTargets(number)).unwrap() {
                rule.targets = targets;
            }
        }
        model
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn emulator_and_model_agree(acts in vec(act(), 1..40), scheme in 0..3_usize) {
        let service = Service::new([SignatureScheme::V3, SignatureScheme::V1Query, SignatureScheme::V1Body][scheme]);
        let mut model = Model::default();
        for act in &acts {
            prop_assert_eq!(service.act(act), model.act(act), "{:?}", act);
        }
        prop_assert_eq!(service.read(), model);
    }
}

/// The property would be empty if all were refused: over many sequences, every kind of refusal and
/// every kind of success comes up.
#[test]
fn the_sequences_meet_refusals_and_successes() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut refusals, mut most) = (BTreeMap::new(), 0);
    let (mut done, mut all) = (0, 0);
    for _ in 0..200 {
        let acts = vec(act(), 1..40).new_tree(&mut runner).unwrap().current();
        let mut model = Model::default();
        for act in &acts {
            all += 1;
            match model.act(act) {
                Ok(_) => done += 1,
                Err(code) => *refusals.entry(code).or_insert(0) += 1,
            }
        }
        let targets: usize = model.rules.values().map(|rule| rule.targets.len()).sum();
        most = most.max(targets);
    }
    assert!(done * 3 > all && all > 2000, "{done} of {all} succeed");
    for code in [
        "MissingContactName",
        "MissingContactGroupName",
        "MissingRuleName",
        "MissingRuleNames",
        "MissingIds",
        "MissingDescribe",
        "MissingEventPattern.1.Product",
        "MissingContactParameters.1.Id",
        "InvalidParameterValue",
        "ContactNotExists",
        "ResourceNotFound",
    ] {
        assert!(refusals.contains_key(code), "no sequence meets {code}: {refusals:?}");
    }
    assert!(most > 3, "targets of one sequence: {most}");
}
