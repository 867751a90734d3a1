//! Upstreams with a certificate that is not valid: expired, for another host, or by an unknown authority. The proxy runs as a
//! separate process, so that `SSL_CERT_FILE` can set the authority.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::support::cloud::until;
use crate::support::faulty::Faulty;
use crate::support::raw;

/// A certificate authority, and its certificate as PEM.
pub(crate) struct Authority(Issuer<'static, KeyPair>, pub(crate) String);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self(Issuer::new(params, key), pem)
    }

    pub(crate) fn server(&self, host: &str, until_year: i32) -> ServerConfig {
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().der().clone();
        ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
            .unwrap()
    }
}

/// Serves HTTPS on the listener. Connections whose handshake fails are closed.
pub(crate) fn serve(
    listener: TcpListener,
    faulty: Faulty,
    config: ServerConfig,
) -> tokio::task::JoinHandle<()> {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, faulty) = (acceptor.clone(), faulty.clone());
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    faulty.serve(stream).await;
                }
            });
        }
    })
}

struct Proxy(Child, SocketAddr);

impl Proxy {
    fn start(upstream: SocketAddr, home: &TempDir, authority: &Authority) -> Self {
        let trusted = home.path().join("ca.pem");
        std::fs::write(&trusted, &authority.1).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_batch-task-proxy"));
        command.args(["--listen=127.0.0.1:0", "--cache-ttl=0"]);
        command.arg(format!("--endpoint=https://localhost:{}", upstream.port()));
        command.env_clear().env("SSL_CERT_FILE", trusted).stdout(Stdio::piped()).stderr(Stdio::null());
        command.envs([("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")]);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("ready: http://").trim_end_matches('/').parse().unwrap();
        Self(child, address)
    }

    async fn describe(&self) -> String {
        let request =
            "GET /api/DescribeBatchTask?BatchId=x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        raw(self.1, request).await
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn an_invalid_certificate_is_reported_and_a_valid_one_is_accepted_again() {
    let (trusted, unknown, home) = (Authority::new(), Authority::new(), TempDir::new().unwrap());
    let listen = |address: SocketAddr| TcpListener::bind(address);
    let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let faulty = Faulty::start().await;
    let proxy = Proxy::start(address, &home, &trusted);

    let mut serving = serve(listener, faulty.clone(), trusted.server("localhost", 2999));
    assert!(proxy.describe().await.contains("\"RUNNING\""));
    for config in [
        trusted.server("localhost", 2021),
        trusted.server("other.example", 2999),
        unknown.server("localhost", 2999),
    ] {
        serving.abort();
        // An idle connection would be reused; only a new one uses the new certificate.
        until(|| {
            faulty.close_all();
            faulty.open.load(Ordering::SeqCst) == 0
        })
        .await;
        let _ = serving.await;
        serving = serve(listen(address).await.unwrap(), faulty.clone(), config);
        let response = proxy.describe().await;
        assert!(
            response.starts_with("HTTP/1.1 502 ") && response.contains("\"Proxy.UpstreamUnreachable\""),
            "{response}"
        );
        assert!(response.contains("its certificate is not valid"), "{response}");
        assert_eq!(faulty.open.load(Ordering::SeqCst), 0);

        serving.abort();
        let _ = serving.await;
        serving = serve(listen(address).await.unwrap(), faulty.clone(), trusted.server("localhost", 2999));
        assert!(proxy.describe().await.contains("\"RUNNING\""));
    }
    serving.abort();
}
