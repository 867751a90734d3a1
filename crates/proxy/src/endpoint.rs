//! Which one host is called: from a region, or from what `--endpoint` says.
//!
//! Owns the table of regions and the rule that only loopback is called without TLS. Must not know credentials or
//! requests.

use std::fmt;

use http::Uri;

use crate::host::is_loopback_name;

/// Regions that the central host answers for; every other region has a host of its own.
const CENTRAL_REGIONS: [&str; 7] = [
    "cn-qingdao",
    "cn-beijing",
    "cn-wulanchabu",
    "cn-hangzhou",
    "cn-shanghai",
    "cn-heyuan",
    "cn-hangzhou-finance",
];

/// The upstream: a scheme and an authority, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: &'static str,
    authority: String,
    loopback: bool,
}

impl Endpoint {
    /// The API's own host for `region`, by HTTPS.
    ///
    /// # Errors
    /// [`BadEndpoint`] if `region` cannot be a region's name.
    pub fn for_region(region: &str) -> Result<Self, BadEndpoint> {
        let region_like = !region.is_empty()
            && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !region_like {
            return Err(BadEndpoint(format!("{region:?} is not a region; one looks like cn-hangzhou")));
        }
        let authority = if CENTRAL_REGIONS.contains(&region) {
            "polardb.aliyuncs.com".to_owned()
        } else {
            format!("polardb.{region}.aliyuncs.com")
        };
        Ok(Self { scheme: "https", authority, loopback: false })
    }

    /// A host (`polardb.aliyuncs.com`, called by HTTPS) or a URL without path (`http://127.0.0.1:9000`).
    ///
    /// # Errors
    /// [`BadEndpoint`] for anything else: plain HTTP to a host that is not loopback, user names, paths, queries.
    pub fn parse(text: &str) -> Result<Self, BadEndpoint> {
        let bad = |why: &str| BadEndpoint(format!("endpoint {text:?}: {why}"));
        let url = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let uri: Uri = url.parse().map_err(|_| bad("neither a host nor a URL"))?;
        let authority = uri.authority().ok_or_else(|| bad("it names no host"))?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(bad("a host and a port, without a user name, are expected"));
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(bad("a path or a query is not expected"));
        }
        let loopback = is_loopback_name(authority.host());
        let scheme = match uri.scheme_str() {
            Some("https") => "https",
            Some("http") if loopback => "http",
            Some("http") => return Err(bad("plain http is for loopback addresses only; use https")),
            _ => return Err(bad("the scheme must be https, or http for a loopback address")),
        };
        Ok(Self { scheme, authority: authority.as_str().to_ascii_lowercase(), loopback })
    }

    /// The URL's start, without a trailing slash.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// The `Host` header that goes with it, and that the signature covers: clients leave a default port out.
    #[must_use]
    pub fn host_header(&self) -> &str {
        let default_port = if self.scheme == "https" { ":443" } else { ":80" };
        self.authority.strip_suffix(default_port).unwrap_or(&self.authority)
    }

    /// Whether it is called by HTTPS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.scheme == "https"
    }

    /// Whether this is the same machine, so that an HTTP proxy from the environment must not get in between.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

/// A region or an endpoint that cannot be called; the message says why and what would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEndpoint(String);

impl fmt::Display for BadEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadEndpoint {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_a_host() {
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
}
