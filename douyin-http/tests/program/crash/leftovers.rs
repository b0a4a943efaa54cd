//! Files that nobody names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::client::Client;

/// Every video of the feed has its files, and every file of the data folder belongs to a video of the feed or to the server
/// itself: no upload is left in staging, no media without a row.
pub(super) fn assert_none(client: &Client, folder: &Path, round: u64) {
    let media = folder.join("media");
    let mut named = BTreeSet::new();
    let mut latest = String::from("0");
    loop {
        let page = client.call("GET", "/feed/", &[("latest_time", &latest)]);
        let videos = page["video_list"].as_array().expect("a list");
        for url in videos
            .iter()
            .flat_map(|video| [&video["play_url"], &video["cover_url"]])
        {
            let url = url.as_str().expect("a text");
            assert_eq!(
                client.get(url, &[("range", "bytes=0-0")]).status(),
                206,
                "round {round}: {url}"
            );
            let (_, path) = url
                .split_once("/media/")
                .expect("a path of the media files");
            named.insert(media.join(path));
        }
        if videos.is_empty() {
            break;
        }
        latest = page["next_time"].to_string();
    }
    let there: BTreeSet<PathBuf> = files_below(folder).into_iter().collect();
    let missing: Vec<_> = named.difference(&there).collect();
    assert!(
        missing.is_empty(),
        "round {round}: rows without their file: {missing:?}"
    );
    let unnamed = there
        .difference(&named)
        .filter(|path| !is_of_the_server_itself(path));
    let unnamed: Vec<_> = unnamed.collect();
    assert!(
        unnamed.is_empty(),
        "round {round}: files without a row: {unnamed:?}"
    );
}

/// The database with its log, the secret, and the locks of the processes that use the staging folder.
fn is_of_the_server_itself(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    path.extension()
        .is_some_and(|extension| extension == "lock")
        || name.is_some_and(|name| {
            name.starts_with("douyin.db") || ["jwt.secret", "gate", "lock"].contains(&name)
        })
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => panic!("cannot list {}: {error}", folder.display()),
    };
    let paths = entries.map(|entry| entry.expect("an entry of a folder").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}
