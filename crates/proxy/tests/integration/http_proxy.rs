//! Calls through the HTTP or SOCKS proxy of the environment, and its failures. The program runs as a separate process,
//! because the proxy is in environment variables.

use std::net::SocketAddr;
use std::path::Path;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::check::{Outcome, check};
use crate::faults_tls::{Authority, serve};
use crate::support::faulty::{Behaviour, Faulty, response};

/// A host that only the proxy can find.
const HOST: &str = "api.invalid";

/// How a stub of a proxy handles a connection.
#[derive(Clone)]
enum Stub {
    /// Closes the connection.
    Close,
    /// Sends nothing.
    Hang,
    /// Sends each of these texts after it has received something, and closes the connection.
    Reply(&'static [&'static [u8]]),
    /// An HTTP proxy that connects to this address, whatever the host.
    HttpTunnel(SocketAddr),
    /// A SOCKS 5 proxy that connects to this address, whatever the host.
    SocksTunnel(SocketAddr),
}

impl Stub {
    async fn start(self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(self.clone().handle(stream));
            }
        });
        address
    }

    async fn handle(self, mut client: TcpStream) -> std::io::Result<()> {
        let mut buffer = [0; 1024];
        match self {
            Self::Close => {}
            Self::Hang => std::future::pending().await,
            Self::Reply(replies) => {
                for reply in replies {
                    let _ = client.read(&mut buffer).await?;
                    client.write_all(reply).await?;
                }
            }
            Self::HttpTunnel(to) => {
                let read = client.read(&mut buffer).await?;
                assert!(buffer[..read].starts_with(format!("CONNECT {HOST}:443 HTTP/1.1\r\n").as_bytes()));
                client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
                copy_bidirectional(&mut client, &mut TcpStream::connect(to).await?).await?;
            }
            Self::SocksTunnel(to) => {
                let _ = client.read(&mut buffer).await?;
                client.write_all(&[5, 0]).await?;
                let read = client.read(&mut buffer).await?;
                assert!(buffer[..read].windows(HOST.len()).any(|window| window == HOST.as_bytes()));
                client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
                copy_bidirectional(&mut client, &mut TcpStream::connect(to).await?).await?;
            }
        }
        Ok(())
    }
}

/// Calls the API once with these variables.
async fn call(home: &Path, variables: &[(&str, &str)]) -> Outcome {
    let authority = home.join("ca.pem");
    let keys = [("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")];
    let trusted = [("SSL_CERT_FILE", authority.to_str().unwrap())];
    let variables = [variables, &keys, &trusted].concat();
    let endpoint = format!("--endpoint=https://{HOST}");
    let args = [endpoint.as_str(), "--connect-timeout=1", "--read-timeout=2", "--check=pcb-1"];
    check(&args, &variables, home).await
}

fn home(authority: &Authority) -> TempDir {
    let home = TempDir::new().unwrap();
    std::fs::write(home.path().join("ca.pem"), &authority.1).unwrap();
    home
}

#[tokio::test]
async fn a_failure_on_the_way_names_the_variable() {
    let home = home(&Authority::new());
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let http = async |stub: Stub| format!("http://user:very-secret@{}", stub.start().await);
    let socks = async |stub: Stub| format!("socks5h://user:very-secret@{}", stub.start().await);
    for (variable, url, expected) in [
        ("HTTPS_PROXY", format!("http://{closed}"), "cannot be reached, or closed the connection"),
        (
            "https_proxy",
            "http://proxy.invalid:3128".to_owned(),
            "cannot be found: its host name does not resolve",
        ),
        ("HTTPS_PROXY", http(Stub::Close).await, "cannot be reached, or closed the connection"),
        ("HTTPS_PROXY", http(Stub::Hang).await, "did not establish a connection in time"),
        (
            "ALL_PROXY",
            http(Stub::Reply(&[b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"])).await,
            "requires another user name and password",
        ),
        (
            "HTTPS_PROXY",
            http(Stub::Reply(&[b"HTTP/1.1 403 Forbidden\r\n\r\n"])).await,
            "refused to connect to the host",
        ),
        ("HTTPS_PROXY", http(Stub::Reply(&[b"nonsense\r\n\r\n"])).await, "refused to connect to the host"),
        (
            "HTTPS_PROXY",
            http(Stub::Reply(&[b"HTTP/1.1 200 OK\r\n\r\n"])).await,
            "cannot be reached, or closed the connection",
        ),
        ("ALL_PROXY", format!("socks5h://{closed}"), "cannot be reached, or closed the connection"),
        ("ALL_PROXY", socks(Stub::Close).await, "cannot be reached, or closed the connection"),
        ("ALL_PROXY", socks(Stub::Hang).await, "did not establish a connection in time"),
        ("ALL_PROXY", socks(Stub::Reply(&[&[5, 0xff]])).await, "requires another user name and password"),
        (
            "all_proxy",
            // The second reply is "not allowed by ruleset".
            format!("socks5h://{}", Stub::Reply(&[&[5, 0], &[5, 2, 0, 1, 0, 0, 0, 0, 0, 0]]).start().await),
            "refused to connect to the host",
        ),
        ("ALL_PROXY", format!("socks5://{closed}"), "needs the address of the host"),
    ] {
        let outcome = call(home.path(), &[(variable, &url)]).await;
        let message = outcome.stderr;
        assert_eq!(outcome.code, Some(1), "{url}: {message}");
        assert!(message.contains(&format!("the proxy in {variable} {expected}")), "{url}: {message}");
        assert!(!message.contains(HOST) && !message.contains("very-secret"), "{message}");
    }
}

#[tokio::test]
async fn a_failure_on_the_way_to_sts_names_the_variable() {
    let profile = r#"{"profiles":[{"name":"p","mode":"RamRoleArn","access_key_id":"id","access_key_secret":"s","ram_role_arn":"a"}]}"#;
    let home = crate::credentials::home(&[(".aliyun/config.json", profile)]);
    let proxy = [("HTTPS_PROXY", "http://127.0.0.1:1")];
    let outcome = check(&["--profile=p", "--check"], &proxy, home.path()).await;
    assert!(
        outcome.stderr.contains("(STS: the proxy in HTTPS_PROXY cannot be reached"),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("sts.aliyuncs.com"), "{}", outcome.stderr);
    assert!(outcome.stdout.starts_with("region: cn-hangzhou (default)\nhost: "), "{}", outcome.stdout);
}

#[tokio::test]
async fn an_unsupported_proxy_is_reported_at_the_start() {
    let home = home(&Authority::new());
    for url in ["ftp://very-secret:21", "socks://very-secret:1080", "http://very-secret:port"] {
        let outcome = call(home.path(), &[("ALL_PROXY", url)]).await;
        let message = outcome.stderr;
        assert!(outcome.code == Some(1) && outcome.stdout.is_empty(), "{message}");
        assert!(message.contains("ALL_PROXY is not the URL of a supported proxy: use http://"), "{message}");
        assert!(!message.contains("very-secret"), "{message}");
    }
}

#[tokio::test]
async fn calls_are_sent_through_http_and_socks_proxies() {
    let (trusted, unknown) = (Authority::new(), Authority::new());
    let home = home(&trusted);
    let upstream = async |authority: &Authority| {
        let (listener, faulty) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), Faulty::start().await);
        let address = listener.local_addr().unwrap();
        serve(listener, faulty.clone(), authority.server(HOST, 2999));
        let tunnels = [Stub::HttpTunnel(address).start().await, Stub::SocksTunnel(address).start().await];
        (faulty, [format!("http://{}", tunnels[0]), format!("socks5h://{}", tunnels[1])])
    };
    let (faulty, urls) = upstream(&trusted).await;
    for url in &urls {
        let outcome = call(home.path(), &[("ALL_PROXY", url)]).await;
        assert_eq!(outcome.code, Some(0), "{url}: {}", outcome.stderr);
        assert!(outcome.stdout.contains(&format!("call: DescribeBatchTask at https://{HOST} succeeded")));
    }
    let cut_off = response("200 OK", "{ }").replace("{ }", "{");
    for (behaviour, expected) in [
        (Behaviour::Send(Vec::new()), "closed the connection without a response"),
        (Behaviour::Send(cut_off.into_bytes()), "passed on a response that was cut off"),
        (Behaviour::Stall(Vec::new()), "did not pass on a response in time"),
    ] {
        faulty.set_behaviour(behaviour);
        for url in &urls {
            let outcome = call(home.path(), &[("ALL_PROXY", url)]).await;
            assert!(
                outcome.stderr.contains(&format!("the proxy in ALL_PROXY {expected}")),
                "{}",
                outcome.stderr
            );
        }
    }
    let (_faulty, urls) = upstream(&unknown).await;
    for url in &urls {
        let outcome = call(home.path(), &[("ALL_PROXY", url)]).await;
        assert!(
            outcome.stderr.contains("the proxy in ALL_PROXY presented a certificate that is not valid"),
            "{}",
            outcome.stderr
        );
    }
}
