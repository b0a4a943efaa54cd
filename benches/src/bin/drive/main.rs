//! Load that `wrk` cannot make: requests at a given rate whatever becomes of them, and connections that only cost places.
//!
//! ```text
//! drive flood ADDRESS TARGETS CONNECTIONS SECONDS RATE   RATE 0: each connection asks again as soon as it is answered
//! drive hold ADDRESS slow|silent CONNECTIONS SECONDS     from 127.0.0.2, ended by the server or after so many seconds
//! ```
//!
//! `TARGETS` is a file of request lines, `METHOD /path?query`, of which any is sent next.

mod flood;
mod hold;
mod report;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["flood", address, targets, connections, seconds, rate] => {
            flood::run(address, targets, connections, seconds, rate).await
        }
        ["hold", address, manner, connections, seconds] => {
            hold::run(address, manner, connections, seconds).await
        }
        _ => Err("see the first lines of its source for its arguments".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("drive: {error}");
            ExitCode::FAILURE
        }
    }
}
