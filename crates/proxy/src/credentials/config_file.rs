//! Recipes in the config file of the Alibaba Cloud CLI, `~/.aliyun/config.json`.
//!
//! Pure, from text to recipe. Must not quote what the file holds but for names of profiles and modes.

use serde::Deserialize;

use super::Credentials;
use super::recipe::{OidcRole, Recipe, Role};

/// Reads the recipe of a profile, or of the current one.
///
/// # Errors
/// Why there is none, in words without secrets.
pub fn recipe(text: &[u8], profile: Option<&str>) -> Result<Recipe, String> {
    // The parser's own message could quote a value.
    let config: Config =
        serde_json::from_slice(text).map_err(|_| "it is not the JSON of a config file".to_owned())?;
    let name = profile.or(config.current.as_deref()).filter(|name| !name.is_empty()).unwrap_or("default");
    let profile = config
        .profiles
        .iter()
        .find(|profile| profile.name == name)
        .ok_or_else(|| format!("it has no profile {name:?}"))?;
    profile.recipe().map_err(|why| format!("its profile {name:?} {why}"))
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
    fn recipe(&self) -> Result<Recipe, String> {
        match self.mode.as_str() {
            "AK" | "" => Ok(Recipe::Keys(Credentials { security_token: None, ..self.keys()? })),
            "StsToken" => {
                owed(&self.sts_token, "sts_token")?;
                Ok(Recipe::Keys(self.keys()?))
            }
            "RamRoleArn" => Ok(Recipe::Role(self.keys()?, self.role()?)),
            "EcsRamRole" => Ok(Recipe::Instance(filled(&self.ram_role_name))),
            "OIDC" => Ok(Recipe::Oidc(OidcRole {
                role: self.role()?,
                provider_arn: owed(&self.oidc_provider_arn, "oidc_provider_arn")?,
                token_file: owed(&self.oidc_token_file, "oidc_token_file")?.into(),
            })),
            mode => Err(format!(
                "has the mode {mode:?}, and only AK, StsToken, RamRoleArn, EcsRamRole and OIDC are supported"
            )),
        }
    }

    fn keys(&self) -> Result<Credentials, String> {
        Ok(Credentials {
            access_key_id: owed(&self.access_key_id, "access_key_id")?,
            access_key_secret: owed(&self.access_key_secret, "access_key_secret")?,
            security_token: filled(&self.sts_token),
        })
    }

    fn role(&self) -> Result<Role, String> {
        Ok(Role {
            arn: owed(&self.ram_role_arn, "ram_role_arn")?,
            session_name: filled(&self.ram_session_name).or_else(|| filled(&self.role_session_name)),
            // The CLI writes 0 where nothing was chosen.
            duration_s: self.expired_seconds.filter(|seconds| *seconds > 0).unwrap_or(Role::DURATION_S),
            policy: filled(&self.policy),
            external_id: filled(&self.external_id),
            sts_region: filled(&self.sts_region),
        })
    }
}

/// A field's value; the CLI writes empty strings for what is not set.
fn filled(field: &Option<String>) -> Option<String> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn owed(field: &Option<String>, name: &str) -> Result<String, String> {
    filled(field).ok_or_else(|| format!("has no {name}"))
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

    fn of(profile: Option<&str>) -> Result<Recipe, String> {
        recipe(CONFIG.as_bytes(), profile)
    }

    fn keys(token: Option<&str>) -> Credentials {
        Credentials {
            access_key_id: "id".into(),
            access_key_secret: "secret".into(),
            security_token: token.map(Into::into),
        }
    }

    #[test]
    fn each_mode_has_its_recipe() {
        let role = Role {
            arn: "acs:ram::1:role/r".into(),
            session_name: Some("s".into()),
            duration_s: 900,
            policy: None,
            external_id: None,
            sts_region: Some("cn-beijing".into()),
        };
        assert_eq!(of(None), Ok(Recipe::Keys(keys(None))), "the current one");
        assert_eq!(of(Some("sts")), Ok(Recipe::Keys(keys(Some("token")))));
        assert_eq!(of(Some("role")), Ok(Recipe::Role(keys(None), role)));
        assert_eq!(of(Some("ecs")), Ok(Recipe::Instance(Some("r".into()))));
        assert!(
            matches!(of(Some("oidc")), Ok(Recipe::Oidc(oidc)) if oidc.role.duration_s == Role::DURATION_S)
        );
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_quoted() {
        for (profile, why) in [
            ("half", r#"its profile "half" has no access_key_secret"#),
            ("none", r#"it has no profile "none""#),
            (
                "sso",
                r#"its profile "sso" has the mode "CloudSSO", and only AK, StsToken, RamRoleArn, EcsRamRole and OIDC are supported"#,
            ),
        ] {
            assert_eq!(of(Some(profile)).unwrap_err(), why);
        }
        let bad = recipe(br#"{"profiles":[{"name":"very-secret""#, None).unwrap_err();
        assert_eq!(bad, "it is not the JSON of a config file");
        assert_eq!(recipe(b"{}", None).unwrap_err(), r#"it has no profile "default""#);
    }
}
