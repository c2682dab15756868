//! Reads all contact groups.

use std::collections::BTreeMap;

use super::paging::{PAGE_SIZE, Page, all};
use crate::{
    api::cloudmonitor::{ContactGroup as Listed, DescribeContactGroupList},
    openapi::{ApiError, Client, Operation as _},
    provision::{mark, model::Group, observed::SeenGroup},
};

pub(super) async fn groups(client: &Client) -> Result<BTreeMap<String, SeenGroup>, ApiError> {
    all(DescribeContactGroupList::ACTION, |number| async move {
        let call = DescribeContactGroupList {
            page_number: Some(number),
            page_size: Some(PAGE_SIZE),
            region_id: None,
        };
        let answer = client.call(&call).await?;
        let items = answer.contact_group_list.contact_group.into_iter().map(read).collect();
        Ok(Page { items, total: answer.total })
    })
    .await
}

/// One listed group with its name.
pub(in crate::provision) fn read(listed: Listed) -> (String, SeenGroup) {
    let (description, owner) = mark::split(&listed.describe);
    let group = Group {
        description: description.to_owned(),
        contacts: listed.contacts.contact.into_iter().collect(),
        subscribed: listed.enable_subscribed,
    };
    (listed.name, SeenGroup { owner: owner.map(str::to_owned), group })
}
