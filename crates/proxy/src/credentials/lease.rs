//! Credentials with their expiry, and the error for missing credentials.

use std::fmt;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::target::ProfileSettings;

/// An access key, with a security token if it is temporary.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The ID of the access key.
    pub access_key_id: String,
    /// The secret of the access key. It never leaves the process.
    pub access_key_secret: String,
    /// The security token of temporary credentials.
    pub security_token: Option<String>,
}

impl Credentials {
    /// Returns whether `text` contains the ID, the secret or the token, and must therefore not reach a client.
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

/// Credentials and the time at which they expire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The credentials.
    pub credentials: Credentials,
    /// When they expire; `None` if they do not.
    pub expires_at: Option<OffsetDateTime>,
    /// The profile that gave them; `None` if they are not from a profile.
    pub profile: Option<Arc<ProfileSettings>>,
}

impl Lease {
    /// Returns credentials that do not expire.
    #[must_use]
    pub fn permanent(credentials: Credentials) -> Self {
        Self { credentials, expires_at: None, profile: None }
    }

    /// Returns credentials that expire at `end`.
    #[must_use]
    pub fn until(end: OffsetDateTime, credentials: Credentials) -> Self {
        Self { credentials, expires_at: Some(end), profile: None }
    }

    /// Returns whether the credentials have not expired at `now`.
    #[must_use]
    pub fn is_valid(&self, now: OffsetDateTime) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// No provider has credentials. Contains no secrets, paths or names of this machine, because it is sent to clients.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoCredentials {
    /// The providers that were tried, in order, each with the reason why it has none. Empty until the first attempt ends.
    pub attempts: Vec<(String, String)>,
}

impl fmt::Display for NoCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.attempts.is_empty() {
            return f.write_str("no credentials yet: the proxy is still looking for them");
        }
        let attempts: Vec<_> =
            self.attempts.iter().map(|(provider, why)| format!("{provider} ({why})")).collect();
        write!(
            f,
            "no credentials found; tried {}; add credentials to one of these (the proxy checks every minute; a change of \
             its environment variables requires a restart), or run the proxy with --simulate",
            attempts.join("; ")
        )
    }
}

impl std::error::Error for NoCredentials {}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn debug_output_contains_no_credentials() {
        let credentials = Credentials {
            access_key_id: "the-id".into(),
            access_key_secret: "the-secret".into(),
            security_token: Some("the-token".into()),
        };
        assert_eq!(format!("{credentials:?}"), "Credentials { .. }");
        assert!(!format!("{:?}", Lease::permanent(credentials.clone())).contains("the-"));
        assert!(credentials.appear_in("StringToSign … the-token …"));
        assert!(!credentials.appear_in("something else"));
    }

    #[test]
    fn a_lease_expires() {
        let end = datetime!(2026-05-28 16:38:20 UTC);
        let credentials = Credentials {
            access_key_id: String::new(),
            access_key_secret: String::new(),
            security_token: None,
        };
        assert!(Lease::permanent(credentials.clone()).is_valid(end));
        let lease = Lease::until(end, credentials);
        assert!(lease.is_valid(end - time::Duration::SECOND) && !lease.is_valid(end));
    }
}
