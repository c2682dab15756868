//! The only writer to the terminal: stdout is data, stderr is talk.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use indicatif::ProgressBar;

use super::environment::Environment;
use crate::{diagnostic::Diagnostic, files::Destination};

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
    /// Why data did not get where it was sent, at first.
    lost: Arc<Mutex<Option<String>>>,
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
            lost: Arc::default(),
        }
    }

    /// Leaves standard output to a file that was asked for, where it is that file: what people read goes to
    /// stderr from now on.
    pub(super) fn give_away(&self, path: &Path) {
        if matches!(Destination::of(path), Ok(Destination::Stdout)) {
            self.is_given_away.store(true, Ordering::Relaxed);
        }
    }

    /// Writes data. A reader that has gone away (`| head`) is no error; that it cannot be written is one,
    /// and is told at the end ([`Console::lost`]).
    pub(super) fn out(&self, text: &str) {
        if self.is_given_away.load(Ordering::Relaxed) {
            let plain = anstream::adapter::strip_str(text);
            self.talk(&if self.talk_color { text.to_owned() } else { plain.to_string() });
            return;
        }
        let mut stdout = io::stdout().lock();
        self.written(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
    }

    /// Takes note of what came of writing data.
    pub(super) fn written(&self, result: io::Result<()>) {
        match result {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.lost.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error.to_string());
            }
            _ => {}
        }
    }

    /// Why not all data was written, if it was not.
    #[must_use]
    pub(super) fn lost(&self) -> Option<String> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes a line of talk, above the live line if there is one.
    pub(super) fn talk(&self, text: &str) {
        let write = || {
            let mut stderr = io::stderr().lock();
            writeln!(stderr, "{}", text.trim_end_matches('\n')).ok();
        };
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match live {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Names the live line that talk must not break.
    pub(super) fn set_live(&self, bar: Option<ProgressBar>) {
        *self.live.lock().unwrap_or_else(PoisonError::into_inner) = bar;
    }

    /// Whether talk goes to a terminal.
    #[must_use]
    pub(super) fn is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Draws findings on stderr.
    pub(super) fn findings(&self, findings: &[Diagnostic]) {
        for finding in findings {
            self.talk(&finding.render(self.talk_color, self.width));
        }
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
        write!(stderr, "{question} ").and_then(|()| stderr.flush()).ok();
        drop(stderr);
        let mut answer = String::new();
        match io::stdin().lock().read_line(&mut answer) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(answer.trim().to_owned()),
        }
    }
}
