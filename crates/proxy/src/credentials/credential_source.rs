//! One way to obtain credentials, as data. Providers create it from variables or files; [`CredentialSource::load`] obtains
//! the credentials, over the network if needed.

use std::fmt;

use super::environment::Environment;
use super::lease::{Credentials, Lease};
use super::sts::{self, OidcRole, Role};
use super::{metadata, uri};

/// A way to obtain credentials.
#[derive(Clone, PartialEq, Eq)]
pub enum CredentialSource {
    /// The given credentials.
    Static(Credentials),
    /// STS issues credentials for a role that the given credentials may assume.
    Role(Credentials, Role),
    /// STS issues credentials for a role, in exchange for the token of an identity provider.
    OidcRole(OidcRole),
    /// The metadata service issues credentials for the role of the ECS instance; the name of the role, if it is known.
    InstanceRole(Option<String>),
    /// A URL returns credentials.
    Uri(String),
}

impl CredentialSource {
    /// Obtains the credentials.
    ///
    /// # Errors
    /// The reason why there are none. It contains no secrets.
    pub async fn load(&self, environment: &Environment) -> Result<Lease, String> {
        match self {
            Self::Static(credentials) => Ok(Lease::permanent(credentials.clone())),
            Self::Role(base, role) => sts::assume_role(base, role, environment).await,
            Self::OidcRole(role) => sts::assume_role_with_oidc(role, environment).await,
            Self::InstanceRole(name) => metadata::instance_role(name.as_deref(), environment).await,
            Self::Uri(address) => uri::credentials(address).await,
        }
    }
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Static(_) => "Static(..)",
            Self::Role(..) => "Role(..)",
            Self::OidcRole(_) => "OidcRole(..)",
            Self::InstanceRole(_) => "InstanceRole(..)",
            Self::Uri(_) => "Uri(..)",
        })
    }
}
