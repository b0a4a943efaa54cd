//! The storage as its users see it.

mod cover;
mod support;
mod sweep;
mod upload;
