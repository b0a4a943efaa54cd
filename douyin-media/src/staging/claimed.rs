use std::fmt;

use douyin_core::{MediaKey, PictureId, UserId, VideoId};

use crate::key;

/// What an unfinished upload is for: files of it may be stored, and a row may name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Claimed {
    /// A video.
    Video(VideoId),
    /// A picture of a user.
    Picture(UserId, PictureId),
}

impl Claimed {
    /// The file that a row of it names; `None` where the row has the name of the upload itself.
    #[must_use]
    pub fn key(self) -> Option<MediaKey> {
        match self {
            Self::Video(_) => None,
            Self::Picture(_, id) => Some(key::picture(id)),
        }
    }

    /// Every name that stored files of it can have.
    pub(crate) fn files(self) -> Vec<MediaKey> {
        match self {
            Self::Video(id) => key::all_of(id).collect(),
            Self::Picture(_, id) => {
                let picture = key::picture(id);
                key::webp_of(&picture)
                    .into_iter()
                    .chain([picture])
                    .collect()
            }
        }
    }

    /// The name of its folder.
    pub(super) fn folder_name(self) -> String {
        match self {
            Self::Video(id) => id.to_string(),
            Self::Picture(user, id) => format!("picture-{user}-{id}"),
        }
    }

    /// What a folder of that name is for; `None` where it is none of ours.
    pub(super) fn from_folder_name(name: &str) -> Option<Self> {
        fn id<T: TryFrom<i64>>(text: &str) -> Option<T> {
            T::try_from(text.parse().ok()?).ok()
        }
        if let Some(numbers) = name.strip_prefix("picture-") {
            let (user, picture) = numbers.split_once('-')?;
            return Some(Self::Picture(id(user)?, id(picture)?));
        }
        id(name).map(Self::Video)
    }
}

impl fmt::Display for Claimed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Video(id) => write!(f, "video {id}"),
            Self::Picture(user, id) => write!(f, "picture {id} of user {user}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_says_what_it_is_for() {
        let picture = Claimed::Picture(UserId::new(7).unwrap(), PictureId::new(8).unwrap());
        for claimed in [Claimed::Video(VideoId::new(42).unwrap()), picture] {
            let name = claimed.folder_name();
            assert_eq!(Claimed::from_folder_name(&name), Some(claimed), "{name}");
        }
    }

    #[test]
    fn other_folders_are_none_of_ours() {
        for name in [
            "",
            "lock",
            "0",
            "-5",
            "07x",
            "99999999999999999",
            "picture-",
            "picture-7",
            "picture-7-",
            "picture-7-0",
            "picture--8",
            "picture-7-8-9",
        ] {
            assert_eq!(Claimed::from_folder_name(name), None, "{name:?}");
        }
    }
}
