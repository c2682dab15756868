//! Nothing but tests: what software that others wrote says of bellcheck. `cargo test -p judges` installs the
//! pinned packages into `target/foreign/` and runs them against the program.
