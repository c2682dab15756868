//! The transport over real sockets. The one place that chooses a TLS implementation.

use std::{error::Error as _, time::Duration};

use reqwest::{
    Method, Url,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect,
};

use super::{HttpRequest, HttpResponse, Transport, TransportError, scheme::encode_pairs};
use crate::clock::BoxFuture;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);
/// The service answers with at most 2 MiB; anything far beyond is not the service.
const LONGEST_BODY: usize = 8 << 20;

/// Chooses the TLS implementation of this process, if nobody has yet.
pub fn install_tls() {
    // Fails when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// HTTP/1.1 over TCP, with TLS for `https`. It follows no redirect: a signed request is meant for
/// one host. A proxy of the system is used, but never for this machine itself.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    remote: reqwest::Client,
    loopback: reqwest::Client,
}

impl ReqwestTransport {
    /// Sets up TLS and the connection pools.
    ///
    /// # Errors
    /// A [`TransportError`] when the system's certificates cannot be loaded.
    pub fn new() -> Result<Self, TransportError> {
        install_tls();
        let builder = || {
            reqwest::Client::builder()
                .redirect(redirect::Policy::none())
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TOTAL_TIMEOUT)
        };
        let build = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| TransportError {
                message: format!("cannot set up HTTPS: {}", describe(error)),
                sent: false,
            })
        };
        Ok(Self { remote: build(builder())?, loopback: build(builder().no_proxy())? })
    }

    /// As this one, but never through a proxy: for addresses that only this host can reach.
    #[must_use]
    pub fn direct(&self) -> Self {
        Self { remote: self.loopback.clone(), loopback: self.loopback.clone() }
    }

    async fn exchange(&self, base: &str, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let unsendable =
            |what: &str| TransportError { message: format!("cannot be sent: {what}"), sent: false };
        let mut url = Url::parse(base).map_err(|_| unsendable("the endpoint is not a URL"))?;
        url.set_path(&request.path);
        if !request.query.is_empty() {
            url.set_query(Some(&encode_pairs(&request.query)));
        }
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| unsendable("the method is not one of HTTP"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let header = HeaderName::try_from(name)
                .map_err(|_| unsendable(&format!("`{name}` is not the name of a header")))?;
            let mut value = HeaderValue::try_from(value).map_err(|_| {
                unsendable(&format!("the header `{name}` has a character that it cannot have"))
            })?;
            value.set_sensitive(true);
            headers.append(header, value);
        }
        let client = if is_loopback(&url) { &self.loopback } else { &self.remote };
        let failed = |error: reqwest::Error| {
            let sent = !(error.is_connect() || error.is_builder());
            TransportError { message: format!("{base}: {}", describe(error)), sent }
        };
        let mut response =
            client.request(method, url).headers(headers).body(request.body).send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LONGEST_BODY {
                return Err(TransportError {
                    message: format!("{base}: the answer is longer than {LONGEST_BODY} bytes"),
                    sent: true,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpResponse { status, headers, body })
    }
}

impl Transport for ReqwestTransport {
    fn send<'a>(
        &'a self,
        base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(base, request))
    }
}

/// Whether a URL is one of this machine itself, by its words.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What went wrong, with its causes and without the URL, whose query holds parameters.
fn describe(error: reqwest::Error) -> String {
    if error.is_timeout() {
        let limit = if error.is_connect() { CONNECT_TIMEOUT } else { TOTAL_TIMEOUT };
        return format!("no answer within {}", crate::clock::human_duration(limit));
    }
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(&format!(": {inner_text}"));
        }
        cause = inner.source();
    }
    text
}
