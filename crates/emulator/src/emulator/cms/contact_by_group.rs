//! The contacts of one group.

use super::ack::CODE;
use crate::{
    api::cloudmonitor::{
        DescribeContactListByContactGroup, DescribeContactListByContactGroupResponse, GroupContact,
        GroupContactList,
    },
    emulator::gateway::{Call, Refusal, Serve, required},
};

impl Serve for DescribeContactListByContactGroup {
    /// Contacts in the order of the group. The message for an unknown group is documented, its code
    /// is that of PutContactGroup.
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeContactListByContactGroupResponse, Refusal> {
        required("ContactGroupName", &self.contact_group_name)?;
        let switches = call.switches().clone();
        let account = call.account();
        let group = account
            .groups
            .get(&self.contact_group_name)
            .ok_or_else(|| Refusal::new(404, "ContactGroup.NotExists", "The group is not exists."))?;
        let known = group.contacts.iter().filter_map(|name| account.contacts.get_key_value(name));
        let contact = known
            .map(|(name, contact)| contact.read(name, Vec::new(), &switches))
            .map(|contact| GroupContact {
                name: contact.name,
                desc: contact.desc,
                channels: contact.channels,
                create_time: contact.create_time,
                update_time: contact.update_time,
            })
            .collect();
        Ok(DescribeContactListByContactGroupResponse {
            code: CODE.to_owned(),
            success: true,
            contacts: GroupContactList { contact },
            ..DescribeContactListByContactGroupResponse::default()
        })
    }
}
