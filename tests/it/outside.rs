//! What lies outside of the tests: the repository's folder, programs that others wrote and that are
//! here or not, and what to say when they are not.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// The repository's folder, from whichever crate.
pub(crate) fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().find(|folder| folder.join("fixtures").is_dir()).unwrap_or(own)
}

/// The program under test. Cargo names it to the tests of its own package; for those of another it is built
/// where it is.
pub(crate) fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match option_env!("CARGO_BIN_EXE_bellcheck") {
        Some(path) => path.into(),
        None => built(),
    })
}

/// Builds the program as these tests were built, and finds it.
fn built() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args([
        "build",
        "--locked",
        "--quiet",
        "--package",
        "bellcheck",
        "--bin",
        "bellcheck",
    ]);
    assert!(cargo.status().is_ok_and(|status| status.success()), "the program cannot be built");
    target().join("debug/bellcheck")
}

/// Where cargo puts what it makes.
pub(crate) fn target() -> &'static Path {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR"));
    own.parent().unwrap_or(own)
}

/// The malformed specs of the repository, by name.
pub(crate) fn malformed() -> Vec<(String, String)> {
    let files = bellcheck::files::find(&root().join("fixtures/malformed"), ".yaml").unwrap();
    let name = |file: &Path| file.file_stem().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|file| (name(file), fs::read_to_string(file).unwrap())).collect()
}

/// The judges' programs and the lists of what they need.
pub(crate) fn source() -> PathBuf {
    root().join("tests/foreign")
}

/// Whether there is a python3 here, which stands for a terminal; where not, that is said.
pub(crate) fn python3() -> bool {
    seated(version("python3", &["--version"]), "python3").is_some()
}

/// curl, which is told where to go by its arguments only.
pub(crate) fn curl() -> Option<&'static str> {
    seated(version("curl", &["--version"]).map(|()| "curl"), "curl")
}

/// What was got; otherwise that is said, and in CI it is a failure.
pub(crate) fn seated<T>(got: Result<T, String>, what: &str) -> Option<T> {
    match got {
        Ok(got) => Some(got),
        Err(reason) if in_ci() => panic!("{what} cannot be had: {reason}"),
        Err(reason) => {
            not_judged(what, &reason);
            None
        }
    }
}

/// Says that a test could not look at something, past the capture of test output: whoever runs the tests
/// must see it.
pub(crate) fn not_judged(what: &str, reason: &str) {
    writeln!(std::io::stderr(), "\nNOT JUDGED, for want of {what}: {reason}\n").ok();
}

pub(crate) fn version(program: &str, args: &[&str]) -> Result<(), String> {
    let found = Command::new(program).args(args).stdin(Stdio::null()).output();
    if found.is_ok_and(|output| output.status.success()) {
        Ok(())
    } else {
        Err(format!("`{program} {}` does not work here; install it to have them", args.join(" ")))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test that may not be left out in CI has to know where it is"
)]
pub(crate) fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
