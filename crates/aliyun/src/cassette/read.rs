//! Reading cassettes.

use std::{
    io::{self, Read as _},
    path::Path,
};

use super::{Cassette, Exchange, FORMAT, Header};
use crate::files;

/// Why a file is no cassette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// File, line and cause.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// Bytes that a cassette may have.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Reads a cassette, of one that was cut short what is whole.
///
/// # Errors
/// [`ReadError`] for a file that cannot be read, has no header, or is broken before its last line.
pub fn read(path: &Path) -> Result<Cassette, ReadError> {
    let name = path.display().to_string();
    // A fault may quote the file, which anybody may have written.
    let wrong = |message: String, remedy: &str| ReadError {
        message: message.chars().filter(|c| !c.is_control()).collect(),
        remedy: remedy.to_owned(),
    };
    let unreadable = |error: io::Error| {
        wrong(format!("cannot read {name}: {error}"), "name a file that `--record` wrote, or its folder")
    };
    let mut bytes = Vec::new();
    let mut file = files::open(path).map_err(unreadable)?.take(LARGEST + 1);
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(wrong(
            format!("{name} has more than {} MiB", LARGEST / 1024 / 1024),
            "record less in one run",
        ));
    }
    // A line that a crash cut has no end, and may end within a character.
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let is_cut = whole < bytes.len();
    let text = std::str::from_utf8(&bytes[..whole])
        .map_err(|error| wrong(format!("{name} is not UTF-8: {error}"), "record it again"))?;
    let mut lines = text.lines().enumerate();
    let no_header = |why: String| {
        wrong(format!("{name}, line 1: no header of a cassette: {why}"), "name a file that `--record` wrote")
    };
    let (_, first) = lines.next().ok_or_else(|| no_header("the file has no whole line".to_owned()))?;
    let header: Header = serde_json::from_str(first).map_err(|error| no_header(error.to_string()))?;
    if header.format != FORMAT {
        return Err(wrong(
            format!("{name}, line 1: the format is `{}`, and only `{FORMAT}` is known", header.format),
            "record it again with this version, or read it with the one that wrote it",
        ));
    }
    let mut exchanges = Vec::new();
    for (index, line) in lines {
        let exchange: Exchange = serde_json::from_str(line).map_err(|error| {
            wrong(format!("{name}, line {}: no exchange: {error}", index + 1), "record it again")
        })?;
        exchanges.push(exchange);
    }
    // They were written as the answers came; what was sent first is answered first by a replay.
    exchanges.sort_by_key(|exchange| exchange.started_ms);
    Ok(Cassette { name, header, exchanges, is_cut })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = r#"{"format":"bellcheck-cassette/1","tool":"bellcheck 0","command":"plan","provenance":"unknown","recorded_at":"2026-01-01T00:00:00Z","region":"cn-hangzhou","endpoints":{}}"#;
    const EXCHANGE: &str = r#"{"operation":"PutContact","product":"Cms","version":"2019-01-01","parameters":{},"started_ms":5,"took_ms":1,"status":200}"#;

    fn of(text: &str) -> Result<Cassette, ReadError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn a_cut_cassette_is_read_up_to_its_last_whole_line() {
        let whole = format!("{HEADER}\n{EXCHANGE}\n{EXCHANGE}\n");
        for end in HEADER.len() + 1..=whole.len() {
            let cassette = of(&whole[..end]).unwrap();
            assert_eq!(cassette.exchanges.len(), whole[..end].matches('\n').count() - 1, "{end}");
            assert_eq!(cassette.is_cut, !whole[..end].ends_with('\n'), "{end}");
        }
    }

    #[test]
    fn what_is_no_cassette_is_refused_with_its_line() {
        for (text, says) in [
            (String::new(), "no whole line"),
            ("{}\n".to_owned(), "line 1: no header"),
            (HEADER.replace("cassette/1", "cassette/9") + "\n", "`bellcheck-cassette/9`"),
            (format!("{HEADER}\n{EXCHANGE}\nbroken\n{EXCHANGE}\n"), "line 3: no exchange"),
        ] {
            let error = of(&text).unwrap_err();
            assert!(error.message.contains(says) && !error.remedy.is_empty(), "{error:?}");
        }
    }
}
