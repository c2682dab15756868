//! TLS from certificate files.

use std::{fmt, path::Path, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;

/// Why TLS cannot be set up.
#[derive(Debug)]
pub struct TlsError {
    /// What is wrong, and in which file.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TlsError {}

/// TLS 1.2 and 1.3 with the chain and the key in these PEM files.
///
/// # Errors
/// Files that are unreadable, empty or do not belong together.
pub fn tls(certificates: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let wrong = |path: &Path, what: &str, remedy: &str| TlsError {
        message: format!("{}: {what}", path.display()),
        remedy: remedy.to_owned(),
    };
    let chain_remedy = "give the server's certificate and those between it and the root, as PEM";
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(certificates).and_then(|found| found.collect());
    let chain = chain.map_err(|fault| wrong(certificates, &fault.to_string(), chain_remedy))?;
    if chain.is_empty() {
        return Err(wrong(certificates, "there is no certificate in it", chain_remedy));
    }
    // A fault of the key file is told without the file's contents: rustls names kinds only.
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|fault| {
        wrong(key, &fault.to_string(), "give the private key of the certificate, as PEM, without a password")
    })?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, secret));
    let mut config = config
        .map_err(|fault| wrong(key, &fault.to_string(), "give the key that the certificate was made for"))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
