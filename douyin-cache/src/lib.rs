//! What one process remembers of a store, and what several processes on one database tell each other.

mod peers;
#[cfg(feature = "redis")]
pub mod redis;

pub use peers::{Alone, Peers};
