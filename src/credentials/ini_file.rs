//! The ini file of the credential libraries: `~/.alibabacloud/credentials` (Go) or
//! `~/.alibabacloud/credentials.ini` (Python), or where `ALIBABA_CLOUD_CREDENTIALS_FILE` says.

use std::path::PathBuf;

use super::{
    chain::{Broken, Found, Winner},
    error::Fault,
    ini_profile,
    inputs::Inputs,
    read::{self, Loaded},
};

const FILES: [&str; 2] = [".alibabacloud/credentials", ".alibabacloud/credentials.ini"];
const VARIABLE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
const DEFAULT: &str = "default";

/// The file.
#[derive(Debug)]
pub(super) struct IniFile {
    pub(super) path: PathBuf,
    sections: Vec<Section>,
}

/// One section, as it is written.
pub(super) struct Section {
    pub(super) name: String,
    line: usize,
    /// Key, value and line.
    entries: Vec<(String, String, usize)>,
}

impl std::fmt::Debug for Section {
    /// Without its values, which hold keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Section").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Section {
    /// A value that is not empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let entry = self.entries.iter().find(|(name, _, _)| name == key);
        entry.map(|(_, value, _)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A value that must be there.
    pub(super) fn needed(&self, key: &str) -> Result<&str, Fault> {
        self.get(key).ok_or_else(|| {
            Fault::input(
                format!("line {}: `{key}` is missing or empty", self.line_of(key)),
                format!("give the section its `{key}`, or use another one"),
            )
        })
    }

    /// The line of a key, or of the section where it lacks the key.
    pub(super) fn line_of(&self, key: &str) -> usize {
        self.entries.iter().find(|(name, _, _)| name == key).map_or(self.line, |(_, _, line)| *line)
    }
}

fn candidates(inputs: &Inputs) -> Vec<PathBuf> {
    match inputs.variable(VARIABLE) {
        Some(path) => vec![PathBuf::from(path)],
        None => FILES.iter().filter_map(|file| inputs.at_home(file)).collect(),
    }
}

/// How the user knows the file.
pub(super) fn source(inputs: &Inputs) -> String {
    let paths: Vec<String> = candidates(inputs).iter().map(|path| path.display().to_string()).collect();
    if paths.is_empty() { format!("~/{}", FILES.join(" or ~/")) } else { paths.join(" or ") }
}

impl IniFile {
    pub(super) fn load(inputs: &Inputs) -> Result<Loaded<Self>, Broken> {
        let candidates = candidates(inputs);
        if candidates.is_empty() {
            return Ok(Loaded::Missing("not read: there is no home folder (`HOME` is not set)".to_owned()));
        }
        for path in candidates {
            let shown = path.display().to_string();
            let broken = |fault| Broken { source: shown.clone(), fault };
            match read::text(&path).map_err(broken)? {
                Some(text) => {
                    let sections = parse(&text).map_err(broken)?;
                    return Ok(Loaded::There(Self { path, sections }));
                }
                None if inputs.variable(VARIABLE).is_some() => {
                    return Err(broken(Fault::input(
                        format!("there is no such file, and `{VARIABLE}` names it"),
                        format!("mend the path, or unset `{VARIABLE}`"),
                    )));
                }
                None => {}
            }
        }
        Ok(Loaded::Missing("there is no such file".to_owned()))
    }

    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.sections.iter().map(|section| section.name.as_str())
    }
}

fn parse(text: &str) -> Result<Vec<Section>, Fault> {
    let mut sections: Vec<Section> = Vec::new();
    for (at, raw) in text.lines().enumerate() {
        let (line, written) = (at + 1, raw.trim());
        // The line itself is not quoted: it may be a secret.
        let wrong = |what: &str| {
            Fault::input(format!("line {line}: {what}"), "write sections `[name]` and lines `key = value`")
        };
        if written.is_empty() || written.starts_with(['#', ';']) {
            continue;
        }
        if let Some(inside) = written.strip_prefix('[') {
            let Some(name) = inside.strip_suffix(']').map(str::trim).filter(|name| !name.is_empty()) else {
                return Err(wrong("a section is not closed, or has no name"));
            };
            if sections.iter().any(|section| section.name == name) {
                return Err(wrong(&format!("a second section `{name}`")));
            }
            sections.push(Section { name: name.to_owned(), line, entries: Vec::new() });
            continue;
        }
        let Some((key, value)) = written.split_once(['=', ':']) else {
            return Err(wrong("it is neither a section nor `key = value`"));
        };
        let Some(section) = sections.last_mut() else {
            return Err(wrong("it stands before the first section"));
        };
        let key = key.trim().to_ascii_lowercase();
        if section.entries.iter().any(|(name, _, _)| *name == key) {
            return Err(wrong(&format!("a second `{key}`")));
        }
        section.entries.push((key, value.trim().to_owned(), line));
    }
    Ok(sections)
}

/// The file's default section.
pub(super) fn find(inputs: &Inputs) -> Result<Found, Broken> {
    let file = match IniFile::load(inputs)? {
        Loaded::There(file) => file,
        Loaded::Missing(why) => return Ok(Found::No(why)),
    };
    let Some(section) = file.section(DEFAULT) else {
        return Ok(Found::No(format!("it has no section `{DEFAULT}`")));
    };
    if ini_profile::is_off(section) {
        return Ok(Found::No(format!("its section `{DEFAULT}` says `enable = false`")));
    }
    winner(inputs, &file, section).map(|winner| Found::Yes(Box::new(winner)))
}

/// A section as a source.
pub(super) fn winner(inputs: &Inputs, file: &IniFile, section: &Section) -> Result<Winner, Broken> {
    let source = format!("section `{}` of {}", section.name, file.path.display());
    match ini_profile::make(inputs, section) {
        Ok(made) => Ok(Winner {
            source,
            made,
            region: None,
            warnings: read::open_to_others(&file.path).into_iter().collect(),
            first: None,
        }),
        Err(fault) => Err(Broken { source, fault }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keys_and_comments_are_read() {
        let text = "# why\n[default]\ntype = access_key\n Access_Key_Id: ak=1\n; no\n\n[ b ]\nenable=false\n";
        let sections = parse(text).unwrap();
        assert_eq!(sections.len(), 2);
        assert_eq!(sections[0].get("type"), Some("access_key"));
        assert_eq!(sections[0].get("access_key_id"), Some("ak=1"));
        assert_eq!(sections[0].line_of("access_key_id"), 4);
        assert_eq!((sections[1].name.as_str(), sections[1].line), ("b", 7));
    }

    #[test]
    fn what_is_no_ini_file_is_refused_with_its_line_and_not_quoted() {
        for (text, said) in [
            ("c4n4ry", "line 1: it is neither a section nor `key = value`"),
            ("a = c4n4ry", "line 1: it stands before the first section"),
            ("[a\n", "line 1: a section is not closed, or has no name"),
            ("[a]\n[]\n", "line 2: a section is not closed, or has no name"),
            ("[a]\n[a]\n", "line 2: a second section `a`"),
            ("[a]\nb = c4n4ry\nb = c4n4ry\n", "line 3: a second `b`"),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!(fault.message, said);
        }
    }
}
