//! Plain HTTP to the places that give keys: addresses, patience, and answers that are JSON objects.

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value};

use super::error::Fault;
use crate::{
    clock::{Clock, human_duration},
    openapi::{HttpRequest, HttpResponse, Transport},
    secret::{Redactor, Secret},
};

/// Longest text of another's message that is shown, in characters.
const LONGEST: usize = 300;

/// A URL in the parts that a transport takes.
#[derive(Clone)]
pub(super) struct Address {
    /// Scheme, host and port.
    pub(super) base: String,
    path: String,
    query: Vec<(String, String)>,
}

impl std::fmt::Debug for Address {
    /// Without path and query, which may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Address").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Address {
    /// Reads a URL that the user gave as `name`.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, Fault> {
        // The URL itself is not quoted: its path, query or user name may be the secret.
        let wrong = |why: &str| {
            Err(Fault::input(
                format!("`{name}` {why}"),
                format!("write `{name}` as http://host:port/path or https://host/path"),
            ))
        };
        let Ok(url) = reqwest::Url::parse(text) else { return wrong("is not a URL") };
        let (true, Some(host)) = (matches!(url.scheme(), "http" | "https"), url.host_str()) else {
            return wrong("is neither http nor https");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("has a user name or password in it");
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self {
            base: format!("{}://{host}{port}", url.scheme()),
            path: url.path().to_owned(),
            query: url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
        })
    }

    /// Another path of the same host.
    pub(super) fn with_path(&self, path: &str) -> Self {
        Self { base: self.base.clone(), path: path.to_owned(), query: Vec::new() }
    }

    /// What stands behind the host, which may be the secret that opens the door: the whole of it and
    /// each part.
    pub(super) fn masks(&self) -> Redactor {
        let mut masks = Redactor::default();
        let decoded = percent_encoding::percent_decode_str(&self.path).decode_utf8_lossy();
        for path in [self.path.as_str(), &decoded] {
            let path = path.trim_matches('/');
            masks.add(&Secret::new(path));
            path.split('/').for_each(|part| masks.add(&Secret::new(part)));
        }
        self.query.iter().for_each(|(_, value)| masks.add(&Secret::new(value.as_str())));
        masks
    }

    /// Whether what is sent there can be read on the way.
    pub(super) fn is_plain(&self) -> bool {
        let Some(rest) = self.base.strip_prefix("http://") else { return false };
        let host = rest.rsplit_once(':').map_or(rest, |(host, _)| host).trim_matches(['[', ']']);
        let is_here = host == "localhost"
            || rest.starts_with("[::1]")
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        !is_here
    }
}

/// Sends requests, and waits only so long.
#[derive(Debug, Clone)]
pub(super) struct Http {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) patience: Duration,
}

impl Http {
    /// One exchange; what kept an answer from coming otherwise.
    pub(super) async fn send(
        &self,
        method: &str,
        to: &Address,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<HttpResponse, String> {
        let request = HttpRequest {
            method: method.to_owned(),
            path: to.path.clone(),
            query: to.query.clone(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body,
        };
        tokio::select! {
            answer = self.transport.send(&to.base, request) => answer.map_err(|error| error.message),
            () = self.clock.sleep(self.patience) => {
                Err(format!("{}: no answer within {}", to.base, human_duration(self.patience)))
            }
        }
    }
}

/// The answer's JSON object, if it came with HTTP 200. A refusal is told with its status, and with
/// the code and message of its body where it has them.
pub(super) fn object(
    to: &Address,
    response: &HttpResponse,
    masks: &Redactor,
) -> Result<Map<String, Value>, Fault> {
    let body = serde_json::from_slice(&response.body);
    let word = |object: &Map<String, Value>, names: [&str; 2]| {
        names.iter().find_map(|name| object.get(*name)).and_then(Value::as_str).map(|text| shown(text, masks))
    };
    if response.status != 200 {
        let mut message = format!("{} answered HTTP {}", to.base, response.status);
        if let Ok(Value::Object(object)) = &body {
            let parts = [
                word(object, ["Code", "ErrorCode"]),
                word(object, ["Message", "ErrorMessage"]),
                word(object, ["RequestId", "RequestID"]).map(|id| format!("RequestId {id}")),
            ];
            for part in parts.into_iter().flatten() {
                message.push_str(&format!(": {part}"));
            }
        }
        return Err(Fault::refused(message, "see what the service at this address says about it"));
    }
    let Ok(Value::Object(object)) = body else {
        return Err(super::fetch::nonsense(&format!("{} did not answer with a JSON object", to.base)));
    };
    match object.get("Code").and_then(Value::as_str) {
        Some(code) if code != "Success" => {
            let message = word(&object, ["Message", "message"]).map(|text| format!(": {text}"));
            Err(Fault::refused(
                format!(
                    "{} answered with code {}{}",
                    to.base,
                    shown(code, masks),
                    message.unwrap_or_default()
                ),
                "see what the service at this address says about it",
            ))
        }
        _ => Ok(object),
    }
}

/// Another's text, fit for a line of a terminal and without known secrets.
pub(super) fn shown(text: &str, masks: &Redactor) -> String {
    // Redacted before it is cut: a cut secret would no longer be known as one.
    let text = masks.redact(text);
    let mut out: String =
        text.chars().take(LONGEST).map(|char| if char.is_control() { ' ' } else { char }).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}
