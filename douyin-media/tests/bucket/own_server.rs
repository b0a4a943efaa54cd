use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::s3::S3Server;

/// A server of a case alone, whose disk can be looked at and whose process can be killed. Ended when dropped.
pub(crate) struct OwnServer {
    folder: TempDir,
    server: S3Server,
}

impl OwnServer {
    /// One, if the tests have any.
    pub(crate) fn start(case: &str) -> Option<Self> {
        S3Server::of_the_tests(case)?;
        let folder = TempDir::new().unwrap();
        let url = script(&["start", "s3"], folder.path());
        Some(Self {
            folder,
            server: S3Server::of_url(&url),
        })
    }

    pub(crate) fn server(&self) -> &S3Server {
        &self.server
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&self) {
        script(&["kill"], self.folder.path());
    }

    /// Starts it again, where it was.
    pub(crate) fn restart(&self) {
        let url = script(&["start", "s3"], self.folder.path());
        assert!(url.ends_with(self.server.endpoint.strip_prefix("http://").unwrap()));
    }

    /// What it keeps of uploads in parts that are neither complete nor ended: nobody sees it, and somebody pays for it.
    pub(crate) fn uploads(&self) -> Vec<PathBuf> {
        self.files(|name| name.starts_with(".upload") || name.contains(".upload-"))
    }

    /// Their bytes. An upload that it began and could not confirm has none; it is for a rule of the bucket to end.
    pub(crate) fn parts(&self) -> Vec<PathBuf> {
        self.files(|name| name.starts_with(".upload_id-"))
    }

    fn files(&self, is_wanted: fn(&str) -> bool) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path().join("data")).unwrap();
        entries
            .map(Result::unwrap)
            .filter(|entry| is_wanted(entry.file_name().to_str().unwrap()))
            .map(|entry| entry.path())
            .collect()
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn script(arguments: &[&str], folder: &Path) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/database");
    let output = Command::new(script)
        .args(arguments)
        .arg(folder)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "scripts/database {arguments:?}");
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}
