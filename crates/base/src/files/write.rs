//! Files that are either whole or as they were.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use super::{
    destination::{Destination, folder},
    stream,
};

/// Temporary files of this process, counted.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Writes a file so that a reader (and a crash) sees the old one or the new one and never a half: a
/// temporary file beside it takes its name.
///
/// Links are followed, also to what is not there yet. The mode of a file that is there is kept, and so is its
/// owner; a new one has 0644 without what the umask takes. Where another file cannot take its name, or would
/// cut it off from its other names (hard links), it is written in place, and put back when that fails. What
/// is no regular file is written into.
///
/// # Errors
/// Those of the file system, with the path in the text.
pub fn write_whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    let write = || match Destination::of(path)? {
        Destination::Stdout => {
            let mut stdout = io::stdout().lock();
            match stdout.write_all(contents).and_then(|()| stdout.flush()) {
                // Whoever has read enough goes away (`| head`).
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                written => written,
            }
        }
        Destination::Descriptor(path) | Destination::Stream(path) => stream::add(&path, contents),
        Destination::File(path) => file(&path, contents),
    };
    write().map_err(|error| within(path, &error))
}

/// As [`write_whole`], for what another user reads, such as a collector of metrics: a new file has 0644 whatever
/// the umask takes.
///
/// # Errors
/// As [`write_whole`].
pub fn write_readable(path: &Path, contents: &[u8]) -> io::Result<()> {
    let is_new = matches!(Destination::of(path), Ok(Destination::File(file)) if !file.exists());
    write_whole(path, contents)?;
    #[cfg(unix)]
    if is_new {
        use std::os::unix::fs::PermissionsExt as _;
        let all = fs::Permissions::from_mode(0o644);
        return fs::set_permissions(path, all).map_err(|error| within(path, &error));
    }
    Ok(())
}

/// Takes away a file that must not be taken for a new one. What is no regular file stays.
///
/// # Errors
/// Those of the file system, with the path in the text.
pub fn discard(path: &Path) -> io::Result<()> {
    let discard = || match Destination::of(path)? {
        Destination::File(path) => match fs::remove_file(&path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            // To empty it takes no right in its folder, and no room.
            Err(error) => {
                OpenOptions::new().write(true).truncate(true).open(path).map(drop).map_err(|_| error)
            }
        },
        _ => Ok(()),
    };
    discard().map_err(|error| within(path, &error))
}

fn within(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn file(path: &Path, contents: &[u8]) -> io::Result<()> {
    let there = match fs::metadata(path) {
        Ok(there) => Some(there),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let Some(there) = there else {
        fs::create_dir_all(folder(path))?;
        return replace(path, contents, Keep::Nothing);
    };
    if has_other_names(&there) {
        return in_place(path, contents);
    }
    let replaced = replace(path, contents, Keep::All(&there));
    // The file may be writable where its folder is not, another owner's file stays that owner's only so, and
    // what is mounted cannot be renamed over. The first reason is the one to tell.
    replaced.or_else(|error| {
        let second = || replace(path, contents, Keep::Mode(&there));
        in_place(path, contents).or_else(|_| second()).map_err(|_| error)
    })
}

/// What a new file takes over from the one that it replaces.
#[derive(Clone, Copy)]
enum Keep<'a> {
    Nothing,
    Mode(&'a Metadata),
    All(&'a Metadata),
}

#[cfg(unix)]
fn has_other_names(there: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    there.nlink() > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

/// Puts a new file in the place of one, or of none.
fn replace(path: &Path, contents: &[u8], keep: Keep<'_>) -> io::Result<()> {
    let (temporary, mut new) = temporary(folder(path))?;
    let mut fill = || {
        if let Keep::All(there) = keep {
            keep_owner(&temporary, there)?;
        }
        if let Keep::All(there) | Keep::Mode(there) = keep {
            new.set_permissions(there.permissions())?;
        }
        new.write_all(contents)?;
        // Some disks say only now that they are full.
        new.sync_all()?;
        fs::rename(&temporary, path)
    };
    let filled = fill();
    if filled.is_err() {
        // What is left behind is at most the temporary file.
        fs::remove_file(&temporary).ok();
    }
    filled
}

/// A file that nobody else has. Its name is short, whatever is replaced, and has no end that anybody
/// collects files by.
fn temporary(folder: &Path) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o644);
    loop {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!(".bellcheck-{}-{number}.tmp", std::process::id()));
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            // Another machine may share the folder.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// Gives a new file the owner and group of the one that it replaces.
#[cfg(unix)]
fn keep_owner(new: &Path, there: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let own = fs::metadata(new)?;
    let differs = |own: u32, wanted: u32| (own != wanted).then_some(wanted);
    match (differs(own.uid(), there.uid()), differs(own.gid(), there.gid())) {
        (None, None) => Ok(()),
        (owner, group) => chown(new, owner, group),
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Writes over what a file holds. When that fails it is put back.
fn in_place(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut old = Vec::new();
    file.read_to_end(&mut old)?;
    let written = over(&mut file, contents);
    if written.is_err() && over(&mut file, &old).is_err() {
        file.set_len(0)?;
    }
    written
}

fn over(file: &mut File, contents: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(contents)?;
    file.set_len(contents.len() as u64)?;
    file.sync_all()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole_and_leaves_nothing_beside_it() {
        let desk = tempfile::tempdir().unwrap();
        let path = desk.path().join("deep/a.snap");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(&desk.path().join("deep")), ["a.snap"]);
        let fault = write_whole(&path.join("below-a-file"), b"x").unwrap_err();
        assert!(fault.to_string().contains("below-a-file"), "{fault}");
        // The longest name that a file can have.
        let long = desk.path().join("n".repeat(255));
        write_whole(&long, b"one").unwrap();
        assert_eq!(fs::read(&long).unwrap(), b"one");
    }

    #[test]
    fn a_mode_is_kept_and_links_stay_links() {
        let desk = tempfile::tempdir().unwrap();
        let path = |name: &str| desk.path().join(name);
        fs::create_dir(path("deep")).unwrap();
        symlink("deep/real", path("link")).unwrap();
        symlink("link", path("chain")).unwrap();
        for (text, mode) in [("new", 0o664), ("one", 0o600), ("two", 0o444)] {
            write_whole(&path("chain"), text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(path("deep/real")).unwrap(), text);
            fs::set_permissions(path("deep/real"), fs::Permissions::from_mode(mode)).unwrap();
            write_whole(&path("chain"), b"again").unwrap();
            assert_eq!(fs::metadata(path("deep/real")).unwrap().mode() & 0o7777, mode);
            assert!(fs::symlink_metadata(path("chain")).unwrap().is_symlink());
        }
        assert_eq!(names(&path("deep")), ["real"]);
        assert_eq!(names(desk.path()), ["chain", "deep", "link"]);
    }

    #[test]
    fn a_file_of_two_names_keeps_both() {
        let desk = tempfile::tempdir().unwrap();
        let (one, two) = (desk.path().join("one"), desk.path().join("two"));
        fs::write(&one, "a long text that was there before").unwrap();
        fs::hard_link(&one, &two).unwrap();
        write_whole(&one, b"short").unwrap();
        assert_eq!(fs::read(&two).unwrap(), b"short");
        discard(&two).unwrap();
        discard(&two).unwrap();
        assert!(one.exists() && !two.exists());
    }
}
