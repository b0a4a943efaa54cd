//! The server program.

use std::process::ExitCode;

/// Steadier than the system's allocator under many small allocations from several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    douyin_http::command::main(std::env::args_os(), std::env::vars_os())
}
