//! What tells the numbers of the crates below.

mod cache;
mod database;
mod gates;
mod media;
mod node;
mod passwords;
mod process;
mod redis;
mod reloads;
mod runtime;
mod sessions;
mod uploads;
mod work;

pub(crate) use self::process::Process;
pub(crate) use self::runtime::Runtime;
pub(crate) use self::uploads::Current;
