//! What a source says is to be done for credentials, and doing it.
//!
//! A recipe is data: the sources write one, from variables or files, and only [`Recipe::follow`] goes out for it.

use std::fmt;
use std::path::PathBuf;

use super::{Credentials, Lease, Places, metadata, sts, uri};

/// How credentials are had.
#[derive(Clone, PartialEq, Eq)]
pub enum Recipe {
    /// They are given as they are.
    Keys(Credentials),
    /// STS gives them for a role that these keys may take on.
    Role(Credentials, Role),
    /// STS gives them for a role that an identity provider vouches for.
    Oidc(OidcRole),
    /// The metadata service gives them for the instance's role; the name, if it is known.
    Instance(Option<String>),
    /// A URL gives them.
    Uri(String),
}

/// A role to take on.
#[derive(Clone, PartialEq, Eq)]
pub struct Role {
    /// The role's ARN.
    pub arn: String,
    /// What the session is called in the account's audit log.
    pub session_name: Option<String>,
    /// How long the credentials are to last, in seconds.
    pub duration_s: u32,
    /// A policy that narrows the role.
    pub policy: Option<String>,
    /// What the role's owner asks for beside the keys.
    pub external_id: Option<String>,
    /// The region whose STS is asked.
    pub sts_region: Option<String>,
}

impl Role {
    /// How long credentials last unless a file says otherwise, in seconds.
    pub const DURATION_S: u32 = 3600;
}

/// A role that is taken on with a token from an identity provider.
#[derive(Clone, PartialEq, Eq)]
pub struct OidcRole {
    /// The role.
    pub role: Role,
    /// The identity provider's ARN.
    pub provider_arn: String,
    /// The file with the token, which is read anew each time: the provider replaces it.
    pub token_file: PathBuf,
}

impl Recipe {
    /// Goes out for the credentials.
    ///
    /// # Errors
    /// Why there are none, in words without secrets.
    pub async fn follow(&self, places: &Places) -> Result<Lease, String> {
        match self {
            Self::Keys(credentials) => Ok(Lease::lasting(credentials.clone())),
            Self::Role(base, role) => sts::assume_role(base, role, places).await,
            Self::Oidc(oidc) => sts::assume_role_with_oidc(oidc, places).await,
            Self::Instance(role_name) => metadata::instance_role(role_name.as_deref(), places).await,
            Self::Uri(address) => uri::credentials(address).await,
        }
    }
}

impl fmt::Debug for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keys(_) => "Keys(..)",
            Self::Role(..) => "Role(..)",
            Self::Oidc(_) => "Oidc(..)",
            Self::Instance(_) => "Instance(..)",
            Self::Uri(_) => "Uri(..)",
        })
    }
}
