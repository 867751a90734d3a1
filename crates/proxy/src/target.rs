//! Region and host of the API, each with its source: a flag, a variable, the profile that gave the keys, or a default.
//!
//! This module must not know how keys are obtained or how the API is called.

use std::fmt;

use crate::endpoint::{Endpoint, EndpointType, Region};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A flag or an environment variable.
    Setting(&'static str),
    /// The profile that gave the keys.
    Profile(String),
    /// The host follows from the region, and from the endpoint type if its source is given.
    Region(Option<Box<Source>>),
    /// The default.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(name) => f.write_str(name),
            Self::Profile(name) => write!(f, "profile {name:?}"),
            Self::Region(None) => f.write_str("host of the region"),
            Self::Region(Some(source)) => write!(f, "host of the region; endpoint type: {source}"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Its source.
    pub source: Source,
}

impl<T> Sourced<T> {
    fn in_profile(
        profile: Option<&ProfileSettings>,
        field: impl Fn(&ProfileSettings) -> Option<T>,
    ) -> Option<Self> {
        let profile = profile?;
        Some(Self { value: field(profile)?, source: Source::Profile(profile.name.clone()) })
    }
}

impl<T: fmt::Display> fmt::Display for Sourced<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.value, self.source)
    }
}

/// The settings of a profile that apply to calls with its keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProfileSettings {
    /// The name of the profile.
    pub name: String,
    /// The region.
    pub region: Option<Region>,
    /// The network.
    pub endpoint_type: Option<EndpointType>,
}

/// The settings of flags and variables. A profile adds the values that they leave open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TargetSettings {
    /// The endpoint. It takes precedence over region and endpoint type.
    pub endpoint: Option<Sourced<Endpoint>>,
    /// The region.
    pub region: Option<Sourced<Region>>,
    /// The network.
    pub endpoint_type: Option<Sourced<EndpointType>>,
}

impl TargetSettings {
    /// Returns the region and the host for keys from `profile`; `None` if the keys are not from a profile.
    #[must_use]
    pub fn target(&self, profile: Option<&ProfileSettings>) -> Target {
        let region = self.region(profile);
        let endpoint = self.endpoint.clone().unwrap_or_else(|| {
            let given = self.endpoint_type(profile);
            let endpoint_type = given.as_ref().map_or(EndpointType::Public, |given| given.value);
            Sourced {
                value: Endpoint::for_region(&region.value, endpoint_type),
                source: Source::Region(given.map(|given| Box::new(given.source))),
            }
        });
        Target { region, endpoint }
    }

    /// Returns the region for keys from `profile`.
    #[must_use]
    pub fn region(&self, profile: Option<&ProfileSettings>) -> Sourced<Region> {
        let given = self.region.clone();
        given
            .or_else(|| Sourced::in_profile(profile, |profile| profile.region.clone()))
            .unwrap_or(Sourced { value: Region::default(), source: Source::Default })
    }

    /// Returns the network for keys from `profile`, if any setting selects one.
    #[must_use]
    pub fn endpoint_type(&self, profile: Option<&ProfileSettings>) -> Option<Sourced<EndpointType>> {
        let given = self.endpoint_type.clone();
        given.or_else(|| Sourced::in_profile(profile, |profile| profile.endpoint_type))
    }
}

impl From<Endpoint> for TargetSettings {
    fn from(endpoint: Endpoint) -> Self {
        let endpoint = Sourced { value: endpoint, source: Source::Setting("--endpoint") };
        Self { endpoint: Some(endpoint), ..Self::default() }
    }
}

/// The region and the host that are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The region. It is not used if the endpoint is given.
    pub region: Sourced<Region>,
    /// The scheme and host.
    pub endpoint: Sourced<Endpoint>,
}

impl Target {
    /// Returns the host with its source.
    #[must_use]
    pub fn host(&self) -> Sourced<&str> {
        Sourced { value: self.endpoint.value.host_header(), source: self.endpoint.source.clone() }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "region: {}; host: {}", self.region, self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_take_precedence_over_the_profile_and_the_profile_over_the_default() {
        let profile = |region: Option<&str>, endpoint_type| ProfileSettings {
            name: "p".to_owned(),
            region: region.map(|region| region.parse().unwrap()),
            endpoint_type,
        };
        let region = |value: &str| {
            Some(Sourced { value: value.parse().unwrap(), source: Source::Setting("--region") })
        };
        let endpoint_type = |value| Some(Sourced { value, source: Source::Setting("--endpoint-type") });
        let (none, settings) = (TargetSettings::default(), |region, endpoint_type| TargetSettings {
            region,
            endpoint_type,
            endpoint: None,
        });
        let beijing = profile(Some("cn-beijing"), None);
        for (settings, profile, expected) in [
            (&none, None, "region: cn-hangzhou (default); host: polardb.aliyuncs.com (host of the region)"),
            (
                &none,
                Some(&profile(Some("eu-central-1"), None)),
                "region: eu-central-1 (profile \"p\"); host: polardb.eu-central-1.aliyuncs.com (host of the region)",
            ),
            (
                &none,
                Some(&profile(None, Some(EndpointType::Vpc))),
                "region: cn-hangzhou (default); host: polardb-vpc.cn-hangzhou.aliyuncs.com (host of the region; endpoint \
                 type: profile \"p\")",
            ),
            (
                &settings(region("us-west-1"), None),
                Some(&beijing),
                "region: us-west-1 (--region); host: polardb.us-west-1.aliyuncs.com (host of the region)",
            ),
            (
                &settings(None, endpoint_type(EndpointType::Vpc)),
                Some(&beijing),
                "region: cn-beijing (profile \"p\"); host: polardb-vpc.cn-beijing.aliyuncs.com (host of the region; \
                 endpoint type: --endpoint-type)",
            ),
            (
                &settings(None, endpoint_type(EndpointType::Public)),
                Some(&profile(Some("cn-beijing"), Some(EndpointType::Vpc))),
                "region: cn-beijing (profile \"p\"); host: polardb.aliyuncs.com (host of the region; endpoint type: \
                 --endpoint-type)",
            ),
            (
                &Endpoint::parse("http://127.0.0.1:9000").unwrap().into(),
                Some(&beijing),
                "region: cn-beijing (profile \"p\"); host: 127.0.0.1:9000 (--endpoint)",
            ),
        ] {
            assert_eq!(settings.target(profile).to_string(), expected);
        }
    }
}
