//! A profile of the CLI's config file. Every mode is understood as the CLI does, except those that give no access key.
//!
//! Errors must not quote the file, except for the names of profiles and modes.

use serde::Deserialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::credential_source::{CredentialSource, ExternalProfile};
use super::environment::{CREDENTIALS_URI, Environment};
use super::lease::Credentials;
use super::sign_in::{SignIn, SignInServer};
use super::sts::{OidcRole, Role, StsSettings};
use crate::endpoint::EndpointType;
use crate::target::ProfileSettings;

/// The variable of the CLI that forbids commands and credentials URIs in profiles.
const EXTERNAL_DISABLED: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";

/// Why a profile has no source.
pub(super) enum Problem {
    /// The predicate of a sentence whose subject is the profile.
    OfProfile(String),
    /// A complete sentence.
    Explained(String),
}

impl From<String> for Problem {
    fn from(why: String) -> Self {
        Self::OfProfile(why)
    }
}

/// A profile as the CLI writes it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Profile {
    name: String,
    mode: String,
    region_id: Option<String>,
    endpoint_type: Option<String>,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    sts_token: Option<String>,
    sts_expiration: Option<i64>,
    ram_role_arn: Option<String>,
    ram_session_name: Option<String>,
    role_session_name: Option<String>,
    expired_seconds: Option<u32>,
    policy: Option<String>,
    external_id: Option<String>,
    sts_region: Option<String>,
    sts_endpoint: Option<String>,
    enable_vpc: Option<bool>,
    source_profile: Option<String>,
    ram_role_name: Option<String>,
    oidc_provider_arn: Option<String>,
    oidc_token_file: Option<String>,
    credentials_uri: Option<String>,
    process_command: Option<String>,
    cloud_sso_sign_in_url: Option<String>,
    cloud_sso_account_id: Option<String>,
    cloud_sso_access_config: Option<String>,
    access_token: Option<String>,
    cloud_sso_access_token_expire: Option<i64>,
    oauth_site_type: Option<String>,
    oauth_access_token: Option<String>,
    oauth_access_token_expire: Option<i64>,
    #[serde(skip)]
    fields: Map<String, Value>,
}

impl Profile {
    /// Parses the fields of a profile.
    pub(super) fn of(fields: Map<String, Value>) -> Result<Self, String> {
        let profile: Self = serde_json::from_value(Value::Object(fields.clone()))
            .map_err(|_| "has a field of another type than the CLI writes".to_owned())?;
        Ok(Self { fields, ..profile })
    }

    /// Returns the command of the CLI that sets up the profile again.
    pub(super) fn command(&self) -> String {
        let mode = if self.mode.is_empty() { "AK" } else { &self.mode };
        let quoted = |word: &str| shlex::try_quote(word).map_or_else(|_| "NAME".to_owned(), Into::into);
        format!("aliyun configure --profile {} --mode {}", quoted(&self.name), quoted(mode))
    }

    /// Returns the settings for calls with the keys of the profile.
    pub(super) fn settings(&self) -> Result<ProfileSettings, String> {
        let region = non_empty(&self.region_id).map(|region| region.parse()).transpose();
        let region = region.map_err(|_| "has a region_id that is not a valid region name".to_owned())?;
        // As in the CLI, all other values select the public network.
        let is_private = non_empty(&self.endpoint_type).is_some_and(|text| text.eq_ignore_ascii_case("vpc"));
        let endpoint_type = is_private.then_some(EndpointType::Vpc);
        Ok(ProfileSettings { name: self.name.clone(), region, endpoint_type })
    }

    /// Returns the source. `source_of` returns the source of another profile.
    pub(super) fn source(
        &self,
        environment: &Environment,
        source_of: impl FnOnce(&str) -> Result<CredentialSource, String>,
    ) -> Result<CredentialSource, Problem> {
        Ok(match self.mode.as_str() {
            "AK" | "" => CredentialSource::Static(Credentials { security_token: None, ..self.keys()? }),
            "StsToken" => {
                required(&self.sts_token, "sts_token")?;
                CredentialSource::Static(self.keys()?)
            }
            "RamRoleArn" => self.role_of(CredentialSource::Static(self.keys()?))?,
            "ChainableRamRoleArn" => {
                let name = required(&self.source_profile, "source_profile")?;
                self.role_of(source_of(&name).map_err(Problem::Explained)?)?
            }
            "RamRoleArnWithRoleName" => {
                self.role_of(CredentialSource::InstanceRole(non_empty(&self.ram_role_name)))?
            }
            "EcsRamRole" => CredentialSource::InstanceRole(non_empty(&self.ram_role_name)),
            "OIDC" => CredentialSource::OidcRole(OidcRole {
                role: self.role()?,
                provider_arn: required(&self.oidc_provider_arn, "oidc_provider_arn")?,
                token_file: required(&self.oidc_token_file, "oidc_token_file")?.into(),
            }),
            "CredentialsURI" => {
                self.check_external(environment)?;
                let uri = non_empty(&self.credentials_uri).or_else(|| environment.variable(CREDENTIALS_URI));
                CredentialSource::Uri(required(&uri, "credentials_uri")?)
            }
            "External" => {
                self.check_external(environment)?;
                CredentialSource::External(ExternalProfile {
                    name: self.name.clone(),
                    command: required(&self.process_command, "process_command")?,
                    fields: self.fields.clone(),
                })
            }
            "CloudSSO" => CredentialSource::SignIn(self.cloud_sso()),
            "OAuth" => CredentialSource::SignIn(self.oauth()?),
            mode => {
                return Err(Problem::Explained(format!(
                    "its profile {:?} has the mode {mode:?}, which gives no access key; use another profile, or `aliyun \
                     configure --mode OAuth`",
                    self.name
                )));
            }
        })
    }

    /// Returns when the keys of the profile expire.
    pub(super) fn keys_expire_at(&self) -> Option<OffsetDateTime> {
        date(self.sts_expiration)
    }

    fn check_external(&self, environment: &Environment) -> Result<(), Problem> {
        let is_one = environment.variable(EXTERNAL_DISABLED).is_some_and(|value| value == "1");
        if is_one || environment.is_true(EXTERNAL_DISABLED) {
            let name = &self.name;
            return Err(Problem::Explained(format!(
                "its profile {name:?} is disabled by {EXTERNAL_DISABLED}"
            )));
        }
        Ok(())
    }

    fn keys(&self) -> Result<Credentials, String> {
        Ok(Credentials {
            access_key_id: required(&self.access_key_id, "access_key_id")?,
            access_key_secret: required(&self.access_key_secret, "access_key_secret")?,
            security_token: non_empty(&self.sts_token),
        })
    }

    fn role_of(&self, base: CredentialSource) -> Result<CredentialSource, String> {
        Ok(CredentialSource::Role(Box::new(base), self.role()?))
    }

    fn role(&self) -> Result<Role, String> {
        Ok(Role {
            arn: required(&self.ram_role_arn, "ram_role_arn")?,
            session_name: non_empty(&self.ram_session_name).or_else(|| non_empty(&self.role_session_name)),
            // The CLI writes 0 for the default.
            duration_s: self
                .expired_seconds
                .filter(|seconds| *seconds > 0)
                .unwrap_or(Role::DEFAULT_DURATION_S),
            policy: non_empty(&self.policy),
            external_id: non_empty(&self.external_id),
            sts: StsSettings {
                endpoint: non_empty(&self.sts_endpoint),
                region: non_empty(&self.sts_region),
                is_private: self.enable_vpc == Some(true),
                profile: Some(self.settings()?),
            },
        })
    }

    fn cloud_sso(&self) -> SignIn {
        let (url, account, access) =
            (&self.cloud_sso_sign_in_url, &self.cloud_sso_account_id, &self.cloud_sso_access_config);
        let is_complete = [url, account, access].into_iter().all(|field| non_empty(field).is_some());
        let token = non_empty(&self.access_token).zip(date(self.cloud_sso_access_token_expire));
        SignIn {
            stored: self.stored_keys(),
            token: token.filter(|_| is_complete),
            server: SignInServer::CloudSso {
                url: non_empty(url).unwrap_or_default(),
                account_id: non_empty(account).unwrap_or_default(),
                access_configuration_id: non_empty(access).unwrap_or_default(),
            },
            advice: format!("sign in again with `{}`", self.command()),
        }
    }

    fn oauth(&self) -> Result<SignIn, String> {
        let url = match required(&self.oauth_site_type, "oauth_site_type")?.to_ascii_uppercase().as_str() {
            "CN" => "https://oauth.aliyun.com",
            "INTL" => "https://oauth.alibabacloud.com",
            _ => return Err("has an oauth_site_type that is neither CN nor INTL".to_owned()),
        };
        let name = shlex::try_quote(&self.name).map_or_else(|_| "NAME".to_owned(), Into::into);
        Ok(SignIn {
            stored: self.stored_keys(),
            token: non_empty(&self.oauth_access_token).zip(date(self.oauth_access_token_expire)),
            server: SignInServer::OAuth { url },
            advice: format!(
                "renew them with `aliyun sts GetCallerIdentity --profile {name}`, or sign in again with `{}`",
                self.command()
            ),
        })
    }

    fn stored_keys(&self) -> Option<(Credentials, OffsetDateTime)> {
        let keys = self.keys().ok().filter(|keys| keys.security_token.is_some());
        keys.zip(self.keys_expire_at())
    }
}

/// Returns a time that is given in Unix seconds. The CLI writes 0 for a time that is not set.
fn date(unix_s: Option<i64>) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(unix_s.filter(|seconds| *seconds > 0)?).ok()
}

/// Returns the value of a field. The CLI writes an empty string for a field that is not set.
fn non_empty(field: &Option<String>) -> Option<String> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn required(field: &Option<String>, name: &str) -> Result<String, String> {
    non_empty(field).ok_or_else(|| format!("has no {name}"))
}
