//! The config file of the Alibaba Cloud CLI, `~/.aliyun/config.json`: the choice of a profile, and profiles that refer to others.
//!
//! Errors must not quote the file, except for the names of profiles and modes.

use serde::Deserialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::cli_profile::{Problem, Profile};
use super::credential_source::{ConfiguredSource, CredentialSource, ExternalProfile};
use super::environment::Environment;

/// Returns the credential source of a profile; of the current profile, if `profile` is `None`.
///
/// # Errors
/// The reason why there is none, and the command of the CLI that helps. It contains no secrets.
pub fn parse(
    text: &[u8],
    profile: Option<&str>,
    environment: &Environment,
) -> Result<ConfiguredSource, String> {
    // The message of the JSON parser could quote a value.
    let config: Config = serde_json::from_slice(text)
        .map_err(|_| "it is not a valid config file: write another with `aliyun configure`".to_owned())?;
    let name = profile.or(config.current.as_deref()).filter(|name| !name.is_empty()).unwrap_or("default");
    config.configured(name, environment, &mut Vec::new())
}

/// Returns the source of a profile that is completed by the output of its command, and when the keys in the output expire.
///
/// # Errors
/// The reason why there is none. It contains no secrets.
pub(super) fn complete(
    profile: &ExternalProfile,
    output: &[u8],
    environment: &Environment,
) -> Result<(CredentialSource, Option<OffsetDateTime>), String> {
    let mut output: Map<String, Value> = serde_json::from_slice(output)
        .map_err(|_| "its process_command did not print a JSON object".to_owned())?;
    let text = |name: &str| output.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let expires_at = text("expiration").and_then(|end| OffsetDateTime::parse(end, &Rfc3339).ok());
    // Without a mode, the keys in the output are used.
    let has_mode = text("mode").is_some_and(|mode| mode != "External");
    let mode = if text("sts_token").is_some() { "StsToken" } else { "AK" };
    if !has_mode {
        output.insert("mode".to_owned(), mode.into());
    }
    let mut fields = profile.fields.clone();
    fields.extend(output);
    let completed = Profile::of(fields)?;
    let expires_at = expires_at.or_else(|| completed.keys_expire_at());
    match completed.source(environment, |_| Err("needs another profile".to_owned())) {
        Ok(source) => Ok((source, expires_at)),
        Err(Problem::OfProfile(why) | Problem::Explained(why)) => {
            Err(format!("the profile that its process_command printed {why}"))
        }
    }
}

#[derive(Deserialize)]
struct Config {
    current: Option<String>,
    profiles: Option<Vec<Map<String, Value>>>,
}

impl Config {
    /// Returns the source of a profile. `chain` contains the profiles that refer to it.
    fn configured(
        &self,
        name: &str,
        environment: &Environment,
        chain: &mut Vec<String>,
    ) -> Result<ConfiguredSource, String> {
        let has_name =
            |fields: &&Map<String, Value>| fields.get("name").and_then(Value::as_str) == Some(name);
        let fields = self.profiles.iter().flatten().find(has_name);
        let fields = fields.ok_or_else(|| {
            format!("it has no profile {name:?}: list the profiles with `aliyun configure list`")
        })?;
        let in_profile = |why: String| format!("its profile {name:?} {why}");
        let profile = Profile::of(fields.clone()).map_err(in_profile)?;
        if chain.iter().any(|known| known == name) {
            return Err(in_profile("is its own source_profile".to_owned()));
        }
        chain.push(name.to_owned());
        let source = profile.source(environment, |source_profile| {
            self.configured(source_profile, environment, chain).map(|configured| configured.source)
        });
        let source = source.map_err(|problem| match problem {
            Problem::OfProfile(why) => in_profile(format!("{why}: run `{}`", profile.command())),
            Problem::Explained(why) => why,
        })?;
        Ok(ConfiguredSource { source, profile: Some(profile.settings().map_err(in_profile)?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::lease::Credentials;
    use crate::credentials::sts::{Role, StsSettings};
    use crate::endpoint::EndpointType;
    use crate::target::ProfileSettings;

    const CONFIG: &str = r#"{"current":"ak","profiles":[
        {"name":"ak","mode":"AK","access_key_id":"id","access_key_secret":"secret","sts_token":"","region_id":"cn-beijing"},
        {"name":"sts","mode":"StsToken","access_key_id":"id","access_key_secret":"secret","sts_token":"token"},
        {"name":"role","mode":"RamRoleArn","access_key_id":"id","access_key_secret":"secret","ram_role_arn":"acs:ram::1:role/r","ram_session_name":"s","expired_seconds":900,"sts_region":"cn-beijing","sts_endpoint":"sts.example","enable_vpc":true,"endpoint_type":"VPC"},
        {"name":"ecs","mode":"EcsRamRole","ram_role_name":"r"},
        {"name":"ecs-role","mode":"RamRoleArnWithRoleName","ram_role_name":"r","ram_role_arn":"a"},
        {"name":"oidc","mode":"OIDC","ram_role_arn":"a","oidc_provider_arn":"p","oidc_token_file":"/t"},
        {"name":"uri","mode":"CredentialsURI","credentials_uri":"https://u"},
        {"name":"chain","mode":"ChainableRamRoleArn","source_profile":"sts","ram_role_arn":"a","region_id":"eu-central-1"},
        {"name":"loop","mode":"ChainableRamRoleArn","source_profile":"loop-2","ram_role_arn":"a"},
        {"name":"loop-2","mode":"ChainableRamRoleArn","source_profile":"loop","ram_role_arn":"a"},
        {"name":"broken-chain","mode":"ChainableRamRoleArn","source_profile":"half","ram_role_arn":"a"},
        {"name":"half","mode":"AK","access_key_id":"id"},
        {"name":"it's","mode":"External"},
        {"name":"bad","mode":"AK","access_key_id":1},
        {"name":"place","mode":"AK","access_key_id":"id","access_key_secret":"secret","region_id":"very-secret/"},
        {"name":"key-pair","mode":"RsaKeyPair","private_key":"very-secret"}],"meta_path":""}"#;

    fn of(profile: Option<&str>) -> Result<ConfiguredSource, String> {
        parse(CONFIG.as_bytes(), profile, &Environment::of_process(None))
    }

    fn source(profile: &str) -> CredentialSource {
        of(Some(profile)).unwrap().source
    }

    fn keys(token: Option<&str>) -> CredentialSource {
        CredentialSource::Static(Credentials {
            access_key_id: "id".into(),
            access_key_secret: "secret".into(),
            security_token: token.map(Into::into),
        })
    }

    fn role(arn: &str, profile: &str) -> Role {
        Role {
            arn: arn.into(),
            session_name: None,
            duration_s: Role::DEFAULT_DURATION_S,
            policy: None,
            external_id: None,
            sts: StsSettings { profile: of(Some(profile)).unwrap().profile, ..StsSettings::default() },
        }
    }

    #[test]
    fn every_supported_mode_is_parsed() {
        let current = of(None).unwrap();
        assert_eq!(current.source, keys(None));
        let region = "cn-beijing".parse().ok();
        assert_eq!(current.profile, Some(ProfileSettings { name: "ak".into(), region, endpoint_type: None }));
        assert_eq!(source("sts"), keys(Some("token")));
        let full = role("acs:ram::1:role/r", "role");
        let sts = StsSettings {
            endpoint: Some("sts.example".into()),
            region: Some("cn-beijing".into()),
            is_private: true,
            ..full.sts.clone()
        };
        assert_eq!(sts.profile.as_ref().unwrap().endpoint_type, Some(EndpointType::Vpc));
        let full = Role { session_name: Some("s".into()), duration_s: 900, sts, ..full };
        let instance = CredentialSource::InstanceRole(Some("r".into()));
        for (profile, expected) in [
            ("role", CredentialSource::Role(Box::new(keys(None)), full)),
            ("ecs", instance.clone()),
            ("ecs-role", CredentialSource::Role(Box::new(instance), role("a", "ecs-role"))),
            ("uri", CredentialSource::Uri("https://u".into())),
            ("chain", CredentialSource::Role(Box::new(keys(Some("token"))), role("a", "chain"))),
        ] {
            assert!(source(profile) == expected, "{profile}");
        }
        assert!(
            matches!(source("oidc"), CredentialSource::OidcRole(oidc) if oidc.role.duration_s == Role::DEFAULT_DURATION_S)
        );
    }

    #[test]
    fn errors_name_the_missing_field_and_the_command_and_quote_no_values() {
        for (profile, why) in [
            (
                "half",
                r#"its profile "half" has no access_key_secret: run `aliyun configure --profile half --mode AK`"#,
            ),
            (
                "it's",
                r#"its profile "it's" has no process_command: run `aliyun configure --profile "it's" --mode External`"#,
            ),
            ("none", r#"it has no profile "none": list the profiles with `aliyun configure list`"#),
            ("bad", r#"its profile "bad" has a field of another type than the CLI writes"#),
            ("place", r#"its profile "place" has a region_id that is not a valid region name"#),
            ("loop", r#"its profile "loop" is its own source_profile"#),
            (
                "broken-chain",
                r#"its profile "half" has no access_key_secret: run `aliyun configure --profile half --mode AK`"#,
            ),
            (
                "key-pair",
                r#"its profile "key-pair" has the mode "RsaKeyPair", which gives no access key; use another profile, or `aliyun configure --mode OAuth`"#,
            ),
        ] {
            assert_eq!(of(Some(profile)).unwrap_err(), why);
        }
        let environment = Environment::of_process(None);
        let bad = parse(br#"{"profiles":[{"name":"very-secret""#, None, &environment).unwrap_err();
        assert_eq!(bad, "it is not a valid config file: write another with `aliyun configure`");
        assert!(parse(b"{}", None, &environment).unwrap_err().starts_with(r#"it has no profile "default""#));
    }

    #[test]
    fn the_output_of_a_command_completes_its_profile() {
        let fields = r#"{"name":"x","mode":"External","process_command":"c","access_key_id":"old","sts_token":"old","ram_role_arn":"a"}"#;
        let fields: Map<String, Value> = serde_json::from_str(fields).unwrap();
        let profile = ExternalProfile { name: "x".into(), command: "c".into(), fields };
        let complete = |output: &str| complete(&profile, output.as_bytes(), &Environment::of_process(None));
        let end = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
        for (output, expected, expires_at) in [
            (r#"{"mode":"AK","access_key_id":"id","access_key_secret":"secret"}"#, keys(None), None),
            (r#"{"access_key_id":"id","access_key_secret":"secret"}"#, keys(None), None),
            (
                r#"{"access_key_id":"id","access_key_secret":"secret","sts_token":"token","expiration":"2026-05-28T16:38:20Z"}"#,
                keys(Some("token")),
                end("2026-05-28T16:38:20Z"),
            ),
            (
                r#"{"mode":"StsToken","access_key_id":"id","access_key_secret":"secret","sts_token":"token","sts_expiration":3600}"#,
                keys(Some("token")),
                end("1970-01-01T01:00:00Z"),
            ),
            (
                r#"{"mode":"EcsRamRole","ram_role_name":"r"}"#,
                CredentialSource::InstanceRole(Some("r".into())),
                None,
            ),
        ] {
            let (source, end) = complete(output).unwrap();
            assert!(source == expected && end == expires_at, "{output}");
        }
        for (output, why) in [
            ("very-secret", "its process_command did not print a JSON object"),
            (r#"{"mode":"AK"}"#, "the profile that its process_command printed has no access_key_secret"),
            (
                r#"{"mode":"External"}"#,
                "the profile that its process_command printed has no access_key_secret",
            ),
            (
                r#"{"mode":"ChainableRamRoleArn","source_profile":"p"}"#,
                "the profile that its process_command printed needs another profile",
            ),
        ] {
            assert_eq!(complete(output).unwrap_err(), why);
        }
    }
}
