use std::ffi::OsString;
use std::io;

/// What this process may use: the last arguments of a program that limits itself.
pub(super) struct Limits {
    memory_kib: u64,
    processor_seconds: u64,
    file_blocks: u64,
    open_files: u64,
}

impl Limits {
    /// `None` where they are not four numbers.
    pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let mut numbers = arguments
            .into_iter()
            .map(|argument| argument.to_str()?.parse().ok());
        let limits = Self {
            memory_kib: numbers.next()??,
            processor_seconds: numbers.next()??,
            file_blocks: numbers.next()??,
            open_files: numbers.next()??,
        };
        numbers.next().is_none().then_some(limits)
    }

    /// From here on they hold, and for whatever this process starts.
    #[cfg(unix)]
    pub(super) fn set(&self) -> io::Result<()> {
        use rustix::process::{Resource, Rlimit, setrlimit};
        for (resource, most) in [
            (Resource::Core, 0),
            (Resource::As, self.memory_kib.saturating_mul(1024)),
            (Resource::Cpu, self.processor_seconds),
            (Resource::Fsize, self.file_blocks.saturating_mul(512)),
            (Resource::Nofile, self.open_files),
        ] {
            let most = Some(most);
            setrlimit(
                resource,
                Rlimit {
                    current: most,
                    maximum: most,
                },
            )?;
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
    fn limits_are_four_numbers_and_nothing_else() {
        let parse = |text: &str| Limits::parse(text.split(' ').map(OsString::from));
        let limits = parse("1024 6 2048 64").unwrap();
        assert_eq!((limits.memory_kib, limits.open_files), (1024, 64));
        for text in [
            "",
            "1024 6 2048",
            "1024 6 2048 64 1",
            "1024 6 x 64",
            "-1 6 2048 64",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
