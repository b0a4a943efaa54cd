//! The TLS options of a URL.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use douyin_store_sql::{SqlOptions, open};
use tempfile::TempDir;

use super::on_servers;
use super::own::OwnServer;
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

    fn path(&self, name: &str) -> PathBuf {
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

    /// Makes a server show its certificate.
    fn certify_server(&self, server: &OwnServer) {
        let [key, certificate] = ["server.key", "server.pem"].map(|name| {
            let copy = server.data().join(name);
            fs::copy(self.path(name), &copy).unwrap();
            give_to_owner_of(&server.data(), &copy);
            copy.display().to_string()
        });
        server.restart_with(&match scheme(server) {
            "postgres" => vec![
                "--ssl=on".to_owned(),
                format!("--ssl_key_file={key}"),
                format!("--ssl_cert_file={certificate}"),
            ],
            _ => vec![
                format!("--ssl-key={key}"),
                format!("--ssl-cert={certificate}"),
            ],
        });
    }
}

/// The server refuses a key that others may read, or that is another's.
fn give_to_owner_of(folder: &Path, file: &Path) {
    let mut reference = OsString::from("--reference=");
    reference.push(folder);
    for (program, argument) in [("chown", reference), ("chmod", "600".into())] {
        let status = Command::new(program).arg(argument).arg(file).status();
        assert!(status.unwrap().success(), "{program}");
    }
}

fn scheme(server: &OwnServer) -> &str {
    server.url.split_once(':').unwrap().0
}

on_servers!(the_tls_options_of_a_url_are_followed: own);
async fn the_tls_options_of_a_url_are_followed(server: &OwnServer) {
    let (authority, another) = (Authority::new(), Authority::new());
    authority.certify_server(server);
    let [encrypted, trusted, identified, root] = match scheme(server) {
        "postgres" => [
            "sslmode=require",
            "sslmode=verify-ca",
            "sslmode=verify-full",
            "sslrootcert=",
        ],
        _ => [
            "ssl-mode=REQUIRED",
            "ssl-mode=VERIFY_CA",
            "ssl-mode=VERIFY_IDENTITY",
            "ssl-ca=",
        ],
    };
    let by_address = &server.url;
    let by_name = &by_address.replace("127.0.0.1", "localhost");
    let of_authority = format!("{root}{}", authority.path("authority.pem").display());
    let of_another = format!("{root}{}", another.path("authority.pem").display());

    for url in [
        format!("{by_address}?{encrypted}"),
        format!("{by_address}?{trusted}&{of_authority}"),
        format!("{by_name}?{identified}&{of_authority}"),
    ] {
        let store = open(&url, &SqlOptions::default()).await;
        store.expect(&url).close().await.unwrap();
    }
    let not_valid = "invalid peer certificate";
    for (url, reason) in [
        (
            format!("{by_address}?{identified}&{of_authority}"),
            "not valid for name",
        ),
        (format!("{by_address}?{trusted}&{of_another}"), not_valid),
        (format!("{by_name}?{identified}&{of_another}"), not_valid),
        (format!("{by_name}?{identified}"), not_valid),
        (
            format!("{by_name}?{identified}&{root}nowhere.pem"),
            "No such file",
        ),
    ] {
        assert_refused(&url, reason).await;
    }
}
