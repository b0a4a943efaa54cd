//! The `/douyin` REST API.
