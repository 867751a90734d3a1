//! Obtains the credentials of a source, over the network if needed.

use super::credential_source::{CredentialSource, ExternalProfile};
use super::environment::Environment;
use super::lease::Lease;
use super::{config_file, external, metadata, sign_in, sts, uri};

/// Obtains the credentials of a source.
///
/// # Errors
/// The reason why there are none. It contains no secrets.
pub(super) async fn obtain(source: &CredentialSource, environment: &Environment) -> Result<Lease, String> {
    match source {
        CredentialSource::Static(credentials) => Ok(Lease::permanent(credentials.clone())),
        CredentialSource::Role(base, role) => {
            let base = Box::pin(obtain(base, environment)).await?;
            sts::assume_role(&base.credentials, role, environment).await
        }
        CredentialSource::OidcRole(role) => sts::assume_role_with_oidc(role, environment).await,
        CredentialSource::InstanceRole(name) => metadata::instance_role(name.as_deref(), environment).await,
        CredentialSource::Uri(address) => uri::credentials(address).await,
        CredentialSource::SignIn(sign_in) => sign_in::keys(sign_in, environment).await,
        CredentialSource::External(profile) => external_profile(profile, environment).await,
    }
}

async fn external_profile(profile: &ExternalProfile, environment: &Environment) -> Result<Lease, String> {
    let output = external::output(&profile.command).await?;
    let (source, expires_at) = config_file::complete(profile, &output, environment)?;
    let lease = Box::pin(obtain(&source, environment)).await?;
    Ok(Lease { expires_at: lease.expires_at.or(expires_at), ..lease })
}
