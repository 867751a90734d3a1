//! The access key that calls are signed with: where it is looked for, and how it is kept fresh.
//!
//! In reading order: [`recipe`] (what a source says is to be done), [`places`] (what is outside the process),
//! [`config_file`] and [`credentials_file`] (recipes in files), [`chain`] (the sources in the official order), `sts`,
//! `metadata` and `uri` (who is asked for temporary keys), [`keeper`] (one key for all calls, renewed ahead of time).
//!
//! Written here rather than taken from `reqsign-aliyun-oss` 3.2, which is alive: it lacks the modes RamRoleArn and
//! EcsRamRole of the config file, has another order, cannot say why a source gave nothing, quotes the answers of STS in
//! its errors and renews within a request, for some twenty further crates.
//!
//! Must not know the API that is called, and must never print a secret.

pub mod chain;
pub mod config_file;
pub mod credentials_file;
mod fetch;
pub mod keeper;
mod metadata;
pub mod places;
pub mod recipe;
mod sts;
mod uri;

use std::fmt;

use time::OffsetDateTime;

pub use self::keeper::Keeper;
pub use self::places::Places;

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

/// Credentials, and how long they are good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What to sign with.
    pub credentials: Credentials,
    /// When they end; `None` for keys that stay.
    pub expires_at: Option<OffsetDateTime>,
}

impl Lease {
    /// Keys that stay until somebody replaces them.
    #[must_use]
    pub fn lasting(credentials: Credentials) -> Self {
        Self { credentials, expires_at: None }
    }

    /// Whether they can still be signed with.
    #[must_use]
    pub fn is_good(&self, now: OffsetDateTime) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// There are no credentials: where they were looked for, and why each place gave none. Without secrets, and without
/// paths or names of this machine's, since viewers may see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoCredentials {
    /// The places in the order in which they were looked at, each with its reason.
    pub looked_at: Vec<(String, String)>,
}

impl fmt::Display for NoCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.looked_at.is_empty() {
            return f.write_str("no credentials yet: the proxy is still looking for them");
        }
        let places: Vec<_> = self.looked_at.iter().map(|(place, why)| format!("{place} ({why})")).collect();
        write!(
            f,
            "no credentials: looked at {}; to go on, provide them in one of these places (the proxy looks again every \
             minute; what is in the environment needs a new start), or try it with --simulate",
            places.join("; ")
        )
    }
}

impl std::error::Error for NoCredentials {}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn debug_shows_nothing_of_them() {
        let credentials = Credentials {
            access_key_id: "the-id".into(),
            access_key_secret: "the-secret".into(),
            security_token: Some("the-token".into()),
        };
        assert_eq!(format!("{credentials:?}"), "Credentials { .. }");
        assert!(!format!("{:?}", Lease::lasting(credentials.clone())).contains("the-"));
        assert!(credentials.appear_in("StringToSign … the-token …"));
        assert!(!credentials.appear_in("nothing of it"));
    }

    #[test]
    fn a_lease_ends_at_its_end() {
        let end = datetime!(2026-05-28 16:38:20 UTC);
        let credentials = Credentials {
            access_key_id: String::new(),
            access_key_secret: String::new(),
            security_token: None,
        };
        assert!(Lease::lasting(credentials.clone()).is_good(end));
        let lease = Lease { credentials, expires_at: Some(end) };
        assert!(lease.is_good(end - time::Duration::SECOND) && !lease.is_good(end));
    }
}
