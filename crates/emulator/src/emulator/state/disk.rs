//! The file itself: a redb database with a header and a table of commands.
//!
//! A file that is there is first judged on a copy in memory, since opening a database may write to
//! it: what is not ours, or not whole, stays as it is to the last byte.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _},
    mem::ManuallyDrop,
    path::{Path, PathBuf},
};

use redb::{
    Builder, Database, DatabaseError, ReadableDatabase as _, ReadableTable as _, StorageBackend as _,
    StorageError, TableDefinition, TableError,
    backends::{FileBackend, InMemoryBackend},
};

use super::{
    command::{Command, FORMAT, Header, OLDEST_FORMAT},
    quiet::without_panic,
    replay::StateError,
};
use crate::files;

const HEADER: TableDefinition<'_, &str, &str> = TableDefinition::new("bellcheck");
const COMMANDS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("commands");
/// The key of the header in [`HEADER`].
const KEY: &str = "header";
/// The key of the number of the first command that counts; what comes before was undone by a reset.
const FIRST: &str = "first";
/// Commands that are deleted at once: a few milliseconds, in which nothing else is written.
const MOST_TIDIED: usize = 512;
/// How a redb file begins; documented in its design notes.
const MAGIC: &[u8] = b"redb\x1a\x0a\xa9\x0d\x0a";
/// Bytes; the log is written once and read once.
const CACHE: usize = 16 << 20;

/// An open file.
pub(super) struct Disk {
    database: Database,
    /// The number of the next command.
    next: u64,
    /// The number of the first command that counts.
    first: u64,
    /// Whether there may be commands that no longer count.
    is_untidy: bool,
    /// Commands that outlive a reset, by name.
    lasting: Vec<(String, Command)>,
}

/// What a file holds. Nothing has touched it yet, and nobody else can open it.
pub(super) struct Found {
    pub(super) header: Header,
    pub(super) commands: Vec<Command>,
    numbers: Numbers,
    lock: File,
}

/// The numbers of commands in a file.
#[derive(Clone, Copy)]
struct Numbers {
    first: u64,
    next: u64,
}

impl Found {
    /// Reads a file; None when there is none yet, or an empty one.
    pub(super) fn in_file(path: &Path) -> Result<Option<Self>, StateError> {
        let fault = |what: &str| StateError::of(path, what);
        let metadata = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|error| fault(&format!("cannot be read: {error}")))?,
        };
        files::must_be_regular(&metadata).map_err(|error| fault(&format!("is not a file: {error}")))?;
        if metadata.permissions().readonly() {
            return Err(fault("is read-only"));
        }
        if metadata.len() == 0 {
            return Ok(None);
        }
        judge(path).map(Some)
    }

    /// Opens the file to go on in it.
    pub(super) fn open(self, path: &Path) -> Result<Disk, StateError> {
        // The database takes a lock of its own.
        drop(self.lock);
        let database = without_panic(|| builder().open(path))
            .unwrap_or_else(|| {
                Err(DatabaseError::Storage(StorageError::Corrupted(
                    "it changed while it was read".to_owned(),
                )))
            })
            .map_err(|error| of_database(path, &error))?;
        if self.header.format < FORMAT {
            renew(&database, &self.header)
                .map_err(|error| StateError::of(path, &format!("cannot be written: {error}")))?;
        }
        let Numbers { first, next } = self.numbers;
        let mut disk = Disk { database, next, first, is_untidy: true, lasting: Vec::new() };
        for command in &self.commands {
            disk.remember(command);
        }
        Ok(disk)
    }
}

impl Disk {
    /// Begins a file. It appears under its name only when it is whole, and never in the place of
    /// another that is not empty.
    pub(super) fn create(path: &Path, header: &Header) -> Result<Self, StateError> {
        let fault =
            |error: &dyn std::fmt::Display| StateError::of(path, &format!("cannot be begun: {error}"));
        let unfinished = unfinished(path);
        // Left behind by a process of the same number that was stopped at this very point.
        fs::remove_file(&unfinished).ok();
        let made = make(&unfinished, header).and_then(|database| {
            publish(&unfinished, path)?;
            Ok(database)
        });
        if made.is_err() {
            fs::remove_file(&unfinished).ok();
        }
        let database = made.map_err(|error| fault(&error))?;
        Ok(Self { database, next: 0, first: 0, is_untidy: false, lasting: Vec::new() })
    }

    /// Writes commands, all or none; returns when they are on the disk.
    pub(super) fn write(&mut self, commands: &[Command]) -> Result<(), String> {
        self.commit(commands).map_err(|error| error.to_string())
    }

    fn commit(&mut self, commands: &[Command]) -> Result<(), redb::Error> {
        // Immediate durability is redb's default: `commit` returns after the file is synced.
        let transaction = self.database.begin_write()?;
        let mut commands = commands;
        let mut kept = Vec::new();
        let mut first = self.first;
        if let Some(reset) = commands.iter().rposition(Command::is_reset) {
            for command in &commands[..reset] {
                self.remember(command);
            }
            commands = &commands[reset..];
            // Deleting them now would hold up the answer of the reset.
            first = self.next;
            transaction.open_table(HEADER)?.insert(FIRST, first.to_string().as_str())?;
            kept.extend(self.lasting.iter().map(|(_, command)| command.clone()));
        }
        {
            let mut table = transaction.open_table(COMMANDS)?;
            for command in kept.iter().chain(commands) {
                let text = serde_json::to_vec(command)
                    .map_err(|error| redb::StorageError::Io(io::Error::other(error)))?;
                table.insert(self.next, text.as_slice())?;
                self.next += 1;
            }
        }
        transaction.commit()?;
        self.is_untidy |= first > self.first;
        self.first = first;
        for command in commands {
            self.remember(command);
        }
        Ok(())
    }

    /// Whether [`Disk::tidy`] may have something to do.
    pub(super) fn is_untidy(&self) -> bool {
        self.is_untidy
    }

    /// Deletes some of the commands that no longer count. If that fails they stay, and do no harm; what
    /// is wrong with the disk, the next [`Disk::write`] will tell.
    pub(super) fn tidy(&mut self) {
        let deleted = self.delete_some().unwrap_or_default();
        self.is_untidy = deleted == MOST_TIDIED;
    }

    fn delete_some(&self) -> Result<usize, redb::Error> {
        let transaction = self.database.begin_write()?;
        let mut stale = Vec::new();
        {
            let mut table = transaction.open_table(COMMANDS)?;
            for row in table.range(..self.first)?.take(MOST_TIDIED) {
                stale.push(row?.0.value());
            }
            for number in &stale {
                table.remove(number)?;
            }
        }
        if stale.is_empty() {
            transaction.abort()?;
        } else {
            transaction.commit()?;
        }
        Ok(stale.len())
    }

    fn remember(&mut self, command: &Command) {
        if let Some(name) = command.lasting() {
            self.lasting.retain(|(known, _)| *known != name);
            self.lasting.push((name, command.clone()));
        }
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

fn make(path: &Path, header: &Header) -> Result<Database, redb::Error> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let database = builder().create_with_backend(FileBackend::new(file)?)?;
    let text = serde_json::to_string(header).map_err(io::Error::other)?;
    let transaction = database.begin_write()?;
    transaction.open_table(HEADER)?.insert(KEY, text.as_str())?;
    transaction.open_table(COMMANDS)?;
    transaction.commit()?;
    Ok(database)
}

/// Writes the format that this bellcheck goes on in.
fn renew(database: &Database, header: &Header) -> Result<(), redb::Error> {
    let header = Header { format: FORMAT, ..header.clone() };
    let text = serde_json::to_string(&header).map_err(io::Error::other)?;
    let transaction = database.begin_write()?;
    transaction.open_table(HEADER)?.insert(KEY, text.as_str())?;
    transaction.commit()?;
    Ok(())
}

/// Gives a whole file its name, for good.
fn publish(unfinished: &Path, path: &Path) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0) {
        fs::rename(unfinished, path)?;
    } else {
        // Unlike a rename, this fails when somebody else was faster.
        fs::hard_link(unfinished, path)?;
        fs::remove_file(unfinished)?;
    }
    #[cfg(unix)]
    {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

/// Reads a file without touching it.
fn judge(path: &Path) -> Result<Found, StateError> {
    let fault = |what: &str| StateError::of(path, what);
    let unreadable = |error: io::Error| fault(&format!("cannot be read: {error}"));
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(unreadable)?;
    match file.try_lock() {
        // A file system without locks; the database will say so itself.
        Ok(()) | Err(TryLockError::Error(_)) => {}
        Err(TryLockError::WouldBlock) => return Err(StateError::in_use(path)),
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    if !bytes.starts_with(MAGIC) {
        return Err(fault("is not a state file of bellcheck"));
    }
    let (header, numbers, commands) = without_panic(|| read(path, &bytes))
        .unwrap_or_else(|| Err(fault("is damaged: its database cannot be read")))?;
    Ok(Found { header, commands, numbers, lock: file })
}

fn read(path: &Path, bytes: &[u8]) -> Result<(Header, Numbers, Vec<Command>), StateError> {
    let fault = |what: &str| StateError::of(path, what);
    let damaged = |error: &dyn std::fmt::Display| fault(&format!("is damaged: {error}"));
    let memory = InMemoryBackend::new();
    memory.set_len(bytes.len() as u64).map_err(|error| damaged(&error))?;
    memory.write(0, bytes).map_err(|error| damaged(&error))?;
    let database = builder().create_with_backend(memory).map_err(|error| of_database(path, &error))?;
    // Closing one that is damaged may panic, too, and in the midst of another panic that ends the process.
    let mut database = ManuallyDrop::new(database);
    if !database.check_integrity().map_err(|error| damaged(&error))? {
        return Err(fault("is damaged: its checksums do not fit"));
    }
    let transaction = database.begin_read().map_err(|error| damaged(&error))?;
    let foreign = |error: TableError| match error {
        TableError::Storage(error) => damaged(&error),
        _ => fault("is not a state file of bellcheck, but of another program"),
    };
    let headers = transaction.open_table(HEADER).map_err(foreign)?;
    let row = headers.get(KEY).map_err(|error| damaged(&error))?;
    let text = row.as_ref().map_or("", |row| row.value());
    let format = serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .and_then(|header| header.get("format")?.as_u64())
        .ok_or_else(|| fault("is damaged: it has no header"))?;
    if !(u64::from(OLDEST_FORMAT)..=u64::from(FORMAT)).contains(&format) {
        return Err(StateError::other_format(path, format));
    }
    let header = serde_json::from_str(text).map_err(|error| damaged(&error))?;
    let first = match headers.get(FIRST).map_err(|error| damaged(&error))? {
        Some(row) => row.value().parse().map_err(|error| damaged(&error))?,
        None => 0,
    };
    let table = transaction.open_table(COMMANDS).map_err(foreign)?;
    let (mut next, mut commands) = (first, Vec::new());
    for row in table.range(first..).map_err(|error| damaged(&error))? {
        let (number, row) = row.map_err(|error| damaged(&error))?;
        next = number.value() + 1;
        commands.push(
            serde_json::from_slice(row.value())
                .map_err(|error| damaged(&format!("command {}: {error}", number.value())))?,
        );
    }
    drop(row);
    drop((table, headers, transaction));
    drop(ManuallyDrop::into_inner(database));
    Ok((header, Numbers { first, next }, commands))
}

fn of_database(path: &Path, error: &DatabaseError) -> StateError {
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => StateError::in_use(path),
        error => StateError::of(path, &format!("is damaged: {error}")),
    }
}
