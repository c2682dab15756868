//! A profile that was asked for by name: in the file of the aliyun command line, or in the ini file.

use super::{
    chain::{Broken, Winner},
    config_file::{self, ConfigFile},
    error::Fault,
    ini_file::{self, IniFiles},
    inputs::Inputs,
    read::Loaded,
};
use crate::nearest::did_you_mean;

/// The profile `name`, which `origin` asks for.
pub(super) fn named(inputs: &Inputs, origin: &str, name: &str) -> Result<Winner, Broken> {
    let mut known: Vec<String> = Vec::new();
    let mut looked: Vec<String> = Vec::new();
    match ConfigFile::load(inputs)? {
        Loaded::There(file) => {
            if let Some(profile) = file.profile(name) {
                return config_file::winner(inputs, &file, profile);
            }
            known.extend(file.names().map(str::to_owned));
            looked.push(file.path.display().to_string());
        }
        Loaded::Missing(why) => looked.push(format!("{} ({why})", config_file::source(inputs))),
    }
    match IniFiles::load(inputs)? {
        Loaded::There(files) => {
            if let Some(found) = files.section(name) {
                return ini_file::winner(inputs, &found);
            }
            known.extend(files.names().map(str::to_owned));
            looked.push(files.shown());
        }
        Loaded::Missing(why) => looked.push(format!("{} ({why})", ini_file::source(inputs))),
    }
    let help = did_you_mean("known profiles", name, known.iter().map(String::as_str))
        .unwrap_or_else(|| "make the profile with `aliyun configure`, or use another source".to_owned());
    let fault = Fault::input(format!("there is no profile `{name}` in {}", looked.join(" and ")), help);
    Err(Broken { source: origin.to_owned(), fault })
}
