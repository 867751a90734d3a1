//! The chain of credential providers, in the official order of the SDKs. The first provider that has credentials is used.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::credential_source::{ConfiguredSource, CredentialSource};
use super::environment::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, CREDENTIALS_URI, Environment, SECURITY_TOKEN};
use super::lease::{Credentials, Lease, NoCredentials};
use super::obtain::obtain;
use super::sts::{OidcRole, Role, StsSettings};
use super::{config_file, credentials_file, metadata};
use crate::text_file;

/// A credential provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Environment variables with an access key.
    AccessKeyVariables,
    /// Environment variables with a role and the token of an identity provider.
    OidcVariables,
    /// The config file of the CLI.
    ConfigFile,
    /// The credentials file of the SDKs.
    CredentialsFile,
    /// The role of the ECS instance.
    Metadata,
    /// A server whose URL is in an environment variable.
    Uri,
}

const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";
const ROLE_ARN: &str = "ALIBABA_CLOUD_ROLE_ARN";
const OIDC_PROVIDER_ARN: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
const OIDC_TOKEN_FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";
const CREDENTIALS_FILE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";

impl Provider {
    /// All providers, in the official order.
    pub const ALL: [Self; 6] = [
        Self::AccessKeyVariables,
        Self::OidcVariables,
        Self::ConfigFile,
        Self::CredentialsFile,
        Self::Metadata,
        Self::Uri,
    ];
    /// The providers that have profiles. With `--profile` no other provider is used.
    pub const WITH_PROFILES: [Self; 2] = [Self::ConfigFile, Self::CredentialsFile];

    /// Returns the credentials of this provider.
    ///
    /// # Errors
    /// The reason why it has none.
    pub async fn load(self, environment: &Environment) -> Result<Lease, String> {
        let ConfiguredSource { source, profile } = self.source(environment)?;
        let lease = obtain(&source, environment).await?;
        if lease.is_valid((environment.clock)()) {
            Ok(Lease { profile: profile.map(Arc::new), ..lease })
        } else {
            Err("its credentials have already expired; is the clock of this machine correct?".to_owned())
        }
    }

    fn source(self, environment: &Environment) -> Result<ConfiguredSource, String> {
        let profile = environment.profile.clone().or_else(|| environment.variable(PROFILE));
        let source = match self {
            Self::AccessKeyVariables => CredentialSource::Static(Credentials {
                access_key_id: environment.required(ACCESS_KEY_ID)?,
                access_key_secret: environment.required(ACCESS_KEY_SECRET)?,
                security_token: environment.variable(SECURITY_TOKEN),
            }),
            Self::OidcVariables => CredentialSource::OidcRole(OidcRole {
                role: Role {
                    arn: environment.required(ROLE_ARN)?,
                    session_name: environment.variable("ALIBABA_CLOUD_ROLE_SESSION_NAME"),
                    duration_s: Role::DEFAULT_DURATION_S,
                    policy: None,
                    external_id: None,
                    sts: StsSettings::default(),
                },
                provider_arn: environment.required(OIDC_PROVIDER_ARN)?,
                token_file: environment.required(OIDC_TOKEN_FILE)?.into(),
            }),
            Self::ConfigFile if environment.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") => {
                return Err("disabled by ALIBABA_CLOUD_CLI_PROFILE_DISABLED".to_owned());
            }
            Self::ConfigFile => {
                let text = read(&[in_home(environment, ".aliyun/config.json")?])?;
                return config_file::parse(&text, profile.as_deref(), environment);
            }
            Self::CredentialsFile => {
                let text = read(&credentials_files(environment)?)?;
                return credentials_file::parse(&String::from_utf8_lossy(&text), profile.as_deref());
            }
            Self::Metadata if environment.is_true(metadata::DISABLED) => {
                return Err(format!("disabled by {}", metadata::DISABLED));
            }
            Self::Metadata => {
                CredentialSource::InstanceRole(environment.variable("ALIBABA_CLOUD_ECS_METADATA"))
            }
            Self::Uri => CredentialSource::Uri(environment.required(CREDENTIALS_URI)?),
        };
        Ok(source.into())
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessKeyVariables => "the environment's access key",
            Self::OidcVariables => "the environment's OIDC role",
            Self::ConfigFile => "the CLI's config file ~/.aliyun/config.json",
            Self::CredentialsFile => "the credentials file ~/.alibabacloud/credentials",
            Self::Metadata => "the ECS instance's role",
            Self::Uri => "the credentials URI",
        })
    }
}

/// Returns the first provider that has credentials.
///
/// # Errors
/// [`NoCredentials`] with the reason of each provider.
pub async fn find(environment: &Environment) -> Result<(Provider, Lease), NoCredentials> {
    let providers: &[Provider] =
        if environment.profile.is_some() { &Provider::WITH_PROFILES } else { &Provider::ALL };
    let mut attempts = Vec::new();
    for &provider in providers {
        match provider.load(environment).await {
            Ok(lease) => return Ok((provider, lease)),
            Err(why) => attempts.push((provider.to_string(), why)),
        }
    }
    Err(NoCredentials { attempts })
}

fn in_home(environment: &Environment, path: &str) -> Result<PathBuf, String> {
    environment.home.as_ref().map(|home| home.join(path)).ok_or_else(|| "there is no home folder".to_owned())
}

/// The official SDKs use two different names for the file.
fn credentials_files(environment: &Environment) -> Result<Vec<PathBuf>, String> {
    match environment.variable(CREDENTIALS_FILE) {
        Some(path) => Ok(vec![path.into()]),
        None => [".alibabacloud/credentials", ".alibabacloud/credentials.ini"]
            .into_iter()
            .map(|path| in_home(environment, path))
            .collect(),
    }
}

/// Reads the first file that exists. The files are small and are not read while handling a request, so blocking is fine.
fn read(paths: &[PathBuf]) -> Result<Vec<u8>, String> {
    for path in paths {
        match text_file::read(path) {
            Ok(text) => return Ok(text),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(format!("it {error}")),
        }
    }
    Err("the file does not exist".to_owned())
}
