use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use douyin_core::{
    Audit, CommentId, Counter, Drift, Message, MessageId, StoreError, Timestamp, UserId, Video,
    VideoId,
};
use douyin_store_mem::MemStore;

/// What is wrong with a store: mistakes that stores are really made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing is: what this store adds to the sound one below it is not what cases fail on.
    None,
    /// The unique index is over the name as it was typed.
    NamesComparedByteByByte,
    /// It looks for the name first, and then inserts with "ignore conflicts".
    TakenNamesIgnoredOnInsert,
    /// It looks for the name first, and then updates with "ignore conflicts".
    TakenNamesIgnoredOnUpdate,
    /// The old name stays in the table of names.
    OldNamesKept,
    /// It looks whether somebody has the name, oneself included.
    OwnNamesTaken,
    /// The signature is changed before the name is refused.
    RefusedEditsHalfDone,
    /// It compares the password first, and then sets the new one.
    PasswordsCheckedThenWritten,
    /// The generation is increased, whichever it was to be increased from.
    LogoutsEverywhereRepeat,
    /// `<=` for `<`.
    GenerationsMixedUp,
    /// A repeated logout overwrites when it expires.
    EarlierExpiriesOverwriteLaterOnes,
    /// Positions come from a sequence, and become visible out of order.
    PositionsHandedOutBeforeTheCommit,
    /// Positions go on from the largest one that is there.
    PositionsReused,
    /// The limit is left out.
    EverythingForgottenAtOnce,
    /// Two videos can have one instant.
    PublicationInstantsRepeat,
    /// A taken instant gives way to the one after the newest video, over free ones.
    PublicationInstantsAfterTheNewest,
    /// It looks for a free instant first, and then takes it, whoever took it in between.
    PublicationInstantsRaced,
    /// `work_count` stays 0.
    WorksNotCounted,
    /// `<=` for `<`.
    PagesIncludeTheirPlace,
    /// The cursor's id is left out of the comparison.
    PagesByInstantAlone,
    /// Lists end with their first page.
    NextAlwaysNone,
    /// A full page is taken for one that has more behind it.
    NextOfEveryFullPage,
    /// `ASC` for `DESC`.
    ListsOldestFirst,
    /// The answer does not depend on what happened.
    ChangeAlwaysApplied,
    /// The counter moves whether or not the row was there.
    RepeatedLikesCounted,
    /// The counter is read, increased, and written back.
    LikeCounterLosesUpdates,
    /// It looks for the row first, and answers by what it saw.
    LikesCheckedThenWritten,
    /// Row and counter are two transactions.
    LikesCountedInASecondStep,
    /// It answers once the write is queued.
    LikesAcknowledgedBeforeTheyAreDone,
    /// Deleting no row is taken for success.
    LikesTakenBackOfUnknownVideos,
    /// An upsert overwrites the instant.
    RepeatedLikesMoveToTheTop,
    /// Taking a like back forgets the author's counter.
    TotalFavoritedOnlyGrows,
    /// The viewer's flags are joined over the list's owner.
    FlagsOfTheOwner,
    /// Of a viewer's marks it looks up the likes and forgets the follows.
    MarksOfVideosAlone,
    /// The list forgets the deletion mark.
    DeletedCommentsListed,
    /// Every deletion is counted, also of what is deleted.
    DeletionsCountedTwice,
    /// It looks for the deletion mark first, and then sets it.
    DeletionsCheckedThenWritten,
    /// The video is left out of the look-up.
    CommentsOwnedBelowAnyVideo,
    /// The one side's counter is moved for the other's.
    FollowCountersSwapped,
    /// Who follows whom is turned round.
    FollowFlagReversed,
    /// Friends are whom one follows.
    FriendsOneWay,
    /// The newest message is the one with the list's owner.
    FriendsShowTheOwnersMessages,
    /// Two messages of a conversation can have one instant.
    MessageInstantsRepeat,
    /// `OR` binds weaker than it was thought to.
    ConversationsLeak,
    /// `>=` for `>`.
    AfterIncludesItsInstant,
    /// The limit is applied before the order is turned round.
    NewestAreTheOldest,
    /// The page is fetched, then filtered.
    DirectionFilteredAfterTheLimit,
    /// The column has 255 characters.
    LongMessagesCut,
    /// It reads what is due first, and then takes it, whoever took it in between.
    JobsReadThenTaken,
    /// `ORDER BY id`.
    JobsClaimedByAge,
    /// A claim is compared by its job, without the attempt.
    ClaimsWithoutFence,
    /// A claim is compared by its instant, which its own extension moves.
    ClaimsComparedByInstant,
    /// What was given back counts as if it had failed.
    ReleasesCount,
    /// The result is written, and then the claim is looked at.
    PreparationsWithoutFence,
    /// The job is added before the video is.
    JobsOfRefusedVideos,
    /// The old file is forgotten.
    ReplacedFilesStay,
    /// One list forgets the deletion mark of videos.
    DeletedVideosListed,
    /// Only the row is looked for, and not its deletion mark.
    DeletedVideosLiked,
    /// Every deletion of a video is told as the one that did it.
    VideosDeletedAgain,
    /// It looks for the video's deletion mark first, and then sets it.
    VideosCheckedThenDeleted,
    /// The jobs are added before it shows that the video is deleted already.
    JobsOfRepeatedDeletions,
    /// `total_favorited` still has the likes of the deleted video.
    LikesOfDeletedVideosKept,
    /// The limit is left out.
    EveryLikeForgottenAtOnce,
    /// Whether the video is deleted is left out.
    LikesOfAnyVideoForgotten,
    /// It adds up what there is first, and then publishes.
    QuotaCheckedThenFilled,
    /// `<` for `<=`.
    QuotaNeverFull,
    /// Bytes of deleted videos count.
    DeletionsMakeNoRoom,
    /// Both pictures are in one column.
    PicturesMixedUp,
    /// The new picture is removed instead of the old one.
    NewPicturesRemoved,
    /// A counter disagrees with its rows.
    DriftFound,
    /// Repairing a sound store changes it.
    RepairInventsCorrections,
}

impl Fault {
    /// How many there are, but for [`Fault::None`].
    pub(crate) const COUNT: usize = Self::RepairInventsCorrections as usize;
}

/// A sound store behind one fault.
pub(crate) struct Broken {
    pub(crate) sound: Arc<MemStore>,
    pub(crate) fault: Fault,
    notes: Mutex<Notes>,
}

/// What the fault needs to remember.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) video_instants: HashMap<VideoId, Timestamp>,
    pub(crate) likes: HashMap<VideoId, i64>,
    pub(crate) likes_taken_back: HashMap<UserId, i64>,
    pub(crate) comment_videos: HashMap<CommentId, VideoId>,
    pub(crate) deleted: HashSet<CommentId>,
    pub(crate) deletions: HashMap<VideoId, i64>,
    pub(crate) ghosts: i64,
    pub(crate) deleted_videos: Vec<Video>,
    pub(crate) deleted_bytes: HashMap<UserId, u64>,
    pub(crate) messages: Vec<Message>,
    pub(crate) message_instants: HashMap<MessageId, Timestamp>,
}

impl Broken {
    pub(crate) fn new(fault: Fault) -> Self {
        Self {
            sound: Arc::new(MemStore::new()),
            fault,
            notes: Mutex::default(),
        }
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// The time between two steps that should be one, long enough for others to come in between.
    pub(crate) async fn meanwhile(&self) {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap()
    }
}

#[async_trait]
impl Audit for Broken {
    async fn ping(&self) -> Result<(), StoreError> {
        self.sound.ping().await
    }

    async fn drift(&self, counter: Counter) -> Result<Vec<Drift>, StoreError> {
        if self.has(Fault::DriftFound) {
            return Ok(vec![SOME_DRIFT]);
        }
        self.sound.drift(counter).await
    }

    async fn repair(&self, counter: Counter) -> Result<Vec<Drift>, StoreError> {
        if self.has(Fault::RepairInventsCorrections) {
            return Ok(vec![SOME_DRIFT]);
        }
        self.sound.repair(counter).await
    }
}

const SOME_DRIFT: Drift = Drift {
    counter: Counter::UserWorks,
    of: 1,
    stored: 2,
    counted: 1,
};
