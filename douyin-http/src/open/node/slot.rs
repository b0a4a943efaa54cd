use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use douyin_core::{NodeHolder, NodeNumber};

use crate::open::OpenError;

/// A name for this process that no other one has at the same time: in a file of the data folder, which it locks.
///
/// The lock is the kernel's and ends with the process, however that ends; the name stays. So whoever is started again on the
/// same folder finds the name that it had, and with it its node number, and who runs beside it has another.
#[derive(Debug)]
pub(super) struct Slot {
    number: NodeNumber,
    path: PathBuf,
    file: File,
    holder: NodeHolder,
}

impl Slot {
    /// Takes the first slot that no other process has.
    pub(super) fn take(data_dir: &Path) -> Result<Self, OpenError> {
        let folder = data_dir.join("nodes");
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::Slot { path, source }
        };
        fs::create_dir_all(&folder).map_err(failed(&folder))?;
        for number in NodeNumber::all() {
            let path = folder.join(format!("{number}.lock"));
            let file = File::options()
                .create(true)
                .truncate(false)
                .read(true)
                .write(true)
                .open(&path)
                .map_err(failed(&path))?;
            match file.try_lock() {
                Ok(()) => return Self::locked(number, path, file),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(source)) => return Err(failed(&path)(source)),
            }
        }
        Err(OpenError::TooManyProcesses {
            data_dir: data_dir.to_owned(),
        })
    }

    fn locked(number: NodeNumber, path: PathBuf, mut file: File) -> Result<Self, OpenError> {
        let mut text = Vec::new();
        if let Err(source) = file.read_to_end(&mut text) {
            return Err(OpenError::Slot { path, source });
        }
        let kept = str::from_utf8(&text)
            .ok()
            .and_then(|text| NodeHolder::parse(text.trim()).ok());
        let is_new = kept.is_none();
        let mut slot = Self {
            number,
            path,
            file,
            holder: kept.map_or_else(random_name, Ok)?,
        };
        if is_new {
            slot.keep_name()?;
        }
        Ok(slot)
    }

    /// Which slot of the folder it is.
    pub(super) const fn number(&self) -> NodeNumber {
        self.number
    }

    pub(super) const fn holder(&self) -> &NodeHolder {
        &self.holder
    }

    /// Takes another name: somebody else has this one, which a copy of the folder does.
    pub(super) fn rename(&mut self) -> Result<(), OpenError> {
        self.holder = random_name()?;
        self.keep_name()
    }

    /// Not synced: who loses its name with the power gets another number.
    fn keep_name(&mut self) -> Result<(), OpenError> {
        let write = |file: &mut File, name: &str| -> io::Result<()> {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(name.as_bytes())
        };
        write(&mut self.file, self.holder.as_str()).map_err(|source| OpenError::Slot {
            path: self.path.clone(),
            source,
        })
    }
}

fn random_name() -> Result<NodeHolder, OpenError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    let name = format!("{:032x}", u128::from_le_bytes(random));
    Ok(NodeHolder::parse(&name).expect("hexadecimal digits make a name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_in(folder: &Path) -> String {
        Slot::take(folder).unwrap().holder().to_string()
    }

    #[test]
    fn a_process_that_starts_again_has_its_name_and_one_beside_it_another() {
        let folder = tempfile::tempdir().unwrap();
        let first = Slot::take(folder.path()).unwrap();
        let second = Slot::take(folder.path()).unwrap();
        assert_ne!(first.holder(), second.holder());
        assert_eq!((first.number().get(), second.number().get()), (0, 1));
        let name = first.holder().to_string();
        drop(first);
        assert_eq!(name_in(folder.path()), name);
    }

    #[test]
    fn a_new_name_is_kept_and_what_is_no_name_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let mut slot = Slot::take(folder.path()).unwrap();
        let before = slot.holder().clone();
        slot.rename().unwrap();
        let renamed = slot.holder().to_string();
        assert_ne!(renamed, before.as_str());
        drop(slot);
        assert_eq!(name_in(folder.path()), renamed);
        for broken in [&b""[..], b"two words", b"\xff"] {
            fs::write(folder.path().join("nodes/0.lock"), broken).unwrap();
            let replaced = name_in(folder.path());
            assert_eq!(replaced.len(), 32);
            assert_eq!(name_in(folder.path()), replaced);
        }
    }

    #[test]
    fn more_processes_than_numbers_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let slots: Vec<_> = (0..32)
            .map(|_| Slot::take(folder.path()).unwrap())
            .collect();
        let refused = Slot::take(folder.path());
        assert!(
            matches!(refused, Err(OpenError::TooManyProcesses { .. })),
            "{refused:?}"
        );
        drop(slots);
    }
}
