//! Opening, migrating and closing.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;

use douyin_core::Mark;
use douyin_store_sql::{OpenError, SqlOptions, migrate, open, open_existing, pending_migrations};
use sqlx::Connection as _;

use crate::scene::{Scene, is_unavailable, like, populate};

/// The message of an error and of its causes.
fn told(error: &OpenError) -> String {
    let (mut told, mut cause) = (error.to_string(), error.source());
    while let Some(next) = cause {
        told = format!("{told}: {next}");
        cause = next.source();
    }
    told
}

async fn refusal(url: &str) -> OpenError {
    match open(url, &SqlOptions::default()).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn migrations_are_told_before_run_once_and_then_never_again() {
    let (scene, options) = (Scene::new(), SqlOptions::default());
    let pending = pending_migrations(&scene.url(), &options).await.unwrap();
    assert_eq!((pending[0].version, pending[0].name), (1, "initial"));
    assert!(!scene.file().exists(), "telling makes no file");

    assert_eq!(migrate(&scene.url(), &options).await.unwrap(), pending);
    assert_eq!(migrate(&scene.url(), &options).await.unwrap(), []);
    assert_eq!(
        pending_migrations(&scene.url(), &options).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_database_can_be_opened_only_where_it_is_as_it_should_be() {
    let (scene, options) = (Scene::new(), SqlOptions::default());
    let missing = open_existing(&scene.url(), &options).await;
    assert!(matches!(missing, Err(OpenError::Missing { .. })));
    assert!(!scene.file().exists(), "looking makes no file");

    std::fs::write(scene.file(), "").unwrap();
    let old = open_existing(&scene.url(), &options).await;
    assert!(matches!(old, Err(OpenError::Outdated { .. })));
    let pending = pending_migrations(&scene.url(), &options).await.unwrap();
    assert_eq!(pending[0].version, 1, "its schema stays");

    migrate(&scene.url(), &options).await.unwrap();
    let store = open_existing(&scene.url(), &options).await.unwrap();
    populate(&*store).await;
    store.close().await.unwrap();
}

/// Every file of a scene, with what it holds.
fn files(scene: &Scene) -> BTreeMap<OsString, Vec<u8>> {
    let folder = std::fs::read_dir(scene.file().parent().unwrap()).unwrap();
    let files = folder.map(|entry| entry.unwrap());
    files
        .map(|file| (file.file_name(), std::fs::read(file.path()).unwrap()))
        .collect()
}

#[tokio::test]
async fn telling_what_is_pending_changes_no_byte_and_leaves_no_file() {
    let (scene, options) = (Scene::new(), SqlOptions::default());
    let url = scene.url();
    // A database of another program, which is not in WAL mode.
    std::fs::write(scene.file(), "").unwrap();
    let table = "CREATE TABLE notes (text TEXT)";
    let mut stranger = scene.stranger().await;
    sqlx::query(table).execute(&mut stranger).await.unwrap();
    stranger.close().await.unwrap();
    let before = files(&scene);
    let pending = pending_migrations(&url, &options).await.unwrap();
    assert_eq!(pending[0].version, 1);
    assert_eq!(files(&scene), before);

    migrate(&url, &options).await.unwrap();
    let before = files(&scene);
    assert_eq!(before.len(), 1);
    assert_eq!(pending_migrations(&url, &options).await.unwrap(), []);
    assert_eq!(files(&scene), before);
}

#[tokio::test]
async fn what_a_server_has_logged_and_not_yet_written_is_told_too() {
    let (scene, copy, options) = (Scene::new(), Scene::new(), SqlOptions::default());
    let store = scene.open().await;
    let file = std::fs::read(scene.file()).unwrap();
    let pending = pending_migrations(&scene.url(), &options).await.unwrap();
    assert_eq!(pending, []);
    assert_eq!(std::fs::read(scene.file()).unwrap(), file);
    populate(&*store).await;

    std::fs::write(copy.file(), file).unwrap();
    let without_the_log = pending_migrations(&copy.url(), &options).await.unwrap();
    assert_eq!(
        without_the_log[0].version, 1,
        "the schema was in the log alone"
    );
}

#[tokio::test]
async fn a_file_may_be_named_like_a_parameter() {
    let scene = Scene::new();
    let file = scene.file().with_file_name("mode=ro :memory: mode=memory");
    let url = format!("sqlite:{}", file.display());
    let store = open(&url, &SqlOptions::default()).await.unwrap();
    populate(&*store).await;
    store.close().await.unwrap();
    assert!(file.exists());
}

#[tokio::test]
async fn the_mode_of_a_url_says_whether_a_database_is_made() {
    let scene = Scene::new();
    let error = told(&refusal(&format!("{}?mode=rw", scene.url())).await);
    assert!(error.contains("unable to open"), "{error}");
    assert!(!scene.file().exists());
    let made = format!("{}?mode=rwc", scene.url());
    let made = open(&made, &SqlOptions::default()).await.unwrap();
    populate(&*made).await;
}

#[tokio::test]
async fn an_empty_file_is_a_new_database() {
    let (scene, options) = (Scene::new(), SqlOptions::default());
    std::fs::write(scene.file(), "").unwrap();
    let pending = pending_migrations(&scene.url(), &options).await.unwrap();
    assert_eq!(pending[0].version, 1);
    populate(&*scene.open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_open_a_new_database_at_once_all_succeed() {
    for _ in 0..5 {
        let scene = Scene::new();
        let opening: Vec<_> = (0..8)
            .map(|_| {
                let url = scene.url();
                tokio::spawn(async move { open(&url, &SqlOptions::default()).await.unwrap() })
            })
            .collect();
        for store in opening {
            store.await.unwrap().ping().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_schema_of_a_newer_program_is_refused_and_left_alone() {
    let scene = Scene::new();
    scene.open().await.close().await.unwrap();
    let newer = "INSERT INTO schema_migrations (version, name) VALUES (99, 'later')";
    sqlx::query(newer)
        .execute(&mut scene.stranger().await)
        .await
        .unwrap();

    let error = refusal(&scene.url()).await;
    assert!(matches!(error, OpenError::NewerSchema { found: 99, .. }));
    assert!(told(&error).contains("99"), "{error}");
    let pending = pending_migrations(&scene.url(), &SqlOptions::default()).await;
    assert!(matches!(pending, Err(OpenError::NewerSchema { .. })));
}

#[tokio::test]
async fn a_folder_that_is_missing_or_not_writable_is_named_in_the_error() {
    let scene = Scene::new();
    let missing = scene.file().join("no/such/folder.db");
    let error = told(&refusal(&format!("sqlite:{}", missing.display())).await);
    assert!(error.contains("no/such/folder.db"), "{error}");
    assert!(error.contains("unable to open"), "{error}");

    let locked = scene.file().with_file_name("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).unwrap();
    // Root may write everywhere.
    if std::fs::write(locked.join("probe"), "").is_err() {
        let error = told(&refusal(&format!("sqlite:{}/x.db", locked.display())).await);
        assert!(error.contains("locked/x.db"), "{error}");
    }
}

#[tokio::test]
async fn a_database_that_may_only_be_read_is_refused() {
    let scene = Scene::new();
    scene.open().await.close().await.unwrap();
    let error = told(&refusal(&format!("{}?mode=ro", scene.url())).await);
    assert!(error.contains("readonly"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let scene = Scene::new();
    let text = "a text, not a database ".repeat(100);
    std::fs::write(scene.file(), &text).unwrap();
    let error = told(&refusal(&scene.url()).await);
    assert!(error.contains("not a database"), "{error}");
    assert_eq!(std::fs::read_to_string(scene.file()).unwrap(), text);
}

#[tokio::test]
async fn a_url_of_no_known_scheme_is_refused_without_showing_its_password() {
    for url in [
        "oracle://me:secret@host/db",
        "secret",
        "",
        "sqlite",
        "://secret",
    ] {
        let error = refusal(url).await;
        assert!(matches!(error, OpenError::UnknownScheme { .. }), "{url}");
        assert!(!told(&error).contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_database_in_memory_is_refused_with_a_better_idea() {
    for url in [
        "sqlite::memory:",
        "sqlite://:memory:",
        "sqlite:%3Amemory:",
        "sqlite:file::memory:",
        "sqlite:",
        "sqlite:x.db?mode=memory",
        "sqlite:x.db?cache=shared&mode=memory",
    ] {
        let error = refusal(url).await;
        assert!(matches!(error, OpenError::NoFile), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_closed_store_is_unavailable_and_leaves_one_file() {
    let scene = Scene::new();
    let store = scene.open().await;
    populate(&*store).await;
    store.close().await.unwrap();
    store.close().await.unwrap();

    assert!(is_unavailable(&like(&*store, 1, 1, Mark::On).await));
    assert!(is_unavailable(&store.ping().await));
    assert!(is_unavailable(
        &store.profile(None, crate::scene::user(1)).await
    ));
    let files = std::fs::read_dir(scene.file().parent().unwrap()).unwrap();
    assert_eq!(files.count(), 1, "no log is left beside the database");
}
