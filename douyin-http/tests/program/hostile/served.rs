use std::fs;
use std::path::PathBuf;

/// The process of a server, as the system sees it.
pub(super) struct Served {
    process: PathBuf,
}

/// What something came to, and by how many bytes the process grew over it.
pub(super) struct Measured<T> {
    pub(super) result: T,
    pub(super) growth: u64,
}

impl Served {
    pub(super) fn by(process: u32) -> Self {
        Self {
            process: format!("/proc/{process}").into(),
        }
    }

    /// Does something, and looks at the most memory that the process had meanwhile.
    pub(super) fn measured<T>(&self, action: impl FnOnce() -> T) -> Measured<T> {
        // The high-water mark begins anew.
        fs::write(self.process.join("clear_refs"), "5").unwrap();
        let before = self.memory("VmRSS:");
        let result = action();
        Measured {
            result,
            growth: self.memory("VmHWM:").saturating_sub(before),
        }
    }

    /// In bytes.
    fn memory(&self, field: &str) -> u64 {
        let status = fs::read_to_string(self.process.join("status")).unwrap();
        let kilobytes = status
            .lines()
            .find_map(|line| line.strip_prefix(field)?.strip_suffix("kB"));
        kilobytes.unwrap().trim().parse::<u64>().unwrap() << 10
    }

    /// How many files of media and of uploads it has open, those among them that have no name any more.
    pub(super) fn media_files_open(&self) -> usize {
        let descriptors = fs::read_dir(self.process.join("fd")).unwrap();
        let files =
            descriptors.filter_map(|descriptor| fs::read_link(descriptor.ok()?.path()).ok());
        let is_media = |file: &PathBuf| {
            let path = file.to_string_lossy();
            let is_lock = ["/lock", "/gate"].iter().any(|name| path.ends_with(name));
            (path.contains("/media/") || path.contains("/staging/")) && !is_lock
        };
        files.filter(is_media).count()
    }
}
