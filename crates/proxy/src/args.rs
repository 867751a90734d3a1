//! The command line. Flags follow the Alibaba Cloud CLI's names.
//!
//! Must not open sockets: it says what was asked for. Every flag has an environment variable; secrets have no flag.

mod front;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use batch_task_data::redact::Accounts;
use clap::Parser;
use clap::builder::FalseyValueParser;

use crate::allowed::Glob;
use crate::endpoint::{BadEndpoint, Endpoint};
use crate::pace::Limits;
use crate::security::FrameAncestors;
use crate::transport::Timeouts;

pub use self::front::Front;

/// The seed when none is given: any will do, as long as two runs show the same.
pub const DEFAULT_SEED: u64 = 20_170_801;

/// The region when none is given.
pub const DEFAULT_REGION: &str = "cn-hangzhou";

/// Signs DescribeBatchTask calls for batch-task-widget and serves its page.
#[derive(Debug, Clone, Parser)]
#[command(name = "batch-task-proxy", version)]
pub struct Args {
    /// What concerns clients.
    #[command(flatten)]
    pub front: Front,

    /// Region whose API is called.
    #[arg(long, env = "ALIBABA_CLOUD_REGION_ID", default_value = DEFAULT_REGION)]
    pub region: String,

    /// Host or URL of the API, instead of the region's; plain http:// for loopback only.
    #[arg(long, env = "ALIBABA_CLOUD_ENDPOINT")]
    pub endpoint: Option<String>,

    /// Seconds to wait for the API's answer, or its next part.
    #[arg(long, env = "BATCH_TASK_PROXY_READ_TIMEOUT", value_name = "SECONDS", default_value = "9", value_parser = seconds)]
    pub read_timeout: Duration,

    /// Seconds to wait for a connection to the API.
    #[arg(long, env = "BATCH_TASK_PROXY_CONNECT_TIMEOUT", value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub connect_timeout: Duration,

    /// Seconds for a whole call, however slowly its answer comes.
    #[arg(long, env = "BATCH_TASK_PROXY_CALL_TIMEOUT", value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub call_timeout: Duration,

    /// Calls to the API per second, for all batches together; as many may come at a time. What would wait longer than
    /// two seconds for its turn is refused, or given the last good answer.
    #[arg(long, env = "BATCH_TASK_PROXY_UPSTREAM_RATE", value_name = "CALLS", default_value_t = Limits::DEFAULT_RATE)]
    pub upstream_rate: NonZeroU32,

    /// Calls to the API at once; each may hold a body of 64 MiB.
    #[arg(long, env = "BATCH_TASK_PROXY_UPSTREAM_CONCURRENCY", value_name = "CALLS", default_value_t = Limits::DEFAULT_CONCURRENCY)]
    pub upstream_concurrency: NonZeroU32,

    /// Profile of ~/.aliyun/config.json or ~/.alibabacloud/credentials whose credentials are used, and no others.
    /// ALIBABA_CLOUD_PROFILE names one, too, but the environment's own credentials outrank it.
    #[arg(long, env = "BATCH_TASK_PROXY_PROFILE", value_name = "NAME")]
    pub profile: Option<String>,

    /// Say where the credentials are from and whether a call works, about BATCH_ID if it is given, and end.
    #[arg(long, value_name = "BATCH_ID", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub check: Option<String>,

    /// Seconds for which requests for a batch share one answer (one that has ended: at least 30); while the API fails,
    /// the last good one is served for five minutes. 0 keeps no answers.
    #[arg(long, env = "BATCH_TASK_PROXY_CACHE_TTL", value_name = "SECONDS", default_value = "2", value_parser = seconds_or_none)]
    pub cache_ttl: Duration,

    /// Mask account ids (aliuid:… and the like) in every answer, so that they never reach a browser.
    #[arg(long, env = "BATCH_TASK_PROXY_REDACT", value_parser = FalseyValueParser::new())]
    pub redact: bool,

    /// Batches that may be asked about, such as pcb-* (any characters) or pcb-? (one); may be repeated. Without it any
    /// may; with it, a request without BatchId is refused.
    #[arg(long, env = "BATCH_TASK_PROXY_ALLOW_BATCH_ID", value_name = "GLOB", value_delimiter = ',')]
    pub allow_batch_id: Vec<Glob>,

    /// Who may show the page in a frame: 'none', or 'self' and origins (scheme, host, port), with spaces between them;
    /// the quotes are part of the words.
    #[arg(long, env = "BATCH_TASK_PROXY_FRAME_ANCESTORS", value_name = "SOURCES", default_value = "'none'")]
    pub frame_ancestors: FrameAncestors,

    /// Directory with the built page [default: dist/page if it is there].
    #[arg(long, env = "BATCH_TASK_PROXY_STATIC_DIR", value_name = "DIRECTORY")]
    pub static_dir: Option<PathBuf>,

    /// Call a simulator of the API inside this process; region, endpoint and credentials are not used then.
    #[arg(long, env = "BATCH_TASK_PROXY_SIMULATE", value_parser = FalseyValueParser::new())]
    pub simulate: bool,

    /// Address for the simulator, so that an SDK can call it too; loopback only.
    #[arg(long, env = "BATCH_TASK_PROXY_SIMULATOR_LISTEN", value_name = "ADDRESS", requires = "simulate", value_parser = loopback_address)]
    pub simulator_listen: Option<SocketAddr>,

    /// How much faster than life the simulated batches run.
    #[arg(long, env = "BATCH_TASK_PROXY_SIMULATOR_SPEED", value_name = "FACTOR", default_value = "1", value_parser = speed)]
    pub simulator_speed: f64,

    /// Seed of the simulated batches: the same seed gives the same rows.
    #[arg(long, env = "BATCH_TASK_PROXY_SIMULATOR_SEED", value_name = "NUMBER", default_value_t = DEFAULT_SEED)]
    pub simulator_seed: u64,
}

impl Args {
    /// The endpoint that region and endpoint come to; an environment variable that is set but empty counts as unset.
    ///
    /// # Errors
    /// [`BadEndpoint`] if it cannot be called.
    pub fn upstream_endpoint(&self) -> Result<Endpoint, BadEndpoint> {
        match (self.endpoint.as_deref().unwrap_or_default(), self.region.as_str()) {
            ("", "") => Endpoint::for_region(DEFAULT_REGION),
            ("", region) => Endpoint::for_region(region),
            (endpoint, _) => Endpoint::parse(endpoint),
        }
    }

    /// The time-outs of calls to the API.
    #[must_use]
    pub fn timeouts(&self) -> Timeouts {
        Timeouts { connect: self.connect_timeout, read: self.read_timeout, call: self.call_timeout }
    }

    /// Whether account ids go out.
    #[must_use]
    pub const fn accounts(&self) -> Accounts {
        if self.redact { Accounts::Masked } else { Accounts::Shown }
    }

    /// The bounds of calls to the API.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits { rate: self.upstream_rate, concurrency: self.upstream_concurrency }
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let numeric =
        text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    numeric.parse().map_err(|_| "an address and a port are expected, such as 127.0.0.1:8080".to_owned())
}

fn loopback_address(text: &str) -> Result<SocketAddr, String> {
    address(text).and_then(|address| {
        let is_loopback = address.ip().is_loopback();
        is_loopback.then_some(address).ok_or_else(|| "only a loopback address is listened on here".to_owned())
    })
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .filter(|seconds| (0.001..=86_400.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "a number of seconds is expected, more than 0 and at most 86400".to_owned())
}

fn seconds_or_none(text: &str) -> Result<Duration, String> {
    if text.parse() == Ok(0.0) { Ok(Duration::ZERO) } else { seconds(text) }
}

fn speed(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|factor| (0.001..=100_000.0).contains(factor))
        .ok_or_else(|| "a factor between 0.001 and 100000 is expected".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parse(args: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(["batch-task-proxy"].iter().chain(args))
    }

    #[test]
    fn defaults_are_those_of_the_design() {
        let args = parse(&[]).unwrap();
        assert_eq!(args.front.listen, "127.0.0.1:8080".parse().unwrap());
        assert_eq!(
            args.timeouts(),
            Timeouts {
                connect: Duration::from_secs(5),
                read: Duration::from_secs(9),
                call: Duration::from_secs(120)
            }
        );
        assert_eq!(args.limits(), Limits::default());
        assert_eq!((args.check, args.profile), (None, None));
        assert_eq!(args.cache_ttl, Duration::from_secs(2));
        assert_eq!(args.frame_ancestors, FrameAncestors::default());
        assert!(!args.simulate);
    }

    #[test]
    fn an_endpoint_outranks_a_region_and_what_is_empty_is_unset() {
        for (args, origin) in [
            (["--region=", "--endpoint="], "https://polardb.aliyuncs.com"),
            (["--region=eu-central-1", "--endpoint="], "https://polardb.eu-central-1.aliyuncs.com"),
            (["--region=eu-central-1", "--endpoint=polardb.example"], "https://polardb.example"),
        ] {
            assert_eq!(parse(&args).unwrap().upstream_endpoint().unwrap().origin(), origin);
        }
    }

    #[test]
    fn the_simulator_is_for_this_machine_only() {
        parse(&["--simulate", "--simulator-listen=[::1]:0"]).unwrap();
        parse(&["--simulate", "--simulator-listen=0.0.0.0:0"]).unwrap_err();
    }

    #[test]
    fn every_flag_has_an_environment_variable_of_its_name() {
        let command = Args::command();
        // What does one thing and ends is no setting.
        let is_setting = |id: &str| !["help", "version", "check"].contains(&id);
        for arg in command.get_arguments().filter(|arg| is_setting(arg.get_id().as_str())) {
            let flag = arg.get_long().unwrap();
            let cloud = ["region", "endpoint"].contains(&flag);
            let name = arg.get_env().unwrap_or_else(|| panic!("--{flag} has none")).to_str().unwrap();
            let own = format!("BATCH_TASK_PROXY_{}", flag.replace('-', "_").to_uppercase());
            assert!(cloud && name.starts_with("ALIBABA_CLOUD_") || name == own, "--{flag}: {name}");
        }
    }

    #[test]
    fn numbers_have_a_range() {
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
    fn a_check_is_about_a_batch_or_none() {
        for (args, check) in [(&["--check"][..], ""), (&["--check=pcb-1"], "pcb-1")] {
            assert_eq!(parse(args).unwrap().check.as_deref(), Some(check));
        }
        parse(&["--check", "pcb-1"]).unwrap_err();
    }
}
