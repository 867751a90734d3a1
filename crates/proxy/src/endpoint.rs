//! The host that is called, from `--region` or `--endpoint`.
//!
//! Plain HTTP is allowed for loopback hosts only. This module must not know credentials or requests.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

/// Regions that share the central host. Every other region has its own host.
const CENTRAL_REGIONS: [&str; 7] = [
    "cn-qingdao",
    "cn-beijing",
    "cn-wulanchabu",
    "cn-hangzhou",
    "cn-shanghai",
    "cn-heyuan",
    "cn-hangzhou-finance",
];

/// The scheme and authority of the upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: &'static str,
    authority: String,
    loopback: bool,
}

impl Endpoint {
    /// Returns the API's HTTPS endpoint in `region`.
    ///
    /// # Errors
    /// [`InvalidEndpoint`] if `region` is not a valid region name.
    pub fn for_region(region: &str) -> Result<Self, InvalidEndpoint> {
        let is_valid = !region.is_empty()
            && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !is_valid {
            return Err(InvalidEndpoint(format!(
                "{region:?} is not a valid region name, such as cn-hangzhou"
            )));
        }
        let authority = if CENTRAL_REGIONS.contains(&region) {
            "polardb.aliyuncs.com".to_owned()
        } else {
            format!("polardb.{region}.aliyuncs.com")
        };
        Ok(Self { scheme: "https", authority, loopback: false })
    }

    /// Parses a host (`polardb.aliyuncs.com`, which implies HTTPS) or a URL without a path (`http://127.0.0.1:9000`).
    ///
    /// # Errors
    /// [`InvalidEndpoint`] for anything else, such as plain HTTP to a host that is not loopback, a user name, a path or a
    /// query.
    pub fn parse(text: &str) -> Result<Self, InvalidEndpoint> {
        let invalid = |why: &str| InvalidEndpoint(format!("endpoint {text:?} {why}"));
        let url = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let uri: Uri = url.parse().map_err(|_| invalid("is neither a host nor a URL"))?;
        let authority = uri.authority().ok_or_else(|| invalid("has no host"))?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(invalid("must be a host and an optional port, without a user name"));
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(invalid("must not have a path or a query"));
        }
        let loopback = is_loopback_name(authority.host());
        let scheme = match uri.scheme_str() {
            Some("https") => "https",
            Some("http") if loopback => "http",
            Some("http") => {
                return Err(invalid(
                    "uses plain http, which is allowed for loopback addresses only; use https",
                ));
            }
            _ => return Err(invalid("must have the scheme https, or http for a loopback address")),
        };
        Ok(Self { scheme, authority: authority.as_str().to_ascii_lowercase(), loopback })
    }

    /// Returns the URL without a path and trailing slash.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// Returns the value of the `Host` header, which the signature covers. As HTTP clients do, it omits a default port.
    #[must_use]
    pub fn host_header(&self) -> &str {
        let default_port = if self.scheme == "https" { ":443" } else { ":80" };
        self.authority.strip_suffix(default_port).unwrap_or(&self.authority)
    }

    /// Returns whether the scheme is HTTPS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.scheme == "https"
    }

    /// Returns whether the host is loopback. An HTTP proxy of the environment is not used for it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

/// A region or an endpoint is not valid. The message says why and what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidEndpoint(String);

impl fmt::Display for InvalidEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidEndpoint {}

/// Returns whether a host without port is `localhost`, a subdomain of it, or a loopback address. An IPv6 address may be in
/// brackets.
#[must_use]
pub fn is_loopback_name(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => {
            let name = bare.to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_determines_the_host() {
        for (region, origin) in [
            ("cn-hangzhou", "https://polardb.aliyuncs.com"),
            ("cn-hangzhou-finance", "https://polardb.aliyuncs.com"),
            ("ap-southeast-1", "https://polardb.ap-southeast-1.aliyuncs.com"),
        ] {
            assert_eq!(Endpoint::for_region(region).unwrap().origin(), origin);
        }
        for bad in ["", "evil.example/", "a b", "cn_hangzhou"] {
            assert!(Endpoint::for_region(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_endpoint_is_a_host_or_a_url() {
        for (text, origin, host) in [
            ("polardb.aliyuncs.com", "https://polardb.aliyuncs.com", "polardb.aliyuncs.com"),
            ("https://PolarDB.example:443/", "https://polardb.example:443", "polardb.example"),
            ("https://polardb.example:8443", "https://polardb.example:8443", "polardb.example:8443"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000", "127.0.0.1:9000"),
            ("http://[::1]:9000/", "http://[::1]:9000", "[::1]:9000"),
            ("http://localhost:80", "http://localhost:80", "localhost"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!((endpoint.origin().as_str(), endpoint.host_header()), (origin, host), "{text}");
        }
        for bad in [
            "",
            "http://polardb.aliyuncs.com",
            "http://127.0.0.1.evil.example",
            "ftp://127.0.0.1",
            "https://user:pass@polardb.aliyuncs.com",
            "https://polardb.aliyuncs.com/path",
            "https://polardb.aliyuncs.com/?a=b",
            "not a host",
        ] {
            assert!(Endpoint::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn loopback_names_are_recognised() {
        for name in ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "::1"] {
            assert!(is_loopback_name(name), "{name}");
        }
        for name in
            ["", "example.com", "localhost.example.com", "127.0.0.1.nip.io", "10.0.0.1", "[::2]", "0.0.0.0"]
        {
            assert!(!is_loopback_name(name), "{name}");
        }
    }
}
