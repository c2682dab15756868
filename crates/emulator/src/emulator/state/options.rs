//! What a world was begun with. A log means the same world only under the same options.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::emulator::{Emulator, RobotConfig, Switches, World, WorldConfig};

/// Options by name, secrets and long texts as digests.
pub(super) fn options(emulator: &Emulator, world: &World) -> BTreeMap<String, String> {
    // Every field is named, so that a new one cannot be forgotten here.
    // `keep` decides only how much of the past is shown.
    let WorldConfig {
        seed,
        start,
        access_keys,
        switches,
        rate_limit,
        keep: _,
        template,
        allowed_hosts,
        dingtalk_at,
    } = emulator.config();
    let is_virtual = emulator.is_virtual();
    let mut options = BTreeMap::new();
    let mut put = |name: &str, value: String| options.insert(name.to_owned(), value);
    // One option, so that a file from before there were fast clocks is not continued with one.
    let clock = match emulator.fast() {
        Some(fast) => {
            let leaps = if fast.may_leap() { " --leaps" } else { "" };
            format!("real --speed {} --since {}{leaps}", fast.speed(), fast.since())
        }
        None if is_virtual => "virtual".to_owned(),
        None => "real".to_owned(),
    };
    put("--clock", clock);
    if is_virtual {
        put("--start-time", start.to_string());
    }
    put("--seed", seed.to_string());
    put("--allow-host", allowed_hosts.join(" "));
    if let Some(stand_in) = dingtalk_at {
        put(DINGTALK_AT, stand_in.to_string());
    }
    put("--rate-limit", if *rate_limit { "on" } else { "off" }.to_owned());
    let keys = access_keys.iter().map(|key| [&key.id, key.secret.expose(), &key.account].join("\n"));
    put("--access-key", digest(keys));
    put("--template", digest(template.iter().map(|template| template.source().to_owned())));
    put("--spec", digest(world.robots().map(robot)));
    for row in Switches::table() {
        put(&format!("--switch {}", row.name), switches.get(row.name).unwrap_or_default());
    }
    options
}

/// The name of an option that is there only when it is given.
const DINGTALK_AT: &str = "--dingtalk-at";

/// The first option that is not what the file was begun with: its name, then and now. An option that
/// the file does not know is new, and has no meaning for it; but for the one that is not always there.
pub(super) fn changed<'a>(
    begun: &'a BTreeMap<String, String>,
    given: &'a BTreeMap<String, String>,
) -> Option<(&'a str, &'a str, &'a str)> {
    let value =
        |options: &'a BTreeMap<String, String>, name: &str| options.get(name).map_or("", String::as_str);
    begun.keys().map(String::as_str).chain([DINGTALK_AT]).find_map(|name| {
        let (then, now) = (value(begun, name), value(given, name));
        (now != then).then_some((name, then, now))
    })
}

/// All settings; `Debug` masks the secrets, so they are added.
fn robot(robot: &RobotConfig) -> String {
    let secret = robot.security.secret.as_ref().map_or("", |secret| secret.expose());
    format!("{}\n{secret}\n{robot:?}", robot.token.expose())
}

fn digest(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        return "none".to_owned();
    }
    let digest = Sha256::digest(parts.join("\n\n").as_bytes());
    digest.iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}
