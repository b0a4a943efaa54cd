//! The HTTP front end of the short-video service: one of many possible ones over `douyin-core`.

pub mod api;
pub mod command;
pub mod config;
pub mod media_files;
pub mod server;
