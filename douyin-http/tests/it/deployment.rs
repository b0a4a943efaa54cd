//! The files in `deploy/` and the `Dockerfile` name settings that exist, with values that they take.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use douyin_http::config::{Config, SETTINGS, Setting, Sources};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.append(&mut files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// The words of a text that begin as environment variables of the server do, and go on.
fn variables(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with("DOUYIN_") && *word != "DOUYIN_")
        .collect()
}

#[test]
fn every_variable_in_the_deployment_files_is_a_setting() {
    let known: BTreeSet<String> = SETTINGS.iter().map(Setting::variable).collect();
    let mut files = files(&repository().join("deploy"));
    files.push(repository().join("Dockerfile"));
    let mut seen = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for variable in variables(&text) {
            assert!(known.contains(variable), "{variable} in {}", file.display());
            seen += 1;
        }
    }
    assert!(seen > 10, "only {seen} variables were found");
}

#[test]
fn the_configuration_in_the_kubernetes_files_is_accepted_whole() {
    let manifest = repository().join("deploy/kubernetes/configuration.yaml");
    let manifest = fs::read_to_string(manifest).unwrap();
    let (_, block) = manifest.split_once("douyin.toml: |\n").unwrap();
    let lines: Vec<&str> = block
        .lines()
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("douyin.toml");
    fs::write(&file, lines.join("\n")).unwrap();
    let sources = Sources {
        file: Some(file),
        ..Sources::default()
    };
    let config = Config::load(&sources).unwrap();
    assert!(config.redis_url.is_some());
}
