use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdout};
use tokio::time::timeout;

/// How long is waited for processes that were ended: the system takes a moment to take them down.
const ENDING: Duration = Duration::from_secs(2);

/// A child and whatever it started; ended together, when this is dropped at the latest.
#[derive(Debug)]
pub(super) struct ProcessGroup {
    leader: Option<u32>,
    /// Every process of the group holds it, and nobody reads it: who writes a lot to it stands still.
    stdout: Option<ChildStdout>,
}

impl ProcessGroup {
    pub(super) fn of(leader: &mut Child) -> Self {
        Self {
            leader: leader.id(),
            stdout: leader.stdout.take(),
        }
    }

    /// Ends all that is left of it, and waits for that, so that nothing writes to a folder that is removed next.
    pub(super) async fn end(&mut self, leader: &mut Child) -> io::Result<()> {
        self.kill();
        leader.wait().await?;
        if let Some(mut stdout) = self.stdout.take() {
            let closed = async {
                while stdout.read(&mut [0; 4096]).await? > 0 {}
                io::Result::Ok(())
            };
            if timeout(ENDING, closed).await.is_err() {
                tracing::warn!("what a child process started has not ended with it");
            }
        }
        Ok(())
    }

    /// A moment after the leader was waited for, its number is nobody else's yet: numbers are given out in turn.
    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader.take().and_then(|id| i32::try_from(id).ok()) {
            use rustix::process::{Pid, Signal, kill_process_group};
            let Some(leader) = Pid::from_raw(leader) else {
                return;
            };
            match kill_process_group(leader, Signal::KILL) {
                Ok(()) | Err(rustix::io::Errno::SRCH) => {}
                Err(error) => tracing::warn!(%error, "a child process could not be ended"),
            }
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}
