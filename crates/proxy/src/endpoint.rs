//! Hosts: the official table of regions, and the endpoint that is given instead.
//!
//! Plain HTTP is allowed for loopback hosts only. This module must not know credentials or requests.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;

/// Regions that share the central host, from the `_endpoint_map` of the official SDK (alibabacloud_polardb20170801 9.2.1).
/// Every other region has its own host. `tests/sdk.rs` compares the table.
pub const CENTRAL_REGIONS: [&str; 39] = [
    "cn-qingdao",
    "cn-beijing",
    "cn-wulanchabu",
    "cn-hangzhou",
    "cn-shanghai",
    "cn-heyuan",
    "cn-hangzhou-finance",
    "ap-northeast-2-pop",
    "cn-beijing-finance-1",
    "cn-beijing-finance-pop",
    "cn-beijing-gov-1",
    "cn-beijing-nu16-b01",
    "cn-edge-1",
    "cn-fujian",
    "cn-haidian-cm12-c01",
    "cn-hangzhou-bj-b01",
    "cn-hangzhou-internal-prod-1",
    "cn-hangzhou-internal-test-1",
    "cn-hangzhou-internal-test-2",
    "cn-hangzhou-internal-test-3",
    "cn-hangzhou-test-306",
    "cn-hongkong-finance-pop",
    "cn-huhehaote-nebula-1",
    "cn-qingdao-nebula",
    "cn-shanghai-et15-b01",
    "cn-shanghai-et2-b01",
    "cn-shanghai-inner",
    "cn-shanghai-internal-test-1",
    "cn-shenzhen-inner",
    "cn-shenzhen-st4-d01",
    "cn-shenzhen-su18-b01",
    "cn-wuhan",
    "cn-yushanfang",
    "cn-zhangbei",
    "cn-zhangbei-na61-b01",
    "cn-zhangjiakou-na62-a01",
    "cn-zhengzhou-nebula-1",
    "eu-west-1-oxs",
    "rus-west-1-pop",
];

/// The maximum length of a part of a host name (RFC 1035).
const LABEL_MAX_LEN: usize = 63;

/// A valid name of a region, such as `cn-hangzhou`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region(String);

impl Region {
    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Region {
    fn default() -> Self {
        Self("cn-hangzhou".to_owned())
    }
}

impl FromStr for Region {
    type Err = InvalidEndpoint;

    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        let name = text.to_ascii_lowercase();
        // The name becomes part of a host name, so it must not contain other characters.
        let is_valid = (1..=LABEL_MAX_LEN).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !name.starts_with('-')
            && !name.ends_with('-');
        if is_valid {
            return Ok(Self(name));
        }
        Err(InvalidEndpoint(format!("{text:?} is not a valid region name, such as cn-hangzhou")))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The network in which the hosts of a region are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointType {
    /// The internet.
    Public,
    /// The private network (VPC) of the region.
    Vpc,
}

impl FromStr for EndpointType {
    type Err = InvalidEndpoint;

    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        match text.to_ascii_lowercase().as_str() {
            "public" => Ok(Self::Public),
            "vpc" => Ok(Self::Vpc),
            _ => Err(InvalidEndpoint(format!("{text:?} is not a valid endpoint type; use public or vpc"))),
        }
    }
}

/// The scheme and authority of the upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: &'static str,
    authority: String,
    loopback: bool,
}

impl Endpoint {
    /// Returns the API's HTTPS endpoint in `region`.
    #[must_use]
    pub fn for_region(region: &Region, endpoint_type: EndpointType) -> Self {
        if endpoint_type == EndpointType::Public && CENTRAL_REGIONS.contains(&region.as_str()) {
            return Self::https("polardb.aliyuncs.com".to_owned());
        }
        Self::of_service("polardb", region, endpoint_type)
    }

    /// Returns the endpoint of STS in `region`; without a region, the central one.
    #[must_use]
    pub fn of_sts(region: Option<&Region>, endpoint_type: EndpointType) -> Self {
        match region {
            Some(region) => Self::of_service("sts", region, endpoint_type),
            None => Self::https("sts.aliyuncs.com".to_owned()),
        }
    }

    /// Returns the endpoint by the rule of the official SDKs for regional services.
    fn of_service(service: &str, region: &Region, endpoint_type: EndpointType) -> Self {
        let network = match endpoint_type {
            EndpointType::Public => "",
            EndpointType::Vpc => "-vpc",
        };
        Self::https(format!("{service}{network}.{region}.aliyuncs.com"))
    }

    fn https(authority: String) -> Self {
        Self { scheme: "https", authority, loopback: false }
    }

    /// Parses a host (`polardb.aliyuncs.com`, which implies HTTPS) or a URL without a path (`http://127.0.0.1:9000`).
    ///
    /// # Errors
    /// [`InvalidEndpoint`] for anything else, such as plain HTTP to a host that is not loopback, a user name, a path, a query
    /// or a fragment.
    pub fn parse(text: &str) -> Result<Self, InvalidEndpoint> {
        let invalid = |why: &str| InvalidEndpoint(format!("endpoint {text:?} {why}"));
        // The parser drops a fragment without an error.
        if text.contains('#') {
            return Err(invalid("must not have a fragment: remove the # and the text after it"));
        }
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

/// A region, an endpoint type or an endpoint is not valid. The message says why and what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidEndpoint(String);

impl InvalidEndpoint {
    /// Adds the flag or variable with the value to the message.
    #[must_use]
    pub fn given_by(self, source: &str) -> Self {
        Self(format!("{source}: {}", self.0))
    }
}

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
    fn region_and_endpoint_type_determine_the_host() {
        use EndpointType::{Public, Vpc};
        for (region, endpoint_type, host, sts_host) in [
            ("cn-hangzhou", Public, "polardb.aliyuncs.com", "sts.cn-hangzhou.aliyuncs.com"),
            ("cn-hangzhou-finance", Public, "polardb.aliyuncs.com", "sts.cn-hangzhou-finance.aliyuncs.com"),
            ("rus-west-1-pop", Public, "polardb.aliyuncs.com", "sts.rus-west-1-pop.aliyuncs.com"),
            (
                "AP-Southeast-1",
                Public,
                "polardb.ap-southeast-1.aliyuncs.com",
                "sts.ap-southeast-1.aliyuncs.com",
            ),
            ("cn-beijing", Vpc, "polardb-vpc.cn-beijing.aliyuncs.com", "sts-vpc.cn-beijing.aliyuncs.com"),
            (
                "eu-central-1",
                Vpc,
                "polardb-vpc.eu-central-1.aliyuncs.com",
                "sts-vpc.eu-central-1.aliyuncs.com",
            ),
        ] {
            let region = region.parse().unwrap();
            let hosts = [
                Endpoint::for_region(&region, endpoint_type).origin(),
                Endpoint::of_sts(Some(&region), endpoint_type).origin(),
            ];
            assert_eq!(hosts, [format!("https://{host}"), format!("https://{sts_host}")]);
        }
        assert_eq!(Endpoint::of_sts(None, Vpc).origin(), "https://sts.aliyuncs.com");
        for bad in ["", "evil.example/", "a b", "cn_hangzhou", "-a", "a-", &"a".repeat(64)] {
            assert!(bad.parse::<Region>().is_err(), "{bad}");
        }
        for (text, expected) in
            [("vpc", Some(Vpc)), ("VPC", Some(Vpc)), ("Public", Some(Public)), ("x", None)]
        {
            assert_eq!(text.parse::<EndpointType>().ok(), expected, "{text}");
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
            "https://polardb.aliyuncs.com#a",
            "polardb.aliyuncs.com/#",
            "polardb.aliyuncs.com#@evil.example",
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
