//! The dead man's switch: a process that undoes what a run did when the run dies.
//!
//! It has the other end of a pipe. A run that comes to its end says so; one that is killed only closes
//! it, and then the guard does what `bellcheck sweep` does, with the run's own credentials.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use super::super::{
    Context,
    args::LogLevel,
    block_on, environment,
    handoff::{self, Handoff},
};
use crate::{
    clock::human_duration, credentials::Resolved, journal::create_private, scenario::live::LiveRun,
    secret::Secret,
};

/// How much longer than the run's own deadline the guard waits.
const GRACE: Duration = Duration::from_secs(300);
/// How long it tries to undo what a run left: the cloud may be out of reach when the run dies.
const AT_IT: Duration = Duration::from_secs(3600);
/// How long it may take to begin.
const BEGIN: Duration = Duration::from_secs(20);

/// The guard of a run. It lives until the run says that all is undone.
pub(super) struct Guard {
    child: Child,
    /// What it writes about itself.
    log: PathBuf,
}

/// As whom a run acts.
pub(super) struct Actor {
    pub(super) resolved: Resolved,
    /// The region that was called first.
    pub(super) region: Option<String>,
}

/// Starts the guard of a run, which is ready when this returns. A run goes on without one: then
/// `bellcheck sweep` is what is left.
///
/// # Errors
/// Why there is none.
pub(super) fn start(context: &Context, run: &LiveRun, actor: &Actor) -> Result<Guard, String> {
    let io = |error: std::io::Error| error.to_string();
    let provider = &actor.resolved.provider;
    let pair = block_on(async { Ok(provider.current(run.client.clock().now()).await) })
        .map_err(|failure| failure.in_words())?
        .map_err(|error| error.message)?;
    let patience = run.binds.deadline.saturating_add(GRACE);
    let handoff = Handoff {
        arguments: context.arguments.clone(),
        region: actor.region.clone(),
        source: actor.resolved.source.clone(),
        endpoints: actor.resolved.endpoints.clone(),
        pair,
        patience,
    };
    let line = handoff.line()?;
    let journal = std::path::absolute(run.ledger.path()).map_err(io)?;
    let log = journal.with_extension("guard.log");
    let file = create_private(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    let guard_for = patience.saturating_add(AT_IT);
    let mut command = command(context, &journal, guard_for)?;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::from(file));
    let mut child = command.spawn().map_err(io)?;
    match hand_over(&mut child, line) {
        Ok(()) => Ok(Guard { child, log: run.ledger.path().with_extension("guard.log") }),
        Err(why) => {
            child.kill().ok();
            child.wait().ok();
            Err(format!("{why}; {} says more", log.display()))
        }
    }
}

fn command(context: &Context, journal: &Path, guard_for: Duration) -> Result<Command, String> {
    let program = environment::this_program().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg("sweep").arg("--guard").arg(journal);
    command.args(["--guard-for", &human_duration(guard_for)]);
    // Only what its log is like; all else it is handed. Flags also keep a variable that the run did not
    // have to read from ending the guard.
    let level = match context.global.log_level {
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
        LogLevel::Off | LogLevel::Error | LogLevel::Warn | LogLevel::Info => "info",
    };
    command.args(["--log-level", level]);
    if let Some(retry_for) = context.global.retry_for {
        command.args(["--retry-for", &human_duration(retry_for)]);
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        // A Ctrl-C on the terminal is for the run alone.
        command.process_group(0);
    }
    Ok(command)
}

/// Gives the guard what it needs, and waits until it has it.
fn hand_over(child: &mut Child, line: Secret) -> Result<(), String> {
    let (Some(pipe), Some(answer)) = (child.stdin.as_mut(), child.stdout.take()) else {
        return Err("it has no pipe".to_owned());
    };
    let written = pipe.write_all(line.expose().as_bytes()).and_then(|()| pipe.flush());
    written.map_err(|error| format!("it does not take what it needs: {error}"))?;
    if ready(answer) { Ok(()) } else { Err("it does not begin".to_owned()) }
}

fn ready(answer: ChildStdout) -> bool {
    // A thread that reads cannot be stopped. It ends with the guard.
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = Vec::new();
        BufReader::new(answer).read_until(b'\n', &mut line).ok();
        tell.send(line).ok();
    });
    told.recv_timeout(BEGIN).is_ok_and(|line| line == handoff::READY)
}

impl Guard {
    /// Which process it is, and where it writes what it does.
    pub(super) fn in_words(&self) -> String {
        format!(
            "process {} guards this run: it undoes everything should this one die, and writes to {}",
            self.child.id(),
            self.log.display()
        )
    }

    /// The run has come to its end.
    pub(super) fn dismiss(mut self) {
        if let Some(mut pipe) = self.child.stdin.take() {
            pipe.write_all(handoff::DONE).ok();
        }
        self.child.wait().ok();
    }
}
