//! The dead man's switch: a process that undoes what a run did when the run dies.
//!
//! It holds the other end of a pipe. A run that comes to its end says so; one that is killed only closes
//! it, and then the guard does what `bellcheck sweep` does.

use std::{
    io::Write as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use super::super::{Context, environment};

/// How much longer than the run's own deadline the guard waits.
const GRACE: Duration = Duration::from_secs(300);

/// The guard of a run. It lives until the run says that all is undone.
pub(super) struct Guard(Child);

/// Starts the guard of the run with this journal. A run goes on without one: then `bellcheck sweep` is
/// what is left.
pub(super) fn start(
    context: &Context,
    journal: &Path,
    binds: Option<&Path>,
    deadline: Duration,
) -> std::io::Result<Guard> {
    let mut command = Command::new(environment::this_program()?);
    command.arg("sweep").arg("--guard").arg(journal);
    command.args(["--guard-for", &crate::clock::human_duration(deadline.saturating_add(GRACE))]);
    if let Some(binds) = binds {
        command.arg("--binds").arg(binds);
    }
    let global = &context.global;
    for (flag, value) in [
        ("--endpoint", &global.endpoint),
        ("--region", &global.region),
        ("--profile", &global.profile),
        ("--metadata-endpoint", &global.metadata_endpoint),
    ] {
        if let Some(value) = value {
            command.arg(flag).arg(value);
        }
    }
    if global.vpc {
        command.arg("--vpc");
    }
    // Other users of the machine see a process's arguments, and not its environment.
    for (name, value) in [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", &global.access_key_id),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &global.access_key_secret),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", &global.security_token),
    ] {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        // A Ctrl-C on the terminal is for the run alone.
        command.process_group(0);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(Guard)
}

impl Guard {
    /// The run has come to its end.
    pub(super) fn dismiss(mut self) {
        if let Some(mut pipe) = self.0.stdin.take() {
            pipe.write_all(b"done\n").ok();
        }
        self.0.wait().ok();
    }
}
