//! The files of a spool.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
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
    file: File,
    pub(super) first: u64,
    /// Bytes that are known to be on the disk.
    length: u64,
    /// Lines since it was opened, and before.
    pub(super) lines: usize,
}

impl Active {
    /// A new segment with its first line.
    pub(super) fn create(folder: &Path, first: u64, id: &str) -> io::Result<Self> {
        let file = private().write(true).truncate(true).open(path(folder, first))?;
        let mut active = Self { file, first, length: 0, lines: 0 };
        let header = Line::Spool(Header { format: FORMAT, id: id.to_owned() }).to_bytes()?;
        active.append(&header, 1)?;
        sync_folder(folder)?;
        Ok(active)
    }

    /// An old segment, whose first `length` bytes are whole.
    pub(super) fn reopen(folder: &Path, first: u64, length: u64, lines: usize) -> io::Result<Self> {
        let mut file = private().write(true).truncate(false).open(path(folder, first))?;
        if file.metadata()?.len() > length {
            file.set_len(length)?;
            file.sync_all()?;
        }
        file.seek(SeekFrom::Start(length))?;
        Ok(Self { file, first, length, lines })
    }

    /// Where the next line begins.
    pub(super) fn end(&self) -> u64 {
        self.length
    }

    /// Writes lines and waits for the disk. After a fault nothing of them is left.
    pub(super) fn append(&mut self, bytes: &[u8], lines: usize) -> io::Result<()> {
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_data());
        if let Err(fault) = written {
            // If this fails too, the next write begins over what is there: a torn line at the end.
            self.file.set_len(self.length).ok();
            self.file.seek(SeekFrom::Start(self.length)).ok();
            return Err(fault);
        }
        self.length += bytes.len() as u64;
        self.lines += lines;
        Ok(())
    }
}

/// The bytes of a line.
pub(super) fn read(folder: &Path, place: Place) -> io::Result<Vec<u8>> {
    let mut file = File::open(path(folder, place.segment))?;
    file.seek(SeekFrom::Start(place.offset))?;
    let mut bytes = vec![0; place.length];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
