use std::process::ExitCode;

use clap::Args;

use super::{Failure, print};
use crate::config::Config;
use crate::open::{Database, make_data_dir, sql_options};

/// The arguments of `migrate`.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct MigrateArguments {
    /// Only print what would be done, with its SQL
    #[arg(long)]
    dry_run: bool,
}

/// Prints each step of the schema's history that it takes, or would take.
pub(super) async fn run(arguments: MigrateArguments, config: &Config) -> Result<ExitCode, Failure> {
    let Database::Sql(url) = Database::of(config)? else {
        print("a database in memory has no schema")?;
        return Ok(ExitCode::SUCCESS);
    };
    let (steps, verb) = if arguments.dry_run {
        let pending = douyin_store_sql::pending_migrations(url, &sql_options(config)).await?;
        (pending, "would run")
    } else {
        make_data_dir(config)?;
        (
            douyin_store_sql::migrate(url, &sql_options(config)).await?,
            "ran",
        )
    };
    for step in &steps {
        print(&format!("{verb} {:04} {}", step.version, step.name))?;
        if arguments.dry_run {
            print(&format!("\n{}", step.sql))?;
        }
    }
    if steps.is_empty() {
        print("the schema is up to date")?;
    }
    Ok(ExitCode::SUCCESS)
}
