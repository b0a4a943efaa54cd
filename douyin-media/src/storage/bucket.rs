mod breaker;
mod checking;
mod large;
mod location;
mod wire;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use douyin_core::MediaKey;
use futures_util::FutureExt as _;
use http::Method;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as ObjectPath;
use object_store::signer::Signer as _;
use object_store::{
    Attribute, Attributes, BackoffConfig, GetOptions, ObjectStore, ObjectStoreExt as _, PutMode,
    PutOptions, RetryConfig,
};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use self::location::Location;
use self::wire::Wire;
use super::place::remove_objects;
use super::{Extent, MediaFile, Place};
use crate::error::StorageAway;
use crate::stats::BucketStats;
use crate::{BucketOptions, MediaError, key};

/// Parts and small files of all uploads together that are in memory at the same time: 64 MiB.
const IN_MEMORY: usize = 8;

/// Files keep their contents for as long as they have their name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Metadata of an object: who put it there.
const UPLOAD: &str = "upload";

/// A bucket of an S3-compatible service.
#[derive(Debug)]
pub(super) struct Bucket {
    s3: Arc<AmazonS3>,
    location: Location,
    /// Of signed URLs.
    origin: String,
    wire: Wire,
    /// Turns of what is in memory.
    parts: Semaphore,
    /// Whether it can be told not to replace an object.
    takes_conditions: AtomicBool,
}

impl Bucket {
    /// That of `s3:` and this. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`MediaError::Bucket`] where it is not the name of a bucket, or what is needed of the system is not there.
    pub(super) fn open(url: &str, options: &BucketOptions) -> Result<Self, MediaError> {
        let problem = |problem: String| MediaError::Bucket { problem };
        let Some(location) = Location::parse(url) else {
            return Err(problem(
                "its URL is s3://BUCKET or s3://BUCKET/PREFIX, and nothing else".to_owned(),
            ));
        };
        let wire = Wire::new(options).map_err(|error| {
            problem(format!(
                "the certificates of this system cannot be read: {error}"
            ))
        })?;
        let builder = builder(&location, options).with_http_connector(wire.clone());
        let origin = signed_origin(builder.clone()).map_err(|error| problem(error.to_string()))?;
        let s3 = builder
            .build()
            .map_err(|error| problem(error.to_string()))?;
        Ok(Self {
            s3: Arc::new(s3),
            location,
            origin,
            wire,
            parts: Semaphore::new(IN_MEMORY),
            takes_conditions: AtomicBool::new(true),
        })
    }

    fn path(&self, key: &MediaKey) -> ObjectPath {
        let names = ObjectPath::from(key.as_str());
        self.location.prefix.parts().chain(names.parts()).collect()
    }

    /// Sends a small file whole. One that exists stays as it is, where the service can be told so or else can be seen to have it.
    async fn put_whole(
        &self,
        from: PathBuf,
        path: &ObjectPath,
        attributes: Attributes,
    ) -> Result<Placed, MediaError> {
        let _turn = self.parts.acquire().await.map_err(io::Error::other)?;
        let bytes = spawn_blocking(move || fs::read(from)).await??;
        let mut options = PutOptions::from(attributes.clone());
        if self.takes_conditions.load(Ordering::Relaxed) {
            options.mode = PutMode::Create;
        } else if self.attributes(path).await?.is_some() {
            return Ok(Placed::Exists);
        }
        match self.s3.put_opts(path, bytes.into(), options).await {
            // An attempt that was taken for a failure may have been the one that put it there.
            Err(object_store::Error::AlreadyExists { path: name, source }) => {
                let there = self.attributes(path).await?;
                let upload = Attribute::Metadata(UPLOAD.into());
                match there {
                    Some(there) if there.get(&upload) == attributes.get(&upload) => {
                        Ok(Placed::Here)
                    }
                    Some(_) => Ok(Placed::Exists),
                    // Two at the same time: one of them is to try again.
                    None => Err(object_store::Error::AlreadyExists { path: name, source }.into()),
                }
            }
            put => Ok(put.map(|_| Placed::Here)?),
        }
    }

    /// What was said of an object when it was stored; `None` where there is none.
    async fn attributes(&self, path: &ObjectPath) -> object_store::Result<Option<Attributes>> {
        let options = GetOptions::new().with_head(true);
        match self.s3.get_opts(path, options).await {
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            found => Ok(Some(found?.attributes)),
        }
    }
}

/// What became of a file that was to be stored.
enum Placed {
    Here,
    /// There was another one already.
    Exists,
}

#[async_trait]
impl Place for Bucket {
    async fn put(&self, from: PathBuf, key: &MediaKey) -> Result<(), MediaError> {
        let (path, attributes) = (self.path(key), attributes(key)?);
        let (from, length) = spawn_blocking(move || {
            let length = fs::metadata(&from)?.len();
            Ok::<_, io::Error>((from, length))
        })
        .await??;
        if length > large::PART {
            // Nobody can be told not to replace an object by parts. Of the same id the cover is stored first, and it is small.
            return self.put_in_parts(from, length, &path, attributes).await;
        }
        match self.put_whole(from, &path, attributes).await? {
            Placed::Here => Ok(()),
            Placed::Exists => Err(MediaError::Exists(key.clone())),
        }
    }

    async fn get(
        &self,
        key: &MediaKey,
        content_type: &'static str,
        extent: Extent,
    ) -> Result<Option<MediaFile>, MediaError> {
        let path = self.path(key);
        let range = extent.range();
        // The file is described only, where no range can be asked for yet.
        let head = range.is_none() && extent != Extent::Whole;
        let has_range = range.is_some();
        let options = GetOptions::new().with_head(head).with_range(range);
        match self.s3.get_opts(&path, options).await {
            Ok(found) => {
                let objects: Arc<dyn ObjectStore> = Arc::<AmazonS3>::clone(&self.s3);
                let file = MediaFile::object(key, content_type, objects, found, !head);
                Ok(Some(file))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            // It answers, so it may be about the range: the size of the file will tell.
            Err(_) if has_range && !self.wire.breaker().is_failing() => {
                self.get(key, content_type, Extent::Nothing).await
            }
            Err(error) => Err(error.into()),
        }
    }

    fn local_path(&self, _key: &MediaKey) -> Option<PathBuf> {
        None
    }

    async fn remove(&self, key: &MediaKey) -> Result<(), MediaError> {
        match self.s3.delete(&self.path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn remove_all(&self, folder: &str, beginning: &str) -> Result<(), MediaError> {
        remove_objects(&*self.s3, &self.location.prefix, folder, beginning).await
    }

    async fn forget(&self, upload: &Path) -> Result<(), MediaError> {
        self.end_noted(upload).await
    }

    /// A bucket that is away is so for all servers: taking them out of service for it would end what does not need it.
    async fn ping(&self) -> Result<(), MediaError> {
        Ok(())
    }

    async fn check(&self) -> Result<(), MediaError> {
        self.try_everything().await
    }

    fn admit(&self) -> Result<(), MediaError> {
        if self.wire.breaker().refuses() {
            return Err(MediaError::Away(StorageAway::default().into()));
        }
        Ok(())
    }

    async fn signed_url(
        &self,
        key: &MediaKey,
        head: bool,
        valid: Duration,
    ) -> Result<Option<String>, MediaError> {
        let method = if head { Method::HEAD } else { Method::GET };
        let url = self.s3.signed_url(method, &self.path(key), valid).await?;
        Ok(Some(url.into()))
    }

    fn signed_origin(&self) -> Option<&str> {
        Some(&self.origin)
    }

    fn stats(&self) -> Option<BucketStats> {
        Some(self.wire.stats())
    }
}

fn builder(location: &Location, options: &BucketOptions) -> AmazonS3Builder {
    // Whatever the environment says of credentials; what it says of the rest is overridden by what is said here.
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(&location.bucket)
        .with_retry(RetryConfig {
            backoff: BackoffConfig {
                init_backoff: Duration::from_millis(100),
                max_backoff: Duration::from_secs(1),
                base: 2.0,
            },
            max_retries: 2,
            // From the beginning of a request to its last retry: of a download that is cut in the middle too.
            retry_timeout: Duration::from_mins(5),
        })
        // Objects are removed one by one, and not every service has the other request.
        .with_disable_bulk_delete(true);
    if let Some(region) = &options.region {
        builder = builder.with_region(region);
    }
    if let (Some(access_key), Some(secret_key)) = (&options.access_key, &options.secret_key) {
        builder = builder
            .with_access_key_id(access_key)
            .with_secret_access_key(secret_key);
    }
    let path_style = options.path_style.unwrap_or(options.endpoint.is_some());
    if let Some(endpoint) = &options.endpoint {
        builder = builder
            .with_allow_http(endpoint.starts_with("http://"))
            .with_endpoint(match endpoint.split_once("://") {
                Some((scheme, host)) if !path_style => {
                    format!("{scheme}://{}.{host}", location.bucket)
                }
                _ => endpoint.clone(),
            });
    }
    builder.with_virtual_hosted_style_request(!path_style)
}

/// The origin of a URL that is signed with a key that nobody has: the environment may say where the service is too, and one's own key may
/// have to be asked for.
fn signed_origin(builder: AmazonS3Builder) -> Result<String, object_store::Error> {
    let nobody = builder
        .with_access_key_id("nobody")
        .with_secret_access_key("nothing")
        .build()?;
    let (root, valid) = (ObjectPath::default(), Duration::from_secs(1));
    let signed = nobody.signed_url(Method::GET, &root, valid);
    let url = signed
        .now_or_never()
        .expect("nothing is waited for where the key is given")?;
    Ok(url.origin().ascii_serialization())
}

/// What is said of an object, for whoever fetches it without us, and to know it again.
fn attributes(key: &MediaKey) -> Result<Attributes, MediaError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let upload = format!("{:032x}", u128::from_ne_bytes(random));
    let mut attributes = Attributes::from_iter([(Attribute::CacheControl, FOR_EVER)]);
    if let Some(content_type) = key::content_type(key.as_str()) {
        attributes.insert(Attribute::ContentType, content_type.into());
    }
    attributes.insert(Attribute::Metadata(UPLOAD.into()), upload.into());
    Ok(attributes)
}

fn generic(error: impl std::error::Error + Send + Sync + 'static) -> object_store::Error {
    object_store::Error::Generic {
        store: "local",
        source: error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn url(endpoint: Option<&str>, region: Option<&str>, path_style: Option<bool>) -> String {
        let options = BucketOptions {
            endpoint: endpoint.map(str::to_owned),
            region: region.map(str::to_owned),
            access_key: Some("key".to_owned()),
            secret_key: Some("secret".to_owned()),
            path_style,
            ..BucketOptions::default()
        };
        let bucket = Bucket::open("//clips/a", &options).unwrap();
        let key = MediaKey::new("videos/1.mp4");
        let url = bucket.signed_url(&key, false, Duration::from_mins(1)).await;
        let url = url.unwrap().unwrap();
        let origin = bucket.signed_origin().unwrap();
        assert!(url.starts_with(&format!("{origin}/")), "{origin}, {url}");
        url.split_once('?').unwrap().0.to_owned()
    }

    #[tokio::test]
    async fn the_bucket_is_in_the_host_or_in_the_path() {
        let here = Some("https://s3.example.org:9000");
        let paris = Some("eu-west-3");
        for (endpoint, region, path_style, expected) in [
            (
                None,
                paris,
                None,
                "https://clips.s3.eu-west-3.amazonaws.com/a/videos/1.mp4",
            ),
            (
                None,
                paris,
                Some(true),
                "https://s3.eu-west-3.amazonaws.com/clips/a/videos/1.mp4",
            ),
            (
                here,
                None,
                None,
                "https://s3.example.org:9000/clips/a/videos/1.mp4",
            ),
            (
                here,
                None,
                Some(false),
                "https://clips.s3.example.org:9000/a/videos/1.mp4",
            ),
        ] {
            assert_eq!(url(endpoint, region, path_style).await, expected);
        }
    }
}
