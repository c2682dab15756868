//! One relay has a spool at a time.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use super::{SpoolError, segment};

pub(super) const NAME: &str = "lock";

/// Takes a folder, until the file is closed.
pub(super) fn lock(folder: &Path) -> Result<File, SpoolError> {
    let path = folder.join(NAME);
    let file = segment::private().write(true).truncate(false).open(&path);
    let file = file.map_err(|fault| SpoolError::file(&path, &fault))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SpoolError {
            message: format!("{}: another relay has this spool", folder.display()),
            remedy: "end the other relay, or choose another folder with --spool".to_owned(),
        }),
        Err(TryLockError::Error(fault)) => Err(SpoolError::file(&path, &fault)),
    }
}
