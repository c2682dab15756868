//! Addresses and secrets that are none: what holds the place of one in a file, and what a file gives for
//! the case that there is none. An emulator takes them. On an account they would be written over the
//! address of a real robot, which then is silent.

use percent_encoding::percent_decode_str;

use crate::{
    diagnostic::Diagnostic,
    dingtalk::{ROBOT_HOST, token_of},
    secret::Secret,
    spec::{
        draft,
        unfit::{SecretPlace, Unfit, UnfitKind},
        yaml::{Context, Names, Origin, Spanned, is_name},
    },
};

/// DingTalk's tokens, as far as they are seen in public, have so many hexadecimal digits. No document
/// promises it, so a user can say otherwise.
const TOKEN_DIGITS: usize = 64;
/// From so many hexadecimal digits on, a text is meant as a token, and not as a word for a test.
const MEANT_DIGITS: usize = 16;

/// Words that people write where a secret belongs, without their dashes and in lower case.
const WORDS: [&str; 20] = [
    "changeme",
    "changeit",
    "replaceme",
    "fixme",
    "todo",
    "tbd",
    "token",
    "accesstoken",
    "yourtoken",
    "youraccesstoken",
    "yourrobottoken",
    "yoursecret",
    "secret",
    "placeholder",
    "example",
    "dummy",
    "none",
    "null",
    "undefined",
    "insertyourtokenhere",
];

/// All addresses and secrets of a spec, and what is wrong with them for a real account.
pub(super) fn secrets(draft: &Drafts<'_>, context: &Context) -> (Vec<SecretPlace>, Vec<Unfit>) {
    let (mut places, mut unfit) = (Vec::new(), Vec::new());
    let mut add = |what: String, robot: Option<&String>, value: &Spanned<Secret>, is_address: bool| {
        // A part that is used through an alias or a merge is judged once.
        if places.iter().any(|place: &SecretPlace| place.span == value.span) {
            return;
        }
        let (robot, filled) = (robot.cloned(), context.filled(value.span));
        let place = SecretPlace { what, robot, span: value.span, filled };
        unfit.extend(judged(&place, value.value.expose(), is_address, context));
        places.push(place);
    };
    for entry in &draft.robots.0 {
        let Some(robot) = &entry.value else { continue };
        let name = context.written(entry.name.span);
        if let Some(webhook) = &robot.webhook {
            add(format!("robot `{name}`"), Some(&entry.name.value), webhook, true);
        }
        if let Some(secret) = &robot.secret {
            add(format!("the secret of robot `{name}`"), Some(&entry.name.value), secret, false);
        }
    }
    for entry in &draft.contacts.0 {
        if let Some(webhook) = entry.value.as_ref().and_then(|contact| contact.webhook.as_ref()) {
            let name = context.written(entry.name.span);
            add(format!("contact `{name}`"), None, webhook, true);
        }
    }
    for entry in &draft.rules.0 {
        let targets = entry.value.as_ref().and_then(|rule| rule.targets.as_deref()).unwrap_or_default();
        for url in targets.iter().filter_map(|target| target.value.webhook.as_ref()?.url.as_ref()) {
            let name = context.written(entry.name.span);
            add(format!("rule `{name}`"), None, url, true);
        }
    }
    (places, unfit)
}

/// What has addresses and secrets.
pub(super) struct Drafts<'a> {
    pub(super) robots: &'a Names<draft::Robot>,
    pub(super) contacts: &'a Names<draft::Contact>,
    pub(super) rules: &'a Names<draft::Rule>,
}

fn judged(place: &SecretPlace, value: &str, is_address: bool, context: &Context) -> Option<Unfit> {
    let unfit = |kind, code, message: String, help: String| {
        let finding = Diagnostic::error(code, message).at(context.source(), place.span, "").help(help);
        Some(Unfit { kind, robot: place.robot.clone(), finding })
    };
    let what = &place.what;
    let of = |origin| place.filled.iter().find(|filled| filled.origin == origin).map(|filled| &filled.name);
    if let Some(name) = of(Origin::StandIn) {
        return unfit(
            UnfitKind::StandIn,
            "spec::missing-secret",
            format!("{what}: the variable `{name}` is not set"),
            format!("set `{name}`"),
        );
    }
    if let Some(name) = of(Origin::Default) {
        return unfit(
            UnfitKind::Default,
            "spec::default-secret",
            format!("{what}: the variable `{name}` is not set, and its default is no secret"),
            format!(
                "set `{name}`, and take the default out of the file: `validate` and `test` need no value"
            ),
        );
    }
    if let Some(Standing { words, help }) = standing(value, is_address) {
        return unfit(UnfitKind::Text, "spec::placeholder", format!("{what}: {words}"), help);
    }
    let token = token_of(value).filter(|_| is_address && is_robot(value))?;
    let is_hex = token.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && token.len() == TOKEN_DIGITS {
        return None;
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let (kind, words) = if is_hex && token.len() >= MEANT_DIGITS {
        let digits = format!("it has {} hexadecimal digits", token.len());
        (UnfitKind::Token, format!("{digits}, and those have {TOKEN_DIGITS}"))
    } else if token.bytes().all(is_word) {
        (UnfitKind::TestToken, format!("those have {TOKEN_DIGITS} hexadecimal digits"))
    } else {
        (UnfitKind::Token, "it has characters that those do not have".to_owned())
    };
    let from = match place.filled.as_slice() {
        [] => String::new(),
        [one] => format!("; the value of `{}` is in it", one.name),
        all => {
            let names: Vec<String> = all.iter().map(|filled| format!("`{}`", filled.name)).collect();
            format!("; the values of {} are in it", names.join(", "))
        }
    };
    unfit(
        kind,
        "spec::unusual-token",
        format!("{what}: its token does not look like one of DingTalk's: {words}{from}"),
        "copy the robot's webhook whole; should DingTalk have given the robot this token, --allow-unusual-tokens takes it"
            .to_owned(),
    )
}

/// Whether an address leads to DingTalk's robots.
pub(super) fn is_robot(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#', ':']).next() == Some(ROBOT_HOST)
}

/// From this length on, a row of one character is no secret.
const SHORTEST_ROW: usize = 8;

/// Something that holds the place of a secret.
pub(super) struct Standing {
    pub(super) words: String,
    pub(super) help: String,
}

/// What holds the place of a secret in a value: in all of it or, for an address, in one of its parts.
pub(super) fn standing(value: &str, is_address: bool) -> Option<Standing> {
    let Some((_, rest)) = value.split_once("://").filter(|_| is_address) else { return of_part(value) };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let values = query.split(['&', '#']).map(|pair| pair.split_once('=').map_or(pair, |(_, value)| value));
    path.split('/').chain(values).find_map(of_part)
}

fn of_part(part: &str) -> Option<Standing> {
    let decoded = percent_decode_str(part).decode_utf8_lossy();
    let decoded = decoded.trim();
    for text in [part.trim(), decoded] {
        if let Some(found) = unfilled(text) {
            return Some(found);
        }
    }
    let bare: String = decoded.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.')).collect();
    let bare = bare.to_lowercase();
    let is_crossed = |text: &str| text.len() > 1 && text.chars().all(|c| matches!(c, 'x' | '*' | '…'));
    let hidden = bare.strip_prefix("sec").unwrap_or(&bare);
    let is_one_character = |text: &str| {
        text.len() >= SHORTEST_ROW
            && text.chars().next().is_some_and(|first| text.chars().all(|c| c == first))
    };
    (WORDS.contains(&bare.as_str())
        || is_crossed(hidden)
        || is_one_character(hidden)
        || decoded.len() > 1 && decoded.chars().all(|c| c == '.'))
    .then(|| Standing {
        words: "this holds the place of a secret, and is none".to_owned(),
        help: "write `${NAME}`, and set the variable `NAME`".to_owned(),
    })
}

/// A variable in the way of another tool, which nothing here fills in.
fn unfilled(text: &str) -> Option<Standing> {
    let between = |open: &str, close: &str| {
        text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).filter(|inside| !inside.is_empty())
    };
    let named = between("$(", ")").or_else(|| between("%", "%")).or_else(|| between("@", "@"));
    let named = named.or_else(|| text.strip_prefix('$')).filter(|name| is_name(name));
    if let Some(name) = named {
        // A secret may begin with a dollar: only what is spelt as variables are is shown.
        let is_shown =
            name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        let (words, name) = if is_shown {
            (format!("`{text}` is not filled in"), name)
        } else {
            ("this is written as a variable, and not filled in".to_owned(), "NAME")
        };
        return Some(Standing { words, help: format!("write `${{{name}}}`") });
    }
    let is_template = between("<", ">").or_else(|| between("{", "}")).or_else(|| between("[", "]")).is_some()
        || text.find("{{").is_some_and(|at| text[at..].contains("}}"));
    is_template.then(|| Standing {
        words: "this is a place in a template, and nobody has filled it in".to_owned(),
        help: "write `${NAME}`, and set the variable `NAME`".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_a_place_is_seen_and_secrets_are_not_taken_for_it() {
        let address = |token: &str| format!("https://oapi.dingtalk.com/robot/send?access_token={token}");
        for token in [
            "$DING_OPS_TOKEN",
            "$(DING_OPS_TOKEN)",
            "%DING_OPS_TOKEN%",
            "%ACCESS_TOKEN%",
            "@TOKEN@",
            "<token>",
            "%3Ctoken%3E",
            "{{ token }}",
            "{token}",
            "[token]",
            "xxx",
            "XXXXXXXX",
            "******",
            "...",
            "changeme",
            "CHANGE_ME",
            "your-access-token",
            "TOKEN",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "aaaaaaaa",
        ] {
            assert!(standing(&address(token), true).is_some(), "{token}");
            assert!(standing(token, false).is_some(), "{token}");
        }
        for token in ["0123456789abcdef", "ops-test-token", "abc", "a%3Db", "%E5%80%BC", "x1", "-"] {
            assert!(standing(&address(token), true).is_none(), "{token}");
        }
        for secret in ["SECtest", "SEC0123abcd", "$ecret$pass", "p%40ss"] {
            assert!(standing(secret, false).is_none(), "{secret}");
        }
        assert!(standing("https://h.example.com/odata?$filter=x&$top=5", true).is_none());
        let lower = standing("$hunter2", false).unwrap();
        assert!(!lower.words.contains("hunter2") && !lower.help.contains("hunter2"));
    }
}
