use std::process::ExitCode;

use clap::Args;

use super::{Failure, print};
use crate::config::Config;
use crate::open::open_existing_store;

/// The arguments of `check`.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct CheckArguments {
    /// Set wrong counters to what their rows count, and exit with 0
    #[arg(long)]
    repair: bool,
}

/// Prints every counter that disagrees with its rows.
pub(super) async fn run(arguments: CheckArguments, config: &Config) -> Result<ExitCode, Failure> {
    let opened = open_existing_store(config).await?;
    let drifts = if arguments.repair {
        opened.store().repair().await?
    } else {
        opened.store().drift().await?
    };
    opened.close().await?;
    for drift in &drifts {
        print(&drift.to_string())?;
    }
    let (count, repaired) = (drifts.len(), arguments.repair);
    print(&match (count, repaired) {
        (0, _) => "every counter agrees with its rows".to_owned(),
        (count, true) => format!("counters repaired: {count}"),
        (count, false) => format!("counters that disagree with their rows: {count}"),
    })?;
    Ok(if count == 0 || repaired {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
