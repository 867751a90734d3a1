//! What the sources read of the world outside the process: variables, the home folder, addresses, the time.
//!
//! A value, so that tests can put another world in its place; no request to the proxy ever reaches it.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::{self, Clock};

/// Where an ECS instance reads of itself.
const METADATA: &str = "http://100.100.100.200";

/// The world, as far as credentials are concerned.
#[derive(Clone)]
pub struct Places {
    /// The environment variables; one that is empty or blank counts as unset.
    pub variables: Arc<HashMap<String, String>>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The profile that `--profile` names; with it, only the two files are looked at.
    pub profile: Option<String>,
    /// The URL of STS, without a path; `None` for the region's.
    pub sts: Option<String>,
    /// The URL of the metadata service, without a path.
    pub metadata: String,
    /// What time it is.
    pub clock: Clock,
}

impl Places {
    /// This process's own.
    #[must_use]
    pub fn of_process(profile: Option<String>) -> Self {
        // What is not text cannot be the value of any variable that is read here.
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            variables: Arc::new(variables),
            home: std::env::home_dir(),
            profile,
            sts: None,
            metadata: METADATA.to_owned(),
            clock: clock::system(),
        }
    }

    /// A variable's value, without space around it.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Whether a variable says `true`.
    #[must_use]
    pub fn says_true(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The variables hold secrets.
        f.debug_struct("Places").finish_non_exhaustive()
    }
}
