//! Accepting and draining connections.
