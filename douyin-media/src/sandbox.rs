//! The one way in which a child process is run: under limits that the system keeps, in a folder of its own, and with nothing of this
//! process but its user.
//!
//! A decoder reads bytes of strangers. What it does with them costs its job, never the server: a crash is a failure, and a hang, a flood or
//! a fork bomb ends with the limit that it runs into, together with whatever it started.

mod complaints;
mod folder_size;
mod isolation;
mod output;
mod process_group;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::timeout;

pub(crate) use self::isolation::prepare;
pub(crate) use self::output::{open_output, remove_output};
use self::process_group::ProcessGroup;

/// Limits the process before it becomes the program: address space in KiB, seconds of processor time (at the end of which the system tells it
/// so, [`ChildLimits::SECONDS_TO_END`] before it ends it), size of any file it writes in blocks of 512 bytes, open files; no core dump. `sh`, `ulimit` and `nice` are POSIX, and every shell of Linux and the BSDs knows these letters;
/// without `nice` it goes on without.
const LIMITED: &str = r#"
    ulimit -c 0 && ulimit -v "$1" && ulimit -S -t "$2" && ulimit -H -t "$5" && ulimit -f "$3" && ulimit -n "$4" || exit 125
    shift 5
    command -v nice >/dev/null 2>&1 && exec nice -n 10 "$@"
    exec "$@"
"#;

/// Where programs are looked for that are named without a folder.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// What a child process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChildLimits {
    /// On the clock.
    pub(crate) time: Duration,
    /// Of the processor, over all threads: what ends it where nobody is left to look at the clock.
    pub(crate) processor_time: Duration,
    /// Address space.
    pub(crate) memory_bytes: u64,
    /// Of each file that it writes.
    pub(crate) file_bytes: u64,
}

impl ChildLimits {
    /// Files that are open at the same time: a decoder needs its input, its output and its libraries.
    pub(crate) const OPEN_FILES: u64 = 64;
    /// The folder may grow by so many files of the largest size.
    const FILES: u64 = 2;

    /// Who uses up its time is told by a signal of its own: being killed looks as if somebody else had done it.
    pub(crate) const SECONDS_TO_END: u64 = 5;

    /// What [`LIMITED`] takes, and a program that limits itself.
    fn arguments(&self) -> [String; 5] {
        let processor_seconds = self.processor_time.as_secs() + 1;
        [
            self.memory_bytes / 1024,
            processor_seconds,
            self.file_bytes.div_ceil(512),
            Self::OPEN_FILES,
            processor_seconds + Self::SECONDS_TO_END,
        ]
        .map(|limit| limit.to_string())
    }
}

/// What is run.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    limits_itself: bool,
}

impl Program {
    /// A program that knows nothing of its limits.
    pub(crate) fn foreign<A: AsRef<OsStr>>(
        path: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            path: path.into(),
            arguments: owned(arguments),
            limits_itself: false,
        }
    }

    /// A program that sets its limits itself before it does anything else: they are its last arguments.
    pub(crate) fn own<A: AsRef<OsStr>>(
        path: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            path: path.into(),
            arguments: owned(arguments),
            limits_itself: true,
        }
    }

    fn command(&self, limits: &ChildLimits) -> Command {
        let isolation = isolation::arguments();
        if self.limits_itself {
            let mut words = isolation.iter().map(OsStr::new).chain([self.path.as_ref()]);
            let mut command = Command::new(words.next().unwrap_or(self.path.as_ref()));
            command
                .args(words)
                .args(&self.arguments)
                .args(limits.arguments());
            command
        } else {
            let mut command = Command::new("/bin/sh");
            command
                .args(["-c", LIMITED, "sh"])
                .args(limits.arguments())
                .args(isolation)
                .arg(&self.path)
                .args(&self.arguments);
            command
        }
    }
}

fn owned<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Vec<OsString> {
    arguments
        .into_iter()
        .map(|argument| argument.as_ref().into())
        .collect()
}

/// Why a child process did not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChildError {
    #[error("it could not be run: {0}")]
    Io(#[from] io::Error),
    #[error("it was not done after {0:?}")]
    TooSlow(Duration),
    #[error("it wrote more than {0} bytes")]
    TooMuch(u64),
    #[error("it failed: {status}, {complaints:?}")]
    Failed {
        status: ExitStatus,
        /// What it wrote to its standard error, as much of it as is read.
        complaints: String,
    },
}

/// Runs a program in a folder, which it finds as its working directory and its home, until it succeeds or runs into a limit.
/// Whatever became of it, what it started has ended when this returns; dropped before, it is ended a moment later.
///
/// Its output is what it leaves in the folder: it has no input, nobody reads its standard output, and of its standard error the
/// first two kilobytes are kept for the error. It inherits no file, no socket and no variable.
///
/// # Errors
/// [`ChildError::Io`] where it could not be started, and otherwise by what it did.
pub(crate) async fn run(
    program: &Program,
    limits: &ChildLimits,
    folder: &Path,
) -> Result<(), ChildError> {
    let most = limits.file_bytes.saturating_mul(ChildLimits::FILES);
    let full = folder_size::grown_by(folder.to_owned(), most).await?;
    let mut child = start(program.command(limits), folder)?;
    let mut group = ProcessGroup::of(&mut child);
    let done = tokio::select! {
        done = timeout(limits.time, end_of(&mut child)) => {
            done.unwrap_or(Err(ChildError::TooSlow(limits.time)))
        }
        full = full => Err(full.map_or_else(ChildError::Io, |()| ChildError::TooMuch(most))),
    };
    group.end(&mut child).await?;
    done
}

fn start(mut command: Command, folder: &Path) -> io::Result<Child> {
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", PATH)
        .env("LC_ALL", "C")
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    command.spawn()
}

/// Waits until the child has ended; what it started may go on.
async fn end_of(child: &mut Child) -> Result<(), ChildError> {
    let stderr = child.stderr.take();
    let (complaints, status) = tokio::join!(complaints::read(stderr), child.wait());
    let (complaints, status) = (complaints?, status?);
    if status.success() {
        Ok(())
    } else {
        Err(ChildError::Failed { status, complaints })
    }
}

/// What a shell answers that cannot limit itself as it is told to, and what is answered in place of a program that cannot be run.
const NOT_RUN: [i32; 3] = [125, 126, 127];

impl ChildError {
    /// Whether it may be different the next time: nothing of it was the fault of what it read.
    pub(crate) fn is_temporary(&self) -> bool {
        match self {
            Self::Io(_) => true,
            Self::TooSlow(_) | Self::TooMuch(_) => false,
            Self::Failed { status, complaints } => {
                status.code().is_some_and(|code| NOT_RUN.contains(&code))
                    || was_ended_by_others(*status)
                    || FULL.iter().any(|full| complaints.contains(full))
            }
        }
    }
}

/// What the C library says of a disk or a quota that is used up, in the language that children are told to use.
const FULL: [&str; 2] = ["No space left on device", "Disk quota exceeded"];

/// By somebody, or by a system that is short of memory: what a child does wrong itself has other signals.
fn was_ended_by_others(status: ExitStatus) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        let kill = rustix::process::Signal::KILL.as_raw();
        // The shell within the namespaces answers for the program by its own status.
        status.signal() == Some(kill) || status.code() == Some(128 + kill)
    }
    #[cfg(not(unix))]
    {
        let _ = status;
        false
    }
}

#[cfg(all(test, unix))]
mod tests;
