//! Ctrl-C, and SIGTERM where there is such a thing.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
    mpsc,
};

use tokio::sync::watch;

use super::{
    block_on,
    console::Console,
    exit::{Exit, Failure},
};
use crate::openapi::Stop;

/// How many interrupts were taken note of.
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// How many interrupts came since somebody began to listen. From the first call on none of them ends the
/// program by itself, and none is lost: it is there for whoever waits for it next.
pub(super) fn listen() -> &'static watch::Receiver<u64> {
    static HEARD: OnceLock<watch::Receiver<u64>> = OnceLock::new();
    HEARD.get_or_init(|| {
        let (heard, receiver) = watch::channel(0);
        let (ready, is_ready) = mpsc::channel();
        std::thread::spawn(move || {
            let build = || {
                super::room_for_a_runtime()?;
                tokio::runtime::Builder::new_current_thread().enable_all().build()
            };
            let Ok(runtime) = build() else { return };
            runtime.block_on(hear(&heard, &ready));
        });
        // Without a thread for it an interrupt ends the program, as it does before.
        is_ready.recv().ok();
        receiver
    })
}

#[cfg(unix)]
async fn hear(heard: &watch::Sender<u64>, ready: &mpsc::Sender<()>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    ready.send(()).ok();
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        heard.send_modify(|count| *count += 1);
    }
}

#[cfg(not(unix))]
async fn hear(heard: &watch::Sender<u64>, ready: &mpsc::Sender<()>) {
    ready.send(()).ok();
    while tokio::signal::ctrl_c().await.is_ok() {
        heard.send_modify(|count| *count += 1);
    }
}

/// Ends a command that was told to end while it did what it cannot wait for.
///
/// # Errors
/// Exit code 130.
pub(super) fn check(what: &str) -> Result<(), Failure> {
    if *listen().borrow() > TAKEN.load(Ordering::Relaxed) { Err(interrupted(what)) } else { Ok(()) }
}

/// Ends when the program is told to, or was while nobody waited.
pub(super) async fn told() {
    let mut heard = listen().clone();
    let is_new = |count: &u64| *count > TAKEN.load(Ordering::Relaxed);
    if heard.wait_for(is_new).await.is_ok() {
        TAKEN.fetch_add(1, Ordering::Relaxed);
    } else {
        std::future::pending().await
    }
}

/// Runs a future that changes nothing. An interrupt ends it at once.
///
/// # Errors
/// Its failure, or exit code 130.
pub(super) fn reading<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    block_on(async {
        tokio::select! {
            biased;
            () = told() => Err(interrupted("nothing was changed")),
            result = future => result,
        }
    })
}

/// Runs a future that changes things and ends by itself soon after `stop` is pulled. The first
/// interrupt pulls it; a second one ends all at once.
///
/// # Errors
/// Its failure, or exit code 130 after a second interrupt.
pub(super) fn writing<T>(
    console: &Console,
    stop: &Stop,
    future: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let first = "stopping: what is under way ends, nothing new begins; once more ends it at once";
    twice(console, stop, first, "calls that were under way may or may not have taken effect", future)
}

/// As [`writing`], for a run of scenarios: those under way go to their `finally`.
///
/// # Errors
/// Its failure, or exit code 130 after a second interrupt.
pub(super) fn running<T>(
    console: &Console,
    stop: &Stop,
    future: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let first = "stopping: scenarios under way do their `finally`, and reports are written; once more ends it at once";
    twice(console, stop, first, "scenarios under way were left as they were", future)
}

fn twice<T>(
    console: &Console,
    stop: &Stop,
    first: &str,
    second: &str,
    future: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let twice = async {
        told().await;
        console.talk(first);
        stop.pull();
        told().await;
    };
    block_on(async {
        tokio::select! {
            biased;
            () = twice => Err(interrupted(second)),
            result = future => result,
        }
    })
}

/// A signal by which somebody asks for something, where there is such a thing.
pub(super) struct Asked {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Asked {
    /// SIGUSR1: how far is it? From now on the signal is a question; before, it ends the program.
    pub(super) fn new() -> Self {
        Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::user_defined1()).ok(),
        }
    }

    /// SIGHUP: read the files again. From now on a terminal that closes does not end the program.
    pub(super) fn by_hang_up() -> Self {
        Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
        }
    }

    /// Completes when somebody asks.
    pub(super) async fn again(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}

/// Waits for somebody's answer. An interrupt ends the wait.
///
/// # Errors
/// Exit code 130.
pub(super) fn asking(console: &Console, question: &str) -> Result<Option<String>, Failure> {
    let (console, question) = (console.clone(), question.to_owned());
    // A thread that reads a terminal cannot be stopped. It is left behind, and not waited for.
    let (answer, mut answered) = tokio::sync::mpsc::channel(1);
    reading(async move {
        // Only now: an interrupt that comes with the question finds somebody who waits for it.
        std::thread::spawn(move || answer.blocking_send(console.ask(&question)).ok());
        Ok(answered.recv().await.flatten())
    })
}

/// Insists that somebody can be asked.
///
/// # Errors
/// Exit code 2 where nobody can.
pub(super) fn somebody(console: &Console) -> Result<(), Failure> {
    if console.can_ask() {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Input,
        "cli::unconfirmed",
        "nobody can be asked here, and nothing was changed",
        "--yes goes on without asking",
    ))
}

/// Asks a question that only `y` and `yes` agree to.
///
/// # Errors
/// As [`somebody`] and [`asking`].
pub(super) fn agreed(console: &Console, question: &str) -> Result<bool, Failure> {
    somebody(console)?;
    let answer = asking(console, question)?.unwrap_or_default();
    Ok(matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// What an interrupted command says last.
pub(super) fn interrupted(what: &str) -> Failure {
    Failure::new(
        Exit::Interrupted,
        "cli::interrupted",
        format!("interrupted: {what}"),
        "run the command again",
    )
}
