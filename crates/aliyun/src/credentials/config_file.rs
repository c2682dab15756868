//! `~/.aliyun/config.json`, the profiles of the aliyun command line. Source of names and modes:
//! `aliyun/aliyun-cli` `config/profile.go`, `aliyun/credentials-go` `cli_profile.go`.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::{
    chain::{Broken, Found, Winner},
    endpoints::OfProfile,
    error::Fault,
    inputs::Inputs,
    mode,
    read::{self, Loaded},
    variables,
};
use crate::{diagnostic::Diagnostic, nearest::did_you_mean};

const FILE: &str = ".aliyun/config.json";
const DISABLED: [&str; 3] =
    ["ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "ALIBABA_CLOUD_IGNORE_PROFILE", "ALIBABACLOUD_IGNORE_PROFILE"];
const DEFAULT: &str = "default";

/// The file.
#[derive(Debug)]
pub(super) struct ConfigFile {
    pub(super) path: PathBuf,
    current: Option<String>,
    profiles: Vec<Profile>,
}

/// One profile, as it is written.
#[derive(Clone)]
pub(super) struct Profile {
    pub(super) name: String,
    fields: Map<String, Value>,
}

impl std::fmt::Debug for Profile {
    /// Without its fields, which hold keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Profile {
    /// This profile with the fields that a program printed for it; its mode is the program's.
    pub(super) fn printed(&self, printed: &Map<String, Value>) -> Self {
        let mut fields = self.fields.clone();
        fields.remove("mode");
        fields.extend(printed.clone());
        Self { name: self.name.clone(), fields }
    }

    /// A field that is a text.
    pub(super) fn text(&self, field: &str) -> Result<Option<&str>, Fault> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(field, "is not a text")),
        }
    }

    /// A text of a field that two libraries know by different names: the first name counts.
    pub(super) fn either(&self, names: [&str; 2]) -> Result<Option<&str>, Fault> {
        let [first, second] = names.map(|name| self.text(name));
        Ok(first?.filter(|text| !text.is_empty()).or(second?.filter(|text| !text.is_empty())))
    }

    /// A field that must have a text.
    pub(super) fn needed(&self, field: &str) -> Result<&str, Fault> {
        self.text(field)?.filter(|text| !text.is_empty()).ok_or_else(|| wrong(field, "is missing or empty"))
    }

    /// A field that is a whole number.
    pub(super) fn number(&self, field: &str) -> Result<Option<i64>, Fault> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| wrong(field, "is not a whole number")),
        }
    }

    /// A field that says yes or no.
    pub(super) fn is_set(&self, field: &str) -> Result<bool, Fault> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| wrong(field, "is neither true nor false")),
        }
    }

    /// Whether somebody only began to write it: the command line makes such profiles by itself.
    fn is_blank(&self) -> bool {
        let is_empty = |field: &str| {
            matches!(self.fields.get(field), None | Some(Value::Null))
                || self.fields.get(field).and_then(Value::as_str) == Some("")
        };
        let is_keys = matches!(self.text("mode"), Ok(None | Some("")))
            || matches!(self.text("mode"), Ok(Some(mode)) if mode.eq_ignore_ascii_case("AK"));
        is_keys && is_empty("access_key_id") && is_empty("access_key_secret")
    }
}

fn wrong(field: &str, what: &str) -> Fault {
    Fault::input(
        format!("`{field}` {what}"),
        format!("give the profile its `{field}`, or use another profile"),
    )
}

/// How the user knows the file.
pub(super) fn source(inputs: &Inputs) -> String {
    // Names that contradict each other end the search before a file is opened.
    let named = inputs.agreed(variables::CONFIG_FILE).ok().flatten().map(|(_, path)| path.to_owned());
    let usual =
        || inputs.at_home(FILE).map_or_else(|| format!("~/{FILE}"), |path| path.display().to_string());
    named.unwrap_or_else(usual)
}

impl ConfigFile {
    pub(super) fn load(inputs: &Inputs) -> Result<Loaded<Self>, Broken> {
        let shown = source(inputs);
        let broken = |fault| Broken { source: shown.clone(), fault };
        for name in DISABLED {
            if inputs.switch(name).map_err(broken)? {
                return Ok(Loaded::Missing(format!("not read: `{name}` is set")));
            }
        }
        let named = inputs.agreed(variables::CONFIG_FILE).map_err(broken)?;
        let Some(path) = named.map(|(_, path)| PathBuf::from(path)).or_else(|| inputs.at_home(FILE)) else {
            return Ok(Loaded::Missing("not read: there is no home folder (`HOME` is not set)".to_owned()));
        };
        match read::text(&path).map_err(broken)? {
            None if let Some((name, _)) = named => Err(broken(Fault::input(
                format!("there is no such file, and `{name}` names it"),
                format!("correct the path, or unset `{name}`"),
            ))),
            None => Ok(Loaded::Missing("there is no such file".to_owned())),
            Some(text) => Self::parse(path, &text).map(Loaded::There).map_err(broken),
        }
    }

    fn parse(path: PathBuf, text: &str) -> Result<Self, Fault> {
        let remedy = "mend the file, or write it anew with `aliyun configure`";
        if text.trim().is_empty() {
            return Err(Fault::input("the file is empty", remedy));
        }
        let mut root = match serde_json::from_str(text) {
            Ok(Value::Object(root)) => root,
            Ok(_) => return Err(Fault::input("line 1: the file is not a JSON object", remedy)),
            Err(error) => {
                let what = error.to_string();
                let what = what.split(" at line ").next().unwrap_or_default();
                return Err(Fault::input(
                    format!("line {}, column {}: the file is not JSON: {what}", error.line(), error.column()),
                    remedy,
                ));
            }
        };
        let current = match root.remove("current") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
            Some(_) => return Err(Fault::input("`current` is not the name of a profile", remedy)),
        };
        let list = match root.remove("profiles") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(Fault::input("`profiles` is not a list", remedy)),
        };
        let mut profiles: Vec<Profile> = Vec::new();
        for (at, entry) in list.into_iter().enumerate() {
            let wrong = |what: &str| Fault::input(format!("entry {} of `profiles` {what}", at + 1), remedy);
            let Value::Object(fields) = entry else { return Err(wrong("is not an object")) };
            let Some(name) = fields.get("name").and_then(Value::as_str) else {
                return Err(wrong("has no `name`"));
            };
            if profiles.iter().any(|profile| profile.name == name) {
                return Err(wrong(&format!("is a second profile `{name}`")));
            }
            profiles.push(Profile { name: name.to_owned(), fields });
        }
        Ok(Self { path, current, profiles })
    }

    pub(super) fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.profiles.iter().map(|profile| profile.name.as_str())
    }
}

/// The file's current profile.
pub(super) fn find(inputs: &Inputs) -> Result<Found, Broken> {
    let file = match ConfigFile::load(inputs)? {
        Loaded::There(file) => file,
        Loaded::Missing(why) => return Ok(Found::No(why)),
    };
    if file.profiles.is_empty() {
        return Ok(Found::no("it has no profiles"));
    }
    let name = file.current.as_deref().unwrap_or(DEFAULT);
    let Some(profile) = file.profile(name) else {
        let help = did_you_mean("known profiles", name, file.names()).unwrap_or_default();
        let fault = Fault::input(format!("its current profile `{name}` is not in it"), help);
        return Err(Broken { source: source(inputs), fault });
    };
    if profile.is_blank() {
        return Ok(Found::No(format!("its profile `{name}` is empty")));
    }
    winner(inputs, &file, profile).map(|winner| Found::Yes(Box::new(winner)))
}

/// A profile as a source.
pub(super) fn winner(inputs: &Inputs, file: &ConfigFile, profile: &Profile) -> Result<Winner, Broken> {
    let source = format!("profile `{}` of {}", profile.name, file.path.display());
    let make = || {
        let mut winner = Winner::new(source.clone(), mode::make(inputs, file, profile)?);
        winner.region = profile.text("region_id")?.filter(|region| !region.is_empty()).map(str::to_owned);
        winner.endpoints = OfProfile::read(profile, &inputs.endpoints)?;
        winner.warnings.extend(read::open_to_others(&file.path));
        winner.warnings.extend(two_names(profile, &source, ["ram_session_name", "role_session_name"]));
        winner.warnings.extend(two_names(profile, &source, ["expired_seconds", "duration_seconds"]));
        Ok(winner)
    };
    make().map_err(|fault| Broken { source: source.clone(), fault })
}

/// A warning where a profile says two things under two names for one thing.
fn two_names(profile: &Profile, source: &str, [first, second]: [&str; 2]) -> Option<Diagnostic> {
    let (one, other) = (profile.fields.get(first)?, profile.fields.get(second)?);
    let is_nothing = |value: &Value| value.is_null() || value == "" || value == 0;
    (one != other && !is_nothing(one) && !is_nothing(other)).then(|| {
        Diagnostic::warning(
            "credentials::two-names",
            format!("{source}: `{first}` and `{second}` differ, and `{first}` counts; some libraries read the other"),
        )
        .help("write the same into both, or remove one")
    })
}
