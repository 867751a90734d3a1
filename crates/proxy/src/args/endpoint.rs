//! The flags that select the region and the host of the API.

use std::str::FromStr;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::credentials::Environment;
use crate::endpoint::{Endpoint, EndpointType, InvalidEndpoint};
use crate::target::{Source, Sourced, TargetSettings};

/// The variable of the SDKs that selects the private network if it is `true`.
const VPC_ENDPOINT_ENABLED: &str = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED";

const REGION: (&str, &str) = ("--region", "ALIBABA_CLOUD_REGION_ID");
const ENDPOINT: (&str, &str) = ("--endpoint", "ALIBABA_CLOUD_ENDPOINT");
const ENDPOINT_TYPE: (&str, &str) = ("--endpoint-type", "ALIBABA_CLOUD_ENDPOINT_TYPE");

/// The flags that select the region and the host of the API.
#[derive(Debug, Clone)]
pub struct EndpointArgs {
    region: Given,
    endpoint: Given,
    endpoint_type: Given,
}

impl EndpointArgs {
    /// Returns the settings of the flags and of the environment.
    ///
    /// # Errors
    /// [`InvalidEndpoint`] if a value is not valid. The message names the flag or variable.
    pub fn settings(&self, environment: &Environment) -> Result<TargetSettings, InvalidEndpoint> {
        let enabled = environment.is_true(VPC_ENDPOINT_ENABLED);
        let private = enabled
            .then_some(Sourced { value: EndpointType::Vpc, source: Source::Setting(VPC_ENDPOINT_ENABLED) });
        Ok(TargetSettings {
            endpoint: self.endpoint.parsed(Endpoint::parse)?,
            region: self.region.parsed(FromStr::from_str)?,
            endpoint_type: self.endpoint_type.parsed(FromStr::from_str)?.or(private),
        })
    }
}

/// A value as it is given, with the flag or variable that gives it.
#[derive(Debug, Clone)]
struct Given {
    text: Option<String>,
    source: &'static str,
}

impl Given {
    fn new(
        text: Option<String>,
        source: Option<ValueSource>,
        (flag, variable): (&'static str, &'static str),
    ) -> Self {
        Self { text, source: if source == Some(ValueSource::EnvVariable) { variable } else { flag } }
    }

    /// Parses the value. A blank one counts as unset.
    fn parsed<T>(
        &self,
        parse: impl Fn(&str) -> Result<T, InvalidEndpoint>,
    ) -> Result<Option<Sourced<T>>, InvalidEndpoint> {
        let text = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let Some(text) = text else { return Ok(None) };
        let value = parse(text).map_err(|error| error.given_by(self.source))?;
        Ok(Some(Sourced { value, source: Source::Setting(self.source) }))
    }
}

#[derive(Args)]
struct Flags {
    /// Region of the API [default: the region of the profile that gives the access key, else cn-hangzhou].
    #[arg(long, env = REGION.1)]
    region: Option<String>,

    /// Host or URL of the API; overrides --region. Plain http:// is allowed for loopback only.
    #[arg(long, env = ENDPOINT.1)]
    endpoint: Option<String>,

    /// Network of the region's hosts, of the API and of STS: public, or vpc for the private network of the region. The
    /// variable ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED=true also selects vpc.
    #[arg(long, env = ENDPOINT_TYPE.1, value_name = "TYPE")]
    endpoint_type: Option<String>,
}

impl Args for EndpointArgs {
    fn augment_args(command: Command) -> Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Flags::augment_args_for_update(command)
    }
}

impl FromArgMatches for EndpointArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    // Not derived, because only the matches know whether a value is that of a flag or of its variable.
    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        let source = |id: &str| matches.value_source(id);
        let sources = [source("region"), source("endpoint"), source("endpoint_type")];
        let flags = Flags::from_arg_matches_mut(matches)?;
        Ok(Self {
            region: Given::new(flags.region, sources[0], REGION),
            endpoint: Given::new(flags.endpoint, sources[1], ENDPOINT),
            endpoint_type: Given::new(flags.endpoint_type, sources[2], ENDPOINT_TYPE),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use clap::Parser as _;

    use super::*;

    fn target(args: &[&str], variables: &[(&str, &str)]) -> Result<String, String> {
        let args = crate::args::Args::try_parse_from(["batch-task-proxy"].iter().chain(args)).unwrap();
        let variables: HashMap<_, _> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let environment = Environment { variables: Arc::new(variables), ..Environment::of_process(None) };
        let settings = args.endpoint.settings(&environment).map_err(|error| error.to_string())?;
        Ok(settings.target(None).to_string())
    }

    #[test]
    fn an_endpoint_overrides_a_region_and_an_empty_value_is_unset() {
        let private = (VPC_ENDPOINT_ENABLED, "True");
        for (args, variables, expected) in [
            (
                &["--region=", "--endpoint= ", "--endpoint-type="][..],
                &[][..],
                "region: cn-hangzhou (default); host: polardb.aliyuncs.com (host of the region)",
            ),
            (
                &["--region=eu-central-1", "--endpoint="],
                &[],
                "region: eu-central-1 (--region); host: polardb.eu-central-1.aliyuncs.com (host of the region)",
            ),
            (
                &["--region=eu-central-1", "--endpoint=polardb.example"],
                &[private],
                "region: eu-central-1 (--region); host: polardb.example (--endpoint)",
            ),
            (
                &["--endpoint-type=vpc"],
                &[],
                "region: cn-hangzhou (default); host: polardb-vpc.cn-hangzhou.aliyuncs.com (host of the region; endpoint \
                 type: --endpoint-type)",
            ),
            (
                &[],
                &[private],
                "region: cn-hangzhou (default); host: polardb-vpc.cn-hangzhou.aliyuncs.com (host of the region; endpoint \
                 type: ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED)",
            ),
            (
                &["--endpoint-type=public"],
                &[private],
                "region: cn-hangzhou (default); host: polardb.aliyuncs.com (host of the region; endpoint type: \
                 --endpoint-type)",
            ),
        ] {
            assert_eq!(target(args, variables).unwrap(), expected, "{args:?} {variables:?}");
        }
    }

    #[test]
    fn an_invalid_value_is_reported_with_its_flag() {
        for (arg, expected) in [
            ("--region=a b", "--region: \"a b\" is not a valid region name, such as cn-hangzhou"),
            (
                "--endpoint-type=inner",
                "--endpoint-type: \"inner\" is not a valid endpoint type; use public or vpc",
            ),
            (
                "--endpoint=polardb.example#x",
                "--endpoint: endpoint \"polardb.example#x\" must not have a fragment: remove the # and the text after it",
            ),
        ] {
            assert_eq!(target(&[arg], &[]).unwrap_err(), expected);
        }
    }
}
