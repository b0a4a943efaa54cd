use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::Reloading;
use crate::client::Client;

/// How often the configuration is exchanged while everybody is busy.
const RELOADS: usize = 200;

const CLIENTS: usize = 4;

#[test]
fn two_hundred_reloads_under_load_fail_no_request() {
    let configuration = |number: usize| {
        let limit = 1 + number % 30;
        format!(
            "[feed]\nlimit = {limit}\n[server]\nmax_connections = {}\nmax_body_kb = {limit}",
            1000 + number
        )
    };
    let mut server = Reloading::start(&configuration(0), &[("DOUYIN_REGISTER_LIMIT", "1000000")]);
    let url = server.running.url();
    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (url, stop, answered) = (&url, &stop, &answered);
            scope.spawn(move || {
                let client = Client::new(url);
                let own = client.register(&format!("user {number}"), "password");
                while !stop.load(Ordering::Relaxed) {
                    // Half of them on a connection that stays, half on a new one each time.
                    let fresh = Client::new(url);
                    let client = if number % 2 == 0 { &client } else { &fresh };
                    for answer in [
                        client.call("GET", "/feed/", &[("token", &own.token)]),
                        client.call_with_body(
                            "POST",
                            "/user/login/",
                            "application/json",
                            format!(r#"{{"username":"user {number}","password":"password"}}"#),
                        ),
                        client.call("GET", "/user/", &[("token", &own.token)]),
                    ] {
                        assert_eq!(answer["status_code"], 0, "{answer}");
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        for number in 1..=RELOADS {
            let before = answered.load(Ordering::Relaxed);
            server.configure(&configuration(number));
            server.hang_up();
            let outcome = server.outcome();
            assert_eq!(
                outcome["message"], "read the configuration again",
                "{outcome}"
            );
            assert!(
                outcome["changed"]
                    .as_str()
                    .unwrap()
                    .contains("server.max_connections"),
                "{outcome}"
            );
            // Each is in use before the next one comes.
            while answered.load(Ordering::Relaxed) == before {
                std::thread::yield_now();
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
}
