//! The service under test, and a client of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use douyin_core::{
    BcryptHasher, Clock as _, Douyin, Generation, Limits, ManualClock, MediaKey, SignedIn,
    Timestamp, Upload, UserId,
};
use douyin_http::api::{self, Api, ApiBuilder, Tokens};
use douyin_media::{DEMO_CLIP, Ffmpeg, MediaOptions, MediaStorage};
use douyin_store_mem::MemStore;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// 2026-09-22 04:26:40 in Shanghai, 2026-09-21 in UTC.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_790_022_400_000);

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";
pub(crate) const MULTIPART: &str = "multipart/form-data; boundary=BOUNDARY";

pub(crate) struct App {
    pub(crate) router: Router,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) douyin: Douyin,
    pub(crate) folder: TempDir,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// A user who is signed in.
pub(crate) struct Caller {
    pub(crate) id: i64,
    pub(crate) token: String,
}

impl App {
    pub(crate) fn new() -> Self {
        Self::with(|api| api)
    }

    /// With settings other than the default ones.
    pub(crate) fn with(settings: impl FnOnce(ApiBuilder) -> ApiBuilder) -> Self {
        Self::over(MemStore::new(), Limits::default(), settings)
    }

    pub(crate) fn over(
        store: impl douyin_core::Store + 'static,
        limits: Limits,
        settings: impl FnOnce(ApiBuilder) -> ApiBuilder,
    ) -> Self {
        Self::made(store, limits, Ffmpeg::Off, settings)
    }

    /// Whose covers this program makes.
    pub(crate) fn with_ffmpeg(ffmpeg: PathBuf) -> Self {
        let ffmpeg = Ffmpeg::At(ffmpeg);
        Self::made(MemStore::new(), Limits::default(), ffmpeg, |api| api)
    }

    fn made(
        store: impl douyin_core::Store + 'static,
        limits: Limits,
        ffmpeg: Ffmpeg,
        settings: impl FnOnce(ApiBuilder) -> ApiBuilder,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = MediaOptions::default();
        options.max_upload_bytes = 1 << 20;
        // However slow the disk is.
        options.resumable_wait = Duration::from_mins(1);
        options.ffmpeg = ffmpeg;
        let media_url = format!("file:{}", folder.path().join("media").display());
        let media = MediaStorage::open(&media_url, folder.path().join("staging"), options).unwrap();
        let clock = Arc::new(ManualClock::new(NOW));
        let hasher = Arc::new(BcryptHasher::new(4).unwrap());
        let douyin = Douyin::builder_with_hasher(Arc::new(store), hasher)
            .clock(Arc::<ManualClock>::clone(&clock))
            .limits(limits)
            .build();
        let api = settings(Api::builder(douyin.clone(), media, tokens())).build();
        Self {
            router: api::router(Arc::new(api)),
            clock,
            douyin,
            folder,
        }
    }

    pub(crate) async fn call(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    /// A request of this path below `/douyin`, without a body.
    pub(crate) async fn get(&self, path_and_query: &str) -> Answer {
        self.call(get(path_and_query).body(Body::empty()).unwrap())
            .await
    }

    /// The parameters in the query string.
    pub(crate) async fn post(&self, path_and_query: &str) -> Answer {
        self.send("POST", path_and_query, "", "").await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path_and_query: &str,
        media_type: &str,
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/douyin{path_and_query}"))
            .header("host", "video.example.com");
        if !media_type.is_empty() {
            request = request.header("content-type", media_type);
        }
        self.call(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn register(&self, name: &str) -> Caller {
        let answer = self
            .post(&format!("/user/register/?username={name}&password=secret"))
            .await;
        answer.assert_success();
        Caller {
            id: answer.body["user_id"].as_i64().unwrap(),
            token: answer.body["token"].as_str().unwrap().to_owned(),
        }
    }

    /// A video that is published a second after everything before, without media behind it.
    pub(crate) async fn publish(&self, author: &Caller, title: &str) -> i64 {
        self.clock.advance_millis(1_000);
        let id = self.douyin.new_video_id().unwrap();
        let upload = Upload {
            id,
            title: title.to_owned(),
            play: MediaKey::new(format!("videos/{id}.mp4")),
            cover: MediaKey::new(format!("covers/{id}.jpg")),
            bytes: 0,
        };
        self.douyin
            .publish(UserId::new(author.id).unwrap(), upload)
            .await
            .unwrap();
        id.get()
    }

    pub(crate) fn now_millis(&self) -> i64 {
        self.clock.now().as_millis()
    }

    /// The files below its folder: media, and unfinished uploads.
    pub(crate) fn files(&self) -> Vec<String> {
        fn walk(folder: &std::path::Path, files: &mut Vec<String>) {
            // Unfinished uploads are removed in the background, perhaps between two steps of this walk.
            let entries = match std::fs::read_dir(folder) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
                entries => entries.unwrap(),
            };
            for entry in entries {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, files);
                } else {
                    files.push(path.file_name().unwrap().to_string_lossy().into_owned());
                }
            }
        }
        let mut files = Vec::new();
        walk(self.folder.path(), &mut files);
        // What the storage marks its staging folder as in use with.
        files.retain(|file| !["gate", "lock"].contains(&file.as_str()));
        files.sort();
        files
    }

    /// Waits until no file is left: a refused upload is removed behind the answer.
    pub(crate) async fn left_nothing_behind(&self) {
        self.waits_until(async || self.files().is_empty()).await;
    }

    /// Waits for what is done behind an answer.
    pub(crate) async fn waits_until(&self, is_so: impl AsyncFn() -> bool) {
        let becomes_so = async {
            while !is_so().await {
                // Also a clock that stands still goes on meanwhile, once nothing else does.
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let long_enough = Duration::from_mins(1);
        let in_time = tokio::time::timeout(long_enough, becomes_so).await;
        assert!(in_time.is_ok(), "{:?}", self.files());
    }

    /// A token of this user's, who need not exist.
    pub(crate) fn token_of(&self, user: i64) -> String {
        let signed_in = SignedIn {
            user: UserId::new(user).unwrap(),
            generation: Generation::FIRST,
        };
        tokens().issue(signed_in, self.clock.now()).unwrap()
    }
}

fn tokens() -> Tokens {
    Tokens::new(&[7; 32], Duration::from_hours(24)).unwrap()
}

pub(crate) fn get(path_and_query: &str) -> axum::http::request::Builder {
    Request::get(format!("/douyin{path_and_query}")).header("host", "video.example.com")
}

impl Answer {
    pub(crate) fn code(&self) -> u64 {
        self.body["status_code"]
            .as_u64()
            .unwrap_or_else(|| panic!("no status_code in {self:?}"))
    }

    #[track_caller]
    pub(crate) fn assert_success(&self) {
        assert_eq!((self.status, self.code()), (StatusCode::OK, 0), "{self:?}");
    }

    /// A failure of the domain, which has HTTP status 200.
    #[track_caller]
    pub(crate) fn assert_failure(&self, code: u64) {
        assert_eq!(
            (self.status, self.code()),
            (StatusCode::OK, code),
            "{self:?}"
        );
        assert_ne!(self.body["status_msg"], "");
    }

    /// The ids of a list's entries.
    pub(crate) fn ids(&self, list: &str) -> Vec<i64> {
        let entries = self.body[list]
            .as_array()
            .unwrap_or_else(|| panic!("no {list} in {self:?}"));
        entries
            .iter()
            .map(|entry| entry["id"].as_i64().unwrap())
            .collect()
    }
}

/// The names of an object's fields, sorted.
pub(crate) fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

/// A part of a multipart body.
pub(crate) struct Part<'a> {
    pub(crate) head: &'a str,
    pub(crate) content: &'a [u8],
}

pub(crate) fn text<'a>(head: &'a str, content: &'a str) -> Part<'a> {
    Part {
        head,
        content: content.as_bytes(),
    }
}

/// The demonstration clip as the form's file.
pub(crate) const CLIP: Part<'static> = Part {
    head: "name=\"data\"; filename=\"clip.mp4\"\r\nContent-Type: video/mp4",
    content: DEMO_CLIP,
};

pub(crate) fn multipart(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(b"--BOUNDARY\r\nContent-Disposition: form-data; ");
        body.extend_from_slice(part.head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--BOUNDARY--\r\n");
    body
}
