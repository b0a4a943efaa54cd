//! Making a connection, and what the server is asked before it is used.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionInfo, ProtocolVersion, PushInfo, PushKind};
use redis::{RedisError, RedisResult};

use super::link::Link;

/// How long connecting may take, with TLS and a password. Nobody waits for it.
const CONNECTING: Duration = Duration::from_secs(2);

/// Operations that wait to be written; the next waits for room within its own time limit.
const PIPELINE: usize = 1024;

/// A client that speaks the protocol in which a connection carries answers and messages beside each other.
pub(super) fn resp3(server: ConnectionInfo) -> RedisResult<Client> {
    let settings = server.redis_settings().clone();
    let settings = settings.set_protocol(ProtocolVersion::RESP3);
    Client::open(server.set_redis_settings(settings))
}

/// Connects, and listens for revocations.
pub(super) async fn connect(
    client: &Client,
    link: &Arc<Link>,
    number: u64,
) -> RedisResult<MultiplexedConnection> {
    let (weak, channel) = (Arc::downgrade(link), link.channel.clone());
    let heard = move |push: PushInfo| {
        let Some(link) = weak.upgrade() else {
            return Err(redis::aio::SendError);
        };
        match push.kind {
            PushKind::Message => link.hear(),
            PushKind::Disconnection => link.give_up(number, "the connection broke"),
            _ => {}
        }
        Ok(())
    };
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECTING))
        // Each operation has its own.
        .set_response_timeout(None)
        .set_pipeline_buffer_size(PIPELINE)
        .set_push_sender(heard);
    let connecting = async {
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        connection.subscribe(&channel).await?;
        Ok(connection)
    };
    match tokio::time::timeout(CONNECTING, connecting).await {
        Ok(connected) => connected,
        Err(elapsed) => Err(RedisError::from(std::io::Error::from(elapsed))),
    }
}

/// Whether a server throws keys away when its memory is full, by what it says in `INFO memory`; `None` where it does not say.
pub(super) fn evicts(info: &str) -> Option<bool> {
    let value = |name: &str| {
        info.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(str::trim)
    };
    Some(value("maxmemory_policy")? != "noeviction" && value("maxmemory")? != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_thrown_away_where_there_is_a_limit_and_a_policy_that_evicts() {
        let info = |memory: &str, policy: &str| {
            format!(
                "# Memory\r\nmaxmemory:{memory}\r\nmaxmemory_human:1G\r\nmaxmemory_policy:{policy}\r\n"
            )
        };
        assert_eq!(evicts(&info("0", "allkeys-lru")), Some(false));
        assert_eq!(evicts(&info("1073741824", "noeviction")), Some(false));
        assert_eq!(evicts(&info("1073741824", "volatile-ttl")), Some(true));
        assert_eq!(evicts("# Memory\r\n"), None);
    }
}
