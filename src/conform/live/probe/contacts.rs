//! Contacts and contact groups.

use super::{Finding, groups, omitted, refused, rules};
use crate::{
    api::cloudmonitor::{
        Channels, Contact, DescribeContactGroupList, DescribeContactList, PutContact, PutContactGroup,
    },
    conform::live::{
        bench::{Answer, Bench},
        leavings::Kind,
    },
    openapi::ApiError,
};

/// Nobody owns it.
const MAIL: &str = "bellcheck@example.com";
const NOT_LISTED: &str = "the contact that was made is not listed";
/// Groups that are made at most to fill a page.
const MOST_GROUPS: usize = 30;

pub(super) async fn group_page_size(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    for made in 0..=MOST_GROUPS {
        let page = bench.call(&DescribeContactGroupList::default()).await?;
        let shown = page.contact_group_list.contact_group.len();
        let Some(total) = page.total else { return Ok(Finding::Open("the list has no Total".to_owned())) };
        if total > shown as u64 {
            return Ok(Finding::Settled(shown.to_string()));
        }
        if !bench.may_write() {
            return Ok(Finding::Open(format!(
                "the account has {total} groups, and all are on the first page; --writes makes more"
            )));
        }
        if made < MOST_GROUPS {
            let name = bench.will_make(Kind::Group, &format!("page-{made}"))?;
            bench.call(&group(&name, "fills a page", &[])).await?;
        }
    }
    Ok(Finding::Open(format!("a page holds more than {MOST_GROUPS} groups")))
}

fn group(name: &str, describe: &str, contacts: &[String]) -> PutContactGroup {
    PutContactGroup {
        contact_group_name: name.to_owned(),
        describe: Some(describe.to_owned()).filter(|text| !text.is_empty()),
        contact_names: contacts.to_vec(),
        enable_subscribed: Some(false),
    }
}

/// The description of a group of this run.
async fn describe(bench: &Bench<'_>, name: &str) -> Result<Option<String>, ApiError> {
    let mut found = None;
    groups(
        async |call| bench.call(&call).await,
        |group| {
            if group.name == name {
                found = Some(group.describe);
            }
        },
    )
    .await?;
    Ok(found)
}

pub(super) async fn unknown_contact(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let name = bench.will_make(Kind::Group, "of-nobody")?;
    let nobody = format!("{name}-in-it");
    Ok(match bench.ask(&group(&name, "has nobody", &[nobody])).await? {
        Answer::Taken(_) => Finding::Settled("accept".to_owned()),
        Answer::Refused(_) => Finding::Settled("refuse".to_owned()),
    })
}

/// The contact of this run, which is made by the first who asks for it.
async fn contact(bench: &Bench<'_>) -> Result<Result<Contact, Finding>, ApiError> {
    let name = bench.will_make(Kind::Contact, "contact")?;
    let list = DescribeContactList { contact_name: Some(name.clone()), ..Default::default() };
    for attempt in 0..2 {
        let found =
            bench.call(&list).await?.contacts.contact.into_iter().find(|contact| contact.name == name);
        if let Some(found) = found {
            return Ok(Ok(found));
        }
        if attempt == 0 {
            let put = PutContact {
                contact_name: name.clone(),
                describe: "made by bellcheck conform".to_owned(),
                lang: None,
                channels: Channels { mail: Some(MAIL.to_owned()), ..Channels::default() },
            };
            if let Answer::Refused(error) = bench.ask(&put).await? {
                return Ok(Err(refused("a contact with a mail address", &error)));
            }
        }
    }
    Ok(Err(Finding::Open(NOT_LISTED.to_owned())))
}

pub(super) async fn group_put_omitted(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    const SENT: &str = "is it kept?";
    let name = bench.will_make(Kind::Group, "omitted")?;
    bench.call(&group(&name, SENT, &[])).await?;
    bench.call(&group(&name, "", &[])).await?;
    let found = describe(bench, &name).await?;
    Ok(omitted("the group's description", SENT, found.as_deref()))
}

/// A language that is shown again may be the account's own, so both are asked for.
pub(super) async fn put_omitted(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let contact_name = bench.will_make(Kind::Contact, "omitted")?;
    let put = |lang: Option<&str>| PutContact {
        contact_name: contact_name.clone(),
        describe: "made by bellcheck conform".to_owned(),
        lang: lang.map(str::to_owned),
        channels: Channels { mail: Some(MAIL.to_owned()), ..Channels::default() },
    };
    let list = DescribeContactList { contact_name: Some(contact_name.clone()), ..Default::default() };
    for lang in ["en", "zh-cn"] {
        if let Answer::Refused(error) = bench.ask(&put(Some(lang))).await? {
            return Ok(refused("a contact with a mail address", &error));
        }
        bench.call(&put(None)).await?;
        let found = bench.call(&list).await?.contacts.contact;
        let Some(found) = found.into_iter().find(|contact| contact.name == contact_name) else {
            return Ok(Finding::Open(NOT_LISTED.to_owned()));
        };
        if found.lang.as_deref() != Some(lang) {
            return Ok(Finding::Settled("clear".to_owned()));
        }
    }
    Ok(Finding::Settled("keep".to_owned()))
}

pub(super) async fn default_language(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    Ok(match contact(bench).await? {
        Ok(contact) => match contact.lang.as_deref() {
            Some(lang @ ("en" | "zh-cn")) => Finding::Settled(lang.to_owned()),
            _ => Finding::Open(
                "the list does not show Lang of a contact that was made without one; see in which language it is told"
                    .to_owned(),
            ),
        },
        Err(finding) => finding,
    })
}

/// Whether both lists show what was never sent.
pub(super) async fn defaults_listed(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let contact = match contact(bench).await? {
        Ok(contact) => contact,
        Err(finding) => return Ok(finding),
    };
    let shows_language = contact.lang.is_some_and(|lang| !lang.is_empty());
    Ok(match (shows_language, rules::silence(bench).await?) {
        (_, None) => Finding::Open("the rule that was made is not listed".to_owned()),
        (true, Some(Some(_))) => Finding::Settled("on".to_owned()),
        (false, Some(None)) => Finding::Settled("off".to_owned()),
        (true, Some(None)) => Finding::Open("Lang is shown, and SilenceTime is not".to_owned()),
        (false, Some(Some(_))) => Finding::Open("SilenceTime is shown, and Lang is not".to_owned()),
    })
}

pub(super) async fn activation(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    Ok(match contact(bench).await? {
        Ok(contact) => match contact.channels_state.mail.as_deref() {
            Some("PENDING") => Finding::Settled("pending".to_owned()),
            Some("OK") => Finding::Settled("immediate".to_owned()),
            other => Finding::Open(format!("ChannelsState.Mail is `{}`", other.unwrap_or("absent"))),
        },
        Err(finding) => finding,
    })
}

pub(super) async fn pending_channel(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    Ok(match contact(bench).await? {
        Ok(contact) if contact.channels_state.mail.as_deref() != Some("PENDING") => {
            Finding::Open("the channel does not wait to be activated".to_owned())
        }
        Ok(contact) => {
            let is_shown = contact.channels.mail.is_some_and(|mail| !mail.is_empty());
            Finding::Settled(if is_shown { "shown" } else { "hidden" }.to_owned())
        }
        Err(finding) => finding,
    })
}
