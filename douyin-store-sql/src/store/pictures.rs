//! Changes pictures of users.

use async_trait::async_trait;
use douyin_core::{Change, Entity, MediaKey, NewJob, PictureChange, PictureKind, Task};

use crate::engine::{Columns, Engine};
use crate::error::Error;
use crate::writer::{Operation, RowLocks, Work};

#[async_trait]
impl<E: Engine> Operation<E> for PictureChange {
    type Answer = Change;

    fn lock(&self, locks: &mut RowLocks) {
        locks.users.insert(self.user.get());
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Change, Error> {
        let statements = &work.statements.users;
        let rows = work.run(&statements.pictures, &[self.user.into()]).await?;
        let row = rows.first().ok_or(Error::Missing(Entity::User))?;
        let mut columns = Columns::of(row);
        let (avatar, background) = (columns.optional_text()?, columns.optional_text()?);
        let (replaced, set) = match self.kind {
            PictureKind::Avatar => (avatar, &statements.set_avatar),
            PictureKind::Background => (background, &statements.set_background),
        };
        let picture = self.picture.as_ref().map(MediaKey::as_str);
        if replaced == picture {
            return Ok(Change::Unchanged);
        }
        let values = [self.user.into(), picture.unwrap_or_default().into()];
        work.run(set, &values).await?;
        let removal = replaced.map(|key| NewJob {
            id: self.removal,
            task: Task::RemoveFile(MediaKey::new(key)),
            due: self.remove_at,
        });
        work.add_jobs(&removal).await?;
        Ok(Change::Applied)
    }
}
