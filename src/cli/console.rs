//! The only writer to the terminal: stdout is data, stderr is talk.
//!
//! Whatever goes out goes through here, and so no call can forget it: known secrets are redacted, and what
//! acts on a terminal is made visible, but for our own colours. JSON keeps its data: what would act is
//! escaped in it.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    panic::PanicHookInfo,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::error::{ContextKind, ContextValue};
use indicatif::ProgressBar;
use serde::de::IgnoredAny;

use super::{
    environment::Environment,
    exit::{Exit, Failure},
};
use crate::{
    diagnostic::{Diagnostic, for_terminal, inert_json, visible_line},
    files::Destination,
    secret::Redactor,
};

/// Options whose values may be secrets: the parser of arguments repeats one that is wrong.
const SECRET_OPTIONS: [&str; 6] =
    ["--access-key", "--security-token", "--forward", "--token", "--read-token", "--var"];

/// Where output goes and what it may look like.
#[derive(Debug, Clone)]
pub(super) struct Console {
    /// Colour on stdout.
    pub(super) color: bool,
    /// Colour on stderr.
    talk_color: bool,
    /// Columns to wrap at.
    pub(super) width: usize,
    /// The live line on stderr, while there is one.
    live: Arc<Mutex<Option<ProgressBar>>>,
    /// A file that was asked for is standard output, so that nothing else may be in it.
    is_given_away: Arc<AtomicBool>,
    /// Secrets that no output has.
    known: Arc<Mutex<Redactor>>,
    /// Why data is missing on stdout.
    lost: Arc<Mutex<Option<io::Error>>>,
}

impl Console {
    /// Finds out what the streams are: colour only on a terminal, and not with `NO_COLOR`.
    #[must_use]
    pub(super) fn new(environment: &Environment) -> Self {
        let color = |choice: anstream::ColorChoice| choice != anstream::ColorChoice::Never;
        Self {
            color: color(anstream::AutoStream::choice(&io::stdout())),
            talk_color: color(anstream::AutoStream::choice(&io::stderr())),
            width: environment.columns().unwrap_or(100).clamp(60, 140),
            live: Arc::default(),
            is_given_away: Arc::default(),
            known: Arc::new(Mutex::new(environment.secrets())),
            lost: Arc::default(),
        }
    }

    /// Lets the console learn secrets, so that nothing that is written from now on has them.
    pub(super) fn learn(&self, teach: impl FnOnce(&mut Redactor)) {
        teach(&mut lock(&self.known));
    }

    /// Leaves standard output to a file that was asked for, where it is that file: what people read goes to
    /// stderr from now on.
    pub(super) fn give_away(&self, path: &Path) {
        if matches!(Destination::of(path), Ok(Destination::Stdout)) {
            self.is_given_away.store(true, Ordering::Relaxed);
        }
    }

    /// Writes data: text, or JSON, whose data stays what it is.
    pub(super) fn out(&self, text: &str) {
        if self.is_given_away.load(Ordering::Relaxed) {
            let plain = anstream::adapter::strip_str(text);
            return self.talk(&if self.talk_color { text.to_owned() } else { plain.to_string() });
        }
        let text = self.redact(text);
        let is_json = text.starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(&text).is_ok();
        self.raw(&if is_json { inert_json(&text) } else { for_terminal(&text) });
    }

    /// Writes the program's own files byte for byte. A reader that has gone away (`| head`) is no error; a
    /// full disk is one, when the program ends.
    pub(super) fn raw(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            lock(&self.lost).get_or_insert(error);
        }
    }

    /// How the program ends: not well when what it had to say is not where it should be.
    pub(super) fn end(&self, exit: Exit) -> Exit {
        let Some(error) = lock(&self.lost).take() else { return exit };
        let help = "free some space, or write the output to another place; what the command did is done";
        let what = format!("the output is not whole: stdout cannot be written: {error}");
        self.findings(&Failure::new(Exit::Input, "cli::stdout", what, help).findings);
        match exit {
            Exit::Yes | Exit::No => Exit::Input,
            worse => worse,
        }
    }

    /// Writes a line of talk, above the live line if there is one.
    pub(super) fn talk(&self, text: &str) {
        let text = self.line(text.trim_end_matches('\n'));
        let write = || {
            // There is nowhere to say that this failed.
            writeln!(io::stderr().lock(), "{text}").ok();
        };
        let live = lock(&self.live).clone();
        match live {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// A text as it may be shown on the live line and anywhere else.
    #[must_use]
    pub(super) fn line(&self, text: &str) -> String {
        for_terminal(&self.redact(text))
    }

    /// A text that goes into a file, without secrets that are known.
    #[must_use]
    pub(super) fn redact(&self, text: &str) -> String {
        lock(&self.known).redact(text)
    }

    /// Names the live line that talk must not break.
    pub(super) fn set_live(&self, bar: Option<ProgressBar>) {
        *lock(&self.live) = bar;
    }

    /// Whether talk goes to a terminal.
    #[must_use]
    pub(super) fn is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Draws findings on stderr.
    pub(super) fn findings(&self, findings: &[Diagnostic]) {
        let findings = Diagnostic::redacted(findings, &lock(&self.known));
        for finding in findings {
            self.talk(&finding.render(self.talk_color, self.width));
        }
    }

    /// Writes what the parser of arguments says: help as data, the rest as talk, without what may be secret
    /// in the arguments that it repeats.
    pub(super) fn usage(&self, error: &clap::Error) -> Exit {
        let plain = Self::usage_text(error);
        if error.use_stderr() {
            self.talk(&plain);
            return self.end(Exit::Input);
        }
        let colored = crate::diagnostic::own_colors(&error.render().ansi().to_string());
        self.out(if self.color { &colored } else { &plain });
        self.end(Exit::Yes)
    }

    /// What the parser of arguments says, without what may be secret in the arguments that it repeats.
    pub(super) fn usage_text(error: &clap::Error) -> String {
        let mut plain = error.render().to_string();
        if let (Some(ContextValue::String(option)), Some(ContextValue::String(value))) =
            (error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidValue))
            && !value.is_empty()
            && SECRET_OPTIONS.iter().any(|known| option.starts_with(known))
        {
            plain = plain.replace(value, "[secret]");
        }
        if error.use_stderr() { crate::secret::mask_source(&plain) } else { plain }
    }

    /// Says that the program has a fault, in one line.
    pub(super) fn panicked(&self, info: &PanicHookInfo<'_>) {
        let text = info.payload_as_str().unwrap_or_default();
        // Whoever holds the lock may be who panicked.
        let said = self.known.try_lock().map(|known| known.redact(text)).unwrap_or_default();
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let line = visible_line(&format!("bellcheck panicked at {place}: {said}"));
        writeln!(io::stderr().lock(), "{line}\nThis is a fault of bellcheck: please report it.").ok();
    }

    /// Whether somebody can be asked.
    #[must_use]
    pub(super) fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks on stderr and reads a line; `None` at the end of input.
    #[must_use]
    pub(super) fn ask(&self, question: &str) -> Option<String> {
        let mut stderr = io::stderr().lock();
        write!(stderr, "{} ", self.line(question)).and_then(|()| stderr.flush()).ok();
        drop(stderr);
        let mut answer = String::new();
        match io::stdin().lock().read_line(&mut answer) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(answer.trim().to_owned()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
