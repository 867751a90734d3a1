//! TLS for clients: the certificate is replaced while the program runs, and a broken one is not used.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::program::{Running, address, command, get};
use crate::support::raw;

/// A self-signed certificate for localhost, and its key.
struct Pair {
    certificate: CertificateDer<'static>,
    certificate_pem: String,
    key_pem: String,
}

impl Pair {
    fn new() -> Self {
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            certificate_pem: certificate.pem(),
            certificate: certificate.der().clone(),
            key_pem: key.serialize_pem(),
        }
    }

    fn write(&self, folder: &Path) {
        fs::write(folder.join("cert.pem"), &self.certificate_pem).unwrap();
        fs::write(folder.join("key.pem"), &self.key_pem).unwrap();
    }

    /// Sends a request over a connection that accepts only this certificate.
    async fn request(&self, address: SocketAddr) -> Option<String> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
        stream.write_all(get("/healthz").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        Some(answer)
    }
}

fn start(folder: &Path) -> (Running, SocketAddr) {
    let [certificate, key] = [("cert", "cert.pem"), ("key", "key.pem")]
        .map(|(flag, file)| format!("--tls-{flag}={}", folder.join(file).display()));
    let mut proxy = Running::start(&mut command(&["--listen=127.0.0.1:0", &certificate, &key]));
    let address = address(&proxy.line(), "ready: https://", "/");
    (proxy, address)
}

#[tokio::test]
async fn a_new_certificate_is_used_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (Pair::new(), Pair::new());
    first.write(folder.path());
    let (mut proxy, address) = start(folder.path());
    let answer = first.request(address).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("ok\n"), "{answer}");
    assert!(second.request(address).await.is_none());
    assert!(!raw(address, &get("/healthz")).await.contains("200 OK"), "plain HTTP");

    fs::write(folder.path().join("cert.pem"), "broken").unwrap();
    // The failure is logged when it has occurred twice.
    let stderr = proxy.child.stderr.take().unwrap();
    let broken = tokio::task::spawn_blocking(move || {
        use std::io::BufRead as _;
        let mut lines = std::io::BufReader::new(stderr).lines().map(Result::unwrap);
        (lines.find(|line| line.contains("cannot be reloaded")).unwrap(), lines)
    });
    let (line, mut lines) = broken.await.unwrap();
    assert!(line.contains("cert.pem contains no certificate"), "{line}");
    assert!(first.request(address).await.is_some());

    second.write(folder.path());
    while second.request(address).await.is_none() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(first.request(address).await.is_none());
    proxy.signal("-TERM");
    let rest = tokio::task::spawn_blocking(move || lines.by_ref().collect::<Vec<_>>()).await.unwrap();
    assert!(
        rest.iter().any(|line| line.contains("was reloaded and is used for new connections")),
        "{rest:?}"
    );
    assert_eq!(proxy.exit_code().await, Some(0));
}

#[test]
fn tokens_in_clear_text_are_reported_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    Pair::new().write(folder.path());
    let file = |name: &str| folder.path().join(name).display().to_string();
    fs::write(file("tokens"), "0123456789abcdef").unwrap();
    let tokens = format!("--token-file={}", file("tokens"));
    let tls = [format!("--tls-cert={}", file("cert.pem")), format!("--tls-key={}", file("key.pem"))];
    for (args, is_reported) in [
        (vec!["--listen=0.0.0.0:0", &tokens], true),
        (vec!["--listen=127.0.0.1:0", &tokens], false),
        (vec!["--listen=0.0.0.0:0", &tokens, &tls[0], &tls[1]], false),
        (vec!["--listen=0.0.0.0:0", "--no-auth"], false),
    ] {
        let mut proxy = Running::start(&mut command(&args));
        assert!(proxy.line().starts_with("ready: "));
        proxy.signal("-TERM");
        let (_, _, stderr) = proxy.end();
        assert_eq!(stderr.contains("in clear text"), is_reported, "{args:?}: {stderr}");
    }
}
