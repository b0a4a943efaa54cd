use std::io;

use tokio::io::AsyncReadExt as _;
use tokio::process::ChildStderr;

/// So many bytes are read: they go to the log.
const MOST: u64 = 2048;

/// What a child writes to its standard error, which is closed after so much: one that floods it runs into the closed pipe.
pub(super) async fn read(stderr: Option<ChildStderr>) -> io::Result<String> {
    let mut complaints = Vec::new();
    if let Some(stderr) = stderr {
        stderr.take(MOST).read_to_end(&mut complaints).await?;
    }
    Ok(String::from_utf8_lossy(&complaints).trim().to_owned())
}
