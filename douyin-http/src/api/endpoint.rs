//! The handlers, a file per theme.

pub(super) mod account;
pub(super) mod comment;
pub(super) mod favorite;
pub(super) mod feed;
mod form;
pub(super) mod lists;
mod login_attempt;
pub(super) mod message;
pub(super) mod parameters;
pub(super) mod picture;
pub(super) mod profile;
pub(super) mod publish;
pub(super) mod relation;
pub(super) mod session;
pub(super) mod upload;

use std::sync::Arc;

use axum::extract::State;

use super::Api;

/// How handlers get at what they work with.
type Service = State<Arc<Api>>;
