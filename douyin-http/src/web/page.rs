use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::http::{HeaderValue, Uri};
use sha2::{Digest as _, Sha256};

use super::document::Document;
use super::site::Site;
use crate::api::mount_in_page;

/// Where in the page stands which modules there are.
const MODULES: &str = "<!-- modules -->\n";

/// The client as a configuration has it.
#[derive(Debug)]
pub(super) struct Client {
    policy: HeaderValue,
    /// The page that was answered last. Unless the files are being edited, or the router is nested in several places, it is the only one.
    page: ArcSwapOption<Page>,
}

#[derive(Debug)]
struct Page {
    version: String,
    base: String,
    document: Arc<Document>,
}

impl Client {
    pub(super) fn new(policy: HeaderValue) -> Self {
        Self {
            policy,
            page: ArcSwapOption::empty(),
        }
    }

    pub(super) const fn policy(&self) -> &HeaderValue {
        &self.policy
    }

    /// The page for this URL, with the URLs of its files; `None` where there is none among the files.
    pub(super) fn page(&self, site: &Site, original: &Uri, uri: &Uri) -> Option<Arc<Document>> {
        let base = base(original, uri);
        if let Some(page) = &*self.page.load()
            && page.version == site.version()
            && page.base == base
        {
            return Some(Arc::clone(&page.document));
        }
        let document = Arc::new(self.write(site, &base)?);
        self.page.store(Some(Arc::new(Page {
            version: site.version().to_owned(),
            base,
            document: Arc::clone(&document),
        })));
        Some(document)
    }

    fn write(&self, site: &Site, base: &str) -> Option<Document> {
        let version = site.version();
        let html = site
            .index()?
            .replace(MODULES, &preloads(site))
            .replace("\"web/", &format!("\"{base}web/{version}/"));
        // Of the policy too: some browsers keep that of their copy when they are told that it is still good.
        let digest = Sha256::new()
            .chain_update(&self.policy)
            .chain_update(&html)
            .finalize();
        let content_type = HeaderValue::from_static("text/html; charset=utf-8");
        Some(Document::new(content_type, &digest, html.into()))
    }
}

/// Asks for all modules at once: a browser would find each only when it has what imports it.
fn preloads(site: &Site) -> String {
    let mut links = String::new();
    for path in site.paths() {
        if Path::new(path).extension() == Some("js".as_ref()) {
            // Writing to a String cannot fail.
            let _ = writeln!(links, "<link rel=\"modulepreload\" href=\"web/{path}\">");
        }
    }
    links
}

/// What the URLs of files begin with. Relative to a page whose own URL ends with a slash that is nothing, so that it is right also where a
/// proxy has taken something off the path; relative to any other one it would be too short.
fn base(original: &Uri, uri: &Uri) -> String {
    if original.path().ends_with('/') {
        String::new()
    } else {
        format!("{}/", mount_in_page(original, uri))
    }
}
