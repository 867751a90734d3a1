//! The access key that calls are signed with, and where it is looked for.
//!
//! Owns the environment-variable source; the rest of the official chain (OIDC, the config file, the instance role)
//! joins here. Must not know HTTP, and must never print a secret.

use std::fmt;

/// The environment variable with the access key's id.
pub const ACCESS_KEY_ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
/// The environment variable with the access key's secret.
pub const ACCESS_KEY_SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
/// The environment variable with the security token of temporary credentials.
pub const SECURITY_TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

/// An access key, with a security token if it is a temporary one.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The access key's secret; it never leaves the process.
    pub access_key_secret: String,
    /// The security token of temporary credentials.
    pub security_token: Option<String>,
}

impl Credentials {
    /// Reads the environment through `lookup`; a variable that is empty or blank counts as unset.
    ///
    /// # Errors
    /// [`NoCredentials`] if the id or the secret is unset; it says which.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, NoCredentials> {
        let read = |name| lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        match (read(ACCESS_KEY_ID), read(ACCESS_KEY_SECRET)) {
            (Some(access_key_id), Some(access_key_secret)) => {
                Ok(Self { access_key_id, access_key_secret, security_token: read(SECURITY_TOKEN) })
            }
            (id, secret) => Err(NoCredentials {
                unset: [(ACCESS_KEY_ID, id.is_none()), (ACCESS_KEY_SECRET, secret.is_none())]
                    .into_iter()
                    .filter_map(|(name, unset)| unset.then_some(name))
                    .collect(),
            }),
        }
    }

    /// Whether `text` holds the id, the secret or the token, and so must not be shown to a viewer.
    #[must_use]
    pub fn appear_in(&self, text: &str) -> bool {
        [Some(&self.access_key_id), Some(&self.access_key_secret), self.security_token.as_ref()]
            .into_iter()
            .flatten()
            .any(|value| text.contains(value.as_str()))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// No credentials were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoCredentials {
    /// The environment variables that are needed and not set.
    pub unset: Vec<&'static str>,
}

impl fmt::Display for NoCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no credentials: looked at the environment variables {ACCESS_KEY_ID}, {ACCESS_KEY_SECRET} and \
             {SECURITY_TOKEN} (for temporary credentials only); to go on, set {} and start the proxy again, or try it \
             with --simulate",
            self.unset.join(" and ")
        )
    }
}

impl std::error::Error for NoCredentials {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Credentials, NoCredentials> {
        Credentials::from_environment(|name| {
            variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_gives_an_id_a_secret_and_perhaps_a_token() {
        let plain =
            read(&[(ACCESS_KEY_ID, " id "), (ACCESS_KEY_SECRET, "secret"), (SECURITY_TOKEN, "")]).unwrap();
        assert_eq!((plain.access_key_id.as_str(), plain.security_token), ("id", None));
        let sts =
            read(&[(ACCESS_KEY_ID, "id"), (ACCESS_KEY_SECRET, "secret"), (SECURITY_TOKEN, "t")]).unwrap();
        assert_eq!(sts.security_token.as_deref(), Some("t"));
    }

    #[test]
    fn what_is_unset_is_named() {
        assert_eq!(read(&[]).unwrap_err().unset, [ACCESS_KEY_ID, ACCESS_KEY_SECRET]);
        let missing = read(&[(ACCESS_KEY_ID, "the-id"), (ACCESS_KEY_SECRET, " ")]).unwrap_err();
        assert_eq!(missing.unset, [ACCESS_KEY_SECRET]);
        assert!(!missing.to_string().contains("the-id"));
    }

    #[test]
    fn debug_shows_nothing_of_them() {
        let credentials = Credentials {
            access_key_id: "the-id".into(),
            access_key_secret: "the-secret".into(),
            security_token: Some("the-token".into()),
        };
        assert_eq!(format!("{credentials:?}"), "Credentials { .. }");
        assert!(credentials.appear_in("StringToSign … the-token …"));
        assert!(!credentials.appear_in("nothing of it"));
    }
}
