use object_store::path::Path as ObjectPath;

/// A bucket, and what the names of all objects in it begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) bucket: String,
    pub(super) prefix: ObjectPath,
}

impl Location {
    /// That of `//bucket/prefix`, which is what stands behind `s3:`; `None` where it is something else. The prefix may be absent.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (bucket, prefix) = match text.strip_prefix("//")?.split_once('/') {
            Some((bucket, prefix)) => (bucket, prefix),
            None => (text.strip_prefix("//")?, ""),
        };
        let is_bucket = (3..=63).contains(&bucket.len())
            && (bucket.bytes()).all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        let is_prefix = !prefix.contains(['?', '#', '@']);
        (is_bucket && is_prefix).then_some(())?;
        Some(Self {
            bucket: bucket.to_owned(),
            prefix: ObjectPath::parse(prefix).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_has_a_name_and_perhaps_a_prefix() {
        for (text, bucket, prefix) in [
            ("//videos", "videos", ""),
            ("//videos/", "videos", ""),
            ("//my.videos-1/a/b", "my.videos-1", "a/b"),
            ("//my.videos-1/a/b/", "my.videos-1", "a/b"),
        ] {
            let found = Location::parse(text).unwrap();
            assert_eq!((&*found.bucket, found.prefix.as_ref()), (bucket, prefix));
        }
    }

    #[test]
    fn what_else_stands_in_such_urls_is_not_guessed_at() {
        for text in [
            "",
            "videos",
            "/videos",
            "//",
            "///a",
            "//ab",
            "//key:secret@videos/a",
            "//videos:9000/a",
            "//videos/a?region=x",
            "//videos/a#b",
            "//videos/../a",
            "//videos/a//b",
        ] {
            assert_eq!(Location::parse(text), None, "{text}");
        }
    }
}
