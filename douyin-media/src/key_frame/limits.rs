use std::ffi::OsString;
use std::io;

/// What this process may use: the last arguments of a program that limits itself.
pub(super) struct Limits {
    memory_kib: u64,
    processor_seconds: u64,
    file_blocks: u64,
    open_files: u64,
    most_processor_seconds: u64,
}

impl Limits {
    /// `None` where they are not five numbers.
    pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let mut numbers = arguments
            .into_iter()
            .map(|argument| argument.to_str()?.parse().ok());
        let limits = Self {
            memory_kib: numbers.next()??,
            processor_seconds: numbers.next()??,
            file_blocks: numbers.next()??,
            open_files: numbers.next()??,
            most_processor_seconds: numbers.next()??,
        };
        numbers.next().is_none().then_some(limits)
    }

    /// From here on they hold, and for whatever this process starts.
    #[cfg(unix)]
    pub(super) fn set(&self) -> io::Result<()> {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let all = |limit| (limit, limit);
        for (resource, (current, maximum)) in [
            (Resource::Core, all(0)),
            (Resource::As, all(self.memory_kib.saturating_mul(1024))),
            (
                Resource::Cpu,
                (self.processor_seconds, self.most_processor_seconds),
            ),
            (Resource::Fsize, all(self.file_blocks.saturating_mul(512))),
            (Resource::Nofile, all(self.open_files)),
            // It starts neither process nor thread.
            (Resource::Nproc, all(0)),
        ] {
            let (current, maximum) = (Some(current), Some(maximum));
            setrlimit(resource, Rlimit { current, maximum })?;
        }
        #[cfg(target_os = "linux")]
        {
            use rustix::process::{Signal, set_parent_process_death_signal};
            set_parent_process_death_signal(Some(Signal::KILL))?;
        }
        // Others first. That it has its way is no condition.
        let _priority = rustix::process::nice(10);
        Ok(())
    }

    /// Nothing is decoded where nothing is limited.
    #[cfg(not(unix))]
    pub(super) fn set(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_five_numbers_and_nothing_else() {
        let parse = |text: &str| Limits::parse(text.split(' ').map(OsString::from));
        let limits = parse("1024 6 2048 64 11").unwrap();
        assert_eq!((limits.memory_kib, limits.open_files), (1024, 64));
        for text in [
            "",
            "1024 6 2048 64",
            "1024 6 2048 64 11 1",
            "1024 6 x 64 11",
            "-1 6 2048 64 11",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
