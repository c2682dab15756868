//! TLS from certificate files, which are read again when they change.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::expiry::not_after;
use crate::{clock::Timestamp, files};

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

/// TLS 1.2 and 1.3 with a certificate and its key: those that fitted together when their files were
/// looked at last.
#[derive(Debug)]
pub struct Tls {
    certificates: PathBuf,
    key: PathBuf,
    serving: RwLock<Serving>,
    asked: Arc<Notify>,
}

/// What new connections get.
#[derive(Debug)]
struct Serving {
    config: Arc<ServerConfig>,
    /// When the server's own certificate ends, if that can be read.
    expires: Option<Timestamp>,
    /// Of the files' contents.
    digest: [u8; 32],
    /// Whether the files now hold something that cannot be used.
    is_stale: bool,
}

/// TLS with the chain and the key in these PEM files.
///
/// # Errors
/// Files that are unreadable, empty or do not belong together.
pub fn tls(certificates: &Path, key: &Path) -> Result<Tls, TlsError> {
    let files = Files::read(certificates, key)?;
    let (config, expires) = files.config(certificates, key)?;
    let serving = Serving { config, expires, digest: files.digest(), is_stale: false };
    Ok(Tls {
        certificates: certificates.to_owned(),
        key: key.to_owned(),
        serving: RwLock::new(serving),
        asked: Arc::default(),
    })
}

/// What a look at the files came to.
#[derive(Debug)]
pub(super) enum Look {
    /// They hold what is served.
    Same,
    /// They hold something else, which is served from now on.
    Taken,
    /// What they hold cannot be used, and what was served is served on. The digest tells one fault from
    /// the next.
    Unusable(TlsError, [u8; 32]),
}

impl Tls {
    /// By which the files are looked at at once.
    #[must_use]
    pub fn asked(&self) -> Arc<Notify> {
        Arc::clone(&self.asked)
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.serving.read().unwrap_or_else(PoisonError::into_inner).config))
    }

    /// When the certificate that is served ends, if that can be read.
    pub(super) fn expires(&self) -> Option<Timestamp> {
        self.serving.read().unwrap_or_else(PoisonError::into_inner).expires
    }

    /// Whether the files were told to hold something that cannot be used.
    pub(super) fn is_stale(&self) -> bool {
        self.serving.read().unwrap_or_else(PoisonError::into_inner).is_stale
    }

    pub(super) fn tell_stale(&self, is_stale: bool) {
        self.serving.write().unwrap_or_else(PoisonError::into_inner).is_stale = is_stale;
    }

    /// Looks at the files, and serves what they hold if it can be served.
    pub(super) fn look(&self) -> Look {
        let files = match Files::read(&self.certificates, &self.key) {
            Ok(files) => files,
            Err(fault) => {
                let digest = Sha256::digest(fault.message.as_bytes()).into();
                return Look::Unusable(fault, digest);
            }
        };
        let digest = files.digest();
        if self.serving.read().unwrap_or_else(PoisonError::into_inner).digest == digest {
            return Look::Same;
        }
        match files.config(&self.certificates, &self.key) {
            Ok((config, expires)) => {
                let mut serving = self.serving.write().unwrap_or_else(PoisonError::into_inner);
                (serving.config, serving.expires, serving.digest) = (config, expires, digest);
                Look::Taken
            }
            Err(fault) => Look::Unusable(fault, digest),
        }
    }
}

/// The contents of both files, read once: what is compared is what is used.
struct Files {
    certificates: Vec<u8>,
    key: Vec<u8>,
}

impl Files {
    fn read(certificates: &Path, key: &Path) -> Result<Self, TlsError> {
        let read = |path: &Path, remedy| {
            files::read_whole(path).map_err(|fault| wrong(path, &format!("cannot be read: {fault}"), remedy))
        };
        Ok(Self { certificates: read(certificates, CHAIN_REMEDY)?, key: read(key, KEY_REMEDY)? })
    }

    fn digest(&self) -> [u8; 32] {
        let each = [&self.certificates, &self.key].map(Sha256::digest);
        Sha256::digest(each.concat()).into()
    }

    /// What a fault says of the key is told without its bytes: rustls names kinds only.
    fn config(
        &self,
        certificates: &Path,
        key: &Path,
    ) -> Result<(Arc<ServerConfig>, Option<Timestamp>), TlsError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.certificates).collect();
        let chain = chain.map_err(|fault| wrong(certificates, &fault.to_string(), CHAIN_REMEDY))?;
        let Some(own) = chain.first() else {
            return Err(wrong(certificates, "there is no certificate in it", CHAIN_REMEDY));
        };
        let expires = not_after(own);
        let secret = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|fault| wrong(key, &fault.to_string(), KEY_REMEDY))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, secret));
        let mut config = config.map_err(|fault| {
            wrong(key, &fault.to_string(), "give the key that the certificate was made for")
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok((Arc::new(config), expires))
    }
}

const CHAIN_REMEDY: &str = "give the server's certificate and those between it and the root, as PEM";
const KEY_REMEDY: &str = "give the private key of the certificate, as PEM, without a password";

fn wrong(path: &Path, what: &str, remedy: &str) -> TlsError {
    TlsError { message: format!("{}: {what}", path.display()), remedy: remedy.to_owned() }
}
