/// So many connections the process can hold, by the files that the system lets it have open, of which each connection is one: a
/// third of them, the others are for connections that are turned away, databases and media. Raises the limit as far as the system
/// allows first: the usual 1024 would be less than the connection limit.
#[cfg(unix)]
pub(super) fn connections_allowed() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let mut raised = limit;
    raised.current = limit.maximum;
    let files = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => raised.current,
        Err(error) => {
            tracing::debug!(%error, "the limit of open files stays as it is");
            limit.current
        }
    };
    files.map_or(usize::MAX, |files| {
        usize::try_from(files / 3).unwrap_or(usize::MAX)
    })
}

#[cfg(not(unix))]
pub(super) fn connections_allowed() -> usize {
    usize::MAX
}
