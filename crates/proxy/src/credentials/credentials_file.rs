//! Recipes in the credentials file that the SDKs share, `~/.alibabacloud/credentials`.
//!
//! Pure, from text to recipe. Must not quote what the file holds but for names of sections and types.

use std::collections::HashMap;

use super::Credentials;
use super::recipe::{OidcRole, Recipe, Role};

/// Reads the recipe of a section, or of `default`.
///
/// # Errors
/// Why there is none, in words without secrets.
pub fn recipe(text: &str, profile: Option<&str>) -> Result<Recipe, String> {
    let name = profile.unwrap_or("default");
    let section = section(text, name).ok_or_else(|| format!("it has no section [{name}]"))?;
    section.recipe().map_err(|why| format!("its section [{name}] {why}"))
}

struct Section<'a>(HashMap<&'a str, &'a str>);

/// The section's pairs. A line that is neither a pair, a section's name nor a comment is passed over.
fn section<'a>(text: &'a str, name: &str) -> Option<Section<'a>> {
    let mut found: Option<HashMap<_, _>> = None;
    let mut is_inside = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        // As in the SDKs, a # begins a comment wherever it stands.
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
    fn recipe(&self) -> Result<Recipe, String> {
        if self.get("enable").is_some_and(|value| value.eq_ignore_ascii_case("false")) {
            return Err("is switched off by enable".to_owned());
        }
        match self.get("type").as_deref() {
            Some("access_key") | None => {
                Ok(Recipe::Keys(Credentials { security_token: None, ..self.keys()? }))
            }
            Some("sts") => {
                self.owed("security_token")?;
                Ok(Recipe::Keys(self.keys()?))
            }
            Some("ram_role_arn") => Ok(Recipe::Role(self.keys()?, self.role()?)),
            Some("ecs_ram_role") => Ok(Recipe::Instance(self.get("role_name"))),
            Some("oidc_role_arn") => Ok(Recipe::Oidc(OidcRole {
                role: self.role()?,
                provider_arn: self.owed("oidc_provider_arn")?,
                token_file: self.owed("oidc_token_file_path")?.into(),
            })),
            Some(other) => Err(format!(
                "has the type {other:?}, and only access_key, sts, ram_role_arn, ecs_ram_role and oidc_role_arn are \
                 supported"
            )),
        }
    }

    fn keys(&self) -> Result<Credentials, String> {
        Ok(Credentials {
            access_key_id: self.owed("access_key_id")?,
            access_key_secret: self.owed("access_key_secret")?,
            security_token: self.get("security_token"),
        })
    }

    fn role(&self) -> Result<Role, String> {
        Ok(Role {
            arn: self.owed("role_arn")?,
            session_name: self.get("role_session_name"),
            duration_s: Role::DURATION_S,
            policy: self.get("policy"),
            external_id: None,
            sts_region: None,
        })
    }

    fn get(&self, key: &str) -> Option<String> {
        self.0.get(key).filter(|value| !value.is_empty()).map(|value| (*value).to_owned())
    }

    fn owed(&self, key: &str) -> Result<String, String> {
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
    fn each_type_has_its_recipe() {
        let keys = |secret: &str| Credentials {
            access_key_id: "id".into(),
            access_key_secret: secret.into(),
            security_token: None,
        };
        assert_eq!(recipe(FILE, None), Ok(Recipe::Keys(keys("se=cret"))));
        assert!(matches!(
            recipe(FILE, Some("role")),
            Ok(Recipe::Role(base, role)) if base == keys("secret") && role.session_name.as_deref() == Some("s")
        ));
        assert_eq!(recipe(FILE, Some("ecs")), Ok(Recipe::Instance(None)));
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_quoted() {
        for (section, why) in [
            ("off", "its section [off] is switched off by enable"),
            ("half", "its section [half] has no security_token"),
            ("none", "it has no section [none]"),
        ] {
            assert_eq!(recipe(FILE, Some(section)).unwrap_err(), why);
        }
        let unsupported = recipe(FILE, Some("key-pair")).unwrap_err();
        assert!(
            unsupported.contains("rsa_key_pair") && !unsupported.contains("very-secret"),
            "{unsupported}"
        );
    }
}
