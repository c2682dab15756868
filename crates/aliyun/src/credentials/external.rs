//! A program that prints a key pair. It is started without a shell and has a minute, or as long as a person
//! needs where it may ask one.

use std::{process::Stdio, sync::Arc, time::Duration};

use serde_json::{Map, Value};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::Command,
};

use super::{
    command_line,
    config_file::Profile,
    error::Fault,
    fetch::{Fetch, Fetched, Made, expiry},
    http::shown,
    inputs::{Ask, Inputs},
    mode,
    pair::{Names, PairInput, complete},
};
use crate::{
    clock::{BoxFuture, Clock, human_duration},
    secret::{Redactor, Secret},
};

const PATIENCE: Duration = Duration::from_secs(60);
/// For somebody at a terminal, who has to find a device and type what it shows.
const PATIENCE_WITH_PEOPLE: Duration = Duration::from_secs(300);
const DISABLED: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";
/// More than this of either stream is not read.
const LONGEST: u64 = 1 << 20;
const NAMES: Names = Names { id: "access_key_id", secret: "access_key_secret", token: "sts_token" };
/// Modes whose keys are printed.
const KEYS: [&str; 2] = ["AK", "StsToken"];
const FIELDS: [&str; 7] =
    ["mode", "access_key_id", "access_key_secret", "sts_token", "expiration", "StsToken", "region_id"];

/// The program.
#[derive(Debug)]
pub(super) struct External {
    program: String,
    arguments: Vec<String>,
    clock: Arc<dyn Clock>,
    masks: Redactor,
    ask: Ask,
    /// For what it prints that is no key pair, and asks for one.
    inputs: Inputs,
    profile: Profile,
}

impl External {
    pub(super) fn new(inputs: &Inputs, profile: &Profile) -> Result<Self, Fault> {
        if inputs.switch(DISABLED)? {
            return Err(Fault::input(
                format!("programs may not be started for keys: `{DISABLED}` is set"),
                format!("unset `{DISABLED}`, or use another source"),
            ));
        }
        let command = profile.needed("process_command")?;
        let wrong = |why: &str| {
            Fault::input(
                format!("`process_command` {why}"),
                "write a program and its arguments, as in a shell without variables",
            )
        };
        let mut words = command_line::split(command).map_err(|why| wrong(&why))?.into_iter();
        let program = words.next().ok_or_else(|| wrong("names no program"))?;
        let mut masks = inputs.masks();
        for field in ["access_key_secret", "sts_token", "access_token", "private_key", "bearer_token"] {
            if let Some(secret) = profile.text(field)? {
                masks.add(&Secret::new(secret));
            }
        }
        Ok(Self {
            program,
            arguments: words.collect(),
            clock: Arc::clone(&inputs.clock),
            masks,
            ask: inputs.ask,
            inputs: inputs.clone(),
            profile: profile.clone(),
        })
    }

    async fn run(&self, is_urgent: bool) -> Result<Fetched, Fault> {
        let (stdin, stderr, patience) = match self.ask {
            Ask::Nobody => (Stdio::null(), Stdio::piped(), PATIENCE),
            Ask::Input { says: false } => (Stdio::inherit(), Stdio::piped(), PATIENCE),
            Ask::Input { says: true } => (Stdio::inherit(), Stdio::inherit(), PATIENCE_WITH_PEOPLE),
        };
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(stderr)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                Fault::input(
                    format!("`{}` cannot be started: {error}", self.program),
                    "check `process_command`; it is not run by a shell",
                )
            })?;
        let streams = (child.stdout.take(), child.stderr.take());
        let work = async {
            let (stdout, stderr) = tokio::join!(all(streams.0), all(streams.1));
            (child.wait().await, stdout, stderr)
        };
        let (status, stdout, stderr) = tokio::select! {
            done = work => done,
            () = self.clock.sleep(patience) => {
                return Err(Fault::refused(
                    format!("`{}` printed no key pair within {}", self.program, human_duration(patience)),
                    "check the program; where it asks, write the answer to bellcheck's input",
                ));
            }
        };
        let said = self.said(&stdout, &stderr);
        let status = status
            .map_err(|error| Fault::refused(format!("`{}`: {error}", self.program), "check the program"))?;
        if !status.success() {
            return Err(Fault::refused(
                format!("`{}` failed ({status}){}", self.program, behind(said.as_deref())),
                "run the program by hand and see what it says",
            ));
        }
        let nonsense = |why: &str| {
            Fault::refused(
                format!("`{}` did not print a key pair: {why}{}", self.program, behind(said.as_deref())),
                "let it print a JSON object with access_key_id, access_key_secret and, for temporary keys, sts_token",
            )
        };
        // What it printed is not quoted: it may hold the keys.
        let Ok(Value::Object(answer)) = serde_json::from_slice(&stdout) else {
            return Err(nonsense("its output is not a JSON object"));
        };
        let mut fetched = match text(&answer, "mode").map_err(|fault| nonsense(&fault.message))? {
            Some(mode) if !KEYS.iter().any(|keys| keys.eq_ignore_ascii_case(mode)) => {
                self.asked(&answer, is_urgent).await?
            }
            _ => read(&answer).map_err(|fault| nonsense(&fault.message))?,
        };
        fetched.talk = said;
        Ok(fetched)
    }

    /// The keys that a printed profile of another mode leads to, as for the command line.
    async fn asked(&self, answer: &Map<String, Value>, is_urgent: bool) -> Result<Fetched, Fault> {
        let within = |fault: Fault| Fault {
            message: format!("what `{}` printed: {}", self.program, fault.message),
            ..fault
        };
        match mode::printed(&self.inputs, &self.profile.printed(answer)).map_err(within)? {
            Made::Fixed(credentials) => Ok(Fetched { credentials, expires: None, talk: None }),
            Made::Asked(source) => source.fetch(is_urgent).await.map_err(within),
        }
    }

    /// What the program wrote for people, without anything that it wrote for us or that is secret.
    fn said(&self, stdout: &[u8], stderr: &[u8]) -> Option<String> {
        let mut masks = self.masks.clone();
        let stdout = String::from_utf8_lossy(stdout);
        let is_of_word = |c: char| c.is_ascii_alphanumeric() || "+/=_-.".contains(c);
        for word in stdout.split(|c| !is_of_word(c)).filter(|word| word.len() >= 6) {
            if !FIELDS.contains(&word) {
                masks.add(&Secret::new(word));
            }
        }
        let said = shown(String::from_utf8_lossy(stderr).trim(), &masks);
        Some(said).filter(|said| !said.is_empty())
    }
}

fn behind(said: Option<&str>) -> String {
    said.map(|said| format!("; it said: {said}")).unwrap_or_default()
}

async fn all(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        // What was read before a failure is all there is.
        stream.take(LONGEST).read_to_end(&mut bytes).await.ok();
    }
    bytes
}

/// A field that is a text, where it is there and not empty. A number would be passed over, and keys whose
/// end is a number would count as keys that have none.
fn text<'a>(answer: &'a Map<String, Value>, field: &str) -> Result<Option<&'a str>, Fault> {
    match answer.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(_) if field == "expiration" => {
            Err(Fault::refused("`expiration` is not a text such as 2026-01-01T00:00:00Z", ""))
        }
        Some(_) => Err(Fault::refused(format!("`{field}` is not a text"), "")),
    }
}

fn read(answer: &Map<String, Value>) -> Result<Fetched, Fault> {
    let wrong = |why: &str| Fault::refused(why, "");
    let token = text(answer, "sts_token")?;
    // Without a mode the token says what the keys are: the libraries ask for no mode.
    let is_temporary = match text(answer, "mode")? {
        Some(mode) => mode.eq_ignore_ascii_case("StsToken"),
        None => token.is_some(),
    };
    if is_temporary && token.is_none() {
        return Err(wrong("`sts_token` is missing or empty"));
    }
    let input = PairInput {
        access_key_id: Some(text(answer, "access_key_id")?.unwrap_or_default().to_owned()),
        access_key_secret: Some(Secret::new(text(answer, "access_key_secret")?.unwrap_or_default())),
        security_token: token.filter(|_| is_temporary).map(Secret::new),
    };
    let credentials = complete(input, &NAMES)?.ok_or_else(|| wrong("it has no key pair"))?;
    let expires = text(answer, "expiration")?
        .map(|text| expiry("expiration", text))
        .transpose()
        .map_err(|_| wrong("`expiration` is not a time such as 2026-01-01T00:00:00Z"))?;
    Ok(Fetched { credentials, expires, talk: None })
}

impl Fetch for External {
    fn fetch(&self, is_urgent: bool) -> BoxFuture<'_, Result<Fetched, Fault>> {
        Box::pin(self.run(is_urgent))
    }
}
