//! A server whose media lies in a bucket of a server that can be killed.

mod crash;
mod delivery;
mod outage;
mod refusal;
mod two_servers;

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::client::{Account, Client};
use crate::database;
use crate::database_server::{self, DatabaseServer};
use crate::site::Site;

/// What is stored of a clip that is published: itself, its cover, and that as WebP.
const FILES: usize = 3;

/// A bucket on a server of its own.
struct Bucket(DatabaseServer);

impl Bucket {
    /// One, if there are any; otherwise the case is skipped.
    fn make(case: &'static str) -> Option<Self> {
        let server = database::found::<DatabaseServer>(database_server::buckets(), case)?;
        // That server keeps a bucket as a folder.
        fs::create_dir(server.data().join("videos")).expect("a bucket");
        Some(Self(server))
    }

    /// `http://host:port` of its server.
    fn endpoint(&self) -> String {
        let (_, host) = self.0.url().split_once('@').expect("a user");
        format!("http://{host}")
    }

    fn secret_key(&self) -> &str {
        let (user, _) = self.0.url().split_once('@').expect("a user");
        user.rsplit_once(':').expect("a password").1
    }

    /// A site with its media here.
    fn site(&self, site: Site) -> Site {
        site.with("DOUYIN_MEDIA_URL", "s3://videos/of/douyin")
            .with("DOUYIN_MEDIA_S3_ENDPOINT", &self.endpoint())
            .with("DOUYIN_MEDIA_S3_ACCESS_KEY", "douyin")
            .with("DOUYIN_MEDIA_S3_SECRET_KEY", self.secret_key())
            .with("DOUYIN_MEDIA_FFMPEG", "off")
    }

    /// The objects in it, as files below the prefix.
    fn objects(&self) -> Vec<PathBuf> {
        let root = self.0.data().join("videos/of/douyin");
        let mut objects: Vec<PathBuf> = ["videos", "covers"]
            .iter()
            .filter_map(|folder| fs::read_dir(root.join(folder)).ok())
            .flatten()
            .map(|entry| entry.expect("an entry").path())
            .map(|path| path.strip_prefix(&root).expect("below it").to_owned())
            .collect();
        objects.sort();
        objects
    }
}

fn publish(client: &Client, by: &Account, video: &[u8]) -> Option<crate::client::Answer> {
    let parts = [
        ("token", Some(by.token.as_str())),
        ("title", Some("a title")),
        ("data", None),
    ];
    client.try_upload(video, &parts)
}

/// The newest video.
fn newest(client: &Client) -> Value {
    let feed = client.call("GET", "/feed/", &[]);
    assert_eq!(feed["status_code"], 0, "{feed}");
    feed["video_list"][0].clone()
}
