//! The file: one write a line, synced before anybody is answered.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use douyin_core::StoreError;

use crate::write::{ReplayError, Write};

/// Why a journal cannot be opened, or takes no more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    #[error("cannot read or write the journal")]
    Io(#[from] io::Error),
    #[error("line {line} of the journal is not a write")]
    Line {
        line: usize,
        source: serde_json::Error,
    },
    #[error("line {line} of the journal cannot be done again")]
    Replay { line: usize, source: ReplayError },
    #[error("the journal failed before and takes no more writes until it is opened again")]
    Broken,
}

impl From<JournalError> for StoreError {
    fn from(error: JournalError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    /// After a failed write nobody knows how much of a line is in the file.
    broken: bool,
}

impl Journal {
    /// Opens a journal and reads what is in it. What follows the last end of line was never acknowledged and is cut off.
    pub(crate) fn open(path: &Path) -> Result<(Self, Vec<Write>), JournalError> {
        let mut options = OpenOptions::new();
        let mut file = options.create(true).read(true).append(true).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let lines = text[..whole].split_inclusive(|byte| *byte == b'\n');
        let writes = lines.zip(1..).map(|(text, line)| {
            serde_json::from_slice(text).map_err(|source| JournalError::Line { line, source })
        });
        let writes = writes.collect::<Result<_, _>>()?;
        file.set_len(whole as u64)?;
        file.sync_all()?;
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            // A new file is durable once its folder is.
            File::open(folder)?.sync_all()?;
        }
        let broken = false;
        Ok((Self { file, broken }, writes))
    }

    /// Adds a write; once this answers `Ok` it survives the loss of power.
    pub(crate) fn append(&mut self, write: &Write) -> Result<(), JournalError> {
        if self.broken {
            return Err(JournalError::Broken);
        }
        let mut line = serde_json::to_vec(write).map_err(io::Error::from)?;
        line.push(b'\n');
        self.broken = true;
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        self.broken = false;
        Ok(())
    }
}
