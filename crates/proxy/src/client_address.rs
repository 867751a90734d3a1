//! The address of a client: the peer of the connection or, behind a trusted proxy, the address in `X-Forwarded-For`.
//!
//! `X-Forwarded-Proto` and `X-Forwarded-Host` are ignored, because no response depends on scheme or host.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use http::{Extensions, HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The peer address of the connection. Stored as an extension of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// A network, such as `10.0.0.0/8`. A single address is a network of size one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let address = text.parse::<IpAddr>().map(IpNet::from);
        address
            .or_else(|_| text.parse())
            .map(Self)
            .map_err(|_| "must be an address or a network, such as 10.0.0.7 or 10.0.0.0/8".to_owned())
    }
}

/// The networks of proxies whose `X-Forwarded-For` and `x-request-id` headers are trusted. None by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[Network]>);

impl TrustedProxies {
    /// Trusts the peers in the networks.
    #[must_use]
    pub fn new(networks: Vec<Network>) -> Self {
        Self(networks.into())
    }

    /// Returns whether the peer is trusted.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|Network(network)| network.contains(&address))
    }
}

/// The client of a request. Stored as an extension of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// The address of the client. Unspecified if there is no socket.
    pub address: IpAddr,
    /// Whether the peer is a trusted proxy.
    pub via_trusted_proxy: bool,
}

impl Client {
    /// Determines the client of a request.
    #[must_use]
    pub fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &TrustedProxies) -> Self {
        let peer = extensions.get::<Peer>().map(|Peer(address)| address.ip().to_canonical());
        let peer = peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
        if !trusted.contains(peer) {
            return Self { address: peer, via_trusted_proxy: false };
        }
        // Each proxy appends the address of its peer. Read from the end, the entries can be trusted up to and including the
        // first address that is not a trusted proxy.
        let lists: Vec<_> = headers.get_all(X_FORWARDED_FOR).iter().filter_map(|v| v.to_str().ok()).collect();
        let mut address = peer;
        for hop in lists.iter().rev().flat_map(|list| list.rsplit(',')) {
            let Some(forwarded) = forwarded_address(hop.trim()) else { break };
            address = forwarded;
            if !trusted.contains(address) {
                break;
            }
        }
        Self { address, via_trusted_proxy: true }
    }

    /// Returns the key for rate limits.
    #[must_use]
    pub fn network(&self) -> IpAddr {
        network(self.address)
    }
}

/// Returns the key for limits per client: an IPv4 address, or the /64 network of an IPv6 address.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

/// Parses an address with or without a port.
fn forwarded_address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&'static str]) -> (String, bool) {
        let trusted = ["10.0.0.0/8", "127.0.0.1", "fd00::/8"].map(|network| network.parse().unwrap());
        let mut extensions = Extensions::new();
        extensions.insert(Peer(peer.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, value.parse().unwrap());
        }
        let client = Client::of(&extensions, &headers, &TrustedProxies::new(trusted.into()));
        (client.address.to_string(), client.via_trusted_proxy)
    }

    #[test]
    fn only_trusted_proxies_can_forward_an_address() {
        for (peer, forwarded, address, by_trusted) in [
            ("192.0.2.1:5", &["198.51.100.9"][..], "192.0.2.1", false),
            ("10.1.2.3:5", &[], "10.1.2.3", true),
            ("10.1.2.3:5", &["198.51.100.9"], "198.51.100.9", true),
            ("10.1.2.3:5", &["1.1.1.1, 198.51.100.9, 10.9.9.9"], "198.51.100.9", true),
            ("10.1.2.3:5", &["1.1.1.1", "198.51.100.9 ,127.0.0.1"], "198.51.100.9", true),
            ("10.1.2.3:5", &["1.1.1.1, unknown, 10.4.4.4"], "10.4.4.4", true),
            ("10.1.2.3:5", &["198.51.100.9:4711"], "198.51.100.9", true),
            ("[fd00::1]:5", &["[2001:db8::7]:80"], "2001:db8::7", true),
            ("[::ffff:127.0.0.1]:5", &["::ffff:198.51.100.9"], "198.51.100.9", true),
            ("10.1.2.3:5", &["10.5.5.5, 10.6.6.6"], "10.5.5.5", true),
            ("10.1.2.3:5", &[""], "10.1.2.3", true),
        ] {
            assert_eq!(client(peer, forwarded), (address.to_owned(), by_trusted), "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn an_ipv6_client_is_identified_by_its_network() {
        let network = |address: &str| {
            Client { address: address.parse().unwrap(), via_trusted_proxy: false }.network().to_string()
        };
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }

    #[test]
    fn an_invalid_network_is_rejected() {
        for bad in ["", "10.0.0.0/33", "localhost", "10.0.0", "*"] {
            bad.parse::<Network>().unwrap_err();
        }
    }
}
