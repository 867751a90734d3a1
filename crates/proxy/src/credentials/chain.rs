//! The sources of credentials in their official order, each tried until one gives some.
//!
//! Owns the order, and what is said of each source. Must not know what is done with the credentials.

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::recipe::{OidcRole, Recipe, Role};
use super::{
    ACCESS_KEY_ID, ACCESS_KEY_SECRET, Credentials, Lease, NoCredentials, Places, SECURITY_TOKEN, config_file,
    credentials_file, metadata,
};

/// A place where credentials may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Environment variables with a key.
    Environment,
    /// Environment variables that name a role and an identity provider's token.
    Oidc,
    /// The CLI's config file.
    ConfigFile,
    /// The SDKs' credentials file.
    CredentialsFile,
    /// The ECS instance's role.
    Metadata,
    /// A server that an environment variable names.
    Uri,
}

const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";
const ROLE_ARN: &str = "ALIBABA_CLOUD_ROLE_ARN";
const OIDC_PROVIDER_ARN: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
const OIDC_TOKEN_FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";
const CREDENTIALS_FILE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
const CREDENTIALS_URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";

impl Source {
    /// All of them, in the official order.
    pub const ALL: [Self; 6] =
        [Self::Environment, Self::Oidc, Self::ConfigFile, Self::CredentialsFile, Self::Metadata, Self::Uri];
    /// Those that have profiles: what is asked for by a profile's name must not come from elsewhere.
    pub const WITH_PROFILES: [Self; 2] = [Self::ConfigFile, Self::CredentialsFile];

    /// Credentials from this source.
    ///
    /// # Errors
    /// Why it gives none.
    pub async fn lease(self, places: &Places) -> Result<Lease, String> {
        let lease = self.recipe(places)?.follow(places).await?;
        if lease.is_good((places.clock)()) {
            Ok(lease)
        } else {
            Err("what it gave has expired already; is this machine's clock right?".to_owned())
        }
    }

    fn recipe(self, places: &Places) -> Result<Recipe, String> {
        let profile = places.profile.clone().or_else(|| places.variable(PROFILE));
        match self {
            Self::Environment => Ok(Recipe::Keys(Credentials {
                access_key_id: owed(places, ACCESS_KEY_ID)?,
                access_key_secret: owed(places, ACCESS_KEY_SECRET)?,
                security_token: places.variable(SECURITY_TOKEN),
            })),
            Self::Oidc => Ok(Recipe::Oidc(OidcRole {
                role: Role {
                    arn: owed(places, ROLE_ARN)?,
                    session_name: places.variable("ALIBABA_CLOUD_ROLE_SESSION_NAME"),
                    duration_s: Role::DURATION_S,
                    policy: None,
                    external_id: None,
                    sts_region: None,
                },
                provider_arn: owed(places, OIDC_PROVIDER_ARN)?,
                token_file: owed(places, OIDC_TOKEN_FILE)?.into(),
            })),
            Self::ConfigFile if places.says_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") => {
                Err("switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED".to_owned())
            }
            Self::ConfigFile => {
                let text = read(&[in_home(places, ".aliyun/config.json")?])?;
                config_file::recipe(&text, profile.as_deref())
            }
            Self::CredentialsFile => {
                let text = read(&credentials_files(places)?)?;
                credentials_file::recipe(&String::from_utf8_lossy(&text), profile.as_deref())
            }
            Self::Metadata if places.says_true(metadata::DISABLED) => {
                Err(format!("switched off by {}", metadata::DISABLED))
            }
            Self::Metadata => Ok(Recipe::Instance(places.variable("ALIBABA_CLOUD_ECS_METADATA"))),
            Self::Uri => Ok(Recipe::Uri(owed(places, CREDENTIALS_URI)?)),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "the environment's access key",
            Self::Oidc => "the environment's OIDC role",
            Self::ConfigFile => "the CLI's config file ~/.aliyun/config.json",
            Self::CredentialsFile => "the credentials file ~/.alibabacloud/credentials",
            Self::Metadata => "the ECS instance's role",
            Self::Uri => "the credentials URI",
        })
    }
}

/// Looks through the sources for the first that gives credentials.
///
/// # Errors
/// [`NoCredentials`], which tells of each source.
pub async fn find(places: &Places) -> Result<(Source, Lease), NoCredentials> {
    let sources: &[Source] = if places.profile.is_some() { &Source::WITH_PROFILES } else { &Source::ALL };
    let mut looked_at = Vec::new();
    for &source in sources {
        match source.lease(places).await {
            Ok(lease) => return Ok((source, lease)),
            Err(why) => looked_at.push((source.to_string(), why)),
        }
    }
    Err(NoCredentials { looked_at })
}

fn owed(places: &Places, name: &str) -> Result<String, String> {
    places.variable(name).ok_or_else(|| format!("{name} is not set"))
}

fn in_home(places: &Places, path: &str) -> Result<PathBuf, String> {
    places.home.as_ref().map(|home| home.join(path)).ok_or_else(|| "there is no home folder".to_owned())
}

/// The SDKs disagree on the file's name, so both are tried.
fn credentials_files(places: &Places) -> Result<Vec<PathBuf>, String> {
    match places.variable(CREDENTIALS_FILE) {
        Some(path) => Ok(vec![path.into()]),
        None => [".alibabacloud/credentials", ".alibabacloud/credentials.ini"]
            .into_iter()
            .map(|path| in_home(places, path))
            .collect(),
    }
}

/// Reads the first file that there is. A small one, and not within a request, so that blocking does no harm.
fn read(paths: &[PathBuf]) -> Result<Vec<u8>, String> {
    for path in paths {
        match std::fs::read(path) {
            Ok(text) => return Ok(text),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(format!("it cannot be read: {}", error.kind())),
        }
    }
    Err("there is no such file".to_owned())
}
