//! The only writer to the terminal: stdout is data, stderr is talk.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use super::environment::Environment;
use crate::diagnostic::Diagnostic;

/// Where output goes and what it may look like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Console {
    /// Colour on stdout.
    pub(super) color: bool,
    /// Colour on stderr.
    talk_color: bool,
    /// Columns to wrap at.
    pub(super) width: usize,
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
        }
    }

    /// Writes data. A reader that has gone away (`| head`) is no error.
    pub(super) fn out(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).ok();
    }

    /// Writes a line of talk.
    pub(super) fn talk(&self, text: &str) {
        let mut stderr = io::stderr().lock();
        writeln!(stderr, "{}", text.trim_end_matches('\n')).ok();
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
