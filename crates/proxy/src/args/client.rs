//! The flags for clients: address, authentication, limits and shutdown.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::builder::FalseyValueParser;

use super::parse::{address, seconds, seconds_or_zero};
use crate::access::Access;
use crate::api::CacheScope;
use crate::client_address::Network;
use crate::connections::ConnectionLimits;
use crate::cors::WebOrigin;
use crate::log::LogFormat;
use crate::tls::Certificate;
use crate::tokens::Tokens;

/// The least default of `--max-connections-per-client`: several tabs of a browser, which opens six connections each.
const MIN_PER_CLIENT: usize = 32;

/// The flags for clients.
#[allow(rustdoc::bare_urls, reason = "the doc comments are the help text, which shows URLs without markup")]
#[derive(Debug, Clone, clap::Args)]
pub struct ClientArgs {
    /// Address to listen on. Must be loopback unless --token-file or --no-auth is given. Port 0 selects a free port.
    #[arg(long, env = "BATCH_TASK_PROXY_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    #[arg(value_parser = address)]
    pub listen: SocketAddr,

    /// File with bearer tokens, one per line (# begins a comment). The API route and /metrics then require a token. The
    /// file is reloaded when it changes.
    #[arg(long, env = "BATCH_TASK_PROXY_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// Require no token on an address that other machines can reach, because a server in front of the proxy authenticates
    /// clients. On a loopback address that server must send a loopback host name in the Host header.
    #[arg(long, env = "BATCH_TASK_PROXY_NO_AUTH", conflicts_with = "token_file")]
    #[arg(value_parser = FalseyValueParser::new())]
    pub no_auth: bool,

    /// Allow shared caches to store responses. The server in front of the proxy must then authenticate clients before its
    /// cache is used, and must not pass the header on to other caches.
    #[arg(long, env = "BATCH_TASK_PROXY_SHARED_CACHE", conflicts_with = "token_file")]
    #[arg(value_parser = FalseyValueParser::new())]
    pub shared_cache: bool,

    /// PEM file with a certificate chain; the proxy then accepts only TLS connections. It is reloaded when it changes.
    #[arg(long, env = "BATCH_TASK_PROXY_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// PEM file with the private key of the certificate, without a password.
    #[arg(long, env = "BATCH_TASK_PROXY_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Address for /healthz, /readyz and /metrics, without a token and without TLS. The address of --listen then serves only
    /// /healthz of these.
    #[arg(long, env = "BATCH_TASK_PROXY_ADMIN_LISTEN", value_name = "ADDRESS", value_parser = address)]
    pub admin_listen: Option<SocketAddr>,

    /// Origin whose pages may read responses, with credentials, such as https://console.example; may be repeated.
    #[arg(long, env = "BATCH_TASK_PROXY_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub allow_origin: Vec<WebOrigin>,

    /// Address or network of a proxy, such as 10.0.0.0/8, whose X-Forwarded-For and x-request-id headers are trusted; may
    /// be repeated.
    #[arg(long, env = "BATCH_TASK_PROXY_TRUSTED_PROXY", value_name = "NETWORK", value_delimiter = ',')]
    pub trusted_proxy: Vec<Network>,

    /// Requests per second that a client may send to the API route and /metrics; the burst size is twice as large. 0 sets
    /// no limit.
    #[arg(long, env = "BATCH_TASK_PROXY_RATE_LIMIT", value_name = "NUMBER", default_value_t = 100)]
    pub rate_limit: u32,

    /// Concurrent client connections. A further one replaces the one that has been idle longest.
    #[arg(long, env = "BATCH_TASK_PROXY_MAX_CONNECTIONS", value_name = "NUMBER", default_value = "10000")]
    pub max_connections: NonZeroUsize,

    /// Concurrent connections of one client, except a trusted proxy. A further one replaces the client's one that has been
    /// idle longest. 0 sets no limit [default: a tenth of --max-connections, at least 32].
    #[arg(long, env = "BATCH_TASK_PROXY_MAX_CONNECTIONS_PER_CLIENT", value_name = "NUMBER")]
    pub max_connections_per_client: Option<usize>,

    /// Seconds in which a client must send its next request, and in which it must receive each part of a response.
    #[arg(long, env = "BATCH_TASK_PROXY_CLIENT_TIMEOUT", value_name = "SECONDS", default_value = "30")]
    #[arg(value_parser = seconds)]
    pub client_timeout: Duration,

    /// Seconds after a signal in which requests are still accepted while /readyz fails.
    #[arg(long, env = "BATCH_TASK_PROXY_DRAIN_DELAY", value_name = "SECONDS", default_value = "0")]
    #[arg(value_parser = seconds_or_zero)]
    pub drain_delay: Duration,

    /// Seconds after --drain-delay in which requests in progress may complete.
    #[arg(long, env = "BATCH_TASK_PROXY_DRAIN_TIMEOUT", value_name = "SECONDS", default_value = "5")]
    #[arg(value_parser = seconds_or_zero)]
    pub drain_timeout: Duration,

    /// Format of the logs on stderr. With RUST_LOG=debug every request is logged.
    #[arg(long, env = "BATCH_TASK_PROXY_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

impl ClientArgs {
    /// Returns how clients are authenticated. Reads the token file.
    ///
    /// # Errors
    /// If other machines could send requests without authentication, or the token file is not valid.
    pub fn access(&self) -> anyhow::Result<Access> {
        match (&self.token_file, self.no_auth, self.listen) {
            (Some(path), ..) => Ok(Access::Tokens(Tokens::read(path.clone())?)),
            (None, _, listen) if listen.ip().is_loopback() => Ok(Access::Loopback),
            (None, true, _) => Ok(Access::Open),
            (None, false, listen) => bail!(
                "--listen {listen} is not a loopback address, so other machines could read batch tasks with your access \
                 key: add a file of bearer tokens with --token-file, or --no-auth if a server in front of the proxy \
                 authenticates clients"
            ),
        }
    }

    /// Returns the certificate for client connections, if there is one. Reads its files.
    ///
    /// # Errors
    /// If a file is not valid.
    pub fn certificate(&self) -> anyhow::Result<Option<Certificate>> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Certificate::read(certificate.clone(), key.clone()).map(Some),
            _ => Ok(None),
        }
    }

    /// Returns which caches may store responses.
    #[must_use]
    pub const fn cache_scope(&self) -> CacheScope {
        if self.shared_cache { CacheScope::Public } else { CacheScope::Private }
    }

    /// Returns the limits of client connections. At most `available` connections are allowed, whatever the flags say.
    #[must_use]
    pub fn connection_limits(&self, available: usize) -> ConnectionLimits {
        let connections = self.max_connections.get().min(available);
        let per_client = self.max_connections_per_client;
        ConnectionLimits {
            connections,
            per_client: Some(per_client.unwrap_or((connections / 10).max(MIN_PER_CLIENT)))
                .filter(|limit| *limit > 0),
            client_timeout: self.client_timeout,
            drain_timeout: self.drain_timeout,
        }
    }

    /// Returns the rate limit per client; `None` for no limit.
    #[must_use]
    pub fn requests_per_second(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.rate_limit)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Args;

    fn parse(args: &[&str]) -> Result<ClientArgs, clap::Error> {
        Args::try_parse_from(["batch-task-proxy"].iter().chain(args)).map(|args| args.client)
    }

    #[test]
    fn other_machines_are_accepted_only_with_authentication() {
        let tokens = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(tokens.path(), "0123456789abcdef").unwrap();
        let file = format!("--token-file={}", tokens.path().display());
        for (args, expected) in [
            (&["--listen=127.0.0.1:0"][..], "Loopback"),
            (&["--listen=[::1]:8080"], "Loopback"),
            (&["--listen=localhost:81"], "Loopback"),
            (&["--listen=127.0.0.1:81", "--no-auth"], "Loopback"),
            (&["--listen=0.0.0.0:80", "--no-auth"], "Open"),
            (&["--listen=[::]:80", &file], "Tokens"),
            (&["--listen=127.0.0.1:80", &file], "Tokens"),
        ] {
            let access = format!("{:?}", parse(args).unwrap().access().unwrap());
            assert!(access.starts_with(expected), "{args:?}: {access}");
        }
        for listen in ["0.0.0.0:8080", "192.168.1.2:80", "[::]:80"] {
            let error = parse(&["--listen", listen]).unwrap().access().unwrap_err().to_string();
            assert!(error.contains("--token-file") && error.contains("--no-auth"), "{error}");
        }
        parse(&["--no-auth", &file]).unwrap_err();
        for bad in ["8080", "example.com:80"] {
            parse(&["--listen", bad]).unwrap_err();
        }
    }

    #[test]
    fn the_default_limits_are_as_documented() {
        let args = parse(&[]).unwrap();
        assert_eq!(args.requests_per_second(), NonZeroU32::new(100));
        let limits = ConnectionLimits {
            connections: 10_000,
            per_client: Some(1_000),
            client_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(5),
        };
        assert_eq!(args.connection_limits(usize::MAX), limits);
        assert_eq!((args.cache_scope(), args.admin_listen), (CacheScope::Private, None));
        assert_eq!(parse(&["--rate-limit=0"]).unwrap().requests_per_second(), None);
        let lists =
            parse(&["--allow-origin=https://a.example,https://b.example", "--trusted-proxy=10.0.0.0/8"]);
        let lists = lists.unwrap();
        assert_eq!((lists.allow_origin.len(), lists.trusted_proxy.len()), (2, 1));
        for bad in ["--allow-origin=*", "--trusted-proxy=x", "--max-connections=0", "--client-timeout=0"] {
            parse(&[bad]).unwrap_err();
        }
    }

    #[test]
    fn the_limit_per_client_follows_from_the_limit_in_total() {
        for (args, available, expected) in [
            (&[][..], 4_000, (4_000, Some(400))),
            (&["--max-connections=50"], usize::MAX, (50, Some(32))),
            (&["--max-connections=50"], 20, (20, Some(32))),
            (&["--max-connections-per-client=7"], usize::MAX, (10_000, Some(7))),
            (&["--max-connections-per-client=0"], usize::MAX, (10_000, None)),
        ] {
            let limits = parse(args).unwrap().connection_limits(available);
            assert_eq!((limits.connections, limits.per_client), expected, "{args:?} {available}");
        }
    }

    #[test]
    fn shared_caching_needs_another_authentication_than_tokens() {
        assert_eq!(parse(&["--no-auth", "--shared-cache"]).unwrap().cache_scope(), CacheScope::Public);
        parse(&["--token-file=tokens", "--shared-cache"]).unwrap_err();
    }

    #[test]
    fn a_certificate_needs_its_key() {
        parse(&["--tls-cert=cert.pem"]).unwrap_err();
        parse(&["--tls-key=key.pem"]).unwrap_err();
        let args = parse(&["--tls-cert=/no/cert.pem", "--tls-key=/no/key.pem"]).unwrap();
        let error = format!("{:#}", args.certificate().unwrap_err());
        assert!(error.starts_with("--tls-cert /no/cert.pem: cannot be opened"), "{error}");
        assert!(parse(&[]).unwrap().certificate().unwrap().is_none());
    }
}
