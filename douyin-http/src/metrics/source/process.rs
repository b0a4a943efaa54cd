use std::fmt;

use crate::metrics::{Page, Source};

/// The process as the system sees it: what is named like this is known to every dashboard for processes.
pub(crate) struct Process;

#[cfg(not(target_os = "linux"))]
impl Source for Process {
    fn write(&self, _page: &mut Page<'_>) -> fmt::Result {
        Ok(())
    }
}

#[cfg(target_os = "linux")]
impl Source for Process {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        use crate::metrics::catalog::{
            PROCESS_CPU_SECONDS, PROCESS_MAX_FILES, PROCESS_OPEN_FILES, PROCESS_RESIDENT_BYTES,
            PROCESS_START_SECONDS, PROCESS_THREADS,
        };
        let seen = match linux::Seen::now() {
            Ok(seen) => seen,
            // A system without its view of processes is no reason to tell nothing of the rest.
            Err(error) => {
                tracing::debug!(%error, "the process cannot be looked at");
                return Ok(());
            }
        };
        page.counter(&PROCESS_CPU_SECONDS, seen.cpu_seconds)?;
        page.gauge(&PROCESS_RESIDENT_BYTES, seen.resident_bytes)?;
        page.gauge(&PROCESS_OPEN_FILES, seen.open_files)?;
        if let Some(files) = seen.max_files {
            page.gauge(&PROCESS_MAX_FILES, files)?;
        }
        page.gauge(&PROCESS_THREADS, seen.threads)?;
        page.gauge(&PROCESS_START_SECONDS, seen.started_seconds)
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use procfs::process::{LimitValue, Process};
    use procfs::{CurrentSI as _, KernelStats, ProcResult, WithCurrentSystemInfo as _};

    pub(super) struct Seen {
        pub(super) cpu_seconds: f64,
        pub(super) resident_bytes: u64,
        pub(super) open_files: usize,
        /// `None` without a limit.
        pub(super) max_files: Option<u64>,
        pub(super) threads: i64,
        pub(super) started_seconds: f64,
    }

    impl Seen {
        #[expect(
            clippy::cast_precision_loss,
            reason = "ticks and seconds are exact up to 2^53, which is long after the end of any process"
        )]
        pub(super) fn now() -> ProcResult<Self> {
            let process = Process::myself()?;
            let stat = process.stat()?;
            let seconds = |ticks: u64| ticks as f64 / procfs::ticks_per_second() as f64;
            let booted = KernelStats::current()?.btime;
            let max_files = match process.limits()?.max_open_files.soft_limit {
                LimitValue::Value(files) => Some(files),
                LimitValue::Unlimited => None,
            };
            Ok(Self {
                cpu_seconds: seconds(stat.utime + stat.stime),
                resident_bytes: stat.rss_bytes().get(),
                open_files: process.fd_count()?,
                max_files,
                threads: stat.num_threads,
                started_seconds: booted as f64 + seconds(stat.starttime),
            })
        }
    }
}
