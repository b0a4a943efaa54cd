use douyin_core::{JobId, MediaKey, VideoId};

use crate::{Run, key};

/// An attempt at preparing a video that is under way, or was when its process ended.
///
/// Its folder is gone before anybody hears of the result. So where there is a folder no row names files of the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Preparation {
    pub(super) id: VideoId,
    pub(super) run: Run,
}

impl Preparation {
    /// The name of its folder.
    pub(super) fn folder_name(self) -> String {
        format!("prepare-{}-{}", self.id, self.run)
    }

    /// What a folder of that name is for; `None` where it is of no preparation.
    pub(super) fn from_folder_name(name: &str) -> Option<Self> {
        let mut numbers = name.strip_prefix("prepare-")?.split('-');
        let (id, job) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        let preparation = Self {
            id: VideoId::new(id).ok()?,
            run: Run {
                job: JobId::new(job).ok()?,
                attempt: numbers.next()?.parse().ok()?,
            },
        };
        numbers.next().is_none().then_some(preparation)
    }

    /// Files that lead to all that may be stored of it.
    pub(super) fn files(self) -> [MediaKey; 2] {
        let Self { id, run } = self;
        [key::plain(id, run), key::stream(id, run, key::MAIN, "m3u8")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_says_which_attempt_it_is_of() {
        let preparation = Preparation {
            id: VideoId::new(42).unwrap(),
            run: Run {
                job: JobId::new(7).unwrap(),
                attempt: 2,
            },
        };
        let name = preparation.folder_name();
        assert_eq!(name, "prepare-42-7-2");
        assert_eq!(Preparation::from_folder_name(&name), Some(preparation));
        for name in [
            "42",
            "prepare-42-7",
            "prepare-42-7-2-1",
            "prepare-0-7-2",
            "prepare-42-7-x",
        ] {
            assert_eq!(Preparation::from_folder_name(name), None, "{name}");
        }
    }
}
