//! Ctrl-C, and SIGTERM where there is such a thing.

use super::{
    block_on,
    console::Console,
    exit::{Exit, Failure},
};
use crate::openapi::Stop;

/// Ends when the program is told to.
pub(super) async fn told() {
    let interrupt = async {
        tokio::signal::ctrl_c().await.ok();
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            // Ctrl-C still works.
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
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
    let twice = async {
        told().await;
        console.talk("stopping: what is under way ends, nothing new begins; once more ends it at once");
        stop.pull();
        told().await;
    };
    block_on(async {
        tokio::select! {
            biased;
            () = twice => Err(interrupted("calls that were under way may or may not have taken effect")),
            result = future => result,
        }
    })
}

/// Waits for somebody's answer. An interrupt ends the wait.
///
/// # Errors
/// Exit code 130.
pub(super) fn asking(console: &Console, question: &str) -> Result<Option<String>, Failure> {
    let (console, question) = (console.clone(), question.to_owned());
    // A thread that reads a terminal cannot be stopped. It is left behind, and not waited for.
    let (answer, mut answered) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || answer.blocking_send(console.ask(&question)).ok());
    reading(async { Ok(answered.recv().await.flatten()) })
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
        "apply::unconfirmed",
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
        "run the command again; it continues from what is there",
    )
}
