use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;

use crate::engine::Failure;

/// By the number of the error (<https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html>,
/// <https://mariadb.com/kb/en/mariadb-error-code-reference/>), because many have the SQLSTATE that says nothing.
pub(super) fn of(error: &dyn DatabaseError) -> Failure {
    let error = error.try_downcast_ref::<MySqlDatabaseError>();
    error.map_or(Failure::Statement, |error| of_number(error.number()))
}

fn of_number(number: u16) -> Failure {
    match number {
        // Lock wait timeout; a lock that was not waited for, which has a number of its own on MySQL.
        1205 | 3572 => Failure::Contention,
        // Deadlock, also as a Galera cluster reports a write on another node; a row that changed since the snapshot; given up by
        // group replication.
        1213 | 1020 | 3101 => Failure::Conflict,
        // Interrupted; out of time, on MariaDB and on MySQL.
        1317 | 1969 | 3024 => Failure::Overrun,
        1049 => Failure::NoDatabase,
        1146 => Failure::RefusedText,
        // A file that is no table's, broken indexes, crashed tables, a table whose tablespace is gone.
        1033 | 1034 | 1035 | 1194 | 1195 | 1712 | 1812 | 1932 => Failure::Corruption,
        _ if is_outage(number) => Failure::Outage,
        _ => Failure::Statement,
    }
}

const fn is_outage(number: u16) -> bool {
    matches!(
        number,
        // Files that cannot be opened, read or written, a full disk, a full table, other errors of the storage engine.
        1016 | 1021 | 1023..=1026 | 1030 | 1114
        // Out of memory, too many connections, limits of the account, too many locks.
        | 1037 | 1038 | 1040 | 1041 | 1203 | 1206 | 1226
        // No access: to the database, by the password, from this host, by the plugin, to a locked account.
        | 1044 | 1045 | 1129 | 1130 | 1698 | 3118 | 4151
        // A cluster's node that is not ready; shutting down, killed, broken off.
        | 1047 | 1053 | 1077 | 1079 | 1152..=1161 | 1184 | 1927 | 4031
        // No writes: a table, a server or a standby that only reads.
        | 1036 | 1290 | 1836 | 3100
    )
}
