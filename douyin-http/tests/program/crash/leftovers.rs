//! Files that nobody names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::client::Client;
use crate::wait_until;

/// Every video of the feed has its files, and sooner or later every file of the data folder belongs to a video of the feed or to the
/// server itself: no upload is left in staging, no media without a row, nothing of an attempt at preparing a video that failed.
pub(crate) fn assert_none(client: &Client, folder: &Path, round: u64) {
    let named = Named::by(client);
    for url in &named.urls {
        let answer = client.get(url, &[("range", "bytes=0-0")]);
        assert_eq!(answer.status(), 206, "round {round}: {url}");
    }
    // Who prepares videos may be at work.
    wait_until("every file has a row", || {
        without_row(client, folder).is_empty()
    });
}

/// The files of a data folder that belong neither to a video of the feed nor to the server itself.
pub(crate) fn without_row(client: &Client, folder: &Path) -> Vec<PathBuf> {
    // First what is there: what is published meanwhile has its files before its row.
    let there = files_below(folder);
    let named = Named::by(client);
    let media = folder.join("media");
    let is_named = |path: &Path| {
        let key = path.strip_prefix(&media).ok().and_then(Path::to_str);
        key.is_some_and(|key| named.beginnings.iter().any(|named| key.starts_with(named)))
    };
    let is_left =
        |path: &PathBuf| path.exists() && !is_of_the_server_itself(path) && !is_named(path);
    there.into_iter().filter(is_left).collect()
}

/// What the videos of the feed name.
#[derive(Default)]
struct Named {
    urls: BTreeSet<String>,
    /// What the keys of their files begin with.
    beginnings: BTreeSet<String>,
}

impl Named {
    fn by(client: &Client) -> Self {
        let mut named = Self::default();
        let mut latest = String::from("0");
        loop {
            let page = client.call("GET", "/feed/", &[("latest_time", &latest), ("hls", "1")]);
            let videos = page["video_list"].as_array().expect("a list");
            for video in videos {
                named.beginnings.extend([
                    format!("videos/{}.", video["id"]),
                    format!("covers/{}.", video["id"]),
                ]);
                for field in ["play_url", "cover_url", "hls_url"] {
                    named.add(video[field].as_str());
                }
            }
            if videos.is_empty() {
                return named;
            }
            latest = page["next_time"].to_string();
        }
    }

    /// A file, and those beside it if it is the playlist of a stream.
    fn add(&mut self, url: Option<&str>) {
        let Some(url) = url else { return };
        let (_, key) = url
            .split_once("/media/")
            .expect("a path of the media files");
        let whole = key.strip_suffix("main.m3u8").unwrap_or(key);
        self.beginnings.insert(whole.to_owned());
        self.urls.insert(url.to_owned());
    }
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
