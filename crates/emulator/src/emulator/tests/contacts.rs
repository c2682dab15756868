//! Contacts and contact groups.

use super::support::{Cloud, contact, group, webhook};
use crate::api::cloudmonitor::{
    Channels, Contact, DeleteContact, DeleteContactGroup, DescribeContactGroupList, DescribeContactList,
    PutContactGroup,
};

fn mail(address: &str) -> Channels {
    Channels { mail: Some(address.to_owned()), ..Channels::default() }
}

fn list(cloud: &Cloud) -> Vec<Contact> {
    cloud.call(&DescribeContactList::default()).unwrap().contacts.contact
}

#[test]
fn a_contact_is_created_changed_and_read_back() {
    let cloud = Cloud::new();
    cloud.call(&contact("alice", webhook("t"))).unwrap();
    let created = cloud.now();
    cloud.advance(60);
    let mut changed = contact("alice", webhook("u"));
    changed.describe = "new".to_owned();
    cloud.call(&changed).unwrap();
    let contacts = list(&cloud);
    assert_eq!(contacts.len(), 1);
    let alice = &contacts[0];
    assert_eq!(
        (alice.name.as_str(), alice.desc.as_str(), alice.lang.as_deref()),
        ("alice", "new", Some("en"))
    );
    assert_eq!(alice.create_time, created.as_millisecond());
    assert_eq!(alice.update_time, cloud.now().as_millisecond());
    assert!(alice.channels.ding_web_hook.as_ref().unwrap().ends_with("=u"));
    assert_eq!(alice.channels_state.ding_web_hook.as_deref(), Some("OK"));
    assert_eq!(alice.channels.mail, None);
}

#[test]
fn mail_and_sms_wait_for_activation() {
    let cloud = Cloud::new();
    let channels =
        Channels { sms: Some("139".to_owned()), ali_im: Some("a".to_owned()), ..mail("a@example.com") };
    cloud.call(&contact("alice", channels.clone())).unwrap();
    let state = &list(&cloud)[0].channels_state;
    assert_eq!(
        (state.mail.as_deref(), state.sms.as_deref(), state.ali_im.as_deref()),
        (Some("PENDING"), Some("PENDING"), Some("OK"))
    );
    assert_eq!(list(&cloud)[0].channels.mail.as_deref(), Some("a@example.com"));
    assert!(cloud.emulator.with(|world| world.activate("1000000000000001", "alice")));
    assert!(!cloud.emulator.with(|world| world.activate("1000000000000001", "bob")));
    assert_eq!(list(&cloud)[0].channels_state.mail.as_deref(), Some("OK"));
    // What stays the same stays active, what changes does not.
    cloud.call(&contact("alice", Channels { sms: Some("138".to_owned()), ..channels })).unwrap();
    let state = &list(&cloud)[0].channels_state;
    assert_eq!((state.mail.as_deref(), state.sms.as_deref()), (Some("OK"), Some("PENDING")));
}

#[test]
fn how_pending_channels_show_is_a_switch() {
    let hidden = Cloud::with_switches(&[("pending_channel", "hidden")]);
    hidden.call(&contact("alice", mail("a@example.com"))).unwrap();
    assert_eq!(list(&hidden)[0].channels.mail, None);
    assert_eq!(list(&hidden)[0].channels_state.mail.as_deref(), Some("PENDING"));
    let immediate = Cloud::with_switches(&[("activation", "immediate")]);
    immediate.call(&contact("alice", mail("a@example.com"))).unwrap();
    assert_eq!(list(&immediate)[0].channels_state.mail.as_deref(), Some("OK"));
}

#[test]
fn a_contact_needs_a_channel_and_a_known_language() {
    let cloud = Cloud::new();
    let none = cloud.refused(&contact("alice", Channels::default()));
    assert_eq!((none.0, none.1.as_str()), (400, "InvalidParameterValue"));
    let empty = Channels { ding_web_hook: Some(String::new()), ..Channels::default() };
    assert_eq!(cloud.refused(&contact("alice", empty)).1, "InvalidParameterValue");
    let mut french = contact("alice", webhook("t"));
    french.lang = Some("fr".to_owned());
    assert!(cloud.refused(&french).2.contains("`fr`"));
    let sms = Channels { sms: Some("139".to_owned()), ..Channels::default() };
    cloud.call(&contact("alice", sms.clone())).unwrap();
    let abroad = Cloud::with_switches(&[("site", "international")]);
    assert!(abroad.refused(&contact("alice", sms)).2.contains("Mail and DingWebHook"));
}

#[test]
fn what_is_not_sent_is_cleared_or_kept_by_a_switch() {
    for (switch, cleared) in [("clear", true), ("keep", false)] {
        let cloud = Cloud::with_switches(&[("put_omitted_contact", switch), ("put_omitted_group", switch)]);
        let both = Channels { mail: Some("a@example.com".to_owned()), ..webhook("t") };
        cloud.call(&contact("alice", both)).unwrap();
        cloud.call(&contact("alice", webhook("t"))).unwrap();
        assert_eq!(list(&cloud)[0].channels.mail.is_none(), cleared, "{switch}");
        cloud.call(&group("g", &["alice"])).unwrap();
        let bare = PutContactGroup { contact_group_name: "g".to_owned(), ..PutContactGroup::default() };
        cloud.call(&bare).unwrap();
        let groups = cloud.call(&DescribeContactGroupList::default()).unwrap();
        let found = &groups.contact_group_list.contact_group[0];
        assert_eq!(found.contacts.contact.is_empty(), cleared, "{switch}");
        assert_eq!(found.describe.is_empty(), cleared, "{switch}");
    }
}

#[test]
fn lists_are_filtered_and_paged() {
    let cloud = Cloud::new();
    for number in 0..105 {
        cloud.call(&contact(&format!("c{number:03}"), webhook("t"))).unwrap();
    }
    cloud.call(&contact("mail", mail("a@example.com"))).unwrap();
    let page = |number: Option<u32>, size: Option<u32>| {
        let call =
            DescribeContactList { page_number: number, page_size: size, ..DescribeContactList::default() };
        let response = cloud.call(&call).unwrap();
        assert_eq!(response.total, Some(106));
        response.contacts.contact.into_iter().map(|contact| contact.name).collect::<Vec<_>>()
    };
    assert_eq!(page(None, None).len(), 100);
    assert_eq!(page(Some(2), None).len(), 6);
    assert_eq!(page(Some(2), Some(3)), ["c003", "c004", "c005"]);
    let zero = DescribeContactList { page_number: Some(0), ..DescribeContactList::default() };
    assert_eq!(cloud.refused(&zero).1, "InvalidParameterValue");

    let find = |call: DescribeContactList| -> Vec<String> {
        let found = cloud.call(&call).unwrap().contacts.contact;
        found.into_iter().map(|contact| contact.name).collect()
    };
    let some = |text: &str| Some(text.to_owned());
    let empty: [String; 0] = [];
    assert_eq!(find(DescribeContactList { contact_name: some("c00"), ..Default::default() }), empty);
    assert_eq!(find(DescribeContactList { contact_name: some("c001"), ..Default::default() }), ["c001"]);
    assert_eq!(find(DescribeContactList { chanel_type: some("Mail"), ..Default::default() }), ["mail"]);
    let by_value = DescribeContactList {
        chanel_type: some("Mail"),
        chanel_value: some("b@example.com"),
        ..Default::default()
    };
    assert_eq!(find(by_value), empty);
}

#[test]
fn a_deleted_contact_leaves_its_groups() {
    let cloud = Cloud::new();
    for name in ["alice", "bob"] {
        cloud.call(&contact(name, webhook("t"))).unwrap();
    }
    cloud.call(&group("g", &["bob", "alice"])).unwrap();
    assert_eq!(list(&cloud)[0].contact_groups.contact_group, ["g"]);
    cloud.call(&DeleteContact { contact_name: "bob".to_owned() }).unwrap();
    let groups = cloud.call(&DescribeContactGroupList::default()).unwrap();
    assert_eq!(groups.contact_group_list.contact_group[0].contacts.contact, ["alice"]);
    assert_eq!(groups.contact_groups.contact_group, ["g"]);
    let gone = cloud.refused(&DeleteContact { contact_name: "bob".to_owned() });
    assert_eq!(
        (gone.0, gone.1.as_str(), gone.2.as_str()),
        (404, "ContactNotExists", "ContactName does not exist.")
    );
    cloud.call(&DeleteContactGroup { contact_group_name: "g".to_owned() }).unwrap();
    assert_eq!(list(&cloud).len(), 1);
    let gone = cloud.refused(&DeleteContactGroup { contact_group_name: "g".to_owned() });
    assert_eq!((gone.0, gone.1.as_str()), (404, "ContactNotExists"));
    assert_eq!(gone.2, "ContactGroupName Not Exists");
}

#[test]
fn groups_know_their_limits() {
    let cloud = Cloud::new();
    let stranger = cloud.refused(&group("g", &["nobody"]));
    assert_eq!(stranger.1, "InvalidParameterValue");
    assert!(stranger.2.contains("`nobody`"), "{}", stranger.2);
    let many: Vec<String> = (0..101).map(|number| format!("c{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(cloud.refused(&group("g", &many)).2.contains("100"));
    let lenient = Cloud::with_switches(&[("unknown_contact", "accept"), ("group_page_size", "2")]);
    for name in ["a", "b", "c"] {
        lenient.call(&group(name, &["nobody"])).unwrap();
    }
    let page = lenient.call(&DescribeContactGroupList::default()).unwrap();
    assert_eq!((page.contact_group_list.contact_group.len(), page.total), (2, Some(3)));
}
