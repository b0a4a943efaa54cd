//! Whom a request comes from, by what the proxies in between say.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;

/// No request passes so many proxies; what names more is not followed further.
const MOST_PROXIES: usize = 32;

/// The addresses of proxies whose `X-Forwarded-For`, `-Host` and `-Proto` are believed; nobody's by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

/// It is no list of addresses and networks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is neither an address nor a network such as 10.0.0.0/8")]
pub struct NotANetwork(String);

impl TrustedProxies {
    /// The addresses and networks.
    #[must_use]
    pub fn networks(&self) -> &[IpNet] {
        &self.0
    }

    /// Whether an address is that of a trusted proxy.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether what a request says about who sent it is a trusted proxy's word.
    pub(super) fn forwarded(&self, extensions: &Extensions) -> bool {
        connected(extensions).is_some_and(|peer| self.trusts(peer))
    }

    /// The address that a request comes from, where the server tells who is connected.
    pub(super) fn client(&self, parts: &Parts) -> Option<IpAddr> {
        let peer = connected(&parts.extensions)?;
        Some(if self.trusts(peer) {
            self.behind(peer, &parts.headers)
        } else {
            peer
        })
    }

    /// Each proxy appends whom it was connected to, and the last entries are the only ones that are not the client's to choose.
    /// So this goes back from the end for as long as a trusted proxy is named, which vouches for the entry before; what is no
    /// address ends it as well.
    fn behind(&self, proxy: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all("x-forwarded-for").iter();
        let entries = lines
            .rev()
            .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        let mut client = proxy;
        for entry in entries.take(MOST_PROXIES) {
            let Some(named) = address(entry) else {
                break;
            };
            client = named;
            if !self.trusts(named) {
                break;
            }
        }
        client
    }
}

/// Addresses and networks with commas between them; nothing for none.
impl FromStr for TrustedProxies {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let entries = text.split(',').map(str::trim);
        // A list may be empty, but not have empty entries.
        let networks = entries.filter(|_| !text.trim().is_empty()).map(|entry| {
            let network = entry.parse::<IpNet>().ok();
            let network = network.or_else(|| Some(entry.parse::<IpAddr>().ok()?.into()));
            network.ok_or_else(|| NotANetwork(entry.to_owned()))
        });
        networks.collect::<Result<_, _>>().map(Self)
    }
}

fn connected(extensions: &Extensions) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(peer.0.ip().to_canonical())
}

/// An address, with or without a port, as proxies write it.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim();
    let bare = || {
        text.strip_prefix('[')?
            .strip_suffix(']')?
            .parse::<IpAddr>()
            .ok()
    };
    let with_port = || Some(text.parse::<SocketAddr>().ok()?.ip());
    let address = text
        .parse::<IpAddr>()
        .ok()
        .or_else(bare)
        .or_else(with_port)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests;
