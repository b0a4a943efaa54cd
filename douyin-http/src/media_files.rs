//! Media files over HTTP.
