//! Files that outlive their process: JSON lines, only appended to, each on the disk before it counts.
//!
//! What is about to be done in the world is written here first, so that whatever ends the process, the
//! next one knows what may have happened.

use std::{
    fmt,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::files;

/// The end of a journal's name.
const SUFFIX: &str = "jsonl";

/// A journal that is written on; nobody else holds it as long as this lives.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: Mutex<File>,
}

impl Journal {
    /// Begins a journal in a folder, which is made where it is not there. `name` is without its end.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text; a journal of that name is one.
    pub fn create(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(format!("{name}.{SUFFIX}"));
        let make = || {
            fs::create_dir_all(folder)?;
            let file = OpenOptions::new().create_new(true).append(true).open(&path)?;
            file.lock()?;
            // The name of a file is kept by its folder.
            File::open(folder)?.sync_all()?;
            Ok(file)
        };
        let file = make().map_err(|error| within(&path, &error))?;
        Ok(Self { path, file: Mutex::new(file) })
    }

    /// Opens a journal to finish it; none while another process holds it, but `by_force`.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text.
    pub fn hold(path: &Path, by_force: bool) -> io::Result<Option<Self>> {
        let io = |error: io::Error| within(path, &error);
        let file = OpenOptions::new().append(true).read(true).open(path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if by_force => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        Ok(Some(Self { path: path.to_owned(), file: Mutex::new(file) }))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line. It is on the disk when this returns.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text: then what the line tells of must not be done.
    pub fn append<T: Serialize>(&self, line: &T) -> io::Result<()> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let add = || {
            let mut text = serde_json::to_string(line).map_err(io::Error::other)?;
            text.push('\n');
            (&*file).write_all(text.as_bytes())?;
            file.sync_data()
        };
        add().map_err(|error| within(&self.path, &error))
    }

    /// Takes a last line away that was cut short, so that the next one begins at the beginning of a line.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text.
    pub fn trim(&self) -> io::Result<()> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let cut = || {
            let text = files::read_whole(&self.path)?;
            let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
            if whole < text.len() { file.set_len(whole as u64) } else { Ok(()) }
        };
        cut().map_err(|error| within(&self.path, &error))
    }
}

/// Why a journal cannot be used.
#[derive(Debug)]
pub enum Unreadable {
    /// The file system refuses.
    Io(io::Error),
    /// A line is none: its number, counted from 1, and why.
    Line(PathBuf, usize, String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Line(path, line, why) => write!(f, "{}:{line}: {why}", path.display()),
        }
    }
}

impl std::error::Error for Unreadable {}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads a journal line by line; `take` says why a line is none. A last line that was cut short is left out:
/// what it tells of was not begun.
///
/// # Errors
/// Those of the file system, and the first line that is not of this form.
pub fn read<T: DeserializeOwned>(
    path: &Path,
    mut take: impl FnMut(T) -> Result<(), String>,
) -> Result<(), Unreadable> {
    let bytes = files::read_whole(path).map_err(|error| within(path, &error))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| within(path, &io::Error::new(io::ErrorKind::InvalidData, error)))?;
    for (place, line) in text.split_inclusive('\n').enumerate() {
        let Some(whole) = line.strip_suffix('\n') else { break };
        let taken = serde_json::from_str(whole).map_err(|error| error.to_string()).and_then(&mut take);
        taken.map_err(|why| Unreadable::Line(path.to_owned(), place + 1, why))?;
    }
    Ok(())
}

/// The journals of a folder, by name; none where there is no folder.
///
/// # Errors
/// Those of the file system, with the path in the text.
pub fn journals(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| within(folder, &error))?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| within(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == SUFFIX) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn within(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &Path) -> Result<Vec<u32>, Unreadable> {
        let mut lines = Vec::new();
        read(path, |line| {
            if line == 9 {
                return Err("nine".to_owned());
            }
            lines.push(line);
            Ok(())
        })?;
        Ok(lines)
    }

    #[test]
    fn a_journal_is_held_by_one_and_finished_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("deep/down");
        let first = Journal::create(&folder, "a").unwrap();
        first.append(&1).unwrap();
        let path = first.path().to_owned();
        assert_eq!(Journal::create(&folder, "a").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(Journal::hold(&path, false).unwrap().is_none());
        assert!(Journal::hold(&path, true).unwrap().is_some());
        drop(first);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"2").unwrap();
        let second = Journal::hold(&path, false).unwrap().unwrap();
        assert_eq!(lines(&path).unwrap(), [1]);
        second.trim().unwrap();
        second.append(&3).unwrap();
        assert_eq!(lines(&path).unwrap(), [1, 3]);
        assert_eq!(journals(&folder).unwrap(), [path]);
    }

    #[test]
    fn what_is_no_line_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        for (text, told) in [("1\nx\n", "a.jsonl:2: expected"), ("9\nx\n", "a.jsonl:1: nine")] {
            fs::write(&path, text).unwrap();
            let error = lines(&path).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
        let error = lines(&folder.path().join("b.jsonl")).unwrap_err().to_string();
        assert!(error.contains("b.jsonl: "), "{error}");
        assert_eq!(journals(&folder.path().join("nowhere")).unwrap(), [] as [PathBuf; 0]);
    }
}
