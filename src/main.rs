//! The `bellcheck` program: everything is in `bellcheck::cli`.

fn main() -> std::process::ExitCode {
    bellcheck::cli::main()
}
