//! The API as its callers see it, over the store in memory and a clock that stands still: one file per group of routes.

mod app;
mod comment;
mod deletion;
mod deployment;
mod document;
mod failure;
mod favorite;
mod feed;
mod limits;
mod media_url;
mod message;
mod metrics;
mod parameter;
mod path;
mod picture;
mod profile;
mod publish;
mod relation;
mod session;
mod stream;
mod throttle;
mod transport;
mod upload;
mod user;
mod web;
mod web_files;
