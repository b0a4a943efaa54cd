//! The TLS options of a URL.

use std::fs;
use std::path::Path;
use std::process::Command;

use douyin_store_sql::{SqlOptions, open};
use sqlx::Connection as _;
use tempfile::TempDir;

use super::found;
use super::own::{self, OwnServer};
use super::refusal::assert_refused;

/// A certificate authority for this test, and with it a server's certificate for `localhost`, in one folder.
struct Authority(TempDir);

impl Authority {
    fn new() -> Self {
        let authority = Self(tempfile::tempdir().unwrap());
        let extensions = "[req]\ndistinguished_name=name\nprompt=no\n[name]\nCN=douyin\n\
             [authority]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n\
             [server]\nbasicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost\n";
        fs::write(authority.path("openssl.cnf"), extensions).unwrap();
        authority.certify("authority", &[]);
        authority.certify(
            "server",
            &["-CA", "authority.pem", "-CAkey", "authority.key"],
        );
        authority
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn certify(&self, name: &str, by: &[&str]) {
        let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        let output = Command::new("openssl")
            .current_dir(self.0.path())
            .args([
                "req",
                "-config",
                "openssl.cnf",
                "-x509",
                "-days",
                "2",
                "-nodes",
            ])
            .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-extensions", name, "-keyout", &key, "-out", &certificate])
            .args(by)
            .output()
            .expect("openssl is there");
        assert!(output.status.success(), "{output:?}");
    }

    /// As a parameter of a URL.
    fn root(&self) -> String {
        format!("sslrootcert={}", self.path("authority.pem").display())
    }
}

/// Makes a Postgres server speak TLS.
async fn encrypt(server: &OwnServer, authority: &Authority) {
    for name in ["server.key", "server.pem"] {
        let copy = server.data().join(name);
        fs::copy(authority.path(name), &copy).unwrap();
        give_to_owner_of(&server.data(), &copy);
    }
    let mut connection = sqlx::PgConnection::connect(&server.url).await.unwrap();
    for setting in [
        "ALTER SYSTEM SET ssl_key_file = 'server.key'",
        "ALTER SYSTEM SET ssl_cert_file = 'server.pem'",
        "ALTER SYSTEM SET ssl = on",
    ] {
        sqlx::raw_sql(setting)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
    server.stop();
    server.restart();
}

/// The server refuses a key that others may read, or that is another's.
fn give_to_owner_of(folder: &Path, file: &Path) {
    let mut reference = std::ffi::OsString::from("--reference=");
    reference.push(folder);
    for (program, arguments) in [("chown", vec![reference]), ("chmod", vec!["600".into()])] {
        let status = Command::new(program).args(arguments).arg(file).status();
        assert!(status.unwrap().success(), "{program}");
    }
}

#[tokio::test]
async fn the_tls_options_of_a_postgres_url_are_followed() {
    let case = "the_tls_options_of_a_postgres_url_are_followed";
    let Some(server) = found(own::postgres().await, case).await else {
        return;
    };
    let (authority, another) = (Authority::new(), Authority::new());
    encrypt(&server, &authority).await;
    let (by_address, options) = (&server.url, SqlOptions::default());
    let by_name = &by_address.replace("127.0.0.1", "localhost");
    let (root, other_root) = (authority.root(), another.root());

    for url in [
        format!("{by_address}?sslmode=require"),
        format!("{by_address}?sslmode=verify-ca&{root}"),
        format!("{by_name}?sslmode=verify-full&{root}"),
    ] {
        let store = open(&url, &options).await.expect(&url);
        store.close().await.unwrap();
    }
    for (url, reason) in [
        (
            format!("{by_address}?sslmode=verify-full&{root}"),
            "not valid for name",
        ),
        (
            format!("{by_address}?sslmode=verify-ca&{other_root}"),
            "certificate",
        ),
        (
            format!("{by_name}?sslmode=verify-full&{other_root}"),
            "certificate",
        ),
        (format!("{by_name}?sslmode=verify-full"), "UnknownIssuer"),
        (
            format!("{by_name}?sslmode=verify-full&sslrootcert=/nowhere.pem"),
            "No such file",
        ),
    ] {
        assert_refused(&url, reason).await;
    }
}
