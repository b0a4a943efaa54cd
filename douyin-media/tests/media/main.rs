//! The storage as its users see it.

mod support;
mod upload;
