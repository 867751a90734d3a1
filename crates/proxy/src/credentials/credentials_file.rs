//! The credentials file of the SDKs, `~/.alibabacloud/credentials`.
//!
//! Errors must not quote the file, except for the names of sections and types.

use std::collections::HashMap;

use super::credential_source::CredentialSource;
use super::lease::Credentials;
use super::sts::{OidcRole, Role};

/// Returns the credential source of a section; of the section `default`, if `profile` is `None`.
///
/// # Errors
/// The reason why there is none. It contains no secrets.
pub fn parse(text: &str, profile: Option<&str>) -> Result<CredentialSource, String> {
    let name = profile.unwrap_or("default");
    let section = section(text, name).ok_or_else(|| format!("it has no section [{name}]"))?;
    section.source().map_err(|why| format!("its section [{name}] {why}"))
}

struct Section<'a>(HashMap<&'a str, &'a str>);

/// Returns the pairs of a section. Lines that cannot be parsed are ignored.
fn section<'a>(text: &'a str, name: &str) -> Option<Section<'a>> {
    let mut found: Option<HashMap<_, _>> = None;
    let mut is_inside = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
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
    fn source(&self) -> Result<CredentialSource, String> {
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
            Some("ram_role_arn") => Ok(CredentialSource::Role(self.keys()?, self.role()?)),
            Some("ecs_ram_role") => Ok(CredentialSource::InstanceRole(self.get("role_name"))),
            Some("oidc_role_arn") => Ok(CredentialSource::OidcRole(OidcRole {
                role: self.role()?,
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

    fn role(&self) -> Result<Role, String> {
        Ok(Role {
            arn: self.required("role_arn")?,
            session_name: self.get("role_session_name"),
            duration_s: Role::DEFAULT_DURATION_S,
            policy: self.get("policy"),
            external_id: None,
            sts_region: None,
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

    const FILE: &str = "\u{feff}; a comment
access_key_id = outside
[default]
type = access_key # the usual
access_key_id = id
access_key_secret=se=cret

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
        assert_eq!(parse(FILE, None), Ok(CredentialSource::Static(keys("se=cret"))));
        assert!(matches!(
            parse(FILE, Some("role")),
            Ok(CredentialSource::Role(base, role)) if base == keys("secret") && role.session_name.as_deref() == Some("s")
        ));
        assert_eq!(parse(FILE, Some("ecs")), Ok(CredentialSource::InstanceRole(None)));
    }

    #[test]
    fn errors_name_the_missing_key_and_quote_no_values() {
        for (section, why) in [
            ("off", "its section [off] is disabled by enable"),
            ("half", "its section [half] has no security_token"),
            ("none", "it has no section [none]"),
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
