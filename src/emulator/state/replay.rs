//! From a file to the world that it is about.

use std::{fmt, path::Path};

use axum::{body::Body, extract::Request};
use tower::ServiceExt as _;

use super::{
    command::{Command, Control, Did, FORMAT, Header},
    disk::{Disk, Found},
    keep::verdict,
    log::Log,
    options::{changed, options},
};
use crate::{
    clock::Timestamp,
    emulator::{Emulator, server},
};

/// What [`Emulator::continue_in`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Continued {
    /// How many commands the file had; none for a new one.
    pub commands: Option<usize>,
    /// The world's time.
    pub now: Timestamp,
}

/// Why a file cannot be used. Whatever it is, the file is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateError {
    /// What is wrong, with the file's name.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.remedy)
    }
}

impl std::error::Error for StateError {}

impl StateError {
    fn new(path: &Path, what: &str, remedy: &str) -> Self {
        Self { message: format!("the state file {} {what}", path.display()), remedy: remedy.to_owned() }
    }

    pub(super) fn of(path: &Path, what: &str) -> Self {
        Self::new(path, what, "name another file with --state; this one was left as it is")
    }

    pub(super) fn in_use(path: &Path) -> Self {
        Self::new(path, "is in use by another emulator", "stop that one first, or name another file")
    }

    pub(super) fn other_format(path: &Path, format: u64) -> Self {
        if format > u64::from(FORMAT) {
            let what = format!("has format {format}, and this bellcheck reads up to {FORMAT}");
            Self::new(path, &what, "use the newer bellcheck that wrote it, or name another file")
        } else {
            Self::of(path, &format!("has format {format}, which this bellcheck no longer reads"))
        }
    }

    fn other_option(path: &Path, (name, then, now): (&str, &str, &str)) -> Self {
        let what = if then.starts_with("sha256:") || now.starts_with("sha256:") {
            format!("was begun with another {name}")
        } else {
            format!("was begun with {name} at `{then}`, and now it is `{now}`")
        };
        Self::new(path, &what, "start with the options that it was begun with, or name another file")
    }

    fn diverged(path: &Path, header: &Header, number: usize, then: &str, now: &str) -> Self {
        let what = format!(
            "tells another story: its command {number} came to `{then}` and comes to `{now}` now (the file was begun by bellcheck {}, this is {})",
            header.bellcheck,
            env!("CARGO_PKG_VERSION")
        );
        Self::new(path, &what, "use the bellcheck that wrote it, or name another file")
    }
}

impl Emulator {
    /// Makes this the world of the file `path`, and keeps in it from now on what the world is told.
    /// To be called once, after robots were declared and before anything is served. What this process
    /// itself does to the world ([`Emulator::with`]) is not kept.
    ///
    /// # Errors
    /// [`StateError`]: the file is not one, is damaged, in use, of another format or begun with other
    /// options. It is not changed then.
    pub async fn continue_in(&self, path: &Path) -> Result<Continued, StateError> {
        if self.keeper().is_open() {
            return Err(StateError::in_use(path));
        }
        let given = self.with(|world| options(self.config(), self.is_virtual(), world));
        let (disk, commands) = match Found::in_file(path)? {
            Some(found) => {
                if let Some(option) = changed(&found.header.options, &given) {
                    return Err(StateError::other_option(path, option));
                }
                let told = self.tell_again(path, &found.header, &found.commands).await;
                self.keeper().hold(None);
                told?;
                let count = found.commands.len();
                (found.open(path)?, Some(count))
            }
            None => {
                let header = Header {
                    format: FORMAT,
                    bellcheck: env!("CARGO_PKG_VERSION").to_owned(),
                    start: self.with(|world| world.now()),
                    options: given,
                };
                // The world begins at the very instant that the file says.
                self.keeper().hold(Some(header.start));
                self.reset();
                self.keeper().hold(None);
                (Disk::create(path, &header)?, None)
            }
        };
        let log = Log::start(disk)
            .map_err(|error| StateError::of(path, &format!("has nobody to write it: {error}")))?;
        self.keeper().set_log(log);
        Ok(Continued { commands, now: self.with(|world| world.now()) })
    }

    async fn tell_again(&self, path: &Path, header: &Header, commands: &[Command]) -> Result<(), StateError> {
        self.keeper().hold(Some(header.start));
        self.reset();
        for (index, Command { at, did }) in commands.iter().enumerate() {
            self.keeper().hold(Some(*at));
            let unreadable = || StateError::of(path, &format!("is damaged: command {}", index + 1));
            match did {
                Did::Call { peer, request, verdict: then } => {
                    let request = request.request().ok_or_else(unreadable)?;
                    let (response, passage) = self.hear(&request, *peer);
                    let now = verdict(&request, &response);
                    if *then != now {
                        return Err(StateError::diverged(path, header, index + 1, then, &now));
                    }
                    if self.is_virtual() {
                        // Nobody waits for it, but its way may have taken time.
                        self.let_pass(response, passage).await;
                    }
                }
                Did::Control(request) => {
                    let request = control(request).ok_or_else(unreadable)?;
                    let Ok(_answer) = server::control_router(self.clone()).oneshot(request).await;
                }
                Did::Served { authorities } => {
                    self.with(|world| authorities.iter().for_each(|authority| world.serve_at(authority)));
                }
            }
        }
        Ok(())
    }
}

fn control(control: &Control) -> Option<Request> {
    let mut request = Request::builder().method(control.method.as_str()).uri(&control.target);
    for (name, value) in &control.headers {
        request = request.header(name, value);
    }
    request.body(Body::from(control.body.bytes()?)).ok()
}
