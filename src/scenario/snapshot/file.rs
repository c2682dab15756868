//! The file format: a front matter of JSON-quoted values between `---` lines, then the body.

use std::{fmt, io, path::Path};

use crate::files::{self, plain_lines};

/// Where a message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// Made by the emulator's template; not captured from the real service.
    Synthetic,
    /// Captured from the real service.
    Live,
}

impl Provenance {
    /// The word in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Synthetic => "synthetic",
            Self::Live => "live",
        }
    }
}

/// What a snapshot tells about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The scenario's name.
    pub scenario: String,
    /// The step, in words.
    pub step: String,
    /// `emulator` or `live`.
    pub backend: String,
    /// Where the message comes from.
    pub provenance: Provenance,
    /// The day it was written, `2026-11-22`.
    pub date: String,
    /// The program and its version.
    pub tool: String,
    /// The rule that sent the message and a digest of it, `disk-fault sha256:0123456789abcdef`; older
    /// files have none.
    pub rule: Option<String>,
    /// A digest of the template that the message was made with; none for a captured one.
    pub template: Option<String>,
}

impl Header {
    /// What of that which made a message has changed from this header to another, in words.
    #[must_use]
    pub fn changes(&self, now: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        if let (Some(then), Some(now)) = (&self.rule, &now.rule)
            && then != now
        {
            let name = |rule: &str| rule.split_once(' ').map_or(rule, |(name, _)| name).to_owned();
            changes.push(match (name(then), name(now)) {
                (one, other) if one == other => format!("rule `{one}` has changed since"),
                (one, other) => format!("rule `{other}` sent it, and `{one}` then"),
            });
        }
        if let (Some(then), Some(now)) = (&self.template, &now.template)
            && then != now
        {
            changes.push("it was made with another template then".to_owned());
        }
        changes
    }
}

/// A snapshot file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What it tells about itself.
    pub header: Header,
    /// The normalised message.
    pub body: String,
}

/// A snapshot that cannot be read or written.
#[derive(Debug)]
pub enum SnapshotError {
    /// The file system's word.
    Io(io::Error),
    /// The file is not a snapshot.
    Format {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        cause: String,
    },
    /// A name that is not a file name.
    Name(String),
    /// An emulated message would replace one that was captured live.
    LiveKept(String),
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Format { path, line, cause } => {
                write!(f, "{path}:{line}: {cause}; delete the file and run again to have it proposed anew")
            }
            Self::Name(name) => write!(
                f,
                "`{name}` is not a snapshot name; use letters, digits, `.`, `-` and `_`, not beginning with a dot"
            ),
            Self::LiveKept(path) => write!(
                f,
                "{path} was captured live and the new message is synthetic; delete the old file first if that is meant"
            ),
        }
    }
}

impl std::error::Error for SnapshotError {}

impl From<io::Error> for SnapshotError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Snapshot {
    /// Reads a file; `None` when it does not exist, also where a part of its path is no folder.
    ///
    /// # Errors
    /// [`SnapshotError::Io`] and [`SnapshotError::Format`].
    pub fn read(path: &Path) -> Result<Option<Self>, SnapshotError> {
        match files::read_text(path) {
            Ok(text) => Self::parse(&text).map(Some).map_err(|(line, cause)| SnapshotError::Format {
                path: path.display().to_string(),
                line,
                cause,
            }),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(None)
            }
            Err(error) => Err(io::Error::new(error.kind(), format!("{}: {error}", path.display())).into()),
        }
    }

    fn parse(text: &str) -> Result<Self, (usize, String)> {
        // Checked out with CRLF, a snapshot is still the same snapshot.
        let text = plain_lines(text);
        let rest = text.strip_prefix("---\n").ok_or((1, "a snapshot begins with `---`".to_owned()))?;
        let (head, body) =
            rest.split_once("\n---\n").ok_or((1, "the front matter is not closed by `---`".to_owned()))?;
        let mut values: [Option<String>; KEYS.len()] = Default::default();
        for (index, line) in head.lines().enumerate() {
            let at = index + 2;
            let (key, value) =
                line.split_once(": ").ok_or((at, "`key: \"value\"` is expected".to_owned()))?;
            let slot = KEYS
                .iter()
                .position(|known| *known == key)
                .ok_or_else(|| (at, format!("unknown key `{key}`")))?;
            let value =
                serde_json::from_str(value).map_err(|_| (at, format!("`{key}` is not a quoted string")))?;
            values[slot] = Some(value);
        }
        let mut find = |key: &str| {
            let slot = KEYS.iter().position(|known| *known == key);
            slot.and_then(|slot| values[slot].take())
        };
        let (rule, template) = (find("rule"), find("template"));
        let mut take = |key: &str| find(key).ok_or((1, format!("`{key}` is missing")));
        let header = Header {
            scenario: take("scenario")?,
            step: take("step")?,
            backend: take("backend")?,
            provenance: match take("provenance")?.as_str() {
                "synthetic" => Provenance::Synthetic,
                "live" => Provenance::Live,
                other => return Err((1, format!("provenance `{other}` is neither `synthetic` nor `live`"))),
            },
            date: take("date")?,
            tool: take("tool")?,
            rule,
            template,
        };
        Ok(Self { header, body: body.to_owned() })
    }
}

const KEYS: [&str; 8] = ["scenario", "step", "backend", "provenance", "date", "tool", "rule", "template"];

impl fmt::Display for Snapshot {
    /// The file's contents.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = &self.header;
        let values = [
            Some(header.scenario.as_str()),
            Some(&header.step),
            Some(&header.backend),
            Some(header.provenance.as_str()),
            Some(&header.date),
            Some(&header.tool),
            header.rule.as_deref(),
            header.template.as_deref(),
        ];
        f.write_str("---\n")?;
        for (key, value) in KEYS.iter().zip(values) {
            if let Some(value) = value {
                writeln!(f, "{key}: {}", serde_json::Value::from(value))?;
            }
        }
        write!(f, "---\n{}", self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        Snapshot {
            header: Header {
                scenario: "A \"quoted\": name\nwith two lines".to_owned(),
                step: "expect ops".to_owned(),
                backend: "emulator".to_owned(),
                provenance: Provenance::Synthetic,
                date: "2026-11-22".to_owned(),
                tool: "bellcheck 0.1.0".to_owned(),
                rule: Some("disk-fault sha256:0123456789abcdef".to_owned()),
                template: None,
            },
            body: "msgtype: text\n\n---\nx: y\n".to_owned(),
        }
    }

    #[test]
    fn a_file_says_what_it_was_told() {
        assert_eq!(Snapshot::parse(&snapshot().to_string()).unwrap(), snapshot());
        let elsewhere = format!("\u{feff}{}", snapshot().to_string().replace('\n', "\r\n"));
        assert_eq!(Snapshot::parse(&elsewhere).unwrap(), snapshot());
    }

    #[test]
    fn what_made_the_message_otherwise_is_told() {
        let then = snapshot().header;
        let now = |rule: &str, template: Option<&str>| Header {
            rule: Some(rule.to_owned()),
            template: template.map(str::to_owned),
            ..then.clone()
        };
        assert_eq!(then.changes(&then), Vec::<String>::new());
        assert_eq!(
            then.changes(&now("disk-fault sha256:f", Some("sha256:1"))),
            ["rule `disk-fault` has changed since"]
        );
        assert_eq!(
            now("disk-fault sha256:f", Some("sha256:2")).changes(&now("other sha256:f", Some("sha256:1"))),
            ["rule `other` sent it, and `disk-fault` then", "it was made with another template then"]
        );
    }

    #[test]
    fn what_is_not_a_snapshot_is_told_with_its_line() {
        let whole = snapshot().to_string();
        for (broken, line) in [
            (String::new(), 1),
            (whole.replacen("---\n", "", 1), 1),
            (whole.replace("step:", "stpe:"), 3),
            (whole.replace("\"emulator\"", "emulator"), 4),
            (whole.replace("synthetic", "real"), 1),
            (whole.replace("date: \"2026-11-22\"\n", ""), 1),
        ] {
            assert_eq!(Snapshot::parse(&broken).unwrap_err().0, line, "{broken}");
        }
    }
}
