//! The storage as its users see it.

mod cover;
mod encoded;
mod encoder;
mod support;
mod sweep;
mod upload;
