use std::sync::LazyLock;
use std::time::Duration;

use redis::{Script, ScriptInvocation};

use super::{Redis, Unavailable};

static GCRA: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("gcra.lua")));
static WINDOW: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("window.lua")));

/// So many times within so much time, by all processes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedQuota<'a> {
    /// Whose it is.
    pub key: &'a str,
    /// How often, at least once.
    pub times: u32,
    /// Within this time.
    pub window: Duration,
}

/// A quota is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// When something of it is there again.
    pub retry_after: Duration,
}

impl Redis {
    /// Takes a turn of each of the quotas, or of none. A quota refills evenly: at most `times` at once, and one each
    /// `window / times`. The clock is that of Redis.
    ///
    /// # Errors
    /// [`Unavailable`]: it is not known whether a turn was taken.
    pub async fn take(
        &self,
        quotas: &[SharedQuota<'_>],
    ) -> Result<Result<(), Refused>, Unavailable> {
        let mut script = GCRA.prepare_invoke();
        for quota in quotas {
            let burst = quota.window.as_micros();
            let emission = burst / u128::from(quota.times.max(1));
            script.key(self.limit_key("rate", quota));
            script.arg(micros(emission)).arg(micros(burst));
        }
        self.wait_of(&script, Duration::from_micros).await
    }

    /// Counts something under each of the quotas, in windows of time that begin with the first time.
    ///
    /// # Errors
    /// [`Unavailable`]: it is not known whether it was counted.
    pub async fn hit(&self, quotas: &[SharedQuota<'_>]) -> Result<(), Unavailable> {
        self.window(1, quotas).await.map(|_| ())
    }

    /// Whether all of the quotas have something left in their window.
    ///
    /// # Errors
    /// [`Unavailable`]: it is not known.
    pub async fn peek(
        &self,
        quotas: &[SharedQuota<'_>],
    ) -> Result<Result<(), Refused>, Unavailable> {
        self.window(0, quotas).await
    }

    async fn window(
        &self,
        hits: u8,
        quotas: &[SharedQuota<'_>],
    ) -> Result<Result<(), Refused>, Unavailable> {
        let mut script = WINDOW.prepare_invoke();
        script.arg(hits);
        for quota in quotas {
            script.key(self.limit_key("hits", quota));
            script
                .arg(quota.times.max(1))
                .arg(micros(quota.window.as_millis()));
        }
        self.wait_of(&script, Duration::from_millis).await
    }

    async fn wait_of(
        &self,
        script: &ScriptInvocation<'_>,
        unit: fn(u64) -> Duration,
    ) -> Result<Result<(), Refused>, Unavailable> {
        let session = self.link.session()?;
        let mut connection = session.connection();
        let answer = script.invoke_async::<u64>(&mut connection);
        Ok(match self.link.bounded(&session, answer).await? {
            0 => Ok(()),
            wait => Err(Refused {
                retry_after: unit(wait),
            }),
        })
    }

    fn limit_key(&self, kind: &str, quota: &SharedQuota<'_>) -> String {
        format!("{}{kind}:{}", self.link.prefix, quota.key)
    }
}

/// A script counts in numbers that are exact up to 2^53.
fn micros(number: u128) -> u64 {
    u64::try_from(number).map_or(1 << 52, |number| number.clamp(1, 1 << 52))
}
