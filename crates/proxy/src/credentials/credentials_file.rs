//! The credentials file of the SDKs, `~/.alibabacloud/credentials`.
//!
//! Errors must not quote the file, except for the names of sections and types.

use std::collections::HashMap;

use super::credential_source::{ConfiguredSource, CredentialSource};
use super::lease::Credentials;
use super::sts::{OidcRole, Role, StsSettings};
use crate::target::ProfileSettings;

/// Returns the credential source of a section; of the section `default`, if `profile` is `None`.
///
/// # Errors
/// The reason why there is none. It contains no secrets.
pub fn parse(text: &str, profile: Option<&str>) -> Result<ConfiguredSource, String> {
    let name = profile.unwrap_or("default");
    let section = section(text, name).ok_or_else(|| format!("it has no section [{name}]"))?;
    let configured = || {
        let profile = section.settings(name)?;
        Ok::<_, String>(ConfiguredSource { source: section.source(&profile)?, profile: Some(profile) })
    };
    configured().map_err(|why| format!("its section [{name}] {why}"))
}

struct Section<'a>(HashMap<&'a str, &'a str>);

/// Returns the pairs of a section. Lines that cannot be parsed are ignored.
fn section<'a>(text: &'a str, name: &str) -> Option<Section<'a>> {
    let mut found: Option<HashMap<_, _>> = None;
    let mut is_inside = false;
    for line in text.lines() {
        // As in the SDKs, a # begins a comment at any position of a line.
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.starts_with(';') {
            continue;
        }
        if let Some(title) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            is_inside = title.trim() == name;
            if is_inside {
                found.get_or_insert_default();
            }
        } else if let Some((key, value)) = line.split_once('=').filter(|_| is_inside) {
            found.get_or_insert_default().insert(key.trim(), value.trim());
        }
    }
    found.map(Section)
}

impl Section<'_> {
    fn settings(&self, name: &str) -> Result<ProfileSettings, String> {
        let region = self.get("region_id").map(|region| region.parse()).transpose();
        let region = region.map_err(|_| "has a region_id that is not a valid region name".to_owned())?;
        Ok(ProfileSettings { name: name.to_owned(), region, endpoint_type: None })
    }

    fn source(&self, profile: &ProfileSettings) -> Result<CredentialSource, String> {
        if self.get("enable").is_some_and(|value| value.eq_ignore_ascii_case("false")) {
            return Err("is disabled by enable".to_owned());
        }
        match self.get("type").as_deref() {
            Some("access_key") | None => {
                Ok(CredentialSource::Static(Credentials { security_token: None, ..self.keys()? }))
            }
            Some("sts") => {
                self.required("security_token")?;
                Ok(CredentialSource::Static(self.keys()?))
            }
            Some("ram_role_arn") => {
                let base = CredentialSource::Static(self.keys()?);
                Ok(CredentialSource::Role(Box::new(base), self.role(profile)?))
            }
            Some("ecs_ram_role") => Ok(CredentialSource::InstanceRole(self.get("role_name"))),
            Some("oidc_role_arn") => Ok(CredentialSource::OidcRole(OidcRole {
                role: self.role(profile)?,
                provider_arn: self.required("oidc_provider_arn")?,
                token_file: self.required("oidc_token_file_path")?.into(),
            })),
            Some(other) => Err(format!(
                "has the unsupported type {other:?}; supported are access_key, sts, ram_role_arn, ecs_ram_role and \
                 oidc_role_arn"
            )),
        }
    }

    fn keys(&self) -> Result<Credentials, String> {
        Ok(Credentials {
            access_key_id: self.required("access_key_id")?,
            access_key_secret: self.required("access_key_secret")?,
            security_token: self.get("security_token"),
        })
    }

    fn role(&self, profile: &ProfileSettings) -> Result<Role, String> {
        Ok(Role {
            arn: self.required("role_arn")?,
            session_name: self.get("role_session_name"),
            duration_s: Role::DEFAULT_DURATION_S,
            policy: self.get("policy"),
            external_id: None,
            sts: StsSettings { profile: Some(profile.clone()), ..StsSettings::default() },
        })
    }

    fn get(&self, key: &str) -> Option<String> {
        self.0.get(key).filter(|value| !value.is_empty()).map(|value| (*value).to_owned())
    }

    fn required(&self, key: &str) -> Result<String, String> {
        self.get(key).ok_or_else(|| format!("has no {key}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "; a comment
access_key_id = outside
[default]
type = access_key # the usual
access_key_id = id
access_key_secret=se=cret
region_id = cn-beijing

[ role ]
type = ram_role_arn
access_key_id = id
access_key_secret = secret
role_arn = acs:ram::1:role/r
role_session_name = s
[ecs]
type = ecs_ram_role
[off]
enable = false
[place]
region_id = very-secret/
[half]
type = sts
access_key_id = id
[key-pair]
type = rsa_key_pair
private_key_file = very-secret
";

    #[test]
    fn every_supported_type_is_parsed() {
        let keys = |secret: &str| Credentials {
            access_key_id: "id".into(),
            access_key_secret: secret.into(),
            security_token: None,
        };
        let source = |section: Option<&str>| parse(FILE, section).unwrap().source;
        assert_eq!(source(None), CredentialSource::Static(keys("se=cret")));
        let CredentialSource::Role(base, role) = source(Some("role")) else { panic!("another source") };
        assert_eq!(*base, CredentialSource::Static(keys("secret")));
        assert_eq!(role.session_name.as_deref(), Some("s"));
        assert_eq!(source(Some("ecs")), CredentialSource::InstanceRole(None));
        let settings = parse(FILE, None).unwrap().profile.unwrap();
        assert_eq!((settings.name.as_str(), settings.region), ("default", "cn-beijing".parse().ok()));
    }

    #[test]
    fn errors_name_the_missing_key_and_quote_no_values() {
        for (section, why) in [
            ("off", "its section [off] is disabled by enable"),
            ("half", "its section [half] has no security_token"),
            ("none", "it has no section [none]"),
            ("place", "its section [place] has a region_id that is not a valid region name"),
        ] {
            assert_eq!(parse(FILE, Some(section)).unwrap_err(), why);
        }
        let unsupported = parse(FILE, Some("key-pair")).unwrap_err();
        assert!(
            unsupported.contains("rsa_key_pair") && !unsupported.contains("very-secret"),
            "{unsupported}"
        );
    }
}
