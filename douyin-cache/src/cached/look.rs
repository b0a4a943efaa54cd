//! A viewer's look at a page that others read too.

use std::sync::Arc;

use douyin_core::{Marks, Page, StoreError, UserId};
use tokio::join;
use tokio::time::Instant;

use super::card::{Card, CardPage, Members};
use super::flight::Found;
use super::memory::{Memory, Sharing};
use super::shelf::Kept;
use super::shelves::Shelves;
use super::versions::Topic;
use super::viewers::Standing;

type Result<T> = std::result::Result<T, StoreError>;

/// Somebody's look, from before the page is found.
pub(super) struct Look<'m> {
    memory: &'m Memory,
    viewer: Option<(UserId, Standing)>,
    began: Instant,
}

impl<'m> Look<'m> {
    /// `None` where the page has to be read for the viewer alone, because of what they are writing.
    pub(super) fn begin(memory: &'m Memory, viewer: Option<UserId>) -> Option<Self> {
        let viewer = match viewer {
            Some(viewer) => Some((viewer, memory.viewers.standing(viewer)?)),
            None => None,
        };
        Some(Self {
            memory,
            viewer,
            began: Instant::now(),
        })
    }

    /// The page as they see it; `None` where it has to be read for them alone, because of what they wrote just now.
    ///
    /// See [`Viewers`](super::viewers::Viewers) for why a page and marks that were read apart agree.
    pub(super) async fn see<C: Card>(
        self,
        shelves: &Shelves,
        page: &Kept<CardPage<C>>,
    ) -> Result<Option<Page<C>>> {
        let Some((viewer, standing)) = self.viewer else {
            return Ok(Some(page.page.clone()));
        };
        let memory = self.memory;
        let seen = match &memory.sharing {
            Sharing::Alone => {
                let marks = self
                    .remembered_marks(shelves, viewer, &page.members)
                    .await?;
                page.seen_with(&marks)
            }
            Sharing::With(peers) => {
                let members = &page.members;
                let marks = memory
                    .store
                    .marks_of(viewer, &members.videos, &members.users);
                let (may_be_shown, marks) = join!(peers.may_be_shown_the_past(viewer), marks);
                // Its age counts from here: a peer's word may have lapsed since the page was found.
                if !may_be_shown || !page.is_recent(self.began) {
                    return Ok(None);
                }
                page.seen_with(&marks?)
            }
        };
        let stood_still = memory.viewers.standing(viewer) == Some(standing);
        Ok(stood_still.then_some(seen))
    }

    async fn remembered_marks(
        &self,
        shelves: &Shelves,
        viewer: UserId,
        members: &Arc<Members>,
    ) -> Result<Kept<Marks>> {
        let load = || async {
            let store = &self.memory.store;
            let marks = store.marks_of(viewer, &members.videos, &members.users);
            Ok(Found {
                value: marks.await?,
                topics: [Topic::MarksOf(viewer).slot()].into(),
                weight: Some(members.weight()),
            })
        };
        let key = (viewer, Arc::clone(members));
        shelves.marks.get(&key, load).await
    }
}
