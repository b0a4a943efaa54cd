//! The file that says what was agreed on: lines of a name and a value.

use std::fs;
use std::io;
use std::path::Path;

use douyin_core::{UserId, VideoId};

use super::ResumableUpload;

/// Its first line, so that a later version can tell.
const TITLE: &str = "resumable upload 2";

/// Stands where a network is not known.
const UNKNOWN: &str = "unknown";

pub(super) fn to_text(upload: &ResumableUpload) -> String {
    let ResumableUpload {
        id,
        owner,
        network,
        length,
        kept_millis,
        metadata,
    } = upload;
    let network = network.map_or(UNKNOWN.to_owned(), |network| network.to_string());
    format!(
        "{TITLE}\nid {id}\nowner {owner}\nnetwork {network}\nlength {length}\nkept {kept_millis}\nmetadata {metadata}\n"
    )
}

/// `None` for what is not a record.
fn parse(text: &str) -> Option<ResumableUpload> {
    let mut lines = text.lines();
    if lines.next()? != TITLE {
        return None;
    }
    let mut value_of = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
    Some(ResumableUpload {
        id: VideoId::new(value_of("id")?.parse().ok()?).ok()?,
        owner: UserId::new(value_of("owner")?.parse().ok()?).ok()?,
        network: match value_of("network")? {
            UNKNOWN => None,
            network => Some(network.parse().ok()?),
        },
        length: value_of("length")?.parse().ok()?,
        kept_millis: value_of("kept")?.parse().ok()?,
        metadata: value_of("metadata")?.to_owned(),
    })
}

pub(super) fn read(path: &Path) -> io::Result<ResumableUpload> {
    let text = fs::read_to_string(path)?;
    parse(&text).ok_or_else(|| {
        let what = format!("{} is not the record of an upload", path.display());
        io::Error::new(io::ErrorKind::InvalidData, what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(metadata: &str) -> ResumableUpload {
        ResumableUpload {
            id: VideoId::new(7).unwrap(),
            owner: UserId::new(8).unwrap(),
            network: None,
            length: 9,
            kept_millis: 10,
            metadata: metadata.to_owned(),
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        for metadata in ["", "filename bW92aWU=,private"] {
            for network in [None, "192.0.2.1".parse().ok(), "2001:db8::".parse().ok()] {
                let upload = ResumableUpload {
                    network,
                    ..upload(metadata)
                };
                assert_eq!(parse(&to_text(&upload)), Some(upload));
            }
        }
    }

    #[test]
    fn part_of_a_record_is_none() {
        let text = to_text(&upload("filename bW92aWU="));
        let ends = text.match_indices('\n').map(|(at, _)| at);
        for end in ends.filter(|end| *end + 1 < text.len()) {
            assert_eq!(parse(&text[..end]), None, "{end}");
        }
    }
}
