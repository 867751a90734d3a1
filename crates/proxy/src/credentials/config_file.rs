//! The config file of the Alibaba Cloud CLI, `~/.aliyun/config.json`.
//!
//! Errors must not quote the file, except for the names of profiles and modes.

use serde::Deserialize;

use super::credential_source::CredentialSource;
use super::lease::Credentials;
use super::sts::{OidcRole, Role};

/// Returns the credential source of a profile; of the current profile, if `profile` is `None`.
///
/// # Errors
/// The reason why there is none. It contains no secrets.
pub fn parse(text: &[u8], profile: Option<&str>) -> Result<CredentialSource, String> {
    // The message of the JSON parser could quote a value.
    let config: Config =
        serde_json::from_slice(text).map_err(|_| "it is not a valid config file".to_owned())?;
    let name = profile.or(config.current.as_deref()).filter(|name| !name.is_empty()).unwrap_or("default");
    let profile = config
        .profiles
        .iter()
        .find(|profile| profile.name == name)
        .ok_or_else(|| format!("it has no profile {name:?}"))?;
    profile.source().map_err(|why| format!("its profile {name:?} {why}"))
}

#[derive(Deserialize)]
struct Config {
    current: Option<String>,
    #[serde(default)]
    profiles: Vec<Profile>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Profile {
    name: String,
    mode: String,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    sts_token: Option<String>,
    ram_role_arn: Option<String>,
    ram_session_name: Option<String>,
    role_session_name: Option<String>,
    expired_seconds: Option<u32>,
    policy: Option<String>,
    external_id: Option<String>,
    sts_region: Option<String>,
    ram_role_name: Option<String>,
    oidc_provider_arn: Option<String>,
    oidc_token_file: Option<String>,
}

impl Profile {
    fn source(&self) -> Result<CredentialSource, String> {
        match self.mode.as_str() {
            "AK" | "" => Ok(CredentialSource::Static(Credentials { security_token: None, ..self.keys()? })),
            "StsToken" => {
                required(&self.sts_token, "sts_token")?;
                Ok(CredentialSource::Static(self.keys()?))
            }
            "RamRoleArn" => Ok(CredentialSource::Role(self.keys()?, self.role()?)),
            "EcsRamRole" => Ok(CredentialSource::InstanceRole(non_empty(&self.ram_role_name))),
            "OIDC" => Ok(CredentialSource::OidcRole(OidcRole {
                role: self.role()?,
                provider_arn: required(&self.oidc_provider_arn, "oidc_provider_arn")?,
                token_file: required(&self.oidc_token_file, "oidc_token_file")?.into(),
            })),
            mode => Err(format!(
                "has the unsupported mode {mode:?}; supported are AK, StsToken, RamRoleArn, EcsRamRole and OIDC"
            )),
        }
    }

    fn keys(&self) -> Result<Credentials, String> {
        Ok(Credentials {
            access_key_id: required(&self.access_key_id, "access_key_id")?,
            access_key_secret: required(&self.access_key_secret, "access_key_secret")?,
            security_token: non_empty(&self.sts_token),
        })
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
            sts_region: non_empty(&self.sts_region),
        })
    }
}

/// Returns the value of a field. The CLI writes an empty string for a field that is not set.
fn non_empty(field: &Option<String>) -> Option<String> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn required(field: &Option<String>, name: &str) -> Result<String, String> {
    non_empty(field).ok_or_else(|| format!("has no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"{"current":"ak","profiles":[
        {"name":"ak","mode":"AK","access_key_id":"id","access_key_secret":"secret","sts_token":"","region_id":"cn-hangzhou"},
        {"name":"sts","mode":"StsToken","access_key_id":"id","access_key_secret":"secret","sts_token":"token"},
        {"name":"role","mode":"RamRoleArn","access_key_id":"id","access_key_secret":"secret","ram_role_arn":"acs:ram::1:role/r","ram_session_name":"s","expired_seconds":900,"sts_region":"cn-beijing"},
        {"name":"ecs","mode":"EcsRamRole","ram_role_name":"r"},
        {"name":"oidc","mode":"OIDC","ram_role_arn":"a","oidc_provider_arn":"p","oidc_token_file":"/t"},
        {"name":"half","mode":"AK","access_key_id":"id"},
        {"name":"sso","mode":"CloudSSO","access_token":"very-secret"}],"meta_path":""}"#;

    fn of(profile: Option<&str>) -> Result<CredentialSource, String> {
        parse(CONFIG.as_bytes(), profile)
    }

    fn keys(token: Option<&str>) -> Credentials {
        Credentials {
            access_key_id: "id".into(),
            access_key_secret: "secret".into(),
            security_token: token.map(Into::into),
        }
    }

    #[test]
    fn every_supported_mode_is_parsed() {
        let role = Role {
            arn: "acs:ram::1:role/r".into(),
            session_name: Some("s".into()),
            duration_s: 900,
            policy: None,
            external_id: None,
            sts_region: Some("cn-beijing".into()),
        };
        assert_eq!(of(None), Ok(CredentialSource::Static(keys(None))), "the current one");
        assert_eq!(of(Some("sts")), Ok(CredentialSource::Static(keys(Some("token")))));
        assert_eq!(of(Some("role")), Ok(CredentialSource::Role(keys(None), role)));
        assert_eq!(of(Some("ecs")), Ok(CredentialSource::InstanceRole(Some("r".into()))));
        assert!(
            matches!(of(Some("oidc")), Ok(CredentialSource::OidcRole(oidc)) if oidc.role.duration_s == Role::DEFAULT_DURATION_S)
        );
    }

    #[test]
    fn errors_name_the_missing_field_and_quote_no_values() {
        for (profile, why) in [
            ("half", r#"its profile "half" has no access_key_secret"#),
            ("none", r#"it has no profile "none""#),
            (
                "sso",
                r#"its profile "sso" has the unsupported mode "CloudSSO"; supported are AK, StsToken, RamRoleArn, EcsRamRole and OIDC"#,
            ),
        ] {
            assert_eq!(of(Some(profile)).unwrap_err(), why);
        }
        let bad = parse(br#"{"profiles":[{"name":"very-secret""#, None).unwrap_err();
        assert_eq!(bad, "it is not a valid config file");
        assert_eq!(parse(b"{}", None).unwrap_err(), r#"it has no profile "default""#);
    }
}
