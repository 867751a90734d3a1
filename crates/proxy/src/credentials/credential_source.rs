//! One way to obtain credentials, as data. Providers create it from variables or files.
//!
//! This module must not know how credentials are obtained.

use std::fmt;

use serde_json::{Map, Value};

use super::lease::Credentials;
use super::sign_in::SignIn;
use super::sts::{OidcRole, Role};
use crate::target::ProfileSettings;

/// A way to obtain credentials.
#[derive(Clone, PartialEq, Eq)]
pub enum CredentialSource {
    /// The given credentials.
    Static(Credentials),
    /// STS issues credentials for a role, which the credentials of another source may assume.
    Role(Box<CredentialSource>, Role),
    /// STS issues credentials for a role, in exchange for the token of an identity provider.
    OidcRole(OidcRole),
    /// The metadata service issues credentials for the role of the ECS instance; the name of the role, if it is known.
    InstanceRole(Option<String>),
    /// A URL returns credentials.
    Uri(String),
    /// A person has signed in with the CLI.
    SignIn(SignIn),
    /// A command prints a profile.
    External(ExternalProfile),
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Static(_) => "Static(..)",
            Self::Role(..) => "Role(..)",
            Self::OidcRole(_) => "OidcRole(..)",
            Self::InstanceRole(_) => "InstanceRole(..)",
            Self::Uri(_) => "Uri(..)",
            Self::SignIn(_) => "SignIn(..)",
            Self::External(_) => "External(..)",
        })
    }
}

/// A profile of mode External. Its fields are completed by those that its command prints.
#[derive(Clone, PartialEq, Eq)]
pub struct ExternalProfile {
    /// The name of the profile.
    pub name: String,
    /// The command, which is split into words as a shell does, and runs without a shell.
    pub command: String,
    /// All fields of the profile.
    pub fields: Map<String, Value>,
}

/// A source, and the settings of the profile that contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredSource {
    /// The source.
    pub source: CredentialSource,
    /// The settings of the profile; `None` if the source is not from a profile.
    pub profile: Option<ProfileSettings>,
}

impl From<CredentialSource> for ConfiguredSource {
    fn from(source: CredentialSource) -> Self {
        Self { source, profile: None }
    }
}
