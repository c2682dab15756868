//! The files of a spool.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    index::Place,
    line::{FORMAT, Header, Line},
};

const PREFIX: &str = "messages-";
const SUFFIX: &str = ".jsonl";

/// The file whose first message has this number, or will have.
pub(super) fn path(folder: &Path, first: u64) -> PathBuf {
    folder.join(format!("{PREFIX}{first:020}{SUFFIX}"))
}

/// The first numbers of all segments, in order.
pub(super) fn list(folder: &Path) -> io::Result<Vec<u64>> {
    let mut firsts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let number = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
        firsts.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    firsts.sort_unstable();
    Ok(firsts)
}

/// Makes the folder, which only this user may look into.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Options of files that only this user may read.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Brings what a folder lists to the disk; only Unix has a way to say so.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// The segment that is written to.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) file: Arc<File>,
    pub(super) first: u64,
    /// Bytes that are known to be on the disk.
    length: u64,
    /// Lines since it was opened, and before.
    pub(super) lines: usize,
}

impl Active {
    /// A new segment with its first line.
    pub(super) fn create(folder: &Path, first: u64, id: &str) -> io::Result<Self> {
        let file = private().read(true).write(true).truncate(true).open(path(folder, first))?;
        let mut active = Self { file: Arc::new(file), first, length: 0, lines: 0 };
        let header = Line::Spool(Header { format: FORMAT, id: id.to_owned() }).to_bytes()?;
        active.append(&header, 1)?;
        sync_folder(folder)?;
        Ok(active)
    }

    /// An old segment, whose first `length` bytes are whole.
    pub(super) fn reopen(folder: &Path, first: u64, length: u64, lines: usize) -> io::Result<Self> {
        let mut file = private().read(true).write(true).truncate(false).open(path(folder, first))?;
        if file.metadata()?.len() > length {
            file.set_len(length)?;
            file.sync_all()?;
        }
        file.seek(SeekFrom::Start(length))?;
        Ok(Self { file: Arc::new(file), first, length, lines })
    }

    /// Where the next line begins.
    pub(super) fn end(&self) -> u64 {
        self.length
    }

    /// Writes lines and waits for the disk. After a fault nothing of them is left.
    pub(super) fn append(&mut self, bytes: &[u8], lines: usize) -> io::Result<()> {
        let mut file = self.file.as_ref();
        let written = file.write_all(bytes).and_then(|()| file.sync_data());
        if let Err(fault) = written {
            self.cut();
            return Err(fault);
        }
        self.length += bytes.len() as u64;
        self.lines += lines;
        Ok(())
    }

    /// Takes back lines that were just written.
    pub(super) fn take_back(&mut self, bytes: usize, lines: usize) {
        self.length -= bytes as u64;
        self.lines -= lines;
        self.cut();
    }

    /// If this fails, the next write begins over what is there: a torn line at the end.
    fn cut(&self) {
        self.file.set_len(self.length).ok();
        self.file.as_ref().seek(SeekFrom::Start(self.length)).ok();
    }

    /// Writes as much as a message may have, waits for the disk, and takes it back.
    pub(super) fn try_room(&self) -> io::Result<()> {
        let mut file = self.file.as_ref();
        let written = file.write_all(&[0; ROOM]).and_then(|()| file.sync_data());
        self.cut();
        written
    }

    /// The same segment in another file, which has its bytes.
    pub(super) fn move_to(&mut self, file: Arc<File>) -> io::Result<()> {
        file.as_ref().seek(SeekFrom::Start(self.length))?;
        self.file = file;
        Ok(())
    }
}

/// Bytes that a line may have, at least.
const ROOM: usize = 64 * 1024;

/// Whether the file at a path is this one; an open file outlives its name.
pub(super) fn is_at(path: &Path, file: &File) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(found) => Ok(is_same(&found, &file.metadata()?)),
        Err(fault) if matches!(fault.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(fault) => Err(fault),
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// An open file cannot be deleted there.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Writes the first `length` bytes of a segment into a folder that has lost it: whole, or not at all.
pub(super) fn write_again(folder: &Path, first: u64, from: &File, length: u64) -> io::Result<File> {
    let bytes = read_from(from, 0, usize::try_from(length).map_err(io::Error::other)?)?;
    let (new, path) = (folder.join("again"), path(folder, first));
    let mut file = private().read(true).write(true).truncate(true).open(&new)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(&new, &path)?;
    sync_folder(folder)?;
    Ok(file)
}

/// Bytes of an open file, whose position is left as it is.
#[cfg(unix)]
pub(super) fn read_from(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    std::os::unix::fs::FileExt::read_exact_at(file, &mut bytes, offset)?;
    Ok(bytes)
}

/// Open files cannot be deleted there, and are read by name.
#[cfg(not(unix))]
pub(super) fn read_from(_: &File, _: u64, _: usize) -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The bytes of a line.
pub(super) fn read(folder: &Path, place: Place) -> io::Result<Vec<u8>> {
    let mut file = File::open(path(folder, place.segment))?;
    file.seek(SeekFrom::Start(place.offset))?;
    let mut bytes = vec![0; place.length];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
