//! Whose account a plan is for, and by what right: what every view of it begins with.

use super::{plan::Plan, render_markdown::escaped, render_text::heading};
use crate::diagnostic::visible_line;

/// As whom the calls are made, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caller {
    /// The account's id; none where the service did not say.
    pub account: Option<String>,
    /// Where the credentials come from, as the user knows it.
    pub credentials: String,
    /// Where the calls go, if that is not the service's own address.
    pub endpoint: Option<String>,
}

impl Caller {
    /// `account 1000000000000001`, or that it is not known.
    #[must_use]
    pub fn shown(&self) -> String {
        self.account
            .as_ref()
            .map_or_else(|| "an account that is not known".to_owned(), |id| format!("account {id}"))
    }

    /// It in a line, with the endpoint where that is not the service's own.
    #[must_use]
    pub fn line(&self) -> String {
        let account = self.account.as_deref().unwrap_or("not known");
        let endpoint = self.endpoint.as_ref().map(|at| format!(", endpoint {at}")).unwrap_or_default();
        visible_line(&format!("Account {account}, credentials from {}{endpoint}", self.credentials))
    }
}

/// What stands above plans: the account, the credentials, the endpoint where it is not the service's own,
/// and the stack and region of a plan that has no heading of its own.
#[must_use]
pub fn render_header(caller: &Caller, plans: &[&Plan]) -> String {
    let mut out = format!("{}\n", caller.line());
    if let [plan] = plans {
        out.push_str(&format!("{}\n", visible_line(&heading(plan))));
    }
    out.push('\n');
    out
}

/// What stands above plans in Markdown, where each plan has its heading.
#[must_use]
pub fn render_markdown_header(caller: &Caller) -> String {
    format!("{}\n\n", escaped(&caller.line()))
}
