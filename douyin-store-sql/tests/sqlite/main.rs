//! The SQL store on SQLite files.

mod contention;
mod contract;
mod durability;
mod full_disk;
mod group_commit;
mod opening;
mod scene;
mod stats;
