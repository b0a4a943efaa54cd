//! Who is calling.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use douyin_core::UserId;

use super::Api;
use super::error::Failure;
use super::params::Params;
use super::status::Status;
use super::token::{InvalidToken, Session};

/// The signed-in caller. As `Option<Viewer>` anonymous callers are let in, and a token that is not valid is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Viewer(pub(crate) UserId);

impl Viewer {
    /// Who a token speaks of.
    ///
    /// # Errors
    /// Where there is none, or it is not valid.
    pub(crate) fn of_token(api: &Api, token: Option<&str>) -> Result<Self, Failure> {
        Ok(Self(CurrentSession::of_token(api, token)?.0.user))
    }

    /// The caller's id, where there is one.
    pub(crate) fn id(viewer: Option<Self>) -> Option<UserId> {
        viewer.map(|Self(user)| user)
    }
}

impl FromRequestParts<Arc<Api>> for Viewer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Failure> {
        let Ok(params) = Params::from_request_parts(parts, api).await;
        Self::of_token(api, params.token().as_deref())
    }
}

impl OptionalFromRequestParts<Arc<Api>> for Viewer {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        api: &Arc<Api>,
    ) -> Result<Option<Self>, Infallible> {
        let params = Params::from_request_parts(parts, api).await?;
        let token = params.token();
        Ok(token.and_then(|token| Self::of_token(api, Some(&token)).ok()))
    }
}

/// The session of the caller's token, which may have ended: for those who want to end it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PresentedSession(pub(crate) Session);

impl PresentedSession {
    fn of_token(api: &Api, token: Option<&str>) -> Result<Self, Failure> {
        let token = token.ok_or(Failure::new(Status::NotSignedIn))?;
        api.tokens
            .verify(token, api.douyin.now())
            .map(Self)
            .map_err(ended)
    }
}

/// The session of the caller's token, which has not ended as far as is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CurrentSession(pub(crate) Session);

impl CurrentSession {
    /// A signature and two look-ups in memory: nothing is awaited.
    ///
    /// # Errors
    /// Where there is no token, it is not valid, or the session has ended.
    pub(crate) fn of_token(api: &Api, token: Option<&str>) -> Result<Self, Failure> {
        let PresentedSession(session) = PresentedSession::of_token(api, token)?;
        let current = Self(session);
        current.goes_on(api)?;
        Ok(current)
    }

    /// Asked again by who has taken a while since.
    ///
    /// # Errors
    /// Where it has ended meanwhile.
    pub(crate) fn goes_on(&self, api: &Api) -> Result<(), Failure> {
        if api.revocations.has_ended(&self.0) {
            return Err(ended(InvalidToken::Revoked));
        }
        Ok(())
    }
}

fn ended(error: InvalidToken) -> Failure {
    Failure::new(Status::SessionEnded).because(error)
}

impl FromRequestParts<Arc<Api>> for PresentedSession {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Failure> {
        let Ok(params) = Params::from_request_parts(parts, api).await;
        Self::of_token(api, params.token().as_deref())
    }
}

impl FromRequestParts<Arc<Api>> for CurrentSession {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Failure> {
        let Ok(params) = Params::from_request_parts(parts, api).await;
        Self::of_token(api, params.token().as_deref())
    }
}

/// The network that the caller is in: an IPv4 address, or the /64 of an IPv6 one, which a single household has all of. Unknown
/// where the server does not tell (`ConnectInfo<SocketAddr>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Network(pub(crate) Option<IpAddr>);

impl Network {
    /// That of a request.
    pub(crate) fn of(parts: &Parts, api: &Api) -> Self {
        Self(api.trusted_proxies.client(parts).map(network_of))
    }
}

/// The network of an address, as its first address.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

impl FromRequestParts<Arc<Api>> for Network {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Infallible> {
        Ok(Self::of(parts, api))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_an_ipv4_address_or_half_an_ipv6_one() {
        let of = |text: &str| network_of(text.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
