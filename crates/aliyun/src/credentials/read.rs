//! Files that hold credentials or tokens.

use std::{io, path::Path};

use super::error::Fault;
use crate::{diagnostic::Diagnostic, files};

/// A text file; none when it is not there. The fault does not name the path.
pub(super) fn text(path: &Path) -> Result<Option<String>, Fault> {
    match files::read_input(path) {
        Ok(text) => Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let remedy = match error.kind() {
                io::ErrorKind::InvalidData => "save the file as UTF-8",
                io::ErrorKind::PermissionDenied => "make the file readable for this user",
                io::ErrorKind::InvalidInput | io::ErrorKind::IsADirectory => "name a regular file",
                _ => "check the path",
            };
            Err(Fault::input(format!("it cannot be read: {error}"), remedy))
        }
    }
}

/// A warning when others than the owner can read the file.
pub(super) fn open_to_others(path: &Path) -> Option<Diagnostic> {
    let mode = mode(path)?;
    (mode & 0o077 != 0).then(|| {
        Diagnostic::warning(
            "credentials::open-file",
            format!("{} holds credentials, and others can read it (mode {mode:03o})", path.display()),
        )
        .help(format!("chmod 600 {}", path.display()))
    })
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).ok().map(|metadata| metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_path: &Path) -> Option<u32> {
    None
}

/// A file, or why there is none.
#[derive(Debug)]
pub(super) enum Loaded<T> {
    There(T),
    Missing(String),
}
