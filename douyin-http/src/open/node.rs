use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use douyin_core::{IdSource, NoIds, NodeNumber, TimeOrderedIds, Timestamp};

use super::OpenError;

const LAST_NODE: u8 = 31;

/// A node number that no other process on the same data folder has, and the ids that are made with it.
///
/// Two processes with one number would make the same ids, and one's upload would take the place of the other's. The lock is
/// the kernel's: it ends with the process, however that ends.
#[derive(Debug)]
pub struct Node {
    ids: TimeOrderedIds,
    _lock: File,
}

impl Node {
    /// Takes a number.
    ///
    /// # Errors
    /// [`OpenError::NodeTaken`] where another process has it, [`OpenError::NodeLock`] where that cannot be found out.
    pub fn claim(data_dir: &Path, number: u8) -> Result<Self, OpenError> {
        Self::try_claim(data_dir, number)?.ok_or_else(|| OpenError::NodeTaken {
            number,
            data_dir: data_dir.to_owned(),
        })
    }

    /// Takes the last number that is free: servers are numbered from 0, so it is nobody's who comes later.
    ///
    /// # Errors
    /// As [`claim`](Self::claim).
    pub fn claim_last_free(data_dir: &Path) -> Result<Self, OpenError> {
        for number in (1..=LAST_NODE).rev() {
            if let Some(node) = Self::try_claim(data_dir, number)? {
                return Ok(node);
            }
        }
        Self::claim(data_dir, 0)
    }

    fn try_claim(data_dir: &Path, number: u8) -> Result<Option<Self>, OpenError> {
        let ids = TimeOrderedIds::new(NodeNumber::new(number)?);
        let failed = |source: io::Error| OpenError::NodeLock { number, source };
        let folder = data_dir.join("nodes");
        fs::create_dir_all(&folder).map_err(failed)?;
        let lock = File::create(folder.join(format!("{number}.lock"))).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { ids, _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

impl IdSource for Node {
    fn next_id(&self, now: Timestamp) -> Result<i64, NoIds> {
        self.ids.next_id(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_until_its_holder_ends() {
        let folder = tempfile::tempdir().unwrap();
        let first = Node::claim(folder.path(), 0).unwrap();
        let second = Node::claim(folder.path(), 0).unwrap_err();
        assert!(
            matches!(second, OpenError::NodeTaken { number: 0, .. }),
            "{second}"
        );
        drop(first);
        assert!(Node::claim(folder.path(), 0).is_ok());
    }

    #[test]
    fn the_last_free_number_is_found_until_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::from_millis(1_790_000_000_000);
        let mut nodes: Vec<Node> = Vec::new();
        let mut ids = std::collections::HashSet::new();
        for _ in 0..=LAST_NODE {
            nodes.push(Node::claim_last_free(folder.path()).unwrap());
        }
        assert!(
            nodes
                .iter()
                .all(|node| ids.insert(node.next_id(now).unwrap()))
        );
        assert!(matches!(
            Node::claim_last_free(folder.path()),
            Err(OpenError::NodeTaken { number: 0, .. })
        ));
    }
}
