//! From a file's text to a checked fleet.

use std::{path::Path, sync::Arc};

use indexmap::IndexMap;

use super::{
    draft,
    model::{Account, Fleet, Identity, Var},
};
use crate::{
    diagnostic::{Diagnostic, Span},
    secret::Secret,
    spec::{
        Loaded, is_region,
        yaml::{
            Bind as _, Context, Environment, Names, Node, Origin, Shown, Spanned, Supply, Value, read_at,
        },
    },
};

/// Accounts at once, where the file does not say.
const AT_ONCE: u32 = 4;
/// More at once would only wait for each other's sockets.
const MOST_AT_ONCE: u32 = 64;

/// Reads a fleet file. `name` is its path as the user typed it: paths in it are relative to it.
///
/// # Errors
/// Everything that is wrong with the file, in the order of its lines.
pub fn load(name: &str, text: &str, environment: Environment<'_>) -> Result<Loaded<Fleet>, Vec<Diagnostic>> {
    load_from(name, text, Supply::of(environment))
}

/// As [`load`], where more is known of the values.
///
/// # Errors
/// As [`load`].
pub fn load_from(name: &str, text: &str, supply: Supply<'_>) -> Result<Loaded<Fleet>, Vec<Diagnostic>> {
    let mut document = read_at(0, name, text, Shown::Of(&["fleet", "specs", "accounts"]))?;
    let context = Context::new(Arc::clone(&document.source));
    document.interpolate_from(supply, &context);
    let fleet = draft::Fleet::bind(&document.root, &context)
        .and_then(|draft| fleet(draft, name, &document.root, &context));
    let failed = context.has_errors();
    let found = context.finish();
    match fleet {
        Some(value) if !failed => Ok(Loaded { value, warnings: found }),
        _ => Err(found),
    }
}

fn fleet(draft: draft::Fleet, name: &str, root: &Node, context: &Context) -> Option<Fleet> {
    let base = Path::new(name).parent().unwrap_or(Path::new(""));
    let shared = draft.vars.as_ref().map(|node| vars(node, context)).unwrap_or_default();
    let at_once = draft.at_once.map_or(AT_ONCE, |given| {
        if !(1..=MOST_AT_ONCE).contains(&given.value) {
            let help = format!("write a number from 1 to {MOST_AT_ONCE}");
            context.error("fleet::at-once", "not a number of accounts at once", given.span, help);
        }
        given.value
    });
    let specs = draft.specs?;
    if specs.is_empty() {
        context.error(
            "fleet::no-specs",
            "`specs` is empty",
            root.place,
            "name a spec: `specs: [bellcheck.yaml]`",
        );
    }
    let accounts = draft.accounts?;
    if accounts.0.is_empty() {
        let help = "add one: `shop: { profile: shop, regions: [cn-hangzhou] }`";
        context.error("fleet::no-accounts", "`accounts` is empty", root.place, help);
    }
    Some(Fleet {
        source: Arc::clone(context.source()),
        name: draft.fleet?.value,
        specs: specs.into_iter().map(|path| base.join(path.value)).collect(),
        at_once: at_once as usize,
        accounts: all_accounts(accounts, &shared, context),
    })
}

fn all_accounts(
    drafts: Names<draft::Account>,
    shared: &IndexMap<String, Var>,
    context: &Context,
) -> Vec<Account> {
    let mut accounts = Vec::new();
    for named in drafts.0 {
        check_name(&named.name, context);
        let Some(draft) = named.value else { continue };
        accounts.push(account(named.name, draft, shared, context));
    }
    accounts
}

/// A name is part of a report's keys, where a slash parts it from the region.
fn check_name(name: &Spanned<String>, context: &Context) {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.value.is_empty() || !name.value.chars().all(fits) {
        let message = format!("`{}` is not a name for an account", context.written(name.span));
        let help = "write letters, digits, `-`, `_` and `.`";
        context.error("fleet::bad-name", message, name.span, help);
    }
}

fn account(
    name: Spanned<String>,
    draft: draft::Account,
    shared: &IndexMap<String, Var>,
    context: &Context,
) -> Account {
    let mut vars_of_all = shared.clone();
    vars_of_all.extend(draft.vars.as_ref().map(|node| vars(node, context)).unwrap_or_default());
    if let Some(arn) = &draft.role_arn {
        check_arn(arn, context);
    } else {
        for given in [&draft.external_id, &draft.session_name].into_iter().flatten() {
            let message = "this belongs to a role, and no role is assumed";
            context.error("fleet::no-role", message, given.span, "add the role's `role_arn`, or remove this");
        }
    }
    let text = |value: Option<Spanned<String>>| value.map(|value| value.value);
    Account {
        span: name.span,
        name: name.value,
        identity: Identity {
            profile: text(draft.profile),
            role_arn: text(draft.role_arn),
            external_id: text(draft.external_id).map(Secret::new),
            session_name: text(draft.session_name),
        },
        regions: regions(draft.regions.unwrap_or_default(), name.span, context),
        vars: vars_of_all,
    }
}

fn check_arn(arn: &Spanned<String>, context: &Context) {
    let account = arn.value.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(":role/"));
    let fits = account.is_some_and(|(account, role)| {
        !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit()) && !role.is_empty()
    });
    if !fits {
        let message = format!("`{}` is not the ARN of a RAM role", context.written(arn.span));
        context.error("fleet::bad-role", message, arn.span, "write it as `acs:ram::ACCOUNT-ID:role/NAME`");
    }
}

fn regions(given: Vec<Spanned<String>>, account: Span, context: &Context) -> Vec<String> {
    if given.is_empty() {
        let help = "name at least one: `regions: [cn-hangzhou]`";
        context.error("fleet::no-regions", "this account has no regions", account, help);
    }
    let mut regions: Vec<String> = Vec::new();
    for region in given {
        if !is_region("fleet::bad-region", &region, context) {
            continue;
        }
        if regions.contains(&region.value) {
            let message = format!("region `{}` is listed twice", context.written(region.span));
            context.error("fleet::listed-twice", message, region.span, "remove one of them");
        } else {
            regions.push(region.value);
        }
    }
    regions
}

/// A mapping from names to texts.
fn vars(node: &Node, context: &Context) -> IndexMap<String, Var> {
    let entries = match &node.value {
        Value::Map(entries) => entries.as_slice(),
        Value::Null => &[],
        Value::Scalar(_) | Value::List(_) => {
            let help = "write `NAME: value` lines below it";
            context.error("fleet::vars", "a mapping of names to values is expected here", node.span, help);
            &[]
        }
    };
    entries
        .iter()
        .filter_map(|entry| {
            let value = String::bind(&entry.value, context).map(Secret::new)?;
            let filled = context.filled(entry.value.span);
            let is_default = filled.iter().any(|filled| filled.origin == Origin::Default);
            Some((entry.key.value.clone(), Var { value, is_default }))
        })
        .collect()
}
