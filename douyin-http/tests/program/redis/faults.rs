//! Everything that can happen to the Redis server, while both servers are written to and read from.

mod load;

use std::time::Duration;

use rustix::process::Signal;

use self::load::Load;
use super::{AGE, Nodes, amount, until};
use crate::database::{Database, on_each};

on_each!(whatever_happens_to_redis_nobody_misses_their_own_writes_and_no_request_fails: database(postgres));
fn whatever_happens_to_redis_nobody_misses_their_own_writes_and_no_request_fails(
    database: &Database,
) {
    let Some(mut nodes) = Nodes::start(
        database,
        "faults of Redis",
        &[("DOUYIN_LIMITS_ENFORCED", "false")],
    ) else {
        return;
    };
    let seconds = amount("DOUYIN_REDIS_FAULT_SECONDS", 1);
    let a_while = || std::thread::sleep(Duration::from_secs(seconds.into()));
    let clients = nodes.clients();
    let load = Load::prepare(&clients);
    let phases = std::thread::scope(|scope| {
        let running = load.run(scope, &clients);
        running.phase("calm");
        a_while();
        nodes.redis.run(&["SAVE"]);
        running.phase("killed");
        nodes.redis.kill();
        a_while();
        running.phase("back, from a snapshot");
        nodes.redis.restart();
        a_while();
        running.phase("frozen");
        nodes.redis.signal(Signal::STOP);
        a_while();
        running.phase("thawed");
        nodes.redis.signal(Signal::CONT);
        a_while();
        running.phase("flushed, often");
        // An age is nearly over when it begins again.
        for _ in 0..seconds * 4 {
            nodes.redis.run(&["FLUSHALL"]);
            std::thread::sleep(AGE);
        }
        running.phase("restarted, often");
        for _ in 0..seconds {
            nodes.redis.restart();
            std::thread::sleep(4 * AGE);
        }
        running.phase("calm again");
        a_while();
        running.end()
    });
    println!(
        "{:24} {:>8} {:>8} {:>10} {:>10} {:>10} {:>7} {:>6}",
        "Redis", "reads/s", "writes/s", "read p99", "write p99", "slowest", "failed", "stale"
    );
    for phase in &phases {
        println!("{phase}");
    }
    for phase in &phases {
        assert!(phase.reads() > 0 && phase.writes() > 0, "{phase}");
        assert_eq!((phase.failed, phase.stale), (0, 0), "{phase}");
    }
    // It has healed by itself: what is remembered is shown again.
    for (node, client) in clients.iter().enumerate() {
        let before = nodes.shown(node);
        until(|| {
            load.read_as_somebody(client);
            nodes.shown(node) > before
        });
    }
    nodes.assert_no_drift();
}
