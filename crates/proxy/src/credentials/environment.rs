//! The environment of the process, as far as credentials depend on it: variables, home folder, region, service addresses,
//! clock.
//!
//! It is a value, so that tests can replace it. Requests to the proxy cannot change it.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::{self, Clock};
use crate::target::TargetSettings;

/// The environment variable with the ID of the access key.
pub const ACCESS_KEY_ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
/// The environment variable with the secret of the access key.
pub const ACCESS_KEY_SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
/// The environment variable with the security token of temporary credentials.
pub const SECURITY_TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";
/// The environment variable with the URL of a server that issues credentials.
pub(super) const CREDENTIALS_URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";

/// The metadata service of an ECS instance.
const METADATA_URL: &str = "http://100.100.100.200";

/// The environment of the process.
#[derive(Clone)]
pub struct Environment {
    /// The environment variables. An empty or blank value counts as unset.
    pub variables: Arc<HashMap<String, String>>,
    /// The home folder of the user.
    pub home: Option<PathBuf>,
    /// The value of `--profile`. If it is given, only the two files are read.
    pub profile: Option<String>,
    /// The region and the network. STS is called in the same network as the API.
    pub target: TargetSettings,
    /// The URL of STS, without a path; `None` for the URL of the region.
    pub sts_url: Option<String>,
    /// The URL of the OAuth server of the CLI, without a path; `None` for that of the site in the profile.
    pub oauth_url: Option<String>,
    /// The URL of the metadata service, without a path.
    pub metadata_url: String,
    /// The clock.
    pub clock: Clock,
}

impl Environment {
    /// Returns the environment of this process.
    #[must_use]
    pub fn of_process(profile: Option<String>) -> Self {
        // All variables that are used here are UTF-8; others are skipped.
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            variables: Arc::new(variables),
            home: std::env::home_dir(),
            profile,
            target: TargetSettings::default(),
            sts_url: None,
            oauth_url: None,
            metadata_url: METADATA_URL.to_owned(),
            clock: clock::system(),
        }
    }

    /// Returns the trimmed value of a variable.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Returns the value of a variable that must be set.
    ///
    /// # Errors
    /// If it is not set.
    pub(super) fn required(&self, name: &str) -> Result<String, String> {
        self.variable(name).ok_or_else(|| format!("{name} is not set"))
    }

    /// Returns whether the value of a variable is `true`.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The variables contain secrets.
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}
