//! Application groups.

use std::collections::BTreeSet;

use super::{
    ack::{parameter_invalid, resource_not_found},
    page::page_up_to,
};
use crate::{
    api::cloudmonitor::{
        CreateMonitorGroup, CreateMonitorGroupResponse, DeleteMonitorGroup, DeleteMonitorGroupResponse,
        DeletedMonitorGroup, DescribeMonitorGroups, DescribeMonitorGroupsResponse, ModifyMonitorGroup,
        ModifyMonitorGroupResponse, MonitorGroup as ReadGroup, MonitorGroupList, NamedContactGroup,
        NamedContactGroups,
    },
    clock::Timestamp,
    emulator::{
        account::Account,
        gateway::{Call, Refusal, Serve, required},
        switches::{NameMatch, Omitted, UnknownName},
        world::World,
    },
};

/// Entries a page without PageSize; documented.
const PAGE_SIZE: u32 = 30;
/// No largest page is documented.
const LARGEST_PAGE: u32 = u32::MAX;
/// Tags in one query; documented.
const MOST_TAGS: usize = 5;
/// The types of the documents.
const TYPES: [&str; 4] = ["custom", "ehpc_cluster", "kubernetes", "tag"];
/// Ids begin behind it, so that they have seven digits as in the samples.
const FIRST_ID: u64 = 7_300_000;

/// An application group. What is made here is of type `custom`, without tags and templates.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct MonitorGroup {
    pub(super) name: String,
    contact_groups: Vec<String>,
    /// Ids of instances that are in it.
    instances: BTreeSet<String>,
    created: Timestamp,
    modified: Timestamp,
}

impl MonitorGroup {
    fn contact_groups(&self) -> NamedContactGroups {
        let names = self.contact_groups.iter();
        let contact_group = names.map(|name| NamedContactGroup { name: name.clone() }).collect();
        NamedContactGroups { contact_group }
    }
}

impl Serve for CreateMonitorGroup {
    /// Whether the contact groups have to exist is not documented; they need not.
    fn serve(self, call: &mut Call<'_>) -> Result<CreateMonitorGroupResponse, Refusal> {
        required("GroupName", &self.group_name)?;
        let unique = call.switches().duplicate_application_group == UnknownName::Refuse;
        let now = call.now();
        let account = call.account();
        if unique && account.monitor_groups.values().any(|group| group.name == self.group_name) {
            return Err(parameter_invalid(format!("there is an application group `{}`", self.group_name)));
        }
        let contact_groups = parts(self.contact_groups.as_deref()).map(str::to_owned).collect();
        let id = account.add_monitor_group(self.group_name, contact_groups, now);
        Ok(CreateMonitorGroupResponse {
            code: Some(200),
            success: true,
            group_id: Some(id),
            ..CreateMonitorGroupResponse::default()
        })
    }
}

impl Account {
    fn add_monitor_group(&mut self, name: String, contact_groups: Vec<String>, created: Timestamp) -> u64 {
        self.monitor_groups_made += 1;
        let id = FIRST_ID + self.monitor_groups_made;
        let group =
            MonitorGroup { name, contact_groups, instances: BTreeSet::new(), created, modified: created };
        self.monitor_groups.insert(id, group);
        id
    }
}

impl World {
    /// Sees to it that an account has an application group of this name; returns its id.
    pub fn declare_application_group(&mut self, account: &str, name: &str) -> u64 {
        let now = self.now();
        let account = self.account(account);
        let there = account.monitor_groups.iter().find(|(_, group)| group.name == name);
        let there = there.map(|(id, _)| *id);
        there.unwrap_or_else(|| account.add_monitor_group(name.to_owned(), Vec::new(), now))
    }

    /// Puts an instance into an application group that is there, so that rules for the group take the
    /// instance's events from now on. False when there is no such group or no such instance.
    pub fn join_application_group(&mut self, account: &str, group: u64, instance: &str) -> bool {
        let account = self.account(account);
        let known = account.instances.contains_key(instance);
        match account.monitor_groups.get_mut(&group) {
            Some(group) if known => {
                group.instances.insert(instance.to_owned());
                true
            }
            _ => false,
        }
    }

    /// The application groups of a resource, separated by commas as in the documents' samples.
    pub(in crate::emulator) fn application_groups_of(&self, account: &str, resource: &str) -> String {
        let Some((_, instance)) = resource.split_once(":instance/") else {
            return String::new();
        };
        let groups = self.accounts.get(account).into_iter().flat_map(|account| &account.monitor_groups);
        let of_it = groups.filter(|(_, group)| group.instances.contains(instance));
        of_it.map(|(id, _)| id.to_string()).collect::<Vec<_>>().join(",")
    }
}

/// The parts of a list with commas.
fn parts(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty())
}

impl Serve for DescribeMonitorGroups {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeMonitorGroupsResponse, Refusal> {
        if self.tag.len() > MOST_TAGS {
            return Err(parameter_invalid(format!("at most {MOST_TAGS} Tag")));
        }
        let mut types = parts(self.r#type.as_deref()).chain(parts(self.types.as_deref()));
        if let Some(unknown) = types.find(|name| !TYPES.contains(name)) {
            return Err(parameter_invalid(format!("type `{unknown}` is none of {}", TYPES.join(", "))));
        }
        let name_match = call.switches().application_group_name;
        let with_contact_groups = self.select_contact_groups != Some(false);
        let found = call
            .account()
            .monitor_groups
            .iter()
            .filter(|(id, group)| fits(&self, **id, group, name_match))
            .map(|(id, group)| read(*id, group, with_contact_groups));
        let (resource, total) = page_up_to(found, self.page_number, self.page_size, PAGE_SIZE, LARGEST_PAGE)?;
        Ok(DescribeMonitorGroupsResponse {
            code: Some(200),
            success: true,
            page_number: self.page_number.unwrap_or(1),
            page_size: self.page_size.unwrap_or(PAGE_SIZE),
            total: Some(total),
            resources: MonitorGroupList { resource },
            ..DescribeMonitorGroupsResponse::default()
        })
    }
}

/// No group comes from tags: filters by those find none.
fn fits(call: &DescribeMonitorGroups, id: u64, group: &MonitorGroup, name_match: NameMatch) -> bool {
    let set = |value: &Option<String>| value.as_ref().is_some_and(|value| !value.is_empty());
    let of_others = [&call.dynamic_tag_rule_id, &call.group_founder_tag_key, &call.group_founder_tag_value];
    let is_custom =
        |types: &Option<String>| !set(types) || parts(types.as_deref()).any(|one| one == "custom");
    let id = id.to_string();
    let named = match call.group_name.as_deref().filter(|name| !name.is_empty()) {
        None => true,
        Some(name) if name_match == NameMatch::Exact => group.name == name,
        Some(name) => group.name.contains(name),
    };
    named
        && !of_others.into_iter().any(set)
        && call.instance_id.as_ref().is_none_or(|id| id.is_empty() || group.instances.contains(id))
        && call.tag.is_empty()
        && is_custom(&call.r#type)
        && is_custom(&call.types)
        && (!set(&call.group_id) || parts(call.group_id.as_deref()).any(|wanted| wanted == id))
        && group.name.contains(call.keyword.as_deref().unwrap_or_default())
}

fn read(id: u64, group: &MonitorGroup, with_contact_groups: bool) -> ReadGroup {
    let at = |instant: Timestamp| u64::try_from(instant.as_millisecond()).ok();
    ReadGroup {
        group_id: Some(id),
        group_name: group.name.clone(),
        r#type: "custom".to_owned(),
        service_id: id.to_string(),
        gmt_create: at(group.created),
        gmt_modified: at(group.modified),
        contact_groups: with_contact_groups.then(|| group.contact_groups()),
        ..ReadGroup::default()
    }
}

impl Serve for ModifyMonitorGroup {
    fn serve(self, call: &mut Call<'_>) -> Result<ModifyMonitorGroupResponse, Refusal> {
        let id = self.group_id;
        let unique = call.switches().duplicate_application_group == UnknownName::Refuse;
        let clear = call.switches().modify_omitted_application_group == Omitted::Clear;
        let now = call.now();
        let account = call.account();
        let name = self.group_name.filter(|name| !name.is_empty());
        let is_taken = |wanted: &String| {
            account.monitor_groups.iter().any(|(other, group)| *other != id && group.name == *wanted)
        };
        if let Some(taken) = name.as_ref().filter(|name| unique && is_taken(name)) {
            return Err(parameter_invalid(format!("there is an application group `{taken}`")));
        }
        let group = account
            .monitor_groups
            .get_mut(&id)
            .ok_or_else(|| resource_not_found(format!("application group {id}")))?;
        group.modified = now;
        // A group without a name is none: that stays under either setting.
        if let Some(name) = name {
            group.name = name;
        }
        if self.contact_groups.is_some() || clear {
            group.contact_groups = parts(self.contact_groups.as_deref()).map(str::to_owned).collect();
        }
        Ok(ModifyMonitorGroupResponse { code: Some(200), success: true, ..Default::default() })
    }
}

impl Serve for DeleteMonitorGroup {
    /// What becomes of rules that are for the group is not documented; they stay.
    fn serve(self, call: &mut Call<'_>) -> Result<DeleteMonitorGroupResponse, Refusal> {
        let id = self.group_id;
        let group = call
            .account()
            .monitor_groups
            .remove(&id)
            .ok_or_else(|| resource_not_found(format!("application group {id}")))?;
        Ok(DeleteMonitorGroupResponse {
            code: Some(200),
            success: true,
            group: DeletedMonitorGroup {
                contact_groups: group.contact_groups(),
                group_name: group.name,
                group_id: Some(id),
            },
            ..DeleteMonitorGroupResponse::default()
        })
    }
}
