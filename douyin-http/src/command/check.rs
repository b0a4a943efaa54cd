use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use douyin_core::{Audit, Counter, Drift, StoreError};
use indicatif::{ProgressBar, ProgressDrawTarget};

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

/// So many counters are printed; of the others it is told how many they are.
const MOST_PRINTED: usize = 100;

/// Prints every counter that disagrees with its rows. A server may use the database meanwhile.
pub(super) async fn run(arguments: CheckArguments, config: &Config) -> Result<ExitCode, Failure> {
    let opened = open_existing_store(config).await?;
    let mut count = 0;
    for counter in Counter::ALL {
        let drift = look_at(&**opened.store(), counter, arguments.repair).await?;
        for drift in drift.iter().take(MOST_PRINTED.saturating_sub(count)) {
            print(&drift.to_string())?;
        }
        count += drift.len();
    }
    opened.close().await?;
    if count > MOST_PRINTED {
        print(&format!("and {} more", count - MOST_PRINTED))?;
    }
    print(&match (count, arguments.repair) {
        (0, _) => "every counter agrees with its rows".to_owned(),
        (count, true) => format!("counters repaired: {count}"),
        (count, false) => format!("counters that disagree with their rows: {count}"),
    })?;
    Ok(if count == 0 || arguments.repair {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Compares one counter of everybody with its rows, and tells on standard error how long that took: at millions of rows it is a while.
async fn look_at(
    store: &(impl Audit + ?Sized),
    counter: Counter,
    repair: bool,
) -> Result<Vec<Drift>, StoreError> {
    const TICK: Duration = Duration::from_millis(100);
    let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    spinner.set_message(counter.to_string());
    spinner.enable_steady_tick(TICK);
    let began = Instant::now();
    let drift = if repair {
        store.repair(counter).await
    } else {
        store.drift(counter).await
    };
    spinner.finish_and_clear();
    let drift = drift?;
    let (wrong, seconds) = (drift.len(), began.elapsed().as_secs_f64());
    eprintln!("{counter}: {wrong} wrong, in {seconds:.2} s");
    Ok(drift)
}
