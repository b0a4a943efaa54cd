//! Parameters, wherever a client puts them: query string, form, multipart or JSON body.

mod body;
mod encoded;
mod json;
mod multipart;
mod typed;

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Uri, header};
use douyin_core::{Cursor, ListQuery, Page, UserId};

pub(crate) use self::multipart::{FormParts, MultipartError, boundary_of, bounded};
pub(crate) use self::typed::{Emptied, Parameter, WithStreams};
use super::error::Failure;
use super::status::Status;
use super::viewer::Viewer;
use body::Fields;

/// The parameters of a request. Nothing is looked at until a handler asks for it by name, so that what an action does not
/// use may be anything. The query wins over the body, and the first value that is not empty wins.
#[derive(Debug, Clone)]
pub(crate) struct Params(Arc<Source>);

#[derive(Debug)]
struct Source {
    uri: Uri,
    bearer: Option<Box<str>>,
    body: Fields,
}

/// A value as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value<'a> {
    Text(Cow<'a, str>),
    /// A JSON array or object, a file, or what cannot be decoded: no parameter is one of these.
    NotText,
}

impl Params {
    /// Those of the query string alone.
    pub(crate) fn of_query(parts: &Parts) -> Self {
        Self::new(parts, Fields::None)
    }

    /// Those of the query string and of the body, which is read for it.
    ///
    /// # Errors
    /// Where the body as a whole is not what it says it is, or has more than `most` bytes.
    pub(crate) async fn read(parts: &Parts, body: &mut Body, most: usize) -> Result<Self, Failure> {
        let body = Fields::read(&parts.headers, body, most).await?;
        Ok(Self::new(parts, body))
    }

    fn new(parts: &Parts, body: Fields) -> Self {
        let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|header| {
            let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then(|| token.trim().into())
        });
        Self(Arc::new(Source {
            uri: parts.uri.clone(),
            bearer,
            body,
        }))
    }

    fn first(&self, name: &str) -> Option<Value<'_>> {
        let query = self.0.uri.query().unwrap_or_default();
        encoded::first(query.as_bytes(), name).or_else(|| self.0.body.first(name))
    }

    /// A parameter's text; `None` where it is absent or empty.
    ///
    /// # Errors
    /// Where it is no text.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<Cow<'_, str>>, Failure> {
        match self.first(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::NotText) => Err(Failure::invalid(name)),
        }
    }

    /// A parameter as what it should be; `None` where it is absent or empty.
    ///
    /// # Errors
    /// Where it is something else.
    pub(crate) fn get<T: Parameter>(&self, name: &'static str) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        T::parse(&text)
            .map(Some)
            .ok_or_else(|| Failure::invalid(name))
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// Where it is not, or is something else.
    pub(crate) fn require<T: Parameter>(&self, name: &'static str) -> Result<T, Failure> {
        self.get(name)?.ok_or_else(|| Failure::missing(name))
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// Where it is not.
    pub(crate) fn require_text(&self, name: &'static str) -> Result<Cow<'_, str>, Failure> {
        self.text(name)?.ok_or_else(|| Failure::missing(name))
    }

    /// The token, from the parameter or else the header. What scripts make of a token that is not there counts as none.
    pub(crate) fn token(&self) -> Option<Cow<'_, str>> {
        let header = || real_token(Cow::Borrowed(self.0.bearer.as_deref()?));
        self.token_parameter().or_else(header)
    }

    /// The token of the parameter.
    pub(crate) fn token_parameter(&self) -> Option<Cow<'_, str>> {
        match self.first("token") {
            Some(Value::Text(token)) => real_token(token),
            _ => None,
        }
    }

    /// Whose list is asked for: the caller's own, where the request does not say.
    ///
    /// # Errors
    /// Where it says nothing and nobody is signed in.
    pub(crate) fn owner(&self, viewer: Option<Viewer>) -> Result<UserId, Failure> {
        match (self.get("user_id")?, viewer) {
            (Some(owner), _) => Ok(owner),
            (None, Some(viewer)) => Ok(viewer.0),
            (None, None) => Err(Failure::new(Status::NotSignedIn)),
        }
    }

    /// Which part of a list is asked for.
    ///
    /// # Errors
    /// Where `limit` or `cursor` is not one.
    pub(crate) fn paging(&self) -> Result<Paging, Failure> {
        Ok(Paging {
            asked: self.asks_for_a_page(),
            query: ListQuery {
                limit: self.get("limit")?,
                cursor: self.get("cursor")?,
            },
        })
    }

    /// Whether videos are to come with the URLs of their streams.
    ///
    /// # Errors
    /// Where `hls` is neither 0 nor 1.
    pub(crate) fn with_streams(&self) -> Result<WithStreams, Failure> {
        Ok(self.get("hls")?.unwrap_or_default())
    }

    /// Whether the answer is to have a `next_cursor`.
    pub(crate) fn asks_for_a_page(&self) -> bool {
        self.first("limit").is_some() || self.first("cursor").is_some()
    }
}

/// A token that is not one of the texts that scripts make of nothing.
pub(crate) fn real_token(token: Cow<'_, str>) -> Option<Cow<'_, str>> {
    (!matches!(token.trim(), "" | "undefined" | "null")).then_some(token)
}

/// Which part of a list is asked for, and whether it was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paging {
    pub(crate) query: ListQuery,
    asked: bool,
}

impl Paging {
    /// The `next_cursor` of an answer: only where the request has paging parameters, and empty at the list's end.
    pub(crate) fn next<T>(&self, page: &Page<T>) -> Option<String> {
        let text = |cursor: Cursor| cursor.to_string();
        self.asked.then(|| page.next.map(text).unwrap_or_default())
    }
}

/// The endpoint's layer has read them.
impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let read = parts.extensions.get::<Self>().cloned();
        Ok(read.expect("every endpoint is behind the layer that reads its parameters"))
    }
}

#[cfg(test)]
mod tests;
