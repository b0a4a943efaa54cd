use super::{Pair, factor};
use crate::database::{Database, on_each};
use crate::stdout;

on_each!(both_may_bring_an_empty_database_up_to_date_at_once: database(postgres, mariadb));
fn both_may_bring_an_empty_database_up_to_date_at_once(database: &Database) {
    for _ in 0..4 * factor() {
        let empty = database.another().expect("it is on a server");
        let pair = Pair::start(&empty);
        for site in &pair.sites {
            let again = site.run(&["migrate", "--dry-run"]);
            assert_eq!(stdout(&again), "the schema is up to date\n", "{again:?}");
        }
        for (client, name) in pair.clients().iter().zip(["alice", "bob"]) {
            client.register(name, "password");
        }
    }
}
