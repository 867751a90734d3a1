//! The HTTP or SOCKS proxy of the environment, through which hosts on the network are called.
//!
//! The variables are those of curl. The value may contain a password, so it must not be printed.

use std::fmt;
use std::sync::OnceLock;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{NoProxy, Proxy};

/// The variables for HTTPS, in order of precedence. Only HTTPS and loopback hosts are called, so `HTTP_PROXY` is not used.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// The variables with the hosts that are called without the proxy.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// A proxy, and the variable that contains its URL.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpProxy {
    variable: &'static str,
    url: String,
    exceptions: String,
}

impl HttpProxy {
    /// Returns the proxy of this process; `None` if no variable is set.
    ///
    /// # Errors
    /// [`InvalidHttpProxy`] if the value cannot be used.
    pub fn of_process() -> &'static Result<Option<Self>, InvalidHttpProxy> {
        static PROXY: OnceLock<Result<Option<HttpProxy>, InvalidHttpProxy>> = OnceLock::new();
        PROXY.get_or_init(|| {
            Self::of(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
        })
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, InvalidHttpProxy> {
        let value = |name: &&'static str| {
            let value = variable(name)?.trim().to_owned();
            (!value.is_empty()).then_some((*name, value))
        };
        let Some((variable, url)) = VARIABLES.iter().find_map(value) else { return Ok(None) };
        let exceptions = EXCEPTIONS.iter().find_map(value).map(|(_, hosts)| hosts).unwrap_or_default();
        let proxy = Self { variable, url, exceptions };
        // The client connects directly, without an error, if it does not support the URL.
        let is_supported = proxy.matcher("").intercept(&Uri::from_static("https://host.invalid")).is_some();
        if is_supported && proxy.proxy().is_ok() {
            Ok(Some(proxy))
        } else {
            Err(InvalidHttpProxy { variable })
        }
    }

    /// Returns the name of the variable.
    #[must_use]
    pub fn variable(&self) -> &'static str {
        self.variable
    }

    /// Returns whether the URL is called through this proxy.
    #[must_use]
    pub fn applies_to(&self, url: &str) -> bool {
        url.parse().is_ok_and(|uri| self.matcher(&self.exceptions).intercept(&uri).is_some())
    }

    /// Returns the proxy for the HTTP client.
    pub(crate) fn proxy(&self) -> reqwest::Result<Proxy> {
        Ok(Proxy::https(&self.url)?.no_proxy(NoProxy::from_string(&self.exceptions)))
    }

    fn matcher(&self, exceptions: &str) -> Matcher {
        Matcher::builder().https(self.url.as_str()).no(exceptions).build()
    }
}

impl fmt::Debug for HttpProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpProxy").field("variable", &self.variable).finish_non_exhaustive()
    }
}

/// The value of a proxy variable cannot be used. The message contains nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidHttpProxy {
    variable: &'static str,
}

impl fmt::Display for InvalidHttpProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is not the URL of a supported proxy: use http://, https://, socks4://, socks4a://, socks5:// or socks5h:// \
             with a host and a port",
            self.variable
        )
    }
}

impl std::error::Error for InvalidHttpProxy {}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Option<HttpProxy>, InvalidHttpProxy> {
        HttpProxy::of(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_first_variable_that_is_set_is_used() {
        for (variables, expected) in [
            (&[][..], None),
            (&[("HTTP_PROXY", "http://p:1")], None),
            (&[("HTTPS_PROXY", " "), ("all_proxy", "socks5://p")], Some("all_proxy")),
            (&[("ALL_PROXY", "socks5h://p"), ("https_proxy", "p:3128")], Some("https_proxy")),
            (&[("HTTPS_PROXY", "http://user:pa%20ss@p"), ("https_proxy", "p:3128")], Some("HTTPS_PROXY")),
        ] {
            let found = of(variables).unwrap();
            assert_eq!(found.as_ref().map(HttpProxy::variable), expected, "{variables:?}");
            assert!(!format!("{found:?}").contains("ss@"));
        }
        for bad in ["ftp://p:1", "socks://p:1", "http:///p", "a b", "http://p:port"] {
            let error = of(&[("ALL_PROXY", bad)]).unwrap_err().to_string();
            assert!(error.starts_with("ALL_PROXY is not the URL") && !error.contains(bad), "{bad}: {error}");
        }
    }

    #[test]
    fn exceptions_are_called_directly() {
        let proxy =
            of(&[("HTTPS_PROXY", "p:3128"), ("no_proxy", "example.com, 10.0.0.0/8")]).unwrap().unwrap();
        for (url, applies) in [
            ("https://sts.aliyuncs.com", true),
            ("https://example.com:8443", false),
            ("https://a.example.com", false),
            ("https://10.1.2.3", false),
            ("http://sts.aliyuncs.com", false),
        ] {
            assert_eq!(proxy.applies_to(url), applies, "{url}");
        }
    }
}
