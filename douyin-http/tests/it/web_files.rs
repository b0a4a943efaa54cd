//! What the files of the web client have to keep to, so that it is small, loads in one round and can be trusted with what people write.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::deployment::files;

/// A file of the client: its path below the folder, and what is in it.
struct File {
    path: String,
    text: String,
}

impl File {
    fn has(&self, extension: &str) -> bool {
        Path::new(&self.path).extension() == Some(extension.as_ref())
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("web")
}

fn client() -> Vec<File> {
    let folder = folder();
    let read = |path: PathBuf| File {
        text: fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(&folder).unwrap().to_str().unwrap().into(),
    };
    let found: Vec<File> = files(&folder).into_iter().map(read).collect();
    assert!(found.len() > 10, "only {} files were found", found.len());
    found
}

fn index() -> String {
    fs::read_to_string(folder().join("index.html")).unwrap()
}

fn paths(extension: &str) -> BTreeSet<String> {
    let files = client().into_iter().filter(|file| file.has(extension));
    files.map(|file| file.path).collect()
}

/// The paths that stand between two texts in the page.
fn named(before: &str, after: &str) -> Vec<String> {
    let page = index();
    let places = page.split(before).skip(1);
    let paths = places.map(|rest| rest.split_once(after).unwrap().0.to_owned());
    paths.collect()
}

fn is_part_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Whether a word stands in a text, not as a part of another one.
fn says(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(is_part_of_a_name) && !after.starts_with(is_part_of_a_name)
    })
}

/// The modules that a module imports, as paths below the folder.
fn imports(file: &File) -> Vec<String> {
    let specifiers = ["from '", "import '", "import('"].map(|before| {
        let places = file.text.split(before).skip(1);
        places.filter_map(|rest| rest.split_once('\'').map(|(specifier, _)| specifier))
    });
    let resolve = |specifier: &str| {
        assert!(
            specifier.starts_with("./") || specifier.starts_with("../"),
            "{} imports {specifier}",
            file.path
        );
        let mut path: Vec<&str> = file.path.split('/').collect();
        path.pop();
        for name in specifier.split('/') {
            match name {
                "." => {}
                ".." => drop(path.pop()),
                name => path.push(name),
            }
        }
        path.join("/")
    };
    specifiers.into_iter().flatten().map(resolve).collect()
}

#[test]
fn the_page_names_every_stylesheet_once_and_nothing_else() {
    let scripts = named("<script type=\"module\" src=\"web/", "\"></script>");
    assert_eq!(scripts, ["app.js"]);
    let styles = named("<link rel=\"stylesheet\" href=\"web/", "\">");
    let each: BTreeSet<String> = styles.iter().cloned().collect();
    assert_eq!(each, paths("css"));
    assert_eq!(each.len(), styles.len(), "one is named twice: {styles:?}");
    for path in named("\"web/", "\"") {
        assert!(folder().join(&path).is_file(), "{path}");
    }
}

#[test]
fn every_import_is_there_and_every_module_is_imported() {
    let modules = paths("js");
    let mut imported = BTreeSet::from(["app.js".to_owned()]);
    for file in client().iter().filter(|file| file.has("js")) {
        for path in imports(file) {
            assert!(modules.contains(&path), "{} imports {path}", file.path);
            imported.insert(path);
        }
    }
    assert_eq!(imported, modules);
}

#[test]
fn it_is_small_and_so_are_its_files() {
    let mut bytes = 0;
    for file in client() {
        let lines = file.text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines", file.path);
        bytes += file.text.len();
    }
    assert!(bytes < 150_000, "{bytes} bytes");
}

#[test]
fn the_page_has_no_script_style_or_handler_in_it() {
    let page = index();
    for tag in page.split('<').skip(1) {
        let (tag, content) = tag.split_once('>').unwrap();
        let name = tag.split_whitespace().next().unwrap();
        assert_ne!(name, "style");
        if name == "script" {
            assert_eq!(content, "", "{tag}");
        }
        for attribute in tag.split_whitespace().skip(1) {
            let attribute = attribute.split('=').next().unwrap();
            assert!(
                attribute != "style" && !attribute.starts_with("on"),
                "{tag}"
            );
        }
    }
}

#[test]
fn no_text_becomes_markup_or_code() {
    for file in client() {
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "setHTMLUnsafe",
            "parseFromString",
            "createContextualFragment",
            "srcdoc",
            "document.write",
            "eval",
            "Function",
        ] {
            assert!(!says(&file.text, word), "{}: {word}", file.path);
        }
        assert!(!file.text.contains("javascript:"), "{}", file.path);
    }
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    for file in client() {
        // A name, which nobody fetches.
        let text = file.text.replace("http://www.w3.org/2000/svg", "");
        for scheme in ["http://", "https://"] {
            assert!(!text.contains(scheme), "{}: {scheme}", file.path);
        }
    }
}

#[test]
fn one_module_alone_talks_to_the_server() {
    for file in client().iter().filter(|file| file.path != "api.js") {
        for word in [
            "fetch",
            "XMLHttpRequest",
            "WebSocket",
            "EventSource",
            "sendBeacon",
        ] {
            assert!(!says(&file.text, word), "{}: {word}", file.path);
        }
    }
}
