use std::time::Duration;

use crate::engine::Role;
use crate::options::SqlOptions;

/// Waits until no other process changes the schema of this database; 1 if it got so far. The name of a lock is known to the whole
/// server, and has at most 64 characters.
pub(super) const LOCK_SCHEMA: &str =
    "SELECT GET_LOCK(CONCAT('douyin schema ', MD5(DATABASE())), 86400)";
pub(super) const UNLOCK_SCHEMA: &str = "DO RELEASE_LOCK(CONCAT('douyin schema ', MD5(DATABASE())))";

/// What is set on each new connection, so that nothing rests on how a server is configured. Whole seconds.
#[derive(Debug)]
pub(super) struct Session {
    lock_wait: u64,
    silence: u64,
    statement: u64,
}

impl Session {
    pub(super) fn new(options: &SqlOptions) -> Self {
        Self {
            lock_wait: whole_seconds(options.lock_wait),
            silence: whole_seconds(options.idle_wait.saturating_add(options.statement_wait)),
            statement: whole_seconds(options.statement_wait),
        }
    }

    /// The statements that set it.
    ///
    /// - `STRICT_ALL_TABLES`: a text that does not fit is refused and never cut.
    /// - The locks are those of rows and those that a change of the schema takes on tables.
    /// - The time that a connection may be silent is that after which this process would not use it again. Then the server takes
    ///   back the locks of a client that is out of reach; MariaDB takes them back sooner, where that is within a transaction.
    /// - The time that a statement may take has one name on MySQL, which alone reads the comment with its version, and another on
    ///   MariaDB. It is for reads: MySQL knows none for writes. Audits and migrations have none, whatever the server's default.
    pub(super) fn settings(&self, role: Role) -> String {
        let Self {
            lock_wait,
            silence,
            statement,
        } = self;
        let access = match role {
            Role::Writer => "READ WRITE",
            Role::Reader | Role::Auditor | Role::Inspector => "READ ONLY",
        };
        let limit = match role {
            Role::Reader => statement,
            Role::Writer | Role::Auditor | Role::Inspector => &0,
        };
        let idle = match role {
            Role::Writer => format!("/*M!100600 , idle_transaction_timeout = {statement} */"),
            Role::Reader | Role::Auditor | Role::Inspector => String::new(),
        };
        format!(
            "SET sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', \
             innodb_lock_wait_timeout = {lock_wait}, lock_wait_timeout = {lock_wait}, wait_timeout = {silence} \
             /*!80000 , max_execution_time = {limit}000 */ /*M!100600 , max_statement_time = {limit} */ {idle}; \
             SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, {access}"
        )
    }
}

/// The servers count whole seconds, and take none for no wait at all or for no limit.
fn whole_seconds(wait: Duration) -> u64 {
    let begun = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(begun).clamp(1, 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_to_seconds() {
        assert_eq!(whole_seconds(Duration::ZERO), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1001)), 2);
        assert_eq!(whole_seconds(Duration::from_secs(5)), 5);
        assert_eq!(whole_seconds(Duration::MAX), 86_400);
    }
}
