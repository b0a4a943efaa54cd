use std::fmt;
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeMetrics};

use crate::metrics::catalog::{
    BUILD, RUNTIME_BUSY_SECONDS, RUNTIME_QUEUE, RUNTIME_TASKS, RUNTIME_WORKERS,
};
use crate::metrics::{Page, Source};

/// The program, and what runs its tasks.
pub(crate) struct Runtime(RuntimeMetrics);

impl Runtime {
    /// The one that this is called on.
    pub(crate) fn current() -> Self {
        Self(Handle::current().metrics())
    }
}

impl Source for Runtime {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        page.info(&BUILD, &[env!("CARGO_PKG_VERSION")])?;
        let workers = self.0.num_workers();
        page.gauge(&RUNTIME_WORKERS, workers)?;
        page.gauge(&RUNTIME_TASKS, self.0.num_alive_tasks())?;
        page.gauge(&RUNTIME_QUEUE, self.0.global_queue_depth())?;
        let busy = |worker| self.0.worker_total_busy_duration(worker);
        let busy: Duration = (0..workers).map(busy).sum();
        page.counter(&RUNTIME_BUSY_SECONDS, busy.as_secs_f64())
    }
}
