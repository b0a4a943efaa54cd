//! What a store answers to the operations of a history, as texts that can be compared.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::future::Future;

use super::jobs::OfJobs;
use super::media::OfMedia;
use super::operation::{List, NAMES, Operation, Part, Read, Viewer, Walk, Which, Write};
use super::sessions::OfSessions;
use crate::conformance::scene::{at, id, new_comment, new_message, new_user, unknown};
use crate::port::Result;
use crate::{
    Claim, CommentId, Cursor, Direction, InvalidId, JobId, Page, PageRequest, ProfileEdit,
    Signature, Span, Store, StoreError, UserId, Username, VideoId,
};

/// One store's side of a history: what there is by now.
pub(super) struct Players<'a> {
    pub(super) store: &'a dyn Store,
    /// Ids made so far.
    made: i64,
    pub(super) users: Vec<UserId>,
    pub(super) videos: Vec<VideoId>,
    pub(super) jobs: Vec<JobId>,
    /// All that were given out.
    pub(super) claims: Vec<Claim>,
    /// Those of them that were deleted.
    pub(super) deleted: BTreeSet<VideoId>,
    comments: Vec<CommentId>,
}

impl<'a> Players<'a> {
    /// A history begins with three users and two videos.
    pub(super) async fn enter(store: &'a dyn Store) -> Result<Self> {
        let mut players = Self {
            store,
            made: 0,
            users: Vec::new(),
            videos: Vec::new(),
            jobs: Vec::new(),
            claims: Vec::new(),
            deleted: BTreeSet::new(),
            comments: Vec::new(),
        };
        for name in ["first", "second", "third"] {
            players.register(name).await?;
        }
        for author in [0, 1] {
            players.publish(Which::Known(author), 5, 1, None).await?;
        }
        Ok(players)
    }

    pub(super) async fn play(&mut self, operation: &Operation) -> String {
        match operation {
            Operation::Write(write) => self.write(write).await,
            Operation::Read(read) => self.read(read).await,
            Operation::OfJobs(call) => self.of_jobs(call).await,
            Operation::OfMedia(call) => self.of_media(call).await,
            Operation::OfSessions(call) => self.of_sessions(call).await,
        }
    }

    /// What is worth a look when a history is over: each list and card, as somebody sees it.
    pub(super) fn everything(&self) -> Vec<Operation> {
        let walk = Walk {
            after: None,
            limit: 7,
        };
        let mut reads = Vec::new();
        for number in 0..self.users.len() {
            let (user, other) = (Which::Known(number), Which::Known(number + 1));
            let viewer = Some(other);
            reads.extend([
                Read::Profile { viewer, user },
                Read::AreFriends { one: user, other },
                Read::Marks { viewer: user },
                Read::Friends {
                    viewer: user,
                    user,
                    walk,
                },
                Read::Conversation {
                    viewer: user,
                    peer: other,
                    part: Part::Newest,
                    direction: Direction::Both,
                    limit: 100,
                },
            ]);
            let lists = [
                List::Published,
                List::Favorites,
                List::Follows,
                List::Followers,
            ];
            reads.extend(lists.map(|list| Read::List {
                list,
                viewer,
                owner: user,
                walk,
            }));
        }
        for number in 0..self.videos.len() {
            let (viewer, owner) = (Some(Which::Known(number)), Which::Known(number));
            reads.push(Read::List {
                list: List::Comments,
                viewer,
                owner,
                walk,
            });
        }
        for viewer in [None, Some(Which::Known(0))] {
            let owner = Which::Unknown;
            reads.push(Read::List {
                list: List::Feed,
                viewer,
                owner,
                walk,
            });
        }
        reads.extend(NAMES.map(|name| Read::Credentials { name }));
        let mut everything: Vec<Operation> = reads.into_iter().map(Operation::Read).collect();
        for number in 0..self.users.len() {
            let author = Which::Known(number);
            everything.push(Operation::OfMedia(OfMedia::StoredBytes { author }));
        }
        everything.push(Operation::OfJobs(OfJobs::Jobs { limit: 7 }));
        let revocations = OfSessions::Revocations { limit: 7 };
        everything.push(Operation::OfSessions(revocations));
        everything
    }

    async fn write(&mut self, write: &Write) -> String {
        match *write {
            Write::Register { name } => told(self.register(name).await),
            Write::EditProfile {
                user,
                name,
                signature,
            } => {
                let parsed = |text| Signature::parse(text).expect("a signature");
                let edit = ProfileEdit {
                    user: which(&self.users, user),
                    name: name.map(|name| Username::parse(name).expect("a name")),
                    signature: signature.map(parsed),
                };
                told(self.store.edit_profile(edit).await)
            }
            Write::MarkFavorite {
                user,
                video,
                mark,
                at: millis,
            } => {
                let (by, of) = (which(&self.users, user), which(&self.videos, video));
                let answer = self.store.mark_favorite(by, of, mark, at(millis)).await;
                self.told_of(user, of, answer)
            }
            Write::AddComment {
                author,
                video,
                at: millis,
            } => {
                let comment = self.make();
                let (by, below) = (which(&self.users, author), which(&self.videos, video));
                let new = new_comment(comment, by, below, at(millis));
                let answer = self.store.add_comment(new).await;
                if answer.is_ok() {
                    self.comments.push(comment);
                }
                self.told_of(author, below, answer)
            }
            Write::DeleteComment {
                comment,
                at: millis,
            } => {
                let comment = which(&self.comments, comment);
                told(self.store.delete_comment(comment, at(millis)).await)
            }
            Write::MarkFollow {
                follower,
                other,
                mark,
                at: millis,
            } => {
                let (follower, other) = (which(&self.users, follower), which(&self.users, other));
                if follower == other {
                    return "never asked: core sees to that".to_owned();
                }
                told(
                    self.store
                        .mark_follow(follower, other, mark, at(millis))
                        .await,
                )
            }
            Write::Send {
                from,
                to,
                at: millis,
            } => {
                let (from, to) = (which(&self.users, from), which(&self.users, to));
                if from == to {
                    return "never asked: core sees to that".to_owned();
                }
                let message = self.make();
                let text = format!("text of {message:?}");
                told(
                    self.store
                        .send(new_message(message, from, to, &text, at(millis)))
                        .await,
                )
            }
            Write::Repair(counter) => told(self.store.repair(counter).await),
        }
    }

    async fn read(&self, read: &Read) -> String {
        match *read {
            Read::Credentials { name } => {
                let name = Username::parse(name).expect("a name");
                let found = self.store.credentials(name.key()).await;
                told(found.map(|found| {
                    found.map(|found| (found.user, found.password.as_str().to_owned()))
                }))
            }
            Read::Profile { viewer, user } => {
                let user = which(&self.users, user);
                told(self.store.profile(self.viewer(viewer), user).await)
            }
            Read::Video { viewer, video } => {
                let video = which(&self.videos, video);
                told(self.store.video(self.viewer(viewer), video).await)
            }
            Read::CommentOwnership { video, comment } => {
                let (video, comment) = (which(&self.videos, video), which(&self.comments, comment));
                told(self.store.comment_ownership(video, comment).await)
            }
            Read::AreFriends { one, other } => {
                let (one, other) = (which(&self.users, one), which(&self.users, other));
                told(self.store.are_friends(one, other).await)
            }
            Read::Marks { viewer } => {
                let viewer = which(&self.users, viewer);
                let marks = self.store.marks_of(viewer, &self.videos, &self.users).await;
                told(marks.map(|marks| {
                    let liked: BTreeSet<VideoId> = marks.liked.into_iter().collect();
                    let followed: BTreeSet<UserId> = marks.followed.into_iter().collect();
                    (liked, followed)
                }))
            }
            Read::List {
                list,
                viewer,
                owner,
                walk,
            } => self.list(list, self.viewer(viewer), owner, walk).await,
            Read::Friends { viewer, user, walk } => {
                let (viewer, user) = (which(&self.users, viewer), which(&self.users, user));
                walked(walk, |page| self.store.friends(viewer, user, page)).await
            }
            Read::Conversation {
                viewer,
                peer,
                part,
                direction,
                limit,
            } => {
                let (viewer, peer) = (which(&self.users, viewer), which(&self.users, peer));
                let span = match part {
                    Part::Newest => Span::Newest,
                    Part::Before(millis) => Span::Before(at(millis)),
                    Part::After(millis) => Span::After(at(millis)),
                };
                told(
                    self.store
                        .conversation(viewer, peer, span, direction, limit)
                        .await,
                )
            }
            Read::Drift(counter) => told(self.store.drift(counter).await),
        }
    }

    async fn list(&self, list: List, viewer: Option<UserId>, owner: Which, walk: Walk) -> String {
        let store = self.store;
        let user = which(&self.users, owner);
        let video = which(&self.videos, owner);
        match list {
            List::Feed => walked(walk, |page| store.feed(viewer, page)).await,
            List::Published => walked(walk, |page| store.published(viewer, user, page)).await,
            List::Favorites => walked(walk, |page| store.favorites(viewer, user, page)).await,
            List::Comments => walked(walk, |page| store.comments(viewer, video, page)).await,
            List::Follows => walked(walk, |page| store.follows(viewer, user, page)).await,
            List::Followers => walked(walk, |page| store.followers(viewer, user, page)).await,
        }
    }

    async fn register(&mut self, name: &str) -> Result<()> {
        let user = self.make();
        self.store.register(new_user(user, name)).await?;
        self.users.push(user);
        Ok(())
    }

    /// Where neither the user nor the video is there, a store may say so of either.
    fn told_of<T: Debug>(&self, user: Which, video: VideoId, answer: Result<T>) -> String {
        let is_there = self.videos.contains(&video) && !self.deleted.contains(&video);
        match (user, answer) {
            (Which::Unknown, Err(StoreError::NotFound(_))) if !is_there => "not found".to_owned(),
            (_, answer) => told(answer),
        }
    }

    fn viewer(&self, viewer: Viewer) -> Option<UserId> {
        viewer.map(|viewer| which(&self.users, viewer))
    }

    /// Ids that do not increase: within an instant, the order of making must not pass for the order of ids.
    pub(super) fn make<T: TryFrom<i64, Error = InvalidId>>(&mut self) -> T {
        self.made += 1;
        scattered(self.made)
    }
}

fn scattered<T: TryFrom<i64, Error = InvalidId>>(number: i64) -> T {
    const PRIME: i64 = 1_000_003;
    id(number * 7_919 % PRIME + 1)
}

/// Counts from the newest, so that what is there now is met most.
pub(super) fn which<T: Copy + TryFrom<i64, Error = InvalidId>>(known: &[T], which: Which) -> T {
    match which {
        Which::Known(number) if !known.is_empty() => known[known.len() - 1 - number % known.len()],
        _ => unknown(),
    }
}

pub(super) fn told<T: Debug>(answer: Result<T>) -> String {
    match answer {
        Ok(value) => format!("{value:?}"),
        Err(StoreError::NotFound(entity)) => format!("{entity} not found"),
        Err(StoreError::Taken) => "taken".to_owned(),
        Err(StoreError::OverQuota) => "over quota".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}

pub(super) async fn walked<T, F>(walk: Walk, fetch: impl Fn(PageRequest) -> F) -> String
where
    T: Debug,
    F: Future<Output = Result<Page<T>>>,
{
    const MOST_PAGES: usize = 500;
    let after = walk.after.map(|(millis, number)| Cursor {
        at: at(millis),
        id: i64::try_from(number).map_or(0, |number| scattered::<VideoId>(number).get()),
    });
    let mut request = PageRequest {
        after,
        limit: walk.limit,
    };
    let mut pages = Vec::new();
    while pages.len() < MOST_PAGES {
        let page = fetch(request).await;
        let next = page.as_ref().ok().and_then(|page| page.next);
        pages.push(told(page));
        if next.is_none() {
            break;
        }
        request.after = next;
    }
    pages.join("\n    then   ")
}
