//! Where a path that somebody names for output leads.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Links that are followed before they count as a circle, as the system does.
const HOPS: usize = 40;

/// What is at the end of a path, with all links followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The program's own standard output: `-`, `/dev/stdout`, `/proc/self/fd/1`, or the file that it is.
    Stdout,
    /// Another open file of a process (`/dev/fd/3`). It is added to; replacing it would cut it off from those
    /// who have it open.
    Descriptor(PathBuf),
    /// A FIFO or a device: it is written into.
    Stream(PathBuf),
    /// A file, or a place where one can be.
    File(PathBuf),
}

/// What two destinations that are one have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// Standard output.
    Stdout,
    /// A thing that is there, by the numbers that the system has for it.
    There(u64, u64),
    /// A file that is not there, by its real folder and its name.
    Missing(PathBuf),
}

impl Destination {
    /// Follows a path. `-` is standard output.
    ///
    /// # Errors
    /// What can be no destination (a folder, a socket, a disk), and a circle of links.
    pub fn of(path: &Path) -> io::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        let mut at = path.to_owned();
        for _ in 0..HOPS {
            if let Some(number) = descriptor(&at) {
                return Ok(if number == Some(1) { Self::Stdout } else { Self::Descriptor(at) });
            }
            match fs::symlink_metadata(&at) {
                Ok(found) if found.is_symlink() => {
                    let target = fs::read_link(&at)?;
                    at = folder(&at).join(target);
                }
                Ok(found) => return Self::there(at, &found),
                // Whether a file can be there is seen when it is written.
                Err(_) => return Ok(Self::File(at)),
            }
        }
        Err(io::Error::other("its links lead in a circle"))
    }

    fn there(path: PathBuf, found: &fs::Metadata) -> io::Result<Self> {
        if found.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        if found.is_file() {
            return Ok(if is_stdout(found) { Self::Stdout } else { Self::File(path) });
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt as _;
            let kind = found.file_type();
            if kind.is_socket() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a socket"));
            }
            if kind.is_block_device() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a disk"));
            }
        }
        Ok(Self::Stream(path))
    }

    /// By what it can be compared with others.
    #[must_use]
    pub fn identity(&self) -> Identity {
        let path = match self {
            Self::Stdout => return Identity::Stdout,
            Self::Descriptor(path) | Self::Stream(path) | Self::File(path) => path,
        };
        #[cfg(unix)]
        if let Ok(found) = fs::metadata(path) {
            use std::os::unix::fs::MetadataExt as _;
            return Identity::There(found.dev(), found.ino());
        }
        let name = path.file_name().unwrap_or_default();
        Identity::Missing(super::identity(folder(path)).join(name))
    }
}

/// What a path has in common with others that lead to the same; none where it leads nowhere.
#[must_use]
pub fn identity_of(path: &Path) -> Option<Identity> {
    Destination::of(path).ok().map(|place| place.identity())
}

/// The folder of a path, as one that can be looked up.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a path names an open file of a process, and which of our own.
fn descriptor(path: &Path) -> Option<Option<u32>> {
    let number: u32 = path.file_name()?.to_str()?.parse().ok()?;
    let folder = fs::canonicalize(folder(path)).ok()?;
    let parts: Vec<_> = folder.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    let own = std::process::id().to_string();
    match parts.as_slice() {
        [_, "dev", "fd"] => Some(Some(number)),
        [_, "proc", process, "fd"] | [_, "proc", process, "task", _, "fd"] => {
            Some((*process == own).then_some(number))
        }
        _ => None,
    }
}

/// Whether a file is what standard output is sent to (`> FILE`).
#[cfg(unix)]
fn is_stdout(found: &fs::Metadata) -> bool {
    use std::os::{fd::AsFd as _, unix::fs::MetadataExt as _};
    let own = io::stdout().as_fd().try_clone_to_owned();
    let own = own.and_then(|own| fs::File::from(own).metadata());
    own.is_ok_and(|own| (own.dev(), own.ino()) == (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn is_stdout(_: &fs::Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_to_what_is_there_and_to_what_is_not() {
        let desk = tempfile::tempdir().unwrap();
        let path = |name: &str| desk.path().join(name);
        fs::create_dir(path("deep")).unwrap();
        fs::write(path("deep/real"), b"").unwrap();
        symlink("deep/real", path("one")).unwrap();
        symlink("one", path("two")).unwrap();
        symlink("deep/missing", path("dangling")).unwrap();
        symlink("round", path("round")).unwrap();
        assert_eq!(Destination::of(&path("two")).unwrap(), Destination::File(path("deep/real")));
        assert_eq!(Destination::of(&path("dangling")).unwrap(), Destination::File(path("deep/missing")));
        assert!(Destination::of(&path("round")).unwrap_err().to_string().contains("circle"));
        assert!(Destination::of(&path("deep")).unwrap_err().to_string().contains("folder"));
        let identity = |name: &str| Destination::of(&path(name)).unwrap().identity();
        assert_eq!(identity("two"), identity("deep/real"));
        assert_eq!(identity("dangling"), identity("deep/../deep/missing"));
        assert_ne!(identity("dangling"), identity("deep/real"));
    }

    #[test]
    fn standard_output_has_many_names() {
        for name in ["-", "/dev/stdout", "/proc/self/fd/1", "/dev/fd/1"] {
            assert_eq!(Destination::of(Path::new(name)).unwrap(), Destination::Stdout, "{name}");
        }
        assert!(matches!(Destination::of(Path::new("/dev/fd/0")).unwrap(), Destination::Descriptor(_)));
        assert!(matches!(Destination::of(Path::new("/dev/null")).unwrap(), Destination::Stream(_)));
    }
}
