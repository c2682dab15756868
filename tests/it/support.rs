//! What the tests of the binary share: a clean environment, a copied quickstart, a running emulator.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::outside::{binary, root};
use bellcheck::{
    clock::Stopwatch,
    openapi::{HttpRequest, Nonce as _, RandomNonce, ReqwestTransport, Transport as _, decode_form},
};
use serde_json::Value;

/// A folder with a copy of the quickstart, in which the binary runs.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

/// What a run of the binary came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Both streams, for assertions on what a user sees.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Asserts the exit code; shows the output when it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that a user sees the text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        // Long lines are wrapped, so blanks and line art do not count.
        let flat = |text: &str| -> String {
            text.split(|c: char| c.is_whitespace() || matches!(c, '│' | '╰' | '╭' | '─' | '·' | '├' | '▶'))
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert!(flat(&self.all()).contains(&flat(text)), "`{text}` is not in\n{}", self.all());
        self
    }

    /// Asserts that a user does not see the text.
    #[track_caller]
    pub(crate) fn hides(self, text: &str) -> Self {
        assert!(!self.all().contains(text), "`{text}` is in\n{}", self.all());
        self
    }
}

/// The tokens of the quickstart's robots, as an emulator takes them.
const TOKENS: [(&str, &str); 2] =
    [("DING_OPS_TOKEN", "ops-test-token"), ("DING_MANAGERS_TOKEN", "managers-test-token")];

/// The variables of the examples, for what loads a spec without the binary.
pub(crate) fn tokens(name: &str) -> Option<String> {
    let more = [("DING_RELAY_TOKEN", "relay-test-token"), ("DING_RELAY_SECRET", "SECtest")];
    let known = TOKENS.into_iter().chain(more).find(|(known, _)| *known == name);
    known.map(|(_, value)| value.to_owned())
}

impl Desk {
    /// With a copy of `examples/quickstart` in `quickstart/`.
    pub(crate) fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        let source = root().join("examples/quickstart");
        for file in bellcheck::files::find(&source, "").unwrap() {
            if file.to_string_lossy().ends_with(".snap.new") {
                continue;
            }
            let target = desk.path("quickstart").join(file.strip_prefix(&source).unwrap());
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(file, target).unwrap();
        }
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    /// Replaces a part of a file; a part that is not there is a mistake of the test.
    #[track_caller]
    pub(crate) fn replace(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "`{from}` is not in {name}:\n{text}");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// All files with their contents, to compare before and after.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let root = self.folder.path();
        bellcheck::files::find(root, "")
            .unwrap()
            .into_iter()
            .map(|path| (path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap()))
            .collect()
    }

    /// The binary, in this folder, with an environment of nothing but what is set here: it does not
    /// ask the metadata service, which no test may call.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(binary());
        command
            .env_clear()
            .env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
            .envs(TOKENS)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// A program that others wrote, in this folder: it gets the search path and nothing else.
    #[expect(clippy::disallowed_methods, reason = "programs are found by the search path")]
    pub(crate) fn foreign(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    #[track_caller]
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        ended(self.command().args(args))
    }

    #[track_caller]
    pub(crate) fn run_with(&self, environment: &[(&str, &str)], args: &[&str]) -> Run {
        ended(self.command().envs(environment.iter().copied()).args(args))
    }
}

/// How long a run may take on a busy machine. One that hangs fails its test, and not all of them.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs a program to its end, with what it said on both streams.
#[track_caller]
fn ended(command: &mut Command) -> Run {
    outcome(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

/// What a program that was started with pipes comes to; kills one that does not end.
#[track_caller]
pub(crate) fn outcome(mut child: Child) -> Run {
    fn reader(stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
        thread::spawn(move || {
            let (mut stream, mut bytes) = (stream, Vec::new());
            stream.read_to_end(&mut bytes).unwrap();
            bytes
        })
    }
    let stdout = reader(child.stdout.take().unwrap());
    let stderr = reader(child.stderr.take().unwrap());
    let begun = Stopwatch::start();
    let mut wait = Duration::from_millis(1);
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if begun.elapsed() >= PATIENCE => break None,
            None => pause(wait),
        }
        wait = (wait * 2).min(Duration::from_millis(20));
    };
    if status.is_none() {
        child.kill().unwrap();
    }
    let ended = child.wait().unwrap();
    let [stdout, stderr] = [stdout, stderr].map(|stream| stream.join().unwrap());
    let run = Run::of(Output { status: status.unwrap_or(ended), stdout, stderr });
    assert!(
        status.is_some(),
        "it did not end within {PATIENCE:?}\nstdout:\n{}\nstderr:\n{}",
        run.stdout,
        run.stderr
    );
    run
}

/// A `bellcheck emulator` of its own; it ends with the test.
pub(crate) struct Cloud {
    child: Child,
    port: u16,
    /// What it says on stderr.
    talk: PathBuf,
}

impl Cloud {
    pub(crate) fn start(desk: &Desk, args: &[&str]) -> Self {
        Self::start_on(desk, "127.0.0.1:0", args)
    }

    pub(crate) fn start_on(desk: &Desk, address: &str, args: &[&str]) -> Self {
        let port_file = desk.path("emulator.port");
        let talk = desk.path(&format!("emulator-{}.stderr", RandomNonce.next()));
        let child = desk
            .command()
            .args(["emulator", "--listen", address, "--port-file"])
            .arg(&port_file)
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::from(fs::File::create(&talk).unwrap()))
            .spawn()
            .unwrap();
        let mut cloud = Self { child, port: 0, talk };
        for _ in 0..600 {
            if let Some(port) = fs::read_to_string(&port_file).ok().and_then(|text| text.trim().parse().ok())
            {
                cloud.port = port;
                fs::remove_file(&port_file).unwrap();
                return cloud;
            }
            pause(Duration::from_millis(50));
        }
        panic!("the emulator did not get ready");
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What it said on stderr so far.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.talk).unwrap()
    }

    /// Bytes of memory that the process has in use (VmRSS).
    pub(crate) fn memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The binary, with this cloud and the default key pair.
    pub(crate) fn command(&self, desk: &Desk) -> Command {
        let mut command = desk.command();
        command.env("BELLCHECK_ENDPOINT", self.endpoint());
        command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk");
        command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk");
        command
    }

    /// Runs the binary against this cloud with the default key pair.
    pub(crate) fn run(&self, desk: &Desk, args: &[&str]) -> Run {
        ended(self.command(desk).args(args))
    }

    /// A request to the control API; asserts HTTP 200.
    pub(crate) fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.request(method, path, body);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    pub(crate) fn request(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = HttpRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            query: decode_form(query).unwrap(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let transport = ReqwestTransport::new().unwrap();
        let response = runtime.block_on(transport.send(&self.endpoint(), request)).unwrap();
        let text = String::from_utf8(response.body).unwrap();
        (response.status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// The journal's calls that change something, as `(operation, parameters)`, from `since` on.
    pub(crate) fn writes(&self, since: usize) -> Vec<(String, Value)> {
        let journal = self.control("GET", "/_bellcheck/journal", &Value::Null);
        let entries = journal.as_array().unwrap();
        entries[since..]
            .iter()
            .filter(|entry| entry["kind"] == "call" && entry["writes"] == true)
            .map(|entry| (entry["operation"].as_str().unwrap().to_owned(), entry["parameters"].clone()))
            .collect()
    }

    /// How long the journal is now.
    pub(crate) fn mark(&self) -> usize {
        self.control("GET", "/_bellcheck/journal", &Value::Null).as_array().unwrap().len()
    }

    /// Ends the process the way an init system does, and returns its exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        for _ in 0..200 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            pause(Duration::from_millis(50));
        }
        panic!("the emulator did not stop");
    }
}

impl Drop for Cloud {
    /// A panic ends a connection only, so that it looks like a clean close from outside.
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        let said = fs::read_to_string(&self.talk).unwrap_or_default();
        assert!(std::thread::panicking() || !said.contains("panicked at"), "the emulator said:\n{said}");
    }
}

/// A report without its real times, the only part of it that differs from run to run.
pub(crate) fn timeless(report: &str) -> String {
    let real = [
        // JUnit
        r#" (time|timestamp)="[^"]*""#,
        // JSON lines
        r#""real_(begin|time_ms)":("[^"]*"|[0-9]+|null)"#,
        // HTML and Markdown
        r"(?i)begun at .* by the machine's clock,? (and )?ended after [0-9dhms]+",
        r"[0-9dhms]+ of real time",
    ];
    real.iter().fold(report.to_owned(), |text, real| {
        regex::Regex::new(real).unwrap().replace_all(&text, "REAL").into_owned()
    })
}

/// Real processes need real waiting.
#[expect(clippy::disallowed_methods, reason = "waits for another process")]
pub(crate) fn pause(duration: Duration) {
    std::thread::sleep(duration);
}
