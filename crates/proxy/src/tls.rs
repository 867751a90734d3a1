//! TLS for client connections: the certificate and its key, reloaded when their files change.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context as _, ensure};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use tokio_rustls::TlsAcceptor;

use crate::reload::{ReloadOutcome, watch};

/// The maximum size of each file, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;

/// The certificate that is in use at present. Clones share it.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    certificate: PathBuf,
    key: PathBuf,
    loaded: RwLock<Loaded>,
}

struct Loaded {
    key: Arc<CertifiedKey>,
    /// The hash of both files.
    hash: [u8; 32],
}

impl Certificate {
    /// Reads PEM files with a certificate chain and its private key.
    ///
    /// # Errors
    /// If a file cannot be read, or the key does not belong to the certificate. The message contains nothing of the key.
    pub fn read(certificate: PathBuf, key: PathBuf) -> anyhow::Result<Self> {
        let inner = Inner { loaded: read(&certificate, &key)?.into(), certificate, key };
        Ok(Self(Arc::new(inner)))
    }

    /// Reads the files again. If they are not valid, the previous certificate stays in use.
    #[must_use]
    pub fn reload(&self) -> ReloadOutcome {
        match read(&self.0.certificate, &self.0.key) {
            Ok(new) => {
                let mut loaded = self.0.loaded.write().unwrap_or_else(PoisonError::into_inner);
                if loaded.hash == new.hash {
                    return ReloadOutcome::Unchanged;
                }
                *loaded = new;
                ReloadOutcome::Changed("is used for new connections".to_owned())
            }
            Err(error) => ReloadOutcome::Failed(format!("{error:#}")),
        }
    }

    /// Reloads the files when they change, until the task is aborted.
    pub async fn watch(self) -> ControlFlow<()> {
        watch(format!("the certificate {}", self.0.certificate.display()), move || self.reload()).await
    }

    /// Returns an acceptor of TLS connections, which uses the current certificate.
    ///
    /// # Errors
    /// None in practice: the protocol versions are the default ones.
    pub fn acceptor(&self) -> anyhow::Result<TlsAcceptor> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(self.clone()));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let loaded = self.0.loaded.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&loaded.key))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("path", &self.0.certificate).finish_non_exhaustive()
    }
}

fn read(certificate: &Path, key: &Path) -> anyhow::Result<Loaded> {
    let name = |flag: &str, path: &Path| format!("{flag} {}", path.display());
    let chain_pem = read_file(certificate).with_context(|| name("--tls-cert", certificate))?;
    let key_pem = read_file(key).with_context(|| name("--tls-key", key))?;
    let hash = Sha256::new().chain_update(Sha256::digest(&chain_pem)).chain_update(Sha256::digest(&key_pem));
    let chain = CertificateDer::pem_slice_iter(&chain_pem).collect::<Result<Vec<_>, _>>();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.with_context(|| {
        format!("{} contains no certificate: it must be a PEM file", name("--tls-cert", certificate))
    })?;
    // The error of the parser is not printed, because it could quote the key.
    let private = PrivateKeyDer::from_pem_slice(&key_pem).ok().with_context(|| {
        format!(
            "{} contains no private key: it must be a PEM file without a password",
            name("--tls-key", key)
        )
    })?;
    let certified = CertifiedKey::from_der(chain, private, &ring::default_provider());
    let certified = certified.with_context(|| {
        format!("{} and {} cannot be used", name("--tls-cert", certificate), name("--tls-key", key))
    })?;
    Ok(Loaded { key: Arc::new(certified), hash: hash.finalize().into() })
}

/// Reads a file of limited size. Reading a named pipe could block forever.
fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let metadata = path.metadata().context("cannot be opened")?;
    ensure!(metadata.is_file(), "is not a regular file");
    ensure!(metadata.len() <= FILE_LIMIT, "is larger than {FILE_LIMIT} bytes");
    std::fs::read(path).context("cannot be read")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    /// Returns a new certificate and its key.
    fn pair() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    #[test]
    fn a_valid_change_is_used_and_an_invalid_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let (first, second) = (pair(), pair());
        let write = |texts: [&str; 2]| {
            fs::write(&certificate, texts[0]).unwrap();
            fs::write(&key, texts[1]).unwrap();
        };
        write([&first.0, &first.1]);
        let used = Certificate::read(certificate.clone(), key.clone()).unwrap();
        assert_eq!(used.reload(), ReloadOutcome::Unchanged);
        let current = || Arc::clone(&used.0.loaded.read().unwrap().key);
        let before = current();
        for (texts, expected) in [
            ([first.0.as_str(), second.1.as_str()], "cannot be used"),
            ([&second.0, &first.1], "cannot be used"),
            (["", &first.1], "contains no certificate"),
            ([&first.1, &first.1], "contains no certificate"),
            (["-----BEGIN CERTIFICATE-----\nx", &first.1], "contains no certificate"),
            ([&first.0, ""], "contains no private key"),
            ([&first.0, &first.0], "contains no private key"),
        ] {
            write(texts);
            let ReloadOutcome::Failed(why) = used.reload() else { panic!("{texts:?}") };
            assert!(why.contains(expected) && !why.contains("PRIVATE"), "{why}");
            assert!(Arc::ptr_eq(&before, &current()));
        }
        write([&second.0, &second.1]);
        assert!(matches!(used.reload(), ReloadOutcome::Changed(_)));
        assert!(!Arc::ptr_eq(&before, &current()));
        assert!(!format!("{used:?}").contains("PRIVATE"));
        fs::remove_file(&key).unwrap();
        let error = format!("{:#}", Certificate::read(certificate, key).unwrap_err());
        assert!(error.contains("--tls-key") && error.contains("cannot be opened"), "{error}");
    }
}
