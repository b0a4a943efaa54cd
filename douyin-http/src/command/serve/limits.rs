/// Raises the number of files that the process may have open to what the system allows: each connection is one, and the usual
/// 1024 would be less than the connection limit.
#[cfg(unix)]
pub(super) fn allow_many_connections() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}

#[cfg(not(unix))]
pub(super) fn allow_many_connections() {}
