//! The ini file of the credential libraries: `~/.alibabacloud/credentials` (Go) or
//! `~/.alibabacloud/credentials.ini` (Python), or where `ALIBABA_CLOUD_CREDENTIALS_FILE` says.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    chain::{Broken, Found, Winner},
    error::Fault,
    ini_profile,
    ini_value::{self, Value},
    inputs::Inputs,
    read::{self, Loaded},
    variables,
};
use crate::diagnostic::Diagnostic;

const FILES: [&str; 2] = [".alibabacloud/credentials", ".alibabacloud/credentials.ini"];
const DEFAULT: &str = "default";

/// The files that are there, in the order in which a section is looked for in them.
#[derive(Debug)]
pub(super) struct IniFiles(Vec<IniFile>);

#[derive(Debug)]
struct IniFile {
    path: PathBuf,
    sections: Vec<Section>,
}

/// One section, as it is written.
#[derive(PartialEq, Eq)]
pub(super) struct Section {
    pub(super) name: String,
    line: usize,
    entries: Vec<Entry>,
}

#[derive(PartialEq, Eq)]
struct Entry {
    key: String,
    value: Value,
    line: usize,
}

impl std::fmt::Debug for Section {
    /// Without its values, which hold keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Section").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Section {
    fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// A value that is not empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.entry(key).map(|entry| entry.value.text.as_str()).filter(|value| !value.is_empty())
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
        self.entry(key).map_or(self.line, |entry| entry.line)
    }

    /// Whether two sections say the same.
    fn says_the_same(&self, other: &Self) -> bool {
        let said = |section: &Self| -> BTreeMap<String, String> {
            section.entries.iter().map(|entry| (entry.key.clone(), entry.value.text.clone())).collect()
        };
        said(self) == said(other)
    }
}

/// A section, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct InFile<'a> {
    pub(super) section: &'a Section,
    path: &'a Path,
    /// A file that has another section of this name, which is not used.
    other: Option<&'a Path>,
}

/// The variable that names the file, and the files that may be there.
fn candidates(inputs: &Inputs) -> Result<(Option<&'static str>, Vec<PathBuf>), Fault> {
    Ok(match inputs.agreed(variables::INI_FILE)? {
        Some((name, path)) => (Some(name), vec![PathBuf::from(path)]),
        None => (None, FILES.iter().filter_map(|file| inputs.at_home(file)).collect()),
    })
}

/// How the user knows the files.
pub(super) fn source(inputs: &Inputs) -> String {
    let paths = candidates(inputs).map(|(_, paths)| paths).unwrap_or_default();
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    if paths.is_empty() { format!("~/{}", FILES.join(" or ~/")) } else { paths.join(" or ") }
}

impl IniFiles {
    pub(super) fn load(inputs: &Inputs) -> Result<Loaded<Self>, Broken> {
        let (variable, candidates) =
            candidates(inputs).map_err(|fault| Broken { source: source(inputs), fault })?;
        if candidates.is_empty() {
            return Ok(Loaded::Missing("not read: there is no home folder (`HOME` is not set)".to_owned()));
        }
        let mut files = Vec::new();
        for path in candidates {
            let shown = path.display().to_string();
            let broken = |fault| Broken { source: shown.clone(), fault };
            match read::text(&path).map_err(broken)? {
                Some(text) => {
                    let sections = parse(&text).map_err(broken)?;
                    files.push(IniFile { path, sections });
                }
                None => {
                    if let Some(variable) = variable {
                        return Err(broken(Fault::input(
                            format!("there is no such file, and `{variable}` names it"),
                            format!("mend the path, or unset `{variable}`"),
                        )));
                    }
                }
            }
        }
        Ok(if files.is_empty() {
            Loaded::Missing("there is no such file".to_owned())
        } else {
            Loaded::There(Self(files))
        })
    }

    /// A section: of the first file that has it, and has not switched it off where another one has it too.
    pub(super) fn section(&self, name: &str) -> Option<InFile<'_>> {
        let mut found: Vec<InFile<'_>> = Vec::new();
        for file in &self.0 {
            let section = file.sections.iter().find(|section| section.name == name);
            found.extend(section.map(|section| InFile { section, path: &file.path, other: None }));
        }
        let at = found.iter().position(|found| !ini_profile::is_off(found.section)).unwrap_or(0);
        let chosen = found.get(at).copied()?;
        let other = found.iter().find(|other| {
            other.path != chosen.path
                && !ini_profile::is_off(other.section)
                && !other.section.says_the_same(chosen.section)
        });
        Some(InFile { other: other.map(|other| other.path), ..chosen })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.iter().flat_map(|file| &file.sections).map(|section| section.name.as_str())
    }

    /// How the user knows the files that are there.
    pub(super) fn shown(&self) -> String {
        let paths: Vec<String> = self.0.iter().map(|file| file.path.display().to_string()).collect();
        paths.join(" and ")
    }
}

fn parse(text: &str) -> Result<Vec<Section>, Fault> {
    if text.trim_start().starts_with('{') {
        return Err(Fault::input(
            "line 1: the file is JSON, and no ini file",
            "name a file of profiles with ALIBABA_CLOUD_CONFIG_FILE",
        ));
    }
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
            let named = inside.split_once(']').filter(|(_, behind)| {
                let behind = behind.trim_start();
                behind.is_empty() || behind.starts_with(['#', ';'])
            });
            let Some(name) = named.map(|(name, _)| name.trim()).filter(|name| !name.is_empty()) else {
                return Err(wrong("a section is not closed, or has no name"));
            };
            if sections.iter().any(|section| section.name == name) {
                return Err(wrong(&format!("a second section `{name}`")));
            }
            sections.push(Section { name: name.to_owned(), line, entries: Vec::new() });
            continue;
        }
        let Some(at) = written.find(['=', ':']) else {
            return Err(wrong("it is neither a section nor `key = value`"));
        };
        let (key, behind) = written.split_at(at);
        let separator = if behind.starts_with(':') { ':' } else { '=' };
        let Some(section) = sections.last_mut() else {
            return Err(wrong("it stands before the first section"));
        };
        let key = key.trim().to_ascii_lowercase();
        if section.entries.iter().any(|entry| entry.key == key) {
            return Err(wrong(&format!("a second `{key}`")));
        }
        let mut value = ini_value::value(&behind[1..]);
        value.doubts.extend(ini_value::layout(raw, separator, section.entries.is_empty()));
        section.entries.push(Entry { key, value, line });
    }
    Ok(sections)
}

/// The default section.
pub(super) fn find(inputs: &Inputs) -> Result<Found, Broken> {
    let files = match IniFiles::load(inputs)? {
        Loaded::There(files) => files,
        Loaded::Missing(why) => return Ok(Found::No(why)),
    };
    let Some(found) = files.section(DEFAULT) else {
        let have = if files.0.len() == 1 { "it has" } else { "they have" };
        return Ok(Found::No(format!("{have} no section `{DEFAULT}`")));
    };
    if ini_profile::is_off(found.section) {
        return Ok(Found::No(format!("its section `{DEFAULT}` says `enable = false`")));
    }
    winner(inputs, &found).map(|winner| Found::Yes(Box::new(winner)))
}

/// A section as a source.
pub(super) fn winner(inputs: &Inputs, found: &InFile<'_>) -> Result<Winner, Broken> {
    let (section, path) = (found.section, found.path.display());
    let source = format!("section `{}` of {path}", section.name);
    let made = match ini_profile::make(inputs, section) {
        Ok(made) => made,
        Err(fault) => return Err(Broken { source, fault }),
    };
    let mut winner = Winner::new(source, made);
    winner.warnings.extend(read::open_to_others(found.path));
    for entry in &section.entries {
        for doubt in &entry.value.doubts {
            let what = format!("{path}: line {}: `{}`: {doubt}", entry.line, entry.key);
            let help = "write `key = value` without quotes, and comments into lines of their own";
            winner.warnings.push(Diagnostic::warning("credentials::ini-line", what).help(help));
        }
    }
    if let Some(other) = found.other {
        let what = format!(
            "section `{}` is in {path} and in {}, and they differ; the first counts, and some libraries read the other",
            section.name,
            other.display()
        );
        winner.warnings.push(
            Diagnostic::warning("credentials::two-files", what)
                .help("keep the section in one of the two files"),
        );
    }
    Ok(winner)
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
