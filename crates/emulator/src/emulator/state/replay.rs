//! From a file to the world that it is about.

use std::{fmt, path::Path};

use axum::{body::Body, extract::Request};
use futures_util::poll;
use tower::ServiceExt as _;

use super::{
    command::{Command, Control, Did, FORMAT, Header, OLDEST_FORMAT},
    disk::{Disk, Found},
    keep::verdict,
    log::Log,
    options::{changed, options},
};
use crate::{
    clock::{BoxFuture, Timestamp},
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
            let what = format!("has format {format}, and this bellcheck reads from {OLDEST_FORMAT} on");
            Self::of(path, &what)
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
        let given = self.with(|world| options(self, world));
        let (disk, commands) = match Found::in_file(path)? {
            Some(found) => {
                if let Some(option) = changed(&found.header.options, &given) {
                    return Err(StateError::other_option(path, option));
                }
                let told = self.tell_again(path, &found.header, &found.commands).await;
                self.keeper().hold(None);
                let unfinished = told?;
                let count = found.commands.len();
                let disk = found.open(path)?;
                self.keeper().leave(unfinished);
                (disk, Some(count))
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

    /// Tells the world all commands; what is left of the last one, if the process ended in its midst.
    async fn tell_again(
        &self,
        path: &Path,
        header: &Header,
        commands: &[Command],
    ) -> Result<Option<BoxFuture<'static, ()>>, StateError> {
        self.keeper().hold(Some(header.start));
        self.reset();
        let mut rest = (1..).zip(commands);
        while let Some((number, command)) = rest.next() {
            let Did::Control(request) = &command.did else {
                self.tell(path, header, number, command).await?;
                continue;
            };
            self.keeper().hold(Some(command.at));
            let router = server::control_router(self.clone());
            let is_advance = self.is_virtual() && request.is_advance();
            let request = control(request).ok_or_else(|| damaged(path, number))?;
            let mut telling: BoxFuture<'static, ()> = Box::pin(tokio::task::unconstrained(async move {
                let Ok(_answer) = router.oneshot(request).await;
            }));
            if !is_advance {
                telling.await;
                continue;
            }
            // Time stands still while a webhook is called; what came of it is what the file has next.
            while poll!(&mut telling).is_pending() {
                match rest.next() {
                    Some((number, command)) if command.may_interrupt() => {
                        self.tell(path, header, number, command).await?;
                    }
                    Some((number, _)) => {
                        return Err(StateError::diverged(
                            path,
                            header,
                            number,
                            "a command",
                            "waiting for a webhook",
                        ));
                    }
                    None => return Ok(Some(telling)),
                }
            }
        }
        Ok(None)
    }

    /// Tells the world a command that is done at once.
    async fn tell(
        &self,
        path: &Path,
        header: &Header,
        number: usize,
        Command { at, did }: &Command,
    ) -> Result<(), StateError> {
        self.keeper().hold(Some(*at));
        match did {
            Did::Call { peer, request, verdict: then } => {
                let request = request.request().ok_or_else(|| damaged(path, number))?;
                let (response, passage) = self.hear(&request, *peer);
                let now = verdict(&request, &response);
                if *then != now {
                    return Err(StateError::diverged(path, header, number, then, &now));
                }
                if self.is_virtual() {
                    // Nobody waits for it, but its way may have taken time.
                    self.let_pass(response, passage).await;
                }
            }
            Did::Served { authorities, calls } => self.with(|world| {
                if *calls {
                    world.call_out();
                }
                authorities.iter().for_each(|authority| world.serve_at(authority));
            }),
            Did::Called { number: call, outcome } => {
                if !self.with(|world| world.called(*call, outcome.clone())) {
                    let then = format!("an answer of webhook call {call}");
                    return Err(StateError::diverged(path, header, number, &then, "no such call"));
                }
                self.call_answered();
            }
            // Told by the caller, since it may take more than one command.
            Did::Control(_) => {}
        }
        Ok(())
    }
}

fn damaged(path: &Path, number: usize) -> StateError {
    StateError::of(path, &format!("is damaged: command {number}"))
}

fn control(control: &Control) -> Option<Request> {
    let mut request = Request::builder().method(control.method.as_str()).uri(&control.target);
    for (name, value) in &control.headers {
        request = request.header(name, value);
    }
    request.body(Body::from(control.body.bytes()?)).ok()
}
