//! The HTTP front end of the short-video service: one of many possible ones over `douyin-core`.
//!
//! [`api::router`] is the REST API as an axum router, to be mounted in any axum service. The rest makes a program of it:
//! [`config`] says how it is set up, [`command`] what it can do, [`server`] accepts and drains its connections.

pub mod api;
#[cfg(test)]
mod asked;
pub mod command;
mod condition;
pub mod config;
mod error_chain;
mod file_watch;
pub mod health;
pub mod media_files;
pub mod metrics;
pub mod open;
mod places;
mod quality;
pub mod secret;
pub mod server;
pub mod telemetry;
pub mod web;
pub mod words;
pub mod work;
