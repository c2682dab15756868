//! What a draft means: references, limits, and rules that can never match. Each check collects all
//! its findings and builds what it can, so that one fault does not hide another.

mod contacts;
mod levels;
mod pattern;
mod reach;
mod real;
mod robots;
mod rules;
mod targets;
mod twice;
mod unused;
mod words;

use crate::channel::Site;
use std::sync::Arc;

use super::{
    draft,
    model::{Language, Spec},
    yaml::{Context, Names, Spanned, did_you_mean, nearest},
};
use crate::{
    diagnostic::{Diagnostic, Span},
    openapi::Endpoints,
};

/// Checks everything. Returns the spec, which is only sound when `context` has no errors.
pub(super) fn spec(draft: draft::Spec, context: &Context) -> Option<Spec> {
    if let Some(stack) = &draft.stack {
        check_stack(stack, context);
    }
    if let Some(region) = &draft.region {
        is_region("spec::bad-region", region, context);
    }
    if let (Some([]), Some(stack)) = (draft.accounts.as_deref(), &draft.stack) {
        let help = "name an account, or remove `accounts`: without it each account may be touched";
        context.error("spec::no-accounts", "`accounts` is empty", stack.span, help);
    }
    let accounts = draft.accounts.map(|accounts| check_accounts(accounts, context)).unwrap_or_default();
    let site = draft.site.map(|site| site.value).unwrap_or_default();
    let language = draft.language.map(|language| language.value).unwrap_or(match site {
        Site::China => Language::ZhCn,
        Site::International => Language::En,
    });
    let robots_draft = draft.robots.unwrap_or_default();
    let contacts_draft = draft.contacts.unwrap_or_default();
    let groups_draft = draft.groups.unwrap_or_default();
    let rules_draft = draft.rules.unwrap_or_default();
    let application_groups = draft.application_groups.unwrap_or_default();
    once("application group", &application_groups, context);

    names("robot", &robots_draft, context);
    names("contact", &contacts_draft, context);
    names("group", &groups_draft, context);
    names("rule", &rules_draft, context);

    let robots = robots::robots(&robots_draft, context);
    let world = contacts::World { site, language, robot_names: &robots_draft, robots: &robots };
    let contacts = contacts::contacts(&contacts_draft, &world, context);
    let groups = contacts::groups(&groups_draft, &contacts_draft, context);
    let known = rules::Known { site, groups: &groups_draft, application_groups: &application_groups };
    let rules = rules::rules(&rules_draft, &known, context);
    let drafts = real::Drafts { robots: &robots_draft, contacts: &contacts_draft, rules: &rules_draft };
    let (secrets, unfit) = real::secrets(&drafts, context);
    let spec = Spec {
        source: Arc::clone(context.source()),
        stack: draft.stack?.value,
        region_is_written: draft.region.is_some(),
        region: draft.region.map_or_else(|| Spec::USUAL_REGION.to_owned(), |region| region.value),
        accounts,
        site,
        language,
        robots,
        contacts,
        groups,
        application_groups: application_groups.iter().map(|group| group.value.clone()).collect(),
        rules,
        secrets,
        unfit,
    };
    // Next to errors, "nobody uses this" is more often their echo than news.
    if !context.has_errors() {
        unused::unused(&spec, &application_groups, context);
        levels::levels(&rules_draft, &spec, context);
        twice::twice(&spec, context);
        words::words(&robots_draft, &spec, context);
    }
    Some(spec)
}

fn check_stack(stack: &Spanned<String>, context: &Context) {
    let fits = (1..=40).contains(&stack.value.len())
        && stack.value.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !fits {
        context.error(
            "spec::bad-stack",
            format!("`{}` is not a name for a stack", context.written(stack.span)),
            stack.span,
            "write 1 to 40 lower-case letters, digits and hyphens",
        );
    }
}

/// An account's id is a number that the service writes as a text.
fn check_accounts(accounts: Vec<Spanned<String>>, context: &Context) -> Vec<Spanned<String>> {
    once("account", &accounts, context);
    for account in &accounts {
        if account.value.is_empty() || !account.value.bytes().all(|byte| byte.is_ascii_digit()) {
            context.error(
                "spec::bad-account",
                format!("`{}` is not the id of an account", context.written(account.span)),
                account.span,
                "write its digits, such as `\"1000000000000001\"`; `bellcheck doctor` shows that of your credentials",
            );
        }
    }
    accounts
}

/// Whether this looks like the id of a region; if not, reports it under `code`. One that does, and that is
/// not known, is a doubt.
pub fn is_region(code: &'static str, region: &Spanned<String>, context: &Context) -> bool {
    let fits = region.value.contains('-')
        && region.value.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !fits {
        context.error(
            code,
            format!("`{}` is not a region", context.written(region.span)),
            region.span,
            "write a region id such as `cn-hangzhou` or `ap-southeast-1`",
        );
    } else if !Endpoints::known_regions().contains(&region.value.as_str()) {
        let known = Endpoints::known_regions().iter().copied();
        let near = nearest(&region.value, known);
        let help = near.first().map_or_else(
            || "if it is new, the calls go to the address that the general rule gives it".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        context.push(
            Diagnostic::warning(
                "spec::unknown-region",
                format!("CloudMonitor is not known to be in region `{}`", context.written(region.span)),
            )
            .at(context.source(), region.span, "not a known region")
            .help(help),
        );
    }
    fits
}

/// Reports a name that refers to nothing.
fn unknown<'a>(
    code: &'static str,
    what: &str,
    section: &str,
    name: &Spanned<String>,
    known: impl IntoIterator<Item = &'a str> + Clone,
    context: &Context,
) {
    // What cannot be read may have the name.
    if context.is_partial() {
        return;
    }
    let help = did_you_mean(&format!("under `{section}` there are"), &name.value, known);
    let message = format!("there is no {what} `{}`", context.written(name.span));
    let help = help.unwrap_or_else(|| format!("add it under `{section}`"));
    context.error(code, message, name.span, help);
}

/// Names travel as they are and are the identity of what they name: what a reader cannot see must not be
/// in them.
fn names<T>(what: &str, names: &Names<T>, context: &Context) {
    for entry in &names.0 {
        let name = &entry.name.value;
        if name.is_empty() || name.trim() != name || name.contains(char::is_control) {
            context.error(
                "spec::bad-name",
                format!("this is not a name for a {what}"),
                entry.name.span,
                "write a name without blanks at its ends, line breaks and control characters",
            );
        }
    }
}

/// Reports names that a list holds more than once.
fn once(what: &str, names: &[Spanned<String>], context: &Context) {
    for (index, name) in names.iter().enumerate() {
        if let Some(first) = names[..index].iter().find(|earlier| earlier.value == name.value) {
            context.push(
                Diagnostic::warning(
                    "spec::listed-twice",
                    format!("{what} `{}` is listed twice", context.written(name.span)),
                )
                .at(context.source(), name.span, "again here")
                .at(context.source(), first.span, "first here")
                .help("remove one of them"),
            );
        }
    }
}

/// Reports a list or a section that has more than the service takes.
fn at_most(limit: usize, count: usize, what: &str, place: Span, context: &Context) {
    if count > limit {
        context.error(
            "spec::too-many",
            format!("{count} {what}, and the service takes at most {limit}"),
            place,
            format!("keep {limit} of them, and split off the others"),
        );
    }
}

/// Whether this is an address; if not, reports it.
fn check_address(written: &str, span: Span, context: &Context) -> bool {
    let rest = written.strip_prefix("http://").or_else(|| written.strip_prefix("https://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let fits = host.is_some_and(|host| !host.is_empty()) && !written.contains(char::is_whitespace);
    if let Some(standing) = real::standing(written, true).filter(|_| !fits) {
        context.error("spec::placeholder", standing.words, span, standing.help);
    } else if !fits {
        context.error(
            "spec::bad-address",
            "this is not an address that can be called",
            span,
            "write it whole, from `http://` or `https://` on",
        );
    }
    fits
}
