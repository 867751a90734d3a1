//! The flags about clients: where they are listened for, who may ask, what they are held to, and how the process ends.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::builder::FalseyValueParser;

use super::{address, seconds, seconds_or_none};
use crate::access::Access;
use crate::client::Network;
use crate::connections::Limits;
use crate::cors::WebOrigin;
use crate::log::LogFormat;
use crate::tokens::Tokens;

/// What the command line says of clients.
#[allow(rustdoc::bare_urls, reason = "a flag's doc is its help, where an address stands as it is")]
#[derive(Debug, Clone, clap::Args)]
pub struct Front {
    /// Address to listen on; loopback only without --token-file or --no-auth. Port 0 picks a free one.
    #[arg(long, env = "BATCH_TASK_PROXY_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    #[arg(value_parser = address)]
    pub listen: SocketAddr,

    /// File with bearer tokens, one a line (# begins a comment): the API route and /metrics then ask for one. It is
    /// read again when it changes.
    #[arg(long, env = "BATCH_TASK_PROXY_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// Ask for no token on an address that others can reach: something in front, where people sign in, decides who may
    /// ask.
    #[arg(long, env = "BATCH_TASK_PROXY_NO_AUTH", conflicts_with = "token_file")]
    #[arg(value_parser = FalseyValueParser::new())]
    pub no_auth: bool,

    /// Origin whose pages may read answers, with credentials, such as https://console.example; may be repeated.
    #[arg(long, env = "BATCH_TASK_PROXY_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub allow_origin: Vec<WebOrigin>,

    /// Address or network of a proxy in front whose X-Forwarded-For and x-request-id are believed, such as 10.0.0.0/8;
    /// may be repeated.
    #[arg(long, env = "BATCH_TASK_PROXY_TRUSTED_PROXY", value_name = "NETWORK", value_delimiter = ',')]
    pub trusted_proxy: Vec<Network>,

    /// Requests a second that one client may send to the API route and /metrics, twice as many at once; 0 sets no limit.
    #[arg(long, env = "BATCH_TASK_PROXY_RATE_LIMIT", value_name = "NUMBER", default_value_t = 100)]
    pub rate_limit: u32,

    /// Connections of clients at a time; more of them wait.
    #[arg(long, env = "BATCH_TASK_PROXY_MAX_CONNECTIONS", value_name = "NUMBER", default_value = "10000")]
    pub max_connections: NonZeroUsize,

    /// Seconds in which a client has to send its next request, and to take each part of an answer.
    #[arg(long, env = "BATCH_TASK_PROXY_CLIENT_TIMEOUT", value_name = "SECONDS", default_value = "30")]
    #[arg(value_parser = seconds)]
    pub client_timeout: Duration,

    /// Seconds after a signal to stop in which requests are still taken while /readyz says no.
    #[arg(long, env = "BATCH_TASK_PROXY_DRAIN_DELAY", value_name = "SECONDS", default_value = "0")]
    #[arg(value_parser = seconds_or_none)]
    pub drain_delay: Duration,

    /// Seconds after that in which requests that are under way may end.
    #[arg(long, env = "BATCH_TASK_PROXY_DRAIN_TIMEOUT", value_name = "SECONDS", default_value = "5")]
    #[arg(value_parser = seconds_or_none)]
    pub drain_timeout: Duration,

    /// Form of the logs on stderr; RUST_LOG=debug has one line per request.
    #[arg(long, env = "BATCH_TASK_PROXY_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

impl Front {
    /// Who may ask; reads the token file.
    ///
    /// # Errors
    /// If others could ask without anybody having said who may, or the token file cannot be used.
    pub fn access(&self) -> anyhow::Result<Access> {
        match (&self.token_file, self.no_auth, self.listen) {
            (Some(path), ..) => Ok(Access::Tokens(Tokens::read(path.clone())?)),
            (None, true, _) => Ok(Access::Open),
            (None, false, listen) if listen.ip().is_loopback() => Ok(Access::Loopback),
            (None, false, listen) => bail!(
                "--listen {listen} is not a loopback address, so others on the network could read batch tasks with \
                 your key: name a file of bearer tokens with --token-file, or, if something in front signs people in, \
                 say --no-auth"
            ),
        }
    }

    /// What clients are held to.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            connections: self.max_connections.get(),
            client_timeout: self.client_timeout,
            drain_timeout: self.drain_timeout,
        }
    }

    /// Requests a second for one client.
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

    fn parse(args: &[&str]) -> Result<Front, clap::Error> {
        Args::try_parse_from(["batch-task-proxy"].iter().chain(args)).map(|args| args.front)
    }

    #[test]
    fn others_may_ask_only_if_somebody_said_who() {
        let tokens = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(tokens.path(), "0123456789abcdef").unwrap();
        let file = format!("--token-file={}", tokens.path().display());
        for (args, expected) in [
            (&["--listen=127.0.0.1:0"][..], "Loopback"),
            (&["--listen=[::1]:8080"], "Loopback"),
            (&["--listen=localhost:81"], "Loopback"),
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
    fn limits_are_those_of_the_docs() {
        let front = parse(&[]).unwrap();
        assert_eq!(front.requests_per_second(), NonZeroU32::new(100));
        let limits = Limits {
            connections: 10_000,
            client_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(5),
        };
        assert_eq!(front.limits(), limits);
        assert_eq!(parse(&["--rate-limit=0"]).unwrap().requests_per_second(), None);
        let lists =
            parse(&["--allow-origin=https://a.example,https://b.example", "--trusted-proxy=10.0.0.0/8"]);
        let lists = lists.unwrap();
        assert_eq!((lists.allow_origin.len(), lists.trusted_proxy.len()), (2, 1));
        for bad in ["--allow-origin=*", "--trusted-proxy=x", "--max-connections=0", "--client-timeout=0"] {
            parse(&[bad]).unwrap_err();
        }
    }
}
