//! The credentials that calls are signed with: where they come from, and how they are renewed.
//!
//! In reading order: [`environment`] (variables, home folder, clock), [`credential_source`] (one way to obtain credentials),
//! [`config_file`] and [`credentials_file`] (sources in files), [`sts`], [`sign_in`], `metadata`, `uri` and `external` (services
//! and commands that issue credentials), `obtain` (credentials of a source), [`provider_chain`] (all providers in the official
//! order), [`credential_cache`] (credentials for all calls, renewed before they expire).
//!
//! This module must not know the API that is called, and must never print a secret.

mod cli_profile;
pub mod config_file;
pub mod credential_cache;
pub mod credential_source;
pub mod credentials_file;
pub mod environment;
mod external;
pub mod lease;
mod metadata;
mod obtain;
pub mod provider_chain;
mod request;
pub mod sign_in;
pub mod sts;
mod uri;

pub use self::credential_cache::CredentialCache;
pub use self::environment::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, Environment, SECURITY_TOKEN};
pub use self::lease::{Credentials, Lease, NoCredentials};
