//! What pages consist of, as anonymous viewers see it, and what a viewer's marks add.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use douyin_core::{Comment, Marks, Page, User, UserId, Video, VideoId};

use super::flight::Found;
use super::versions::{Slot, Topic};

/// An entry of a page.
pub(super) trait Card: Clone + Send + Sync + 'static {
    /// The video that it is.
    fn video(&self) -> Option<VideoId>;

    /// Who made it.
    fn author(&self) -> &User;

    /// Sets the flags of a viewer.
    fn mark(&mut self, marks: &Marks);

    /// How long its texts are, in bytes.
    fn text_bytes(&self) -> usize;
}

impl Card for Video {
    fn video(&self) -> Option<VideoId> {
        Some(self.id)
    }

    fn author(&self) -> &User {
        &self.author
    }

    fn mark(&mut self, marks: &Marks) {
        self.is_favorite = marks.liked.contains(&self.id);
        self.author.is_follow = marks.followed.contains(&self.author.id);
    }

    fn text_bytes(&self) -> usize {
        self.title.len()
    }
}

impl Card for Comment {
    fn video(&self) -> Option<VideoId> {
        None
    }

    fn author(&self) -> &User {
        &self.author
    }

    fn mark(&mut self, marks: &Marks) {
        self.author.is_follow = marks.followed.contains(&self.author.id);
    }

    fn text_bytes(&self) -> usize {
        self.text.len()
    }
}

/// The videos and users of a page, each once: what a viewer's marks are asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Members {
    /// Of the two lists, so that they are not hashed at every look-up.
    hash: u64,
    pub(super) videos: Vec<VideoId>,
    pub(super) users: Vec<UserId>,
}

impl Members {
    /// What a viewer's marks of them count for: one entry for every thirty-two.
    pub(super) fn weight(&self) -> u32 {
        let members = self.videos.len() + self.users.len();
        u32::try_from(members.div_ceil(32).max(1)).unwrap_or(u32::MAX)
    }
}

impl Hash for Members {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// A page as anonymous viewers see it.
#[derive(Debug)]
pub(super) struct CardPage<C> {
    pub(super) page: Page<C>,
    pub(super) members: Arc<Members>,
}

impl<C: Card> CardPage<C> {
    /// A page that shows whatever `list` is about, and its cards.
    pub(super) fn found(page: Page<C>, list: Topic, largest: usize) -> Found<Self> {
        let videos: BTreeSet<VideoId> = page.items.iter().filter_map(Card::video).collect();
        let users: BTreeSet<UserId> = page.items.iter().map(|card| card.author().id).collect();
        let mut hasher = DefaultHasher::new();
        (&videos, &users).hash(&mut hasher);
        let members = Members {
            hash: hasher.finish(),
            videos: videos.into_iter().collect(),
            users: users.into_iter().collect(),
        };
        let videos = members.videos.iter().map(|video| Topic::Video(*video));
        let users = members.users.iter().map(|user| Topic::User(*user));
        let topics: BTreeSet<Slot> = [list]
            .into_iter()
            .chain(videos)
            .chain(users)
            .map(Topic::slot)
            .collect();
        let weight = page.items.iter().map(weight_of).sum::<u32>().max(1);
        Found {
            topics: topics.into_iter().collect(),
            weight: (page.items.len() <= largest).then_some(weight),
            value: Self {
                page,
                members: Arc::new(members),
            },
        }
    }

    /// The page as a viewer sees it.
    pub(super) fn seen_with(&self, marks: &Marks) -> Page<C> {
        let mut page = self.page.clone();
        for card in &mut page.items {
            card.mark(marks);
        }
        page
    }
}

/// An entry, and one more for every half kilobyte of text.
fn weight_of<C: Card>(card: &C) -> u32 {
    u32::try_from(1 + card.text_bytes() / 512).unwrap_or(u32::MAX)
}
