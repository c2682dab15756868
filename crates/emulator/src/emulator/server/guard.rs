//! Who may call: not the pages of other origins that a browser on this machine shows, and of other machines
//! only who knows the token.
//!
//! A page may send a request to any port of this machine without asking first, and a name that it owns may
//! lead here after it was loaded, so that it can read the answers too. Browsers say where a request comes
//! from (`Origin`, `Sec-Fetch-Site`) and which name was used (`Host`); other programs say neither of the
//! former, and use an address of this machine.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use crate::{
    emulator::notifier::ROBOT_PATH,
    openapi::{Nonce as _, RandomNonce},
    secret::Secret,
    server::{LocalAddress, Tokens, bearer},
};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const CONTROL: &str = "/_bellcheck";
const FOREIGN_PAGE: &str = "call it from a program such as curl or an SDK, not from a page; a page of the emulator's own address may";

/// What a server lets through.
#[derive(Debug)]
pub(super) struct Guard {
    /// Names of this machine besides its addresses.
    hosts: Vec<String>,
    /// For the control API.
    tokens: Option<Tokens>,
    /// Whether other machines reach the server.
    is_exposed: bool,
}

impl Guard {
    pub(super) fn new(address: SocketAddr, hosts: &[String], token: Option<&Secret>) -> Self {
        let tokens = token.and_then(|token| Tokens::new(&RandomNonce.next(), std::iter::once(token)));
        Self { hosts: hosts.to_vec(), tokens, is_exposed: !address.ip().is_loopback() }
    }

    fn judge(&self, request: &Request) -> Result<(), Refused> {
        let headers = request.headers();
        let local = request.extensions().get::<LocalAddress>().map(|local| local.0.ip());
        of_own_page(headers)?;
        // Who posts to a robot has to know its token, whatever name leads there.
        if request.uri().path() == ROBOT_PATH {
            return Ok(());
        }
        let named = headers.get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or_default());
        for host in named.chain(request.uri().authority().map(Authority::as_str)) {
            if !self.is_own(host, local) {
                return Err(Refused {
                    code: "Forbidden.Host",
                    error: format!("`{}` is no name of this emulator", host.escape_debug()),
                    remedy: "call it by its address or as localhost; --allow-host NAME lets it be called by another name",
                    ..Refused::default()
                });
            }
        }
        if request
            .uri()
            .path()
            .strip_prefix(CONTROL)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        {
            return self.controls(headers);
        }
        Ok(())
    }

    /// Whether an authority names this machine. A name that others own may lead here at any time; an address
    /// cannot be made to.
    fn is_own(&self, authority: &str, local: Option<IpAddr>) -> bool {
        let Ok(authority) = authority.parse::<Authority>() else { return false };
        let host = authority.host().trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        match host.parse::<IpAddr>() {
            Ok(address)
                if address.is_loopback() || Some(address) == local.map(|local| local.to_canonical()) =>
            {
                true
            }
            _ => host == "localhost" || self.hosts.contains(&host),
        }
    }

    fn controls(&self, headers: &HeaderMap) -> Result<(), Refused> {
        match &self.tokens {
            None if self.is_exposed => Err(Refused {
                code: "Forbidden.Control",
                error: "the control API is closed: other machines reach this emulator, and it has no --token"
                    .to_owned(),
                remedy: "start it with --token, or with --listen at 127.0.0.1",
                ..Refused::default()
            }),
            None => Ok(()),
            Some(tokens) if bearer(headers).and_then(|token| tokens.find(token)).is_some() => Ok(()),
            Some(_) => Err(Refused {
                status: StatusCode::UNAUTHORIZED,
                code: "Unauthorized.Control",
                error: "the control API wants its token".to_owned(),
                remedy: "send `Authorization: Bearer TOKEN`, with the token of --token",
            }),
        }
    }
}

/// Refuses what a browser sends for a page of another origin.
fn of_own_page(headers: &HeaderMap) -> Result<(), Refused> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    for origin in headers.get_all(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        let is_own = authority.zip(host).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other));
        if !is_own {
            return Err(Refused {
                code: "Forbidden.Origin",
                error: format!("a page of another origin sent this: `{}`", origin.escape_debug()),
                remedy: FOREIGN_PAGE,
                ..Refused::default()
            });
        }
    }
    for site in headers.get_all(SITE) {
        if !matches!(site.as_bytes(), b"same-origin" | b"none") {
            return Err(Refused {
                code: "Forbidden.Origin",
                error: "a page of another site sent this".to_owned(),
                remedy: FOREIGN_PAGE,
                ..Refused::default()
            });
        }
    }
    Ok(())
}

/// A refusal in words that the control API's callers read and in those that clients of the API read.
struct Refused {
    status: StatusCode,
    code: &'static str,
    error: String,
    remedy: &'static str,
}

impl Default for Refused {
    fn default() -> Self {
        Self { status: StatusCode::FORBIDDEN, code: "Forbidden", error: String::new(), remedy: "" }
    }
}

impl Refused {
    fn response(self) -> Response {
        let body = json!({
            "error": self.error, "remedy": self.remedy,
            "Code": self.code, "Message": format!("{} ({})", self.error, self.remedy),
            "RequestId": "", "HostId": "", "Recommend": "",
        });
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Lets a request through, or answers it.
pub(super) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match guard.judge(&request) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.response(),
    }
}
