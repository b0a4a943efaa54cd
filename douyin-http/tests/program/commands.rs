use std::net::TcpListener;

use super::{program, run, stderr, stdout};
use crate::database::{Database, execute, on_each};
use crate::site::Site;

#[test]
fn config_prints_every_setting_but_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "0123456789abcdef0123456789abcdef";
    let output = program(folder.path())
        .env("DOUYIN_JWT_SECRET", secret)
        .args(["--set", "feed.limit=7", "config"])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(
        stdout(&output).contains("\nfeed.limit = 7\n"),
        "{}",
        stdout(&output)
    );
    assert!(stdout(&output).contains("\njwt_secret = \"(hidden)\"\n"));
    assert!(!stdout(&output).contains(secret));
    assert!(
        !folder.path().join("data").exists(),
        "looking changes nothing"
    );
}

#[test]
fn a_wrong_setting_is_refused_in_one_sentence_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path())
        .env("DOUYIN_DATABSE_URL", "memory:")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        "error: DOUYIN_DATABSE_URL: no such setting; did you mean `DOUYIN_DATABASE_URL`?\n"
    );
    assert!(!folder.path().join("data").exists());
}

#[test]
fn what_this_build_cannot_do_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let setting = "database_url=oracle://user:hush@host/db";
    let output = run(folder.path(), &["--set", setting]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    let expected = "this build does not support databases of this kind";
    assert!(said.contains(expected), "{said}");
    assert!(!said.contains("hush"), "{said}");
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    // Port 1 is nobody's.
    for (scheme, shown) in [
        ("postgres", "postgres"),
        ("mysql", "mysql"),
        ("mariadb", "mysql"),
    ] {
        let url = format!("{scheme}://user:hush@127.0.0.1:1/db");
        for command in ["serve", "check", "migrate", "seed"] {
            let output = run(folder.path(), &["--database-url", &url, command]);
            assert_eq!(output.status.code(), Some(1), "{url} {command}");
            let said = stderr(&output);
            let shown = format!("the database {shown}://127.0.0.1:1/db cannot be opened: ");
            assert!(said.contains(&shown), "{command}: {said}");
            assert!(!said.contains("hush"), "{command}: {said}");
        }
    }
}

#[test]
fn a_port_that_is_taken_is_named_with_what_chooses_another() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for flag in ["--listen", "--admin-listen"] {
        let output = run(folder.path(), &[flag, &address]);
        assert_eq!(output.status.code(), Some(1));
        let expected =
            format!("error: cannot listen on {address}; choose another address with {flag} ");
        assert!(
            stderr(&output).starts_with(&expected),
            "{}",
            stderr(&output)
        );
    }
}

on_each!(migrate_can_be_tried_without_changing_anything: database(sqlite, postgres, mariadb));
fn migrate_can_be_tried_without_changing_anything(database: &Database) {
    let site = Site::on(database);
    for _ in 0..2 {
        let output = site.run(&["migrate", "--dry-run"]);
        assert!(output.status.success(), "{output:?}");
        let said = stdout(&output);
        assert!(said.starts_with("would run 0001 "), "{said}");
        assert!(said.contains("\nCREATE TABLE "), "{said}");
        assert!(!site.data().exists());
    }
    let output = site.run(&["migrate"]);
    assert!(stdout(&output).starts_with("ran 0001 "), "{output:?}");
    let output = site.run(&["migrate", "--dry-run"]);
    assert_eq!(stdout(&output), "the schema is up to date\n");
}

on_each!(check_finds_a_counter_that_is_wrong_and_repairs_it: database(sqlite, postgres, mariadb));
fn check_finds_a_counter_that_is_wrong_and_repairs_it(database: &Database) {
    let site = Site::on(database);
    let seed = ["seed", "--users", "5", "--videos", "5", "--likes", "9"];
    let nothing_else = ["--comments", "0", "--follows", "0", "--messages", "0"];
    let output = site.run(&[&seed[..], &nothing_else[..]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    site.assert_no_drift();

    let spoil = "UPDATE videos SET favorite_count = favorite_count + 1";
    execute(&site.database_url(), spoil);
    let output = site.run(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert_eq!(said.lines().count(), 6, "{output:?}");
    assert!(said.contains("VideoFavorites of "), "{said}");
    let output = site.run(&["check", "--repair"]);
    assert!(output.status.success(), "{}", stdout(&output));
    let output = site.run(&["check"]);
    assert_eq!(stdout(&output), "every counter agrees with its rows\n");
    assert!(output.status.success());
}

#[test]
fn check_refuses_a_database_that_is_missing_or_not_migrated_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("data/douyin.db");
    for arguments in [&["check"][..], &["check", "--repair"]] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(stdout(&output), "");
        let missing = format!("there is no database {}\n", database.display());
        assert!(stderr(&output).ends_with(&missing), "{}", stderr(&output));
        assert!(!folder.path().join("data").exists());
    }

    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(&database, "").unwrap();
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("is not up to date"), "{said}");
    let output = run(folder.path(), &["migrate", "--dry-run"]);
    assert!(stdout(&output).starts_with("would run 0001 "), "{output:?}");
}

#[test]
fn commands_for_a_database_refuse_one_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["check", "seed"] {
        let output = run(folder.path(), &["--database-url", "memory:", command]);
        assert_eq!(output.status.code(), Some(1), "{command}");
        let said = stderr(&output);
        assert!(said.starts_with("error: a database in memory "), "{said}");
    }
}

#[test]
fn openapi_prints_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["openapi"]);
    assert!(output.status.success());
    let document: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    assert!(document["paths"]["/douyin/feed/"]["get"].is_object());
}

#[test]
fn help_and_version_are_answers_and_an_unknown_command_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for answered in ["--help", "--version", "help"] {
        let output = run(folder.path(), &[answered]);
        assert!(output.status.success(), "{answered}");
        assert!(stdout(&output).contains("douyin-http"), "{answered}");
    }
    let output = run(folder.path(), &["sevre"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("'serve'"), "{}", stderr(&output));
}
