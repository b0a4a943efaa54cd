//! Tests of the real program over real sockets.

mod client;
mod crash;
mod end_to_end;
mod server;
