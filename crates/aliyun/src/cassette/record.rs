//! Writing cassettes.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Exchange, FORMAT, Header, Kind, Placeholders, Provenance,
    recorded::{Asked, Through, Watched},
};
use crate::{
    clock::{Clock, Timestamp},
    openapi::{Credentials, CredentialsProvider, Transport},
    secret::Secret,
};

/// Why a run was not recorded, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError {
    /// File and cause.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// Whom a client calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The region.
    pub region: String,
    /// The addresses by product: scheme, host and port.
    pub bases: BTreeMap<String, String>,
}

/// The recording of one run: a cassette for each client, since each has its own account or region.
#[derive(Debug)]
pub struct Recording {
    folder: PathBuf,
    command: String,
    clock: Arc<dyn Clock>,
    recorders: Mutex<Vec<Arc<Recorder>>>,
}

impl Recording {
    /// Of a command, into a folder, which is made where it is not there.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, command: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        let recorders = Mutex::default();
        Self { folder: folder.into(), command: command.into(), clock, recorders }
    }

    /// A new cassette, for one client.
    ///
    /// # Errors
    /// [`RecordError`] where the file cannot be made.
    pub fn cassette(&self, origin: &Origin) -> Result<Arc<Recorder>, RecordError> {
        let now = self.clock.now();
        let made = fs::create_dir_all(&self.folder).and_then(|()| self.create(now));
        let (path, file) = made.map_err(|error| RecordError {
            message: format!("cannot write a cassette in {}: {error}", self.folder.display()),
            remedy: "name a folder that can be written with --record".to_owned(),
        })?;
        let recorder = Arc::new(Recorder {
            path,
            began: now,
            clock: Arc::clone(&self.clock),
            tape: Mutex::new(Tape { file, placeholders: Placeholders::default(), broken: None }),
        });
        let header = self.header(origin, now);
        let line = serde_json::to_string(&header).map_err(|error| recorder.error(&error.to_string()))?;
        recorder.tape().write(&line).map_err(|error| recorder.error(&error))?;
        self.recorders.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&recorder));
        Ok(recorder)
    }

    fn header(&self, origin: &Origin, now: Timestamp) -> Header {
        let endpoints: BTreeMap<String, String> =
            origin.bases.iter().map(|(product, base)| (product.clone(), host(base).to_owned())).collect();
        let is_vendor = |host: &String| host.ends_with(".aliyuncs.com");
        let is_live = !endpoints.is_empty() && endpoints.values().all(is_vendor);
        Header {
            format: FORMAT.to_owned(),
            tool: concat!("bellcheck ", env!("CARGO_PKG_VERSION")).to_owned(),
            command: self.command.clone(),
            provenance: if is_live { Provenance::Live } else { Provenance::Unknown },
            recorded_at: now,
            region: origin.region.clone(),
            endpoints,
        }
    }

    fn create(&self, now: Timestamp) -> io::Result<(PathBuf, File)> {
        let stem = format!("{}-{}", now.strftime("%Y%m%dT%H%M%SZ"), self.command);
        let mut number = 1;
        loop {
            let end = if number == 1 { String::new() } else { format!("-{number}") };
            let path = self.folder.join(format!("{stem}{end}.jsonl"));
            match OpenOptions::new().append(true).create_new(true).open(&path) {
                Ok(file) => return Ok((path, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 10_000 => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// The files that were written.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let recorders = self.recorders.lock().unwrap_or_else(PoisonError::into_inner);
        recorders.iter().map(|recorder| recorder.path.clone()).collect()
    }

    /// What went wrong with the writing. The calls themselves went on: a run that changes things
    /// must not end half-way for its record's sake.
    #[must_use]
    pub fn faults(&self) -> Vec<RecordError> {
        let recorders = self.recorders.lock().unwrap_or_else(PoisonError::into_inner);
        let broken =
            |recorder: &Arc<Recorder>| recorder.tape().broken.as_deref().map(|cause| recorder.error(cause));
        recorders.iter().filter_map(broken).collect()
    }
}

/// The writer of one cassette.
pub struct Recorder {
    path: PathBuf,
    began: Timestamp,
    clock: Arc<dyn Clock>,
    tape: Mutex<Tape>,
}

pub(super) struct Tape {
    file: File,
    pub(super) placeholders: Placeholders,
    /// Why nothing more is written.
    broken: Option<String>,
}

impl Recorder {
    /// A transport whose exchanges are recorded.
    #[must_use]
    pub fn transport(self: &Arc<Self>, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Through { inner, recorder: Arc::clone(self) })
    }

    /// A source of key pairs, whose secrets the cassette must not hold.
    #[must_use]
    pub fn provider(self: &Arc<Self>, inner: Arc<dyn CredentialsProvider>) -> Arc<dyn CredentialsProvider> {
        Arc::new(Watched { inner, recorder: Arc::clone(self) })
    }

    /// Tells of a secret that the cassette must not hold.
    pub fn know(&self, secret: &Secret) {
        self.tape().placeholders.learn(Kind::Secret, secret.expose());
    }

    pub(super) fn know_pair(&self, pair: &Credentials) {
        let mut tape = self.tape();
        tape.placeholders.learn(Kind::Secret, pair.access_key_secret.expose());
        if let Some(token) = &pair.security_token {
            tape.placeholders.learn(Kind::Secret, token.expose());
        }
        tape.placeholders.learn(Kind::Key, &pair.access_key_id);
    }

    /// A request with placeholders.
    pub(super) fn shown(&self, mut asked: Asked) -> Asked {
        asked.params = self.tape().placeholders.params(&asked.params);
        asked
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Milliseconds since the cassette began.
    pub(super) fn offset(&self, at: Timestamp) -> u64 {
        millis(self.began, at)
    }

    /// Writes an exchange that `make` makes with the placeholders so far, unless something went
    /// wrong before.
    pub(super) fn write(&self, make: impl FnOnce(&mut Placeholders) -> Result<Exchange, String>) {
        let mut tape = self.tape();
        if tape.broken.is_some() {
            return;
        }
        let line = make(&mut tape.placeholders)
            .and_then(|exchange| serde_json::to_string(&exchange).map_err(|error| error.to_string()));
        let written = line.and_then(|line| tape.write(&line));
        tape.broken = written.err();
    }

    fn tape(&self) -> std::sync::MutexGuard<'_, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, cause: &str) -> RecordError {
        RecordError {
            message: format!("{} ends early: {cause}", self.path.display()),
            remedy: "the calls themselves went on; mend the cause and record again".to_owned(),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Tape {
    /// Writes one line, checked and whole: a reader sees it or the end of the file.
    fn write(&mut self, line: &str) -> Result<(), String> {
        if self.placeholders.finds_secret(line) {
            return Err(
                "a line was refused, since it held a secret in a place that is not foreseen".to_owned()
            );
        }
        let line = format!("{line}\n");
        self.file
            .write_all(line.as_bytes())
            .and_then(|()| self.file.flush())
            .map_err(|error| error.to_string())
    }
}

impl fmt::Debug for Recorder {
    /// The path alone: what it knows is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Milliseconds from one instant to another; 0 where a clock went back.
pub(super) fn millis(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_millisecond() - from.as_millisecond()).unwrap_or_default()
}

/// Host and port of an address, without a name and password.
fn host(base: &str) -> &str {
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}
