use super::{Nodes, until};
use crate::database::{Database, on_each};

on_each!(a_session_that_ends_at_one_server_ends_at_the_other_which_is_told_so: database(postgres));
fn a_session_that_ends_at_one_server_ends_at_the_other_which_is_told_so(database: &Database) {
    let Some(nodes) = Nodes::start(database, "sessions and Redis", &[]) else {
        return;
    };
    let [here, there] = nodes.clients();
    let alice = here.register("alice", "password");
    let token = [("token", alice.token.as_str())];
    assert_eq!(there.call("GET", "/user/", &token)["status_code"], 0);
    assert_eq!(here.call("POST", "/user/logout/", &token)["status_code"], 0);
    until(|| there.call("GET", "/user/", &token)["status_code"] != 0);
    until(|| nodes.metric(1, "douyin_redis_revocations_total") > 0.0);
}
