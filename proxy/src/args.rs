//! The command line. Flags follow the Alibaba Cloud CLI's names.
//!
//! Must not open sockets or read files: it says what was asked for.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::allowed::Glob;
use crate::endpoint::{BadEndpoint, Endpoint};
use crate::pace::Limits;
use crate::security::FrameAncestors;
use crate::transport::Timeouts;

/// The seed when none is given: any will do, as long as two runs show the same.
pub const DEFAULT_SEED: u64 = 20_170_801;

/// The region when none is given.
pub const DEFAULT_REGION: &str = "cn-hangzhou";

/// Signs DescribeBatchTask calls for batch-task-widget and serves its page.
#[derive(Debug, Clone, Parser)]
#[command(name = "batch-task-proxy", version)]
pub struct Args {
    /// Address to listen on; loopback only. Port 0 picks a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = loopback_address)]
    pub listen: SocketAddr,

    /// Region whose API is called.
    #[arg(long, env = "ALIBABA_CLOUD_REGION_ID", default_value = DEFAULT_REGION)]
    pub region: String,

    /// Host or URL of the API, instead of the region's; plain http:// for loopback only.
    #[arg(long, env = "ALIBABA_CLOUD_ENDPOINT")]
    pub endpoint: Option<String>,

    /// Seconds to wait for the API's answer, or its next part.
    #[arg(long, value_name = "SECONDS", default_value = "9", value_parser = seconds)]
    pub read_timeout: Duration,

    /// Seconds to wait for a connection to the API.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub connect_timeout: Duration,

    /// Seconds for a whole call, however slowly its answer comes.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub call_timeout: Duration,

    /// Calls to the API per second, for all batches together; as many may come at a time. What would wait longer than
    /// two seconds for its turn is refused, or given the last good answer.
    #[arg(long, value_name = "CALLS", default_value_t = Limits::DEFAULT_RATE)]
    pub upstream_rate: NonZeroU32,

    /// Calls to the API at once; each may hold a body of 64 MiB.
    #[arg(long, value_name = "CALLS", default_value_t = Limits::DEFAULT_CONCURRENCY)]
    pub upstream_concurrency: NonZeroU32,

    /// Profile of ~/.aliyun/config.json or ~/.alibabacloud/credentials whose credentials are used, and no others.
    /// ALIBABA_CLOUD_PROFILE names one, too, but the environment's own credentials outrank it.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// Say where the credentials are from and whether a call works, about BATCH_ID if it is given, and end.
    #[arg(long, value_name = "BATCH_ID", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub check: Option<String>,

    /// Seconds for which requests for a batch share one answer (one that has ended: at least 30); while the API fails,
    /// the last good one is served for five minutes. 0 keeps no answers.
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds_or_none)]
    pub cache_ttl: Duration,

    /// Batches that may be asked about, such as pcb-* (any characters) or pcb-? (one); may be repeated. Without it any
    /// may; with it, a request without BatchId is refused.
    #[arg(long, value_name = "GLOB")]
    pub allow_batch_id: Vec<Glob>,

    /// Who may show the page in a frame: 'none', or 'self' and origins (scheme, host, port), with spaces between them;
    /// the quotes are part of the words.
    #[arg(long, value_name = "SOURCES", default_value = "'none'")]
    pub frame_ancestors: FrameAncestors,

    /// Directory with the built page [default: dist/page if it is there].
    #[arg(long, value_name = "DIRECTORY")]
    pub static_dir: Option<PathBuf>,

    /// Call a simulator of the API inside this process; region, endpoint and credentials are not used then.
    #[arg(long)]
    pub simulate: bool,

    /// Address for the simulator, so that an SDK can call it too; loopback only.
    #[arg(long, value_name = "ADDRESS", requires = "simulate", value_parser = loopback_address)]
    pub simulator_listen: Option<SocketAddr>,

    /// How much faster than life the simulated batches run.
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = speed)]
    pub simulator_speed: f64,

    /// Seed of the simulated batches: the same seed gives the same rows.
    #[arg(long, value_name = "NUMBER", default_value_t = DEFAULT_SEED)]
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

    /// The bounds of calls to the API.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits { rate: self.upstream_rate, concurrency: self.upstream_concurrency }
    }
}

fn loopback_address(text: &str) -> Result<SocketAddr, String> {
    let numeric =
        text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    let address: SocketAddr = numeric
        .parse()
        .map_err(|_| "an address and a port are expected, such as 127.0.0.1:8080".to_owned())?;
    if !address.ip().is_loopback() {
        return Err(
            "only a loopback address, such as 127.0.0.1, can be listened on: there is no sign-in yet that \
                    would keep others on the network from reading batch tasks with your key"
                .to_owned(),
        );
    }
    Ok(address)
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
    use super::*;

    fn parse(args: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(["batch-task-proxy"].iter().chain(args))
    }

    #[test]
    fn defaults_are_those_of_the_design() {
        let args = parse(&[]).unwrap();
        assert_eq!(args.listen, "127.0.0.1:8080".parse().unwrap());
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
    fn only_loopback_is_listened_on() {
        for good in ["127.0.0.1:0", "[::1]:8080", "localhost:81"] {
            parse(&["--listen", good]).unwrap();
        }
        for bad in ["0.0.0.0:8080", "192.168.1.2:80", "[::]:80", "8080", "example.com:80"] {
            parse(&["--listen", bad]).unwrap_err();
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
