//! The command line. Names of flags follow the Alibaba Cloud CLI.
//!
//! Every flag has an environment variable. Secrets have no flag, because other users can read the command line.

mod client;
mod endpoint;
mod parse;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use batch_task_data::redact::AccountId;
use clap::Parser;
use clap::builder::FalseyValueParser;

use self::parse::{loopback_address, seconds, seconds_or_zero, speed};
use crate::batch_allow_list::Glob;
use crate::redact::Redaction;
use crate::security::FrameAncestors;
use crate::transport::Timeouts;
use crate::upstream_limit::UpstreamLimits;

pub use self::client::ClientArgs;
pub use self::endpoint::EndpointArgs;

/// The default seed of the simulator. Any constant makes runs repeatable.
pub const DEFAULT_SEED: u64 = 20_170_801;

/// Signs DescribeBatchTask calls for batch-task-widget and serves its page.
#[derive(Debug, Clone, Parser)]
#[command(name = "batch-task-proxy", version)]
pub struct Args {
    /// Flags for clients.
    #[command(flatten)]
    pub client: ClientArgs,

    /// Flags for region and host of the API.
    #[command(flatten)]
    pub endpoint: EndpointArgs,

    /// Seconds to wait for the response of the API, or the next part of it.
    #[arg(long, env = "BATCH_TASK_PROXY_READ_TIMEOUT", value_name = "SECONDS", default_value = "9", value_parser = seconds)]
    pub read_timeout: Duration,

    /// Seconds to wait for a connection to the API.
    #[arg(long, env = "BATCH_TASK_PROXY_CONNECT_TIMEOUT", value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub connect_timeout: Duration,

    /// Seconds for a complete call.
    #[arg(long, env = "BATCH_TASK_PROXY_CALL_TIMEOUT", value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub call_timeout: Duration,

    /// Calls to the API per second, for all batches together; also the burst size. A request that would wait longer than
    /// two seconds gets the last cached response, or an error.
    #[arg(long, env = "BATCH_TASK_PROXY_UPSTREAM_RATE", value_name = "CALLS", default_value_t = UpstreamLimits::DEFAULT_RATE)]
    pub upstream_rate: NonZeroU32,

    /// Concurrent calls to the API. Each may hold a body of 64 MiB.
    #[arg(long, env = "BATCH_TASK_PROXY_UPSTREAM_CONCURRENCY", value_name = "CALLS", default_value_t = UpstreamLimits::DEFAULT_CONCURRENCY)]
    pub upstream_concurrency: NonZeroU32,

    /// Profile of ~/.aliyun/config.json or ~/.alibabacloud/credentials. No other credentials are used then; with
    /// ALIBABA_CLOUD_PROFILE, credentials in the environment take precedence over the profile.
    #[arg(long, env = "BATCH_TASK_PROXY_PROFILE", value_name = "NAME")]
    pub profile: Option<String>,

    /// Print where the credentials come from and whether a call (for BATCH_ID, if given) succeeds, and exit.
    #[arg(long, value_name = "BATCH_ID", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub check: Option<String>,

    /// Seconds for which a response is cached (for a batch that has ended, at least 30). While the API fails, the last
    /// response is served for five minutes. 0 disables the cache.
    #[arg(long, env = "BATCH_TASK_PROXY_CACHE_TTL", value_name = "SECONDS", default_value = "2", value_parser = seconds_or_zero)]
    pub cache_ttl: Duration,

    /// Memory for bodies that arrive, are cached or are being sent, in MiB. Beyond it, requests are answered with 503.
    #[arg(long, env = "BATCH_TASK_PROXY_MEMORY_LIMIT", value_name = "MIB", default_value = "256")]
    #[arg(value_parser = clap::value_parser!(u32).range(128..))]
    pub memory_limit: u32,

    /// Mask account IDs (such as aliuid:…), keys, tokens and e-mail addresses in all responses.
    #[arg(long, env = "BATCH_TASK_PROXY_REDACT", value_parser = FalseyValueParser::new())]
    pub redact: bool,

    /// Account ID that is masked wherever it occurs, except in TaskId, InstanceId and BatchId; may be repeated. Implies
    /// --redact.
    #[arg(long, env = "BATCH_TASK_PROXY_REDACT_ACCOUNT", value_name = "ID", value_delimiter = ',')]
    pub redact_account: Vec<AccountId>,

    /// Permitted batches: a pattern such as pcb-* (any characters) or pcb-? (one character); may be repeated. By default
    /// all are permitted. If given, requests without BatchId are rejected.
    #[arg(long, env = "BATCH_TASK_PROXY_ALLOW_BATCH_ID", value_name = "GLOB", value_delimiter = ',')]
    pub allow_batch_id: Vec<Glob>,

    /// Also list batches, at /api/DescribeBatchTasks: clients may see the name, type and figures of every batch of the account.
    /// Needs the permission polardb:DescribeBatchTasks, and cannot be combined with --allow-batch-id.
    #[arg(long, env = "BATCH_TASK_PROXY_LIST", value_parser = FalseyValueParser::new())]
    pub list: bool,

    /// Origins that may show the page in a frame: 'none', or 'self' and origins, separated by spaces. The quotes are part
    /// of the value.
    #[arg(long, env = "BATCH_TASK_PROXY_FRAME_ANCESTORS", value_name = "SOURCES", default_value = "'none'")]
    pub frame_ancestors: FrameAncestors,

    /// Directory with the built page [default: dist/page if it exists].
    #[arg(long, env = "BATCH_TASK_PROXY_STATIC_DIR", value_name = "DIRECTORY")]
    pub static_dir: Option<PathBuf>,

    /// Serve the page as it is, without the state of the batch in it. (With --token-file, it is always served so.)
    #[arg(long, env = "BATCH_TASK_PROXY_NO_PRERENDER", value_parser = FalseyValueParser::new())]
    pub no_prerender: bool,

    /// Call a simulator in this process instead of the API. Region, endpoint and credentials are not used.
    #[arg(long, env = "BATCH_TASK_PROXY_SIMULATE", value_parser = FalseyValueParser::new())]
    pub simulate: bool,

    /// Address of the simulator, so that other clients can call it; loopback only.
    #[arg(long, env = "BATCH_TASK_PROXY_SIMULATOR_LISTEN", value_name = "ADDRESS", requires = "simulate", value_parser = loopback_address)]
    pub simulator_listen: Option<SocketAddr>,

    /// Speed of the simulated batches; 1 is real time.
    #[arg(long, env = "BATCH_TASK_PROXY_SIMULATOR_SPEED", value_name = "FACTOR", default_value = "1", value_parser = speed)]
    pub simulator_speed: f64,

    /// Seed of the simulated batches. The same seed gives the same rows.
    #[arg(long, env = "BATCH_TASK_PROXY_SIMULATOR_SEED", value_name = "NUMBER", default_value_t = DEFAULT_SEED)]
    pub simulator_seed: u64,
}

impl Args {
    /// Checks that the list does not show batches that are not permitted.
    ///
    /// # Errors
    /// If `--list` is combined with `--allow-batch-id`.
    pub fn check_list(&self) -> anyhow::Result<()> {
        if self.list && !self.allow_batch_id.is_empty() {
            anyhow::bail!(
                "--list shows every batch of the account, so it cannot be combined with --allow-batch-id: leave one of them out"
            );
        }
        Ok(())
    }

    /// Returns the memory limit for bodies in bytes.
    #[must_use]
    pub fn memory_limit_bytes(&self) -> usize {
        usize::try_from(self.memory_limit).unwrap_or(usize::MAX).saturating_mul(1024 * 1024)
    }

    /// Returns the time-outs of calls to the API.
    #[must_use]
    pub fn timeouts(&self) -> Timeouts {
        Timeouts { connect: self.connect_timeout, read: self.read_timeout, call: self.call_timeout }
    }

    /// Returns whether and how account IDs are masked.
    #[must_use]
    pub fn redaction(&self) -> Redaction {
        if self.redact || !self.redact_account.is_empty() {
            Redaction::of(self.redact_account.iter().copied())
        } else {
            Redaction::Off
        }
    }

    /// Returns the limits on calls to the API.
    #[must_use]
    pub fn upstream_limits(&self) -> UpstreamLimits {
        UpstreamLimits { rate: self.upstream_rate, concurrency: self.upstream_concurrency }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parse(args: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(["batch-task-proxy"].iter().chain(args))
    }

    #[test]
    fn the_defaults_are_as_documented() {
        let args = parse(&[]).unwrap();
        assert_eq!(args.client.listen, "127.0.0.1:8080".parse().unwrap());
        assert_eq!(
            args.timeouts(),
            Timeouts {
                connect: Duration::from_secs(5),
                read: Duration::from_secs(9),
                call: Duration::from_secs(120)
            }
        );
        assert_eq!(args.upstream_limits(), UpstreamLimits::default());
        assert_eq!((args.check, args.profile), (None, None));
        assert_eq!(args.cache_ttl, Duration::from_secs(2));
        assert_eq!(args.frame_ancestors, FrameAncestors::default());
        assert!(!args.simulate && !args.no_prerender);
    }

    #[test]
    fn the_simulator_listens_on_loopback_only() {
        parse(&["--simulate", "--simulator-listen=[::1]:0"]).unwrap();
        parse(&["--simulate", "--simulator-listen=0.0.0.0:0"]).unwrap_err();
    }

    #[test]
    fn every_flag_has_an_environment_variable_of_its_name() {
        let command = Args::command();
        // Flags that print something and exit need no variable.
        let is_setting = |id: &str| !["help", "version", "check"].contains(&id);
        for arg in command.get_arguments().filter(|arg| is_setting(arg.get_id().as_str())) {
            let flag = arg.get_long().unwrap();
            let cloud = ["region", "endpoint", "endpoint-type"].contains(&flag);
            let name = arg.get_env().unwrap_or_else(|| panic!("--{flag} has none")).to_str().unwrap();
            let own = format!("BATCH_TASK_PROXY_{}", flag.replace('-', "_").to_uppercase());
            assert!(cloud && name.starts_with("ALIBABA_CLOUD_") || name == own, "--{flag}: {name}");
        }
    }

    #[test]
    fn numbers_are_validated() {
        for bad in [["--read-timeout", "0"], ["--connect-timeout", "-1"], ["--simulator-speed", "NaN"]] {
            parse(&bad).unwrap_err();
        }
        assert_eq!(parse(&["--cache-ttl", "0"]).unwrap().cache_ttl, Duration::ZERO);
        assert_eq!(parse(&["--allow-batch-id=a-*", "--allow-batch-id=b"]).unwrap().allow_batch_id.len(), 2);
        parse(&["--allow-batch-id="]).unwrap_err();
        parse(&["--upstream-rate", "0"]).unwrap_err();
        parse(&["--cache-ttl", "-1"]).unwrap_err();
        parse(&["--simulator-listen", "127.0.0.1:0"]).unwrap_err();
        let args = parse(&["--simulate", "--simulator-speed", "60.5", "--read-timeout", "0.25"]).unwrap();
        assert_eq!((args.simulator_speed, args.read_timeout), (60.5, Duration::from_millis(250)));
    }

    #[test]
    fn a_given_account_implies_masking() {
        let text = || "task of 1422133474238823".to_owned();
        for (args, expected) in [
            (&[][..], "task of 1422133474238823"),
            (&["--redact"], "task of 1422133474238823"),
            (&["--redact-account=1422133474238823"], "task of …"),
            (&["--redact", "--redact-account=123456,1422133474238823"], "task of …"),
        ] {
            assert_eq!(parse(args).unwrap().redaction().text(text()), expected, "{args:?}");
        }
        for bad in ["", "12345", "123456789012345678901", "14221334742388 3", "pc-1", "-142213347423"] {
            let error = parse(&[&format!("--redact-account={bad}")]).unwrap_err().to_string();
            assert!(error.contains("--redact-account") && error.contains("6 to 20 digits"), "{error}");
        }
    }

    #[test]
    fn a_check_takes_an_optional_batch() {
        for (args, check) in [(&["--check"][..], ""), (&["--check=pcb-1"], "pcb-1")] {
            assert_eq!(parse(args).unwrap().check.as_deref(), Some(check));
        }
        parse(&["--check", "pcb-1"]).unwrap_err();
    }
}
