//! Files that outlive their process: JSON lines, only appended to, each on the disk before it counts.
//!
//! What is about to be done in the world is written here first, so that whatever ends the process, the
//! next one knows what may have happened. What the next one does follows from what it reads here: only
//! files that nobody else can have written are read.

use std::{
    fmt,
    fs::{self, File, Metadata, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Serialize, de::DeserializeOwned};

/// The end of a journal's name.
const SUFFIX: &str = "jsonl";

/// Bytes that a journal may have: some hundred thousand lines. What is larger is no journal.
pub const MAX: u64 = 64 * 1024 * 1024;

/// How every first line begins. A file that was cut before the end of its first line has a part of it.
const FIRST: &str = "{\"begin\":{";
/// Bytes of a first line that was cut: it has a version, an instant, an account and a region.
const LONGEST_FIRST: usize = 4096;

/// A journal that is written on; nobody else holds it as long as this lives.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    /// Whether its last line may be cut: then that is taken away before the next one is written.
    is_ragged: bool,
}

impl Journal {
    /// Begins a journal in a folder, which is made where it is not there. `name` is without its end. Only
    /// its owner can read it.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text; a journal of that name is one.
    pub fn create(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(format!("{name}.{SUFFIX}"));
        let make = || {
            fs::create_dir_all(folder)?;
            let file = create_private(&path)?;
            file.lock()?;
            // The name of a file is kept by its folder.
            File::open(folder)?.sync_all()?;
            Ok(file)
        };
        let file = make().map_err(|error| within(&path, &error))?;
        Ok(Self { path, state: Mutex::new(State { file, is_ragged: false }) })
    }

    /// Opens a journal to finish it; none while another process holds it, but `by_force`.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text, and a file that somebody else may have
    /// written.
    pub fn hold(path: &Path, by_force: bool) -> Result<Option<Self>, Unreadable> {
        let file = open(path, OpenOptions::new().append(true).read(true))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if by_force => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(within(path, &error).into()),
        }
        Ok(Some(Self { path: path.to_owned(), state: Mutex::new(State { file, is_ragged: true }) }))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line. It is on the disk when this returns. A line of which only a part could be written is
    /// taken away again, before the next one at the latest: else the two would be one line.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text: then what the line says must not be done.
    pub fn append<T: Serialize>(&self, line: &T) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut add = || {
            let mut text = serde_json::to_string(line).map_err(io::Error::other)?;
            text.push('\n');
            if state.is_ragged {
                trim(&mut state.file)?;
            }
            state.is_ragged = true;
            let written = state.file.write_all(text.as_bytes()).and_then(|()| state.file.sync_data());
            match written {
                Ok(()) => state.is_ragged = false,
                // Where that fails too, it is done before the next line.
                Err(_) => state.is_ragged = trim(&mut state.file).is_err(),
            }
            written
        };
        add().map_err(|error| within(&self.path, &error))
    }

    /// Its lines, as [`read`] gives them; also after somebody has taken its name away.
    ///
    /// # Errors
    /// As [`read`].
    pub fn read<T: DeserializeOwned>(
        &self,
        take: impl FnMut(T) -> Result<(), String>,
    ) -> Result<(), Unreadable> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        lines(&self.path, &state.file, take)
    }
}

/// Takes a last line away that was cut.
fn trim(file: &mut File) -> io::Result<()> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    if whole < bytes.len() { file.set_len(whole as u64) } else { Ok(()) }
}

/// Makes a file that is not there yet, to be added to, which only its owner can read.
///
/// # Errors
/// Those of the file system.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create_new(true).append(true).read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens a journal that is there: a file, not too large, that nobody else can have written.
fn open(path: &Path, options: &OpenOptions) -> Result<File, Unreadable> {
    let io = |error: io::Error| within(path, &error);
    let doubt = |why: String, remedy: &str| Unreadable::Doubtful(path.to_owned(), why, remedy.to_owned());
    // Looked at first: a pipe would be waited for, and a link leads elsewhere.
    let named = fs::symlink_metadata(path).map_err(io)?;
    if !named.is_file() {
        let what = if named.is_symlink() { "it is a link" } else { "it is no regular file" };
        return Err(doubt(what.to_owned(), "no run made it; move it away"));
    }
    let file = options.open(path).map_err(io)?;
    let opened = file.metadata().map_err(io)?;
    if !is_same(&named, &opened) {
        return Err(doubt("it was replaced meanwhile".to_owned(), "look who writes there"));
    }
    if opened.len() > MAX {
        let why = format!("it has more than {} MiB", MAX / 1024 / 1024);
        return Err(doubt(why, "no run made it; move it away"));
    }
    if let Some((why, remedy)) = others_write(&opened) {
        return Err(doubt(why, remedy));
    }
    Ok(file)
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    one.dev() == other.dev() && one.ino() == other.ino()
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, other: &Metadata) -> bool {
    other.is_file()
}

/// Whether somebody else can have written a file: how, and what to do about it.
#[cfg(unix)]
fn others_write(file: &Metadata) -> Option<(String, &'static str)> {
    use std::os::unix::fs::MetadataExt as _;
    if file.mode() & 0o002 != 0 {
        return Some((
            "every user of this machine can write to it".to_owned(),
            "read it, and `chmod o-w` it if it is true",
        ));
    }
    // Linux says so there whose process this is; elsewhere the standard library cannot say it, and only
    // the mode is looked at.
    let own = fs::metadata("/proc/self").ok()?.uid();
    let is_other = file.uid() != own && file.uid() != 0;
    is_other.then(|| {
        (
            format!("it belongs to another user (uid {}, this is {own})", file.uid()),
            "sweep as that user, or read it, and `chown` it if it is true",
        )
    })
}

#[cfg(not(unix))]
fn others_write(_: &Metadata) -> Option<(String, &'static str)> {
    None
}

/// Why a journal cannot be used.
#[derive(Debug)]
pub enum Unreadable {
    /// The file system refuses.
    Io(io::Error),
    /// A line is none: its number, counted from 1, and why.
    Line(PathBuf, usize, String),
    /// It need not be what a run wrote: why, and what to do about it.
    Doubtful(PathBuf, String, String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Line(path, line, why) => write!(f, "{}:{line}: {why}", path.display()),
            Self::Doubtful(path, why, remedy) => write!(f, "{}: {why}: {remedy}", path.display()),
        }
    }
}

impl std::error::Error for Unreadable {}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads a journal line by line; `take` says why a line is none. A last line that was cut, wherever that
/// was, is left out: what it says was not begun.
///
/// # Errors
/// Those of the file system, a file that somebody else may have written, and the first line that is not
/// of this form.
pub fn read<T: DeserializeOwned>(
    path: &Path,
    take: impl FnMut(T) -> Result<(), String>,
) -> Result<(), Unreadable> {
    lines(path, &open(path, OpenOptions::new().read(true))?, take)
}

fn lines<T: DeserializeOwned>(
    path: &Path,
    mut file: &File,
    mut take: impl FnMut(T) -> Result<(), String>,
) -> Result<(), Unreadable> {
    let mut bytes = Vec::new();
    // One that grows while it is read has an end all the same.
    let all = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(MAX).read_to_end(&mut bytes));
    all.map_err(|error| within(path, &error))?;
    let mut is_first = true;
    for (place, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let Some(whole) = line.strip_suffix(b"\n") else {
            if is_first && !is_cut_first(line) {
                let why = "this is no line of a journal, and no part of one".to_owned();
                return Err(Unreadable::Line(path.to_owned(), place + 1, why));
            }
            break;
        };
        is_first = false;
        let taken = serde_json::from_slice(whole).map_err(|error| error.to_string()).and_then(&mut take);
        taken.map_err(|why| Unreadable::Line(path.to_owned(), place + 1, why))?;
    }
    Ok(())
}

/// Whether this can be what is left of the first line of a journal. A disk that lost power may have kept
/// its length and not its bytes.
fn is_cut_first(line: &[u8]) -> bool {
    let part = line.len().min(FIRST.len());
    line.len() <= LONGEST_FIRST
        && (line.iter().all(|byte| *byte == 0) || line[..part] == FIRST.as_bytes()[..part])
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

    fn numbers(path: &Path) -> Result<Vec<u32>, Unreadable> {
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

    /// A process that another test begins has the lock, too, from its fork to its exec.
    #[expect(clippy::disallowed_methods, reason = "another process is waited for, not a clock")]
    fn take(path: &Path) -> Journal {
        let mut tries = (0..1000).map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(5));
            Journal::hold(path, false).unwrap()
        });
        tries.find_map(|held| held).expect("nobody has it")
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
        let second = take(&path);
        assert_eq!(numbers(&path).unwrap(), [1]);
        second.append(&3).unwrap();
        assert_eq!(numbers(&path).unwrap(), [1, 3]);
        assert_eq!(journals(&folder).unwrap(), [path]);
    }

    #[test]
    fn what_is_no_line_is_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        for (text, said) in [("1\nx\n", "a.jsonl:2: expected"), ("9\nx\n", "a.jsonl:1: nine")] {
            fs::write(&path, text).unwrap();
            let error = numbers(&path).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        fs::write(&path, "9").unwrap();
        let error = numbers(&path).unwrap_err().to_string();
        assert!(error.contains("a.jsonl:1: this is no line of a journal"), "{error}");
        let error = numbers(&folder.path().join("b.jsonl")).unwrap_err().to_string();
        assert!(error.contains("b.jsonl: "), "{error}");
        assert_eq!(journals(&folder.path().join("nowhere")).unwrap(), [] as [PathBuf; 0]);
    }

    #[test]
    fn a_last_line_that_was_cut_is_left_out_whatever_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let cut: [&[u8]; 5] = [b"", b"2", b"\xe5\xae", b"\0\0\0\0", b"{\"act\":{\"name\":\"\xe5"];
        for tail in cut {
            fs::write(&path, [b"1\n", tail].concat()).unwrap();
            assert_eq!(numbers(&path).unwrap(), [1], "{tail:?}");
            // And the next line begins at the beginning of one.
            take(&path).append(&3).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"1\n3\n", "{tail:?}");
        }
        for first in ["", "{\"be", "{\"begin\":{\"format\":1,\"too", "\0\0\0"] {
            fs::write(&path, first).unwrap();
            assert_eq!(numbers(&path).unwrap(), [] as [u32; 0], "{first}");
        }
        for spoilt in ["\u{0}\n1\n", "1\n\n2\n", "{\"act\":{}} {\"end\":{}}", "1 2"] {
            fs::write(&path, spoilt).unwrap();
            assert!(matches!(numbers(&path).unwrap_err(), Unreadable::Line(..)), "{spoilt}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_no_run_can_have_made_is_not_read() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let journal = Journal::create(folder.path(), "a").unwrap();
        journal.append(&1).unwrap();
        drop(journal);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        let refused = |path: &Path| {
            let told = Journal::hold(path, false).unwrap_err().to_string();
            assert_eq!(told, numbers(path).unwrap_err().to_string());
            told
        };
        let link = folder.path().join("link.jsonl");
        symlink(&path, &link).unwrap();
        assert!(refused(&link).contains("it is a link"));
        let inner = folder.path().join("folder.jsonl");
        fs::create_dir(&inner).unwrap();
        assert!(refused(&inner).contains("it is no regular file"));
        let pipe = folder.path().join("pipe.jsonl");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(refused(&pipe).contains("it is no regular file"));
        let large = folder.path().join("large.jsonl");
        File::create(&large).unwrap().set_len(MAX + 1).unwrap();
        assert!(refused(&large).contains("it has more than 64 MiB"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        assert!(refused(&path).contains("every user of this machine can write to it"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
        assert_eq!(numbers(&path).unwrap(), [1]);
        // Only root can give a file away; elsewhere this part has nothing to look at.
        if std::os::unix::fs::chown(&path, Some(12345), None).is_ok() {
            assert!(refused(&path).contains("it belongs to another user (uid 12345"));
        }
    }
}
