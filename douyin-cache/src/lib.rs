//! What one process remembers of a store, and what several processes on one database tell each other.

mod cached;
mod peers;
#[cfg(feature = "redis")]
pub mod redis;

pub use cached::{CacheOptions, CacheStats, CachedStore, ShelfStats};
pub use peers::Peers;
