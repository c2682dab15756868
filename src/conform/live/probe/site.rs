//! The site of the account.

use super::{Finding, rules};
use crate::{
    api::cloudmonitor::{Channels, PutContact},
    conform::live::{
        bench::{Answer, Bench},
        leavings::Kind,
    },
    openapi::ApiError,
};

/// What shows the site. One refusal may have another cause; two that the documents tell of the
/// international site together have not.
struct Signs {
    /// Whether a contact may have nothing but a TradeManager account: the international site has mail and
    /// DingTalk only.
    takes_messenger: bool,
    /// Whether a target may have Level 3: the international site supports Level 4 only.
    takes_levels: bool,
}

async fn signs(bench: &Bench<'_>) -> Result<Signs, ApiError> {
    let contact_name = bench.will_make(Kind::Contact, "messenger")?;
    let channels = Channels { ali_im: Some(contact_name.clone()), ..Channels::default() };
    let describe = "made by bellcheck conform".to_owned();
    let put = PutContact { contact_name, describe, lang: None, channels };
    let takes_messenger = matches!(bench.ask(&put).await?, Answer::Taken(_));
    let takes_levels = matches!(rules::target(bench, "levels", "3").await?, Answer::Taken(_));
    Ok(Signs { takes_messenger, takes_levels })
}

/// AliIM is refused, and Level 3 is not.
const NEITHER: &str = "a contact with AliIM alone is refused, and Level 3 is taken: an international site that takes it as Level 4, or another reason; see the site's address in the console";

pub(super) async fn site(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    Ok(match signs(bench).await? {
        Signs { takes_messenger: true, .. } => Finding::Settled("china".to_owned()),
        Signs { takes_levels: false, .. } => Finding::Settled("international".to_owned()),
        _ => Finding::Open(NEITHER.to_owned()),
    })
}

pub(super) async fn international_level(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    Ok(match signs(bench).await? {
        Signs { takes_messenger: true, .. } => Finding::Open(
            "this account is of the Chinese site, which has all levels; ask one of the international site"
                .to_owned(),
        ),
        Signs { takes_levels: false, .. } => Finding::Settled("refuse".to_owned()),
        _ => Finding::Open(NEITHER.to_owned()),
    })
}
