//! Facts about a request that follow from the URLs of the page and of the endpoint. Pure.

/// Whether `url` is on this origin. Both are serialised by the browser; the origin `null` of a sandboxed frame has no URLs.
pub(super) fn is_same_origin(url: &str, origin: &str) -> bool {
    url.strip_prefix(origin).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a page of this origin needs the browser's permission for local network access to request `url`, because that is on
/// the viewer's computer or in a private network, and the page is not. Host names are judged by their form, since a page cannot
/// see their addresses.
pub(super) fn needs_local_network_access(url: &str, origin: &str) -> bool {
    host(url).zip(host(origin)).is_some_and(|(endpoint, page)| space(endpoint) < space(page))
}

/// Whether `url`, as the browser normalizes it, is on the viewer's computer.
pub(super) fn is_loopback(url: &str) -> bool {
    host(url).is_some_and(|host| space(host) == Space::Loopback)
}

/// Returns the host of an absolute URL, without user name, password and port; `None` if it has none.
fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let name = match host.strip_prefix('[') {
        Some(address) => address.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!name.is_empty()).then_some(name)
}

/// The address spaces of the specification "Local Network Access", from the nearest to the farthest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Space {
    Loopback,
    Local,
    Public,
}

fn space(host: &str) -> Space {
    let is_v6 = host.contains(':');
    let is_v4 = host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if host == "localhost"
        || host.ends_with(".localhost")
        || host == "::1"
        || (is_v4 && host.starts_with("127."))
    {
        return Space::Loopback;
    }
    let mut parts = host.split('.');
    let mut part = || parts.next().and_then(|part| part.parse::<u8>().ok());
    let is_local = if is_v6 {
        ["fc", "fd", "fe8", "fe9", "fea", "feb"].iter().any(|prefix| host.starts_with(prefix))
    } else if is_v4 {
        matches!(
            (part(), part()),
            (Some(10), _)
                | (Some(192), Some(168))
                | (Some(169), Some(254))
                | (Some(172), Some(16..=31))
                | (Some(100), Some(64..=127))
        )
    } else {
        // A name without a dot, or in a domain that has no public addresses.
        !host.contains('.')
            || [".local", ".internal", ".home.arpa"].iter().any(|suffix| host.ends_with(suffix))
    };
    if is_local { Space::Local } else { Space::Public }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn urls_are_compared_by_origin() {
        let origin = "https://console.example";
        for (url, expected) in [
            ("https://console.example/api?BatchId=1", true),
            ("https://console.example.evil.example/", false),
            ("https://console.example:8443/", false),
            ("http://console.example/", false),
        ] {
            assert_eq!(is_same_origin(url, origin), expected, "{url}");
        }
        assert!(!is_same_origin("https://console.example/", "null"));
    }

    #[test]
    fn loopback_names_and_addresses() {
        for host in ["localhost", "api.localhost", "127.0.0.1:8080", "127.9.0.255", "[::1]"] {
            assert!(is_loopback(&format!("http://{host}/api")), "{host}");
        }
        for host in [
            "",
            "example.com",
            "localhost.example",
            "notlocalhost",
            "127.example",
            "128.0.0.1",
            "[::2]",
            "10.0.0.1",
        ] {
            assert!(!is_loopback(&format!("http://{host}/api")), "{host}");
        }
    }

    #[test]
    fn a_page_needs_permission_for_a_nearer_network() {
        let public = "https://status.example";
        for near in [
            "http://127.0.0.1:8080/api",
            "http://127.8.9.1/",
            "http://localhost:8080/",
            "http://proxy.localhost/",
            "http://[::1]:8080/",
            "http://10.0.0.7/",
            "http://172.16.0.1/",
            "http://172.31.255.255:1/x",
            "http://192.168.1.2/",
            "http://169.254.1.1/",
            "http://100.64.0.1/",
            "http://[fd12:3456::1]/",
            "http://[fe80::1]/",
            "http://printer.local/",
            "https://proxy.corp.internal/?q#f",
            "https://proxy/api",
        ] {
            assert!(needs_local_network_access(near, public), "{near}");
        }
        for far in [
            "https://api.example/",
            "http://172.32.0.1/",
            "http://192.169.0.1/",
            "http://11.0.0.1/",
            "http://10.example.com/",
            "http://127.0.0.1.example.com/",
            "http://[2001:db8::1]/",
            "http://localhost.example/",
            "https://api.example/?to=http://127.0.0.1/",
        ] {
            assert!(!needs_local_network_access(far, public), "{far}");
        }
        for (url, page, expected) in [
            ("http://127.0.0.1:1/", "http://localhost:2", false),
            ("http://192.168.1.2/", "http://192.168.1.3", false),
            ("http://192.168.1.2/", "http://127.0.0.1", false),
            ("http://127.0.0.1/", "http://192.168.1.3", true),
            ("http://127.0.0.1/", "null", false),
            ("", public, false),
        ] {
            assert_eq!(needs_local_network_access(url, page), expected, "{url} from {page}");
        }
    }
}
