//! Contact groups.

use indexmap::IndexSet;

use super::{
    ack::{CODE, ack, illegal},
    page::page,
};
use crate::{
    api::cloudmonitor::{
        Ack, ContactGroup as ReadGroup, ContactGroupList, ContactGroupNames, ContactNames,
        DeleteContactGroup, DescribeContactGroupList, DescribeContactGroupListResponse, PutContactGroup,
    },
    clock::Timestamp,
    emulator::{
        gateway::{Call, Refusal, Serve, required},
        switches::{Omitted, UnknownName},
    },
};

/// Names in one PutContactGroup; documented.
const MOST_CONTACTS: usize = 100;

/// A contact group.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct ContactGroup {
    describe: String,
    /// Names in the order sent.
    pub(in crate::emulator) contacts: IndexSet<String>,
    subscribed: bool,
    created: Timestamp,
    updated: Timestamp,
}

impl Serve for PutContactGroup {
    fn serve(self, call: &mut Call<'_>) -> Result<Ack, Refusal> {
        required("ContactGroupName", &self.contact_group_name)?;
        if self.contact_names.len() > MOST_CONTACTS {
            return Err(illegal(format!("at most {MOST_CONTACTS} ContactNames")));
        }
        let now = call.now();
        let keep = call.switches().put_omitted_group == Omitted::Keep;
        let check = call.switches().unknown_contact == UnknownName::Refuse;
        let account = call.account();
        let unknown = self.contact_names.iter().find(|name| !account.contacts.contains_key(*name));
        if let (true, Some(unknown)) = (check, unknown) {
            return Err(illegal(format!("there is no contact `{unknown}`")));
        }
        let old = account.groups.get(&self.contact_group_name);
        let kept = old.filter(|_| keep);
        let contacts = if self.contact_names.is_empty() {
            kept.map(|old| old.contacts.clone()).unwrap_or_default()
        } else {
            self.contact_names.into_iter().collect()
        };
        let group = ContactGroup {
            describe: self.describe.or_else(|| kept.map(|old| old.describe.clone())).unwrap_or_default(),
            contacts,
            subscribed: self.enable_subscribed.or_else(|| kept.map(|old| old.subscribed)).unwrap_or(false),
            created: old.map_or(now, |old| old.created),
            updated: now,
        };
        account.groups.insert(self.contact_group_name, group);
        Ok(ack())
    }
}

impl Serve for DescribeContactGroupList {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeContactGroupListResponse, Refusal> {
        let default_size = call.switches().group_page_size;
        let groups = call.account().groups.iter().map(|(name, group)| ReadGroup {
            name: name.clone(),
            describe: group.describe.clone(),
            contacts: ContactNames { contact: group.contacts.iter().cloned().collect() },
            create_time: group.created.as_millisecond(),
            update_time: group.updated.as_millisecond(),
            enable_subscribed: group.subscribed,
            enabled_weekly_report: group.subscribed,
        });
        let (groups, total) = page(groups, self.page_number, self.page_size, default_size)?;
        let names = groups.iter().map(|group| group.name.clone()).collect();
        Ok(DescribeContactGroupListResponse {
            code: CODE.to_owned(),
            success: true,
            total: Some(total),
            contact_groups: ContactGroupNames { contact_group: names },
            contact_group_list: ContactGroupList { contact_group: groups },
            ..DescribeContactGroupListResponse::default()
        })
    }
}

impl Serve for DeleteContactGroup {
    fn serve(self, call: &mut Call<'_>) -> Result<Ack, Refusal> {
        required("ContactGroupName", &self.contact_group_name)?;
        match call.account().groups.remove(&self.contact_group_name) {
            Some(_) => Ok(ack()),
            // The documented code of a missing group is that of a missing contact.
            None => Err(Refusal::new(404, "ContactNotExists", "ContactGroupName Not Exists")),
        }
    }
}
