use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::http::HeaderValue;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest as _, Sha256};

use super::document::{Document, hex};

/// Where the page stands.
const INDEX: &str = "index.html";

#[derive(RustEmbed)]
#[folder = "web/"]
struct Folder;

/// All files of the client.
#[derive(Debug)]
pub(super) struct Site {
    version: String,
    index: Option<String>,
    files: BTreeMap<String, Document>,
}

impl Site {
    /// Those of the program; in debug builds those on the disk, so that an edit shows when the page is loaded again.
    pub(super) fn current() -> Arc<Self> {
        static EMBEDDED: LazyLock<Arc<Site>> = LazyLock::new(|| Arc::new(Site::read()));
        if cfg!(debug_assertions) {
            Arc::new(Self::read())
        } else {
            Arc::clone(&EMBEDDED)
        }
    }

    fn read() -> Self {
        let mut version = Sha256::new();
        let mut index = None;
        let mut files = BTreeMap::new();
        for path in Folder::iter() {
            // On a disk it may have gone since.
            let Some(file) = Folder::get(&path) else {
                continue;
            };
            version.update(file.metadata.sha256_hash());
            version.update(&*path);
            version.update([0]);
            if path == INDEX {
                index = String::from_utf8(file.data.into_owned()).ok();
            } else {
                files.insert(path.into_owned(), document(file));
            }
        }
        Self {
            version: hex(&version.finalize()),
            index,
            files,
        }
    }

    /// A digest of all files.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// The page, as it is written.
    pub(super) fn index(&self) -> Option<&str> {
        self.index.as_deref()
    }

    /// Any other file, by its path below the folder.
    pub(super) fn file(&self, path: &str) -> Option<&Document> {
        self.files.get(path)
    }

    /// Their paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

fn document(file: EmbeddedFile) -> Document {
    let digest = file.metadata.sha256_hash();
    let mimetype = file.metadata.mimetype();
    let content_type = if mimetype.starts_with("text/") {
        HeaderValue::try_from(format!("{mimetype}; charset=utf-8"))
    } else {
        HeaderValue::from_str(mimetype)
    };
    let bytes = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    let content_type = content_type.expect("a media type is letters, digits and punctuation");
    Document::new(content_type, &digest, bytes)
}
