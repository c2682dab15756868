//! What is written into as it is: FIFOs, devices, files that others have open.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::Path,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

/// How long nobody may take anything before it counts as nobody there.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes that are handed over at once.
const PART: usize = 16 * 1024;

/// Adds to what is there. Whoever should take it has some seconds for each part.
///
/// # Errors
/// Those of the system; `TimedOut` where nobody reads.
pub(super) fn add(path: &Path, contents: &[u8]) -> io::Result<()> {
    // To open a FIFO waits for its reader, and cannot be called off. The thread is left behind then, and
    // ends with the program.
    let (progress, answers) = mpsc::channel();
    let (path, contents) = (path.to_owned(), contents.to_vec());
    thread::Builder::new().spawn(move || {
        let write = || {
            let mut file = OpenOptions::new().append(true).open(path)?;
            for part in contents.chunks(PART) {
                file.write_all(part)?;
                progress.send(None).ok();
            }
            file.flush()
        };
        let result = write();
        progress.send(Some(result)).ok();
    })?;
    loop {
        match answers.recv_timeout(PATIENCE) {
            Ok(None) => {}
            Ok(Some(result)) => return result,
            Err(RecvTimeoutError::Timeout) => {
                let what = format!("nobody has read from it for {} seconds", PATIENCE.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, what));
            }
            Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("its writer broke off")),
        }
    }
}
