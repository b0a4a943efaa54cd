use std::sync::LazyLock;
use std::time::Duration;

use redis::Script;

use super::{Redis, Unavailable};

static LATEST: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("latest.lua")));

/// A set of the latest that all processes keep together, so that it never grows beyond a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest<'a> {
    /// Its name.
    pub name: &'a str,
    /// How many there are at most; about 100 bytes each.
    pub most: u32,
    /// So long after the last of them all are forgotten.
    pub lasts: Duration,
}

impl Redis {
    /// Makes a member the latest of a set.
    ///
    /// # Errors
    /// [`Unavailable`]: it is not known whether it became so.
    pub async fn remember(&self, set: Latest<'_>, member: &str) -> Result<(), Unavailable> {
        let session = self.link.session()?;
        let mut connection = session.connection();
        let mut script = LATEST.prepare_invoke();
        script.key(self.latest_key(set)).arg(member).arg(set.most);
        script.arg(u64::try_from(set.lasts.as_millis()).unwrap_or(u64::MAX));
        let answer = script.invoke_async::<()>(&mut connection);
        self.link.bounded(&session, answer).await
    }

    /// Whether a member is among the latest of a set.
    ///
    /// # Errors
    /// [`Unavailable`]: it is not known.
    pub async fn remembers(&self, set: Latest<'_>, member: &str) -> Result<bool, Unavailable> {
        let session = self.link.session()?;
        let mut connection = session.connection();
        let mut question = redis::cmd("ZSCORE");
        question.arg(self.latest_key(set)).arg(member);
        let answer = question.query_async::<Option<f64>>(&mut connection);
        let score = self.link.bounded(&session, answer).await?;
        Ok(score.is_some())
    }

    fn latest_key(&self, set: Latest<'_>) -> String {
        format!("{}latest:{}", self.link.prefix, set.name)
    }
}
