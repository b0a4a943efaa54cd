use douyin_core::{Job, JobState, TaskKind};

use super::{behind, insert_rows, page_first};
use crate::engine::{Engine, Statement};

pub(crate) struct JobStatements {
    /// Adds jobs: a list of `(id, due, kind, subject)`.
    pub(crate) add: Statement,
    /// The jobs that prepare a video, and whether each has failed.
    pub(crate) preparations: Statement,
    /// The job of a kind that is claimed next, at an instant.
    pub(crate) next: Statement,
    /// Claims a job until an instant.
    pub(crate) claim: Statement,
    /// Whether an attempt at a job is the one that holds it.
    pub(crate) is_held: Statement,
    /// Moves the instant until which a job is claimed.
    pub(crate) extend: Statement,
    /// Removes a job.
    pub(crate) finish: Statement,
    /// Makes a job due again after an error.
    pub(crate) try_again: Statement,
    /// Has a job fail with an error.
    pub(crate) fail: Statement,
    /// Makes a job due again, without its last attempt.
    pub(crate) release: Statement,
    /// Whether a job has failed.
    pub(crate) has_failed: Statement,
    /// Makes a job that has failed due again.
    pub(crate) retry: Statement,
    pub(crate) jobs: Statement,
    /// How many there are of each kind and state at an instant, as far as they are counted.
    pub(crate) counts: Statement,
}

impl JobStatements {
    pub(super) fn of<E: Engine>() -> Self {
        Self {
            add: insert_rows::<E>("jobs", &["id", "due"], &["kind", "subject"]),
            preparations: E::translate(&format!(
                "SELECT id, failed FROM jobs WHERE kind = '{}' AND subject = ?1",
                TaskKind::Prepare
            )),
            // Those that are held are among the first: there are as many as workers.
            next: E::translate(
                "SELECT id, kind, subject, attempts, tries FROM jobs \
                 WHERE kind = ?1 AND failed = FALSE AND due <= ?2 AND (claimed_until IS NULL OR claimed_until <= ?2) \
                 ORDER BY due, id LIMIT 1",
            ),
            claim: E::translate(
                "UPDATE jobs SET attempts = attempts + 1, tries = tries + 1, claimed_until = ?2 WHERE id = ?1",
            ),
            is_held: E::translate(
                "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ?1 AND attempts = ?2 AND claimed_until IS NOT NULL)",
            ),
            extend: E::translate("UPDATE jobs SET claimed_until = ?2 WHERE id = ?1"),
            finish: E::translate("DELETE FROM jobs WHERE id = ?1"),
            try_again: E::translate(
                "UPDATE jobs SET claimed_until = NULL, error = ?2, due = ?3 WHERE id = ?1",
            ),
            fail: E::translate(
                "UPDATE jobs SET claimed_until = NULL, error = ?2, failed = TRUE WHERE id = ?1",
            ),
            release: E::translate(
                "UPDATE jobs SET claimed_until = NULL, tries = tries - 1, due = ?2 WHERE id = ?1",
            ),
            has_failed: E::translate("SELECT failed FROM jobs WHERE id = ?1"),
            retry: E::translate(
                "UPDATE jobs SET failed = FALSE, tries = 0, due = ?2 WHERE id = ?1",
            ),
            jobs: page_first::<E>(
                "j.kind, j.subject, j.attempts, j.tries, j.claimed_until, j.failed, j.error",
                &format!(
                    "SELECT due AS at, id FROM jobs WHERE {} ORDER BY due DESC, id DESC LIMIT ?4",
                    behind("due", "id")
                ),
                "JOIN jobs j ON j.id = page.id",
            ),
            counts: counts::<E>(),
        }
    }
}

/// Reads as many rows of each kind as are counted, and no more.
fn counts<E: Engine>() -> Statement {
    let [due, later, running, failed] = JobState::ALL.map(JobState::name);
    let lines = TaskKind::ALL.map(|kind| {
        let first = |of: &str| {
            format!(
                "(SELECT kind, due, claimed_until FROM jobs WHERE kind = '{kind}' AND failed = {of} \
                 ORDER BY due, id LIMIT {}) AS page",
                Job::MOST_COUNTED
            )
        };
        format!(
            "SELECT kind, CASE WHEN claimed_until > ?1 THEN '{running}' WHEN due > ?1 THEN '{later}' ELSE '{due}' END AS state \
             FROM {} UNION ALL SELECT kind, '{failed}' AS state FROM {}",
            first("FALSE"),
            first("TRUE")
        )
    });
    E::translate(&format!(
        "SELECT kind, state, COUNT(*) FROM ({}) AS page GROUP BY kind, state",
        lines.join(" UNION ALL ")
    ))
}
