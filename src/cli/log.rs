//! What calls tell about themselves, on stderr.

use std::{fmt, io};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    filter::Targets,
    fmt::{MakeWriter, format::Writer, time::FormatTime},
    layer::SubscriberExt as _,
};

use super::{args::LogLevel, console::Console};
use crate::{
    clock::{Clock as _, SystemClock},
    diagnostic::visible_line,
};

/// Lets the program's own logs of this level and above reach stderr, from now on.
pub(super) fn install(console: &Console, level: LogLevel) {
    let level = match level {
        LogLevel::Off => return,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_target(false)
        .with_timer(WallClock)
        .with_writer(Lines(console.clone()));
    // Only our own: what libraries log may hold a request as it goes out.
    let ours = Targets::new().with_target("bellcheck", level);
    // Fails when there is one already, and then that one goes on.
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(ours).with(lines)).ok();
}

/// UTC to the millisecond, as the service's own times.
struct WallClock;

impl FormatTime for WallClock {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{}", SystemClock.now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}

/// Hands each line to the console, which knows of a progress line.
struct Lines(Console);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { console: &self.0, text: Vec::new() }
    }
}

/// One line on its way.
struct Line<'a> {
    console: &'a Console,
    text: Vec<u8>,
}

impl io::Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        // One record is one line, whoever wrote a part of it.
        let text = String::from_utf8_lossy(&self.text);
        self.console.talk(&visible_line(text.trim_end_matches('\n')));
    }
}
