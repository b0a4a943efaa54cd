//! The store that remembers: what it answers, when it asks, and whom it tells.

mod absence;
mod age;
mod agreement;
mod bounds;
mod coalescing;
mod contract;
mod peers;
mod server;
mod stage;
mod watched;
mod writes;
